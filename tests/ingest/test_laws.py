"""Articles of the national laws: what the reader finds against a list made independently."""

import os
from itertools import islice
from pathlib import Path

import pytest

from eval.bench.laws import found_articles, has_laws, law_files, listed_articles
from ingest.errors import NothingToReadError
from ingest.reader import read_bytes

_BENCH = os.environ.get(
    "CEWEN_TEST_BENCH", str(Path(__file__).parents[3] / "shared" / "bench" / "laws")
)
# All 1,527 files take 24 s of one core, and 99.9% of them agree (make bench).
_EVERY = 3


@pytest.fixture(scope="module")
def laws_dir() -> Path:
    """The folder of the law texts, which are not part of the repository."""
    folder = Path(_BENCH)
    if not has_laws(folder):
        pytest.skip(f"no laws in {folder} (set CEWEN_TEST_BENCH)")
    return folder


def test_the_articles_of_the_laws_are_found(laws_dir: Path) -> None:
    listed = listed_articles(laws_dir)
    right = wrong = skipped = 0
    for name, data in islice(law_files(laws_dir), 0, None, _EVERY):
        try:
            found = found_articles(read_bytes(data, Path(name).name, ""))
        except NothingToReadError:
            assert name not in listed
            skipped += 1
            continue
        right += found == listed[name]
        wrong += found != listed[name]
    assert right + wrong > 490
    assert skipped <= 15
    assert right / (right + wrong) >= 0.99
