"""A disk that fills up: nothing stored is lost, and work goes on once there is room."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import StoreError
from index.store import Store
from index.tokeniser import Tokeniser
from tests.index.shelf import Shelf

QUESTION = "氢能产业由哪个单位牵头？"
FULL = r"磁盘空间不足，写不进 .*/data.*请腾出空间"
MEGABYTE = 1_000_000


class SmallDisk:
    """A file system of its own that a ballast file can fill."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._folder = folder
        self._ballast = folder / "ballast"

    def leave(self, free: int) -> None:
        """Fill the disk until only so many bytes (rounded to a page) are free."""
        self.clear()
        state = os.statvfs(self._folder)
        size = state.f_bavail * state.f_bsize - free
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, size)

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if (
        os.geteuid()
        or shutil.which("mount") is None
        or subprocess.run(mount, check=False).returncode
    ):
        pytest.skip("mounting a tmpfs needs root")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def papers(sample_texts: Path) -> list[Path]:
    return sorted(sample_texts.glob("*.txt"))[:3]


def room_needed(shelf: Shelf, papers: list[Path]) -> int:
    """The bytes that adding ``papers`` writes, measured in a folder of its own."""
    elsewhere = shelf.data.parent / "measured"
    shelf.add(*papers, library=shelf.library(elsewhere))
    return sum(path.stat().st_size for path in elsewhere.rglob("*") if path.is_file())


def answers(shelf: Shelf) -> bool:
    return "由市能源局牵头" in shelf.index().search(QUESTION, 1)[0].passage.text


@pytest.mark.parametrize("share", [0, 0.05, 0.2, 0.4, 0.6, 0.8])
def test_a_disk_that_fills_up(
    disk: SmallDisk, shelf: Shelf, papers: list[Path], share: float
) -> None:
    needed = room_needed(shelf, papers)
    shelf.data = disk.data
    shelf.add(shelf.write("a.txt", "氢能产业", "市能源局"))
    before = shelf.state()
    disk.leave(int(needed * share))
    with pytest.raises(StoreError, match=FULL):
        shelf.add(*papers)
    assert shelf.state() == before
    assert answers(shelf)
    disk.clear()
    assert shelf.add(*papers) == ["added"] * len(papers)
    assert answers(shelf)
    assert len(shelf.index().documents) == 1 + len(papers)
    assert not list(disk.data.rglob("*.part*"))


@pytest.mark.parametrize("share", [0, 0.3, 0.7])
def test_a_disk_that_is_full_at_the_first_ingest(
    disk: SmallDisk, shelf: Shelf, papers: list[Path], share: float
) -> None:
    needed = room_needed(shelf, papers)
    shelf.data = disk.data
    disk.leave(int(needed * share))
    with pytest.raises(StoreError, match=FULL):
        shelf.add(*papers)
    assert Store(disk.data).load() is None
    assert {path for path, data in shelf.state().items() if data} == set()
    disk.clear()
    assert shelf.add(*papers) == ["added"] * len(papers)
    assert len(shelf.index().search(QUESTION, 5)) == 5


def test_no_room_for_the_original(disk: SmallDisk, shelf: Shelf, papers: list[Path]) -> None:
    shelf.data = disk.data
    shelf.add(shelf.write("a.txt", "氢能产业", "市能源局"))
    shelf.encoder.texts.clear()
    before = shelf.state()
    disk.leave(papers[0].stat().st_size + 4096)
    with pytest.raises(StoreError, match=FULL):
        shelf.add(*papers)
    assert shelf.encoder.texts == []
    assert shelf.state() == before
    assert answers(shelf)


def test_no_room_to_delete_or_rebuild(disk: SmallDisk, shelf: Shelf) -> None:
    shelf.data = disk.data
    shelf.add(shelf.write("a.txt", "氢能产业", "市能源局"), shelf.write("b.txt", "民宿产业"))
    disk.leave(0)
    for change in (lambda: shelf.library().delete(shelf.ids()["b.txt"]), shelf.library().rebuild):
        before = shelf.state()
        with pytest.raises(StoreError, match=FULL):
            change()
        assert shelf.state() == before
        assert answers(shelf)


@pytest.mark.parametrize("free", [0, 4096, 8192])
def test_a_correction_that_does_not_fit_does_not_come_later(
    disk: SmallDisk, shelf: Shelf, free: int
) -> None:
    shelf.data = disk.data
    shelf.add(shelf.write("a.txt", "氢能产业", "市能源局"))
    before = shelf.state()
    disk.leave(free)
    with pytest.raises(StoreError, match=FULL):
        shelf.library().correct(shelf.ids()["a.txt"], {"title": "没有记下的更正"})
    assert shelf.state() == before
    disk.clear()
    shelf.library().rebuild()
    assert shelf.where("没有记下的更正") == []


def test_no_room_to_mend_an_original(disk: SmallDisk, shelf: Shelf) -> None:
    shelf.data = disk.data
    paper = shelf.write("a.txt", "氢能产业", "市能源局")
    shelf.add(paper)
    (original,) = (disk.data / "originals").iterdir()
    original.write_bytes(b"x")
    before = shelf.state()
    disk.leave(0)
    with pytest.raises(StoreError, match=FULL):
        shelf.add(paper)
    assert shelf.state() == before
    disk.clear()
    assert shelf.add(paper) == ["unchanged"]
    assert original.read_bytes() == paper.read_bytes()


def test_large_arrays_that_do_not_fit(disk: SmallDisk, shelf: Shelf) -> None:
    """Above 16 MB numpy asks for the room beforehand, and fails in another way."""
    import numpy as np

    from index.dense import DenseIndex

    dense = DenseIndex.build(np.zeros((25_000, 384), np.float32))
    with pytest.raises(StoreError, match=FULL), Store(disk.data).writing():
        dense.save(disk.data / "dense.faiss")


def test_the_word_cache_that_does_not_fit(
    disk: SmallDisk, capfd: pytest.CaptureFixture[str]
) -> None:
    disk.leave(2 * MEGABYTE)
    cache = disk.data / "cache"
    assert "氢能" in Tokeniser(cache, ["氢能"]).words("氢能产业")
    assert list(cache.iterdir()) == []
    disk.clear()
    assert "氢能" in Tokeniser(cache, ["氢能"]).words("氢能产业")
    assert [path.suffix for path in cache.iterdir()] == [".cache"]
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_the_command_line(
    disk: SmallDisk, shelf: Shelf, papers: list[Path], run_cli: Callable[..., tuple[int, str]]
) -> None:
    shelf.data = disk.data
    assert run_cli(disk.data, "ingest", shelf.write("a.txt", "氢能产业", "市能源局"))[0] == 0
    disk.leave(100_000)
    code, said = run_cli(disk.data, "ingest", *papers)
    assert code == 1
    assert "错误：磁盘空间不足" in said
    assert "Traceback" not in said
    code, said = run_cli(disk.data, "search", QUESTION, "-k", "1")
    assert (code, "由市能源局牵头" in said) == (0, True), said
    disk.clear()
    code, said = run_cli(disk.data, "ingest", *papers)
    assert (code, "已导入 3" in said) == (0, True), said
    assert answers(shelf)
