"""A real, very small model behind llama.cpp: in this process, and on a server of its own."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.assistant import Assistant
from service.llm.chat import open_backend
from service.llm.writer import open_writer
from service.schemas import Answer
from service.settings import Settings, SettingsError
from service.workspace import Workspace
from tests.conftest import ROOT
from tests.llm.conftest import heard
from tests.llm.wordings import QUESTIONS

_BOUNDS = {"llm_timeout": 300, "llm_max_tokens": 40, "llm_passages": 2, "llm_retries": 0}
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
# A server as an administrator would start it; prints its address and serves until it is killed.
_SERVER = """
import os, sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.cpuparams.n_threads = len(os.sched_getaffinity(0))
params.model.path, params.n_ctx, params.verbosity = sys.argv[1], 4096, -1
params.api_keys = ["sk-house"]
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
time.sleep(3600)
"""
_ONE_QUESTION = """
from service.llm.chat import open_backend
from service.settings import Settings
from langchain_core.messages import HumanMessage
import asyncio, sys
async def ask(backend):
    asked = "氢能产业由甲局牵头。问题：氢能产业由哪个单位牵头？请用一句话回答。"
    async for piece in backend.stream([HumanMessage(asked)]):
        return piece
settings = Settings(llm_backend="llama", llm_model=sys.argv[1], llm_max_tokens=16)
asyncio.run(ask(open_backend(settings)))
print("asked", flush=True)
"""


@pytest.fixture(scope="module")
def house_server(gguf: Path) -> Iterator[str]:
    """The base URL of a llama.cpp server in a process of its own."""
    command = [sys.executable, "-c", _SERVER, str(gguf)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        yield f"{address}/v1"
        server.kill()


@pytest.fixture(scope="module")
def settings(request: pytest.FixtureRequest, gguf: Path) -> Settings:
    if request.param == "llama":
        return Settings(llm_backend="llama", llm_model=str(gguf), **_BOUNDS)
    return Settings(
        llm_backend="openai",
        llm_base_url=request.getfixturevalue("house_server"),
        llm_api_key="sk-house",
        llm_model="gemma",
        **_BOUNDS,
    )


@pytest.fixture(scope="module")
def assistant(settings: Settings, samples_workspace: Workspace) -> Assistant:
    """One for all questions: the connections of a model belong to one event loop."""
    return Assistant(samples_workspace.index, open_writer(settings))


@pytest.mark.parametrize(
    ("settings", "question"),
    [*(("llama", each) for each in QUESTIONS[:8]), *(("openai", each) for each in QUESTIONS[2:5])],
    indirect=["settings"],
    ids=range(11),
)
def test_a_weak_model_does_no_harm(assistant: Assistant, plain: Assistant, question: str) -> None:
    answer, truth = assistant.answer(question), plain.answer(question)
    assert [each.text for each in truth.sentences if each.text not in answer.answer] == []
    quotes = " ".join(each.quote for each in answer.citations)
    invented = set(_FIGURE.findall(answer.answer)) - set(_FIGURE.findall(quotes + question))
    assert invented <= set(_FIGURE.findall(truth.answer))
    for citation in answer.citations:
        text = assistant.text(citation.document_id)
        assert text[citation.start : citation.end] == citation.quote
    assert not [each for each in ("连不上", "HTTP", "及时") if each in answer.notice]
    assert answer.backend in ("llama", "openai")
    assert "/" not in answer.model


def test_more_passages_than_its_context_holds(
    house_server: str, samples_workspace: Workspace
) -> None:
    settings = Settings(
        llm_backend="openai",
        llm_base_url=house_server,
        llm_api_key="sk-house",
        llm_model="gemma",
        llm_retries=0,
        llm_passages=50,
    )
    workspace = samples_workspace
    question = "；".join(QUESTIONS)
    answer = heard(Assistant(workspace.index, open_writer(settings)).events(question))[-1]
    assert isinstance(answer, Answer)
    assert answer.answer == Assistant(workspace.index).answer(question).answer
    assert "HTTP 400" in answer.notice


@pytest.mark.parametrize("size", [0, 100, 1_000_000, 200_000_000])
def test_a_damaged_file_is_said_to_be_one(gguf: Path, tmp_path: Path, size: int) -> None:
    damaged = tmp_path / "damaged.gguf"
    with gguf.open("rb") as whole:
        damaged.write_bytes(whole.read(size))
    with pytest.raises(SettingsError, match="装不进来") as caught:
        open_backend(Settings(llm_backend="llama", llm_model=str(damaged)))
    assert str(damaged) in str(caught.value)


def test_a_file_of_another_kind_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="装不进来"):
        open_backend(Settings(llm_backend="llama", llm_model=str(ROOT / "README.md")))


def test_it_says_nothing_on_the_terminal_and_ends_at_once(gguf: Path) -> None:
    command = [sys.executable, "-c", _ONE_QUESTION, str(gguf)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        ended = time.monotonic()
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - ended < 20
        assert (said, process.stdout.read(), process.stderr.read()) == ("asked\n", "", "")
