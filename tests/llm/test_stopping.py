"""Over HTTP, as ``cewen serve`` does: events as they come, and a request that is stopped."""

import json
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from service.app.main import create_app
from service.llm.writer import open_writer
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.llm.conftest import settings_for
from tests.llm.lying_server import Behaviour, Exchange, LyingServer, endless, slow, writes
from tests.llm.wordings import GOOD, QUESTIONS

QUESTION = QUESTIONS[2]
LONG = endless("氢能产业")


@pytest.fixture(scope="module")
def url(server: LyingServer, samples_workspace: Workspace) -> Iterator[str]:
    """The service with the scripted model, on a port of its own."""
    settings = Settings(data_dir=samples_workspace.store.data_dir)
    writer = open_writer(settings_for(server, llm_concurrency=2))
    port = free_port()
    app = create_app(settings, samples_workspace, writer)
    service = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=service.run)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while not _ready(address):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield f"{address}/api/v1/answer"
    service.should_exit = True
    thread.join()


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def ask(url: str, **more: object) -> dict[str, object]:
    response = httpx.post(url, json={"question": QUESTION, **more}, timeout=30)
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def test_events_come_as_the_model_writes(url: str, liar: LyingServer) -> None:
    finishing = threading.Event()

    def behave(exchange: Exchange) -> None:
        exchange.begin()
        exchange.say(f"{GOOD[QUESTION]}[1]")
        exchange.say("补贴4711万元。[1]")
        exchange.say("完")
        finishing.wait(10)
        exchange.end()

    liar.does = behave
    heard: list[tuple[str, dict[str, object]]] = []
    asked = {"question": QUESTION, "stream": True}
    with httpx.stream("POST", url, json=asked, timeout=30) as response:
        name = ""
        for line in response.iter_lines():
            field, _, value = line.partition(": ")
            name = value if field == "event" else name
            if field == "data":
                heard.append((name, json.loads(value)))
                if name == "delta" and not finishing.is_set():
                    assert heard[-1][1]["text"] == GOOD[QUESTION]
                    finishing.set()
    names = [name for name, _ in heard]
    assert names[:3] == ["status", "citation", "status"]
    assert names[-1] == "done"
    done = heard[-1][1]
    assert [data for name, data in heard if name == "delta"] == done["sentences"]
    false = [data for name, data in heard if name == "delta" and "4711" in str(data["text"])]
    assert [data["supported"] for data in false] == [False]
    assert "4711" not in str(done["answer"])


def test_the_first_event_comes_at_once(url: str, liar: LyingServer) -> None:
    liar.does = slow(3)
    taken = []
    with httpx.Client() as client:
        for _ in range(3):
            started = time.monotonic()
            asked = {"question": QUESTION, "stream": True}
            with client.stream("POST", url, json=asked) as response:
                next(response.iter_lines())
                taken.append(time.monotonic() - started)
    assert min(taken) < 0.1


@pytest.mark.parametrize("behaviour", [LONG, slow(30)], ids=["endless", "slow"])
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
def test_who_hangs_up_stops_the_model(
    url: str, liar: LyingServer, behaviour: Behaviour, stream: bool
) -> None:
    for place in range(4):  # more than there are turns, and than the breaker bears
        liar.reset()
        liar.does = behaviour
        asked = {"question": QUESTION, "stream": stream}
        with (
            httpx.Client(timeout=httpx.Timeout(5, read=1)) as client,
            pytest.raises(httpx.ReadTimeout),
            client.stream("POST", url, json=asked) as response,
        ):
            lines = response.iter_lines()
            while "writing" not in next(lines):
                pass
            _wait_until_asked(liar)
            raise httpx.ReadTimeout("the reader has had enough")
        assert liar.left_within(1), place
    liar.does = writes(f"{GOOD[QUESTION]}[1]")
    assert ask(url)["notice"] == ""


def _wait_until_asked(liar: LyingServer) -> None:
    deadline = time.monotonic() + 5
    while not liar.asked:
        assert time.monotonic() < deadline
        time.sleep(0.01)
