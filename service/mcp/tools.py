"""What an MCP host can do: search the papers, read on, ask. All of it only reads."""

import json
from contextlib import suppress
from typing import Annotated

from anyio import to_thread
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from index.errors import UnknownDocumentError
from index.ids import find_paper
from index.search.search import Index
from ingest.types import Document, Passage
from service.assistant import Assistant
from service.documents.info import document_info, page_address, where
from service.errors import Problem
from service.events import last_answer
from service.fields import PaperIds, Text, few_fields
from service.question.limits import check_question
from service.schemas import (
    AI_LABEL,
    Answer,
    History,
    SearchResult,
    ValidityStatus,
)
from service.settings import Settings
from service.workspace import Workspace

# Code points: a model's context takes it, and a county's plan is read in a few pages.
PAGE_CHARACTERS = 8000


def _listed(value: object) -> object:
    """Some hosts send an array as a string of JSON."""
    if isinstance(value, str):
        with suppress(ValueError, RecursionError):
            return json.loads(value)
    return value


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    _few = model_validator(mode="before")(few_fields)


_Ids = Annotated[
    PaperIds,
    BeforeValidator(_listed),
    Field(description="只在这些文件中找，填检索结果中的 document_id；不填则为全部文件。"),
]


class SearchArguments(_Model):
    """What ``search`` takes."""

    query: Text = Field(description="要找的内容，用中文，一句话或几个词。")
    k: int = Field(default=5, ge=1, le=50, description="段落数。")
    document_ids: _Ids = ()


class FetchArguments(_Model):
    """What ``fetch`` takes."""

    id: Text = Field(
        max_length=100, description="检索结果中的 id（段落）或 document_id（整份文件）。"
    )
    offset: int = Field(
        default=0,
        ge=0,
        le=10**9,
        description="从第几个字读起；取上一次 metadata.next_offset 的值。",
    )


class AskArguments(_Model):
    """What ``ask`` takes."""

    question: Text = Field(description="问题，用中文；写明地区、年份、事项更准。")
    history: Annotated[
        History,
        BeforeValidator(_listed),
        Field(description="先前的对话，最早的在前；只用来补全追问。"),
    ] = ()
    document_ids: _Ids = ()


class Result(_Model):
    """One passage; ``start`` and ``end`` are code points of the paper's text.

    ``warning`` says that the paper no longer holds.
    """

    id: str
    title: str
    url: str
    text: str
    document_id: str
    section: tuple[str, ...]
    page: int | None
    validity: ValidityStatus
    warning: str
    start: int
    end: int


class Results(_Model):
    """The passages found, best first."""

    results: tuple[Result, ...]


class Metadata(_Model):
    """Where a text stands; ``next_offset`` is where to read on, None at the end.

    ``warning`` says that the paper no longer holds.
    """

    document_id: str
    document_number: str
    issuer: str
    date: str
    validity: ValidityStatus
    warning: str
    section: tuple[str, ...]
    page: int | None
    start: int
    end: int
    next_offset: int | None


class Fetched(_Model):
    """A passage, or a page of a paper."""

    id: str
    title: str
    text: str
    url: str
    metadata: Metadata


