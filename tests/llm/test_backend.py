"""One model in use: turns, the breaker, and what a reader who leaves does to them."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from service.llm import backend as module
from service.llm.backend import Backend, BackendError
from service.llm.breaker import Breaker
from service.llm.chat import open_chat_model
from tests.llm.conftest import settings_for
from tests.llm.lying_server import Behaviour, Exchange, LyingServer, endless, fails, slow, writes

ASKED = [HumanMessage("问题")]
Opens = Callable[..., Backend]


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(liar: LyingServer, clock: Clock) -> Opens:
    """A backend over the scripted server, whose breaker pauses for 30 seconds of the clock."""

    def make(**bounds: Any) -> Backend:
        breaker = Breaker(failures=3, pause=30, clock=clock)
        return Backend(
            open_chat_model(settings_for(liar)), "openai", "m", breaker=breaker, **bounds
        )

    return make


async def whole(backend: Backend) -> str:
    return "".join([piece async for piece in backend.stream(ASKED)])


async def refused(backend: Backend) -> str:
    with pytest.raises(BackendError) as caught:
        await whole(backend)
    return str(caught.value)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_through_after_a_pause(
    clock: Clock,
) -> None:
    breaker = Breaker(failures=3, pause=30, clock=clock)
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    clock.now += 29
    assert not breaker.allows()
    clock.now += 2
    assert breaker.allows()
    assert not breaker.allows()
    breaker.failed()
    clock.now += 29
    assert not breaker.allows()
    clock.now += 2
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_model_that_comes_back_is_used_again(
    liar: LyingServer, opened: Opens, clock: Clock
) -> None:
    async def work() -> None:
        backend = opened()
        liar.does = fails(500)
        for _ in range(3):
            assert "HTTP 500" in await refused(backend)
        assert "接连出错" in await refused(backend)
        liar.does = writes("好")
        assert "接连出错" in await refused(backend)
        clock.now += 31
        assert await whole(backend) == "好"
        assert await whole(backend) == "好"

    run(work())
    assert len(liar.asked) == 5


@pytest.mark.parametrize(
    ("behaviour", "said"), [(fails(400), "HTTP 400"), (writes(""), "什么也没有写")], ids=[400, ""]
)
def test_a_fault_of_one_question_is_no_fault_of_the_model(
    liar: LyingServer, opened: Opens, behaviour: Behaviour, said: str
) -> None:
    async def work() -> None:
        backend = opened()
        liar.does = behaviour
        for _ in range(5):
            assert said in await refused(backend)
        liar.does = writes("好")
        assert await whole(backend) == "好"

    run(work())


def test_no_more_than_its_turns_at_once(
    liar: LyingServer, opened: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    at_once: list[int] = []
    running: set[Exchange] = set()

    def behave(exchange: Exchange) -> None:
        running.add(exchange)
        at_once.append(len(running))
        exchange.gone_within(0.1)
        running.remove(exchange)
        exchange.write("好")

    async def work() -> None:
        backend = opened(concurrency=2)
        assert await asyncio.gather(*(whole(backend) for _ in range(4))) == ["好"] * 4
        liar.does = slow(20)
        holding = [asyncio.create_task(whole(backend)) for _ in range(2)]
        await asyncio.sleep(0.2)
        assert await refused(backend) == "语言模型正忙"
        for each in holding:
            each.cancel()
        await asyncio.gather(*holding, return_exceptions=True)
        liar.does = writes("好")
        assert await asyncio.gather(*(whole(backend) for _ in range(2))) == ["好"] * 2

    liar.does = behave
    run(work())
    assert max(at_once) == 2


async def _leave(backend: Backend) -> None:
    """Read one piece and go."""
    async with aclosing(backend.stream(ASKED)) as pieces:
        await anext(pieces)


async def _be_cancelled(backend: Backend) -> None:
    """Wait for an answer and be cancelled."""
    waiting = asyncio.create_task(whole(backend))
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize(
    ("behaviour", "go"),
    [(endless("好"), _leave), (slow(20), _be_cancelled)],
    ids=["leaves", "cancelled"],
)
def test_a_reader_who_goes_stops_the_model_and_is_no_failure_of_it(
    liar: LyingServer, opened: Opens, behaviour: Any, go: Any
) -> None:
    async def work() -> None:
        backend = opened(concurrency=1)
        liar.does = behaviour
        for place in range(4):
            await go(backend)
            while len(liar.left_at) <= place:
                await asyncio.sleep(0.01)
        liar.does = writes("好")
        assert await whole(backend) == "好"

    run(asyncio.wait_for(work(), 10))


def test_a_model_heard_in_part_after_a_pause_is_well_again(
    liar: LyingServer, opened: Opens, clock: Clock
) -> None:
    async def work() -> None:
        backend = opened()
        liar.does = fails(500)
        for _ in range(3):
            await refused(backend)
        clock.now += 31
        liar.does = endless("好")
        await _leave(backend)
        liar.does = writes("好")
        assert await whole(backend) == "好"

    run(work())


def test_the_deadline_does_not_cut_short_what_the_reader_does(
    liar: LyingServer, opened: Opens
) -> None:
    async def work() -> None:
        backend = opened(timeout=0.5)
        liar.does = endless("好")
        pieces = backend.stream(ASKED)
        assert await anext(pieces) == "好"
        await asyncio.sleep(1)  # slower than the deadline, and not the model's fault
        with pytest.raises(BackendError, match="没有及时回答"):
            async for _ in pieces:
                pass

    run(work())
