import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.answers.run import AssistantLike
from eval.command import evaluate, register

WriteCases = Callable[..., Path]


def line(name: str, question: str = "氢能产业链由谁牵头？", doc: str = "氢能.txt") -> str:
    case = {
        "id": name,
        "kind": "R",
        "docs": [doc],
        "question": question,
        "evidence": ["由市工信局牵头"],
        "answer": [["市工信局"]],
    }
    return json.dumps(case, ensure_ascii=False)


@pytest.fixture
def opened() -> list[Path | None]:
    return []


@pytest.fixture
def app(assistant: AssistantLike, opened: list[Path | None]) -> typer.Typer:
    app = typer.Typer()

    @app.command()
    def status() -> None:
        """A second command, so that “eval” has to be named."""

    def open_assistant(data_dir: Path | None) -> AssistantLike:
        opened.append(data_dir)
        return assistant

    register(app, open_assistant, lambda _: {"model": "tiny"})
    return app


def test_table_on_stdout_and_progress_on_stderr(
    app: typer.Typer, write_cases: WriteCases, opened: list[Path | None]
) -> None:
    first, second = write_cases(line("a")), write_cases(line("b"), name="more.jsonl")
    result = CliRunner().invoke(app, ["eval", str(first), str(second)])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[2].split()[:3] == ["合计", "2", "0"]
    assert result.stderr == "评测完成：2 个用例\n"
    assert opened == [None]


def test_json_page_and_data_dir(
    app: typer.Typer, write_cases: WriteCases, tmp_path: Path, opened: list[Path | None]
) -> None:
    page = tmp_path / "report.html"
    arguments = ["eval", str(write_cases(line("a"))), "--json", "--html", str(page)]
    result = CliRunner().invoke(app, [*arguments, "--data-dir", str(tmp_path)])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["settings"] == {"model": "tiny"}
    assert "<h1>策问评测报告</h1>" in page.read_text(encoding="utf-8")
    assert str(page) in result.stderr
    assert opened == [tmp_path]


def test_data_dir_from_the_environment(
    app: typer.Typer, write_cases: WriteCases, tmp_path: Path, opened: list[Path | None]
) -> None:
    environment = {"CEWEN_DATA_DIR": str(tmp_path)}
    CliRunner().invoke(app, ["eval", str(write_cases(line("a")))], env=environment)
    assert opened == [tmp_path]


def test_bad_cases_are_told_before_anything_is_opened(
    app: typer.Typer, write_cases: WriteCases, opened: list[Path | None]
) -> None:
    path = write_cases("{")
    result = CliRunner().invoke(app, ["eval", str(path)])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"错误：{path} 第 1 行：不是有效的 JSON")
    assert opened == []


def test_a_page_that_cannot_be_written_is_told_first(
    assistant: AssistantLike,
    write_cases: WriteCases,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write_cases(line("a"))
    assert evaluate(assistant, [path], html=tmp_path / "none" / "report.html") == 2
    assert evaluate(assistant, [path], html=tmp_path) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("无法写入 HTML 报告") == 2


def test_missing_paper_is_named(
    assistant: AssistantLike, write_cases: WriteCases, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_cases(line("a", doc="缺席.txt"), line("b"))
    assert evaluate(assistant, [path]) == 0
    error = capsys.readouterr().err
    assert "用例涉及的 1 份文件尚未入库，评测数字不可采信" in error
    assert "\n  缺席.txt\n" in error


def test_an_exception_shows_in_the_exit_status(
    assistant: AssistantLike, write_cases: WriteCases, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(assistant, [write_cases(line("a", question="崩溃"))]) == 1
    captured = capsys.readouterr()
    assert "首个错误：回答出错：RuntimeError: 模型未加载" in captured.err
    assert "运行出错" in captured.out


def test_progress_on_a_terminal(
    assistant: AssistantLike,
    write_cases: WriteCases,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    evaluate(assistant, [write_cases(line("a"), line("b"))])
    assert capsys.readouterr().err == "\r评测 1/2\r评测 2/2\n"