class Tools:
    """The tools over one workspace; ``site`` (with a slash at its end) is where its page is.

    Each gives the text for the model that called and the content for its program.
    """

    def __init__(self, workspace: Workspace, assistant: Assistant, settings: Settings) -> None:
        self._workspace = workspace
        self._assistant = assistant
        self._settings = settings

    async def search(self, asked: SearchArguments, site: str) -> tuple[str, Results]:
        """检索政策文件，返回最相关的段落原文及其文件、章节。

        总会返回最接近的段落，不判断有无依据；要结论请用 ask，要上下文请用 fetch。
        """
        check_question(asked.query, self._settings)
        await to_thread.run_sync(self._check_papers, asked.document_ids)
        found = await to_thread.run_sync(
            self._assistant.search, asked.query, asked.k, (), asked.document_ids
        )
        results = Results(results=tuple(_result(each, site) for each in found))
        return results.model_dump_json(), results

    async def fetch(self, asked: FetchArguments, site: str) -> tuple[str, Fetched]:
        """读取一个段落，或一份文件的原文。

        长的分页返回：metadata.next_offset 不为空时，用它作 offset 接着读。
        段落的上下文：以 metadata.document_id 为 id、metadata.start 之前的位置为 offset 再读。
        """
        fetched = await to_thread.run_sync(self._fetch, asked, site)
        return fetched.model_dump_json(), fetched

    async def ask(self, asked: AskArguments, site: str) -> tuple[str, Answer]:
        """依据已导入的政策文件回答问题：谁牵头、金额、期限、条件、名单、定义等。

        每句附原文出处；文件里没有的，回答“未找到依据”，请照实转告，不要自行补充。
        """
        check_question(asked.question, self._settings)
        await to_thread.run_sync(self._check_papers, asked.document_ids)
        events = self._assistant.events(asked.question, asked.history, asked.document_ids)
        answered = await last_answer(events)
        held = tuple(each for each in answered.sentences if each.supported)
        answer = answered.model_copy(update={"sentences": held})
        return answer_as_text(answer), answer

    def _index(self) -> Index:
        index = self._workspace.index()
        if index is None:
            raise Problem(404, "no_documents", "还没有导入任何文件；请先用 cewen ingest 导入。")
        return index

    def _check_papers(self, ids: tuple[str, ...]) -> None:
        for each in ids:
            _paper(self._index(), each)

    def _fetch(self, asked: FetchArguments, site: str) -> Fetched:
        index = self._index()
        passage = _passage(index, asked.id)
        paper = _paper(index, passage.document_id if passage else asked.id)
        first, last = (passage.start, passage.end) if passage else (0, len(paper.text))
        start = first + asked.offset
        if asked.offset and start >= last:
            raise Problem(
                422,
                "offset_too_large",
                f"offset 为 {asked.offset}，而 {asked.id} 只有 {last - first} 个字；请从 0 读起。",
            )
        end = min(start + PAGE_CHARACTERS, last)
        info = document_info(paper, index)
        return Fetched(
            id=asked.id,
            title=info.title,
            text=paper.text[start:end],
            url=page_address(site, paper.id, passage),
            metadata=Metadata(
                document_id=paper.id,
                document_number=info.document_number,
                issuer=info.issuer,
                date=info.date,
                validity=info.validity,
                warning=info.warning,
                section=passage.section if passage else (),
                page=paper.page_at(start),
                start=start,
                end=end,
                next_offset=end - first if end < last else None,
            ),
        )


def answer_as_text(answer: Answer) -> str:
    """An answer for a model or a person to read: what holds, marked, and where it stands."""
    lines = [
        f"{each.text}{''.join(f'[{number}]' for number in each.citations)}"
        for each in answer.sentences
        if each.supported
    ] or [answer.answer]
    lines += [f"（{answer.notice}）"] if answer.notice else []
    lines += [f"（{AI_LABEL}）"] if answer.ai_generated else []
    if answer.citations:
        lines += ["", "依据："]
    lines += [f"[{each.index}] {where(each)}：“{each.quote}”" for each in answer.citations]
    if answer.nearest:
        lines += ["", "最接近的章节（不是依据）："]
    lines += [f"· {where(each)}" for each in answer.nearest]
    return "\n".join(lines)


def _result(found: SearchResult, site: str) -> Result:
    shared = found.model_dump(exclude={"passage_id", "score"})
    url = page_address(site, found.document_id, found)
    return Result(id=found.passage_id, url=url, **shared)


def _paper(index: Index, document_id: str) -> Document:
    try:
        return find_paper(index.documents, document_id)
    except UnknownDocumentError:
        raise UnknownDocumentError(
            f"没有编号为 {document_id} 的文件或段落；请先用 search 检索，填结果中的编号。"
        ) from None


def _passage(index: Index, passage_id: str) -> Passage | None:
    document_id, _, position = passage_id.rpartition("-")
    with suppress(UnknownDocumentError):
        paper = find_paper(index.documents, document_id)
        return next((each for each in paper.passages if str(each.position) == position), None)
    return None
