"""Who leads what over all papers: on the command line, over HTTP, and as files to keep."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from index.library.progress import SourceFile
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT, data_dir_at, serving

ADDRESS = "/api/v1/responsibilities"
CARE = """岚溪县人民政府办公室关于印发养老服务提升方案的通知
岚溪政办发〔2025〕3号
各乡镇人民政府，县政府各部门：
现将《岚溪县养老服务提升方案》印发给你们，请认真贯彻执行。
岚溪县人民政府办公室
2025年3月6日
岚溪县养老服务提升方案
一、重点任务
（一）建设社区食堂。到2026年建成社区食堂20个。（牵头单位：县民政局；责任单位：县财政局）
（二）培育ＡＩ 养老企业。到2027年培育5家。（牵头单位：县工业和信息化局；配合单位：县财政局）
（三）建设家庭病床。到2026年建成50张。（责任单位：县卫生健康局、县医保局）
"""
WOODS = """岚溪县护林防火工作方案
岚溪政发〔2024〕9号
一、总体要求
责任单位中排在第一位的为牵头单位，下同。
二、工作任务
（一）开展林区巡查。每月开展巡查4次。（责任单位：县林业局、县应急管理局）
（二）=1+1公式普查。每年普查1次。（责任单位：县统计局）
（三）＝全角公式普查。每年普查2次。（责任单位：县统计局）
"""
CANTEENS, AI, BEDS = "建设社区食堂", "培育ＡＩ 养老企业", "建设家庭病床"
PATROLS, COUNT, WIDE_COUNT = "开展林区巡查", "=1+1公式普查", "＝全角公式普查"
ALL = [CANTEENS, AI, BEDS, PATROLS, COUNT, WIDE_COUNT]
Cewen = Callable[..., Any]


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    """Two papers."""
    folder = data_dir_at(tmp_path_factory.mktemp("duties") / "data", models_dir)
    workspace = Workspace(Settings(data_dir=folder))
    workspace.add([SourceFile("林.txt", "", WOODS.encode), SourceFile("老.txt", "", CARE.encode)])
    return workspace


@pytest.fixture(scope="module")
def duties(stocked: Workspace) -> Iterator[TestClient]:
    with serving(Settings(data_dir=stocked.store.data_dir), stocked) as client:
        yield client


@pytest.fixture
def data(stocked: Workspace) -> Path:
    return stocked.store.data_dir


def listed(client: TestClient, **params: str) -> list[dict[str, Any]]:
    response = client.get(ADDRESS, params=params)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["responsibilities"]
    return found


@pytest.mark.parametrize(
    ("wanted", "tasks"),
    [
        ({}, ALL),
        ({"unit": "县民政局"}, [CANTEENS]),
        ({"unit": "民政"}, [CANTEENS]),
        ({"unit": "县财政局"}, [CANTEENS, AI]),
        ({"unit": "　县 财政 局\n"}, [CANTEENS, AI]),
        ({"unit": "县医保局"}, [BEDS]),
        ({"task": "社区食堂"}, [CANTEENS]),
        ({"task": "ai养老"}, [AI]),
        ({"task": "重点任务"}, [CANTEENS, AI, BEDS]),
        ({"task": "（二）"}, [AI, COUNT]),
        ({"unit": "财政", "task": "食堂"}, [CANTEENS]),
        ({"unit": "财政", "task": "病床"}, []),
        ({"unit": "县水利局"}, []),
        ({"unit": ".*"}, []),
        ({"task": "\0"}, []),
    ],
)
def test_by_unit_and_by_task(duties: TestClient, wanted: dict[str, str], tasks: list[str]) -> None:
    assert [record["task"] for record in listed(duties, **wanted)] == tasks


@pytest.mark.parametrize(
    ("task", "leads", "supports", "basis", "rule"),
    [
        (CANTEENS, ["县民政局"], ["县财政局"], "stated", ""),
        (BEDS, [], ["县卫生健康局", "县医保局"], "not_stated", ""),
        (PATROLS, ["县林业局"], ["县应急管理局"], "first_listed", "排在第一位的为牵头单位"),
    ],
)
def test_who_leads_is_said_as_far_as_the_paper_does(  # noqa: PLR0917
    duties: TestClient, task: str, leads: list[str], supports: list[str], basis: str, rule: str
) -> None:
    [record] = listed(duties, task=task)
    assert (record["leads"], record["supports"]) == (leads, supports)
    assert record["basis"] == basis
    assert rule in record["rule"]
    assert bool(rule) == bool(record["rule"])


def test_the_quote_stands_in_the_text(duties: TestClient) -> None:
    for record in listed(duties):
        address = f"/api/v1/documents/{record['document_id']}"
        text = duties.get(f"{address}/text").json()["text"]
        assert record["quote"] == text[record["start"] : record["end"]]
        assert all(unit in record["quote"] for unit in record["leads"] + record["supports"])
        info = duties.get(address).json()
        assert (record["title"], record["document_number"]) == (
            info["title"],
            info["document_number"],
        )


def test_too_long_a_name_is_an_error_in_chinese(duties: TestClient) -> None:
    response = duties.get(ADDRESS, params={"unit": "局" * 101})
    assert response.status_code == 422
    assert "unit：太长" in response.json()["error"]["message"]


def test_on_the_screen(cewen: Cewen, data: Path) -> None:
    ran = cewen("responsibilities", "--unit", "县 医保局", "--data-dir", data)
    assert (ran.code, ran.err) == (0, "共 1 条责任分工。\n")
    assert ran.out.splitlines() == [
        BEDS,
        "    牵头：原文没有写明",
        "    责任单位：县卫生健康局、县医保局",
        "    出处：《岚溪县人民政府办公室关于印发养老服务提升方案的通知》"
        "一、重点任务 › （三）建设家庭病床",
    ]


@pytest.mark.parametrize("wanted", [{}, {"unit": "财政"}, {"task": "病床"}, {"unit": "无此单位"}])
def test_json_is_what_the_service_answers(
    cewen: Cewen, duties: TestClient, data: Path, wanted: dict[str, str]
) -> None:
    options = [part for name, value in wanted.items() for part in (f"--{name}", value)]
    ran = cewen("responsibilities", *options, "--json", "--data-dir", data)
    assert json.loads(ran.out) == duties.get(ADDRESS, params=wanted).json()


def test_csv_opens_in_a_spreadsheet_program(cewen: Cewen, data: Path, tmp_path: Path) -> None:
    ran = cewen("responsibilities", "--csv", tmp_path / "分工.csv", "--data-dir", data)
    assert (ran.code, ran.out) == (0, "")
    written = (tmp_path / "分工.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert header[:3] == ["任务", "牵头单位", "其他责任单位"]
    expected = [f"'{task}" if task in {COUNT, WIDE_COUNT} else task for task in ALL]
    assert [row[0] for row in rows] == expected
    assert rows[0][1:4] == ["县民政局", "县财政局", "原文写明牵头"]
    assert rows[2][1:4] == ["", "县卫生健康局、县医保局", "原文没有写明谁牵头"]
    assert {len(row) for row in rows} == {len(header)}
    assert cewen("responsibilities", "--csv", "--data-dir", data).out.encode() == written


def test_the_workbook_holds_the_same_as_the_csv(cewen: Cewen, data: Path, tmp_path: Path) -> None:
    assert cewen("responsibilities", "--xlsx", "分工.xlsx", "--data-dir", data).code == 0
    sheet = CalamineWorkbook.from_path(str(tmp_path / "分工.xlsx")).get_sheet_by_index(0)
    header, *rows = sheet.to_python(skip_empty_area=False)
    assert [row[0] for row in rows] == ALL
    as_csv = cewen("responsibilities", "--csv", "--data-dir", data).out.removeprefix("\ufeff")
    plain = [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(as_csv))]
    assert [header, *rows] == plain


@pytest.mark.parametrize("form", ["--csv", "--xlsx", "--json", ""])
def test_an_empty_library_has_none(
    cewen: Cewen, make_settings: Callable[[], Settings], form: str, tmp_path: Path
) -> None:
    options = [form] if form else []
    folder = make_settings().data_dir
    ran = cewen("responsibilities", *options, tmp_path / "out", "--data-dir", folder)
    assert (ran.code, ran.err) == (0, "共 0 条责任分工。\n")
    written = (tmp_path / "out").read_bytes()
    assert bool(written) == bool(form)


def test_an_empty_library_answers_none(
    make_settings: Callable[[], Settings], loaded_once: None
) -> None:
    settings = make_settings()
    with serving(settings, Workspace(settings)) as client:
        assert listed(client, unit="县财政局") == []


def test_a_place_that_cannot_be_written_is_said(cewen: Cewen, data: Path, tmp_path: Path) -> None:
    ran = cewen("responsibilities", "--csv", tmp_path / "无" / "a.csv", "--data-dir", data)
    assert ran.code == 2
    assert ran.err.startswith(f"错误：写不进文件 {tmp_path / '无' / 'a.csv'}")


def test_a_workbook_is_not_poured_onto_a_terminal(data: Path) -> None:
    ours, theirs = pty.openpty()
    code = "from service.cli.main import main; main()"
    with os.fdopen(ours, "rb", 0), os.fdopen(theirs, "wb", 0) as terminal:
        done = subprocess.run(
            [sys.executable, "-c", code, "responsibilities", "--xlsx", "--data-dir", str(data)],
            cwd=ROOT,
            stdout=terminal,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "错误：Excel 文件不能显示在屏幕上" in done.stderr
