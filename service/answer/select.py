"""Answering without a language model: choose the evidence, or refuse."""

import re
from collections.abc import Sequence

from index.search.search import Hit
from ingest.text.normalise import squeeze
from ingest.text.units import same_unit
from ingest.types import Document, Span
from service.answer.candidates import (
    Candidate,
    CandidateKind,
    about_person,
    gather,
    record_candidate,
    rows_of_table,
)
from service.answer.scoring import Score, Scorer, said
from service.answer.statements import Statement, state, state_rows
from service.answer.wording import tasks_sentence
from service.question.intent import Kind
from service.question.parse import Question
from service.question.places import Place, Reach
from service.question.units import LEADING, SUPPORTING

# Below this share of the question's meaning the papers are taken to be silent. Where no kind of
# thing is asked for, or figures or units, which stand everywhere, more is needed. Of the dev and
# tuning cases (1,427 answerable, 208 not), 1,279 are right, 44 falsely refused and 193 of the
# unanswerable refused; with 0.33 for lists too 1,282, 39 and 193, but then of 200 made-up questions
# (火星产业包括哪些企业) 123 are refused instead of 133.
MIN_COVERAGE = 0.33
MIN_COVERAGE_LOOSE = 0.42
_LOOSE = (Kind.FIGURE, Kind.LEAD, Kind.LIST, Kind.OTHER, Kind.TASKS_OF_UNIT)
_MANY_OF = (CandidateKind.ROW, CandidateKind.PERSON, CandidateKind.RECORD)
_MAX_STATED = 12
_MAX_PLACES = 4
_OWN_LEVEL = re.compile("[全我]市|市(?=里)|[全我]县|县(?=里)|[全我]区|区(?=里)|[全我]省|省(?=里)")
_MAX_ROWS_IN_FULL = 2
_MAX_PARTS = 3
_MAX_ABOUT_PERSON = 3
_MET = 0.7
# How close to the best the next one must be to be shown too. Of 1,427 answers, 1,266 were right
# with 0.1, 1,270 with 0.15 and with 0.2.
NEARLY = 0.15
_MAX_TOGETHER = 180
_MIN_GAIN = 0.15
_SAME_COVERAGE = 0.05
Scored = tuple[Score, Candidate]
_MANY = re.compile(
    "哪些|哪几|有哪|分别|几个|名单|多少个|列(?:一下|出|举|全|个单)|罗列|各[是由自]|有谁|有些?什么"
)


def answer_from(
    question: Question, hits: Sequence[Hit], documents: Sequence[Document]
) -> list[Statement]:
    """The statements that answer ``question``; empty where the papers are silent.

    ``documents`` are all papers in scope, for questions about everything a unit does.
    """
    if question.kind is Kind.TASKS_OF_UNIT:
        found = _tasks_of(question, documents)
        if found:
            return found
    named = about_person(question, hits, documents) if question.person else []
    if named:
        return _about_person(question, named)
    candidates = gather(hits, question)
    scorer = Scorer(question, candidates)
    scored = [(scorer.score(each), each) for each in candidates]
    enough = [each for each in scored if _enough(question, each[0])]
    if not enough:
        return []
    parts, best = max(enough, key=order)
    enough = [each for each in enough if each[0].reach == parts.reach]
    places = _places(question, best, parts, enough)
    if places != [best]:
        return [state(question, each) for each in places]
    siblings = _siblings(question, best, parts, scored, scorer)
    if len(siblings) > _MAX_ROWS_IN_FULL and best.kind is CandidateKind.ROW:
        return [state_rows(siblings)]
    if siblings == [best] and question.asks > 1:
        siblings = [best, *_complements(question, best, enough)]
    if siblings == [best]:
        return _with_runner_up(question, best, parts, enough)
    return [state(question, candidate) for candidate in siblings]


def telling(question: Question, hits: Sequence[Hit]) -> list[Candidate]:
    """The words of the passages that would be evidence enough for an answer."""
    candidates = gather(hits, question)
    scorer = Scorer(question, candidates)
    return [each for each in candidates if _enough(question, scorer.score(each))]


def _with_runner_up(
    question: Question, best: Candidate, best_score: Score, enough: Sequence[Scored]
) -> list[Statement]:
    """The best one, and the next where it is nearly as good and both are short."""
    statement = state(question, best)
    for parts, candidate in sorted(enough, key=order, reverse=True):
        if parts.total < best_score.total - NEARLY:
            break
        same = candidate.document.id == best.document.id
        if same and candidate.start < best.end and best.start < candidate.end:
            continue
        other = state(question, candidate)
        if len(statement.text) + len(other.text) <= _MAX_TOGETHER:
            return [statement, other]
    return [statement]


def _about_person(question: Question, named: Sequence[Candidate]) -> list[Statement]:
    """What is said of a person, the place in a roster first."""
    scorer = Scorer(question, named)
    scored = [(scorer.score(each), each) for each in named]
    ranked = sorted((each for each in scored if each[0].reach), key=order, reverse=True)
    rosters = [each for _, each in ranked if each.kind is CandidateKind.PERSON]
    others = [each for _, each in ranked if each.kind is not CandidateKind.PERSON]
    return [state(question, each) for each in [*rosters, *others][:_MAX_ABOUT_PERSON]]


