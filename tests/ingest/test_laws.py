"""Articles of the national laws: what the reader finds against a list made independently."""

import json
import lzma
import os
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from ingest.errors import RefusedFileError
from ingest.reader import read_bytes

_BENCH = os.environ.get(
    "CEWEN_TEST_BENCH", str(Path(__file__).parents[3] / "shared" / "bench" / "laws")
)
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?")
# Folders of laws hold an index page that has no words of its own.
_INDEX = "_index.md"
# All 1,527 files take 24 s of one core, and 99.7% of them agree.
_EVERY = 3


@pytest.fixture(scope="module")
def laws_dir() -> Path:
    """The folder of the law texts, which are not part of the repository."""
    folder = Path(_BENCH)
    if not (folder / "md.tar.xz").exists():
        pytest.skip(f"no laws in {folder} (set CEWEN_TEST_BENCH)")
    return folder


def listed_articles(folder: Path) -> dict[str, list[str]]:
    """The numbers of the articles of each file."""
    articles: dict[str, list[str]] = defaultdict(list)
    with lzma.open(folder / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            articles[record["file"]].append(record["article"])
    return articles


def law_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(folder / "md.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".md") else None
            if file:
                yield member.name.removeprefix("./").removeprefix("md/"), file.read()


def found_articles(data: bytes, name: str) -> list[str]:
    sections = read_bytes(data, name, "").sections
    names = ("".join(section.path[-1].split()) for section in sections)
    return [name for name in names if _ARTICLE.fullmatch(name)]


def test_the_articles_of_the_laws_are_found(laws_dir: Path) -> None:
    listed = listed_articles(laws_dir)
    right = wrong = 0
    for name, data in islice(law_files(laws_dir), 0, None, _EVERY):
        try:
            found = found_articles(data, Path(name).name)
        except RefusedFileError:
            assert name.endswith(_INDEX)
            found = []
        right += found == listed[name]
        wrong += found != listed[name]
    assert right + wrong > 500
    assert right / (right + wrong) >= 0.99
