"""An index over public passages, made as an ingest makes it, with vectors that are kept."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.bench.figures import say
from index.embedding.encoder import Encoder
from index.retrieval.context import domain_words, indexed_text
from index.retrieval.dense import DenseIndex, FloatArray
from index.retrieval.sparse import SparseIndex
from index.retrieval.tokeniser import Tokeniser
from index.search.search import Index
from index.store.generations import FORMAT, Generation, Manifest
from ingest.reader import READER_VERSION
from ingest.types import Document

# The encoder orders what it gets by length, so that little is padded; large portions help.
_PORTION = 4096


def make_index(papers: Sequence[Document], encoder: Encoder, data_dir: Path) -> Index:
    """Index ``papers`` in memory; their vectors stay in ``data_dir`` for the next time."""
    texts = indexed_texts(papers)
    vectors = kept_vectors(texts, encoder, data_dir / "vectors")
    tokeniser = Tokeniser(data_dir / "cache", domain_words(papers))
    manifest = Manifest(
        format=FORMAT,
        reader=READER_VERSION,
        encoder=encoder.identity,
        dimension=encoder.dimension,
        documents=len(papers),
        passages=len(texts),
        files={},
    )
    generation = Generation(
        number=0,
        manifest=manifest,
        documents=tuple(papers),
        dense=DenseIndex.build(vectors),
        sparse=SparseIndex.build([tokeniser.search_terms(text) for text in texts]),
    )
    return Index(generation, encoder, tokeniser)


def indexed_texts(papers: Sequence[Document]) -> list[str]:
    """What is encoded of each passage of ``papers``, in order."""
    return [indexed_text(paper, passage) for paper in papers for passage in paper.passages]


def kept_vectors(texts: Sequence[str], encoder: Encoder, folder: Path) -> FloatArray:
    """The vectors of ``texts``: read where this encoder has made them before."""
    path = folder / vectors_name(texts, encoder.identity)
    if path.is_file():
        return np.asarray(np.load(path), np.float32)
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    for first in range(0, len(texts), _PORTION):
        say(f"编码第 {first + 1} 段起，共 {len(texts)} 段……")
        vectors[first : first + _PORTION] = encoder.encode_passages(texts[first : first + _PORTION])
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npy")
    np.save(unfinished, vectors)
    unfinished.replace(path)
    return vectors


def vectors_name(texts: Sequence[str], identity: str) -> str:
    """The name of the file that keeps the vectors of ``texts`` under the encoder ``identity``."""
    digest = hashlib.sha256(identity.encode())
    for text in texts:
        digest.update(b"\0" + text.encode())
    return f"{digest.hexdigest()[:32]}.npy"
