"""``kill -9`` while papers change: the old state or the new one, never anything between."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.store.generations import Store
from tests.index.shelf import Shelf
from tests.old_data import make_old

ROOT = Path(__file__).parents[2]
REPLAY = Path(__file__).with_name("replay.py")
OLD, NEW = "氢能产业由哪个单位牵头？", "低空经济由哪个单位牵头？"
_SECONDS = 120
# What the killed process was about to do, and what adding its paper again then says.
MOMENTS = {
    "os.mkdir /generations": "added",
    "os.rename /originals/": "added",
    "encode": "added",
    "os.mkdir /generations/.part": "added",
    "open /generations/.part/sparse/vocab.index.json": "added",
    "open /generations/.part/manifest.json": "added",
    "os.rename /generations/.part": "added",
    "open /CURRENT.part": "added",
    "os.rename /CURRENT.part": "added",
    "shutil.rmtree /generations/000002": "unchanged",
    "os.rmdir /generations/000002": "unchanged",
}
# What the killed process was about to do to the stored papers, and whether its change then counts.
WRITING = {
    "os.mkdir /generations": False,
    "encode": False,
    "os.mkdir /generations/.part": False,
    "open /generations/.part/corrections.json": False,
    "open /generations/.part/manifest.json": False,
    "os.rename /generations/.part": False,
    "open /CURRENT.part": False,
    "os.rename /CURRENT.part": False,
    "shutil.rmtree /generations/000002": True,
    "os.rmdir /generations/000002": True,
    "os.remove /originals/": True,
}


@pytest.fixture(scope="module")
def word_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("words")


@pytest.fixture
def stocked(shelf: Shelf) -> Shelf:
    """A shelf after two changes: 民宿产业, then 氢能产业 led by 市能源局."""
    shelf.add(shelf.write("民宿.txt", "民宿产业", "市文旅局"))
    shelf.add(shelf.write("氢能.txt", "氢能产业", "市能源局"))
    return shelf


def new_paper(shelf: Shelf) -> Path:
    """A paper on 低空经济, led by 市交通运输局, whose vectors are known."""
    paper = shelf.write("低空.txt", "低空经济", "市交通运输局")
    shelf.add(paper, library=shelf.library(shelf.data.parent / "elsewhere"))
    return paper


def answers(shelf: Shelf, question: str, unit: str) -> bool:
    return f"由{unit}牵头" in shelf.index().search(question, 1)[0].passage.text


def die(shelf: Shelf, word_cache: Path, operation: str, change: str, *said: str | Path) -> None:
    """Change something in a process of its own, which is killed before ``operation``."""
    vectors = shelf.data.parent / "vectors.npz"
    known = shelf.encoder.known
    np.savez(
        vectors,
        identity=np.array(shelf.encoder.identity),
        texts=np.array(list(known)),
        vectors=np.stack(list(known.values())),
    )
    arguments = [str(shelf.data), str(vectors), str(word_cache), operation, change, *map(str, said)]
    done = subprocess.run(
        [sys.executable, str(REPLAY), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def assert_tidy(shelf: Shelf) -> None:
    """One generation, the originals in use, nothing half-written."""
    number = Store(shelf.data).current_number()
    assert [int(folder.name) for folder in (shelf.data / "generations").iterdir()] == [number]
    used = {document.sha256 for document in shelf.generation().documents}
    assert {path.name for path in (shelf.data / "originals").iterdir()} == used
    assert not list(shelf.data.rglob("*.part*"))


@pytest.mark.parametrize("operation", MOMENTS)
def test_killed_while_adding(stocked: Shelf, word_cache: Path, operation: str) -> None:
    paper = new_paper(stocked)
    die(stocked, word_cache, operation, "add", paper)
    assert answers(stocked, OLD, "市能源局")
    assert stocked.add(paper) == [MOMENTS[operation]]
    assert answers(stocked, OLD, "市能源局")
    assert answers(stocked, NEW, "市交通运输局")
    assert sorted(stocked.ids()) == ["低空.txt", "民宿.txt", "氢能.txt"]
    assert_tidy(stocked)


def title_of(shelf: Shelf, name: str) -> str:
    return {each.name: each.masthead.title for each in shelf.generation().documents}[name]


@pytest.mark.parametrize(
    ("operation", "old"),
    [
        *((each, False) for each in WRITING if "originals" not in each),
        *((each, True) for each in WRITING if "CURRENT" in each or "shutil" in each),
    ],
)
def test_killed_while_correcting(
    stocked: Shelf, word_cache: Path, operation: str, old: bool
) -> None:
    """What was not acknowledged never comes later; what the papers say, the record says."""
    before, after = "先前的更正", "后来的更正"
    paper = stocked.ids()["民宿.txt"]
    shutil.copytree(stocked.data, elsewhere := stocked.data.parent / "elsewhere")
    stocked.library(elsewhere).correct(paper, {"title": after})  # its vectors are known then
    stocked.library().correct(paper, {"title": before})
    if old:
        make_old(stocked.data)
    die(stocked, word_cache, operation.replace("000002", "000003"), "correct", paper, after)
    said = title_of(stocked, "民宿.txt")
    assert said == (after if WRITING[operation] else before)
    assert stocked.library().rebuild() == 2
    assert title_of(stocked, "民宿.txt") == said
    assert bool(stocked.where(after)) == (said == after)
    assert_tidy(stocked)


@pytest.mark.parametrize("operation", [each for each in WRITING if each != "encode"])
def test_killed_while_deleting(stocked: Shelf, word_cache: Path, operation: str) -> None:
    die(stocked, word_cache, operation, "delete", stocked.ids()["氢能.txt"])
    deleted = WRITING[operation]
    assert list(stocked.ids()) == (["民宿.txt"] if deleted else ["民宿.txt", "氢能.txt"])
    stocked.library().rebuild()  # every original is there
    if not deleted:
        assert answers(stocked, OLD, "市能源局")
        stocked.library().delete(stocked.ids()["氢能.txt"])
    assert stocked.where("市能源局") == []
    assert_tidy(stocked)


@pytest.mark.parametrize(
    ("operation", "outcome"),
    [("os.rename /generations/.part", "added"), ("open /CURRENT.part", "unchanged")],
)
def test_killed_at_the_first_ingest(
    shelf: Shelf, word_cache: Path, operation: str, outcome: str
) -> None:
    paper = new_paper(shelf)
    die(shelf, word_cache, operation, "add", paper)
    assert (Store(shelf.data).load() is None) == (outcome == "added")
    assert shelf.add(paper) == [outcome]
    assert answers(shelf, NEW, "市交通运输局")
    assert_tidy(shelf)


def cewen(shelf: Shelf, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start the real command line on the shelf's data folder."""
    return subprocess.Popen(
        [
            *(sys.executable, "-c", "from service.cli.main import main; main()"),
            *map(str, arguments),
            *("--data-dir", str(shelf.data)),
        ],
        cwd=shelf.data.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill_when(process: subprocess.Popen[str], reached: Callable[[], bool]) -> int:
    """Kill the process once ``reached``; its exit code."""
    deadline = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if reached():
            process.kill()
            break
        time.sleep(0.002)
    process.communicate(timeout=_SECONDS)
    return process.returncode


def test_the_command_line_killed_while_it_encodes(
    stocked: Shelf, sample_texts: Path, models_dir: Path
) -> None:
    papers = sorted(sample_texts.glob("*.txt"))[:3]
    (stocked.data / "models").symlink_to(models_dir)
    originals = stocked.data / "originals"
    ingest = cewen(stocked, "ingest", *papers)
    code = kill_when(ingest, lambda: len([p for p in originals.iterdir() if not p.suffix]) == 5)
    assert code == -signal.SIGKILL
    assert answers(stocked, OLD, "市能源局")
    assert len(stocked.ids()) == 2

    again = cewen(stocked, "ingest", *papers)
    said, _ = again.communicate(timeout=_SECONDS)
    assert (again.returncode, "已导入 3" in said) == (0, True), said
    assert answers(stocked, OLD, "市能源局")
    assert len(stocked.ids()) == 5
    assert_tidy(stocked)
