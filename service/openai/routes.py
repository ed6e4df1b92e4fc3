"""The OpenAI-compatible routes: chat, vectors and models, for clients that speak its protocol."""

import base64
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from index.embedding.encoder import Encoder
from index.embedding.runtime import Vectors
from service.errors import Problem, from_error
from service.events import Event
from service.http.dependencies import Asked, Configured, Shared
from service.http.streaming import until_gone
from service.openai.errors import openai_body
from service.openai.reply import Reply
from service.openai.schemas import (
    ChatCompletion,
    ChatRequest,
    Choice,
    Chunk,
    ChunkChoice,
    Delta,
    Embedding,
    EmbeddingList,
    EmbeddingRequest,
    LastChunk,
    Message,
    Model,
    ModelList,
    OpenAIErrorResponse,
    ReadUsage,
    Usage,
)
from service.question.limits import check_question
from service.schemas import Turn

router = APIRouter(tags=["OpenAI 兼容接口"], responses={"4XX": {"model": OpenAIErrorResponse}})

ANSWERS = "cewen"
# As many texts as OpenAI takes at once, as much of each as long-reading models read.
_MAX_TEXTS = 2048
_MAX_CHARACTERS = 8192
# The model is given back after so many texts. A question asked while 400 texts of 220 characters
# are encoded takes 0.2-0.3 s, with 16 texts at a time 0.7-0.9 s; all of them take as long.
_BATCH = 4


@router.get("/models")
def models(workspace: Shared) -> ModelList:
    """可用的模型：作答的和生成向量的。"""
    return ModelList(data=tuple(Model(id=name) for name in (ANSWERS, workspace.encoder.identity)))


@router.get("/models/{name:path}")
def model(name: str, workspace: Shared) -> Model:
    """一个模型。"""
    _check_model(name, ANSWERS, workspace.encoder.identity)
    return Model(id=name)


@router.post("/chat/completions", response_model=ChatCompletion)
async def chat_completions(
    asked: ChatRequest, request: Request, assistant: Asked, settings: Configured
) -> ChatCompletion | Response:
    """依据文件回答最后一条提问；stream 为 true 时以 server-sent events 返回。"""
    _check_model(asked.model, ANSWERS)
    _check_form(asked)
    question, history = _conversation(asked)
    check_question(question, settings)
    events = assistant.events(question, history, asked.document_ids)
    read = len(question) + sum(len(turn.content) for turn in history)
    chat = _Chat(request, read)
    if asked.stream:
        with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        return EventSourceResponse(chat.stream(events, bool(with_usage)))
    return await until_gone(request, chat.whole(events))


@router.post("/embeddings")
async def embeddings(asked: EmbeddingRequest, request: Request, workspace: Shared) -> EmbeddingList:
    """文字的向量，由检索所用的模型生成。"""
    encoder = await run_in_threadpool(lambda: workspace.encoder)
    _check_model(asked.model, encoder.identity)
    _check_texts(asked, encoder.dimension)
    vectors = await until_gone(request, _encoded(asked, encoder))
    form = _base64 if asked.encoding_format == "base64" else _numbers
    read = sum(map(len, asked.input))
    return EmbeddingList(
        data=tuple(
            Embedding(index=place, embedding=form(vector)) for place, vector in enumerate(vectors)
        ),
        model=encoder.identity,
        usage=ReadUsage(prompt_tokens=read, total_tokens=read),
    )


