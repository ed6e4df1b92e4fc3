"""The retrieval as a LangChain retriever, for those who build their own chain on it."""

from collections.abc import Sequence

from anyio import to_thread
from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from service.assistant import Assistant
from service.documents.warnings import named, note
from service.schemas import SearchResult, Turn


class CewenRetriever(BaseRetriever):
    """Finds the ``k`` best passages; the metadata says where each stands, in code points.

    Behind a passage of a paper that no longer holds its content says so, since a chain may hand on
    nothing else.

    ``invoke(question, history=[Turn(...)])`` completes a follow-up from the conversation.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 5
    document_ids: tuple[str, ...] = ()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun | None = None,
        history: Sequence[Turn] = (),
    ) -> list[Document]:
        found = self.assistant.search(query, self.k, history, self.document_ids)
        return [_as_document(result) for result in found]

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        history: Sequence[Turn] = (),
    ) -> list[Document]:
        return await to_thread.run_sync(
            lambda: self._get_relevant_documents(query, history=history)
        )


def _as_document(result: SearchResult) -> Document:
    metadata = result.model_dump(mode="json", exclude={"text"})
    warning = f"\n{note(named(result.title, '') + result.warning)}" if result.warning else ""
    return Document(page_content=f"{result.text}{warning}", metadata=metadata, id=result.passage_id)
