"""The LangChain retriever over the real index."""

from service.assistant import Assistant
from service.retriever import CewenRetriever
from service.workspace import Workspace


def test_a_langchain_retriever_finds_the_same_passages(samples_workspace: Workspace) -> None:
    assistant = Assistant(samples_workspace.index)
    found = CewenRetriever(assistant=assistant, k=3).invoke("氢能产业由哪个单位牵头？")
    expected = assistant.search("氢能产业由哪个单位牵头？", 3)
    assert [document.id for document in found] == [result.passage_id for result in expected]
    text = assistant.text(found[0].metadata["document_id"])
    assert text[found[0].metadata["start"] : found[0].metadata["end"]] == found[0].page_content
