"""A scripted language model, and assistants that use it over the sample papers."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

import pytest

from service.assistant import Assistant
from service.events import Event
from service.llm.writer import open_writer
from service.settings import Settings
from service.workspace import Workspace
from tests.llm.lying_server import LyingServer, lying


@pytest.fixture(scope="session")
def server() -> Iterator[LyingServer]:
    with lying() as server:
        yield server


@pytest.fixture
def liar(server: LyingServer) -> LyingServer:
    """The scripted server, without memory of the tests before."""
    server.reset()
    return server


def settings_for(liar: LyingServer, **more: object) -> Settings:
    """Settings that have the scripted server word the answers."""
    given = {"llm_backend": "openai", "llm_base_url": liar.url, "llm_model": "m", **more}
    return Settings(**{"llm_retries": 0, "llm_timeout": 20, **given})


@pytest.fixture
def assistant(liar: LyingServer, samples_workspace: Workspace) -> Assistant:
    return Assistant(samples_workspace.index, open_writer(settings_for(liar)))


@pytest.fixture(scope="session")
def plain(samples_workspace: Workspace) -> Assistant:
    """The same without a language model."""
    return Assistant(samples_workspace.index)


def heard(events: AsyncGenerator[Event]) -> list[Event]:
    """All events of one answer."""

    async def listen() -> list[Event]:
        return [event async for event in events]

    return asyncio.run(listen())
