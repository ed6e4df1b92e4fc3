"""The LangChain retriever over the real index."""

import asyncio

from service.assistant import Assistant
from service.integrations.retriever import CewenRetriever
from service.schemas import Turn
from service.workspace import Workspace


def test_a_langchain_retriever_finds_the_same_passages(samples_workspace: Workspace) -> None:
    assistant = Assistant(samples_workspace.index)
    found = CewenRetriever(assistant=assistant, k=3).invoke("氢能产业由哪个单位牵头？")
    expected = assistant.search("氢能产业由哪个单位牵头？", 3)
    assert [document.id for document in found] == [result.passage_id for result in expected]
    text = assistant.text(found[0].metadata["document_id"])
    assert text[found[0].metadata["start"] : found[0].metadata["end"]] == found[0].page_content


def test_it_completes_a_follow_up_and_finds_the_same_without_blocking(
    samples_workspace: Workspace,
) -> None:
    assistant = Assistant(samples_workspace.index)
    history = [Turn(role="user", content="泽川市氢能产业到2030年产值达到多少？")]
    retriever = CewenRetriever(assistant=assistant, tags=["政策"])
    found = retriever.invoke("那2035年呢？", history=history)
    expected = assistant.search("那2035年呢？", 5, history)
    assert [document.id for document in found] == [result.passage_id for result in expected]
    assert found != retriever.invoke("那2035年呢？")
    assert asyncio.run(retriever.ainvoke("那2035年呢？", history=history)) == found
