"""Pairs of characters that a question and a text share: blind to how words are divided."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.text.normalise import squeeze
from service.question.intent import ASKING

_NO_WORD = re.compile(r"\W+")


def pair_weights(question: str, texts: Sequence[str]) -> Mapping[str, float]:
    """The question's pairs that any of the texts holds, the rarer the weightier; they sum to 1."""
    found = Counter(pair for text in texts for pair in _pairs(text))
    asked = _pairs(ASKING.sub("，", squeeze(question)))
    rarity = {pair: math.log((len(texts) + 1) / (found[pair] + 1)) for pair in asked if found[pair]}
    total = sum(rarity.values())
    return {pair: weight / total for pair, weight in rarity.items()} if total else {}


def share_of_pairs(weights: Mapping[str, float], text: str) -> float:
    """What of the question's pairs a text holds, 0 to 1."""
    held = _pairs(text)
    return sum(weight for pair, weight in weights.items() if pair in held)


def _pairs(text: str) -> set[str]:
    return {word[i : i + 2] for word in _NO_WORD.split(text) for i in range(len(word) - 1)}
