"""The papers and vectors of an index while they are changed, by the one who may write."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from index.embedding.encoder import Encoder, check_encoder
from index.retrieval.context import domain_words, indexed_text
from index.retrieval.dense import DenseIndex, FloatArray
from index.retrieval.sparse import SparseIndex
from index.retrieval.tokeniser import Tokeniser
from index.store.generations import FORMAT, Manifest, Store
from ingest.reader import READER_VERSION
from ingest.types import Document, Passage

_ENCODE_BATCH = 64
Encoded = Callable[[int, int], None]


class Shelf:
    """Papers by id in the order they came; nothing is stored before ``commit``.

    ``corrections``, at first those stored, are stored with them. ``made_with`` is the model and
    reader of what is stored already, None for nothing. The model is loaded when there is something
    to encode.
    """

    def __init__(
        self,
        store: Store,
        papers: Iterable[Document],
        made_with: Manifest | None,
        load_encoder: Callable[[], Encoder],
        make_tokeniser: Callable[[Sequence[str]], Tokeniser],
    ) -> None:
        self.papers = {paper.id: paper for paper in papers}
        self.corrections = store.corrections()
        self._made_with = made_with
        self._store = store
        self._load_encoder = load_encoder
        self._make_tokeniser = make_tokeniser
        self._committed = dict(self.papers)
        self._vectors: dict[str, FloatArray] | None = None

    def encode(self, papers: Iterable[Document], on_passages: Encoded) -> None:
        """Encode the passages of ``papers`` that have no vector yet.

        Raises:
            RebuildNeededError: the index was made with another model.
        """
        known = self._known_vectors()
        new = [(paper, p) for paper in papers for p in paper.passages if p.id not in known]
        if new:
            self._encode(new, known, on_passages)

    def is_encoded(self, paper: Document) -> bool:
        """Whether every passage of ``paper`` has its vector."""
        known = self._known_vectors()
        return all(passage.id in known for passage in paper.passages)

    def _encode(
        self,
        new: Sequence[tuple[Document, Passage]],
        known: dict[str, FloatArray],
        on_passages: Encoded,
    ) -> None:
        encoder = self._load_encoder()
        check_encoder(self._manifest().encoder, encoder)
        for first in range(0, len(new), _ENCODE_BATCH):
            on_passages(first, len(new))
            some = new[first : first + _ENCODE_BATCH]
            vectors = encoder.encode_passages([indexed_text(paper, p) for paper, p in some])
            known.update(zip((passage.id for _, passage in some), vectors, strict=True))
        on_passages(len(new), len(new))

    def sharing(self, source: str, but: str) -> list[str]:
        """The ids of the papers that came from ``source``, without the paper ``but``."""
        same = (paper.id for paper in self.papers.values() if source and paper.source == source)
        return [paper_id for paper_id in same if paper_id != but]

    def replace(self, paper: Document) -> None:
        """Put ``paper`` in the place of the one with its id; its passages must be encoded anew."""
        self.papers[paper.id] = paper
        known = self._known_vectors()
        for passage in paper.passages:
            known.pop(passage.id, None)

    @property
    def changed(self) -> bool:
        """Whether there is something to commit."""
        return self.papers != self._committed

    def commit(self) -> None:
        """Store the papers, all of them encoded, and the corrections as a new generation."""
        papers = list(self.papers.values())
        known = self._known_vectors()
        texts = [(p.id, indexed_text(paper, p)) for paper in papers for p in paper.passages]
        tokeniser = self._make_tokeniser(domain_words(papers))
        self._store.commit(
            papers,
            self.corrections,
            DenseIndex.build(self._matrix([known[passage_id] for passage_id, _ in texts])),
            SparseIndex.build([tokeniser.search_terms(text) for _, text in texts]),
            replace(self._manifest(), documents=len(papers), passages=len(texts)),
        )
        self._committed = dict(self.papers)

    def _manifest(self) -> Manifest:
        """What the generation is made with: as before, or with the model as it is now."""
        if self._made_with is None:
            encoder = self._load_encoder()
            self._made_with = Manifest(
                FORMAT, READER_VERSION, encoder.identity, encoder.dimension, 0, 0, {}
            )
        return self._made_with

    def _matrix(self, rows: list[FloatArray]) -> FloatArray:
        return np.stack(rows) if rows else np.zeros((0, self._manifest().dimension), np.float32)

    def _known_vectors(self) -> dict[str, FloatArray]:
        """The vectors by passage id, at first those of the current generation."""
        if self._vectors is None:
            generation = self._store.load() if self._committed else None
            papers = generation.documents if generation else ()
            ids = [passage.id for paper in papers for passage in paper.passages]
            vectors = generation.dense.vectors if generation else ()
            self._vectors = dict(zip(ids, vectors, strict=True))
        return self._vectors
