"""Small papers, and libraries over data folders of their own."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from index.context import domain_words
from index.dense import FloatArray
from index.encoder import Encoder
from index.library import Library, SourceFile
from index.search import Index
from index.store import Store
from index.tokeniser import Tokeniser

NOBODY = 65534
PAPER = """{place}人民政府关于加快{subject}发展的通知
{place}政发〔2025〕{number}号
各有关单位：
一、总体要求
坚持稳中求进，推动{subject}高质量发展，{subject}工作由{unit}牵头，市财政局配合。
二、主要目标
到2027年，{subject}产值达到{number}亿元，培育骨干企业{number}家。
"""

MakeTokeniser = Callable[[Sequence[str]], Tokeniser]
WritePaper = Callable[..., Path]
MakeLibrary = Callable[..., Library]
OpenIndex = Callable[..., Index]


class RecordingEncoder:
    """The real model, which is asked once for each text; ``texts`` is all it was given to encode."""

    def __init__(self, encoder: Encoder, known: dict[str, FloatArray]) -> None:
        self.identity = encoder.identity
        self.dimension = encoder.dimension
        self.texts: list[str] = []
        self._encoder = encoder
        self._known = known

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self.texts.extend(texts)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_query(self, text: str) -> FloatArray:
        return self._encoder.encode_query(text)


@pytest.fixture(scope="session")
def known_vectors() -> dict[str, FloatArray]:
    """The vectors the session's tests have had computed, by text."""
    return {}


@pytest.fixture
def recorder(encoder: Encoder, known_vectors: dict[str, FloatArray]) -> RecordingEncoder:
    return RecordingEncoder(encoder, known_vectors)


@pytest.fixture(scope="session")
def make_tokeniser(tmp_path_factory: pytest.TempPathFactory) -> MakeTokeniser:
    """Makes tokenisers that share jieba's cache; one for each set of words."""
    folder = tmp_path_factory.mktemp("jieba")

    @cache
    def make(words: tuple[str, ...]) -> Tokeniser:
        return Tokeniser(folder, words)

    return lambda words: make(tuple(words))


@pytest.fixture
def write_paper(tmp_path: Path) -> WritePaper:
    """Writes a paper of two sections below ``papers``."""

    def write(name: str, subject: str, unit: str = "市发展改革委", number: int = 7) -> Path:
        path = tmp_path / "papers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = PAPER.format(place="清江市", subject=subject, unit=unit, number=number)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def make_library(
    tmp_path: Path, recorder: RecordingEncoder, make_tokeniser: MakeTokeniser
) -> MakeLibrary:
    """Makes a library over a data folder, ``data`` if none is named."""

    def make(folder: Path | None = None, encoder: RecordingEncoder = recorder) -> Library:
        return Library(Store(folder or tmp_path / "data"), encoder, make_tokeniser)

    return make


@pytest.fixture
def open_index(recorder: RecordingEncoder, make_tokeniser: MakeTokeniser) -> OpenIndex:
    """Loads what a data folder holds, as the service does."""

    def load(folder: Path, encoder: RecordingEncoder = recorder) -> Index:
        generation = Store(folder).load()
        assert generation is not None
        return Index(generation, encoder, make_tokeniser(domain_words(generation.documents)))

    return load


@pytest.fixture
def add(make_library: MakeLibrary) -> Callable[..., list[str]]:
    """Takes files into a library and gives their outcomes; the library of ``data`` if none."""

    def take_in(*paths: Path, library: Library | None = None) -> list[str]:
        results = (library or make_library()).add([SourceFile.at(path) for path in paths])
        return [result.outcome.value for result in results]

    return take_in


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
