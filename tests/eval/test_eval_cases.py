import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.answers.cases import CaseError, Kind, load_all, load_cases

WriteCases = Callable[..., Path]
GOOD: dict[str, object] = {
    "id": "a1",
    "kind": "N",
    "docs": ["一.txt"],
    "question": "产值目标是多少？",
    "history": [],
    "evidence": ["产值500亿元"],
    "answer": [["500亿", "五百亿"], ["2025"]],
    "reject": ["600亿"],
}


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def test_reads_every_field(write_cases: WriteCases) -> None:
    path = write_cases("", line())
    (case,) = load_cases(path)
    assert case.kind is Kind.FIGURE
    assert case.docs == ("一.txt",)
    assert case.answer == (("500亿", "五百亿"), ("2025",))
    assert case.reject == ("600亿",)
    assert case.answerable
    assert (case.file, case.line) == (str(path), 2)


def test_history_and_reject_may_be_left_out(write_cases: WriteCases) -> None:
    fields = {key: value for key, value in GOOD.items() if key not in ("history", "reject")}
    (case,) = load_cases(write_cases(json.dumps(fields)))
    assert case.history == case.reject == ()


def test_byte_order_mark_and_line_separators_inside_strings(tmp_path: Path) -> None:
    path = tmp_path / "bom.jsonl"
    path.write_text(line(question="甲\u2028乙"), encoding="utf-8-sig")
    assert load_cases(path)[0].question == "甲\u2028乙"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (line(extra=1), "未知字段“extra”"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "docs"}), "缺少字段“docs”"),
        (line(kind="Z"), "未知类别“Z”"),
        (line(evidence=[]), "类别是 N，evidence 却为空"),
        (line(kind="U"), "类别是 U，evidence 却有内容：产值500亿元"),
        (line(kind="M"), "history 却为空"),
        (line(evidence=["\u3000"]), "不是非空字符串"),
        (line(evidence="产值"), '应为字符串列表，现为 "产值"'),
        (line(answer=["500亿"]), "不是非空列表"),
        (line(answer=[[]]), "不是非空列表"),
        (line(answer={"a": 1}), "应为列表"),
        (line(answer=[["", "x"]]), "不是非空字符串"),
        (line(question=" "), "应为非空字符串"),
        (line(id=7), "字段“id”应为非空字符串，现为 7"),
        ("[1]", "不是 JSON 对象"),
        ("{", "不是有效的 JSON"),
        ("[" * 100_000, "JSON"),
        ('{"id": "a", "id": "b"}', "字段“id”写了两次"),
    ],
)
def test_unsound_case_is_refused(write_cases: WriteCases, text: str, wanted: str) -> None:
    path = write_cases(line(id="first"), text)
    with pytest.raises(CaseError) as caught:
        load_cases(path)
    message = str(caught.value)
    assert message.startswith(f"{path} 第 2 行：")
    assert wanted in message
    assert message.endswith("。")
    assert caught.value.line == 2


def test_duplicate_id_names_the_first_place(write_cases: WriteCases) -> None:
    first = write_cases(line(), name="one.jsonl")
    second = write_cases(line(id="other"), line(), name="two.jsonl")
    with pytest.raises(CaseError, match=r"two\.jsonl 第 2 行：编号“a1”重复") as caught:
        load_all([first, second])
    assert f"{first} 第 1 行" in str(caught.value)


def test_unreadable_files(tmp_path: Path, write_cases: WriteCases) -> None:
    (tmp_path / "gbk.jsonl").write_bytes("产值".encode("gb18030"))
    with pytest.raises(CaseError, match="不是 UTF-8"):
        load_cases(tmp_path / "gbk.jsonl")
    with pytest.raises(CaseError, match="无法读取用例文件"):
        load_cases(tmp_path / "none.jsonl")
    with pytest.raises(CaseError, match="没有用例"):
        load_cases(write_cases("", " "))
