"""Adding, replacing, correcting and deleting papers; each change is one new generation."""

from collections.abc import Callable, Mapping, Sequence

from index.embedding.encoder import Encoder
from index.errors import RebuildNeededError, StoreError, StoreFullError
from index.ids import find_paper
from index.library.intake import Intake
from index.library.progress import FileResult, Listener, SourceFile
from index.library.writer import Shelf
from index.retrieval.tokeniser import Tokeniser
from index.store.generations import Manifest, SourceRecord, Store
from ingest.errors import RefusedFileError
from ingest.reader import READER_VERSION
from ingest.types import Document
from ingest.workers.pool import Readers, Reading, Request

_SILENT = Listener()


class Library:
    """The papers of one data folder, for writing; ``load_encoder`` is called when needed."""

    def __init__(
        self,
        store: Store,
        load_encoder: Callable[[], Encoder],
        make_tokeniser: Callable[[Sequence[str]], Tokeniser],
    ) -> None:
        self._store = store
        self._load_encoder = load_encoder
        self._make_tokeniser = make_tokeniser

    def add(self, files: Sequence[SourceFile], listener: Listener = _SILENT) -> list[FileResult]:
        """Take in files, in batches; nothing is written where nothing is new.

        Raises:
            KeyboardInterrupt: what was encoded by then is kept; adding again goes on from there.
            StoreError: the index cannot be written or must be rebuilt first.
        """
        with self._store.writing():
            return Intake(self._store, self._shelf(), listener).take(files)

    def delete(self, document_id: str) -> None:
        """Remove a paper, and every word of it from the data folder.

        Neither the model is needed for it nor room on the disk.

        Raises:
            UnknownDocumentError, AmbiguousDocumentError: see ``find_paper``.
        """
        try:
            self._delete(document_id)
        except StoreFullError:
            self._delete(document_id, at_all_costs=True)

    def _delete(self, document_id: str, at_all_costs: bool = False) -> None:
        with self._store.writing(at_all_costs):
            shelf = self._new_shelf(*self._stored())
            del shelf.papers[find_paper(shelf.papers, document_id).id]
            shelf.commit()

    def correct(self, document_id: str, fields: Mapping[str, str]) -> None:
        """Put fields of a paper's masthead right, now and whenever it is read again.

        ``fields`` maps names of ``CORRECTABLE`` to new values; an empty one empties the field.

        Raises:
            UnknownDocumentError, AmbiguousDocumentError: see ``find_paper``.
        """
        with self._store.writing():
            shelf = self._shelf()
            paper = find_paper(shelf.papers, document_id)
            shelf.corrections = shelf.corrections.adding(paper, fields)
            corrected = shelf.corrections.applied(paper)
            shelf.replace(corrected)
            shelf.encode([corrected], _SILENT.passages)
            shelf.commit()

    def reread(self, document_id: str) -> None:
        """Read one paper's original again, as ``rebuild`` does with all.

        Raises:
            UnknownDocumentError, AmbiguousDocumentError: see ``find_paper``.
            StoreError: its original is missing, damaged, or no longer readable.
        """
        with self._store.writing():
            shelf = self._shelf()
            paper = find_paper(shelf.papers, document_id)
            record = SourceRecord(paper.name, paper.source, paper.sha256)
            with Readers() as readers:
                (reading,) = readers.read([self._request(record)], lambda *_: None)
            read = shelf.corrections.applied(_read_again(reading))
            shelf.replace(read)
            shelf.encode([read], _SILENT.passages)
            shelf.commit()

    def rebuild(self, listener: Listener = _SILENT) -> int:
        """Read every stored paper again, encode it with the current model; return their number.

        Raises:
            StoreError: a paper's original is missing, damaged, or no longer readable.
        """
        with self._store.writing():
            stored = self._store.sources()
            shelf = self._new_shelf((), None)
            with Readers() as readers:
                requests = (self._request(record) for record in stored)
                for done, reading in enumerate(readers.read(requests, _pages(listener)), start=1):
                    listener.files(done, len(stored))
                    paper = shelf.corrections.applied(_read_again(reading))
                    shelf.papers[paper.id] = paper
            shelf.encode(shelf.papers.values(), listener.passages)
            shelf.commit()
            return len(stored)

    def _request(self, stored: SourceRecord) -> Request:
        data = self._store.original(stored)
        return Request(stored.name, stored.source, lambda: data)

    def _shelf(self) -> Shelf:
        """The stored papers, once it is sure that others can be put beside them."""
        papers, manifest = self._stored()
        if manifest and manifest.reader != READER_VERSION:
            raise RebuildNeededError(
                "索引是旧版程序读取的；请运行 cewen ingest --rebuild 重新读取全部文件。"
            )
        return self._new_shelf(papers, manifest)

    def _stored(self) -> tuple[tuple[Document, ...], Manifest | None]:
        return self._store.documents(), self._store.manifest()

    def _new_shelf(self, papers: Sequence[Document], manifest: Manifest | None) -> Shelf:
        return Shelf(self._store, papers, manifest, self._load_encoder, self._make_tokeniser)


def _pages(listener: Listener) -> Callable[[Request, int, int], None]:
    return lambda request, done, total: listener.pages(request.name, done, total)


def _read_again(reading: Reading) -> Document:
    if isinstance(reading.result, RefusedFileError):
        raise StoreError(
            f"已导入的“{reading.request.name}”不能再读取：{reading.result}"
        ) from reading.result
    return reading.result
