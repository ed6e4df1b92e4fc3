"""Adding, replacing and deleting papers: reads files, encodes what is new, commits once."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from index.context import domain_words, indexed_text
from index.dense import DenseIndex, FloatArray
from index.encoder import Encoder
from index.errors import RebuildNeededError, StoreError, UnknownDocumentError
from index.search import check_encoder
from index.sparse import SparseIndex
from index.store import FORMAT, Manifest, SourceRecord, Store, disk_errors
from index.tokeniser import Tokeniser
from ingest.errors import RefusedFileError
from ingest.reader import READER_VERSION, read_bytes, read_file_bytes
from ingest.types import Document

_ENCODE_BATCH = 64


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file, and why where it was refused."""

    name: str
    outcome: Outcome
    document_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to take in: ``read`` gives its bytes, ``source`` says where it comes from.

    A later file from the same non-empty source replaces the earlier one.
    """

    name: str
    source: str
    read: Callable[[], bytes]

    @classmethod
    def at(cls, path: Path) -> "SourceFile":
        """A file on disk."""
        source = Path(*(_as_text(part) for part in path.resolve().parts))
        return cls(_as_text(path.name), str(source), lambda: read_file_bytes(path))


def _as_text(name: str) -> str:
    """A name that is not UTF-8, as old archives leave behind, is taken for GB18030."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


Progress = Callable[[int, int], None]


def _no_progress(done: int, total: int) -> None:
    """Show nothing."""


class Library:
    """The papers of one data folder, for writing."""

    def __init__(
        self, store: Store, encoder: Encoder, make_tokeniser: Callable[[Sequence[str]], Tokeniser]
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._make_tokeniser = make_tokeniser

    def add(
        self,
        files: Iterable[SourceFile],
        on_file: Callable[[FileResult], None] = lambda result: None,
        on_passages: Progress = _no_progress,
    ) -> list[FileResult]:
        """Take in files; the index changes once, at the end, and not at all if nothing is new.

        Raises:
            StoreError: the index cannot be written or must be rebuilt first.
        """
        with self._store.writing():
            before = self._usable_documents()
            kept = {document.id: document for document in before}
            results = []
            for file in files:
                results.append(self._take_in(file, kept))
                on_file(results[-1])
            if tuple(kept.values()) != before:
                self._commit(list(kept.values()), on_passages)
            return results

    def delete(self, document_id: str) -> None:
        """Remove a paper.

        Raises:
            UnknownDocumentError: there is none with this id.
        """
        with self._store.writing():
            documents = self._usable_documents()
            rest = [document for document in documents if document.id != document_id]
            if len(rest) == len(documents):
                raise UnknownDocumentError(f"没有编号为 {document_id} 的文件。")
            self._commit(rest, _no_progress)

    def rebuild(self, on_passages: Progress = _no_progress) -> int:
        """Read every stored paper again, encode it with the current model; return their number.

        Raises:
            StoreError: a paper's original is missing, damaged, or no longer readable.
        """
        with self._store.writing():
            documents = [self._read_again(stored) for stored in self._store.sources()]
            self._commit(documents, on_passages, reuse=False)
            return len(documents)

    def _read_again(self, stored: SourceRecord) -> Document:
        try:
            return read_bytes(self._store.original(stored), stored.name, stored.source)
        except RefusedFileError as error:
            raise StoreError(f"已导入的“{stored.name}”不能再读取：{error}") from error

    def _usable_documents(self) -> tuple[Document, ...]:
        """The stored papers, once it is sure that new ones can be added to them."""
        number = self._store.current_number()
        if not number:
            return ()
        manifest = self._store.manifest(number)
        check_encoder(manifest.encoder, self._encoder)
        if manifest.reader != READER_VERSION:
            raise RebuildNeededError(
                "索引是旧版程序读取的；请运行 cewen ingest --rebuild 重新读取全部文件。"
            )
        return self._store.documents()

    def _take_in(self, file: SourceFile, kept: dict[str, Document]) -> FileResult:
        try:
            data = file.read()
            document = read_bytes(data, file.name, file.source)
        except RefusedFileError as error:
            return FileResult(file.name, Outcome.REFUSED, reason=str(error))
        except OSError as error:
            reason = f"读不到文件（{error.strerror or error}）；请确认它还在原处并且有读取权限。"
            return FileResult(file.name, Outcome.REFUSED, reason=reason)
        same_source = (old.id for old in kept.values() if file.source and old.source == file.source)
        replaced = [old_id for old_id in same_source if old_id != document.id]
        if document.id in kept and not replaced:
            return FileResult(file.name, Outcome.UNCHANGED, document.id)
        with disk_errors(self._store.data_dir):
            self._store.keep_original(document.sha256, data)
        for old_id in replaced:
            del kept[old_id]
        kept[document.id] = document
        return FileResult(file.name, Outcome.REPLACED if replaced else Outcome.ADDED, document.id)

    def _commit(
        self, documents: Sequence[Document], on_passages: Progress, reuse: bool = True
    ) -> None:
        known = self._known_vectors() if reuse else {}
        texts = [
            (passage.id, indexed_text(document, passage))
            for document in documents
            for passage in document.passages
        ]
        new = [(passage_id, text) for passage_id, text in texts if passage_id not in known]
        for first in range(0, len(new), _ENCODE_BATCH):
            on_passages(first, len(new))
            some = new[first : first + _ENCODE_BATCH]
            vectors = self._encoder.encode_passages([text for _, text in some])
            known.update(zip((passage_id for passage_id, _ in some), vectors, strict=True))
        on_passages(len(new), len(new))
        tokeniser = self._make_tokeniser(domain_words(documents))
        self._store.commit(
            documents,
            DenseIndex.build(self._matrix([known[passage_id] for passage_id, _ in texts])),
            SparseIndex.build([tokeniser.search_terms(text) for _, text in texts]),
            self._manifest(len(documents), len(texts)),
        )

    def _matrix(self, rows: list[FloatArray]) -> FloatArray:
        return np.stack(rows) if rows else np.zeros((0, self._encoder.dimension), np.float32)

    def _known_vectors(self) -> dict[str, FloatArray]:
        """The vectors of the current generation by passage id."""
        generation = self._store.load()
        if generation is None:
            return {}
        ids = [passage.id for document in generation.documents for passage in document.passages]
        return dict(zip(ids, generation.dense.vectors, strict=True))

    def _manifest(self, documents: int, passages: int) -> Manifest:
        return Manifest(
            format=FORMAT,
            reader=READER_VERSION,
            encoder=self._encoder.identity,
            dimension=self._encoder.dimension,
            documents=documents,
            passages=passages,
            files={},
        )