def order(item: Scored) -> tuple[float, int, int]:
    """Best first; equal ones by the rank of their passage, then by place."""
    parts, candidate = item
    return (parts.total, -candidate.rank, -candidate.start)


def _enough(question: Question, score: Score) -> bool:
    return not lacking(question, score)


def lacking(question: Question, score: Score) -> tuple[str, ...]:
    """What a candidate lacks to be evidence, in Chinese; nothing where it is enough."""
    least = MIN_COVERAGE_LOOSE if question.kind in _LOOSE else MIN_COVERAGE
    untyped = (Kind.DEFINITION, Kind.LIST, Kind.OTHER)
    wanted = (
        ("没有所问类型的内容", score.typed or question.kind in untyped),
        ("年份不符", score.year_met),
        ("地区不符", bool(score.reach)),
        ("缺少文件里没有的词", score.named),
        (f"词语覆盖不到 {least:g}", score.coverage >= least),
    )
    return tuple(name for name, met in wanted if not met)


def _places(
    question: Question,
    best: Candidate,
    best_score: Score,
    enough: Sequence[Scored],
) -> list[Candidate]:
    """Who leads the same in each place, the wider places first, where the question names none."""
    if best.record is None or question.places or question.kind is not Kind.LEAD:
        return [best]
    found: dict[str, Candidate] = {best.document.masthead.region: best}
    for parts, candidate in sorted(enough, key=order, reverse=True):
        region = candidate.document.masthead.region
        as_good = parts.coverage >= best_score.coverage - _SAME_COVERAGE
        if candidate.record is not None and as_good and region not in found:
            found[region] = candidate
    level = _OWN_LEVEL.search(question.text)
    if level:
        found = {r: each for r, each in found.items() if r[-1:] == level[0][-1]} or found
    named = [candidate for region, candidate in found.items() if region]
    return sorted(named, key=_level)[:_MAX_PLACES] or [best]


def _level(candidate: Candidate) -> int:
    """Provinces before cities before counties."""
    return {"省": 0, "市": 1}.get(candidate.document.masthead.region[-1:], 2)


def _siblings(
    question: Question,
    best: Candidate,
    best_score: Score,
    scored: Sequence[Scored],
    scorer: Scorer,
) -> list[Candidate]:
    """What answers as well as the best one, where many rows, people or records are asked for."""
    if best.kind not in _MANY_OF or not _MANY.search(question.text):
        return [best]
    if best.kind is CandidateKind.ROW:
        rows = rows_of_table(best, question)
        alike = [row for row in rows if _as_good(scorer.score(row), best_score)]
        return alike or [best]
    alike = [
        candidate
        for parts, candidate in scored
        if candidate.kind is best.kind
        and candidate.document.id == best.document.id
        and candidate.section == best.section
        and (_as_good(parts, best_score) or _named(question, candidate))
    ]
    return sorted(alike, key=lambda candidate: candidate.start)[:_MAX_STATED]


def _complements(question: Question, best: Candidate, enough: Sequence[Scored]) -> list[Candidate]:
    """What meets the words that the best one leaves unmet, where several things are asked."""
    chosen = [best]
    unmet = [term for term in question.terms if said(term, best) < _MET]
    while unmet and len(chosen) < _MAX_PARTS:
        gains = [
            (
                sum(t.weight * said(t, each) for t in unmet if said(t, each) >= _MET),
                parts.total,
            )
            for parts, each in enough
        ]
        gain, _ = max(gains)
        if gain < _MIN_GAIN * sum(term.weight for term in question.terms):
            break
        chosen.append(enough[gains.index(max(gains))][1])
        unmet = [term for term in unmet if said(term, chosen[-1]) < _MET]
    return chosen[1:]


def _as_good(parts: Score, best: Score) -> bool:
    return parts.reach >= best.reach and parts.year_met and parts.coverage >= best.coverage - 1e-6


def _named(question: Question, candidate: Candidate) -> bool:
    """Whether the task of a record is among several that the question names."""
    if candidate.record is None:
        return False
    task = squeeze(candidate.record.task)
    return any(term.text in task or task in term.text for term in question.terms)


def _own(document: Document, places: Sequence[Place]) -> bool:
    return any(place.reach(document.masthead) is Reach.OWN for place in places)


def _tasks_of(question: Question, documents: Sequence[Document]) -> list[Statement]:
    """What the unit named leads, and what it takes part in, over all papers in scope."""
    leading, supporting = LEADING.search(question.text), SUPPORTING.search(question.text)
    found = []
    for role, wanted in (("牵头", leading or not supporting), ("参与", supporting or not leading)):
        records = [
            record_candidate(document, record)
            for document in documents
            if not question.places or _own(document, question.places)
            for record in document.responsibilities
            for names in [record.leads if role == "牵头" else record.supports]
            if any(same_unit(question.unit, name) for name in names)
        ]
        tasks = [each.record.task for each in records if each.record]
        if wanted and tasks:
            evidence = tuple((c.document, c.section, Span(c.start, c.end)) for c in records)
            found.append(Statement(tasks_sentence(question.unit, role, tasks), evidence))
    return found
