import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from eval.answers.cases import Case, Kind
from eval.answers.judge import verdict_of
from eval.answers.results import Failure
from eval.answers.run import AssistantLike, SourceTexts, missing_papers, run
from eval.answers.summary import CLAIMS, JUDGED, NO_DOCUMENT, rates
from service.documents.warnings import warned
from service.schemas import Answer, Sentence, Turn
from tests.eval.conftest import PAPERS, TinyAssistant


def test_every_case_is_judged(assistant: AssistantLike, cases: list[Case]) -> None:
    report = run(assistant, cases)
    results = {result.case.id: result for result in report.results}
    assert results["r1"].failures == ()
    assert results["r1"].passages[0].paper == "氢能.txt"
    assert results["n1"].failures == (Failure.ANSWER,)
    assert results["m1"].failures == ()
    assert results["u1"].refused
    assert results["u1"].failures == ()
    assert results["u1"].citation_right is None
    assert results["u2"].failures == (Failure.NOT_REFUSED,)
    assert [result.case.id for result in report.failed] == ["n1", "u2"]


def test_a_follow_up_needs_its_history(assistant: AssistantLike) -> None:
    alone = Case("m", Kind.FOLLOW_UP, "牵头的呢？", (), (), ("由市工信局牵头",), (("工信局",),))
    with_history = Case(
        "m", Kind.FOLLOW_UP, "牵头的呢？", (), ("氢能产业链",), alone.evidence, alone.answer
    )
    assert run(assistant, [alone]).results[0].rank == 2
    assert run(assistant, [with_history]).results[0].rank == 1


def test_totals(assistant: AssistantLike, cases: list[Case]) -> None:
    report = run(assistant, cases)
    overall = report.overall
    assert (overall.cases, overall.failed) == (5, 2)
    assert overall.mrr == 1.0
    shares = (overall.answers, overall.citations, overall.refusals, overall.false_refusals)
    assert [(each.passed, each.total) for each in shares if each] == [
        (2, 3),
        (3, 3),
        (1, 2),
        (0, 3),
    ]
    assert list(report.by_kind) == [
        Kind.RESPONSIBLE, Kind.FIGURE, Kind.FOLLOW_UP, Kind.UNANSWERABLE
    ]  # fmt: skip
    unanswerable = report.by_kind[Kind.UNANSWERABLE]
    assert unanswerable.mrr is None
    assert unanswerable.hits[5] is None
    assert unanswerable.answers is None
    assert unanswerable.citations is None
    assert list(report.by_document) == ["文旅.txt", "氢能.txt", NO_DOCUMENT]
    assert report.by_document["文旅.txt"].cases == 2


def test_false_refusal_has_one_name(assistant: AssistantLike) -> None:
    asked = Case("f", Kind.FIGURE, "站点规划数量几何", (), (), ("加氢站20座",), (("20座",),))
    (result,) = run(assistant, [asked]).results
    assert result.refused
    assert Failure.FALSE_REFUSAL in result.failures
    assert Failure.ANSWER not in result.failures
    assert result.answer_right is False
    assert result.citation_right is None


def test_an_exception_fails_its_case_only(assistant: AssistantLike, cases: list[Case]) -> None:
    crash = Case("x", Kind.UNANSWERABLE, "崩溃")
    report = run(assistant, [crash, cases[0]])
    broken, fine = report.results
    assert broken.failures == (Failure.ERROR,)
    assert broken.error == "回答出错：RuntimeError: 模型未加载"
    assert broken.answer_seconds is None
    assert fine.failures == ()
    assert report.errors == 1
    assert report.overall.refusals is not None
    assert report.overall.refusals.passed == 0


def test_times_are_of_each_call(assistant: AssistantLike, cases: list[Case]) -> None:
    ticks = itertools.accumulate(itertools.cycle([1.0, 2.0, 1.0, 5.0]))
    report = run(assistant, cases, clock=lambda: next(ticks))
    assert {result.retrieval_seconds for result in report.results} == {2.0}
    assert report.overall.answering.median == 5.0
    assert report.overall.answering.p95 == 5.0


def test_progress(assistant: AssistantLike, cases: list[Case]) -> None:
    seen: list[tuple[int, int]] = []
    run(assistant, cases[:2], lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_no_cases(assistant: AssistantLike) -> None:
    overall = run(assistant, []).overall
    assert (overall.cases, overall.mrr, overall.answers) == (0, None, None)
    assert overall.retrieval.median is None


def test_missing_papers(assistant: AssistantLike, cases: list[Case]) -> None:
    stray = Case("s", Kind.FIGURE, "问", ("无.txt", "氢能.txt"), (), ("据",))
    assert missing_papers(assistant, [*cases, stray]) == ("无.txt",)
    assert run(assistant, [stray]).missing == ("无.txt",)


@pytest.mark.parametrize(("evidence", "right"), [("万人次。", True), ("发展方案", False)])
def test_citations_without_the_papers_texts(
    blind_assistant: AssistantLike, evidence: str, right: bool
) -> None:
    asked = Case("n", Kind.FIGURE, "接待游客多少人次？", ("文旅.txt",), (), (evidence,))
    report = run(blind_assistant, [asked])
    assert not isinstance(blind_assistant, SourceTexts)
    assert not report.source_checked
    assert report.results[0].citation_right is right


def test_a_language_models_sentences_are_counted(cases: list[Case]) -> None:
    class Writing(TinyAssistant):
        """Says one thing that holds and one that does not."""

        def answer(
            self, question: str, history: Sequence[Turn] = (), document_ids: Sequence[str] = ()
        ) -> Answer:
            found = super().answer(question, history, document_ids)
            written = (
                Sentence(text=found.answer, citations=(1,), supported=True, ai_generated=True),
                Sentence(text="并给予补贴。", supported=False, ai_generated=True),
                Sentence(text="原文。", supported=True),
            )
            return found.model_copy(update={"sentences": written})

    report = run(Writing(PAPERS), cases, judge=lambda case, answer: case.id == "r1")
    claims, judged = report.overall.claims, report.overall.judged
    assert claims is not None and (claims.passed, claims.total) == (5, 10)
    assert judged is not None and (judged.passed, judged.total) == (1, 5)
    assert {CLAIMS, JUDGED} <= rates(report.overall).keys()


def test_without_a_language_model_there_is_nothing_to_count(
    assistant: AssistantLike, cases: list[Case]
) -> None:
    assert not {CLAIMS, JUDGED} & rates(run(assistant, cases).overall).keys()


def test_a_warning_behind_an_answer_is_not_judged(cases: list[Case]) -> None:
    class Warning(TinyAssistant):
        def answer(self, *arguments: Any, **named: Any) -> Answer:
            answer = super().answer(*arguments, **named)
            ended = [
                each.model_copy(update={"warning": "已被9999号废止"}) for each in answer.citations
            ]
            return warned(answer.model_copy(update={"citations": tuple(ended)}))

    rejecting = replace(cases[0], reject=("9999号",))
    meeting = replace(cases[0], id="r2", answer=(("9999号",),))
    results = run(Warning(PAPERS), [rejecting, meeting]).results
    assert ["9999号" in each.answer.answer for each in results if each.answer] == [True, True]
    assert [each.answer_right for each in results] == [True, False]


@pytest.mark.parametrize(
    ("said", "right"),
    [("正确", True), ("错误。", False), ("不正确", False), ("", None), ("正确还是错误？", None)],
)
def test_what_a_judge_said(said: str, right: bool | None) -> None:
    assert verdict_of(said) is right
