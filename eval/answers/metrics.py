"""Metrics as small pure functions.

A metric that does not apply to a case yields None, never zero: an unanswerable case has no
hit rank to score, and a refused question no citations.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.answers.cases import Case
from eval.answers.text import squeeze

HIT_DEPTHS = (1, 3, 5, 10)
# The contract of an answer: what must be said stands within its first 200 characters.
ANSWER_WINDOW = 200
# 95 % two-sided quantile of the normal distribution.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of cases with its 95 % Wilson score interval."""

    passed: int
    total: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A citation as it is judged.

    ``paper`` is the file name of the cited paper, ``source`` its text with offsets as the
    citation counts them, or None where the text cannot be had.
    """

    paper: str
    quote: str
    start: int
    end: int
    source: str | None = None


def hit_rank(case: Case, papers: Sequence[str], texts: Sequence[str]) -> int | None:
    """Find the rank, from 1, of the first passage that is a hit.

    A passage is a hit if it contains an evidence string, white space removed from both, and
    comes from one of the papers the case names, where it names any.

    Args:
        case: The case.
        papers: The file name each passage comes from, best passage first.
        texts: The passages' texts, in the same order.

    Returns:
        The rank, or None if no passage is a hit (always so for an unanswerable case).
    """
    for rank, (paper, text) in enumerate(zip(papers, texts, strict=True), start=1):
        if _in_scope(case, paper) and _has_evidence(case, squeeze(text)):
            return rank
    return None


def hit_at(rank: int | None, depth: int) -> bool:
    """Tell whether a hit stands among the first ``depth`` passages."""
    return rank is not None and rank <= depth


def reciprocal_rank(rank: int | None) -> float:
    """Return 1 / rank, or 0 without a hit; its mean over the cases is the MRR."""
    return 0.0 if rank is None else 1.0 / rank


def answer_right(case: Case, answer: str) -> bool | None:
    """Judge the words of an answer, white space removed from them and from the case.

    Right means: within the first 200 characters every group is met by one of its alternatives
    and nothing in ``reject`` appears. A string that the border cuts does not count as there.

    Returns:
        The judgement, or None if the case is unanswerable or says nothing on the answer.
    """
    if not case.answerable or not case.answer:
        return None
    window = squeeze(answer)[:ANSWER_WINDOW]
    met = all(any(squeeze(option) in window for option in group) for group in case.answer)
    return met and not any(squeeze(wrong) in window for wrong in case.reject)


def citation_right(case: Case, citations: Sequence[CitedSpan]) -> bool | None:
    """Judge whether at least one citation of an answered question stands on the evidence.

    All comparing is done with white space removed. A citation is right if it is from a paper
    the case names (any paper, where it names none) and

    - where the source text is known: its quote is the source's ``text[start:end]`` to the
      letter, and the span overlaps a place where an evidence string stands in that text. The
      shared part must contain one of the answer's alternatives that the evidence holds, or,
      where it holds none, be at least half of the evidence. The same words in another place
      do not count, unless the evidence as a whole stands there as well.
    - where it is not: its quote contains an evidence string as a whole. A fragment is not
      enough then, because “责任单位：市发展改革委” stands in many places of one paper.

    Returns:
        The judgement, False for no citations; None if the case is unanswerable.
    """
    if not case.answerable:
        return None
    return any(_stands_on_evidence(case, citation) for citation in citations)


def wilson(passed: int, total: int) -> Proportion | None:
    """Return the share with its 95 % Wilson score interval, or None of no cases at all."""
    if total == 0:
        return None
    rate = passed / total
    scale = 1 + _Z**2 / total
    centre = (rate + _Z**2 / (2 * total)) / scale
    spread = _Z / scale * math.sqrt(rate * (1 - rate) / total + _Z**2 / (4 * total**2))
    low = 0.0 if passed == 0 else centre - spread
    high = 1.0 if passed == total else centre + spread
    return Proportion(passed, total, rate, low, high)


def proportion(judgements: Sequence[bool | None]) -> Proportion | None:
    """Return the share of True among those that apply; None if none applies."""
    scored = [judgement for judgement in judgements if judgement is not None]
    return wilson(sum(scored), len(scored))


def mcnemar(won: int, lost: int) -> float:
    """Return the exact two-sided p of a paired difference (McNemar), 1 where nothing changed.

    So likely it is that chance alone, a fair coin for each case that changed, makes a
    difference as large.
    """
    changed = won + lost
    tail = sum(math.comb(changed, few) for few in range(min(won, lost) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean, or None of nothing."""
    return statistics.fmean(values) if values else None


def median(values: Sequence[float]) -> float | None:
    """Return the median, or None of nothing."""
    return statistics.median(values) if values else None


def p95(values: Sequence[float]) -> float | None:
    """Return the 95th percentile by nearest rank (a value that occurred), or None of nothing."""
    if not values:
        return None
    # Integer arithmetic: 0.95 * 20 is not 19 in every order of floating-point operations.
    rank = (95 * len(values) + 99) // 100
    return sorted(values)[rank - 1]


def _in_scope(case: Case, paper: str) -> bool:
    return not case.docs or paper in case.docs


def _has_evidence(case: Case, squeezed: str) -> bool:
    return any(squeeze(evidence) in squeezed for evidence in case.evidence)


def _stands_on_evidence(case: Case, citation: CitedSpan) -> bool:
    if not _in_scope(case, citation.paper):
        return False
    if citation.source is None:
        return _has_evidence(case, squeeze(citation.quote))
    verbatim = citation.source[citation.start : citation.end] == citation.quote
    if citation.start < 0 or not verbatim:
        return False
    source = squeeze(citation.source)
    start = len(squeeze(citation.source[: citation.start]))
    end = start + len(squeeze(citation.quote))
    return any(
        _carries(case, source[max(start, place) : min(end, place + len(evidence))], evidence)
        for evidence in map(squeeze, case.evidence)
        for place in _places(source, evidence)
    )


def _carries(case: Case, shared: str, evidence: str) -> bool:
    options = [squeeze(option) for group in case.answer for option in group]
    held = [option for option in options if option in evidence]
    if held:
        return any(option in shared for option in held)
    return 2 * len(shared) >= len(evidence)


def _places(text: str, wanted: str) -> Iterator[int]:
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)
