"""The HTTP routes; everything they say is in service/contract.py."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from index.errors import UnknownDocumentError
from index.files import SourceFile
from index.search import Index
from ingest.types import Document
from service.assistant import Assistant
from service.contract import (
    Answer,
    AnswerRequest,
    Citation,
    DocumentCorrection,
    DocumentDetail,
    DocumentInfo,
    DocumentList,
    DocumentText,
    ErrorInfo,
    ErrorResponse,
    FileOutcome,
    ResponsibilityList,
    SearchRequest,
    SearchResponse,
    SectionInfo,
    Sentence,
    Stage,
    UploadResponse,
)
from service.papers import document_info
from service.problems import Problem, from_error
from service.responsibilities import find_responsibilities
from service.settings import Settings
from service.streams import last_answer, until_gone
from service.workspace import Workspace
from service.writing import Event

api = APIRouter(tags=["问答与文件"], responses={"4XX": {"model": ErrorResponse}})
health = APIRouter(tags=["运行状态"])


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


Shared = Annotated[Workspace, Depends(_workspace)]
Asked = Annotated[Assistant, Depends(_assistant)]
Configured = Annotated[Settings, Depends(_settings)]


@api.post("/answer", response_model=Answer)
async def answer(
    asked: AnswerRequest, request: Request, assistant: Asked, settings: Configured
) -> Answer | Response:
    """回答一个问题；stream 为 true 时以 server-sent events 返回。"""
    check_question(asked.question, settings)
    events = assistant.events(asked.question, asked.history, asked.document_ids)
    if asked.stream:
        return EventSourceResponse(_sent(events, request.state.request_id))
    answered = await until_gone(request, last_answer(events))
    return answered.model_copy(update={"request_id": request.state.request_id})


@api.post("/search")
def search(asked: SearchRequest, assistant: Asked, settings: Configured) -> SearchResponse:
    """检索与问题最相关的段落。"""
    check_question(asked.question, settings)
    found = assistant.search(asked.question, asked.k, (), asked.document_ids)
    return SearchResponse(results=tuple(found))


@api.get("/documents")
def documents(assistant: Asked) -> DocumentList:
    """已导入的全部文件。"""
    return DocumentList(documents=tuple(assistant.documents()))


@api.post("/documents")
async def upload(
    files: Annotated[list[UploadFile], File(description="一个或多个文件")],
    workspace: Shared,
    settings: Configured,
) -> UploadResponse:
    """导入文件；逐个说明结果，被拒的说明原因。"""
    received = [await _receive(file, settings.upload_megabytes) for file in files]
    results = await run_in_threadpool(workspace.add, received)
    return UploadResponse(
        files=tuple(
            FileOutcome(
                name=result.name,
                outcome=result.outcome.value,
                document_id=result.document_id,
                reason=result.reason,
            )
            for result in results
        )
    )


@api.get("/documents/{document_id}")
def document(document_id: str, workspace: Shared) -> DocumentDetail:
    """一份文件的基本信息和各级标题。"""
    found, index = _find(workspace, document_id)
    sections = tuple(
        SectionInfo(path=s.path, level=s.level, start=s.start, end=s.end) for s in found.sections
    )
    return DocumentDetail(**document_info(found, index).model_dump(), sections=sections)


@api.patch("/documents/{document_id}")
def correct(document_id: str, correction: DocumentCorrection, workspace: Shared) -> DocumentInfo:
    """更正文件的标题、文号、日期等；重新导入后更正仍然有效。"""
    fields = correction.model_dump(exclude_none=True)
    if "document_number" in fields:
        fields["number"] = fields.pop("document_number")
    workspace.correct(document_id, fields)
    return document_info(*_find(workspace, document_id))


@api.get("/documents/{document_id}/text")
def document_text(document_id: str, workspace: Shared) -> DocumentText:
    """一份文件的全文；所有偏移量都在这个文本里以码位计。"""
    return DocumentText(text=_find(workspace, document_id)[0].text)


@api.delete("/documents/{document_id}", status_code=204)
def delete(document_id: str, workspace: Shared) -> None:
    """删除一份文件。"""
    workspace.delete(document_id)


@api.get("/responsibilities")
def responsibilities(
    workspace: Shared,
    unit: Annotated[str, Query(max_length=100, description="单位名称或其中一部分")] = "",
    task: Annotated[str, Query(max_length=100, description="任务或章节名称的一部分")] = "",
) -> ResponsibilityList:
    """谁牵头、谁配合：按单位或任务查全部文件里的责任分工。"""
    index = workspace.index()
    found = find_responsibilities(index.documents.values() if index else (), unit, task)
    return ResponsibilityList(responsibilities=tuple(found))


@health.get("/healthz")
def healthz() -> dict[str, str]:
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


def check_question(question: str, settings: Settings) -> None:
    """Raise Problem where a question is empty or too long."""
    if not question.strip():
        raise Problem(422, "question_empty", "问题是空的，请输入要问的内容。")
    if len(question) > settings.question_characters:
        raise Problem(
            422,
            "question_too_long",
            f"问题有 {len(question)} 个字，超过上限 {settings.question_characters} 个字；"
            "请精简后再问。",
        )


async def _sent(events: AsyncGenerator[Event], request_id: str) -> AsyncGenerator[bytes]:
    """status, then citations and text as they stand, then done with the whole answer; or error."""
    try:
        async with aclosing(events):
            async for event in events:
                last = isinstance(event, Answer)
                numbered = {"request_id": request_id} if last else {}
                yield _event(_NAMES[type(event)], event.model_copy(update=numbered))
    except Exception as error:  # every failure must reach the reader of the stream
        problem = from_error(error)
        info = ErrorInfo(code=problem.code, message=str(problem), request_id=request_id)
        yield _event("error", ErrorResponse(error=info))


_NAMES = {Stage: "status", Citation: "citation", Sentence: "delta", Answer: "done"}


def _event(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json())


async def _receive(file: UploadFile, megabytes: int) -> SourceFile:
    name = file.filename or "未命名"
    if (file.size or 0) > megabytes * 1_000_000:
        raise Problem(413, "too_large", f"文件“{name}”超过 {megabytes} MB 的上限；请拆分后再上传。")
    data = await file.read()
    return SourceFile(name, "", lambda: data)


def _find(workspace: Workspace, document_id: str) -> tuple[Document, Index]:
    index = workspace.index()
    found = index.documents.get(document_id) if index else None
    if index is None or found is None:
        raise UnknownDocumentError(f"没有编号为 {document_id} 的文件。")
    return found, index
