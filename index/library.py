"""Adding, replacing, correcting and deleting papers; each change is one new generation."""

from collections.abc import Callable, Mapping, Sequence

from index.corrections import Corrections
from index.encoder import Encoder
from index.errors import RebuildNeededError, StoreError, StoreFullError, UnknownDocumentError
from index.files import FileResult, Listener, SourceFile
from index.intake import Intake
from index.shelf import Shelf
from index.store import Manifest, SourceRecord, Store
from index.tokeniser import Tokeniser
from ingest.errors import RefusedFileError
from ingest.pool import Readers, Reading, Request
from ingest.reader import READER_VERSION
from ingest.types import Document

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
        self._corrections = Corrections(store.data_dir)

    def add(self, files: Sequence[SourceFile], listener: Listener = _SILENT) -> list[FileResult]:
        """Take in files, in batches; nothing is written where nothing is new.

        Raises:
            KeyboardInterrupt: what was encoded by then is kept; adding again goes on from there.
            StoreError: the index cannot be written or must be rebuilt first.
        """
        with self._store.writing():
            return Intake(self._store, self._shelf(), self._corrections, listener).take(files)

    def delete(self, document_id: str) -> None:
        """Remove a paper; the model is not needed for it, nor room on the disk.

        Raises:
            UnknownDocumentError: there is none with this id.
        """
        try:
            self._delete(document_id)
        except StoreFullError:
            self._delete(document_id, at_all_costs=True)

    def _delete(self, document_id: str, at_all_costs: bool = False) -> None:
        with self._store.writing(at_all_costs):
            shelf = self._new_shelf(*self._stored())
            if shelf.papers.pop(document_id, None) is None:
                raise UnknownDocumentError(f"没有编号为 {document_id} 的文件。")
            shelf.commit()

    def correct(self, document_id: str, fields: Mapping[str, str]) -> None:
        """Put fields of a paper's masthead right, now and whenever it is read again.

        ``fields`` maps names of ``CORRECTABLE`` to new values; an empty one empties the field.

        Raises:
            UnknownDocumentError: there is no paper with this id.
        """
        with self._store.writing():
            shelf = self._shelf()
            if document_id not in shelf.papers:
                raise UnknownDocumentError(f"没有编号为 {document_id} 的文件。")
            self._corrections.save(shelf.papers[document_id], fields)
            corrected = self._corrections.applied(shelf.papers[document_id])
            shelf.replace(corrected)
            shelf.encode([corrected], _SILENT.passages)
            shelf.commit()

    def reread(self, document_id: str) -> None:
        """Read one paper's original again, as ``rebuild`` does with all.

        Raises:
            UnknownDocumentError: there is no paper with this id.
            StoreError: its original is missing, damaged, or no longer readable.
        """
        with self._store.writing():
            shelf = self._shelf()
            paper = shelf.papers.get(document_id)
            if paper is None:
                raise UnknownDocumentError(f"没有编号为 {document_id} 的文件。")
            record = SourceRecord(paper.name, paper.source, paper.sha256)
            with Readers() as readers:
                (reading,) = readers.read([self._request(record)], lambda *_: None)
            read = self._corrections.applied(_read_again(reading))
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
                    paper = self._corrections.applied(_read_again(reading))
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
        number = self._store.current_number()
        return self._store.documents(), self._store.manifest(number) if number else None

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
