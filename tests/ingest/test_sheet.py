"""Spreadsheets: what a person sees in the cells, table by table."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ingest.content import Content
from ingest.errors import RefusedFileError
from ingest.formats.sheet.reader import read
from ingest.reader import read_bytes

Write = Callable[[Any], None]


def workbook(write: Write) -> bytes:
    """The bytes of an .xlsx that ``write`` fills."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        write(book)
    return stream.getvalue()


def content(write: Write) -> Content:
    return read(workbook(write), lambda done, total: None)


def rows(write: Write) -> list[str]:
    return [line.text for line in content(write).lines]


def plan(book: Any) -> None:
    """A table with a merged title, a unit, names on two levels and shown formats."""
    sheet = book.add_worksheet("Sheet1")
    percent = book.add_format({"num_format": "0.0%"})
    day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    sheet.merge_range("B2:F2", "青河县2025年重点指标表")
    sheet.write("F3", "单位：万元")
    for place, name in (("B5:B6", "指标"), ("E5:E6", "责任单位"), ("F5:F6", "时限")):
        sheet.merge_range(place, name)
    sheet.merge_range("C5:D5", "目标值")
    sheet.write_row("C6", ["2025年", "2026年"])
    sheet.write_row("B7", ["增长率", 0.065, 0.07], percent)
    sheet.merge_range("E7:E8", "县发改局")
    sheet.write_row("B8", ["投资", 2025.0, 0.1 + 0.2])
    sheet.write_datetime("F8", datetime(2025, 6, 30), day)
    sheet.write("A10", "注：数据由县统计局负责解释。")


PLAN = [
    "青河县2025年重点指标表",
    "单位：万元",
    "指标\t目标值 2025年\t目标值 2026年\t责任单位\t时限",
    "增长率\t6.5%\t7.0%\t县发改局\t",
    "投资\t2025\t0.3\t\t2025年6月30日",
    "注：数据由县统计局负责解释。",
]


def test_a_table_with_all_that_stands_around_it() -> None:
    assert rows(plan) == PLAN


def test_rows_become_passages_under_the_folded_names() -> None:
    document = read_bytes(workbook(plan), "指标.xlsx", "")
    assert document.masthead.title == PLAN[0]
    assert {p.header for p in document.passages if p.header} == {PLAN[2]}


def test_an_old_workbook_reads_as_the_new_one(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice writes the .xls for this test")
    (tmp_path / "plan.xlsx").write_bytes(workbook(plan))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xls", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "plan.xlsx")], check=True, capture_output=True)
    old = read((tmp_path / "plan.xls").read_bytes(), lambda done, total: None)
    assert [line.text for line in old.lines] == PLAN


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (2025.0, "", "2025"),
        (0.1 + 0.2, "", "0.3"),
        (-12.5, "", "-12.5"),
        (1e-7, "", "0.0000001"),
        (12345678901234, "", "12345678901234"),
        (0.065, "0.0%", "6.5%"),
        (2.345, "0.00", "2.35"),
        (1234567.891, "#,##0.00", "1234567.89"),
        (3, '0"家"', "3家"),
        (86.5, "0.##", "86.5"),
        (-5, "0.0;(0.0)", "(5.0)"),
        (0.5, "# ?/?", "0.5"),
        (date(2025, 6, 30), "yyyy-mm-dd", "2025-06-30"),
        (date(2025, 6, 1), 'yyyy"年"m"月"', "2025年6月"),
        (date(2025, 6, 1), "yyyy/m", "2025-06"),
        (datetime(2025, 6, 1, 8, 30), "yyyy-mm-dd hh:mm", "2025-06-01 08:30"),
        ("甲\n乙  丙", "", "甲 乙 丙"),
        (True, "", "TRUE"),
    ],
)
def test_values_as_they_are_shown(value: Any, code: str, shown: str) -> None:
    def write(book: Any) -> None:
        book.add_worksheet().write(0, 0, value, book.add_format({"num_format": code or "General"}))

    assert rows(write) == [shown]


def test_formulas_give_results_and_errors_nothing() -> None:
    def write(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=1+2", None, 3)
        sheet.write_formula("B1", "=1/0", None, "#DIV/0!")
        sheet.write("C1", "合计")

    assert rows(write) == ["3\t合计"]


def test_sheets_are_named_and_hidden_ones_left_out() -> None:
    def write(book: Any) -> None:
        for name, title in (("东岭镇", "项目清单"), ("水务", "2025年水务任务"), ("空", "")):
            book.add_worksheet(name).write(0, 0, title)
        hidden = book.add_worksheet("底稿")
        hidden.write(0, 0, "不公开")
        hidden.hide()

    found = [(line.heading, line.text) for line in content(write).lines]
    assert found == [(1, "东岭镇"), (0, "项目清单"), (1, "2025年水务任务")]


@pytest.mark.parametrize(
    ("name", "named"), [("Sheet1", False), ("工作表 2", False), ("林业", True)]
)
def test_a_lone_sheet_is_named_where_its_name_says_something(name: str, named: bool) -> None:
    def write(book: Any) -> None:
        book.add_worksheet(name).write_row(0, 0, ["乡镇", "面积"])

    assert rows(write) == [*[name] * named, "乡镇\t面积"]


def test_group_names_without_merged_neighbours_and_what_only_looks_so() -> None:
    def write(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write("A1", "序号")
        sheet.merge_range("B1:C1", "联系人")
        sheet.write_row("B2", ["姓名", "电话"])
        sheet.write_row("A3", [1, "周明", "6213108"])
        sheet.write("A6", "序号")
        sheet.merge_range("B6:C6", "联系人")
        sheet.write_row("A7", [1, "周明", "6213108"])

    person = "1\t周明\t6213108"
    names = ["序号\t联系人 姓名\t联系人 电话", person, "序号\t联系人\t", person]
    assert rows(write) == names


def test_progress_is_told_for_every_sheet() -> None:
    told: list[tuple[int, int]] = []

    def write(book: Any) -> None:
        for name in "甲乙丙":
            book.add_worksheet(name).write(0, 0, name)

    read(workbook(write), lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def without_shared_strings(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            words = old.read(part)
            new.writestr(part, words[:300] if part.endswith("sheet1.xml") else words)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[: len(data) // 2], "损坏"),
        (without_shared_strings, "损坏"),
        (lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "损坏"),
        (lambda data: b"", "损坏"),
    ],
)
def test_damaged_workbooks_are_refused(damage: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(RefusedFileError, match=message):
        read(damage(workbook(plan)), lambda done, total: None)


def test_two_far_cells_do_not_fill_the_memory() -> None:
    def write(book: Any) -> None:
        sheet = book.add_worksheet("任务")
        sheet.write(0, 0, "甲")
        sheet.write(1_048_575, 16_383, "乙")

    with pytest.raises(RefusedFileError, match="“任务”有 1048576 行、16384 列"):
        content(write)
