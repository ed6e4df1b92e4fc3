"""Evaluation reports kept in the data folder, as the page shows them; ``eval`` writes them."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import AliasPath, BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import CewenError

FOLDER = "evaluations"
# Files do not change once written, so that a list of 50 runs is read once.
_REMEMBERED = 50


class UnknownEvaluationError(CewenError):
    """There is no such report, or it cannot be read; the message says so."""

    status = 404
    code = "evaluation_not_found"


class _Shape(BaseModel):
    # Whatever else a report holds is left aside.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Share(_Shape):
    """A share of cases with its 95 % interval, from 0 to 1."""

    passed: int
    total: int
    rate: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)


class Scores(_Shape):
    """The figures of a group of cases; null where no case of it has a score."""

    cases: int
    failed: int
    hit5: Share | None = Field(default=None, validation_alias=AliasPath("hit", "5"))
    answer: Share | None = None
    citation: Share | None = None
    refusal: Share | None = None
    false_refusal: Share | None = None


class EvaluationInfo(_Shape):
    """One run; runs over the same cases have the same ``case_set``."""

    name: str
    created: str
    case_set: str
    settings: Mapping[str, str | int | float | bool | None]
    overall: Scores


class EvaluationList(_Shape):
    """The runs, the latest first, and the files that cannot be read."""

    evaluations: tuple[EvaluationInfo, ...]
    unreadable: tuple[str, ...]


class FailedCase(_Shape):
    """A case in which something went wrong: what was asked, expected and said.

    ``expected`` holds groups of alternatives; ``answer`` is null where there was none.
    """

    id: str
    kind: str
    question: str
    docs: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    expected: tuple[tuple[str, ...], ...] = ()
    answer: str | None = Field(default=None, validation_alias=AliasPath("answer", "answer"))
    failures: tuple[str, ...] = ()
    error: str = ""


class EvaluationDetail(EvaluationInfo):
    """One run by kind (the letters of the case files), with its failed cases."""

    by_kind: Mapping[str, Scores]
    missing_documents: tuple[str, ...]
    failed_cases: tuple[FailedCase, ...]


class _Saved(_Shape):
    """A report as ``cewen eval --save`` writes it."""

    created: str
    settings: Mapping[str, str | int | float | bool | None] = Field(default_factory=dict)
    missing_documents: tuple[str, ...] = ()
    overall: Scores
    by_kind: Mapping[str, Scores] = Field(default_factory=dict)
    cases: tuple[FailedCase, ...] = ()


def list_evaluations(data_dir: Path) -> EvaluationList:
    """All runs kept in a data folder."""
    found, unreadable = [], []
    for path in sorted(_files(data_dir), reverse=True):
        try:
            found.append(_info(path, path.stat().st_mtime_ns))
        except (OSError, ValidationError):
            unreadable.append(path.name)
    return EvaluationList(evaluations=tuple(found), unreadable=tuple(unreadable))


def get_evaluation(data_dir: Path, name: str) -> EvaluationDetail:
    """One run.

    Raises:
        UnknownEvaluationError: there is none of this name, or it cannot be read.
    """
    # Only what the folder lists is ever opened, whatever the name tries.
    path = next((each for each in _files(data_dir) if each.stem == name), None)
    if path is None:
        raise UnknownEvaluationError(f"没有名为 {name} 的评测记录，可能已被较新的记录挤掉。")
    try:
        saved = _read(path)
    except (OSError, ValidationError) as error:
        raise UnknownEvaluationError(
            f"评测记录 {path.name} 读不出来，可能已损坏；请删除它，或重新评测。"
        ) from error
    return EvaluationDetail(
        name=path.stem,
        created=saved.created,
        case_set=_case_set(saved),
        settings=saved.settings,
        overall=saved.overall,
        by_kind=saved.by_kind,
        missing_documents=saved.missing_documents,
        failed_cases=tuple(case for case in saved.cases if case.failures),
    )


def _files(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / FOLDER).glob("*.json") if path.is_file()]


@lru_cache(_REMEMBERED)
def _info(path: Path, modified: int) -> EvaluationInfo:
    saved = _read(path)
    return EvaluationInfo(
        name=path.stem,
        created=saved.created,
        case_set=_case_set(saved),
        settings=saved.settings,
        overall=saved.overall,
    )


def _read(path: Path) -> _Saved:
    return _Saved.model_validate_json(path.read_bytes())


def _case_set(saved: _Saved) -> str:
    """What tells apart runs whose figures cannot be compared."""
    asked = "\n".join(sorted(f"{case.id}\t{case.question}" for case in saved.cases))
    return hashlib.sha256(asked.encode()).hexdigest()[:8]
