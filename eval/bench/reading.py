"""Reading at scale, by the processes that read for an ingest: speed, failures, memory.

The data is a folder with ``laws/`` (see ``eval.bench.laws``), ``html/`` and ``pdf/``; what is
missing is left out. The scan is the one among the sample papers.
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.bench.figures import Figure, gigabytes, memory, say
from eval.bench.ingest import Ingested
from eval.bench.laws import found_articles, has_laws, law_files, listed_articles
from eval.typeset.samples import SAMPLES
from ingest.errors import NothingToReadError, RefusedFileError
from ingest.reader import read_file_bytes
from ingest.workers.pool import Readers, Reading, Request

_LAWS = "laws"
_SCANS = "04-*.pdf"
_RUNS = 3
_SHOWN_FAILURES = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are read together; ``unit`` counts them, ``what`` says what they are."""

    what: str
    unit: str
    files: tuple[Path, ...]
    runs: int = _RUNS
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class FileRead:
    """What is kept of a file that was read; ``refused`` says why there is nothing.

    A file with ``empty`` has no paper in it and is rightly left out.
    """

    path: Path
    empty: bool = False
    pages: int = 0
    passages: int = 0
    articles: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A group read: ``seconds`` is the median, ``peak`` the bytes of the largest process."""

    group: Group
    seconds: float
    peak: int
    files: tuple[FileRead, ...]

    @property
    def pages(self) -> int:
        """How many pages the files have; 0 where their format knows none."""
        return sum(file.pages for file in self.files)

    @property
    def passages(self) -> int:
        """How many passages the files have."""
        return sum(file.passages for file in self.files)


def measure_reading(folder: Path, place: Path) -> tuple[list[Figure], GroupRead | None]:
    """Read the data in ``folder``; the laws, if any, are unpacked into ``place`` and returned."""
    laws = _read_laws(folder / _LAWS, place) if has_laws(folder / _LAWS) else None
    read = [*([laws] if laws else []), *map(read_group, _other_groups(folder))]
    _, peak = memory(os.getpid())
    figures = [*map(_speed, read), _failures(read), Figure("读取：主进程内存峰值", gigabytes(peak))]
    if laws:
        figures.append(_articles(laws, folder / _LAWS, place))
    return figures, laws


def unpack_laws(laws: Path, place: Path) -> list[Path]:
    """Write the laws below ``place``; in order of name."""
    for name, data in law_files(laws):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return sorted(place.rglob("*.md"))


def read_group(group: Group) -> GroupRead:
    """Read the files of a group as often as it says, the way an ingest does."""
    say(f"读取 {len(group.files)} {group.unit}{group.what}（{group.runs} 次）……")
    requests = [_request(path) for path in group.files]
    seconds: list[float] = []
    with Readers() as readers:
        for _ in range(group.runs):
            start = time.perf_counter()
            files = tuple(_kept(reading) for reading in readers.read(requests))
            seconds.append(time.perf_counter() - start)
        peak = max((memory(child)[1] for child in children(os.getpid())), default=0)
    return GroupRead(group, statistics.median(seconds), peak, files)


def children(pid: int) -> list[int]:
    """The processes that a process started and that are not gone."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # the thread has ended
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def sample_figures(sample: Ingested, laws: GroupRead) -> list[Figure]:
    """How long taking in some of the laws took, and what all would take by their passages."""
    speed = sample.passages / sample.seconds
    return [
        Figure(
            f"导入其中 {len(sample.documents)} 部（模型已载入）",
            f"{sample.seconds:.1f} 秒，{sample.passages} 段，{speed:.0f} 段/秒",
        ),
        Figure(
            f"由此估计：导入全部 {len(laws.files)} 部",
            f"{laws.passages / speed / 60:.0f} 分钟（{laws.passages} 段）",
        ),
    ]


def some_of(files: Sequence[Path], count: int) -> list[Path]:
    """At most ``count`` of the files, at equal distances."""
    step = max(1, len(files) // count)
    return list(files[::step][:count])


def _read_laws(laws: Path, place: Path) -> GroupRead:
    return read_group(Group("法律", "部", tuple(unpack_laws(laws, place)), runs=1))


def _other_groups(folder: Path) -> Iterator[Group]:
    for what, place, names in (
        ("网页", folder / "html", "*.html"),
        ("PDF", folder / "pdf", "*.pdf"),
        ("扫描件", SAMPLES, _SCANS),
    ):
        files = tuple(sorted(place.glob(names)))
        if files:
            yield Group(what, "份", files, scanned=place == SAMPLES)


def _request(path: Path) -> Request:
    return Request(path.name, str(path), partial(read_file_bytes, path))


def _kept(reading: Reading) -> FileRead:
    path, document = Path(reading.request.source), reading.result
    if isinstance(document, NothingToReadError):
        return FileRead(path, empty=True)
    if isinstance(document, RefusedFileError):
        return FileRead(path, refused=str(document))
    pages, passages = len(document.page_starts), len(document.passages)
    articles = tuple(found_articles(document))
    return FileRead(path, pages=pages, passages=passages, articles=articles)


def _speed(read: GroupRead) -> Figure:
    group, count, pages = read.group, len(read.files), read.pages
    name = f"读取 {count} {group.unit}{group.what}" + (f"（{pages} 页）" if pages else "")
    values = [f"{count / read.seconds:.1f} {group.unit}/秒"]
    if group.scanned:
        values = [f"{read.seconds / max(pages, 1):.1f} 秒/页"]
    elif pages:
        values.append(f"{pages / read.seconds:.0f} 页/秒")
    return Figure(name, "，".join([*values, f"每个读取进程至多 {gigabytes(read.peak)}"]))


def _failures(read: Sequence[GroupRead]) -> Figure:
    failed = [file for each in read for file in each.files if file.refused]
    for file in failed[:_SHOWN_FAILURES]:
        say(f"没能读取  {file.path.name}：{file.refused}")
    empty = sum(file.empty for each in read for file in each.files)
    value = f"{len(failed)} 份（另有 {empty} 份没有正文，跳过）"
    return Figure("没能读取的文件", value, "0 份", not failed)


def _articles(read: GroupRead, laws: Path, place: Path) -> Figure:
    listed = listed_articles(laws)
    files = [file for file in read.files if not file.empty]
    right = sum(
        list(file.articles) == listed[file.path.relative_to(place).as_posix()] for file in files
    )
    share = f"{right / len(files):.1%}（{right}/{len(files)}）"
    return Figure("条目全部认对的法律", share)
