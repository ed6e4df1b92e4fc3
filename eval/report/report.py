"""A report for the terminal and for programs; the page for people is in ``eval.report.html``."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from eval.answers.cases import KIND_LABELS
from eval.answers.metrics import Proportion
from eval.answers.results import FAILURE_LABELS, CaseResult, Failure, Latency, Report, Summary
from eval.answers.summary import rates
from eval.answers.text import display_width, fit, pad

FORMAT = 1
NO_SCORE = "—"
# Columns of a terminal that a row's name may take; paper names run to 60 and more.
_NAME_WIDTH = 36

Settings = Mapping[str, str | int | float | bool | None]


def to_text(report: Report) -> str:
    """Lay a report out for a terminal: figures by kind and paper, intervals, times, failures."""
    parts = [
        table(_group_rows(report)),
        table(_interval_rows(report.overall)),
        table(_latency_rows(report.overall)),
        _failure_text(report),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def to_json(report: Report, settings: Settings, created: datetime) -> str:
    """Write a report as JSON; ``format`` changes when a key changes its meaning or goes.

    Args:
        report: The report.
        settings: What was under test: model, index generation, thresholds and the like.
        created: When the run ended.
    """
    content = {
        "format": FORMAT,
        "created": created.isoformat(timespec="seconds"),
        "settings": dict(settings),
        "missing_documents": report.missing,
        "source_checked": report.source_checked,
        "overall": _summary_fields(report.overall),
        "by_kind": {str(kind): _summary_fields(each) for kind, each in report.by_kind.items()},
        "by_document": {name: _summary_fields(each) for name, each in report.by_document.items()},
        "cases": [_case_fields(result) for result in report.results],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def percent(share: Proportion | None) -> str:
    """Show a share as a percentage, or a dash where there is no score."""
    return NO_SCORE if share is None else f"{share.rate:.1%}"


def interval(share: Proportion | None) -> str:
    """Show the 95 % interval of a share, or a dash where there is no score."""
    return NO_SCORE if share is None else f"{share.low:.1%} – {share.high:.1%}"


def count(share: Proportion | None) -> str:
    """Show how many of how many, or a dash where there is no score."""
    return NO_SCORE if share is None else f"{share.passed}/{share.total}"


def decimal(value: float | None) -> str:
    """Show a mean to three places, or a dash where there is no score."""
    return NO_SCORE if value is None else f"{value:.3f}"


def duration(seconds: float | None) -> str:
    """Show a time in milliseconds below a second, in seconds above, or a dash."""
    if seconds is None:
        return NO_SCORE
    return f"{seconds * 1000:.1f} 毫秒" if seconds < 1 else f"{seconds:.2f} 秒"


def groups(report: Report) -> list[tuple[str, Summary]]:
    """Name the groups by kind as reports show them, “R 责任单位” first."""
    return [(f"{kind} {KIND_LABELS[kind]}", each) for kind, each in report.by_kind.items()]


def failure_counts(report: Report) -> dict[Failure, int]:
    """Count the failures by what went wrong; a case can have several."""
    counts = {
        failure: sum(failure in result.failures for result in report.failed) for failure in Failure
    }
    return {failure: number for failure, number in counts.items() if number}


def table(rows: Sequence[Sequence[str]], left_columns: int = 1) -> str:
    """Align rows in columns, a rule below the first; the first ``left_columns`` to the left."""
    widths = [max(display_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    rule = "  ".join("─" * width for width in widths)
    lines = [
        "  ".join(
            pad(cell, width, right=place >= left_columns)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], rule, *lines[1:]])


def _group_rows(report: Report) -> list[list[str]]:
    heads = ["", "用例", "未通过", "MRR", *rates(report.overall)]
    named = [("合计", report.overall), *groups(report), *report.by_document.items()]
    return [heads] + [
        [
            fit(name, _NAME_WIDTH),
            str(each.cases),
            str(each.failed),
            decimal(each.mrr),
            *(percent(rates(each).get(name)) for name in heads[4:]),
        ]
        for name, each in named
    ]


def _interval_rows(overall: Summary) -> list[list[str]]:
    rows = [
        [name, percent(share), count(share), interval(share)]
        for name, share in rates(overall).items()
    ]
    return [["合计", "得分", "用例", "95% 置信区间"], *rows]


def _latency_rows(overall: Summary) -> list[list[str]]:
    return [
        ["耗时", "中位数", "第 95 百分位"],
        ["检索", *_times(overall.retrieval)],
        ["回答", *_times(overall.answering)],
    ]


def _times(latency: Latency) -> list[str]:
    return [duration(latency.median), duration(latency.p95)]


def _failure_text(report: Report) -> str:
    if not report.failed:
        return ""
    rows = [
        [
            result.case.id,
            "、".join(FAILURE_LABELS[failure] for failure in result.failures),
            fit(result.case.question, 48),
        ]
        for result in report.failed
    ]
    return table([["未通过", "原因", "问题"], *rows], left_columns=3)


def _summary_fields(summary: Summary) -> dict[str, object]:
    return {
        "cases": summary.cases,
        "failed": summary.failed,
        "hit": {str(depth): _fields(share) for depth, share in summary.hits.items()},
        "mrr": summary.mrr,
        "answer": _fields(summary.answers),
        "citation": _fields(summary.citations),
        "refusal": _fields(summary.refusals),
        "false_refusal": _fields(summary.false_refusals),
        "claim": _fields(summary.claims),
        "judged": _fields(summary.judged),
        "retrieval_seconds": asdict(summary.retrieval),
        "answer_seconds": asdict(summary.answering),
    }


def _fields(share: Proportion | None) -> dict[str, object] | None:
    return None if share is None else asdict(share)


def _case_fields(result: CaseResult) -> dict[str, object]:
    case = result.case
    return {
        "id": case.id,
        "kind": str(case.kind),
        "docs": case.docs,
        "question": case.question,
        "history": case.history,
        "evidence": case.evidence,
        "expected": case.answer,
        "reject": case.reject,
        "rank": result.rank,
        "answer_right": result.answer_right,
        "citation_right": result.citation_right,
        "refused": result.refused,
        "judged": result.judged,
        "failures": [str(failure) for failure in result.failures],
        "error": result.error,
        "retrieval_seconds": result.retrieval_seconds,
        "answer_seconds": result.answer_seconds,
        "passages": [asdict(passage) for passage in result.passages],
        "answer": None if result.answer is None else result.answer.model_dump(mode="json"),
    }
