"""Many questions at once while the papers change."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from index.store.generations import Generation
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.web.own_service import running

DOCUMENTS = "/api/v1/documents"
QUESTIONS = [
    "泽川市氢能产业由哪个单位牵头？",
    "临溪县氢能产业由谁牵头？",
    "人才安居补贴A类人才购房补贴是多少？",
    "什么是链长制？",
]
PAPER = (
    "关于做好托育服务工作的实施方案\n一、主要目标\n到2026年建成托育服务点{}个，"
    "由县卫生健康局牵头。\n"
)


def ask(client: TestClient, question: str) -> tuple[str, tuple[str, ...]]:
    response = client.post("/api/v1/answer", json={"question": question})
    assert response.status_code == 200, response.text
    found = response.json()
    return found["answer"], tuple(citation["quote"] for citation in found["citations"])


def test_twenty_questions_while_a_paper_comes_and_goes(own_client: TestClient) -> None:
    alone = {question: ask(own_client, question) for question in QUESTIONS}
    asked = QUESTIONS * 5
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, own_client, question) for question in asked]
        for number in range(3):
            files = {"files": ("托育.txt", PAPER.format(number).encode(), "text/plain")}
            [outcome] = own_client.post("/api/v1/documents", files=files).json()["files"]
            assert outcome["outcome"] == "added"
            address = f"/api/v1/documents/{outcome['document_id']}"
            assert own_client.delete(address).status_code == 204
        assert [answer.result() for answer in answers] == [alone[question] for question in asked]


def text_file(number: int) -> dict[str, tuple[str, bytes, str]]:
    return {"files": (f"{number}.txt", PAPER.format(number).encode(), "text/plain")}


def test_of_uploads_at_once_those_that_come_again_all_arrive(own_client: TestClient) -> None:
    def upload(number: int) -> str:
        while (sent := own_client.post(DOCUMENTS, files=text_file(number))).status_code == 409:
            time.sleep(0.1)
        [outcome] = sent.json()["files"]
        assert outcome["outcome"] == "added"
        return str(outcome["document_id"])

    with ThreadPoolExecutor(4) as pool:
        added = set(pool.map(upload, range(4)))
    listed = {found["id"] for found in own_client.get(DOCUMENTS).json()["documents"]}
    assert len(added) == 4
    assert added <= listed


def test_while_one_changes_the_papers_others_are_told_and_questions_answered(
    own_client: TestClient,
) -> None:
    workspace: Workspace = own_client.app.state.workspace  # type: ignore[attr-defined]
    paper = own_client.get(DOCUMENTS).json()["documents"][0]["id"]
    address = f"{DOCUMENTS}/{paper}"
    changes: list[Callable[[], Response]] = [
        lambda: own_client.post(DOCUMENTS, files=text_file(1)),
        lambda: own_client.patch(address, json={"issuer": "甲县人民政府"}),
        lambda: own_client.post(f"{address}/reread"),
        *[lambda: own_client.delete(address)] * 45,
    ]
    with workspace.changing(), ThreadPoolExecutor(len(changes)) as pool:
        told = [each.result() for each in [pool.submit(change) for change in changes]]
        for answer in told:
            assert answer.status_code == 409
            assert answer.json()["error"]["code"] == "busy"
            assert "请等它结束后再试" in answer.json()["error"]["message"]
            assert int(answer.headers["Retry-After"]) > 0
        assert own_client.get("/healthz").status_code == 200
        assert ask(own_client, QUESTIONS[0])
    assert own_client.delete(address).status_code == 204


def test_an_upload_is_refused_before_it_is_sent(samples_copy: Path, loaded_once: None) -> None:
    settings = Settings(data_dir=samples_copy, port=free_port())
    workspace = Workspace(settings)
    head = (
        "POST /api/v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 45000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with (
        running(settings, workspace),
        workspace.changing(),
        socket.create_connection(("127.0.0.1", settings.port), timeout=60) as sent,
    ):
        sent.sendall(head.encode())
        assert sent.recv(12) == b"HTTP/1.1 409"


def test_while_a_new_index_is_loaded_the_old_one_answers(
    samples_copy: Path, loaded_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(Settings(data_dir=samples_copy))
    old = workspace.index()
    assert old
    other = Workspace(Settings(data_dir=samples_copy))
    other.delete(next(iter(old.documents)))
    loading, go_on = Event(), Event()
    load = workspace.store.load

    def slow_load() -> Generation | None:
        loading.set()
        assert go_on.wait(60)
        return load()

    monkeypatch.setattr(workspace.store, "load", slow_load)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(workspace.index)
        assert loading.wait(60)
        assert workspace.index() is old
        go_on.set()
        new = first.result()
    assert new
    assert len(new.documents) == len(old.documents) - 1
    assert workspace.index() is new
