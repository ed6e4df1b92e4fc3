"""Conversations as they are kept: questions, answers, and what readers thought of them."""

import datetime
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Select,
    String,
    Text,
    create_engine,
    delete,
    event,
    func,
    or_,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from index.errors import StoreFullError
from index.store.generations import disk_errors
from index.store.reserve import Reserve
from ingest.errors import CewenError
from service.conversations.errors import database_errors
from service.schemas import (
    Answer,
    AnswerRequest,
    ConversationDetail,
    ConversationInfo,
    ConversationList,
    ExchangeInfo,
    Turn,
)
from service.settings import Settings

# One user until there are accounts; every row says whose it is already.
LOCAL_USER = "local"
FILE = "conversations.db"
_TITLE_CHARACTERS = 40
_ID_BYTES = 9


class UnknownConversationError(CewenError):
    """There is no such conversation or answer; the message says so."""

    status = 404
    code = "conversation_not_found"


class _Base(DeclarativeBase):
    pass


class _Conversation(_Base):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    title: Mapped[str] = mapped_column(String(300))
    created: Mapped[str] = mapped_column(String(40))
    updated: Mapped[str] = mapped_column(String(40), index=True)


class _Exchange(_Base):
    __tablename__ = "exchanges"

    # The request that brought the answer.
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    # Another answer has taken its place; it is kept for what its reader thought of it.
    replaced: Mapped[bool] = mapped_column(default=False)
    question: Mapped[str] = mapped_column(Text)
    # A JSON array of strings, as is ``answer`` an object.
    document_ids: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    # The words of the answer alone, to be searched.
    said: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float]
    created: Mapped[str] = mapped_column(String(40))
    helpful: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    rated: Mapped[str] = mapped_column(String(40), default="")


