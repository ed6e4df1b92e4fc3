"""Fixtures for papers on a shelf and for running without privileges."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import pytest

from index.dense import FloatArray
from index.encoder import Encoder
from index.tokeniser import Tokeniser
from tests.index.shelf import RecordingEncoder, Shelf

NOBODY = 65534


@pytest.fixture(scope="session")
def known_vectors() -> dict[str, FloatArray]:
    """The vectors the session's tests have had computed, by text."""
    return {}


@pytest.fixture(scope="session")
def make_tokeniser(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Sequence[str]], Tokeniser]:
    """Makes tokenisers that share jieba's cache; one for each set of words."""
    folder = tmp_path_factory.mktemp("jieba")

    @cache
    def make(words: tuple[str, ...]) -> Tokeniser:
        return Tokeniser(folder, words)

    return lambda words: make(tuple(words))


@pytest.fixture
def shelf(
    tmp_path: Path,
    encoder: Encoder,
    known_vectors: dict[str, FloatArray],
    make_tokeniser: Callable[[Sequence[str]], Tokeniser],
) -> Shelf:
    """An empty shelf."""
    return Shelf(tmp_path, RecordingEncoder(encoder, known_vectors), make_tokeniser)


@contextmanager
def _unprivileged() -> Iterator[None]:
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def unprivileged() -> Callable[[], AbstractContextManager[None]]:
    """Whoever runs the tests, file permissions hold inside (they do not for root)."""
    return _unprivileged
