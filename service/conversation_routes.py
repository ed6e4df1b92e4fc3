"""The HTTP routes of kept conversations and of what readers thought of the answers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from service.contract import (
    ConversationDetail,
    ConversationInfo,
    ConversationList,
    ConversationTitle,
    ErrorResponse,
    ExchangeInfo,
    Feedback,
    FeedbackList,
)
from service.conversations import Exchange, Heading
from service.export import MARKDOWN, WORD, as_markdown, as_word
from service.files import attachment
from service.shared import Kept, Owner

router = APIRouter(tags=["对话"], responses={"4XX": {"model": ErrorResponse}})
_MAX_WORDS = 100


@router.get("/conversations")
def conversations(
    kept: Kept,
    owner: Owner,
    words: Annotated[str, Query(max_length=_MAX_WORDS, description="标题或正文中的字")] = "",
) -> ConversationList:
    """保存的对话，最近的在前；可按标题和正文中的字查找。"""
    found = kept.headings(owner, words.strip())
    return ConversationList(conversations=tuple(_info(heading) for heading in found))


@router.post("/conversations", status_code=201)
def begin(asked: ConversationTitle, kept: Kept, owner: Owner) -> ConversationInfo:
    """开始一段新对话；提问时写上它的编号，问答就保存在里面。"""
    return _info(kept.begin(owner, asked.title))


@router.get("/conversations/{conversation_id}")
def conversation(conversation_id: str, kept: Kept, owner: Owner) -> ConversationDetail:
    """一段对话的全部问答。"""
    heading = kept.heading(owner, conversation_id)
    said = tuple(map(_exchange, kept.exchanges(owner, conversation_id)))
    return ConversationDetail(**_info(heading).model_dump(), exchanges=said)


@router.patch("/conversations/{conversation_id}")
def rename(
    conversation_id: str, asked: ConversationTitle, kept: Kept, owner: Owner
) -> ConversationInfo:
    """给一段对话改名。"""
    return _info(kept.rename(owner, conversation_id, asked.title))


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete(conversation_id: str, kept: Kept, owner: Owner) -> None:
    """删除一段对话和其中的全部问答。"""
    kept.delete(owner, conversation_id)


@router.get("/conversations/{conversation_id}/export", response_class=Response)
async def export(
    conversation_id: str,
    kept: Kept,
    owner: Owner,
    form: Annotated[Literal["markdown", "word"], Query(alias="format")] = "markdown",
) -> Response:
    """导出一段对话，Markdown 或 Word；模型写的文字带“人工智能生成”的标识。"""
    heading = await run_in_threadpool(kept.heading, owner, conversation_id)
    said = await run_in_threadpool(kept.exchanges, owner, conversation_id)
    write, kind = (as_word, WORD) if form == "word" else (as_markdown, MARKDOWN)
    data = await run_in_threadpool(write, heading.title, said)
    return attachment(data, f"{heading.title or '对话'}{kind.extension}", kind.media_type)


@router.post("/feedback", status_code=204)
def rate(asked: Feedback, kept: Kept, owner: Owner) -> None:
    """说一个回答有没有用、为什么；只能评已保存在对话里的回答。"""
    kept.rate(owner, asked.request_id, asked.helpful, asked.reason.strip())


@router.get("/feedback")
def feedback(kept: Kept) -> FeedbackList:
    """读者评过的回答，最近的在前。"""
    return FeedbackList(feedback=tuple(map(_exchange, kept.rated())))


def _info(heading: Heading) -> ConversationInfo:
    return ConversationInfo(
        id=heading.id, title=heading.title, created=heading.created, updated=heading.updated
    )


def _exchange(kept: Exchange) -> ExchangeInfo:
    return ExchangeInfo(
        request_id=kept.id,
        conversation_id=kept.conversation_id,
        question=kept.question,
        answer=kept.answer,
        seconds=kept.seconds,
        created=kept.created,
        helpful=kept.helpful,
        reason=kept.reason,
    )
