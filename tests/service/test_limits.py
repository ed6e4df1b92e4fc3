"""Bounds on what a request may bring: bytes, seconds, turns, papers; and on the work it makes."""

import http.client
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from index.search.search import Index
from service.app import limits
from service.app.limits import BodyLimits
from service.assistant import Assistant
from service.question.followup import TURNS, recent
from service.schemas import Turn
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.web.own_service import running

ANSWER, CHAT = "/api/v1/answer", "/v1/chat/completions"
JSON = {"content-type": "application/json"}
MEGABYTE = 1_000_000
TURN = {"role": "user", "content": "什么是链长制？"}
QUESTION = "泽川市氢能产业由哪个单位牵头？"


def error_of(response: Any, status: int) -> dict[str, str]:
    assert response.status_code == status, response.text
    error: dict[str, str] = response.json()["error"]
    return error


def parts(size: int) -> Iterator[bytes]:
    """A question of ``size`` characters that says nothing of its length beforehand."""
    yield b'{"model": "cewen", "question": "'
    for _ in range(size // 100_000):
        yield b"a" * 100_000
    yield b'"}'


@pytest.mark.parametrize(
    ("path", "most"), [(ANSWER, 1), ("/api/v1/search", 1), ("/mcp", 1), (CHAT, 4)]
)
def test_a_body_that_is_too_large_is_refused(client: TestClient, path: str, most: int) -> None:
    whole = b"".join(parts((most + 1) * MEGABYTE))
    for content in (whole, parts((most + 1) * MEGABYTE)):
        headers = {**JSON, "accept": "application/json, text/event-stream"}
        refused = client.post(path, content=content, headers=headers)
        error = error_of(refused, 413)
        assert error["code"] == "too_large"
        assert f"{most} MB" in error["message"]
        assert refused.headers["X-Request-ID"]
        assert ("param" in error) == (path == CHAT)
    assert client.post(path, content=whole[: most * MEGABYTE], headers=JSON).status_code != 413


def test_no_more_is_read_of_a_body_that_is_too_large(server_url: str) -> None:
    """The refusal comes though a part of the body never does."""
    host, port = server_url.removeprefix("http://").split(":")
    for said in (b"Content-Length: 150000000", b"Transfer-Encoding: chunked"):
        with socket.create_connection((host, int(port)), timeout=60) as sent:
            head = b"POST /api/v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            sent.sendall(head + b"Content-Type: application/json\r\n" + said + b"\r\n\r\n")
            if b"chunked" in said:
                sent.sendall(b"%x\r\n" % (2 * MEGABYTE) + b" " * (2 * MEGABYTE))
            answer = http.client.HTTPResponse(sent)
            answer.begin()
            assert answer.status == 413
            assert json.loads(answer.read())["error"]["code"] == "too_large"


def test_files_are_bounded_together(samples_copy: Path, loaded_once: None) -> None:
    settings = Settings(data_dir=samples_copy, upload_megabytes=1)
    with running(settings.model_copy(update={"port": free_port()}), Workspace(settings)) as url:
        host, port = url.removeprefix("http://").split(":")
        sent = http.client.HTTPConnection(host, int(port), timeout=60)
        sent.request("POST", "/api/v1/documents", headers={"Content-Length": "11000000"})
        answer = sent.getresponse()
        assert answer.status == 413
        assert "10 MB" in json.loads(answer.read())["error"]["message"]
        sent.close()


def test_files_stay_on_the_disk_until_they_are_read(samples_copy: Path, loaded_once: None) -> None:
    """Some are read ahead, the rest waits there."""
    count, size = 90, 3 * MEGABYTE // 2
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="%d.bin"\r\n\r\n'
    body = [part for n in range(count) for part in (head % n, b"%d" % n, bytes(size), b"\r\n")]
    body.append(b"--x--\r\n")
    length = str(sum(map(len, body)))
    settings = Settings(data_dir=samples_copy, port=free_port())
    workspace = Workspace(settings)
    workspace.index()  # what loading it takes is another matter
    with running(settings, workspace):
        sent = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=300)
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": length}
        tracemalloc.start()
        sent.request("POST", "/api/v1/documents", iter(body), headers)
        answer = sent.getresponse()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert answer.status == 200
        assert len(json.loads(answer.read())["files"]) == count
        sent.close()
    assert peak < count * size / 2


