"""The assistant as a LangChain runnable, for those who build it into a chain of their own."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from typing import Required

from langchain_core.messages import BaseMessage, convert_to_openai_messages
from langchain_core.runnables import Runnable, RunnableLambda
from typing_extensions import TypedDict

from service.assistant import Assistant
from service.events import Event
from service.schemas import MAX_TURNS, AnswerRequest


class Asked(TypedDict, total=False):
    """A question, the conversation before it (LangChain's messages), the papers to look in."""

    question: Required[str]
    history: Sequence[BaseMessage | dict[str, str]]
    document_ids: Collection[str]


def cewen_chain(assistant: Assistant) -> Runnable[str | Asked, Event]:
    """A runnable from a question to its ``Answer``.

    ``astream`` gives the stages, citations and sentences as they come about, at last the
    ``Answer``; closing it stops the language model.

    Raises (when run):
        pydantic.ValidationError: what was asked is not of the form.
    """

    def answer(asked: str | Asked) -> Event:
        request = _request(asked)
        return assistant.answer(request.question, request.history, request.document_ids)

    async def events(asked: str | Asked) -> AsyncGenerator[Event]:
        request = _request(asked)
        about = assistant.events(request.question, request.history, request.document_ids)
        async with aclosing(about):
            async for event in about:
                yield event

    return RunnableLambda(answer, events, name="cewen")


def _request(asked: str | Asked) -> AnswerRequest:
    given = Asked(question=asked) if isinstance(asked, str) else asked
    messages = convert_to_openai_messages(list(given.get("history", ())))
    said = [m for m in messages if isinstance(m, dict) and m["role"] in ("user", "assistant")]
    turns = [{"role": each["role"], "content": each["content"]} for each in said[-MAX_TURNS:]]
    return AnswerRequest.model_validate({**given, "history": turns})
