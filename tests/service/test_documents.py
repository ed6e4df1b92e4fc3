"""Listing, reading, uploading and deleting papers over HTTP."""

import hashlib
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from index.library.progress import SourceFile
from service.app.main import create_app
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import BASE_URL, serving

DOCUMENTS = "/api/v1/documents"
PAPER = (
    "关于做好托育服务工作的实施方案\n一、主要目标\n到2026年建成托育服务点12个，"
    "由县卫生健康局牵头。\n"
)


def upload(client: TestClient, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    parts = [("files", (name, data, "text/plain")) for name, data in files]
    response = client.post(DOCUMENTS, files=parts)
    assert response.status_code == 200, response.text
    outcomes: list[dict[str, Any]] = response.json()["files"]
    return outcomes


def listed(client: TestClient) -> dict[str, dict[str, Any]]:
    return {found["id"]: found for found in client.get(DOCUMENTS).json()["documents"]}


def test_the_papers_are_listed_by_title(client: TestClient) -> None:
    documents = client.get(DOCUMENTS).json()["documents"]
    assert len(documents) == 8
    titles = [document["title"] for document in documents]
    assert titles == sorted(titles)
    [opinion] = [document for document in documents if document["name"].startswith("01")]
    assert opinion["issuer"] == "中共泽川市委、泽川市人民政府"
    assert opinion["document_number"] == "泽发〔2025〕6号"
    assert (opinion["date"], opinion["region"]) == ("2025-03-28", "泽川市")


def test_a_paper_has_an_outline_and_a_text(client: TestClient) -> None:
    for document_id, info in listed(client).items():
        detail = client.get(f"{DOCUMENTS}/{document_id}").json()
        text = client.get(f"{DOCUMENTS}/{document_id}/text").json()["text"]
        sections = detail.pop("sections")
        assert detail == info
        assert len(text) == info["characters"]
        assert sections
        for section in sections:
            start = text[section["start"] : section["end"]].replace(" ", "").replace("\u3000", "")
            assert start.startswith(section["path"][-1].split(" ")[0])


def test_several_files_at_once_one_of_them_bad(own_client: TestClient) -> None:
    before = set(listed(own_client))
    outcomes = upload(
        own_client,
        ("托育.txt", PAPER.encode("gb18030")),
        ("空.txt", b""),
        ("方案.docx", b"PK\x03\x04"),
        ("程序.txt", bytes(range(256)) * 20),
    )
    assert [outcome["outcome"] for outcome in outcomes] == ["added", *["refused"] * 3]
    assert outcomes[0]["name"] == "托育.txt"
    assert all(outcome["reason"] for outcome in outcomes[1:])
    assert "文件损坏或不完整，打不开" in outcomes[2]["reason"]
    assert set(listed(own_client)) - before == {outcomes[0]["document_id"]}
    answer = own_client.post("/api/v1/answer", json={"question": "托育服务由谁牵头？"}).json()
    assert "县卫生健康局" in answer["answer"]


def test_the_same_file_again_changes_nothing(own_client: TestClient) -> None:
    first, again = (upload(own_client, ("托育.txt", PAPER.encode())) for _ in range(2))
    assert (first[0]["outcome"], again[0]["outcome"]) == ("added", "unchanged")
    assert first[0]["document_id"] == again[0]["document_id"]


def test_a_deleted_paper_is_gone_everywhere(own_client: TestClient) -> None:
    [outcome] = upload(own_client, ("托育.txt", PAPER.encode()))
    address = f"{DOCUMENTS}/{outcome['document_id']}"
    assert own_client.delete(address).status_code == 204
    for response in (own_client.get(address), own_client.get(f"{address}/text")):
        assert response.status_code == 404
    assert own_client.delete(address).status_code == 404
    answer = own_client.post("/api/v1/answer", json={"question": "托育服务点建成多少个？"}).json()
    assert outcome["document_id"] not in {c["document_id"] for c in answer["citations"]}


def test_a_name_of_a_path_stays_a_name(own_client: TestClient, samples_copy: Path) -> None:
    [outcome] = upload(own_client, ("../../etc/托育.txt", PAPER.encode()))
    assert outcome["outcome"] == "added"
    assert not list(samples_copy.parent.rglob("托育.txt"))


def test_the_last_paper_can_be_deleted(make_settings: Any, loaded_once: None) -> None:
    settings = make_settings()
    with serving(settings, Workspace(settings)) as client:
        assert client.get(DOCUMENTS).json() == {"documents": []}
        [outcome] = upload(client, ("托育.txt", PAPER.encode()))
        assert client.delete(f"{DOCUMENTS}/{outcome['document_id']}").status_code == 204
        assert client.get(DOCUMENTS).json() == {"documents": []}
        answer = client.post("/api/v1/answer", json={"question": "谁牵头？"}).json()
        assert answer["status"] == "no_evidence"
        assert client.post("/api/v1/search", json={"question": "谁牵头？"}).json() == {
            "results": []
        }


def test_a_file_beyond_the_limit_is_refused(samples_copy: Path, loaded_once: None) -> None:
    settings = Settings(data_dir=samples_copy, upload_megabytes=1)
    with serving(settings, Workspace(settings)) as client:
        large = {"files": ("大.txt", "大".encode() * 400_000, "text/plain")}
        response = client.post(DOCUMENTS, files=large)
        assert response.status_code == 413
        assert "“大.txt”超过 1 MB" in response.json()["error"]["message"]


def test_a_paper_that_another_process_adds_is_found(
    own_client: TestClient, samples_copy: Path
) -> None:
    other = Workspace(Settings(data_dir=samples_copy))
    [result] = other.add([SourceFile("托育.txt", "", PAPER.encode)])
    assert result.document_id in listed(own_client)
    answer = own_client.post("/api/v1/answer", json={"question": "托育服务由谁牵头？"}).json()
    assert answer["citations"][0]["document_id"] == result.document_id
    other.delete(result.document_id)
    assert result.document_id not in listed(own_client)


def test_while_another_process_writes_a_change_is_put_off(
    own_client: TestClient, samples_copy: Path
) -> None:
    other = Workspace(Settings(data_dir=samples_copy))
    with other.store.writing():
        response = own_client.post(DOCUMENTS, files={"files": ("托育.txt", PAPER.encode())})
        assert response.status_code == 409
        assert response.json()["error"]["code"] == "busy"
        assert own_client.get(DOCUMENTS).status_code == 200
    assert upload(own_client, ("托育.txt", PAPER.encode()))[0]["outcome"] == "added"


@pytest.mark.parametrize("field", ["file", "upload"])
def test_an_upload_without_files_says_so(client: TestClient, field: str) -> None:
    response = client.post(DOCUMENTS, files={field: ("托育.txt", PAPER.encode())})
    assert response.status_code == 422
    assert "body.files：缺少这一项" in response.json()["error"]["message"]


def test_damaged_data_is_told_and_mended_data_served_again(
    samples_copy: Path, loaded_once: None
) -> None:
    current = samples_copy / "CURRENT"
    number = current.read_text()
    current.write_text("x")
    settings = Settings(data_dir=samples_copy)
    app = create_app(settings, Workspace(settings))
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False) as client:
        deadline = time.monotonic() + 30
        while (told := client.get("/readyz")).json()["error"]["code"] == "starting":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert told.status_code == 507
        assert "文件 CURRENT 损坏" in told.json()["error"]["message"]
        current.write_text(number)
        assert client.get("/readyz").status_code == 200


