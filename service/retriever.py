"""The retrieval as a LangChain retriever, for those who build their own chain on it."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from service.assistant import Assistant
from service.contract import SearchResult


class CewenRetriever(BaseRetriever):
    """Finds the ``k`` best passages; the metadata says where each stands, in code points."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 5
    document_ids: tuple[str, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        found = self.assistant.search(query, self.k, document_ids=self.document_ids)
        return [_as_document(result) for result in found]


def _as_document(result: SearchResult) -> Document:
    metadata = result.model_dump(mode="json", exclude={"text"})
    return Document(page_content=result.text, metadata=metadata, id=result.passage_id)