class Conversations:
    """The conversations in one database; safe to share between threads.

    The database is opened when first used, so that a service without it can answer questions.
    Every method may raise StoreError: the database cannot be read or written.
    """

    def __init__(self, url: str, reserve: Reserve | None = None) -> None:
        """Say where the conversations are.

        Args:
            url: As SQLAlchemy writes it.
            reserve: Room to be given up where the disk is too full to open or delete.

        Raises:
            StoreError: no database can be had by this URL.
        """
        self._reserve = reserve
        self._has_tables = False
        with database_errors():
            self._engine = create_engine(url, hide_parameters=True)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _set_up_sqlite)

    def begin(self, owner: str, title: str = "") -> ConversationInfo:
        """A new conversation; without a title it takes that of its first question."""
        now = _now()
        row = _Conversation(
            id=secrets.token_urlsafe(_ID_BYTES),
            owner=owner,
            title=title,
            created=now,
            updated=now,
        )
        with self._writing() as session:
            session.add(row)
            return _info(row)

    def page(self, owner: str, words: str, limit: int, offset: int) -> ConversationList:
        """``limit`` of an owner's conversations from ``offset`` on, the latest first.

        With ``words``, of those that have them in their title or text.
        """
        query = select(_Conversation).where(_Conversation.owner == owner)
        if words:
            inside = select(_Exchange.conversation_id).where(
                _Exchange.replaced.is_(False),
                or_(
                    _Exchange.question.contains(words, autoescape=True),
                    _Exchange.said.contains(words, autoescape=True),
                ),
            )
            query = query.where(
                or_(
                    _Conversation.title.contains(words, autoescape=True),
                    _Conversation.id.in_(inside),
                )
            )
        latest = query.order_by(_Conversation.updated.desc(), _Conversation.id)
        with self._reading() as session:
            rows = session.scalars(latest.limit(limit).offset(offset))
            total = session.scalar(select(func.count()).select_from(query.subquery()))
            return ConversationList(conversations=tuple(map(_info, rows)), total=total or 0)

    def conversation(self, owner: str, conversation_id: str) -> ConversationDetail:
        """One conversation with what was asked and answered, in order.

        Raises:
            UnknownConversationError: the owner has none of this id.
        """
        with self._reading() as session:
            info = _info(_owned(session, owner, conversation_id))
            rows = session.scalars(_standing(conversation_id))
            return ConversationDetail(**info.model_dump(), exchanges=tuple(map(_exchange, rows)))

    def history(self, owner: str, asked: AnswerRequest, turns: int) -> tuple[Turn, ...]:
        """The last ``turns`` questions and answers before the one asked, as a request gives them.

        Raises:
            UnknownConversationError: the owner has no such conversation, or what the question is
                to replace is not in it.
        """
        said = self.conversation(owner, asked.conversation_id).exchanges
        if asked.replaces:
            places = [each.request_id for each in said]
            if asked.replaces not in places:
                raise _no_answer(asked.replaces)
            said = said[: places.index(asked.replaces)]
        return tuple(
            turn
            for each in said[-turns:]
            for turn in (
                Turn(role="user", content=each.question),
                Turn(role="assistant", content=each.answer.answer),
            )
        )

    def add(self, owner: str, asked: AnswerRequest, answer: Answer, seconds: float) -> None:
        """Keep what was asked and its answer, at the end or in place of what it replaces.

        Raises:
            UnknownConversationError: the conversation was deleted meanwhile, or what is to be
                replaced was.
        """
        with self._writing() as session:
            row = _owned(session, owner, asked.conversation_id)
            position = _make_room(session, row, asked)
            row.title = row.title or _titled(asked.question)
            row.updated = _now()
            session.add(
                _Exchange(
                    id=answer.request_id,
                    conversation_id=row.id,
                    position=position,
                    question=asked.question,
                    document_ids=json.dumps(asked.document_ids),
                    answer=answer.model_dump_json(),
                    said=answer.answer,
                    seconds=seconds,
                    created=row.updated,
                )
            )

    def rename(self, owner: str, conversation_id: str, title: str) -> ConversationInfo:
        """Give a conversation another title.

        Raises:
            UnknownConversationError: the owner has none of this id.
        """
        with self._writing() as session:
            row = _owned(session, owner, conversation_id)
            row.title = title
            return _info(row)

    def delete(self, owner: str, conversation_id: str) -> None:
        """Remove a conversation and everything in it.

        Raises:
            UnknownConversationError: the owner has none of this id.
        """

        def remove() -> None:
            with self._writing() as session:
                session.delete(_owned(session, owner, conversation_id))
                session.execute(
                    delete(_Exchange).where(_Exchange.conversation_id == conversation_id)
                )

        self._at_all_costs(remove)

    def rate(self, owner: str, request_id: str, helpful: bool | None, reason: str = "") -> None:
        """Keep whether an answer helped, and why; None takes it back.

        Raises:
            UnknownConversationError: no answer of this owner has this request id.
        """
        with self._writing() as session:
            row = session.get(_Exchange, request_id)
            if row is None:
                raise _no_answer(request_id)
            _owned(session, owner, row.conversation_id)
            row.helpful, row.reason = helpful, reason if helpful is not None else ""
            row.rated = _now() if helpful is not None else ""

    def rated(self) -> list[ExchangeInfo]:
        """All answers that anybody rated, replaced ones too, the latest rating first."""
        query = select(_Exchange).where(_Exchange.helpful.is_not(None))
        with self._reading() as session:
            return [
                _exchange(row) for row in session.scalars(query.order_by(_Exchange.rated.desc()))
            ]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        if not self._has_tables:
            self._at_all_costs(self._make_tables)
        with database_errors(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    def _make_tables(self) -> None:
        with database_errors():
            _Base.metadata.create_all(self._engine)
        self._has_tables = True

    def _at_all_costs(self, work: Callable[[], None]) -> None:
        """Do ``work``, on a full disk in the room of the reserve."""
        try:
            work()
        except StoreFullError:
            if not self._reserve:
                raise
            with self._reserve.given_up():
                work()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._reading() as session, session.begin():
            yield session


def open_conversations(settings: Settings) -> Conversations:
    """The conversations where ``settings`` keep them.

    Raises:
        StoreError: no database can be had by the URL that is set.
    """
    if settings.database_url:
        return Conversations(settings.database_url)
    with disk_errors(settings.data_dir):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Conversations(f"sqlite:///{settings.data_dir / FILE}", Reserve(settings.data_dir))


def _owned(session: Session, owner: str, conversation_id: str) -> _Conversation:
    row = session.get(_Conversation, conversation_id)
    if row is None or row.owner != owner:
        raise UnknownConversationError(f"没有编号为 {conversation_id} 的对话，可能已被删除。")
    return row


def _no_answer(request_id: str) -> UnknownConversationError:
    return UnknownConversationError(f"没有编号为 {request_id} 的回答，可能已被替换或删除。")


def _standing(conversation_id: str) -> Select[_Exchange]:
    """What a conversation consists of, in order."""
    inside = (_Exchange.conversation_id == conversation_id, _Exchange.replaced.is_(False))
    return select(_Exchange).where(*inside).order_by(_Exchange.position, _Exchange.created)


def _make_room(session: Session, row: _Conversation, asked: AnswerRequest) -> int:
    """The position of the question asked; what it replaces leaves it, and the title with it."""
    standing = session.scalars(_standing(row.id)).all()
    if not asked.replaces:
        return standing[-1].position + 1 if standing else 0
    old = next((each for each in standing if each.id == asked.replaces), None)
    if old is None:
        raise _no_answer(asked.replaces)
    old.replaced = True
    if row.title == _titled(old.question):
        row.title = ""
    return old.position


def _titled(question: str) -> str:
    return " ".join(question.split())[:_TITLE_CHARACTERS]


def _info(row: _Conversation) -> ConversationInfo:
    return ConversationInfo(id=row.id, title=row.title, created=row.created, updated=row.updated)


def _exchange(row: _Exchange) -> ExchangeInfo:
    # What a later version of the service wrote may hold more than this one knows.
    known = {k: v for k, v in json.loads(row.answer).items() if k in Answer.model_fields}
    return ExchangeInfo(
        request_id=row.id,
        conversation_id=row.conversation_id,
        question=row.question,
        document_ids=json.loads(row.document_ids),
        answer=Answer.model_validate(known),
        seconds=row.seconds,
        created=row.created,
        helpful=row.helpful,
        reason=row.reason,
    )


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()
