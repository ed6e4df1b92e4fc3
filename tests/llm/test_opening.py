"""From settings to a language model; what cannot be had is said in one line at the start."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from langchain_openai import ChatOpenAI

from service.assistant import Assistant
from service.llm.writer import open_writer
from service.settings import Settings, SettingsError, load_settings
from service.workspace import Workspace
from tests.conftest import free_port
from tests.llm.conftest import settings_for
from tests.llm.lying_server import LyingServer, fails, writes
from tests.llm.wordings import GOOD, QUESTIONS
from tests.service.conftest import Cewen, cewen

__all__ = ["cewen"]
_WRONG = {
    "no model": ({"llm_backend": "openai", "llm_base_url": "http://127.0.0.1:1/v1"}, "llm_model"),
    "no address": ({"llm_backend": "openai", "llm_model": "m"}, "llm_base_url"),
    "no scheme": (
        {"llm_backend": "openai", "llm_model": "m", "llm_base_url": "127.0.0.1:8001/v1"},
        "127.0.0.1:8001/v1",
    ),
    "no host": (
        {"llm_backend": "openai", "llm_model": "m", "llm_base_url": "http:///v1"},
        "http:///v1",
    ),
    "no address at all": (
        {"llm_backend": "openai", "llm_model": "m", "llm_base_url": "http://[/v1"},
        "llm_base_url",
    ),
    "unknown provider": ({"llm_backend": "nonesuch", "llm_model": "m"}, "nonesuch"),
    "missing package": ({"llm_backend": "anthropic", "llm_model": "m"}, "langchain-anthropic"),
    "a provider that wants more": (
        {"llm_backend": "azure_openai", "llm_model": "m"},
        "azure_openai",
    ),
    "no file": ({"llm_backend": "llama", "llm_model": "/nowhere/m.gguf"}, "/nowhere/m.gguf"),
}


@pytest.mark.parametrize(("given", "told"), _WRONG.values(), ids=_WRONG.keys())
def test_what_cannot_be_had_is_said_without_the_key(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        open_writer(load_settings(**given, llm_api_key="sk-very-secret"))
    said = str(caught.value)
    assert told in said
    assert "very-secret" not in said
    assert "\n" not in said
    assert caught.value.__cause__ is None or "very-secret" not in repr(caught.value.__cause__)


@pytest.mark.parametrize("command", [("ask", "问题"), ("serve",)], ids=["ask", "serve"])
@pytest.mark.parametrize("backend", ["nonesuch", "anthropic", "openai", "llama"])
def test_a_command_ends_with_one_line(
    cewen: Cewen,
    samples_copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    backend: str,
) -> None:
    monkeypatch.setenv("CEWEN_LLM_BACKEND", backend)
    monkeypatch.setenv("CEWEN_LLM_MODEL", "nowhere")
    monkeypatch.setenv("CEWEN_PORT", str(free_port()))
    ran = cewen(*command, "--data-dir", samples_copy)
    assert ran.code == 1
    assert ran.err.startswith("错误：")
    assert ran.err.count("\n") == 1


def test_a_key_that_is_no_text_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cewen.toml").write_text("llm_api_key = 271828182845\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "llm_api_key" in str(caught.value)
    assert "271828182845" not in str(caught.value)


def test_the_name_of_a_backend_may_be_in_capitals(liar: LyingServer) -> None:
    writer = open_writer(settings_for(liar, llm_backend="OpenAI"))
    assert writer is not None
    assert writer.backend.name == "openai"
    assert open_writer(Settings(llm_backend="Extractive")) is None


def test_another_provider_of_langchain_is_used(
    liar: LyingServer, samples_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its package stood in for by the client of OpenAI's protocol, which takes the same bounds."""
    package = ModuleType("langchain_deepseek")
    package.ChatDeepSeek = ChatOpenAI  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    liar.plays(fails(503), writes(GOOD[QUESTIONS[2]]))
    given = {"llm_backend": "deepseek", "llm_api_key": "sk-1", "llm_retries": 1}
    writer = open_writer(settings_for(liar, **given))
    answer = Assistant(samples_workspace.index, writer).answer(QUESTIONS[2])
    assert (answer.backend, answer.ai_generated, answer.notice) == ("deepseek", True, "")
    assert [each.headers["Authorization"] for each in liar.asked] == ["Bearer sk-1"] * 2


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_proxy_in_the_environment_does_not_divert_loopback(
    liar: LyingServer,
    samples_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    liar.does = writes(GOOD[QUESTIONS[2]])
    writer = open_writer(settings_for(liar))
    assert Assistant(samples_workspace.index, writer).answer(QUESTIONS[2]).notice == ""
    assert len(liar.asked) == 1


def test_no_tracing_is_switched_on(liar: LyingServer) -> None:
    from langchain_core.callbacks.manager import CallbackManager
    from langchain_core.tracers.langchain import LangChainTracer

    before = dict(os.environ)
    open_writer(settings_for(liar))
    assert dict(os.environ) == before
    handlers = CallbackManager.configure().handlers
    assert not [each for each in handlers if isinstance(each, LangChainTracer)]
