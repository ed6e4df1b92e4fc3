"""Running cases against an assistant."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from eval.answers.cases import Case
from eval.answers.metrics import HIT_DEPTHS, CitedSpan, answer_right, citation_right, hit_rank
from eval.answers.results import CaseResult, Report, TopPassage
from eval.answers.summary import report_of
from service.documents.warnings import unwarned
from service.schemas import Answer, DocumentInfo, SearchResult, Turn

DEPTH = max(HIT_DEPTHS)


class AssistantLike(Protocol):
    """The part of the answer pipeline an evaluation uses."""

    def answer(self, question: str, *, history: Sequence[Turn] = ...) -> Answer:
        """Answer from the papers, or refuse."""

    def search(
        self, question: str, *, k: int = ..., history: Sequence[Turn] = ...
    ) -> Sequence[SearchResult]:
        """Return at most ``k`` passages, best first."""

    def documents(self) -> Sequence[DocumentInfo]:
        """List the ingested papers."""


@runtime_checkable
class SourceTexts(Protocol):
    """An assistant that can also show a paper's text, against which citations are checked."""

    def text(self, document_id: str) -> str:
        """Return the text that the offsets of citations count in."""


Progress = Callable[[int, int], None]
Clock = Callable[[], float]
Judge = Callable[[Case, Answer], bool | None]


@dataclass(frozen=True, slots=True)
class _Searched:
    passages: tuple[TopPassage, ...]
    seconds: float | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class _Answered:
    answer: Answer | None
    seconds: float | None
    error: str = ""


def run(
    assistant: AssistantLike,
    cases: Sequence[Case],
    on_progress: Progress | None = None,
    clock: Clock = time.perf_counter,
    judge: Judge | None = None,
) -> Report:
    """Search and answer every case over all ingested papers, and judge what comes.

    Each question is first searched, then answered, so the answer's time may profit from what
    the assistant keeps of the search. An assistant that has ``text(document_id)`` has its
    citations held against the papers' texts (see ``citation_right``). An exception counts as
    a failure of the case it occurs in, and the run goes on.

    Args:
        assistant: The answer pipeline.
        cases: The cases, in the order to run them.
        on_progress: Called with (done, total) after each case.
        clock: Seconds from any origin.
        judge: Says whether an answer is right, None where it cannot tell.
    """
    names = {document.id: document.name for document in assistant.documents()}
    results = []
    for done, case in enumerate(cases, start=1):
        result = _run_case(assistant, case, names, clock)
        if judge is not None and result.answer is not None:
            result = replace(result, judged=judge(case, result.answer))
        results.append(result)
        if on_progress is not None:
            on_progress(done, len(cases))
    return report_of(results, missing_papers(assistant, cases), isinstance(assistant, SourceTexts))


def missing_papers(assistant: AssistantLike, cases: Sequence[Case]) -> tuple[str, ...]:
    """List the papers that cases name and that are not ingested, sorted."""
    ingested = {document.name for document in assistant.documents()}
    return tuple(sorted({name for case in cases for name in case.docs} - ingested))


def _run_case(
    assistant: AssistantLike, case: Case, names: Mapping[str, str], clock: Clock
) -> CaseResult:
    history = tuple(Turn(role="user", content=question) for question in case.history)
    searched = _search(assistant, case, history, names, clock)
    answered = _answer(assistant, case, history, clock)
    passages = searched.passages
    refused = answered.answer is not None and answered.answer.status == "no_evidence"
    # Of a refusal or an error there are neither words nor citations to judge.
    given = None if refused else answered.answer
    return CaseResult(
        case=case,
        passages=passages,
        answer=answered.answer,
        rank=hit_rank(case, [each.paper for each in passages], [each.text for each in passages]),
        answer_right=answer_right(case, unwarned(given).answer if given else ""),
        citation_right=_judge_citations(assistant, case, given, names) if given else None,
        refused=refused,
        retrieval_seconds=searched.seconds,
        answer_seconds=answered.seconds,
        error="；".join(filter(None, (searched.error, answered.error))),
    )


def _search(
    assistant: AssistantLike,
    case: Case,
    history: Sequence[Turn],
    names: Mapping[str, str],
    clock: Clock,
) -> _Searched:
    start = clock()
    try:
        found = assistant.search(case.question, k=DEPTH, history=history)
    except Exception as error:
        return _Searched((), None, _describe("检索", error))
    seconds = clock() - start
    return _Searched(tuple(_passage(each, names) for each in found[:DEPTH]), seconds)


def _answer(
    assistant: AssistantLike, case: Case, history: Sequence[Turn], clock: Clock
) -> _Answered:
    start = clock()
    try:
        answer = assistant.answer(case.question, history=history)
    except Exception as error:
        return _Answered(None, None, _describe("回答", error))
    return _Answered(answer, clock() - start)


def _describe(step: str, error: Exception) -> str:
    return f"{step}出错：{type(error).__name__}: {error}"


def _passage(found: SearchResult, names: Mapping[str, str]) -> TopPassage:
    paper = names.get(found.document_id, found.document_id)
    return TopPassage(found.passage_id, paper, found.section, found.text, found.score)


def _judge_citations(
    assistant: AssistantLike, case: Case, answer: Answer, names: Mapping[str, str]
) -> bool | None:
    spans = [
        CitedSpan(
            paper=names.get(citation.document_id, citation.document_id),
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            source=_source(assistant, citation.document_id, names),
        )
        for citation in answer.citations
    ]
    return citation_right(case, spans)


def _source(assistant: AssistantLike, document_id: str, names: Mapping[str, str]) -> str | None:
    if not isinstance(assistant, SourceTexts):
        return None
    # A citation of a paper that does not exist is checked against nothing, and is wrong.
    return assistant.text(document_id) if document_id in names else ""
