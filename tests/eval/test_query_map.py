"""The map of question vectors, learned from made-up vectors with one right way to turn."""

from pathlib import Path

import numpy as np
import pytest
import typer

from eval.public import query_map
from eval.public.__main__ import HELD_OUT
from eval.public.data import Asked, PublicData
from eval.public.query_map import FloatArray, Lessons, joined, learn, learnable, wrong_passages
from eval.public.scores import FOLDS, fold_of

COUNT, DIMENSION = 600, 16


def unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def lessons(questions: int, turn: FloatArray, seed: int) -> Lessons:
    """Each question lies where ``turn`` takes its passage."""
    passages = unit(np.random.default_rng(seed).normal(size=(COUNT, DIMENSION)))
    asked = unit(passages[:questions] + passages[:questions] @ turn)
    return Lessons(asked, passages, tuple(np.array([at]) for at in range(questions)))


def found(taught: Lessons, learned: FloatArray) -> float:
    asked = taught.questions + taught.questions @ learned
    return float(np.mean((asked @ taught.passages.T).argmax(1) == np.arange(len(asked))))


def test_learning_finds_more_and_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_map, "RATE", 0.03)
    monkeypatch.setattr(query_map, "ANCHOR", 0.0)
    turn = np.random.default_rng(1).normal(size=(DIMENSION, DIMENSION)).astype(np.float32) / 4
    law = lessons(256, turn, 2)
    other = lessons(64, np.zeros_like(turn), 3)
    learned = learn(law, other, np.random.default_rng(0))
    assert found(law, learned) > found(law, np.zeros_like(turn)) + 0.1
    np.testing.assert_allclose(learned, learn(law, other, np.random.default_rng(0)), atol=1e-3)


def test_wrong_passages_do_not_answer() -> None:
    taught = joined(*(lessons(5, np.zeros((DIMENSION, DIMENSION), np.float32), s) for s in (1, 2)))
    assert [gold.tolist() for gold in taught.gold[4:7]] == [[4], [COUNT], [COUNT + 1]]
    wrong = wrong_passages(taught, np.random.default_rng(0))
    nearest = np.argsort(-(taught.questions @ taught.passages.T), axis=1)
    for row, gold, near in zip(wrong, taught.gold, nearest, strict=True):
        assert not np.isin(row, gold).any()
        assert set(row[: query_map.HARD]) == set(near[~np.isin(near, gold)][: query_map.HARD])


def test_the_held_out_fold_is_not_learned_from() -> None:
    asked = tuple(Asked(str(number), frozenset({"1"})) for number in range(100))
    kept = learnable(PublicData((), asked))
    assert {fold_of(each.question) for each in kept} == set(range(FOLDS)) - {HELD_OUT}


def test_what_is_missing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        query_map.query_map(tmp_path, tmp_path / "out.npy", tmp_path / "data")
    assert "articles.jsonl.xz" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
