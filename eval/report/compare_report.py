"""A comparison laid out for the terminal and for programs."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from eval.answers.results import CaseResult
from eval.answers.summary import ANSWERS, REFUSALS
from eval.answers.text import fit
from eval.report.compare import Change, compare
from eval.report.report import percent, table
from eval.report.sources import Side

FORMAT = 1
_HEADS = ("", "用例", "A", "B", "差（百分点）", "胜", "负", "p")
_QUESTION_WIDTH, _ANSWER_WIDTH = 36, 44


def to_text(a: Side, b: Side) -> str:
    """The metrics of both sides, and the cases answered right or refused rightly by one only."""
    changes = compare(a.report.results, b.report.results)
    parts = [
        f"A  {a.given}\nB  {b.given}",
        table([_HEADS, *(_row(change) for change in changes.values())]),
        "胜：B 比 A 好的用例。引用正确只算两边都作答的用例。",
    ]
    outcomes = [changes[name] for name in (ANSWERS, REFUSALS) if name in changes]
    for word, ids in (
        ("胜", {case for change in outcomes for case in change.won}),
        ("负", {case for change in outcomes for case in change.lost}),
    ):
        if ids:
            parts.append(_case_table(word, a, b, ids))
    return "\n\n".join(parts) + "\n"


def to_json(a: Side, b: Side, created: datetime) -> str:
    """The same as data, with every case in which a metric changed.

    ``format`` changes when a key changes its meaning or goes.
    """
    changes = compare(a.report.results, b.report.results)
    ids = {case for change in changes.values() for case in (*change.won, *change.lost)}
    content = {
        "format": FORMAT,
        "created": created.isoformat(timespec="seconds"),
        "a": _side_fields(a),
        "b": _side_fields(b),
        "metrics": [_change_fields(change) for change in changes.values()],
        "cases": [
            {
                "id": x.case.id,
                "kind": str(x.case.kind),
                "question": x.case.question,
                "history": x.case.history,
                "a": _result_fields(x),
                "b": _result_fields(y),
            }
            for x, y in zip(a.report.results, b.report.results, strict=True)
            if x.case.id in ids
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def points(change: Change) -> str:
    """The difference in percentage points."""
    return f"{100 * change.difference:+.1f}"


def probability(p: float) -> str:
    """Show a p to three places."""
    return f"{p:.3f}" if p >= 0.001 else "<0.001"


def _row(change: Change) -> Sequence[str]:
    return (
        change.name,
        str(change.a.total),
        percent(change.a),
        percent(change.b),
        points(change),
        str(len(change.won)),
        str(len(change.lost)),
        probability(change.p),
    )


def _case_table(word: str, a: Side, b: Side, ids: set[str]) -> str:
    rows = [
        (
            x.case.id,
            fit(x.case.question, _QUESTION_WIDTH),
            fit(_said(x), _ANSWER_WIDTH),
            fit(_said(y), _ANSWER_WIDTH),
        )
        for x, y in zip(a.report.results, b.report.results, strict=True)
        if x.case.id in ids
    ]
    return table(
        [(f"{word}（{len(rows)}）", "问题", "A 的回答", "B 的回答"), *rows], left_columns=4
    )


def _said(result: CaseResult) -> str:
    if result.answer is None:
        return f"（{result.error}）"
    return "（拒答）" if result.refused else " ".join(result.answer.answer.split())


def _side_fields(side: Side) -> Mapping[str, object]:
    return {
        "given": side.given,
        "settings": dict(side.settings),
        "missing_documents": side.report.missing,
        "errors": side.report.errors,
    }


def _change_fields(change: Change) -> Mapping[str, object]:
    return {
        "name": change.name,
        "cases": change.a.total,
        "a": change.a.rate,
        "b": change.b.rate,
        "difference": change.difference,
        "won": change.won,
        "lost": change.lost,
        "p": change.p,
    }


def _result_fields(result: CaseResult) -> Mapping[str, object]:
    return {
        "rank": result.rank,
        "answer_right": result.answer_right,
        "citation_right": result.citation_right,
        "refused": result.refused,
        "answer": None if result.answer is None else result.answer.answer,
        "error": result.error,
    }
