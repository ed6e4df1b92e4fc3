"""The HTTP routes of kept conversations and of what readers thought of the answers."""

from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from index.errors import EncoderError, StoreError
from service.conversations.export import MARKDOWN, UNTITLED, WORD, as_markdown, as_word
from service.conversations.store import Conversations
from service.documents.info import Papers, restated
from service.http.attachments import attachment
from service.http.dependencies import Kept, Owner, Shared
from service.schemas import (
    ConversationDetail,
    ConversationInfo,
    ConversationList,
    ConversationTitle,
    ErrorResponse,
    ExchangeInfo,
    Feedback,
    FeedbackList,
)
from service.workspace import Workspace

router = APIRouter(tags=["对话"], responses={"4XX": {"model": ErrorResponse}})
_MAX_WORDS = 100
_PAGE, _MAX_PAGE = 100, 200
_MAX_OFFSET = 10**9  # a database counts no further than its integers go


@router.get("/conversations")
def conversations(
    kept: Kept,
    owner: Owner,
    words: Annotated[str, Query(max_length=_MAX_WORDS, description="标题或正文中的字")] = "",
    limit: Annotated[int, Query(ge=1, le=_MAX_PAGE, description="最多取几段")] = _PAGE,
    offset: Annotated[int, Query(ge=0, le=_MAX_OFFSET, description="略过最近的几段")] = 0,
) -> ConversationList:
    """保存的对话，最近的在前；可按标题和正文中的字查找，分页取。"""
    return kept.page(owner, words.strip(), limit, offset)


@router.post("/conversations", status_code=201)
def begin(asked: ConversationTitle, kept: Kept, owner: Owner) -> ConversationInfo:
    """开始一段新对话；提问时写上它的编号，问答就保存在里面。"""
    return kept.begin(owner, asked.title)


@router.get("/conversations/{conversation_id}")
def conversation(
    conversation_id: str, kept: Kept, owner: Owner, workspace: Shared
) -> ConversationDetail:
    """一段对话的全部问答；所引文件的效力是现在的。"""
    return _said(kept, owner, conversation_id, workspace)


@router.patch("/conversations/{conversation_id}")
def rename(
    conversation_id: str, asked: ConversationTitle, kept: Kept, owner: Owner
) -> ConversationInfo:
    """给一段对话改名。"""
    return kept.rename(owner, conversation_id, asked.title)


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete(conversation_id: str, kept: Kept, owner: Owner) -> None:
    """删除一段对话和其中的全部问答。"""
    kept.delete(owner, conversation_id)


@router.get("/conversations/{conversation_id}/export", response_class=Response)
async def export(
    conversation_id: str,
    kept: Kept,
    owner: Owner,
    workspace: Shared,
    form: Annotated[Literal["markdown", "word"], Query(alias="format")] = "markdown",
) -> Response:
    """导出一段对话，Markdown 或 Word；模型写的文字带“人工智能生成”的标识，失效的文件有警告。"""
    said = await run_in_threadpool(_said, kept, owner, conversation_id, workspace)
    write, kind = (as_word, WORD) if form == "word" else (as_markdown, MARKDOWN)
    data = await run_in_threadpool(write, said)
    return attachment(data, f"{said.title or UNTITLED}{kind.extension}", kind.media_type)


@router.post("/feedback", status_code=204)
def rate(asked: Feedback, kept: Kept, owner: Owner) -> None:
    """说一个回答有没有用、为什么；只能评已保存在对话里的回答。"""
    kept.rate(owner, asked.request_id, asked.helpful, asked.reason.strip())


@router.get("/feedback")
def feedback(kept: Kept, workspace: Shared) -> FeedbackList:
    """读者评过的回答，最近的在前。"""
    return FeedbackList(feedback=_today(kept.rated(), workspace))


def _said(
    kept: Conversations, owner: str, conversation_id: str, workspace: Workspace
) -> ConversationDetail:
    said = kept.conversation(owner, conversation_id)
    return said.model_copy(update={"exchanges": _today(said.exchanges, workspace)})


def _today(exchanges: Iterable[ExchangeInfo], workspace: Workspace) -> tuple[ExchangeInfo, ...]:
    """What was said, with how the papers stand today; as it was said where none can be read."""
    try:
        papers = workspace.index()
    except (EncoderError, StoreError):
        papers = None
    known = papers or Papers.of(())
    return tuple(
        each.model_copy(update={"answer": restated(each.answer, known)}) for each in exchanges
    )
