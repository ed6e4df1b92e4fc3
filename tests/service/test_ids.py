"""Ids are whole digests; their first digits, as older clients and conversations have them, do."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.library.progress import SourceFile
from service.settings import Settings
from service.workspace import Workspace
from tests.alike import ALIKE, SAME
from tests.conftest import copy_data, data_dir_at, serving
from tests.old_data import make_old
from tests.service.test_mcp import posted

QUESTION = "氢能产业由哪个单位牵头？"
PLAN = "清江市氢能产业方案\n一、工作\n氢能产业工作由市能源局牵头，市财政局配合。\n"
API = "/api/v1"


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, loaded_once: None
) -> Workspace:
    """Papers as an earlier version stored them, and two whose ids begin alike."""
    workspace = Workspace(
        Settings(data_dir=data_dir_at(tmp_path_factory.mktemp("ids") / "data", models_dir))
    )
    workspace.add(
        [
            SourceFile(f"{n}.txt", "", text.encode)
            for n, text in enumerate((PLAN, PLAN.replace("清江市", "河源市"), *ALIKE))
        ]
    )
    make_old(workspace.store.data_dir)
    return workspace


@pytest.fixture(scope="module")
def plan(stocked: Workspace) -> str:
    """The id of the plan."""
    return stocked.store.documents()[0].id


def test_a_paper_opens_by_its_id_and_by_the_first_digits(untouched: TestClient, plan: str) -> None:
    assert len(plan) == 64
    for name in (plan, plan[:12], plan[:40]):
        assert untouched.get(f"{API}/documents/{name}").json()["id"] == plan
        assert untouched.get(f"{API}/documents/{name}/text").json()["text"].startswith("清江市")
        assert untouched.get(f"{API}/documents/{name}/file").content == PLAN.encode()
    for name in (plan[:11], plan[:12].upper(), plan + "0", f"{plan[:12]}-0"):
        response = untouched.get(f"{API}/documents/{name}")
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "document_not_found"


def test_papers_to_look_in_are_named_by_the_first_digits(untouched: TestClient, plan: str) -> None:
    ids = [plan[:12]]
    answer = untouched.post(f"{API}/answer", json={"question": QUESTION, "document_ids": ids})
    assert {each["document_id"] for each in answer.json()["citations"]} == {plan}
    found = untouched.post(f"{API}/search", json={"question": QUESTION, "document_ids": ids}).json()
    assert {each["document_id"] for each in found["results"]} == {plan}
    assert {each["passage_id"].partition("-")[0] for each in found["results"]} == {plan}
    duties = untouched.get(f"{API}/responsibilities", params={"document_id": ids}).json()
    assert {each["document_id"] for each in duties["responsibilities"]} == {plan}
    said = {"model": "cewen", "messages": [{"role": "user", "content": QUESTION}]}
    [choice] = untouched.post("/v1/chat/completions", json=said | {"document_ids": ids}).json()[
        "choices"
    ]
    assert {each["document_id"] for each in choice["message"]["annotations"]} == {plan}


def called(client: TestClient, tool: str, **arguments: object) -> Any:
    return posted(client, "tools/call", {"name": tool, "arguments": arguments}).json()["result"]


def test_a_host_goes_on_with_the_ids_it_has(untouched: TestClient, plan: str) -> None:
    found = called(untouched, "search", query=QUESTION, document_ids=[plan[:12]])
    results = found["structuredContent"]["results"]
    assert {each["document_id"] for each in results} == {plan}
    for each in results:
        position = each["id"].partition("-")[2]
        passage = called(untouched, "fetch", id=f"{plan[:12]}-{position}")["structuredContent"]
        assert (passage["text"], passage["metadata"]["document_id"]) == (each["text"], plan)
    whole = called(untouched, "fetch", id=plan[:12])["structuredContent"]
    assert (whole["text"], whole["metadata"]["document_id"]) == (PLAN.rstrip(), plan)
    for unknown in (f"{plan[:12]}-99", f"{plan[:12]}-", f"{plan[:11]}-0", f"-{plan}"):
        result = called(untouched, "fetch", id=unknown)
        assert result["isError"]
        assert f"没有编号为 {unknown} 的文件或段落" in result["content"][0]["text"]


def test_digits_that_several_papers_begin_with_are_an_error(
    untouched: TestClient, stocked: Workspace
) -> None:
    alike = [paper.id for paper in stocked.store.documents() if paper.id.startswith(SAME)]
    limited = {"question": QUESTION, "document_ids": [SAME]}
    paper = f"{API}/documents/{SAME}"
    for response in (
        untouched.get(paper),
        untouched.get(f"{paper}/text"),
        untouched.get(f"{paper}/file"),
        untouched.patch(paper, json={"title": "题"}),
        untouched.delete(paper),
        untouched.post(f"{paper}/reread"),
        untouched.post(f"{API}/answer", json=limited),
        untouched.post(f"{API}/search", json=limited),
        untouched.get(f"{API}/responsibilities", params={"document_id": SAME}),
        untouched.get(f"{API}/responsibilities/export", params={"document_id": SAME}),
    ):
        assert response.status_code == 422
        error = response.json()["error"]
        assert error["code"] == "document_ambiguous"
        assert f"编号以 {SAME} 开头的文件有 2 份" in error["message"]
        assert all(each in error["message"] for each in alike)
    told = untouched.post(f"{API}/answer", json=limited | {"stream": True}).text
    assert "event: error" in told and "document_ambiguous" in told
    said = {"model": "cewen", "messages": [{"role": "user", "content": QUESTION}]}
    refused = untouched.post("/v1/chat/completions", json=said | {"document_ids": [SAME]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "document_ambiguous")
    for name in (SAME, f"{SAME}-0"):
        result = called(untouched, "fetch", id=name)
        assert result["isError"] and "的文件有 2 份" in result["content"][0]["text"]
    assert {untouched.get(f"{API}/documents/{each[:13]}").json()["id"] for each in alike} == {
        *alike
    }


def test_a_kept_conversation_still_opens_its_source(
    stocked: Workspace, tmp_path: Path, plan: str
) -> None:
    """Also one that an earlier version kept, with ids of 12 digits."""
    settings = Settings(data_dir=copy_data(stocked.store.data_dir, tmp_path / "data"))
    with serving(settings, Workspace(settings)) as client:
        begun = client.post(f"{API}/conversations", json={}).json()["id"]
        asked = {"question": QUESTION, "conversation_id": begun, "document_ids": [plan]}
        client.post(f"{API}/answer", json=asked)
        with closing(sqlite3.connect(settings.data_dir / "conversations.db")) as kept, kept:
            for column in ("answer", "document_ids"):
                kept.execute(
                    f"UPDATE exchanges SET {column} = replace({column}, ?, ?)", (plan, plan[:12])
                )
        [exchange] = client.get(f"{API}/conversations/{begun}").json()["exchanges"]
        assert plan not in json.dumps(exchange)
        for citation in exchange["answer"]["citations"]:
            text = client.get(f"{API}/documents/{citation['document_id']}/text").json()["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
        for form in ("markdown", "word"):
            assert client.get(f"{API}/conversations/{begun}/export?format={form}").content
        again = asked | {"question": "配合单位是哪个？", "document_ids": exchange["document_ids"]}
        answer = client.post(f"{API}/answer", json=again).json()
        assert {each["document_id"] for each in answer["citations"]} == {plan}


def test_the_command_line_takes_digits_and_shows_as_few_as_it_can(
    stocked: Workspace, tmp_path: Path, plan: str, cewen: Callable[..., Any]
) -> None:
    data = copy_data(stocked.store.data_dir, tmp_path / "data")
    alike = [paper.id for paper in stocked.store.documents() if paper.id.startswith(SAME)]
    ran = cewen("delete", SAME, "--data-dir", data)
    assert ran.code == 2
    shown = f"{alike[0][:13]}（2.txt）、{alike[1][:13]}（3.txt）；请用编号指明要删除哪一份"
    assert f"有 2 份文件叫“{SAME}”：{shown}" in ran.err
    ran = cewen("delete", plan[:11], "--data-dir", data)
    assert (ran.code, "库中没有叫" in ran.err) == (2, True)
    ran = cewen("delete", alike[0][:13], plan[:12], "--data-dir", data)
    assert (ran.code, ran.err) == (0, "已删除  2.txt\n已删除  0.txt\n")
    assert len(Workspace(Settings(data_dir=data)).store.documents()) == 2
