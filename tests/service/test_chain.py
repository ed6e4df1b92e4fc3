"""The assistant as a LangChain runnable, over the real index."""

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from pydantic import ValidationError

from service.assistant import Assistant, open_assistant
from service.integrations.chain import Asked, cewen_chain
from service.integrations.retriever import CewenRetriever
from service.llm.backend import Backend
from service.llm.writer import Writer
from service.schemas import Answer, Sentence, Turn
from service.settings import Settings
from service.workspace import Workspace

QUESTION = "泽川市氢能产业由哪个单位牵头？"
BEFORE = "泽川市氢能产业到2030年产值达到多少？"
AFTER = "那2035年呢？"


@pytest.fixture(scope="module")
def assistant(samples_workspace: Workspace) -> Assistant:
    return Assistant(samples_workspace.index)


def test_a_question_is_answered_as_the_assistant_does(assistant: Assistant) -> None:
    chain = cewen_chain(assistant)
    expected = assistant.answer(QUESTION)
    assert chain.invoke(QUESTION) == expected
    assert chain.invoke({"question": QUESTION}) == expected
    assert asyncio.run(chain.ainvoke(QUESTION)) == expected
    assert chain.batch([QUESTION, QUESTION]) == [expected, expected]


def test_the_conversation_may_be_messages_or_their_dictionaries(assistant: Assistant) -> None:
    messages: list[BaseMessage] = [
        SystemMessage("你是助手。"),
        HumanMessage(BEFORE),
        AIMessage("不详", tool_calls=[{"name": "search", "args": {}, "id": "1"}]),
    ]
    expected = assistant.answer(AFTER, [Turn(role="user", content=BEFORE)])
    assert "1000亿元" in expected.answer
    chain = cewen_chain(assistant)
    for history in (messages, [{"role": "user", "content": BEFORE}]):
        asked: Asked = {"question": AFTER, "history": history}
        assert chain.invoke(asked) == expected


def test_the_papers_to_look_in_are_chosen(assistant: Assistant) -> None:
    chain = cewen_chain(assistant)
    everywhere = chain.invoke(QUESTION)
    assert isinstance(everywhere, Answer)
    [paper] = {citation.document_id for citation in everywhere.citations}
    others = [each.id for each in assistant.documents() if each.id != paper]
    elsewhere = chain.invoke({"question": QUESTION, "document_ids": others})
    assert isinstance(elsewhere, Answer)
    assert paper not in {citation.document_id for citation in elsewhere.citations}


def test_what_streams_are_the_events_of_the_assistant(assistant: Assistant) -> None:
    async def listed(events: AsyncIterator[Any]) -> list[Any]:
        return [event async for event in events]

    async def both() -> tuple[list[Any], list[Any]]:
        streamed = await listed(cewen_chain(assistant).astream(QUESTION))
        return streamed, await listed(assistant.events(QUESTION))

    streamed, expected = asyncio.run(both())
    assert streamed == expected
    assert isinstance(streamed[-1], Answer)
    assert len(streamed) > 3


@pytest.mark.parametrize("asked", [{"question": 1}, {"frage": "？"}, {"question": "？", "k": 3}])
def test_what_is_not_of_the_form_is_refused(assistant: Assistant, asked: Any) -> None:
    with pytest.raises(ValidationError):
        cewen_chain(assistant).invoke(asked)


class Endless(GenericFakeChatModel):
    """A chat model that writes until it is stopped."""

    stopped: threading.Event

    async def _astream(self, *arguments: Any, **named: Any) -> AsyncIterator[Any]:
        try:
            for text in itertools.chain(["氢能产业由市教育局牵头。[1]\n"], itertools.repeat("氢")):
                yield ChatGenerationChunk(message=AIMessageChunk(text))
                await asyncio.sleep(0.01)
        finally:
            self.stopped.set()


def test_closing_the_stream_stops_the_model(samples_workspace: Workspace) -> None:
    chat = Endless(messages=iter(()), stopped=threading.Event())
    writer = Writer(Backend(chat, "endless", "endless", max_tokens=100_000))
    chain = cewen_chain(Assistant(samples_workspace.index, writer))

    async def leave_early() -> None:
        async for event in chain.astream(QUESTION):
            if isinstance(event, Sentence) and "教育局" in event.text:
                break
        async with asyncio.timeout(10):
            while not chat.stopped.is_set():
                await asyncio.sleep(0.01)

    asyncio.run(leave_early())


def test_the_retriever_and_the_chain_fit_into_chains_of_others(assistant: Assistant) -> None:
    def as_text(documents: list[Document]) -> str:
        return "\n".join(document.page_content for document in documents)

    asked: list[str] = []

    def answer(prompt: Any) -> AIMessage:
        asked.append(prompt.to_string())
        return AIMessage("好")

    prompt = ChatPromptTemplate.from_template("资料：{context}\n问题：{question}")
    retriever = CewenRetriever(assistant=assistant, k=2)
    chain = (
        {"context": retriever | as_text, "question": RunnablePassthrough()}
        | prompt
        | RunnableLambda(answer)
        | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "好"
    assert all(found.text in asked[0] for found in assistant.search(QUESTION, 2))
    told = cewen_chain(assistant) | (lambda found: found.answer)
    assert told.invoke(QUESTION) == assistant.answer(QUESTION).answer


def test_an_assistant_is_opened_from_settings(samples_copy: Any, loaded_once: None) -> None:
    opened = open_assistant(Settings(data_dir=samples_copy))
    assert opened.documents()
    assert opened.answer(QUESTION).status == "answered"
