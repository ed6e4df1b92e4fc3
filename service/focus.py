"""Long evidence to the words that answer: those of the year asked for, around the terms."""

import re

from index.tokeniser import squeeze
from service.asking import Kind
from service.question import Question

MAX_SHOWN = 150
_NEARLY_ALL = 0.9
_CLAUSE = re.compile(r"[^；;]+[；;]*")
_PART = re.compile(r"[^，,；;。！？\n]+[，,；;。！？\n]*[”）)]?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*(?:年|[-—－至到]))")


def focus(text: str, start: int, question: Question) -> tuple[int, int]:
    """The part of ``text`` (which begins at offset ``start``) worth showing, as offsets."""
    begin, end = 0, len(text)
    if question.kind in (Kind.FIGURE, Kind.DATE):
        begin, end = _best_clause(text, begin, end, question)
    if end - begin > MAX_SHOWN:
        begin, end = _around(text, begin, end, question)
    while begin < end and text[begin] in "，；、。 \t\n":
        begin += 1
    while end > begin and text[end - 1] in "，；、 \t\n":
        end -= 1
    return start + begin, start + end


def of_years(text: str, start: int, end: int, years: tuple[str, ...]) -> tuple[int, int]:
    """Of a sentence that speaks of several years, the stretch that speaks of ``years``.

    A part without a year belongs to the year named last. A sentence that does not name them, or
    names only one year, stays whole.
    """
    parts = list(_PART.finditer(text, start, end))
    named = [set(_YEAR.findall(part.group())) for part in parts]
    if len(set().union(*named)) < 2:
        return start, end
    governed: list[tuple[int, int]] = []
    current: set[str] = set()
    for part, mentioned in zip(parts, named, strict=True):
        current = mentioned or current
        if current.intersection(years):
            governed.append(part.span())
        elif governed:
            break
    return (governed[0][0], governed[-1][1]) if governed else (start, end)


def _best_clause(text: str, begin: int, end: int, question: Question) -> tuple[int, int]:
    """One clause alone, where it meets as much of the question as the whole."""
    whole = squeeze(text[begin:end])
    all_met = sum(term.weight for term in question.terms if term.text in whole)
    for match in _CLAUSE.finditer(text, begin, end):
        clause = squeeze(match.group())
        met = sum(term.weight for term in question.terms if term.text in clause)
        if met >= _NEARLY_ALL * all_met and re.search(r"\d", clause):
            return match.span()
    return begin, end


def _around(text: str, begin: int, end: int, question: Question) -> tuple[int, int]:
    """The run of parts of at most MAX_SHOWN characters that meets most of the question."""
    parts = [match.span() for match in _PART.finditer(text, begin, end)]
    words = [squeeze(text[first:last]) for first, last in parts]
    gains = [sum(term.weight for term in question.terms if term.text in part) for part in words]
    best = (0.0, 0, begin, min(end, begin + MAX_SHOWN))
    for first in range(len(parts)):
        met: set[str] = set()
        for last in range(first, len(parts)):
            if parts[last][1] - parts[first][0] > MAX_SHOWN and last > first:
                break
            met.update(term.text for term in question.terms if term.text in words[last])
            value = sum(term.weight for term in question.terms if term.text in met)
            dense = value + 0.1 * sum(gains[first : last + 1])
            length = parts[last][1] - parts[first][0]
            if (dense, length) > best[:2]:
                best = (dense, length, parts[first][0], parts[last][1])
    return best[2], best[3]
