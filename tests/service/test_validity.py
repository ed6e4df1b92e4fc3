"""Papers that no longer hold: ended by another, expired, or as an administrator says."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.library.progress import SourceFile
from ingest.reader import read_bytes
from ingest.types import Validity
from service.documents.warnings import Standing, standing
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import copy_data, data_dir_at, serving

DOCUMENTS = "/api/v1/documents"
ISSUED = """云溪县人民政府关于印发{title}的通知
{number}
各乡镇人民政府：
现将《{title}》印发给你们，请遵照执行。
云溪县人民政府
{date}
{title}
第一条 {rule}
第二条 {end}
"""
RESERVES = ISSUED.format(
    title="云溪县粮食储备管理办法",
    number="云溪政发〔2019〕3号",
    date="2019年5月8日",
    rule="县级粮食储备规模为2万吨，由县发展改革局负责管理。",
    end="本办法自2019年6月1日起施行。",
)
REPEAL = "《云溪县粮食储备管理办法》（云溪政发〔2019〕3号）同时废止"
SAFETY = ISSUED.format(
    title="云溪县粮食安全保障办法",
    number="云溪政发〔2025〕8号",
    date="2025年4月2日",
    rule="粮食应急供应网点不少于30个，由县商务局负责建设。",
    end=f"本办法自2025年5月1日起施行，{REPEAL}。",
)
SILK = ISSUED.format(
    title="云溪县桑蚕产业扶持措施",
    number="云溪政发〔2021〕5号",
    date="2021年1月6日",
    rule="新建桑园每亩补助600元，由县农业农村局负责兑付。",
    end="本措施自2021年2月1日起施行，有效期至2023年12月31日。",
)
PAPERS = {"储备.txt": RESERVES, "保障.txt": SAFETY, "桑蚕.txt": SILK}


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    """A paper, the newer one that repeals it, and one whose time is over."""
    folder = data_dir_at(tmp_path_factory.mktemp("standing") / "data", models_dir)
    workspace = Workspace(Settings(data_dir=folder))
    workspace.add([SourceFile(name, "", text.encode) for name, text in PAPERS.items()])
    return workspace


@pytest.fixture
def library(stocked: Workspace, tmp_path: Path) -> Iterator[TestClient]:
    """The service over a copy of them, to be changed."""
    settings = Settings(data_dir=copy_data(stocked.store.data_dir, tmp_path / "data"))
    with serving(settings, Workspace(settings)) as client:
        yield client


def listed(client: TestClient) -> dict[str, dict[str, Any]]:
    return {found["name"]: found for found in client.get(DOCUMENTS).json()["documents"]}


def correct(client: TestClient, document_id: str, **fields: str) -> dict[str, Any]:
    response = client.patch(f"{DOCUMENTS}/{document_id}", json=fields)
    assert response.status_code == 200, response.text
    corrected: dict[str, Any] = response.json()
    return corrected


def cited(client: TestClient, question: str) -> dict[str, str]:
    """The standing of each paper that the answer cites, by 发文字号."""
    answer = client.post("/api/v1/answer", json={"question": question}).json()
    assert answer["status"] == "answered"
    return {c["document_number"]: c["validity"] for c in answer["citations"]}


def test_the_older_paper_is_marked_with_the_words_that_ended_it(untouched: TestClient) -> None:
    papers = listed(untouched)
    old, new = papers["储备.txt"], papers["保障.txt"]
    assert (old["validity"], old["validity_by"]) == ("repealed", new["id"])
    assert REPEAL in old["validity_quote"]
    text = untouched.get(f"{DOCUMENTS}/{new['id']}/text").json()["text"]
    assert text[old["validity_start"] : old["validity_end"]] == old["validity_quote"]
    assert untouched.get(f"{DOCUMENTS}/{old['id']}").json()["validity"] == "repealed"
    assert (new["validity"], new["validity_by"], new["validity_quote"]) == ("", "", "")


def test_a_paper_whose_time_is_over_has_expired(library: TestClient) -> None:
    silk = listed(library)["桑蚕.txt"]
    assert (silk["valid_until"], silk["validity"]) == ("2023-12-31", "expired")
    assert (silk["validity_by"], silk["validity_quote"]) == ("", "")
    extended = correct(library, silk["id"], valid_until="2999-12-31")
    assert extended["validity"] == ""


@pytest.mark.parametrize(
    ("question", "standings"),
    [
        ("云溪县县级粮食储备规模是多少？", {"云溪政发〔2019〕3号": "repealed"}),
        ("云溪县新建桑园每亩补助多少元？", {"云溪政发〔2021〕5号": "expired"}),
        ("云溪县粮食应急供应网点不少于多少个？", {"云溪政发〔2025〕8号": ""}),
    ],
)
def test_a_citation_says_how_its_paper_stands(
    untouched: TestClient, question: str, standings: dict[str, str]
) -> None:
    found = cited(untouched, question)
    assert {number: found.get(number) for number in standings} == standings


@pytest.mark.parametrize("word", ["valid", "expired", "replaced"])
def test_an_administrators_word_overrules(library: TestClient, word: str) -> None:
    old = listed(library)["储备.txt"]
    corrected = correct(library, old["id"], validity=word)
    assert (corrected["validity"], corrected["validity_by"]) == (word, "")
    assert corrected["validity_quote"] == ""
    assert listed(library)["储备.txt"] == corrected
    assert cited(library, "云溪县县级粮食储备规模是多少？")["云溪政发〔2019〕3号"] == word
    assert correct(library, old["id"], validity="") == old


def test_without_the_newer_paper_the_older_holds(library: TestClient) -> None:
    papers = listed(library)
    assert library.delete(f"{DOCUMENTS}/{papers['保障.txt']['id']}").status_code == 204
    old = listed(library)["储备.txt"]
    assert (old["validity"], old["validity_by"], old["validity_quote"]) == ("", "", "")


def test_the_corrected_number_is_what_a_repeal_means(library: TestClient) -> None:
    old = listed(library)["储备.txt"]
    assert correct(library, old["id"], document_number="云溪政发〔2018〕1号")["validity"] == ""
    silk = listed(library)["桑蚕.txt"]
    meant = correct(library, silk["id"], document_number="云溪政发〔2019〕3号")
    assert meant["validity"] == "repealed"


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        ("2023-12-31", Standing()),
        ("2024-01-01", Standing(Validity.EXPIRED, until="2023-12-31")),
    ],
)
def test_the_last_day_still_holds(day: str, stands: Standing) -> None:
    silk = read_bytes(SILK.encode(), "桑蚕.txt", "")
    today = datetime.date.fromisoformat(day)
    assert standing(silk, {}, today) == stands
