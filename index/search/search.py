"""Search: encode the question, retrieve by vector and by words, fuse, rerank, return."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedding.encoder import Encoder, check_encoder
from index.retrieval.context import indexed_text
from index.retrieval.dense import Ranked
from index.retrieval.fusion import convex_combination
from index.retrieval.synonyms import with_synonyms
from index.retrieval.tokeniser import PAIR, Tokeniser
from index.search.rerank import RERANK_DEPTH, Reranker, reordered
from index.store.generations import Generation
from ingest.metadata.validity import find_invalid
from ingest.text.roster import roster_names
from ingest.types import Document, Passage

DEPTH = 50
# In a library of few passages every word is common; it must still count for something.
MIN_RARITY = 0.05


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved passage.

    ``score`` (0 to 1) is the reranker's where there is one, else the fused one; ``cosine`` is 0
    where only its words matched.
    """

    passage: Passage
    document: Document
    score: float
    cosine: float


class Index:
    """A loaded generation, ready to be asked. Safe to share between threads."""

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        tokeniser: Tokeniser,
        reranker: Reranker | None = None,
    ) -> None:
        """Take a generation and what it was built with.

        Raises:
            RebuildNeededError: the generation was encoded with another model.
        """
        check_encoder(generation.manifest.encoder, encoder)
        self.generation = generation
        self._encoder = encoder
        self.tokeniser = tokeniser
        self.reranker = reranker
        self.documents = {document.id: document for document in generation.documents}
        regions = (document.masthead.region for document in generation.documents)
        self.regions = sorted({region for region in regions if region})
        records = (r for document in generation.documents for r in document.responsibilities)
        self.units = sorted({name for r in records for name in (*r.leads, *r.supports) if name})
        self.people = sorted({name for d in generation.documents for name in roster_names(d)})
        self.ended = find_invalid(generation.documents)
        self._passages = [p for document in generation.documents for p in document.passages]
        self._sizes = np.array([len(d.passages) for d in generation.documents], np.int64)

    def search(self, question: str, k: int, document_ids: Collection[str] = ()) -> list[Hit]:
        """The ``k`` best passages for ``question``, best first, among the papers named (or all)."""
        allowed = self._allowed(document_ids)
        dense = self.generation.dense.search(self._encoder.encode_query(question), DEPTH, allowed)
        terms = with_synonyms(self.tokeniser.search_terms(question))
        sparse = self.generation.sparse.search(terms, DEPTH, allowed)
        fused = convex_combination(dense, sparse)
        ranked = self._reranked(question, fused)
        cosines = dict(dense)
        return [
            self._hit(position, score, cosines.get(position, 0.0)) for position, score in ranked[:k]
        ]

    def rarity(self, term: str) -> float:
        """How telling a word is: 1 where no passage has it, MIN_RARITY where all have it."""
        passages = len(self._passages)
        if not passages:
            return 1.0
        frequency = self.generation.sparse.document_frequency(term)
        share = math.log((passages + 1) / (frequency + 1)) / math.log(passages + 1)
        return MIN_RARITY + (1 - MIN_RARITY) * share

    def word_shares(self) -> dict[str, float]:
        """The share of passages that hold each word of the papers."""
        found = self.generation.sparse.document_frequencies()
        passages = len(self._passages) or 1
        return {
            term: frequency / passages
            for term, frequency in found.items()
            if not term.startswith(PAIR)
        }

    def _reranked(self, question: str, ranked: Ranked) -> Ranked:
        """The first of a ranking read anew together with the question."""
        if self.reranker is None:
            return ranked
        passages = [self._passages[position] for position, _ in ranked[:RERANK_DEPTH]]
        texts = [indexed_text(self.documents[each.document_id], each) for each in passages]
        return reordered(ranked, self.reranker.scores(question, texts).tolist())

    def _hit(self, position: int, score: float, cosine: float) -> Hit:
        passage = self._passages[position]
        return Hit(passage, self.documents[passage.document_id], score, cosine)

    def _allowed(self, document_ids: Collection[str]) -> NDArray[np.int64] | None:
        if not document_ids:
            return None
        wanted = frozenset(document_ids)
        named = np.array([document.id in wanted for document in self.generation.documents], bool)
        return np.flatnonzero(np.repeat(named, self._sizes))
