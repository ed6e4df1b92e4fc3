"""Reports that ``cewen eval --json`` wrote, read back to be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from eval.answers.cases import Case, Kind
from eval.answers.results import CaseResult, Report
from eval.answers.summary import report_of
from eval.report.report import Settings
from service.schemas import Answer

_SHOWN = 3


class ReportError(ValueError):
    """A saved report cannot be compared; the message says why, and the way out."""


# What a comparison needs; whatever else a version writes is left aside.
class _Said(BaseModel):
    answer: str
    status: Literal["answered", "no_evidence"]


class _SavedCase(BaseModel):
    id: str
    kind: Kind
    docs: tuple[str, ...]
    question: str
    history: tuple[str, ...]
    evidence: tuple[str, ...]
    expected: tuple[tuple[str, ...], ...]
    reject: tuple[str, ...]
    rank: int | None
    answer_right: bool | None
    citation_right: bool | None
    refused: bool
    error: str
    retrieval_seconds: float | None
    answer_seconds: float | None
    answer: _Said | None


class _SavedReport(BaseModel):
    format: Literal[1]  # eval.report.report.FORMAT
    settings: dict[str, str | int | float | bool | None]
    missing_documents: tuple[str, ...]
    source_checked: bool
    cases: tuple[_SavedCase, ...]


def read_report(path: Path, cases: Sequence[Case]) -> tuple[Report, Settings]:
    """Read a report over ``cases``, in their order, and what it says was under test.

    Retrieved passages and citations are not read back, only how they were judged.

    Raises:
        ReportError: It is no such report, or is over other cases.
    """
    try:
        saved = _SavedReport.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ReportError(f"读不出报告 {path}（{error.strerror}）。请检查路径和权限。") from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "整个文件"
        raise ReportError(
            f"{path} 不是可以比较的评测报告（{where} 不合格式）。"
            "请用 cewen eval 用例文件 --json 重新生成。"
        ) from error
    found = {each.id: each for each in saved.cases}
    _check_same(path, cases, {each.id: _case(each) for each in saved.cases})
    results = [_result(case, found[case.id]) for case in cases]
    return report_of(results, saved.missing_documents, saved.source_checked), saved.settings


def _check_same(path: Path, cases: Sequence[Case], saved: Mapping[str, Case]) -> None:
    given = {case.id: replace(case, file="", line=0) for case in cases}
    differences = {
        "报告里没有": [name for name in given if name not in saved],
        "报告里多出": [name for name in saved if name not in given],
        "内容不同": [name for name in given if name in saved and given[name] != saved[name]],
    }
    told = [f"{what} {_some(names)}" for what, names in differences.items() if names]
    if told:
        raise ReportError(
            f"报告 {path} 的用例与给出的不同：{'；'.join(told)}。请给出生成它时的用例文件。"
        )


def _some(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 例" if len(names) > _SHOWN else ""
    return "、".join(names[:_SHOWN]) + more


def _case(saved: _SavedCase) -> Case:
    return Case(
        id=saved.id,
        kind=saved.kind,
        question=saved.question,
        docs=saved.docs,
        history=saved.history,
        evidence=saved.evidence,
        answer=saved.expected,
        reject=saved.reject,
    )


def _result(case: Case, saved: _SavedCase) -> CaseResult:
    said = saved.answer
    return CaseResult(
        case=case,
        passages=(),
        answer=Answer(answer=said.answer, status=said.status) if said else None,
        rank=saved.rank,
        answer_right=saved.answer_right,
        citation_right=saved.citation_right,
        refused=saved.refused,
        retrieval_seconds=saved.retrieval_seconds,
        answer_seconds=saved.answer_seconds,
        error=saved.error,
    )
