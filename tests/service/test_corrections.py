"""Putting mastheads right over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.library.progress import SourceFile
from index.store.corrections import Corrections
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import copy_data, data_dir_at, serving

DOCUMENTS = "/api/v1/documents"
JSON = {"content-type": "application/json"}
NURSERY = """关于做好普惠托育服务的实施方案
一、主要目标
到2026年建成托育服务点12个，由县卫生健康局牵头。
"""
FOREST = """临湖县森林防火工作方案
临湖政发〔2024〕9号
一、工作任务
每月开展林区巡查4次，由县林业局牵头。
"""
RIGHT = {
    "title": "青屏县普惠托育实施方案",
    "issuer": "青屏县人民政府办公室",
    "document_number": "青屏政办发〔2025〕11号",
    "date": "2025-02-07",
    "region": "青屏县",
    "effective": "2025-03-01",
}


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    """A paper without masthead, and another."""
    folder = data_dir_at(tmp_path_factory.mktemp("corrected") / "data", models_dir)
    workspace = Workspace(Settings(data_dir=folder))
    files = {"托育.txt": NURSERY, "防火.txt": FOREST}
    workspace.add([SourceFile(name, "", text.encode) for name, text in files.items()])
    return workspace


@pytest.fixture
def workspace(stocked: Workspace, tmp_path: Path) -> Workspace:
    """A copy of them, to be changed."""
    return Workspace(Settings(data_dir=copy_data(stocked.store.data_dir, tmp_path / "data")))


@pytest.fixture
def library(workspace: Workspace) -> Iterator[TestClient]:
    with serving(Settings(data_dir=workspace.store.data_dir), workspace) as client:
        yield client


def listed(client: TestClient) -> dict[str, dict[str, Any]]:
    return {found["name"]: found for found in client.get(DOCUMENTS).json()["documents"]}


def address(client: TestClient) -> str:
    return f"{DOCUMENTS}/{listed(client)['托育.txt']['id']}"


def test_what_is_corrected_is_shown_everywhere(library: TestClient) -> None:
    before = listed(library)
    response = library.patch(address(library), json=RIGHT)
    assert response.status_code == 200
    assert response.json() == before["托育.txt"] | RIGHT | {"regions": [RIGHT["region"]]}
    assert listed(library) == before | {"托育.txt": response.json()}
    detail = library.get(address(library)).json()
    assert {name: detail[name] for name in RIGHT} == RIGHT

    [found] = library.post("/api/v1/search", json={"question": "普惠托育", "k": 1}).json()[
        "results"
    ]
    assert found["title"] == RIGHT["title"]
    asked = {"question": "青屏县托育服务由哪个单位牵头？"}
    answer = library.post("/api/v1/answer", json=asked).json()
    assert "县卫生健康局" in answer["answer"]
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation["title"] == RIGHT["title"]
        assert citation["document_number"] == RIGHT["document_number"]


def test_the_place_corrected_is_the_place_asked_for(library: TestClient) -> None:
    asked = {place: f"{place}每月开展几次林区巡查？" for place in ("临湖县", "青屏县")}

    def answer(place: str) -> str:
        return str(library.post("/api/v1/answer", json={"question": asked[place]}).json()["answer"])

    assert "4次" in answer("临湖县")
    paper = f"{DOCUMENTS}/{listed(library)['防火.txt']['id']}"
    corrected = library.patch(paper, json={"region": "青屏县"}).json()
    assert corrected["regions"] == ["青屏县"]
    assert "4次" in answer("青屏县")
    assert "4次" not in answer("临湖县")


def test_a_second_correction_keeps_the_first_and_an_empty_one_empties(library: TestClient) -> None:
    library.patch(address(library), json=RIGHT)
    second = library.patch(address(library), json={"date": "", "title": "  又一个标题 "}).json()
    assert {name: second[name] for name in RIGHT} == RIGHT | {"date": "", "title": "又一个标题"}
    assert library.patch(address(library), json={}).json() == second


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"date": "2025年2月7日"}, "body.date：应为 YYYY-MM-DD 的日期"),
        ({"date": "20250207"}, "body.date：应为 YYYY-MM-DD 的日期"),
        ({"effective": "2025-02-30"}, "body.effective：应为 YYYY-MM-DD 的日期"),
        ({"valid_until": "2025-W06-5"}, "body.valid_until：应为 YYYY-MM-DD 的日期"),
        ({"printed": "2025-02-07T00:00"}, "body.printed：太长"),
        ({"issuer": "局" * 301}, "body.issuer：太长"),
        ({"title": "题" * 301}, "body.title：太长"),
        ({"title": ""}, "body.title：不能是空的"),
        ({"title": " \u3000\n"}, "body.title：不能是空的"),
        ({"title": 7}, "body.title：应为字符串"),
        ({"validity": "maybe"}, "body.validity：只能是 ''、'valid'、'repealed'、"),
        ({"text": "改写正文"}, "body.text：不认识这一项"),
        ({"number": "青屏政办发〔2025〕11号"}, "body.number：不认识这一项"),
        (["title"], "body：应为对象"),
    ],
)
def test_what_cannot_be_right_is_refused_and_changes_nothing(
    untouched: TestClient, stocked: Workspace, body: Any, said: str
) -> None:
    before = listed(untouched), stocked.store.current_number()
    response = untouched.patch(address(untouched), json=body)
    assert response.status_code == 422
    assert said in response.json()["error"]["message"]
    assert (listed(untouched), stocked.store.current_number()) == before
    assert stocked.store.corrections() == Corrections()


def test_half_a_surrogate_pair_is_refused(untouched: TestClient) -> None:
    response = untouched.patch(address(untouched), content=b'{"title": "\\ud83d"}', headers=JSON)
    assert response.status_code == 422
    assert "body.title：含有不成对的代理字符" in response.json()["error"]["message"]


def test_a_paper_that_is_not_there(untouched: TestClient, stocked: Workspace) -> None:
    response = untouched.patch(f"{DOCUMENTS}/000000000000", json=RIGHT)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "document_not_found"
    assert "没有编号为 000000000000 的文件" in response.json()["error"]["message"]
    assert stocked.store.corrections() == Corrections()


def record_of(workspace: Workspace) -> Path:
    """Where the corrections are stored."""
    (found,) = workspace.store.data_dir.rglob("corrections.json")
    return found


def test_a_damaged_record_of_corrections_is_told(library: TestClient, workspace: Workspace) -> None:
    before = listed(library)
    record = record_of(workspace)
    record.write_bytes(b"{}")
    response = library.patch(address(library), json=RIGHT)
    assert response.status_code == 507
    assert "更正记录损坏；请从备份恢复" in response.json()["error"]["message"]
    assert str(record) not in response.text
    assert record.read_bytes() == b"{}"
    assert listed(library) == before


def test_the_record_is_to_be_read_by_people(library: TestClient, workspace: Workspace) -> None:
    library.patch(address(library), json={"document_number": RIGHT["document_number"]})
    record = record_of(workspace)
    assert RIGHT["document_number"] in record.read_text(encoding="utf-8")
    [kept] = json.loads(record.read_bytes())
    assert kept["fields"] == {"number": RIGHT["document_number"]}


def test_a_corrected_paper_stays_so_in_another_process(
    library: TestClient, workspace: Workspace
) -> None:
    library.patch(address(library), json=RIGHT)
    settings = Settings(data_dir=workspace.store.data_dir)
    with serving(settings, Workspace(settings)) as other:
        assert listed(other) == listed(library)
