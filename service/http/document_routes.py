"""The HTTP routes of the papers, and of who leads what in them."""

import mimetypes
from collections.abc import Callable, Collection, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.routing import APIRoute

from index.errors import UnknownDocumentError
from index.ids import find_paper, whole_ids
from index.library.progress import SourceFile
from index.search.search import Index
from ingest.types import Document
from service.documents.info import document_info, with_standing
from service.documents.responsibilities import as_xlsx, find_responsibilities
from service.errors import Problem
from service.fields import MAX_PAPERS, PaperId
from service.http.attachments import attachment, opened
from service.http.dependencies import Asked, Configured, Shared
from service.schemas import (
    DocumentCorrection,
    DocumentDetail,
    DocumentInfo,
    DocumentList,
    DocumentText,
    ErrorResponse,
    FileOutcome,
    ResponsibilityInfo,
    ResponsibilityList,
    SectionInfo,
    UploadResponse,
)
from service.workspace import Workspace


class _Changing(APIRoute):
    """A route that changes the papers; while one is at work the next is refused, body unread."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def alone(request: Request) -> Response:
            workspace: Workspace = request.app.state.workspace
            with workspace.changing():
                return await handle(request)

        return alone


router = APIRouter(tags=["文件"], responses={"4XX": {"model": ErrorResponse}})
changes = APIRouter(route_class=_Changing)
_MAX_FILES = 100  # of one upload; a small one is held in memory until it is read
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/documents")
def documents(assistant: Asked) -> DocumentList:
    """已导入的全部文件。"""
    return DocumentList(documents=tuple(assistant.documents()))


@changes.post("/documents", form_limits={"max_files": _MAX_FILES})
def upload(
    files: Annotated[list[UploadFile], File(description="一个或多个文件")],
    workspace: Shared,
    settings: Configured,
) -> UploadResponse:
    """导入文件；逐个说明结果，被拒的说明原因。"""
    results = workspace.add([_received(file, settings.upload_megabytes) for file in files])
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


@router.get("/documents/{document_id}")
def document(document_id: str, workspace: Shared) -> DocumentDetail:
    """一份文件的基本信息和各级标题。"""
    found, index = _find(workspace, document_id)
    sections = tuple(
        SectionInfo(path=s.path, level=s.level, start=s.start, end=s.end) for s in found.sections
    )
    return DocumentDetail(**document_info(found, index).model_dump(), sections=sections)


@changes.patch("/documents/{document_id}")
def correct(document_id: str, correction: DocumentCorrection, workspace: Shared) -> DocumentInfo:
    """更正文件的标题、文号、日期等；重新导入后更正仍然有效。"""
    fields = correction.model_dump(exclude_none=True)
    if "document_number" in fields:
        fields["number"] = fields.pop("document_number")
    workspace.correct(document_id, fields)
    return document_info(*_find(workspace, document_id))


@router.get("/documents/{document_id}/text")
def document_text(document_id: str, workspace: Shared) -> DocumentText:
    """一份文件的全文；所有偏移量都在这个文本里以码位计。"""
    found, index = _find(workspace, document_id)
    return DocumentText(text=found.text, warning=document_info(found, index).warning)


@changes.delete("/documents/{document_id}", status_code=204)
def delete(document_id: str, workspace: Shared) -> None:
    """删除一份文件。"""
    workspace.delete(document_id)


@router.get("/documents/{document_id}/file", response_class=Response)
def original(document_id: str, workspace: Shared) -> Response:
    """一份文件的原件；PDF 在浏览器中打开，其余下载。"""
    found, _ = _find(workspace, document_id)
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    sent = opened if kind == "application/pdf" else attachment
    return sent(workspace.original(found), found.name, kind)


@changes.post("/documents/{document_id}/reread")
def reread(document_id: str, workspace: Shared) -> DocumentInfo:
    """由保存的原件重新读取一份文件；更正仍然有效。"""
    workspace.reread(document_id)
    return document_info(*_find(workspace, document_id))


Unit = Annotated[str, Query(max_length=100, description="单位名称或其中一部分")]
Task = Annotated[str, Query(max_length=100, description="任务或章节名称的一部分")]
Papers = Annotated[
    list[PaperId] | None,
    Query(max_length=MAX_PAPERS, description="只在这些文件中找；不写表示全部"),
]


@router.get("/responsibilities")
def responsibilities(
    workspace: Shared, unit: Unit = "", task: Task = "", document_id: Papers = None
) -> ResponsibilityList:
    """谁牵头、谁配合：按单位或任务查全部文件里的责任分工。"""
    return ResponsibilityList(responsibilities=_duties(workspace, unit, task, document_id or ()))


@router.get("/responsibilities/export", response_class=Response)
def exported(
    workspace: Shared, unit: Unit = "", task: Task = "", document_id: Papers = None
) -> Response:
    """查到的责任分工，存为 Excel 文件。"""
    duties = _duties(workspace, unit, task, document_id or ())
    return attachment(as_xlsx(duties), "责任分工.xlsx", _XLSX)


def _duties(
    workspace: Workspace, unit: str, task: str, document_ids: Collection[str]
) -> tuple[ResponsibilityInfo, ...]:
    index = workspace.index()
    if index is None:
        return ()
    wanted = whole_ids(index.documents, document_ids)
    papers = index.documents.values()
    asked = [paper for paper in papers if not wanted or paper.id in wanted]
    return with_standing(find_responsibilities(asked, unit, task), index)


def _received(file: UploadFile, megabytes: int) -> SourceFile:
    """An uploaded file; its bytes stay on the disk until they are asked for."""
    name = file.filename or "未命名"
    if (file.size or 0) > megabytes * 1_000_000:
        raise Problem(413, "too_large", f"文件“{name}”超过 {megabytes} MB 的上限；请拆分后再上传。")

    def read() -> bytes:
        file.file.seek(0)
        return file.file.read()

    return SourceFile(name, "", read)


def _find(workspace: Workspace, document_id: str) -> tuple[Document, Index]:
    index = workspace.index()
    if index is None:
        raise UnknownDocumentError(f"没有编号为 {document_id} 的文件。")
    return find_paper(index.documents, document_id), index


router.include_router(changes)