def test_the_original_is_given_back(client: TestClient) -> None:
    for paper in client.get("/api/v1/documents").json()["documents"]:
        sent = client.get(f"/api/v1/documents/{paper['id']}/file")
        assert hashlib.sha256(sent.content).hexdigest().startswith(paper["id"])
        # What could run as a page of this site is only ever saved.
        shown = sent.headers["Content-Disposition"].startswith("inline")
        assert shown == paper["name"].endswith(".pdf")


def test_a_paper_is_read_again_with_its_corrections(own_client: TestClient) -> None:
    paper = own_client.get("/api/v1/documents").json()["documents"][0]
    address = f"/api/v1/documents/{paper['id']}"
    own_client.patch(address, json={"issuer": "临溪县人民政府办公室"})
    text = own_client.get(f"{address}/text").json()
    again = own_client.post(f"{address}/reread")
    assert again.json()["issuer"] == "临溪县人民政府办公室"
    assert own_client.get(f"{address}/text").json() == text
    assert own_client.post("/api/v1/documents/abc/reread").status_code == 404


def test_responsibilities_of_some_papers_as_a_workbook(client: TestClient) -> None:
    paper = client.get("/api/v1/responsibilities").json()["responsibilities"][0]["document_id"]
    asked = {"document_id": paper}
    found = client.get("/api/v1/responsibilities", params=asked).json()["responsibilities"]
    assert {each["document_id"] for each in found} == {paper}
    sent = client.get("/api/v1/responsibilities/export", params=asked)
    rows = CalamineWorkbook.from_filelike(BytesIO(sent.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == len(found) + 1