class _Chat:
    """The answer to one request; ``read`` counts the code points of what was asked."""

    def __init__(self, request: Request, read: int) -> None:
        self._reply = Reply(str(request.base_url))
        self._request_id = request.state.request_id
        self._id = f"chatcmpl-{self._request_id}"
        self._created = int(time.time())
        self._read = read

    async def whole(self, events: AsyncGenerator[Event]) -> ChatCompletion:
        """The answer in one piece."""
        async with aclosing(events):
            async for event in events:
                self._reply.hear(event)
        message = Message(content=self._reply.content, annotations=tuple(self._reply.annotations))
        return ChatCompletion(
            id=self._id,
            created=self._created,
            model=ANSWERS,
            choices=(Choice(message=message),),
            usage=self._usage(),
            **dict(self._reply.facts()),
        )

    async def stream(
        self, events: AsyncGenerator[Event], with_usage: bool
    ) -> AsyncGenerator[bytes]:
        """The answer as it comes about, as server-sent events; or an error, and no more."""
        try:
            yield self._chunk(Delta(role="assistant", content=""))
            async with aclosing(events):
                async for event in events:
                    for delta in self._reply.hear(event):
                        yield self._chunk(delta)
            ended = ChunkChoice(finish_reason="stop")
            yield _sent(
                LastChunk(
                    id=self._id,
                    created=self._created,
                    model=ANSWERS,
                    choices=(ended,),
                    **dict(self._reply.facts()),
                )
            )
            if with_usage:
                yield _sent(
                    Chunk(id=self._id, created=self._created, model=ANSWERS, usage=self._usage())
                )
            yield format_sse_event(data_str="[DONE]")
        except Exception as error:  # every failure must reach the reader of the stream
            yield _sent(openai_body(from_error(error, self._request_id)))

    def _chunk(self, delta: Delta) -> bytes:
        choice = ChunkChoice(delta=delta)
        return _sent(Chunk(id=self._id, created=self._created, model=ANSWERS, choices=(choice,)))

    def _usage(self) -> Usage:
        written = len(self._reply.content)
        return Usage(
            prompt_tokens=self._read,
            completion_tokens=written,
            total_tokens=self._read + written,
        )


def _sent(data: BaseModel) -> bytes:
    return format_sse_event(data_str=data.model_dump_json())


def _check_model(name: str, *known: str) -> None:
    if name not in known:
        raise Problem(
            404, "model_not_found", f"没有模型“{name}”；这里可用的是 {'、'.join(known)}。", "model"
        )


def _check_form(asked: ChatRequest) -> None:
    """Raise Problem for what a client relies on and will not get."""
    if asked.n not in (None, 1):
        raise _unsupported("n", "一次只作一个回答，n 只能是 1。")
    if asked.tool_choice not in (None, "auto", "none"):
        raise _unsupported("tool_choice", "不调用工具，tool_choice 只能是 auto 或 none。")
    if asked.response_format and asked.response_format.type != "text":
        raise _unsupported("response_format", "回答是文字，response_format 只能是 text。")


def _check_texts(asked: EmbeddingRequest, dimension: int) -> None:
    """Raise Problem for more than can be encoded, or vectors of another length."""
    if asked.dimensions not in (None, dimension):
        raise _unsupported("dimensions", f"向量的维数是 {dimension}，不能改变。")
    if len(asked.input) > _MAX_TEXTS:
        raise Problem(
            422,
            "too_many_texts",
            f"共 {len(asked.input)} 条文字，超过一次 {_MAX_TEXTS} 条的上限；请分几次请求。",
            "input",
        )
    for place, text in enumerate(asked.input):
        if not text.strip():
            raise Problem(422, "text_empty", f"第 {place + 1} 条文字是空的。", f"input.{place}")
        if len(text) > _MAX_CHARACTERS:
            raise Problem(
                422,
                "text_too_long",
                f"第 {place + 1} 条文字有 {len(text)} 个字，超过上限 {_MAX_CHARACTERS} 个字；"
                "请分成几段。",
                f"input.{place}",
            )


def _unsupported(name: str, message: str) -> Problem:
    return Problem(422, "unsupported_value", message, name)


def _conversation(asked: ChatRequest) -> tuple[str, tuple[Turn, ...]]:
    """The last question, and what user and assistant said before it."""
    places = [place for place, said in enumerate(asked.messages) if said.role == "user"]
    if not places:
        raise Problem(
            422,
            "question_empty",
            "messages 中没有 role 为 user 的消息，不知道要问什么。",
            "messages",
        )
    earlier = asked.messages[: places[-1]]
    history = tuple(
        Turn(role=said.role, content=said.content)
        for said in earlier
        if said.role in ("user", "assistant")
    )
    return asked.messages[places[-1]].content, history


async def _encoded(asked: EmbeddingRequest, encoder: Encoder) -> Vectors:
    """Vectors of shape (texts, dimension)."""

    def encode(texts: tuple[str, ...]) -> Vectors:
        if asked.input_type == "passage":
            return encoder.encode_passages(texts)
        return np.stack([encoder.encode_query(text) for text in texts])

    starts = range(0, len(asked.input), _BATCH)
    batches = [asked.input[start : start + _BATCH] for start in starts]
    return np.concatenate([await run_in_threadpool(encode, batch) for batch in batches])


def _numbers(vector: Vectors) -> tuple[float, ...]:
    return tuple(vector.tolist())


def _base64(vector: Vectors) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()