def test_too_many_files_are_refused(client: TestClient) -> None:
    files = [("files", (f"{number}.txt", b"x")) for number in range(101)]
    error = error_of(client.post("/api/v1/documents", files=files), 413)
    assert "100 份" in error["message"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"history": [TURN] * 101}, "body.history：太多，有 101 项，上限 100 项"),
        ({"document_ids": ["0" * 64] * 1001}, "body.document_ids：太多，有 1001 项，上限 1000 项"),
        ({"document_ids": ["0" * 65]}, "body.document_ids.0：太长，有 65 个字，上限 64 个字"),
        ({"conversation_id": "0" * 33}, "body.conversation_id：太长，有 33 个字，上限 32 个字"),
        ({"document_ids": [1] * 400_000}, "body.document_ids.0：应为字符串"),
        ({"history": [{}] * 300_000}, "body.history.0.role：缺少这一项"),
        ({f"x{number}": 1 for number in range(60_000)}, "body：项目太多，有 60001 个"),
        ({f"x{number}": 1 for number in range(60)}, "body.x4：不认识这一项；另有 55 处"),
        ({"x" * 500_000: 1}, f"body.{'x' * 100}：不认识这一项"),
    ],
)
def test_what_is_too_much_is_named_and_costs_little(
    client: TestClient, more: dict[str, object], said: str
) -> None:
    busy = time.process_time()
    error = error_of(client.post(ANSWER, json={"question": QUESTION, **more}), 422)
    assert time.process_time() - busy < 2
    assert said in error["message"]
    assert len(error["message"]) < 500


def test_the_address_is_bounded_too(client: TestClient) -> None:
    asked = "&".join(["document_id=0"] * 1001)
    error = error_of(client.get(f"/api/v1/responsibilities?{asked}"), 422)
    assert "query.document_id：太多，有 1001 项，上限 1000 项" in error["message"]


def test_many_papers_may_be_named_in_an_address(server_url: str) -> None:
    host, port = server_url.removeprefix("http://").split(":")
    sent = http.client.HTTPConnection(host, int(port), timeout=60)
    asked = "&".join(["document_id=" + "0" * 64] * 1000)
    sent.request("GET", f"/api/v1/responsibilities?{asked}")
    assert json.loads(sent.getresponse().read()) == {"responsibilities": []}
    sent.close()


