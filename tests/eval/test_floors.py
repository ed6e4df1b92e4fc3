"""The answers stay as good as they are: floors for every metric, in eval/cases/floors.toml."""

import tomllib
from collections.abc import Mapping

import pytest

from eval.answers.cases import load_cases
from eval.answers.run import run
from eval.answers.summary import FALSE_REFUSALS, rates
from service.assistant import Assistant
from service.workspace import Workspace
from tests.conftest import ROOT

CASES = ROOT / "eval" / "cases"
FLOORS = tomllib.loads((CASES / "floors.toml").read_text(encoding="utf-8"))
METRICS = ("命中@1", "命中@5", "答案正确", "引用正确", "该拒已拒", "误拒")


def measured(workspace: Workspace, name: str) -> Mapping[str, float]:
    """Totals only: of the test cases nothing else may be seen."""
    report = run(Assistant(workspace.index), load_cases(CASES / f"{name}.jsonl"))
    assert (report.missing, report.errors) == ((), 0)
    return {metric: share.rate for metric, share in rates(report.overall).items() if share}


def failing(shares: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """The metrics on the wrong side of their floor, with both figures."""
    return [
        f"{metric} {shares[metric]:.3f}, floor {floor}"
        for metric, floor in floors.items()
        if (shares[metric] > floor if metric == FALSE_REFUSALS else shares[metric] < floor)
    ]


def test_of_every_metric_there_is_a_floor() -> None:
    assert all(tuple(floors) == METRICS for floors in FLOORS.values())
    assert set(FLOORS) == {"samples_test", "samples_dev", "corpus_test", "corpus_dev"}


def test_what_is_below_its_floor_fails() -> None:
    floors = {"答案正确": 0.8, "误拒": 0.1}
    assert failing({"答案正确": 0.8, "误拒": 0.1}, floors) == []
    assert failing({"答案正确": 0.9, "误拒": 0.0}, floors) == []
    assert failing({"答案正确": 0.79, "误拒": 0.11}, floors) == [
        "答案正确 0.790, floor 0.8",
        "误拒 0.110, floor 0.1",
    ]


@pytest.mark.parametrize("name", ["samples_test", "samples_dev"])
def test_samples(samples_workspace: Workspace, name: str) -> None:
    assert failing(measured(samples_workspace, name), FLOORS[name]) == []


@pytest.mark.parametrize("name", ["corpus_test", "corpus_dev"])
def test_corpus(corpus_workspace: Workspace, name: str) -> None:
    assert failing(measured(corpus_workspace, name), FLOORS[name]) == []
