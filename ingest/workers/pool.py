"""Reading files in processes of their own, several at once, in the order they were given."""

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Timer
from types import TracebackType
from typing import Self

from ingest.content import Report
from ingest.errors import RefusedFileError
from ingest.types import Document
from ingest.workers.client import Worker


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: ``read`` gives its bytes and is called in another thread."""

    name: str
    source: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a request: a Document or why there is none, and the bytes it was read from."""

    request: Request
    data: bytes
    result: Document | RefusedFileError


# Told which request is being read, and how many pages (or sheets) of how many are done.
OnProgress = Callable[[Request, int, int], None]

# LibreOffice, which shows no progress, has a limit of its own, 60 s.
SILENCE_SECONDS = 120.0
# A file of many parts may show progress for ever. The longest that is meant to be read is a scan of
# some 1,000 pages: at 0.6 to 2 s each about half an hour, on a busy machine three times as long.
TOTAL_SECONDS = 7200.0
# Reading scans takes 1.1 GB; the rest of the machine holds the index and the model.
_MEMORY_EACH = 4_000_000_000
_MAX_WORKERS = 8
_DIED = (
    "读取程序在这份文件上意外中止（文件损坏，或内存不够），没有导入；"
    "请用原来的软件打开，另存为 PDF 或文本后再试。"
)


def default_workers() -> int:
    """One for each core, as far as the memory goes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(cores, memory // _MEMORY_EACH, _MAX_WORKERS))


class Readers:
    """Worker processes, started when a file needs one and gone when the context is left.

    May be used from any thread, and from several at once.
    """

    def __init__(
        self,
        workers: int | None = None,
        silence_seconds: float = SILENCE_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """A file is given up whose reading shows no progress for ``silence_seconds``.

        So is one that takes longer than ``total_seconds``, whatever progress it shows.
        """
        self._count = workers or default_workers()
        self._silence_seconds = silence_seconds
        self._total_seconds = total_seconds
        # A worker dies with the thread that started it; these threads live as long as the pool.
        self._threads = ThreadPoolExecutor(self._count, "reader")
        self._lock = Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process, also in the middle of a file."""
        with self._lock:
            self._closed = True
            for worker in self._busy:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        while self._idle:
            self._idle.pop().close()

    def read(
        self,
        requests: Iterable[Request],
        on_progress: OnProgress = lambda request, done, total: None,
    ) -> Iterator[Reading]:
        """Read files; the results come in the order of the requests.

        Only some files are read ahead, so that any number takes bounded memory. ``on_progress``
        is called in the thread that asks for the results.

        Raises:
            OSError: no process could be started.
        """
        events: SimpleQueue[tuple[Request, int, int] | None] = SimpleQueue()
        pending: deque[Future[Reading]] = deque()
        try:
            for request in requests:
                pending.append(self._threads.submit(self._read, request, events.put))
                pending[-1].add_done_callback(lambda _: events.put(None))
                while pending and (pending[0].done() or len(pending) > 2 * self._count):
                    yield _awaited(pending.popleft(), events, on_progress)
            while pending:
                yield _awaited(pending.popleft(), events, on_progress)
        finally:
            for future in pending:
                future.cancel()

    def _read(self, request: Request, tell: Callable[[tuple[Request, int, int]], None]) -> Reading:
        try:
            data = request.read()
        except RefusedFileError as error:
            return Reading(request, b"", error)
        except OSError as error:
            reason = f"读不到文件（{error.strerror or error}）；请确认它还在原处并且有读取权限。"
            return Reading(request, b"", RefusedFileError(reason))
        try:
            document = self._document(request, data, lambda *counts: tell((request, *counts)))
            return Reading(request, data, document)
        except RefusedFileError as error:
            # Its traceback leads back here, and would keep the bytes until garbage is collected.
            return Reading(request, data, error.with_traceback(None))

    def _document(self, request: Request, data: bytes, report: Report) -> Document:
        worker = self._take()
        began = time.monotonic()
        alarm = Timer(self._total_seconds, worker.kill)
        alarm.start()
        try:
            return worker.read(data, request.name, request.source, report)
        except (EOFError, OSError, ValueError) as error:
            worker.kill()
            raise RefusedFileError(self._why(error, time.monotonic() - began)) from error
        finally:
            alarm.cancel()
            self._give_back(worker)

    def _why(self, error: Exception, seconds: float) -> str:
        if seconds >= self._total_seconds:
            return (
                f"读取超时：{self._total_seconds / 60:g} 分钟没有读完，没有导入；"
                "请拆分成几份后再试。"
            )
        if isinstance(error, TimeoutError):
            return (
                f"读取超时：{self._silence_seconds:.0f} 秒没有进展，没有导入；"
                "请用原来的软件打开，另存为 PDF 或拆分后再试。"
            )
        return _DIED

    def _take(self) -> Worker:
        with self._lock:
            if self._closed:
                raise RefusedFileError("导入已中止，这份文件没有导入。")
            worker = self._idle.pop() if self._idle else Worker(self._silence_seconds)
            if not worker.alive():
                worker.close()
                worker = Worker(self._silence_seconds)
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
            if worker.alive():
                self._idle.append(worker)
            else:
                worker.close()


def _awaited(
    future: Future[Reading],
    events: SimpleQueue[tuple[Request, int, int] | None],
    on_progress: OnProgress,
) -> Reading:
    """The future's result; what happens meanwhile is told."""
    while not future.done():
        event = events.get()
        if event:
            on_progress(*event)
    return future.result()
