"""One data folder in use: the model, the current index, and changes to the papers."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.embedding.encoder import Encoder, load_encoder, release_memory
from index.errors import StoreBusyError
from index.library.library import Library
from index.library.progress import FileResult, Listener, SourceFile
from index.retrieval.context import domain_words
from index.retrieval.tokeniser import Tokeniser
from index.search.rerank import Reranker, load_reranker
from index.search.search import Index
from index.store.generations import SourceRecord, Store, disk_errors
from ingest.types import Document
from service.answer.suggestions import suggestions
from service.settings import Settings

ModelProgress = Callable[[str, float], None]
_SILENT = Listener()


class Workspace:
    """Loads the model once and the index whenever a new generation appears; thread-safe."""

    def __init__(self, settings: Settings, on_model: ModelProgress | None = None) -> None:
        self.store = Store(settings.data_dir)
        self._settings = settings
        self.on_model = on_model
        self._loading = threading.Lock()
        self._renewing = threading.Lock()
        self._changing = threading.Lock()
        self._encoder: Encoder | None = None
        self._reranker: Reranker | None = None
        self._index: Index | None = None
        self._warmed = False
        self._suggested: tuple[int, tuple[str, ...]] = 0, ()

    @property
    def encoder(self) -> Encoder:
        """The embedding model, prepared and loaded at first use.

        Raises:
            EncoderError: it cannot be had.
            StoreError: the data folder cannot be written.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(
                    self._settings.model,
                    self._models(),
                    self._settings.model_backend,
                    self.on_model,
                )
            return self._encoder

    @property
    def reranker(self) -> Reranker | None:
        """The model that reorders what was found, loaded at first use; None where none is set.

        Raises:
            EncoderError: it cannot be had.
            StoreError: the data folder cannot be written.
        """
        with self._loading:
            settings = self._settings
            if self._reranker is None and settings.rerank_model:
                self._reranker = load_reranker(
                    settings.rerank_model, self._models(), settings.model_backend
                )
            return self._reranker

    def index(self) -> Index | None:
        """The current generation, ready to be asked; None while nothing is ingested.

        While a new one is loaded in one thread, the others go on with the one before.

        Raises:
            StoreError: what is stored is damaged, or was made with another model.
        """
        number = self.store.current_number()
        current = self._index
        if current is not None and current.generation.number == number:
            return current
        if not self._renewing.acquire(blocking=current is None):
            return current
        try:
            return self._renewed()
        finally:
            self._renewing.release()

    def _renewed(self) -> Index | None:
        """What is stored now, loaded unless it is already."""
        encoder, reranker = self.encoder, self.reranker
        generation = self.store.load()
        if generation is None:
            self._index = None
        elif self._index is None or self._index.generation.number != generation.number:
            words = domain_words(generation.documents)
            self._index = Index(generation, encoder, self._tokeniser(words), reranker)
        return self._index

    @property
    def ready(self) -> bool:
        """Whether a question can be answered without waiting for the model."""
        return self._warmed

    def warm(self) -> None:
        """Load the model and the index, and let both run once."""
        index = self.index()
        if index is not None:
            index.search("预热", 1)
        release_memory()
        self.store.keep_reserve()
        self._warmed = True

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the only right in this process to change the papers; others are not kept waiting.

        Raises:
            StoreBusyError: it is held already.
        """
        if not self._changing.acquire(blocking=False):
            raise StoreBusyError("文件库正在改动（导入、更正或删除），请等它结束后再试。")
        try:
            yield
        finally:
            self._changing.release()

    def add(
        self,
        files: Sequence[SourceFile],
        listener: Listener = _SILENT,
    ) -> list[FileResult]:
        """Take in files; see ``Library.add``."""
        results = self._library().add(files, listener)
        self._show_change()
        return results

    def delete(self, document_id: str) -> None:
        """Remove a paper; see ``Library.delete``."""
        self._library().delete(document_id)
        self._show_change()

    def correct(self, document_id: str, fields: Mapping[str, str]) -> None:
        """Put a paper's masthead right; see ``Library.correct``."""
        self._library().correct(document_id, fields)
        self._show_change()

    def reread(self, document_id: str) -> None:
        """Read a paper's original again; see ``Library.reread``."""
        self._library().reread(document_id)
        self._show_change()

    def original(self, document: Document) -> bytes:
        """The bytes that a paper was read from; see ``Store.original``."""
        return self.store.original(SourceRecord(document.name, document.source, document.sha256))

    def suggestions(self) -> tuple[str, ...]:
        """Questions that the papers answer, made once for each generation."""
        index = self.index()
        if index is None:
            return ()
        number, made = self._suggested
        if number != index.generation.number:
            made = suggestions(index)
            self._suggested = index.generation.number, made
        return made

    def rebuild(self, listener: Listener = _SILENT) -> int:
        """Read and encode everything again; see ``Library.rebuild``."""
        count = self._library().rebuild(listener)
        self._show_change()
        return count

    def _show_change(self) -> None:
        """Have the next question answered from what was just written, where any was asked."""
        if self._index is not None:
            with self._renewing:
                self._renewed()

    def _models(self) -> Path:
        """The folder for models, made if need be."""
        models = self._settings.data_dir / "models"
        with disk_errors(models):
            models.mkdir(parents=True, exist_ok=True)
        return models

    def _library(self) -> Library:
        return Library(self.store, lambda: self.encoder, self._tokeniser)

    def _tokeniser(self, words: Sequence[str]) -> Tokeniser:
        cache = self._settings.data_dir / "cache"
        with disk_errors(cache):
            return Tokeniser(cache, words)
