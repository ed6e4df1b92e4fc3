"""Adding up case results, overall and by group."""

from collections.abc import Iterable, Sequence

from eval.cases import Kind
from eval.metrics import (
    HIT_DEPTHS,
    Proportion,
    hit_at,
    mean,
    median,
    p95,
    proportion,
    reciprocal_rank,
)
from eval.results import CaseResult, Latency, Summary

NO_DOCUMENT = "（未指定文件）"
HIT = "命中@{}"
MRR_DEPTH = max(HIT_DEPTHS)
ANSWERS, CITATIONS, REFUSALS, FALSE_REFUSALS = "答案正确", "引用正确", "该拒已拒", "误拒"


def rates(summary: Summary) -> dict[str, Proportion | None]:
    """Name the shares of a summary as reports show them, in their order."""
    hits = {HIT.format(depth): share for depth, share in summary.hits.items()}
    return {
        **hits,
        ANSWERS: summary.answers,
        CITATIONS: summary.citations,
        REFUSALS: summary.refusals,
        FALSE_REFUSALS: summary.false_refusals,
    }


def summarise(results: Sequence[CaseResult]) -> Summary:
    """Add up a group of results."""
    answerable = [result for result in results if result.case.answerable]
    ranks = [result.rank for result in answerable]
    return Summary(
        cases=len(results),
        failed=sum(bool(result.failures) for result in results),
        hits={depth: proportion([hit_at(rank, depth) for rank in ranks]) for depth in HIT_DEPTHS},
        mrr=mean([reciprocal_rank(rank) for rank in ranks]),
        answers=proportion([result.answer_right for result in answerable]),
        citations=proportion([result.citation_right for result in answerable]),
        refusals=proportion([each.refused for each in results if not each.case.answerable]),
        false_refusals=proportion([result.refused for result in answerable]),
        retrieval=_latency(result.retrieval_seconds for result in results),
        answering=_latency(result.answer_seconds for result in results),
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
