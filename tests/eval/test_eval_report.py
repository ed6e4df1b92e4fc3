import json
from datetime import UTC, datetime

import pytest

from eval.answers.cases import Case, Kind
from eval.answers.run import AssistantLike, run
from eval.answers.text import display_width
from eval.report.html import to_html
from eval.report.markup import element, join
from eval.report.report import duration, to_json, to_text

CREATED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SCRIPT = "<script>alert('&\"')</script>"


def test_table_is_aligned(assistant: AssistantLike, cases: list[Case]) -> None:
    table = to_text(run(assistant, cases)).split("\n\n")[0].splitlines()
    assert table[0].split() == [
        "用例", "未通过", "MRR", "命中@1", "命中@3", "命中@5", "命中@10",
        "答案正确", "引用正确", "该拒已拒", "误拒",
    ]  # fmt: skip
    assert len({display_width(line) for line in table}) == 1
    assert table[2].split() == [
        "合计", "5", "2", "1.000", "100.0%", "100.0%", "100.0%", "100.0%",
        "66.7%", "100.0%", "50.0%", "0.0%",
    ]  # fmt: skip
    (follow_up,) = [line for line in table if line.startswith("M 追问")]
    assert follow_up.split()[2:] == ["1", "0", "1.000", *["100.0%"] * 6, "—", "0.0%"]
    (unanswerable,) = [line for line in table if line.startswith("U 无依据")]
    assert unanswerable.split()[2:] == ["2", "1", *"—" * 7, "50.0%", "—"]


def test_table_lists_failures_and_intervals(assistant: AssistantLike, cases: list[Case]) -> None:
    text = to_text(run(assistant, cases))
    assert "2/3   20.8% – 93.9%" in text
    assert "n1      答案不对  接待游客多少人次？" in text
    assert "u2      应拒未拒" in text
    assert "未通过  原因" not in to_text(run(assistant, cases[:1]))


def test_json_keys_are_stable(assistant: AssistantLike, cases: list[Case]) -> None:
    report = json.loads(to_json(run(assistant, cases), {"model": "e5", "dim": 384}, CREATED))
    assert list(report) == [
        "format", "created", "settings", "missing_documents", "source_checked",
        "overall", "by_kind", "by_document", "cases",
    ]  # fmt: skip
    assert report["format"] == 1
    assert report["created"] == "2026-11-22T08:30:00+00:00"
    assert report["settings"] == {"model": "e5", "dim": 384}
    assert report["source_checked"] is True
    assert list(report["overall"]) == [
        "cases", "failed", "hit", "mrr", "answer", "citation", "refusal", "false_refusal",
        "claim", "judged", "retrieval_seconds", "answer_seconds",
    ]  # fmt: skip
    assert list(report["overall"]["hit"]) == ["1", "3", "5", "10"]
    assert list(report["overall"]["answer"]) == ["passed", "total", "rate", "low", "high"]
    assert report["by_kind"]["U"]["answer"] is None
    first = report["cases"][0]
    assert list(first) == [
        "id", "kind", "docs", "question", "history", "evidence", "expected", "reject", "rank",
        "answer_right", "citation_right", "refused", "judged", "failures", "error",
        "retrieval_seconds", "answer_seconds", "passages", "answer",
    ]  # fmt: skip
    assert list(first["passages"][0]) == ["passage_id", "paper", "section", "text", "score"]
    assert first["answer"]["citations"][0]["quote"] == "氢能产业链由市工信局牵头，市财政局配合。"
    assert report["cases"][1]["failures"] == ["answer"]


def test_page_escapes_what_comes_from_outside(assistant: AssistantLike) -> None:
    hostile = Case(
        SCRIPT, Kind.FOLLOW_UP, f"接待游客多少人次{SCRIPT}", (SCRIPT,), (SCRIPT,),
        (SCRIPT,), ((SCRIPT,),), (SCRIPT,),
    )  # fmt: skip
    page = to_html(run(assistant, [hostile]), {SCRIPT: SCRIPT}, CREATED)
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;&amp;&quot;&#x27;)&lt;/script&gt;" in page


def test_page_is_self_contained_and_tells_of_failures(
    assistant: AssistantLike, cases: list[Case]
) -> None:
    page = to_html(run(assistant, cases), {"嵌入模型": "e5"}, CREATED)
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    for loader in ("http://", "https://", "src=", "url(", "@import", "<link", "<img"):
        assert loader not in page
    for wanted in (
        "未通过的用例（2）", "接待游客多少人次？", "“9999”", "接待游客1200万人次。",
        "首个命中：第 1 段", "应拒未拒 1", "R 责任单位", "嵌入模型", "2026-11-22 08:30",
    ):  # fmt: skip
        assert wanted in page
    assert "不可采信" not in page


def test_page_warns_of_what_makes_figures_worthless(blind_assistant: AssistantLike) -> None:
    stray = Case("s", Kind.FIGURE, "崩溃", ("无.txt",), (), ("据",))
    page = to_html(run(blind_assistant, [stray]), {}, CREATED)
    assert "尚未入库，以下数字不可采信：无.txt" in page
    assert "有 1 个用例运行出错" in page
    assert "回答出错：RuntimeError: 模型未加载" in page
    assert "本次未取得文件原文" in page
    assert "被测系统" not in page


def test_page_without_failures(assistant: AssistantLike, cases: list[Case]) -> None:
    assert "全部用例通过" in to_html(run(assistant, cases[:1]), {}, CREATED)


def test_markup() -> None:
    inner = element("b", "a<b", cls='x"y')
    assert inner == '<b class="x&quot;y">a&lt;b</b>'
    assert element("p", inner, "&") == f"<p>{inner}&amp;</p>"
    assert join("<", element("br")) == "&lt;<br>"
    # Adding text to markup yields text, which gets escaped again rather than trusted.
    assert join(inner + "<i>").endswith("&lt;i&gt;")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "—"), (0.0123, "12.3 毫秒"), (0.9, "900.0 毫秒"), (2.5, "2.50 秒")],
)
def test_duration(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown
