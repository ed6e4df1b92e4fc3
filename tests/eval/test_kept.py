import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.answers.cases import load_cases
from eval.answers.results import Report
from eval.answers.run import AssistantLike, run
from eval.command import register
from eval.report.load import read_report
from eval.report.report import to_json
from eval.report.save import KEPT, keep
from service.evaluations import get_evaluation, list_evaluations

WriteCases = Callable[..., Path]
CREATED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def line(name: str, question: str, words: str) -> str:
    case = {
        "id": name,
        "kind": "R",
        "docs": ["氢能.txt"],
        "question": question,
        "evidence": ["由市工信局牵头"],
        "answer": [[words, "另一种说法"]],
    }
    return json.dumps(case, ensure_ascii=False)


@pytest.fixture
def path(write_cases: WriteCases) -> Path:
    right = line("a", "氢能产业链由谁牵头？", "市工信局")
    return write_cases(right, line("b", "氢能产业链由谁来牵头？", "市水利局"))


@pytest.fixture
def report(assistant: AssistantLike, path: Path) -> Report:
    return run(assistant, load_cases(path))


def test_the_service_reads_what_was_kept(report: Report, tmp_path: Path) -> None:
    kept = keep(report, {"model": "tiny", "generation": 3}, CREATED, tmp_path)
    (info,) = list_evaluations(tmp_path).evaluations
    assert info.name == kept.stem
    assert info.created == "2026-11-22T08:00:00+00:00"
    assert info.settings == {"model": "tiny", "generation": 3}
    saved = json.loads(to_json(report, {}, CREATED))
    assert info.overall.answer is not None
    assert info.overall.answer.model_dump() == saved["overall"]["answer"]
    assert info.overall.hit5 is not None
    assert info.overall.hit5.model_dump() == saved["overall"]["hit"]["5"]
    detail = get_evaluation(tmp_path, kept.stem)
    assert list(detail.by_kind) == ["R"]
    (failed,) = detail.failed_cases
    assert (failed.id, failed.failures) == ("b", ("answer",))
    assert failed.expected == (("市水利局", "另一种说法"),)
    assert failed.answer is not None and "市工信局" in failed.answer


def test_what_was_kept_can_be_compared(report: Report, path: Path, tmp_path: Path) -> None:
    kept = keep(report, {"model": "tiny"}, CREATED, tmp_path)
    again, settings = read_report(kept, load_cases(path))
    assert (again.overall.answers, settings) == (report.overall.answers, {"model": "tiny"})


def test_only_the_last_runs_stay(report: Report, tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        keep(report, {}, CREATED + timedelta(minutes=number), tmp_path)
    runs = list_evaluations(tmp_path).evaluations
    assert len(runs) == KEPT
    assert runs[0].created == (CREATED + timedelta(minutes=KEPT + 1)).isoformat()
    assert runs[-1].created == (CREATED + timedelta(minutes=2)).isoformat()


@pytest.fixture
def app(assistant: AssistantLike) -> typer.Typer:
    app = typer.Typer()
    app.command()(lambda: None)
    register(app, lambda data_dir, **given: assistant, lambda _: {"model": "tiny"})
    return app


def test_the_command_keeps_only_when_asked(app: typer.Typer, path: Path, tmp_path: Path) -> None:
    arguments = ["eval", str(path), "--data-dir", str(tmp_path)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert not (tmp_path / "evaluations").exists()
    result = CliRunner().invoke(app, [*arguments, "--save"])
    assert result.exit_code == 0
    (kept,) = (tmp_path / "evaluations").iterdir()
    assert f"报告已存为 {kept}" in result.stderr


def test_a_folder_that_cannot_be_written_is_told(
    app: typer.Typer, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "evaluations").write_text("", encoding="utf-8")
    arguments = ["eval", str(path), "--data-dir", str(tmp_path), "--save"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "报告没有存下" in result.stderr


def test_a_comparison_is_not_kept(app: typer.Typer, path: Path) -> None:
    result = CliRunner().invoke(app, ["eval", str(path), "--save", "--compare", "-", "-"])
    assert result.exit_code == 2
    assert "--save 不能与 --compare 同用" in result.stderr
