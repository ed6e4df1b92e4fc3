"""Retrieval against exact reckoning, and at its edges."""

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.retrieval.dense import DenseIndex, FloatArray
from index.retrieval.fusion import DENSE_SHARE, convex_combination
from index.retrieval.sparse import K1, B, SparseIndex
from index.search.search import DEPTH, MIN_RARITY, Hit, Index
from service.assistant import Assistant
from service.workspace import Workspace
from tests.index.shelf import Shelf

QUESTIONS = ("氢能产业由哪个单位牵头？", "2027年规模以上工业总产值", "民宿等级评定", "技改补助")
UNKNOWN = "龘靐齉 zzxqvw 齾爩麤"


@pytest.fixture(scope="module")
def index(samples_workspace: Workspace) -> Index:
    found = samples_workspace.index()
    assert found is not None
    return found


def unit_vectors(count: int, dimension: int = 16, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def told(hits: list[Hit]) -> list[tuple[str, float, float]]:
    return [(hit.passage.id, hit.score, hit.cosine) for hit in hits]


@pytest.mark.parametrize("share", [1, 0.5, 0.02])
@pytest.mark.parametrize("count", [1, 40, 700])
def test_dense_is_exact(count: int, share: float) -> None:
    vectors = unit_vectors(count)
    dense = DenseIndex.build(vectors)
    allowed = np.flatnonzero(np.random.default_rng(1).random(count) < share).astype(np.int64)
    for question in unit_vectors(5, seed=2):
        cosines = vectors @ question
        exact = sorted(allowed.tolist(), key=lambda at: -cosines[at])[:DEPTH]
        found = dense.search(question, DEPTH, None if share == 1 else allowed)
        assert [position for position, _ in found] == exact
        assert [score for _, score in found] == pytest.approx(cosines[exact].tolist(), abs=1e-5)


def test_dense_keeps_what_it_was_given(tmp_path: Path) -> None:
    vectors = unit_vectors(9)
    DenseIndex.build(vectors).save(tmp_path / "dense.faiss")
    loaded = DenseIndex.load(tmp_path / "dense.faiss")
    np.testing.assert_array_equal(loaded.vectors, vectors)
    assert loaded.search(vectors[4], 1, None)[0][0] == 4


def test_dense_without_vectors(tmp_path: Path) -> None:
    DenseIndex.build(np.zeros((0, 16), np.float32)).save(tmp_path / "dense.faiss")
    empty = DenseIndex.load(tmp_path / "dense.faiss")
    assert empty.vectors.shape == (0, 16)
    assert empty.search(unit_vectors(1)[0], 5, None) == []
    some = DenseIndex.build(unit_vectors(3))
    assert some.search(unit_vectors(1)[0], 5, np.array([], np.int64)) == []


WORDS = [
    ["氢能", "产业", "牵头"],
    ["民宿", "评定", "评定", "评定"],
    ["氢能", "氢能", "目标"],
    [],
    ["产业", "目标", "市", "发展", "改革", "委", "氢能"],
]


def bm25(terms: list[str], position: int) -> float:
    """Robertson's formula with Lucene's idf, bm25s's default; an empty list counts as one word."""
    lengths = [max(len(words), 1) for words in WORDS]
    score = 0.0
    for term in terms:
        frequency = sum(term in words for words in WORDS)
        idf = math.log(1 + (len(WORDS) - frequency + 0.5) / (frequency + 0.5))
        times = Counter(WORDS[position])[term]
        length = lengths[position] / (sum(lengths) / len(lengths))
        score += idf * times / (times + K1 * (1 - B + B * length)) if times else 0.0
    return score


@pytest.mark.parametrize("terms", [["氢能"], ["氢能", "目标"], ["评定", UNKNOWN], ["市", "产业"]])
@pytest.mark.parametrize("allowed", [None, [0, 2], [1, 3], [4], []])
def test_sparse_is_bm25(tmp_path: Path, terms: list[str], allowed: list[int] | None) -> None:
    SparseIndex.build(WORDS).save(tmp_path / "sparse")
    sparse = SparseIndex.load(tmp_path / "sparse")
    scores = {at: bm25(terms, at) for at in (range(len(WORDS)) if allowed is None else allowed)}
    exact = sorted((at for at in scores if scores[at]), key=lambda at: (-scores[at], at))
    positions = None if allowed is None else np.array(allowed, np.int64)
    found = sparse.search(terms, 10, positions)
    assert [at for at, _ in found] == exact
    assert [score for _, score in found] == pytest.approx([scores[at] for at in exact], rel=1e-5)
    assert sparse.search(terms, 1, positions) == found[:1]


def test_sparse_ties_stand_in_order_of_position() -> None:
    sparse = SparseIndex.build([["甲"], ["乙"], ["甲"], ["甲"]])
    assert [at for at, _ in sparse.search(["甲"], 10, None)] == [0, 2, 3]
    assert [at for at, _ in sparse.search(["甲"], 2, np.array([3, 2], np.int64))] == [2, 3]


def test_sparse_sorts_no_more_than_it_gives() -> None:
    rng = np.random.default_rng(0)
    lists = [["甲"] * int(n) + ["乙"] * int(m) for n, m in rng.integers(0, 4, (500, 2))]
    sparse = SparseIndex.build(lists)
    for allowed in (None, np.arange(1, 500, 3), np.arange(400, 440)):
        whole = sparse.search(["甲", "乙"], len(lists), allowed)
        assert whole == sorted(whole, key=lambda each: (-each[1], each[0]))
        for depth in (1, 7, 50, len(whole), 500):
            assert sparse.search(["甲", "乙"], depth, allowed) == whole[:depth]


def test_sparse_counts_passages() -> None:
    sparse = SparseIndex.build(WORDS)
    found = {word: sparse.document_frequency(word) for word in ("氢能", "评定", "目标", "没有")}
    assert found == {"氢能": 3, "评定": 1, "目标": 2, "没有": 0}


@pytest.mark.parametrize("words", [[], [[]], [[], []]])
def test_sparse_without_words(words: list[list[str]], tmp_path: Path) -> None:
    SparseIndex.build(words).save(tmp_path / "sparse")
    sparse = SparseIndex.load(tmp_path / "sparse")
    assert sparse.search(["氢能"], 5, None) == []
    assert sparse.search([], 5, None) == []


def test_fusion_orders_ties_by_position() -> None:
    tied = [(7, 0.5), (3, 0.5), (5, 0.5)]
    assert [at for at, _ in convex_combination(tied, [])] == [3, 5, 7]
    assert [at for at, _ in convex_combination([], tied)] == [3, 5, 7]
    assert [at for at, _ in convex_combination(tied, tied)] == [3, 5, 7]


def test_fusion_weighs_the_two_rankings() -> None:
    fused = dict(convex_combination([(1, 0.9), (2, 0.8), (3, 0.7)], [(2, 4.0), (4, 1.0)]))
    words = 1 - DENSE_SHARE
    assert fused == pytest.approx(
        {1: DENSE_SHARE, 2: DENSE_SHARE / 2 + words, 3: 0.0, 4: words / 4}
    )
    assert convex_combination([], []) == []


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("k", [1, 5, 100, 100_000])
def test_as_many_as_there_are(index: Index, question: str, k: int) -> None:
    hits = index.search(question, k)
    passages = sum(len(document.passages) for document in index.documents.values())
    assert len(hits) == k if k <= DEPTH else DEPTH <= len(hits) <= min(k, 2 * DEPTH, passages)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_fewer_passages_than_asked_for(shelf: Shelf) -> None:
    shelf.add(shelf.write("a.txt", "氢能产业"))
    index = shelf.index()
    hits = index.search(QUESTIONS[0], 100)
    assert len(hits) == index.generation.manifest.passages < 10


def test_pairs_of_characters_stand_beside_words(index: Index) -> None:
    terms = index.tokeniser.search_terms("民宿，A1")
    pairs = [term[1:] for term in terms if term.startswith("\x02")]
    assert terms[: -len(pairs)] == ["民宿", "a1"]
    assert pairs == ["民宿", "a1"]
    assert index.tokeniser.search_terms("宿") == ["宿"]


def test_unknown_words_are_found_by_meaning_alone(index: Index) -> None:
    assert index.generation.sparse.search(index.tokeniser.search_terms(UNKNOWN), 5, None) == []
    hits = index.search(UNKNOWN, 5)
    assert len(hits) == 5
    assert all(0 <= hit.score <= DENSE_SHARE + 1e-6 for hit in hits)


@pytest.mark.parametrize("question", ["", " ", "？", "\n", "🙂", "的" * 2000, "a\0b"])
def test_odd_questions_are_answered(index: Index, question: str) -> None:
    assert len(index.search(question, 3)) == 3


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("many", [1, 2, 7])
def test_only_the_papers_named(index: Index, question: str, many: int) -> None:
    named = sorted(index.documents)[:many]
    hits = index.search(question, 1000, named)
    assert hits
    assert {hit.document.id for hit in hits} <= set(named)
    assert {hit.passage.document_id for hit in hits} <= set(named)
    assert told(hits) == told(index.search(question, 1000, reversed(named)))  # type: ignore[arg-type]


def test_all_papers_named_is_no_restriction(index: Index) -> None:
    assert told(index.search(QUESTIONS[0], 20, list(index.documents))) == told(
        index.search(QUESTIONS[0], 20)
    )


def test_an_unknown_paper_has_no_passages(index: Index) -> None:
    assert index.search(QUESTIONS[0], 5, ["no-such-id"]) == []


def test_results_are_the_same_every_time(index: Index) -> None:
    first = {question: told(index.search(question, 20)) for question in QUESTIONS}
    asked = list(QUESTIONS) * 5
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda question: told(index.search(question, 20)), asked))
    for question, again in zip(asked, found, strict=True):
        assert again == first[question]


def test_everything_deleted(shelf: Shelf) -> None:
    shelf.add(shelf.write("a.txt", "氢能产业"), shelf.write("b.txt", "民宿产业"))
    for document_id in shelf.ids().values():
        shelf.library().delete(document_id)
    index = shelf.index()
    assert index.search(QUESTIONS[0], 5) == []
    assert index.search(QUESTIONS[0], 5, ["no-such-id"]) == []
    assert index.rarity("氢能") == 1
    answer = Assistant(lambda: index).answer(QUESTIONS[0])
    assert (answer.status, answer.sentences, answer.citations) == ("no_evidence", (), ())


def test_rarity_runs_from_every_passage_to_none(shelf: Shelf) -> None:
    shelf.add(shelf.write("a.txt", "氢能产业"), shelf.write("b.txt", "民宿产业"))
    index = shelf.index()
    assert index.rarity("清江市") == MIN_RARITY
    assert MIN_RARITY < index.rarity("民宿") < index.rarity("没有的词") == 1
