"""The client that integrators copy, against the service."""

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest

from service.assistant import Assistant
from service.workspace import Workspace
from tests.conftest import ROOT, free_port

CLIENT = ROOT / "docs" / "examples" / "cewen_client.py"
QUESTION = "泽川市氢能产业由哪个单位牵头？"


@pytest.fixture(scope="module")
def cewen_client() -> Iterator[ModuleType]:
    """The client, importable by the name that the examples use."""
    spec = importlib.util.spec_from_file_location(CLIENT.stem, CLIENT)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[CLIENT.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[CLIENT.stem]


@pytest.fixture
def cewen(cewen_client: ModuleType, server_url: str) -> Iterator[Any]:
    with cewen_client.Cewen(server_url) as connected:
        yield connected


def test_the_client_asks(cewen: Any, samples_workspace: Workspace) -> None:
    answer = cewen.ask(QUESTION)
    expected = Assistant(samples_workspace.index).answer(QUESTION)
    assert answer.found
    assert answer.answer == expected.answer
    assert answer.citations[0].quote == expected.citations[0].quote
    assert answer.citations[0].section == expected.citations[0].section
    assert answer.sentences[0].citations == expected.sentences[0].citations
    assert answer.request_id
    silent = cewen.ask("泽川市2030年地铁里程是多少？")
    assert not silent.found
    assert silent.nearest


def test_the_client_streams_what_it_would_have_been_told(cewen: Any, cewen_client: Any) -> None:
    events = list(cewen.stream(QUESTION))
    *before, answer = events
    assert [each for each in before if isinstance(each, cewen_client.Citation)] == [
        *answer.citations
    ]
    assert [each for each in before if isinstance(each, cewen_client.Sentence)] == [
        *answer.sentences
    ]
    assert answer.answer == cewen.ask(QUESTION).answer


def test_the_client_asks_on_and_searches_some_papers(cewen: Any) -> None:
    earlier = ("泽川市氢能产业到2030年产值达到多少？", "不详")
    followed = cewen.ask("那2035年呢？", history=[earlier])
    assert "1000亿元" in followed.answer
    paper = followed.citations[0].document_id
    found = cewen.search("产值", k=2, document_ids=[paper])
    assert [each.document_id for each in found] == [paper, paper]


def test_what_the_service_refuses_is_an_exception(cewen: Any, cewen_client: Any) -> None:
    for refused in (lambda: cewen.ask(" "), lambda: list(cewen.stream(" "))):
        with pytest.raises(cewen_client.CewenError, match="请输入要问的内容") as caught:
            refused()
        assert (caught.value.status, caught.value.code) == (422, "question_empty")
        assert caught.value.request_id


def test_nobody_listening_is_an_exception(cewen_client: Any) -> None:
    nobody = cewen_client.Cewen(f"http://127.0.0.1:{free_port()}")
    with nobody, pytest.raises(httpx.TransportError):
        nobody.ask(QUESTION)
