"""The shapes of the OpenAI-compatible routes: what OpenAI's clients send and read, and ours beside.

What a client sends and nobody here understands is left unread, as OpenAI's own clients expect.
The offsets of an annotation count Unicode code points of the message's content.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from service.fields import WHOLE, PaperIds, Text
from service.schemas import MAX_TURNS, Citation


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Returned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextPart(_Sent):
    """One part of a message; only text is understood."""

    type: Literal["text"]
    text: str


# An error repeats it.
ModelName = Annotated[str, Field(max_length=200), WHOLE]


def _text(content: object) -> object:
    """Text parts as one text; what is no text is said to be so."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    texts = [
        part["text"]
        for part in content
        if isinstance(part, dict) and part.get("type") == "text" and "text" in part
    ]
    if len(texts) < len(content) or not all(isinstance(text, str) for text in texts):
        raise PydanticCustomError("not_text", "只接受文字")
    return "\n".join(texts)


Content = Annotated[
    Text, BeforeValidator(_text, json_schema_input_type=str | tuple[TextPart, ...] | None)
]


class ChatMessage(_Sent):
    """One message of the conversation; only what user and assistant said is looked at."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = ""


class StreamOptions(_Sent):
    """Whether a stream ends with its usage."""

    include_usage: bool | None = None


class ResponseFormat(_Sent):
    """The form the client wants the content in; only ``text`` is offered."""

    type: str = "text"


def _latest(messages: object) -> object:
    """The end of a long conversation: clients send all of it, and more of it each time."""
    return messages[-MAX_TURNS:] if isinstance(messages, list) else messages


Messages = Annotated[
    tuple[ChatMessage, ...],
    Field(min_length=1),
    BeforeValidator(_latest, json_schema_input_type=tuple[ChatMessage, ...]),
]


class ChatRequest(_Sent):
    """A chat; ``document_ids`` is ours: the papers to look in (empty: all)."""

    model: ModelName
    messages: Messages
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tool_choice: JsonValue = None
    response_format: ResponseFormat | None = None
    document_ids: PaperIds = ()


class ReadUsage(_Returned):
    """What was read, in Unicode code points."""

    prompt_tokens: int
    total_tokens: int


class Usage(ReadUsage):
    """What was read and written, in Unicode code points."""

    completion_tokens: int


class UrlCitation(_Returned):
    """The mark at ``content[start_index:end_index]``, and the page that shows the quoted words."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(Citation):
    """OpenAI's annotation with our citation beside it; ``index`` is the number in the mark."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Source(_Returned):
    """One cited place, as search services list them; the first is what [1] points to.

    ``warning`` is ours; see ``contract.Citation``.
    """

    title: str
    url: str
    snippet: str
    warning: str


class Facts(_Returned):
    """What we say of an answer beyond OpenAI's shape; see ``contract.Answer``."""

    search_results: tuple[Source, ...]
    status: Literal["answered", "no_evidence"]
    backend: str
    ai_generated: bool
    notice: str


class Message(_Returned):
    """The answer; ``refusal`` is OpenAI's own kind, which an unanswered question is not."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: tuple[Annotation, ...]


class Choice(_Returned):
    """The one answer."""

    index: Literal[0] = 0
    message: Message
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(Facts):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: Usage


class Delta(_Returned):
    """What one chunk of a stream adds to the message; the rest is left out, not null."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: tuple[Annotation, ...] | None = None

    @model_serializer(mode="wrap")
    def _added(self, whole: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        return {name: value for name, value in whole(self).items() if value is not None}


class ChunkChoice(_Returned):
    """What one chunk adds to the one answer."""

    index: Literal[0] = 0
    delta: Delta = Delta()
    finish_reason: Literal["stop"] | None = None


class Chunk(_Returned):
    """One event of a stream; the one with ``usage`` has no choice."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: tuple[ChunkChoice, ...] = ()
    usage: Usage | None = None


class LastChunk(Facts, Chunk):
    """The event that ends the message."""


def _texts(given: object) -> object:
    """One text or several as several."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, list) and any(isinstance(each, int | list) for each in given):
        raise PydanticCustomError("token_ids", "不接受词元编号")
    if given == []:
        raise PydanticCustomError("too_short", "不能是空的")
    return given


Inputs = Annotated[
    tuple[Text, ...],
    FailFast(),
    BeforeValidator(_texts, json_schema_input_type=str | tuple[str, ...]),
]


class EmbeddingRequest(_Sent):
    """Texts to turn into vectors; ``input_type`` is ours: what they are for."""

    model: ModelName
    input: Inputs
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = None
    input_type: Literal["query", "passage"] = "passage"


class Embedding(_Returned):
    """One vector: numbers, or base64 of little-endian float32."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: tuple[float, ...] | str


class EmbeddingList(_Returned):
    """The vectors, in the order of the texts."""

    object: Literal["list"] = "list"
    data: tuple[Embedding, ...]
    model: str
    usage: ReadUsage


class Model(_Returned):
    """Something that a request can name; when it was made is not known."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["cewen"] = "cewen"


class ModelList(_Returned):
    """What a request can name."""

    object: Literal["list"] = "list"
    data: tuple[Model, ...]


class OpenAIError(_Returned):
    """An error in OpenAI's words; ``message`` is for the user, in Chinese."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str


class OpenAIErrorResponse(_Returned):
    """The body of every error under /v1."""

    error: OpenAIError
