"""A question over several places split into one question for each."""

import re
from collections.abc import Sequence

_AND = re.compile("[和与跟、及]")
_SEVERAL = re.compile("分别|各[是有自为]?|两地|两县|两市|比|哪个[更高低大小多少]|相比|区别|差别|都")
_JOINED = re.compile("分别|两地|各自|各(?=[是有为])|相比|都")
_MIN_SUBJECT = 3


def decompose(question: str, places: Sequence[str]) -> list[str]:
    """One question for each of two or more places named; the question itself otherwise.

    ``places`` are the places papers govern; they are recognised also without 市 or 县.
    """
    named = _named(question, places)
    if len(named) < 2 or not _SEVERAL.search(question):
        return [question]
    plain = _JOINED.sub("", question)
    halves = _halves(plain, [name for _, name in named])
    if halves:
        return halves
    return [_only(plain, name, [other for _, other in named if other != name]) for _, name in named]


def _named(question: str, places: Sequence[str]) -> list[tuple[int, str]]:
    """Where each place is named and how, in order."""
    found = {}
    for place in places:
        name = place if place in question else place[:-1]
        if len(name) > 1 and name in question:
            found[question.find(name)] = name
    return sorted(found.items())


def _halves(question: str, names: Sequence[str]) -> list[str]:
    """“甲……和乙……的目标是多少”: each half keeps its own subject and the common ending."""
    cut = question.find(names[1]) if len(names) == 2 else -1
    if cut < 1 or not _AND.match(question[cut - 1]):
        return []
    first, second = question[: cut - 1], question[cut:]
    if len(first) - first.find(names[0]) - len(names[0]) < _MIN_SUBJECT:
        return []
    ending = second[second.rfind("的") :] if "的" in second else ""
    return [first + ending, second]


def _only(question: str, name: str, others: Sequence[str]) -> str:
    for other in others:
        question = re.sub(rf"{_AND.pattern}?{re.escape(other)}[省市县区]?", "", question)
    return re.sub(rf"^{_AND.pattern}|(?<={re.escape(name)}){_AND.pattern}", "", question)
