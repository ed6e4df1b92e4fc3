"""Files into a shelf: read by the workers, encoded in batches, committed now and then."""

import time
from collections.abc import Iterator, Sequence
from functools import partial

from index.library.progress import FileResult, Listener, Outcome, SourceFile
from index.library.writer import Shelf
from index.store.generations import Store, disk_errors
from ingest.container.archive import Member, members
from ingest.container.kinds import Kind, kind_of
from ingest.errors import NothingToReadError, RefusedFileError
from ingest.reader import document_id
from ingest.types import Document
from ingest.workers.pool import Readers, Reading, Request

# So many passages are encoded together while the workers read on.
_BATCH = 512
# Between two commits at least this long, and ten times as long as the last one took: committing
# costs a tenth of a long ingest at most, and a sudden end loses little.
_COMMIT_SECONDS = 60.0
_COMMIT_RATIO = 10
# Of what a paper says to language models, in characters.
_SHOWN = 40


class Intake:
    """Takes files into ``shelf`` while the right to write is held; for one use."""

    def __init__(self, store: Store, shelf: Shelf, listener: Listener) -> None:
        self._store = store
        self._shelf = shelf
        self._listener = listener
        self._waiting: list[tuple[int, Document]] = []
        # What became of the parts, by their places in the order given.
        self._results: dict[int, FileResult] = {}
        self._part = 0
        self._places: dict[Request, int] = {}
        self._unchanged: dict[int, SourceFile] = {}
        self._commit_at = time.monotonic() + _COMMIT_SECONDS

    def take(self, files: Sequence[SourceFile]) -> list[FileResult]:
        """Take in ``files``; interrupted, what is encoded by then is kept."""
        try:
            with Readers() as readers:
                while files:
                    for reading in readers.read(self._requests(files), self._on_pages):
                        self._keep(reading)
                    self._put_waiting()
                    files = self._lost_meanwhile()
        except KeyboardInterrupt:
            self._waiting = [w for w in self._waiting if self._shelf.is_encoded(w[1])]
            self._put_waiting()
            self._commit()
            raise
        self._commit()
        return [result for _, result in sorted(self._results.items())]

    def _requests(self, files: Sequence[SourceFile]) -> Iterator[Request]:
        """What must be read: files, and members of archives."""
        for done, file in enumerate(files):
            self._listener.files(done, len(files))
            for part in self._parts(file):
                data = self._bytes(part)
                if data is not None and not self._is_known(part, data, file):
                    request = Request(part.name, part.source, partial(bytes, data))
                    self._places[request] = self._part
                    yield request
        self._listener.files(len(files), len(files))

    def _parts(self, file: SourceFile) -> Iterator[SourceFile]:
        """The file, or the members of the archive that it is, each in a place of its own."""
        self._part += 1
        data = self._bytes(file)
        if data is None:
            return
        try:
            if kind_of(data, file.name) is Kind.ARCHIVE:
                for member in members(data, file.name):
                    yield _member(file, member)
                    self._part += 1
            else:
                yield SourceFile(file.name, file.source, lambda: data)
        except RefusedFileError as error:
            self._tell(self._part, FileResult(file.name, Outcome.REFUSED, reason=str(error)))

    def _bytes(self, file: SourceFile) -> bytes | None:
        """A file's bytes; None, and the reason told, where they cannot be had."""
        try:
            return file.read()
        except RefusedFileError as error:
            reason = str(error)
        except OSError as error:
            reason = f"读不到文件（{error.strerror or error}）；请确认它还在原处并且有读取权限。"
        self._tell(self._part, FileResult(file.name, Outcome.REFUSED, reason=reason))
        return None

    def _is_known(self, part: SourceFile, data: bytes, file: SourceFile) -> bool:
        """Whether the paper is on the shelf already, and nothing else from the same place."""
        paper_id = document_id(data)
        if paper_id not in self._shelf.papers or self._shelf.sharing(part.source, paper_id):
            return False
        self._store.keep_original(paper_id, data)  # which may have been damaged since
        self._unchanged[self._part] = file
        self._tell(self._part, FileResult(part.name, Outcome.UNCHANGED, paper_id))
        return True

    def _lost_meanwhile(self) -> list[SourceFile]:
        """Unchanged files whose paper a file before them has replaced since."""
        known = self._shelf.papers
        places = [at for at in self._unchanged if self._results[at].document_id not in known]
        for place in places:
            del self._results[place]
        return [self._unchanged.pop(place) for place in places]

    def _on_pages(self, request: Request, done: int, total: int) -> None:
        self._listener.pages(request.name, done, total)

    def _keep(self, reading: Reading) -> None:
        """Keep a paper's bytes, and let it wait until there are enough to be encoded together."""
        request, paper = reading.request, reading.result
        place = self._places.pop(request)
        if isinstance(paper, RefusedFileError):
            nothing = isinstance(paper, NothingToReadError)
            outcome = Outcome.SKIPPED if nothing else Outcome.REFUSED
            self._tell(place, FileResult(request.name, outcome, reason=str(paper)))
            return
        with disk_errors(self._store.data_dir):
            self._store.keep_original(paper.sha256, reading.data)
        self._waiting.append((place, self._shelf.corrections.applied(paper)))
        if sum(len(paper.passages) for _, paper in self._waiting) >= _BATCH:
            self._put_waiting()
            self._commit_now_and_then()

    def _put_waiting(self) -> None:
        self._shelf.encode([paper for _, paper in self._waiting], self._listener.passages)
        for place, paper in self._waiting:
            self._tell(place, self._put(paper))
        self._waiting.clear()

    def _put(self, paper: Document) -> FileResult:
        replaced = self._shelf.sharing(paper.source, paper.id)
        if paper.id in self._shelf.papers and not replaced:
            return FileResult(paper.name, Outcome.UNCHANGED, paper.id)
        for old in replaced:
            del self._shelf.papers[old]
        self._shelf.papers[paper.id] = paper
        outcome = Outcome.REPLACED if replaced else Outcome.ADDED
        return FileResult(paper.name, outcome, paper.id, _set_aside(paper.to_models))

    def _tell(self, place: int, result: FileResult) -> None:
        self._results[place] = result
        self._listener.file(result)

    def _commit(self) -> None:
        if self._shelf.changed:
            self._shelf.commit()

    def _commit_now_and_then(self) -> None:
        start = time.monotonic()
        if start >= self._commit_at:
            self._commit()
            end = time.monotonic()
            self._commit_at = end + max(_COMMIT_SECONDS, _COMMIT_RATIO * (end - start))


def _set_aside(to_models: Sequence[str]) -> str:
    """What to tell of words in a paper that are addressed to language models."""
    if not to_models:
        return ""
    first = to_models[0][:_SHOWN] + ("……" if len(to_models[0]) > _SHOWN else "")
    return f"文件里有 {len(to_models)} 处写给语言模型的话，已略去，不作依据：“{first}”"


def _member(archive: SourceFile, member: Member) -> SourceFile:
    source = f"{archive.source}/{member.name}" if archive.source else ""
    return SourceFile(f"{archive.name}/{member.name}", source, member.read)
