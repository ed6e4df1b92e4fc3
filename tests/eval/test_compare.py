"""Two settings on the same cases: what changed, and reports that were saved before."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.answers.cases import Case, Kind
from eval.answers.metrics import mcnemar
from eval.answers.results import Report
from eval.answers.run import AssistantLike, run
from eval.command import register
from eval.report import compare_report
from eval.report.compare import Change, compare
from eval.report.load import ReportError, read_report
from eval.report.report import to_json
from eval.report.sources import Side
from service.settings import Settings
from service.workspace import Workspace
from tests.eval.conftest import PAPERS, TinyAssistant

CREATED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SAMPLE_CASES = [
    {
        "id": "r", "kind": "R", "docs": [], "question": "泽川市氢能产业由哪个单位牵头？",
        "evidence": ["市发展改革委"], "answer": [["市发展改革委"]],
    },
    {
        "id": "u", "kind": "U", "docs": [], "question": "大熊猫一天睡多久？",
        "evidence": [], "answer": [],
    },
]  # fmt: skip


@pytest.fixture
def both(assistant: AssistantLike, cases: list[Case]) -> tuple[Report, Report]:
    """Reports over all papers, and over those without tourism."""
    fewer = TinyAssistant({"氢能.txt": PAPERS["氢能.txt"]})
    asked = [
        *cases,
        Case("f", Kind.FIGURE, "加氢站规划数量共计几何", (), (), ("加氢站20座",), (("20座",),)),
    ]
    return run(assistant, asked), run(fewer, asked)


def told(change: Change) -> tuple[int, int, int, tuple[str, ...], tuple[str, ...]]:
    return (change.a.passed, change.b.passed, change.a.total, change.won, change.lost)


def test_each_metric_case_by_case(both: tuple[Report, Report]) -> None:
    a, b = (report.results for report in both)
    changes = compare(a, b)
    assert told(changes["命中@5"]) == (4, 2, 4, (), ("n1", "m1"))
    assert told(changes["答案正确"]) == (2, 1, 4, (), ("m1",))
    assert changes["答案正确"].difference == pytest.approx(-0.25)
    # Citations are compared where both answered; fewer false refusals are better.
    assert changes["引用正确"].a.total < changes["答案正确"].a.total
    assert told(changes["误拒"]) == (1, 2, 4, (), ("n1",))
    back = compare(b, a)
    assert told(back["误拒"]) == (2, 1, 4, ("n1",), ())
    assert back["答案正确"].won == ("m1",)
    assert "该拒已拒" not in compare(a[:1], b[:1])


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (0, 6, 0.03125), (10, 2, 158 / 4096), (3, 3, 1.0)],
)
def test_mcnemar(won: int, lost: int, p: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(p)
    assert mcnemar(lost, won) == mcnemar(won, lost)


def test_mcnemar_of_many_changes() -> None:
    assert 0 < mcnemar(3000, 2700) < 0.001


def test_text_names_what_was_won_and_lost(both: tuple[Report, Report]) -> None:
    a, b = Side("旧", {}, both[0]), Side("新", {}, both[1])
    text = compare_report.to_text(a, b)
    assert text.startswith("A  旧\nB  新\n")
    (answers,) = [line for line in text.splitlines() if line.startswith("答案正确")]
    assert answers.split() == ["答案正确", "4", "50.0%", "25.0%", "-25.0", "0", "1", "1.000"]
    assert "负（1）" in text
    assert "胜（" not in text
    assert "文旅产业链由市文旅局牵头，市财政局配合。" in text
    assert "胜（1）" in compare_report.to_text(b, a)


def test_json_has_every_case_that_changed(both: tuple[Report, Report]) -> None:
    sides = [Side(name, {"model": name}, report) for name, report in zip("ab", both, strict=True)]
    data = json.loads(compare_report.to_json(sides[0], sides[1], CREATED))
    assert data["a"] == {
        "given": "a", "settings": {"model": "a"}, "missing_documents": [], "errors": 0
    }  # fmt: skip
    assert data["b"]["missing_documents"] == ["文旅.txt"]
    metrics = {metric["name"]: metric for metric in data["metrics"]}
    assert metrics["答案正确"] == {
        "name": "答案正确", "cases": 4, "a": 0.5, "b": 0.25, "difference": -0.25,
        "won": [], "lost": ["m1"], "p": 1.0,
    }  # fmt: skip
    changed = {case["id"]: case for case in data["cases"]}
    assert list(changed) == ["n1", "m1"]
    assert changed["m1"]["history"] == ["产业链由谁牵头？"]
    assert changed["n1"]["a"]["refused"] is False
    assert changed["n1"]["b"]["refused"] is True


def save(report: Report, path: Path) -> Path:
    path.write_text(to_json(report, {"model": "旧"}, CREATED), encoding="utf-8")
    return path


def test_a_saved_report_is_read_back(both: tuple[Report, Report], tmp_path: Path) -> None:
    ran = both[0]
    cases = [result.case for result in ran.results]
    saved, settings = read_report(save(ran, tmp_path / "a.json"), cases)
    assert settings == {"model": "旧"}
    assert saved.overall == ran.overall
    assert all(not c.won and not c.lost for c in compare(saved.results, ran.results).values())
    assert [r.answer and r.answer.answer for r in saved.results] == [
        r.answer and r.answer.answer for r in ran.results
    ]


def test_a_report_over_other_cases_is_refused(both: tuple[Report, Report], tmp_path: Path) -> None:
    path = save(both[0], tmp_path / "a.json")
    cases = [result.case for result in both[0].results]
    with pytest.raises(ReportError, match="报告里多出 r1。"):
        read_report(path, cases[1:])
    new = Case("z", Kind.UNANSWERABLE, "问")
    with pytest.raises(ReportError, match="报告里没有 z。"):
        read_report(path, [*cases, new])
    changed = Case("u1", Kind.UNANSWERABLE, "另一个问题")
    with pytest.raises(ReportError, match="内容不同 u1。"):
        read_report(path, [changed if case.id == "u1" else case for case in cases])


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "整个文件"),
        ("[]", "整个文件"),
        ('{"format": 2}', "format"),
        ('{"format": 1}', "settings"),
    ],
)
def test_what_is_no_report_is_refused(text: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=f"（{where} 不合格式）"):
        read_report(path, [])


Compare = Callable[..., tuple[int, str, str]]


@pytest.fixture
def compared(samples_workspace: Workspace, write_cases: Callable[..., Path]) -> Compare:
    """Runs ``cewen eval --compare`` over the samples; exit status, output, messages."""
    app = typer.Typer()

    @app.callback()
    def main() -> None:
        """So that “eval” has to be named."""

    def never(data_dir: Path | None) -> AssistantLike:
        raise AssertionError(f"opened without the settings given: {data_dir}")

    register(app, never)
    cases = write_cases(*(json.dumps(case, ensure_ascii=False) for case in SAMPLE_CASES))

    def invoke(*arguments: str) -> tuple[int, str, str]:
        data = str(samples_workspace.store.data_dir)
        given = ["eval", str(cases), "--data-dir", data, "--compare", *arguments]
        result = CliRunner().invoke(app, given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return invoke


def test_settings_are_compared(compared: Compare, make_settings: Callable[[], Settings]) -> None:
    empty = make_settings().data_dir
    code, out, err = compared("-", f"data_dir={empty},port=8001")
    assert code == 0
    (answers,) = [line for line in out.splitlines() if line.startswith("答案正确")]
    assert answers.split()[1:] == ["1", "100.0%", "0.0%", "-100.0", "0", "1", "1.000"]
    assert "（拒答）" in out
    assert err == "评测完成：2 个用例\n" * 2


def test_a_report_is_compared_with_now(compared: Compare, tmp_path: Path) -> None:
    code, out, _ = compared("-", "-", "--json")
    assert code == 0
    assert json.loads(out)["cases"] == []
    path = tmp_path / "none.json"
    path.write_text("{}", encoding="utf-8")
    code, out, err = compared(str(path), "-")
    assert (code, out) == (2, "")
    assert err.startswith(f"错误：{path} 不是可以比较的评测报告")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("modle=x", "设置 modle 不认识；可用的有：data_dir、model"),
        ("port=0", "设置 port 的值 '0' 不合适：数值太小，不能小于 1"),
        ("nothing", "“nothing”既不是已有的报告文件，也不是“名称=值,名称=值”形式的设置"),
        ("model=x,", "既不是已有的报告文件"),
    ],
)
def test_bad_settings_are_told(compared: Compare, given: str, said: str) -> None:
    with pytest.raises(Exception, match=said):
        compared("-", given)


def test_no_page_of_a_comparison(compared: Compare, tmp_path: Path) -> None:
    code, _, err = compared("-", "-", "--html", str(tmp_path / "a.html"))
    assert code == 2
    assert err.startswith("错误：--html 不能与 --compare 同用")
