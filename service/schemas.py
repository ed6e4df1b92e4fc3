"""The shapes of the HTTP contract; the answer pipeline returns them as they are.

Every offset is a count of Unicode code points into the document's ``/text``,
and ``text[start:end] == quote`` holds for every citation.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, model_validator

from service.explanation import Explanation
from service.fields import WHOLE, Day, Id, PaperIds, Text, Title, Words, few_fields

# Goes wherever text goes that a language model wrote.
AI_LABEL = "人工智能生成，仅供参考"
ValidityStatus = Literal["", "valid", "repealed", "replaced", "expired"]


class _Contract(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    _few = model_validator(mode="before")(few_fields)


class Turn(_Contract):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Text


# Far more than a follow-up leans on (``followup.TURNS``); a client need not cut what it sends.
MAX_TURNS = 100
History = Annotated[tuple[Turn, ...], FailFast(), Field(max_length=MAX_TURNS)]


class AnswerRequest(_Contract):
    """A question, its conversation, and the papers to look in (empty: all).

    With a ``conversation_id`` the answer is kept there, and without a ``history`` that is what is
    kept there. ``replaces`` is the ``request_id`` of an answer kept there: the new one takes its
    place, and the history is what stands before it. ``explain`` asks, from this machine only, for
    an ``explanation``.
    """

    question: Text
    history: History = ()
    conversation_id: Id = ""
    replaces: Id = ""
    document_ids: PaperIds = ()
    stream: bool = False
    explain: bool = False


class Citation(_Contract):
    """The exact words an answer rests on; ``index`` counts from 1.

    ``warning`` is what to say behind the title of a paper that no longer holds; empty else.
    """

    index: int
    document_id: str
    title: str
    document_number: str = ""
    section: tuple[str, ...] = ()
    page: int | None = None
    validity: ValidityStatus = ""
    warning: str = ""
    quote: str
    start: int
    end: int


class Sentence(_Contract):
    """One sentence of the answer and the citations that carry it.

    ``ai_generated`` is true of a sentence that a language model worded. Where it wrote what the
    papers do not carry, ``supported`` is false, ``reason`` says what is missing, and the text is
    not part of ``Answer.answer``. One that ``warns`` says that the paper of its citations no
    longer holds.
    """

    text: str
    citations: tuple[int, ...] = ()
    supported: bool
    reason: str = ""
    ai_generated: bool = False
    warns: bool = False


class Stage(_Contract):
    """What a streamed answer is about to do."""

    stage: Literal["retrieving", "writing"]


class Answer(_Contract):
    """An answer with its citations, or ``no_evidence`` and where to look next.

    ``question`` is the question as understood, after completing a follow-up.
    ``nearest`` lists the closest sections when the papers are silent. ``backend`` is what wrote
    the text, ``model`` and ``prompt`` the language model and the version of its instructions;
    ``notice`` tells the user why a language model that is set did not write it, ``unsaved`` why
    it is not in the conversation it was asked in.
    """

    answer: str
    status: Literal["answered", "no_evidence"]
    question: str = ""
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    nearest: tuple[Citation, ...] = ()
    backend: str = "extractive"
    model: str = ""
    prompt: str = ""
    notice: str = ""
    unsaved: str = ""
    ai_generated: bool = False
    request_id: str = ""


class ExplainedAnswer(Answer):
    """An answer with why it came out so, where that was asked for."""

    explanation: Explanation

    @classmethod
    def of(cls, answer: Answer, explanation: Explanation) -> "ExplainedAnswer":
        """``answer`` with its explanation."""
        return cls(**answer.model_dump(), explanation=explanation)


class SearchRequest(_Contract):
    """A retrieval request; ``k`` is the number of passages wanted."""

    question: Text
    k: int = Field(default=5, ge=1, le=100)
    document_ids: PaperIds = ()


class SearchResult(_Contract):
    """One retrieved passage, best first; ``validity`` and ``warning`` as of a citation."""

    passage_id: str
    document_id: str
    title: str
    section: tuple[str, ...]
    page: int | None = None
    validity: ValidityStatus = ""
    warning: str = ""
    text: str
    start: int
    end: int
    score: float


class SearchResponse(_Contract):
    """The passages found, best first."""

    results: tuple[SearchResult, ...]


class DocumentInfo(_Contract):
    """What is known of one ingested paper; empty where it is not known, dates are YYYY-MM-DD.

    ``validity`` is ``repealed`` or ``replaced`` where the paper ``validity_by`` says so with the
    words ``validity_quote`` (at these offsets of its text), ``expired`` after ``valid_until``, or
    what an administrator said; ``warning`` is as of a citation.
    """

    id: str
    name: str
    title: str
    title_derived: bool
    issuer: str
    document_number: str
    date: str
    printed: str = ""
    region: str
    regions: tuple[str, ...] = ()
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    effective: str = ""
    valid_until: str = ""
    validity: ValidityStatus = ""
    validity_by: str = ""
    validity_quote: str = ""
    validity_start: int = 0
    validity_end: int = 0
    warning: str = ""
    characters: int
    pages: int = 0
    passages: int


class DocumentCorrection(_Contract):
    """What to put right in a masthead; an empty string empties a field, absent ones stay."""

    title: Title | None = None
    issuer: Words | None = None
    document_number: Words | None = None
    date: Day | None = None
    printed: Day | None = None
    region: Words | None = None
    addressee: Words | None = None
    effective: Day | None = None
    valid_until: Day | None = None
    validity: ValidityStatus | None = None


class SectionInfo(_Contract):
    """One heading of a paper's outline."""

    path: tuple[str, ...]
    level: int
    start: int
    end: int


