"""Answers, searches and lists: what the service, the command line and evaluations ask."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing

from anyio import to_thread

from index.errors import UnknownDocumentError
from index.ids import find_paper
from index.search.search import Hit, Index
from service.answer.explain import explain
from service.answer.pipeline import Found, find_answer
from service.answer.ranking import ranked
from service.answer.retrieve import EVIDENCE_DEPTH, retrieve
from service.documents.info import document_info, with_standing
from service.documents.warnings import warned
from service.events import Event, last_answer
from service.explanation import Explanation
from service.llm.writer import Writer, open_writer
from service.question.followup import recent
from service.question.understand import read_in, understand
from service.schemas import Answer, DocumentInfo, SearchResult, Stage, Turn
from service.settings import EXTRACTIVE, Settings
from service.workspace import ModelProgress, Workspace


class Assistant:
    """Answers questions from one index; ``current`` gives the index as it stands now.

    Without a ``writer`` answers are worded in the papers' own words alone.
    """

    def __init__(self, current: Callable[[], Index | None], writer: Writer | None = None) -> None:
        self._current = current
        self._writer = writer
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    def identity(self) -> dict[str, str | int | float | bool | None]:
        """What answers: the models and the generation of the index."""
        index = self._current()
        if index is None:
            return {"generation": 0}
        manifest = index.generation.manifest
        writer = self._writer
        return {
            "model": manifest.encoder,
            "rerank_model": index.reranker.identity if index.reranker else "",
            "generation": index.generation.number,
            "documents": manifest.documents,
            "passages": manifest.passages,
            "backend": writer.backend.name if writer else EXTRACTIVE,
            "llm_model": writer.backend.model if writer else "",
            "prompt": writer.prompt if writer else "",
        }

    def documents(self) -> list[DocumentInfo]:
        """All ingested papers, by title."""
        index = self._current()
        if index is None:
            return []
        infos = (document_info(document, index) for document in index.documents.values())
        return sorted(infos, key=lambda d: (d.title, d.id))

    def text(self, document_id: str) -> str:
        """The text that offsets count in; empty if there is no such paper."""
        index = self._current()
        try:
            return find_paper(index.documents if index else {}, document_id).text
        except UnknownDocumentError:
            return ""

    def search(
        self,
        question: str,
        k: int = 5,
        history: Sequence[Turn] = (),
        document_ids: Collection[str] = (),
    ) -> list[SearchResult]:
        """The ``k`` best passages, best first."""
        index = self._current()
        if index is None:
            return []
        understood = understand(question, history, index, document_ids)
        hits = retrieve(index, understood.question, understood.scope, max(k, EVIDENCE_DEPTH))
        best = ranked(read_in(index, understood.question), hits)[:k]
        return list(with_standing(map(_result, best), index))

    def answer(
        self, question: str, history: Sequence[Turn] = (), document_ids: Collection[str] = ()
    ) -> Answer:
        """The answer with its citations, or ``no_evidence`` with the nearest sections.

        With a writer this waits for the language model; from a coroutine use ``events``.
        """
        if self._writer is None:
            return warned(self._find(question, history, document_ids).answer)
        answered = last_answer(self.events(question, history, document_ids))
        return asyncio.run_coroutine_threadsafe(answered, self._loop()).result()

    def explain(
        self, question: str, history: Sequence[Turn] = (), document_ids: Collection[str] = ()
    ) -> Explanation:
        """Why the papers' own words that answer ``question`` are these, or none are."""
        return explain(self._current(), question, history, document_ids)

    async def events(
        self, question: str, history: Sequence[Turn] = (), document_ids: Collection[str] = ()
    ) -> AsyncGenerator[Event]:
        """The answer as it comes about: stages, citations, sentences, at last the whole answer.

        The citations of a sentence come before it; last come those that warn of cited papers.
        Closing the iterator stops the model.
        """
        async with aclosing(self._events(question, history, document_ids)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    answer = warned(event)
                    for sentence in answer.sentences[len(event.sentences) :]:
                        yield sentence
                    yield answer
                else:
                    yield event

    async def _events(
        self, question: str, history: Sequence[Turn], document_ids: Collection[str]
    ) -> AsyncGenerator[Event]:
        """The events before their answer is warned of."""
        yield Stage(stage="retrieving")
        found = await to_thread.run_sync(self._find, question, history, document_ids)
        if self._writer is None:
            for citation in found.answer.citations:
                yield citation
            for sentence in found.answer.sentences:
                yield sentence
            yield found.answer
            return
        history = recent(history)
        if found.silent and history and found.index:
            yield Stage(stage="writing")
            understood = found.answer.question
            written = await self._writer.completed(understood, history, found.index)
            if written and written != understood:
                again = await to_thread.run_sync(self._find, written, (), document_ids)
                found = found if again.silent else again
        async with aclosing(self._writer.events(found)) as events:
            async for event in events:
                yield event

    def _find(self, question: str, history: Sequence[Turn], document_ids: Collection[str]) -> Found:
        return find_answer(self._current(), question, history, document_ids)

    def _loop(self) -> asyncio.AbstractEventLoop:
        """The event loop, in a thread of its own, that those wait on who have none.

        A chat model's connections belong to one loop, so all of them share it.
        """
        with self._starting:
            if self._own_loop is None:
                self._own_loop = asyncio.new_event_loop()
                threading.Thread(target=self._own_loop.run_forever, daemon=True).start()
            return self._own_loop


def open_assistant(settings: Settings, on_model: ModelProgress | None = None) -> Assistant:
    """The assistant that ``settings`` describe, its model and index loaded.

    Raises:
        EncoderError: the embedding model cannot be had.
        StoreError: the data folder cannot be used.
        SettingsError: the language model cannot be had.
    """
    workspace = Workspace(settings, on_model)
    workspace.index()
    return Assistant(workspace.index, open_writer(settings))


def _result(hit: Hit) -> SearchResult:
    return SearchResult(
        passage_id=hit.passage.id,
        document_id=hit.document.id,
        title=hit.document.masthead.title,
        section=hit.passage.section,
        page=hit.document.page_at(hit.passage.start),
        text=hit.passage.text,
        start=hit.passage.start,
        end=hit.passage.end,
        score=hit.score,
    )
