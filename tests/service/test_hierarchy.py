"""Papers of a place answer first, then those of the province and the State; no other place's do."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import data_dir_at, ingest_papers

PAPERS = {
    "省.txt": "广东省居住证管理办法\n第一条 为了规范居住证管理，制定本办法。\n"
    "第二条 居住证的有效期为3年。\n第三条 补领居住证的，缴纳工本费20元。\n",
    "市.txt": "佛山市居住证管理办法\n第一条 为了规范居住证管理，制定本办法。\n"
    "第二条 居住证的有效期为1年。\n第三条 居住证到社区服务站申领。\n",
    "国.txt": "国务院关于居住证签注的规定\n第一条 为了规范居住证签注，制定本规定。\n"
    "第二条 居住证每年签注1次。\n第三条 首次申领居住证不收费。\n",
    "氢.txt": "广东省氢能产业发展方案\n一、主要任务\n（一）建设加氢站\n建设加氢站200座。"
    "（责任单位：省能源局）\n",
    "湘.txt": "长沙市停车管理办法\n第一条 为了规范停车，制定本办法。\n"
    "第二条 道路停车每小时收费3元。\n",
}


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    folder = tmp_path_factory.mktemp("hierarchy")
    papers = folder / "papers"
    papers.mkdir()
    for name, text in PAPERS.items():
        (papers / name).write_text(text, encoding="utf-8")
    workspace = Workspace(Settings(data_dir=data_dir_at(folder / "data", models_dir)))
    ingest_papers(workspace, papers)
    workspace.warm()
    return workspace


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("佛山市居住证的有效期是多久？", "1年"),
        ("佛山居住证的有效期是多久？", "1年"),
        ("广东省居住证的有效期是多久？", "3年"),
        ("中山市居住证的有效期是多久？", "3年"),
        ("中山居住证的有效期是多久？", "3年"),
        ("佛山市南海区补领居住证缴纳工本费多少元？", "20元"),
        ("佛山市补领居住证缴纳工本费多少元？", "20元"),
        ("长沙市居住证每年签注几次？", "1次"),
        ("佛山市居住证每年签注几次？", "1次"),
        ("长沙市道路停车每小时收费多少元？", "3元"),
        ("广东省建设加氢站由哪个单位负责？", "省能源局"),
        ("湖南省道路停车每小时收费多少元？", ""),
        ("佛山市道路停车每小时收费多少元？", ""),
        ("长沙市补领居住证缴纳工本费多少元？", ""),
        ("佛山市建设加氢站由哪个单位负责？", ""),
        ("青屏县补领居住证缴纳工本费多少元？", ""),
    ],
)
def test_who_answers_for_a_place(untouched: TestClient, question: str, told: str) -> None:
    answer = untouched.post("/api/v1/answer", json={"question": question}).json()
    assert answer["status"] == ("answered" if told else "no_evidence"), answer["answer"]
    assert told in answer["answer"]
    assert not told or "1年" in told or "1年" not in answer["answer"]