class DocumentDetail(DocumentInfo):
    """A paper with its outline."""

    sections: tuple[SectionInfo, ...]


class DocumentList(_Contract):
    """All ingested papers, in the order of their titles."""

    documents: tuple[DocumentInfo, ...]


class DocumentText(_Contract):
    """The text that offsets count in; ``warning`` as of a citation."""

    text: str
    warning: str = ""


class ResponsibilityInfo(_Contract):
    """Who leads and who supports one task, with the words that say so.

    ``basis`` says how the lead is known: ``stated``, ``first_listed`` by a rule of the paper,
    whose words are ``rule``, or ``not_stated`` (``leads`` is empty: the paper does not say).
    """

    document_id: str
    title: str
    document_number: str
    section: tuple[str, ...]
    task: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    basis: Literal["stated", "first_listed", "not_stated"]
    rule: str
    page: int | None
    validity: ValidityStatus = ""
    warning: str = ""
    quote: str
    start: int
    end: int


class ResponsibilityList(_Contract):
    """The records found, paper by paper."""

    responsibilities: tuple[ResponsibilityInfo, ...]


class FileOutcome(_Contract):
    """What became of one uploaded or ingested file, and why."""

    name: str
    outcome: Literal["added", "replaced", "unchanged", "skipped", "refused"]
    document_id: str = ""
    reason: str = ""


class UploadResponse(_Contract):
    """One outcome per uploaded file."""

    files: tuple[FileOutcome, ...]


class ConversationInfo(_Contract):
    """A conversation in a list; times are ISO 8601 in UTC."""

    id: str
    title: str
    created: str
    updated: str


class ConversationList(_Contract):
    """Some of the conversations, the latest first; ``total`` is how many there are."""

    conversations: tuple[ConversationInfo, ...]
    total: int


class ExchangeInfo(_Contract):
    """A question as asked, its answer, how long that took in seconds, and whether it helped.

    ``request_id`` names it in feedback; ``document_ids`` are the papers it was asked of (empty:
    all); ``helpful`` is null while nobody said.
    """

    request_id: str
    conversation_id: str
    question: str
    document_ids: tuple[str, ...] = ()
    answer: Answer
    seconds: float
    created: str
    helpful: bool | None = None
    reason: str = ""


class ConversationDetail(ConversationInfo):
    """A conversation with all that was said."""

    exchanges: tuple[ExchangeInfo, ...]


class ConversationTitle(_Contract):
    """The title that a conversation is to have; without one it takes its first question."""

    title: Words = ""


class Feedback(_Contract):
    """Whether an answer helped, and why; null takes back what was said."""

    request_id: Id
    helpful: bool | None
    reason: Annotated[str, Field(max_length=2000), WHOLE] = ""


class FeedbackList(_Contract):
    """The answers that readers rated, the latest rating first."""

    feedback: tuple[ExchangeInfo, ...]


class SuggestionList(_Contract):
    """Questions that the ingested papers answer."""

    suggestions: tuple[str, ...]


class ErrorInfo(_Contract):
    """``code`` is stable and English; ``message`` is for the user, in Chinese."""

    code: str
    message: str
    request_id: str


class ErrorResponse(_Contract):
    """The body of every error."""

    error: ErrorInfo
