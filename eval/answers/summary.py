"""Adding up case results, overall and by group."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from eval.answers.cases import Kind
from eval.answers.metrics import (
    HIT_DEPTHS,
    Proportion,
    hit_at,
    mean,
    median,
    p95,
    proportion,
    reciprocal_rank,
)
from eval.answers.results import CaseResult, Latency, Report, Summary

NO_DOCUMENT = "（未指定文件）"
HIT = "命中@{}"
MRR_DEPTH = max(HIT_DEPTHS)
ANSWERS, CITATIONS, REFUSALS, FALSE_REFUSALS = "答案正确", "引用正确", "该拒已拒", "误拒"
CLAIMS, JUDGED = "模型句有据", "评判正确"


def _hit(result: CaseResult, depth: int) -> bool | None:
    return hit_at(result.rank, depth) if result.case.answerable else None


# What each share is of, in the order of reports: None where it does not apply to a case.
JUDGEMENTS: Mapping[str, Callable[[CaseResult], bool | None]] = {
    **{HIT.format(depth): partial(_hit, depth=depth) for depth in HIT_DEPTHS},
    ANSWERS: lambda result: result.answer_right,
    CITATIONS: lambda result: result.citation_right,
    REFUSALS: lambda result: None if result.case.answerable else result.refused,
    FALSE_REFUSALS: lambda result: result.refused if result.case.answerable else None,
}


def rates(summary: Summary) -> dict[str, Proportion | None]:
    """Name the shares of a summary as reports show them, in their order.

    Those of language models are left out where there was none.
    """
    hits = {HIT.format(depth): share for depth, share in summary.hits.items()}
    written = {CLAIMS: summary.claims, JUDGED: summary.judged}
    return {
        **hits,
        ANSWERS: summary.answers,
        CITATIONS: summary.citations,
        REFUSALS: summary.refusals,
        FALSE_REFUSALS: summary.false_refusals,
        **{name: share for name, share in written.items() if share is not None},
    }


def report_of(
    results: Sequence[CaseResult], missing: Sequence[str], source_checked: bool
) -> Report:
    """Make a report of results; see ``Report`` for the rest."""
    return Report(
        overall=summarise(results),
        by_kind=by_kind(results),
        by_document=by_document(results),
        results=tuple(results),
        missing=tuple(missing),
        source_checked=source_checked,
    )


def summarise(results: Sequence[CaseResult]) -> Summary:
    """Add up a group of results."""
    shares = {
        name: proportion([judge(result) for result in results])
        for name, judge in JUDGEMENTS.items()
    }
    ranks = [result.rank for result in results if result.case.answerable]
    return Summary(
        cases=len(results),
        failed=sum(bool(result.failures) for result in results),
        hits={depth: shares[HIT.format(depth)] for depth in HIT_DEPTHS},
        mrr=mean([reciprocal_rank(rank) for rank in ranks]),
        answers=shares[ANSWERS],
        citations=shares[CITATIONS],
        refusals=shares[REFUSALS],
        false_refusals=shares[FALSE_REFUSALS],
        retrieval=_latency(result.retrieval_seconds for result in results),
        answering=_latency(result.answer_seconds for result in results),
        claims=proportion([claim for result in results for claim in result.claims]),
        judged=proportion([result.judged for result in results]),
    )


def by_kind(results: Sequence[CaseResult]) -> dict[Kind, Summary]:
    """Add up by kind, in the order the kinds are defined; kinds without a case are left out."""
    groups = {kind: [each for each in results if each.case.kind is kind] for kind in Kind}
    return {kind: summarise(group) for kind, group in groups.items() if group}


def by_document(results: Sequence[CaseResult]) -> dict[str, Summary]:
    """Add up by the papers the cases name, sorted by name; cases that name none come last."""
    names = sorted({name for result in results for name in result.case.docs})
    groups = {name: [each for each in results if name in each.case.docs] for name in names}
    groups[NO_DOCUMENT] = [result for result in results if not result.case.docs]
    return {name: summarise(group) for name, group in groups.items() if group}


def _latency(seconds: Iterable[float | None]) -> Latency:
    known = [value for value in seconds if value is not None]
    return Latency(median(known), p95(known))
