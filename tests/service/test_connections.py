"""Connections that bring no request, half of one, or very many; and those that take their time."""

import json
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import psutil
import pytest

from service.answer import pipeline as finding
from service.app import connections
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.web.own_service import running

HEAD = b"POST /api/v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
HALVES = {"nothing": b"", "half a head": HEAD, "half a body": HEAD + b"\r\n{"}
QUESTION = {"question": "泽川市氢能产业由哪个单位牵头？"}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 20)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)


@pytest.fixture
def port(samples_workspace: Workspace) -> Iterator[int]:
    """Where the service runs, as ``cewen serve`` runs it."""
    settings = Settings(data_dir=samples_workspace.store.data_dir, port=free_port())
    with running(settings, samples_workspace):
        yield settings.port


def connected(port: int, sent: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=60)
    made.sendall(sent)
    return made


def is_closed(held: socket.socket, seconds: float) -> bool:
    """Whether the other side closes within so many seconds."""
    held.settimeout(seconds)
    try:
        while held.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def ask(port: int) -> dict[str, Any]:
    found = httpx.post(f"http://127.0.0.1:{port}/api/v1/answer", json=QUESTION, timeout=60)
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_very_many_that_wait_give_way_to_one_that_asks(few: None, port: int, sent: bytes) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(connected(port, sent)) for _ in range(100)]
        assert ask(port)["status"] == "answered"
        # The oldest are gone, the youngest not.
        assert is_closed(held[0], 30)
        assert not is_closed(held[-1], 0.1)


@pytest.mark.parametrize("sent", list(HALVES.values())[:2], ids=list(HALVES)[:2])
def test_a_head_has_to_come(brief: None, port: int, sent: bytes) -> None:
    with connected(port, sent) as held:
        assert is_closed(held, 30)


def test_a_trickle_is_no_head(brief: None, port: int) -> None:
    with connected(port, HEAD) as held:
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < began + 30:
                held.sendall(b"X-More: 1\r\n")
                time.sleep(0.1)


def test_the_next_head_has_to_come_too(brief: None, port: int) -> None:
    with connected(port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /") as held:
        assert held.recv(15) == b"HTTP/1.1 200 OK"
        assert is_closed(held, 30)


def test_what_is_sent_after_a_refusal_is_not_read_for_ever(brief: None, port: int) -> None:
    head = b"POST /api/v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000000\r\n\r\n"
    with connected(port, head) as held:
        assert held.recv(12) == b"HTTP/1.1 413"
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < began + 30:
                held.sendall(bytes(10_000))
                time.sleep(0.05)


def test_one_that_is_answered_is_let_be(
    few: None, brief: None, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[..., Any] = finding._look_up

    def slowly(*arguments: Any) -> Any:
        time.sleep(3)
        return whole(*arguments)

    monkeypatch.setattr(finding, "_look_up", slowly)
    body = json.dumps({**QUESTION, "stream": True}).encode()
    head = b"POST /api/v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with ExitStack() as stack:
        asked = stack.enter_context(
            connected(port, head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        )
        assert asked.recv(15) == b"HTTP/1.1 200 OK"
        for _ in range(60):
            stack.enter_context(connected(port, b""))
        said = b""
        while b"event: done" not in said and (more := asked.recv(65536)):
            said += more
        assert b"event: done" in said


def test_a_slow_reader_gets_all(
    brief: None, port: int, samples_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = bytes(30_000_000)  # more than the system itself keeps for one who does not read
    monkeypatch.setattr(samples_workspace, "original", lambda paper: large)
    paper, *_ = samples_workspace.store.documents()
    request = f"GET /api/v1/documents/{paper.id}/file HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with connected(port, request.encode()) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        read = 0
        while read < len(large) and (more := slow.recv(1_000_000, socket.MSG_WAITALL)):
            read += len(more)
            time.sleep(0.1)
        assert read >= len(large)


HOLD = """
import socket, sys
held = []
for _ in range(1300):
    held.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60))
    held[-1].sendall(sys.argv[2].encode())
print("held", flush=True)
sys.stdin.read()
"""


def test_1300_halves_of_requests(server_url: str) -> None:
    """What ``cewen serve`` may open by default is less than they are."""
    port = int(server_url.rpartition(":")[2])
    [server] = [
        each
        for each in psutil.Process().children(recursive=True)
        if any(found.laddr.port == port for found in each.net_connections() if not found.raddr)
    ]
    _, most = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (1024, most))
    ask(port)
    command = [sys.executable, "-c", HOLD, str(port), HEAD.decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        busy = sum(server.cpu_times()[:2])
        assert ask(port)["status"] == "answered"
        assert sum(server.cpu_times()[:2]) - busy < 3
        deadline = time.monotonic() + 60
        while server.num_fds() > 100:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        holder.communicate()
