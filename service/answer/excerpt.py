"""Long evidence to the words that answer: of the year and the thing asked for, around the terms."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from index.retrieval.synonyms import synonyms
from ingest.text.normalise import squeeze
from service.question.intent import Kind
from service.question.parse import Question

MAX_SHOWN = 180
OMITTED = "……"
_PART = re.compile(r"[^，,；;。！？\n]+[，,；;。！？\n]*[”）)]?")
# Not of a date, nor a year that others are compared with: figures are not of these.
_YEAR = re.compile(
    r"(?<![\d比较自从由以])((?:19|20)\d{2})(?=\s*(?:年(?!\s*\d{1,2}\s*月)|[-—－至到]))"
)
_FIGURE = re.compile(
    r"(?:\d[\d.,]*|[一二三四五六七八九十百千两]{1,9}(?=[个家项名倍成座条]))\s*[^\d\s，。；、]{0,2}"
)
_LABEL = re.compile("“(?P<sign>[^”]{1,8})”(?=即|为|是|指|[：:](?!“))")
_ROLES = re.compile("组长|主任|书记|召集人|局长|县长|区长|市长|联系人|负责人")
_WORD = re.compile("[\u4e00-\u9fff]{2}")
# Of the shorter part's characters, how many the other has as well.
_ALIKE = 0.55
_MIN_SHAPE = 3
# Comparing each with each is cubic.
_MAX_FIGURES = 40

Span = tuple[int, int]


def focus(text: str, start: int, question: Question) -> tuple[str, int, int]:
    """What of ``text`` (which begins at offset ``start``) is worth showing.

    Returns:
        The words, with what is left out between them marked, and the offsets they span.
    """
    kept = _of_labels(text, question) or parts_of(text, 0, len(text))
    if question.kind in (Kind.FIGURE, Kind.DATE) and not question.years:
        kept = _of_part(text, question) or kept
    if question.years:
        kept = _of_years(text, kept, question.years)
    one_role = len(_ROLES.findall(question.text)) == 1
    wanted = question.person or (question.role if one_role else "")
    if wanted:
        kept = [(a, b) for a, b in kept if wanted in squeeze(text[a:b])] or kept
    if question.kind in (Kind.FIGURE, Kind.DATE) and question.asks < 2:
        kept = _of_figures(text, kept, question)
    if sum(last - first for first, last in kept) > MAX_SHOWN:
        kept = _around(text, kept, question)
    runs = [_trimmed(text, run) for run in _runs(kept)]
    shown = OMITTED.join(text[first:last] for first, last in runs if last > first)
    return shown, start + runs[0][0], start + runs[-1][1]


def of_years(text: str, start: int, end: int, years: tuple[str, ...]) -> str:
    """Of a sentence that speaks of several years, what it says of ``years`` and before any year.

    A part without a year belongs to the year named last. A sentence that does not name them, or
    names only one year, stays whole.
    """
    kept = _of_years(text, parts_of(text, start, end), years)
    return "".join(text[first:last] for first, last in kept)


def parts_of(text: str, start: int, end: int) -> list[Span]:
    """Clauses, and items of a list that each have a figure and words of their own."""
    found: list[Span] = []
    for clause in _PART.finditer(text, start, end):
        first = clause.start()
        for comma in re.finditer("、", clause.group()):
            at = clause.start() + comma.end()
            if _stands_alone(text[first : at - 1]) and _stands_alone(text[at : clause.end()]):
                dated = _YEAR.match(text, at) and _YEAR.search(text, first, at)
                if dated and dated.start() > first:  # what the items of each year are about
                    found.append((first, dated.start()))
                    first = dated.start()
                found.append((first, at))
                first = at
        found.append((first, clause.end()))
    return found or [(start, end)]


def _stands_alone(words: str) -> bool:
    """Whether words hold a figure and say what of (not “10万元”, of a list of figures alone)."""
    item, dated = _YEAR.subn("", words.split("、", 1)[0])
    return bool(_FIGURE.search(item)) and bool(dated or _WORD.search(_FIGURE.sub("，", item)))


def _of_labels(text: str, question: Question) -> list[Span]:
    """Of parts that each explain a sign in quotation marks, those of the signs asked about."""
    labels = list(_LABEL.finditer(text))
    asked = {words.strip("“”") for words in question.quoted}
    spans: list[Span] = []
    for label, following in zip_longest(labels, labels[1:]):
        if squeeze(label["sign"]) in asked:
            spans.append((label.start(), following.start() if following else len(text)))
    return spans if len(labels) > len(spans) else []


def _of_part(text: str, question: Question) -> list[Span]:
    """Of parts divided by semicolons, the one that alone holds all words of the question held."""
    parts = [(part.start(), part.end()) for part in re.finditer("[^；]+；?", text)]
    held = [
        {t.text for t in question.terms if _holds(squeeze(text[a:b]), t.text)} for a, b in parts
    ]
    everything = set().union(*held)
    alone = [part for part, terms in zip(parts, held, strict=True) if terms == everything]
    if len(parts) < 2 or len(everything) < 2 or len(alone) != 1:
        return []
    return parts_of(text, *alone[0])


def _of_years(text: str, parts: list[Span], years: tuple[str, ...]) -> list[Span]:
    named = [set(_YEAR.findall(text[first:last])) for first, last in parts]
    everything = set().union(*named)
    if len(everything) < 2 or not everything.intersection(years):
        return parts
    kept: list[Span] = []
    current: set[str] | None = None
    for part, mentioned in zip(parts, named, strict=True):
        current = mentioned or current
        if current is None or current.intersection(years):
            kept.append(part)
    return kept


def _of_figures(text: str, parts: list[Span], question: Question) -> list[Span]:
    """The parts without those that say the same of something else (北京 2000 元, 上海 3000 元).

    Something else is what lacks the question's words that no part but its like holds.
    """
    words = {part: squeeze(text[part[0] : part[1]]) for part in parts}
    figures = [part for part in parts if _FIGURE.search(_YEAR.sub("", words[part]))]
    kept = list(parts)
    if len(figures) > _MAX_FIGURES:
        return kept
    for part in figures:
        alike = {other for other in figures if _alike(words[part], words[other])}
        rest = "".join(words[other] for other in parts if other not in alike)
        telling = [term.text for term in question.terms if not _holds(rest, term.text)]
        held = {other: {t for t in telling if _holds(words[other], t)} for other in alike}
        if any(held[part] < held[other] and question.measure in words[other] for other in alike):
            kept.remove(part)
    return kept


def _alike(some: str, others: str) -> bool:
    """Whether two parts are worded alike but for the figures."""
    shapes = [set(re.sub(r"[\d.,，、。；;]", "", words)) for words in (some, others)]
    least = min(map(len, shapes))
    return least >= _MIN_SHAPE and len(shapes[0] & shapes[1]) >= _ALIKE * least


def _holds(words: str, term: str) -> bool:
    return term in words or any(other in words for other in synonyms(term))


def _around(text: str, parts: Sequence[Span], question: Question) -> list[Span]:
    """The run of parts of at most MAX_SHOWN characters that meets most of the question."""
    words = [squeeze(text[first:last]) for first, last in parts]
    held = [{term.text for term in question.terms if term.text in part} for part in words]
    gains = [sum(term.weight for term in question.terms if term.text in met) for met in held]
    best, chosen = (0.0, 0), [_cut(parts[0])]
    for first in range(len(parts)):
        met: set[str] = set()
        length = 0
        for last in range(first, len(parts)):
            length += parts[last][1] - parts[last][0]
            if length > MAX_SHOWN and last > first:
                break
            met |= held[last]
            value = sum(term.weight for term in question.terms if term.text in met)
            dense = value + 0.1 * sum(gains[first : last + 1])
            if (dense, length) > best:
                best, chosen = (dense, length), list(parts[first : last + 1])
    return chosen


def _cut(part: Span) -> Span:
    return part[0], min(part[1], part[0] + MAX_SHOWN)


def _runs(parts: Sequence[Span]) -> list[Span]:
    """Parts that touch, joined."""
    runs: list[Span] = []
    for first, last in parts:
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _trimmed(text: str, run: Span) -> Span:
    begin, end = run
    while begin < end and text[begin] in "，；、。 \t\n":
        begin += 1
    while end > begin and text[end - 1] in "，；、 \t\n":
        end -= 1
    return begin, end
