"""Why an answer came out as it did: the question as read, the candidates and what decided."""

from collections.abc import Collection, Sequence

from index.search.search import Index
from service.answer.candidates import Candidate, about_person, gather
from service.answer.pipeline import Looked, find_answer
from service.answer.scoring import Score, Scorer
from service.answer.select import lacking, order
from service.documents.info import with_standing
from service.explanation import ExplainedCandidate, ExplainedPart, Explanation
from service.question.intent import Kind
from service.question.parse import Question
from service.schemas import Turn

_BEST = 5
_CHARACTERS = 120
_NO_CANDIDATE = "检索到的段落里没有可作回答的内容"
_UNKNOWN_THING = "追问里有文件都没有的事物"


def explain(
    index: Index | None,
    question: str,
    history: Sequence[Turn] = (),
    document_ids: Collection[str] = (),
) -> Explanation:
    """Answer once more, and tell how it went."""
    found = find_answer(index, question, history, document_ids)
    understood = found.understood
    if index is None or understood is None:
        return Explanation(spelt=question, readings=(question,), reason="没有导入文件")
    parts = tuple(_part(looked, index) for looked in found.looked)
    reason = ""
    if found.silent:
        reason = "；".join(f"“{part.question}”：{_reason(part)}" for part in parts)
    return Explanation(
        spelt=understood.spelt,
        remark=understood.manner or "",
        readings=tuple(reading.question for reading in understood.readings),
        parts=parts,
        reason=reason,
    )


def _part(looked: Looked, index: Index) -> ExplainedPart:
    question, hits = looked
    note = ""
    if question.kind is Kind.TASKS_OF_UNIT:
        note = "先查全部文件里这个单位的任务，没有才看下列候选"
    candidates = gather(hits, question)
    if question.person:
        named = about_person(question, hits, list(index.documents.values()))
        note, candidates = ("先看名单里的这个人", named) if named else (note, candidates)
    scorer = Scorer(question, candidates)
    scored = [(scorer.score(each), each) for each in candidates]
    ranked = sorted(scored, key=order, reverse=True)
    # What would have been chosen stands before what scores better and is not enough.
    ranked.sort(key=lambda each: bool(lacking(question, each[0])))
    return ExplainedPart(
        question=question.text,
        kind=question.kind,
        terms={term.text: round(term.weight, 3) for term in question.terms},
        particulars=_particulars(question),
        passages=len(hits),
        candidates=len(candidates),
        best=with_standing((_candidate(question, *each) for each in ranked[:_BEST]), index),
        note=note,
    )


def _candidate(question: Question, score: Score, candidate: Candidate) -> ExplainedCandidate:
    return ExplainedCandidate(
        kind=candidate.kind,
        document_id=candidate.document.id,
        title=candidate.document.masthead.title,
        section=candidate.section,
        text=candidate.quote[:_CHARACTERS],
        total=round(score.total, 3),
        parts={name: round(value, 3) for name, value in score.parts.items() if value},
        coverage=round(score.coverage, 3),
        lacking=lacking(question, score),
    )


def _particulars(question: Question) -> dict[str, str]:
    """What else was read out of the question, where there is any of it."""
    found = {
        "年份": "、".join(question.years),
        "地区": "、".join(place.name for place in question.places),
        "单位": question.unit,
        "计量": question.measure,
        "属性": question.attribute,
        "职务": question.role,
        "人名": question.person,
        "引号内": "、".join(question.quoted),
        "文件里没有的词": "、".join(question.unheard),
    }
    return {name: value for name, value in found.items() if value}


def _reason(part: ExplainedPart) -> str:
    if not part.best:
        return _NO_CANDIDATE
    return "、".join(part.best[0].lacking) or _UNKNOWN_THING
