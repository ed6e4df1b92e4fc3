"""Answering without a language model: choose the evidence, or refuse."""

import re
from collections.abc import Sequence

from index.search import Hit
from ingest.types import Document, Span
from service.candidates import Candidate, CandidateKind, gather, record_candidate, squeeze
from service.compose import Statement, state
from service.question import Kind, Question
from service.scoring import Score, lead_is_stated, score
from service.wording import row_name, tasks_sentence

# Below this share of the question's meaning the papers are taken to be silent.
MIN_COVERAGE = 0.55
_LEAD_BONUS = 0.2
_MAX_STATED = 12
_MANY = re.compile("哪些|哪几|有哪|分别|几个|名单|多少个")


def answer_from(
    question: Question, hits: Sequence[Hit], documents: Sequence[Document]
) -> list[Statement]:
    """The statements that answer ``question``; empty where the papers are silent.

    ``documents`` are all papers in scope, for questions about everything a unit does.
    """
    if question.kind is Kind.TASKS_OF_UNIT:
        found = _tasks_of(question, documents)
        if found:
            return [found]
    candidates = gather(hits)
    if not candidates:
        return []
    scored = [(_adjusted(question, candidate), candidate) for candidate in candidates]
    best_total, best_score, best = max(
        ((total, parts, candidate) for (total, parts), candidate in scored), key=_order
    )
    if not _enough(question, best_score):
        return []
    return [
        state(question, candidate) for candidate in _siblings(question, best, best_score, scored)
    ]


def _order(item: tuple[float, Score, Candidate]) -> tuple[float, int, int]:
    total, _, candidate = item
    return (total, -candidate.rank, -candidate.start)


def _adjusted(question: Question, candidate: Candidate) -> tuple[float, Score]:
    parts = score(question, candidate)
    leads = question.kind is Kind.LEAD and candidate.record is not None
    return parts.total + _LEAD_BONUS * leads * (1 + lead_is_stated(candidate)) / 2, parts


def _enough(question: Question, best: Score) -> bool:
    typed = best.typed or question.kind in (Kind.DEFINITION, Kind.LIST, Kind.OTHER)
    return best.coverage >= MIN_COVERAGE and typed and best.year_met and best.place_met


def _siblings(
    question: Question,
    best: Candidate,
    best_score: Score,
    scored: Sequence[tuple[tuple[float, Score], Candidate]],
) -> list[Candidate]:
    """All rows or people that meet the question as well as the best one, where many are asked for."""
    if best.kind not in (CandidateKind.ROW, CandidateKind.PERSON) or not _MANY.search(
        question.text
    ):
        return [best]
    alike = [
        candidate
        for (_, parts), candidate in scored
        if candidate.kind is best.kind
        and candidate.document.id == best.document.id
        and candidate.section == best.section
        and parts.coverage >= best_score.coverage - 1e-6
    ]
    return sorted(alike, key=lambda candidate: candidate.start)[:_MAX_STATED]


def _tasks_of(question: Question, documents: Sequence[Document]) -> Statement | None:
    """What the unit named leads or takes part in, over all papers in scope."""
    takes_part = bool(re.search("参与|配合", question.text))
    found: list[Candidate] = []
    for document in documents:
        if question.places and document.masthead.region not in question.places:
            continue
        for record in document.responsibilities:
            names = record.supports if takes_part else record.leads
            if any(same_unit(question.unit, name) for name in names):
                found.append(record_candidate(document, record, 0))
    tasks = [c.record.task for c in found if c.record]
    if not tasks:
        return None
    evidence = tuple((c.document, c.section, Span(c.start, c.end)) for c in found)
    return Statement(
        tasks_sentence(question.unit, "参与" if takes_part else "牵头", tasks), evidence
    )


def same_unit(asked: str, written: str) -> bool:
    """Whether two names mean one unit: equal, or one shortens the other (市工信局, 市工业和信息化局)."""
    asked, written = squeeze(asked), squeeze(written)
    for place in re.findall(r"^[\u4e00-\u9fff]{2,5}?(?=[省市县区])", asked):
        asked = asked.removeprefix(place)
    short, long = sorted((asked, written), key=len)
    if short[:1] != long[:1] or len(short) < 3:
        return short == long
    letters = iter(long)
    return all(letter in letters for letter in short) and short[-1] in long[-3:]


def row_names(candidates: Sequence[Candidate]) -> list[str]:
    """What the rows are about, in order."""
    return [row_name(candidate) for candidate in candidates]
