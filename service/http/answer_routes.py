"""The HTTP routes; everything they say is in service/schemas.py."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from index.errors import StoreError
from service.conversations.store import Conversations
from service.errors import Problem, from_error, log_known
from service.events import Event, last_answer
from service.explanation import Explanation
from service.http.dependencies import Asked, Configured, Kept, Owner, Shared
from service.http.streaming import until_gone
from service.question.followup import TURNS
from service.question.limits import check_question
from service.schemas import (
    Answer,
    AnswerRequest,
    Citation,
    ErrorInfo,
    ErrorResponse,
    ExplainedAnswer,
    SearchRequest,
    SearchResponse,
    Sentence,
    Stage,
    SuggestionList,
)
from service.settings import is_loopback

_NO_CONVERSATION = "replaces 要和 conversation_id 一起写：只能替换保存在对话里的回答。"
_UNSAVED = "这次问答没有存入对话记录："
_LOCAL_ONLY = "explain 只答复本机；请在运行服务的机器上提问，或用 cewen ask --explain。"
_ALONE = "先前的对话也读不出来，这个问题没有结合前文来理解。"
api = APIRouter(tags=["问答"], responses={"4XX": {"model": ErrorResponse}})
health = APIRouter(tags=["运行状态"])


@api.post("/answer", response_model=ExplainedAnswer | Answer)
async def answer(  # noqa: PLR0913, PLR0917  what the route needs is handed in
    asked: AnswerRequest,
    request: Request,
    assistant: Asked,
    settings: Configured,
    kept: Kept,
    owner: Owner,
) -> Answer | Response:
    """回答一个问题；stream 为 true 时以 server-sent events 返回。"""
    check_question(asked.question, settings)
    if asked.replaces and not asked.conversation_id:
        raise Problem(422, "invalid_request", _NO_CONVERSATION, "replaces")
    if asked.explain and not (request.client and is_loopback(request.client.host)):
        raise Problem(403, "local_only", _LOCAL_ONLY, "explain")
    request_id, history, unread = request.state.request_id, asked.history, ""
    if asked.conversation_id:
        try:
            before = await run_in_threadpool(kept.history, owner, asked, TURNS)
            history = history or before
        except StoreError as error:
            log_known(error, request_id)
            unread = f"{_UNSAVED}{error}" + ("" if history else _ALONE)
    events = _numbered(assistant.events(asked.question, history, asked.document_ids), request_id)
    if asked.conversation_id:
        events = _keeping(events, kept, owner, asked, unread)
    if asked.explain:
        explaining = partial(assistant.explain, asked.question, history, asked.document_ids)
        events = _explained(events, explaining)
    if asked.stream:
        return EventSourceResponse(_sent(events, request_id))
    return await until_gone(request, last_answer(events))


@api.get("/suggestions")
def suggested(workspace: Shared) -> SuggestionList:
    """由库中文件拟出、确有答案的几个问题。"""
    return SuggestionList(suggestions=workspace.suggestions())


@api.post("/search")
async def search(
    asked: SearchRequest, request: Request, assistant: Asked, settings: Configured
) -> SearchResponse:
    """检索与问题最相关的段落。"""
    check_question(asked.question, settings)
    finding = run_in_threadpool(assistant.search, asked.question, asked.k, (), asked.document_ids)
    found = await until_gone(request, finding)
    return SearchResponse(results=tuple(found))


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """进程在运行。"""
    return {"status": "ok"}


@health.get("/readyz", responses={503: {"model": ErrorResponse}})
def readyz(request: Request, workspace: Shared) -> dict[str, str]:
    """模型和索引已就绪，可以回答问题。"""
    if workspace.ready:
        workspace.index()
    elif request.app.state.warm_failed:  # says why, or finds that it was mended
        workspace.warm()
    else:
        raise Problem(503, "starting", "正在准备模型和索引，请稍候。")
    return {"status": "ready"}


async def _numbered(events: AsyncGenerator[Event], request_id: str) -> AsyncGenerator[Event]:
    """The same events, the answer under the number of its request."""
    async with aclosing(events):
        async for event in events:
            last = isinstance(event, Answer)
            yield event.model_copy(update={"request_id": request_id} if last else {})


async def _keeping(
    events: AsyncGenerator[Event],
    kept: Conversations,
    owner: str,
    asked: AnswerRequest,
    unread: str,
) -> AsyncGenerator[Event]:
    """The same events; the answer is kept before it is given, so that it can be rated.

    Where that cannot be done, or the conversation is ``unread`` for the reason told, it says so.
    """
    began = time.perf_counter()
    async with aclosing(events):
        async for event in events:
            if not isinstance(event, Answer):
                yield event
                continue
            unsaved, seconds = unread, time.perf_counter() - began
            if not unread:
                try:
                    await run_in_threadpool(kept.add, owner, asked, event, seconds)
                except StoreError as error:
                    log_known(error, event.request_id)
                    unsaved = f"{_UNSAVED}{error}"
            yield event.model_copy(update={"unsaved": unsaved})


async def _explained(
    events: AsyncGenerator[Event], explaining: Callable[[], Explanation]
) -> AsyncGenerator[Event]:
    """The same events, the answer with why it came out so, which is not kept."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Answer):
                yield ExplainedAnswer.of(event, await run_in_threadpool(explaining))
            else:
                yield event


async def _sent(events: AsyncGenerator[Event], request_id: str) -> AsyncGenerator[bytes]:
    """status, then citations and text as they stand, then done with the whole answer; or error."""
    try:
        async with aclosing(events):
            async for event in events:
                yield _event(_NAMES[type(event)], event)
    except Exception as error:  # every failure must reach the reader of the stream
        problem = from_error(error, request_id)
        info = ErrorInfo(code=problem.code, message=str(problem), request_id=request_id)
        yield _event("error", ErrorResponse(error=info))


_NAMES = {
    Stage: "status",
    Citation: "citation",
    Sentence: "delta",
    Answer: "done",
    ExplainedAnswer: "done",
}


def _event(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json())
