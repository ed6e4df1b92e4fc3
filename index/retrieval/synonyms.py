"""Words of official Chinese that mean the same, as people ask and as papers write."""

from collections.abc import Iterable
from pathlib import Path

from ingest.text.lists import others_of, word_groups

GROUPS = word_groups(Path(__file__).with_name("synonyms.txt"))
_OTHERS = others_of(*GROUPS)


def synonym_words() -> list[str]:
    """All words that have a synonym."""
    return sorted(_OTHERS)


def synonyms(word: str) -> frozenset[str]:
    """Other words with the meaning of ``word``; empty for a word without any."""
    return _OTHERS.get(word, frozenset())


def with_synonyms(words: Iterable[str]) -> list[str]:
    """``words`` and, behind them, their synonyms."""
    given = list(words)
    return [*given, *(other for word in given for other in sorted(synonyms(word)))]
