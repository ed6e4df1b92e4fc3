"""One data folder in use: the model, the current index, and changes to the papers."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from index.context import domain_words
from index.encoder import Encoder, load_encoder, release_memory
from index.files import FileResult, Listener, SourceFile
from index.library import Library
from index.rerank import Reranker, load_reranker
from index.search import Index
from index.store import SourceRecord, Store, disk_errors
from index.tokeniser import Tokeniser
from ingest.types import Document
from service.settings import Settings
from service.suggestions import suggestions

ModelProgress = Callable[[str, float], None]
_SILENT = Listener()


class Workspace:
    """Loads the model once and the index whenever a new generation appears; thread-safe."""

    def __init__(self, settings: Settings, on_model: ModelProgress | None = None) -> None:
        self.store = Store(settings.data_dir)
        self._settings = settings
        self.on_model = on_model
        self._loading = threading.Lock()
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

        Raises:
            StoreError: what is stored is damaged, or was made with another model.
        """
        number = self.store.current_number()
        current = self._index
        if current is not None and current.generation.number == number:
            return current
        encoder, reranker = self.encoder, self.reranker
        with self._loading:
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

    def add(
        self,
        files: Sequence[SourceFile],
        listener: Listener = _SILENT,
    ) -> list[FileResult]:
        """Take in files; see ``Library.add``."""
        with self._changing:
            return self._library().add(files, listener)

    def delete(self, document_id: str) -> None:
        """Remove a paper; see ``Library.delete``."""
        with self._changing:
            self._library().delete(document_id)

    def correct(self, document_id: str, fields: Mapping[str, str]) -> None:
        """Put a paper's masthead right; see ``Library.correct``."""
        with self._changing:
            self._library().correct(document_id, fields)

    def reread(self, document_id: str) -> None:
        """Read a paper's original again; see ``Library.reread``."""
        with self._changing:
            self._library().reread(document_id)

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
        with self._changing:
            return self._library().rebuild(listener)

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
