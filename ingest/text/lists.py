"""Words that are data: files beside the module that uses them, in one format.

A list holds words parted by white space. In groups each line holds words of one meaning. A line
that begins with “#” explains. Words stand as ``normalise`` leaves them, and each once: in a list,
or in a line of groups.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ingest.text.normalise import normalise

_COMMENT = "#"


def word_list(path: Path) -> frozenset[str]:
    """The words of a list.

    Raises:
        ValueError: a word stands twice or is not normalised, or there is none; names file and line.
    """
    words: dict[str, int] = {}
    for number, line in _lines(path):
        for word in line:
            if word in words:
                raise ValueError(f"{path.name}:{number}: “{word}” stands in line {words[word]} too")
            words[word] = number
    return frozenset(words)


def word_groups(path: Path) -> tuple[tuple[str, ...], ...]:
    """The groups of words of one meaning, in the order of the file.

    Raises:
        ValueError: a group of one, twice the same one, or what ``word_list`` does not take.
    """
    groups: list[tuple[str, ...]] = []
    lines: dict[frozenset[str], int] = {}
    for number, line in _lines(path):
        group = frozenset(line)
        if len(line) < 2 or len(group) < len(line):
            raise ValueError(f"{path.name}:{number}: a group is of two words or more, each once")
        if group in lines:
            raise ValueError(f"{path.name}:{number}: the group of line {lines[group]}")
        lines[group] = number
        groups.append(tuple(line))
    return tuple(groups)


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longer ones first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def others_of(*groups: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """For each word of the groups, the other words of all groups that it stands in."""
    others: dict[str, frozenset[str]] = {}
    for group in groups:
        for word in group:
            others[word] = others.get(word, frozenset()) | (frozenset(group) - {word})
    return others


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The number of each line that holds words, and them."""
    empty = True
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = [] if line.startswith(_COMMENT) else line.split()
        for word in words:
            if word != normalise(word):
                raise ValueError(f"{path.name}:{number}: “{word}” is to be “{normalise(word)}”")
        if words:
            yield number, words
            empty = False
    if empty:
        raise ValueError(f"{path.name}: no words")
