"""One tokeniser for building the sparse index and for asking it."""

import logging
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.retrieval.synonyms import synonym_words
from ingest.text.lists import word_list
from ingest.text.normalise import CJK, normalise

# The part of speech of a word that the dictionary does not have.
UNKNOWN = "x"

_WORD = re.compile(rf"[a-z0-9{CJK}]")
_RUN = re.compile(rf"[a-z0-9{CJK}]{{2,}}")
# Keeps pairs of characters apart from words of two, whose rarity weighs the question's words.
PAIR = "\x02"
# Short forms every official paper uses and jieba's dictionary lacks.
_OFFICIAL_WORDS = word_list(Path(__file__).with_name("official.txt"))


@dataclass(frozen=True, slots=True)
class CommonDictionary:
    """jieba's own dictionary, the same for all papers: how often words stand, and what they are.

    ``tags`` are the parts of speech of all words but plain nouns, which are most of it. jieba's own
    tagger gives the same for words it knows and holds 250 MB for guessing the others.
    """

    frequencies: Mapping[str, int]
    total: int
    tags: Mapping[str, str]


_reading = threading.Lock()
_read: list[CommonDictionary] = []


class Tokeniser:
    """jieba's search mode over normalised text, with ``words`` that its dictionary lacks.

    The dictionary's cache stays in ``cache_dir``.
    """

    def __init__(self, cache_dir: Path, words: Iterable[str] = ()) -> None:
        import jieba

        common = common_dictionary(cache_dir)
        self._jieba: Any = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total = dict(common.frequencies), common.total
        self._jieba.initialized = True
        for word in (*sorted(_OFFICIAL_WORDS), *synonym_words(), *words):
            self._jieba.add_word(normalise(word), tag="n")
        self._tags = common.tags

    def words(self, text: str) -> list[str]:
        """The words of ``text`` in order, each once for every place it stands in."""
        return [word for word in self._jieba.cut(normalise(text)) if _WORD.search(word)]

    def search_terms(self, text: str) -> list[str]:
        """Words, the shorter words inside them and pairs of characters, for the sparse index.

        Pairs find what is cut into words one way in the question and another in the passage;
        ``index.retrieval.fusion`` has what they gain.
        """
        folded = normalise(text)
        terms = [term for term in self._jieba.cut_for_search(folded) if _WORD.search(term)]
        for run in _RUN.findall(folded):
            terms += [PAIR + run[at : at + 2] for at in range(len(run) - 1)]
        # One string for each term: the words of 15,000 passages then take 4 MB, not 118 MB.
        return [sys.intern(term) for term in terms]

    def tagged(self, text: str) -> list[tuple[str, str]]:
        """Words with the part of speech of jieba's dictionary; ``UNKNOWN`` for words it lacks."""
        return [(word, self.tag(word)) for word in self._jieba.cut(normalise(text))]

    def tag(self, word: str) -> str:
        """The part of speech of one normalised word; ``UNKNOWN`` of one no dictionary has."""
        return self._tags.get(word, "n" if self._jieba.FREQ.get(word) else UNKNOWN)

    def frequency(self, word: str) -> float:
        """How often a word stands in Chinese at large, as a share of all words."""
        return float(self._jieba.FREQ.get(word, 0) / self._jieba.total)


def common_dictionary(cache_dir: Path) -> CommonDictionary:
    """What jieba knows, read in 1.5 s by the first that needs it in this process.

    jieba's own cache of it stays in ``cache_dir`` then.
    """
    with _reading:
        if not _read:
            _read.append(_read_dictionary(cache_dir))
        return _read[0]


def _read_dictionary(cache_dir: Path) -> CommonDictionary:
    import jieba

    # Where its cache cannot be written it does without, but logs a traceback, leaves a file.
    jieba.setLogLevel(logging.CRITICAL)
    cache_dir.mkdir(parents=True, exist_ok=True)
    jiebas: Any = jieba.Tokenizer()
    jiebas.tmp_dir = str(cache_dir)
    jiebas.initialize()
    for left_over in cache_dir.glob("tmp*"):
        left_over.unlink(missing_ok=True)
    with jiebas.get_dict_file() as lines:
        entries = (line.decode("utf-8").split(" ") for line in lines)
        tags = {word: sys.intern(tag.strip()) for word, _, tag in entries if tag.strip() != "n"}
    return CommonDictionary(jiebas.FREQ, jiebas.total, tags)
