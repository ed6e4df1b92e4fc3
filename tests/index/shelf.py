"""Small papers, the real model, and a library over a data folder of its own."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.encoder import Encoder
from index.library.library import Library
from index.library.progress import SourceFile
from index.retrieval.context import domain_words
from index.retrieval.dense import FloatArray
from index.search.search import Index
from index.store.generations import Generation, Store

PAPER = """清江市人民政府关于加快{subject}发展的通知
清江市政发〔2025〕{number}号
各有关单位：
一、总体要求
坚持稳中求进，推动{subject}高质量发展，{subject}工作由{unit}牵头，市财政局配合。
二、主要目标
到2027年，{subject}产值达到{number}亿元，培育骨干企业{number}家。
"""


class RecordingEncoder:
    """The real model, asked once for each text; ``texts`` is all it was given to encode."""

    def __init__(self, encoder: Encoder, known: dict[str, FloatArray]) -> None:
        self.identity = encoder.identity
        self.dimension = encoder.dimension
        self.texts: list[str] = []
        self.known = known
        self._encoder = encoder

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self.texts.extend(texts)
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return np.stack([self.known[text] for text in texts])

    def encode_query(self, text: str) -> FloatArray:
        return self._encoder.encode_query(text)


class Shelf:
    """A data folder, the library that writes it and the index that reads it."""

    def __init__(self, folder: Path, encoder: RecordingEncoder, make_tokeniser: Any) -> None:
        self.data = folder / "data"
        self.papers = folder / "papers"
        self.encoder = encoder
        self._make_tokeniser = make_tokeniser

    def write(self, name: str, subject: str, unit: str = "市发展改革委", number: int = 7) -> Path:
        """Write a paper that says which unit leads the subject."""
        self.papers.mkdir(parents=True, exist_ok=True)
        path = self.papers / name
        path.write_text(PAPER.format(subject=subject, unit=unit, number=number), encoding="utf-8")
        return path

    def library(self, folder: Path | None = None, encoder: Any = None) -> Library:
        """The library of ``folder`` (None: of ``data``)."""
        store = Store(folder or self.data)
        return Library(store, lambda: encoder or self.encoder, self._make_tokeniser)

    def add(self, *paths: Path, library: Library | None = None) -> list[str]:
        """Take in files; what became of each."""
        results = (library or self.library()).add([SourceFile.at(path) for path in paths])
        return [result.outcome.value for result in results]

    def generation(self, folder: Path | None = None) -> Generation:
        found = Store(folder or self.data).load()
        assert found is not None
        return found

    def index(self, folder: Path | None = None, encoder: Any = None) -> Index:
        """What the data folder holds now, loaded as the service does."""
        found = self.generation(folder)
        words = domain_words(found.documents)
        return Index(found, encoder or self.encoder, self._make_tokeniser(words))

    def ids(self) -> dict[str, str]:
        """The papers' ids by name."""
        return {document.name: document.id for document in self.generation().documents}

    def where(self, words: str) -> list[str]:
        """The files of the data folder in which these words stand, in whatever way."""
        forms = [words.encode(), words.encode("gb18030"), json.dumps(words)[1:-1].encode()]
        return [name for name, data in self.state().items() if any(f in data for f in forms)]

    def state(self) -> dict[str, bytes]:
        """Everything in the data folder, byte for byte, but for the room that is held."""
        files = (p for p in self.data.rglob("*") if p.is_file() and p.name != "reserve")
        return {str(path.relative_to(self.data)): path.read_bytes() for path in files}
