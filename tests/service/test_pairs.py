"""Shared pairs of characters."""

import pytest

from service.answer.bigrams import pair_weights, share_of_pairs


def test_the_rarer_a_pair_the_more_it_weighs() -> None:
    weights = pair_weights("氢能产业", ["氢能基地", "产业发展", "产业政策", "产业园区"])
    assert sum(weights.values()) == pytest.approx(1.0)
    assert weights["氢能"] > weights["产业"]
    assert "能产" not in weights


def test_asking_words_and_unheard_pairs_do_not_count() -> None:
    assert pair_weights("多少？", ["多少万元"]) == {}
    assert pair_weights("低空经济", ["氢能"]) == {}


def test_a_text_is_scored_by_the_pairs_it_holds() -> None:
    weights = pair_weights("氢能产业", ["氢能", "产业"])
    assert share_of_pairs(weights, "氢能基地") == pytest.approx(weights["氢能"])
    assert share_of_pairs(weights, "氢能产业") == pytest.approx(1.0)