def conversation(turns: int, said: str = "什么是链长制？") -> list[dict[str, str]]:
    """So many messages, an earlier question last but one."""
    told = [{"role": "user", "content": said}, {"role": "assistant", "content": "是一种机制。"}]
    asked = {"role": "user", "content": "泽川市氢能产业到2030年产值达到多少？"}
    return [*told * (turns // 2), asked, {"role": "assistant", "content": "500亿元。"}]


def test_a_client_may_send_a_long_conversation_again_and_again(client: TestClient) -> None:
    def chat(turns: int) -> str:
        messages = [*conversation(turns), {"role": "user", "content": "那2035年呢？"}]
        answered = client.post(CHAT, json={"model": "cewen", "messages": messages})
        assert answered.status_code == 200, answered.text
        return str(answered.json()["choices"][0]["message"]["content"])

    assert "1000亿元" in chat(0)
    assert chat(2000) == chat(0)


def test_a_thousand_long_turns_cost_no_more_than_the_last(samples_workspace: Workspace) -> None:
    assistant = Assistant(samples_workspace.index)
    history = [Turn.model_validate(turn) for turn in conversation(1000, "产业园由谁负责？" * 50)]
    assistant.search("那2035年呢？", 1, history[:2])  # what is built once
    busy = time.process_time()
    long = assistant.answer("那2035年呢？", history)
    assert time.process_time() - busy < 2
    assert long.answer == assistant.answer("那2035年呢？", history[-2:]).answer


def test_a_follow_up_leans_on_the_end_of_a_conversation() -> None:
    turns = [Turn(role=role, content="问" * 3000) for role in ("user", "assistant")] * 50
    kept = recent(turns)
    assert len(kept) == 2 * TURNS
    assert [len(turn.content) for turn in kept[:2]] == [500, 3000]
    assert recent(turns[:2])[1:] == turns[1:2]


def test_a_search_that_nobody_waits_for_is_given_up(
    samples_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked = Index.search, []

    def slow(self: Index, question: str, *more: Any) -> Any:
        asked.append(question)
        time.sleep(0.3)
        return whole(self, question, *more)

    monkeypatch.setattr(Index, "search", slow)
    settings = Settings(data_dir=samples_workspace.store.data_dir, port=free_port())
    question = "、".join(f"泽川市第{number}产业园由谁牵头" for number in range(6))
    with running(settings, samples_workspace):
        for path, most in ((ANSWER, 2), (CHAT, 2)):
            asked.clear()
            messages = [{"role": "user", "content": question}]
            body = {"model": "cewen", "messages": messages, "question": question}
            text = json.dumps(body if path == CHAT else {"question": question}).encode()
            with socket.create_connection(("127.0.0.1", settings.port), timeout=60) as sent:
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(text)}\r\n"
                sent.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + text)
                while not asked:
                    time.sleep(0.01)
            time.sleep(2)
            assert len(asked) <= most


END = [(0.0, 0), (0.0, 0)]


async def sink(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the whole body, and then waits for its client to go."""
    while (message := await receive())["type"] == "http.request":
        if not message.get("more_body"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"whole"})


def sent_slowly(pauses: list[tuple[float, int]], path: str = ANSWER) -> list[Message]:
    """What is answered to a body whose parts of some bytes come after some seconds each."""
    answered: list[Message] = []

    whole = False

    async def receive() -> Message:
        nonlocal whole
        pause, size = pauses.pop(0)
        await anyio.sleep(pause)
        if whole:
            return {"type": "http.disconnect"}
        whole = not size
        return {"type": "http.request", "body": b" " * size, "more_body": not whole}

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {"type": "http", "path": path, "headers": [], "state": {"request_id": "1"}}
    anyio.run(BodyLimits(sink, upload_megabytes=50), scope, receive, send)
    return answered


def status_of(answered: list[Message]) -> int:
    return int(answered[0]["status"])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_SILENCE_SECONDS", 1.0)


@pytest.mark.parametrize(
    ("pauses", "status"),
    [
        ([(3.0, 10)], 408),
        ([(0.0, 10), (3.0, 10)], 408),
        ([(0.1, 10)] * 20, 408),
        ([(0.1, 20_000)] * 20 + END, 200),
        ([(0.0, 900_000), (3.0, 10)], 408),
        ([(0.0, 900_000)] + [(0.3, 10)] * 5 + END, 200),
        # Once the body is there, its answer may take as long as it takes.
        ([(0.0, 10), (0.0, 0), (3.0, 0)], 200),
    ],
    ids=["silent", "half", "trickle", "slow line", "halted", "halting", "long answer"],
)
def test_a_body_has_to_come(impatient: None, pauses: list[tuple[float, int]], status: int) -> None:
    answered = sent_slowly(list(pauses))
    assert status_of(answered) == status
    if status == 408:
        error = json.loads(answered[1]["body"])["error"]
        assert error["code"] == "too_slow"
        assert error["request_id"] == "1"
    assert len(answered) == 2
