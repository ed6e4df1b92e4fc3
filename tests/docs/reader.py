"""Does what a document prints, block after block, as a reader would who pastes it."""

import asyncio
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import lxml.html
import pytest
from mcp import Client, StdioServerParameters

from eval.answers.cases import load_all
from service.cli.main import main
from service.settings import load_settings
from tests.docs.shell import NOTHING, Command, commands, parsed
from tests.llm.lying_server import LyingServer

PRINTED_URL = "http://127.0.0.1:8000"
_PRINTED_SITE = "https://cewen.example.gov.cn"
_QUESTION = "泽川市低空经济由哪个单位牵头？"
# A folder of the machine, which for the reader is one in the checkout.
_MACHINE = re.compile(r"(?<![\w.~])/(?=(?:srv|opt|tmp|mnt|var)/)")
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Ran:
    """How a block ended, and all that it said."""

    code: int
    said: str


class MissingTool(Exception):
    """A program that a block needs is not on this machine."""


class Reader:
    """Follows one document in a checkout, beside the service at ``url`` over ``data``."""

    def __init__(self, checkout: Path, url: str, data: Path, model: LyingServer) -> None:
        self._checkout = checkout
        self._url = url
        self._data = data
        self._model = model
        self._names: dict[str, Any] = {}

    def follow(self, language: str, text: str, left_out: Iterable[str] = ()) -> Ran:
        """Do what a block says, without the commands that begin as one of ``left_out``.

        Raises:
            MissingTool: it needs a program that is not here.
            KeyError: nobody knows what to do with a block in this language.
        """
        kinds = {"python": self._python, "js": self._js, "toml": self._toml, "ini": self._ini}
        kinds |= {"html": self._html, "json": self._json, "text": self._text}
        if language == "sh":
            begins = tuple(left_out)
            ran = self._sh([each for each in commands(text) if not each.startswith(begins)])
        else:
            ran = kinds[language](self._here(text))
        return Ran(ran.code, self._as_printed(ran.said))

    def _here(self, text: str) -> str:
        text = text.replace(PRINTED_URL, self._url).replace(_PRINTED_SITE, self._url)
        return _MACHINE.sub(f"{self._checkout}/", text)

    def _as_printed(self, text: str) -> str:
        return text.replace(self._url, PRINTED_URL).replace(f"{self._checkout}/", "/")

    def _sh(self, printed: Sequence[str]) -> Ran:
        """Commands of ours run in this process, where the model is loaded; all others by bash."""
        code, said = 0, ""
        for ours, some in groupby(printed, lambda each: parsed(each).ours):
            for each in some if ours else ["".join(some)]:
                ran = (self._ours if ours else self._bash)(self._here(each))
                code, said = code or ran.code, said + ran.said
        return Ran(code, said)

    def _bash(self, script: str) -> Ran:
        for tool in ("curl", "make"):
            if re.search(rf"\b{tool} ", script):
                _find(tool)
        return self._program(["bash", "-e", "-o", "pipefail", "-c", script])

    def _program(self, command: Sequence[str]) -> Ran:
        """Run a program; “make” only says what it would do."""
        _find(command[0])
        variables = {**environment(self._checkout), "MAKEFLAGS": "n"}
        ran = subprocess.run(
            command, cwd=self._checkout, env=variables, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", timeout=_SECONDS,
        )  # fmt: skip
        return Ran(ran.returncode, ran.stdout)

    def _ours(self, text: str) -> Ran:
        command = parsed(text)
        if command.module == "eval.typeset":
            _find("soffice")
        code = 0
        with self._inside(command) as screen:
            try:
                _run(command)
            except SystemExit as error:
                code = int(error.code or 0)
        return Ran(code, _said(screen))

    def _python(self, code: str) -> Ran:
        with self._inside() as screen:
            exec(compile(code, "example", "exec"), self._names)
        return Ran(0, _said(screen))

    @contextmanager
    def _inside(self, command: Command = NOTHING) -> Iterator[io.TextIOWrapper]:
        """As a process of its own would run; gives what it shows."""
        screen = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        target = self._checkout / command.target
        with pytest.MonkeyPatch.context() as patch, redirect_stderr(screen):
            patch.chdir(self._checkout)
            patch.syspath_prepend(self._checkout)
            patch.setattr("sys.argv", command.arguments)
            for name, value in command.variables.items():
                patch.setenv(name, value)
            output = target.open("w", encoding="utf-8") if command.target else nullcontext(screen)
            with output as out, redirect_stdout(out):
                yield screen

    def _js(self, code: str) -> Ran:
        script = self._checkout / "example.mjs"
        script.write_text(code, "utf-8")
        return self._program(["node", str(script)])

    def _ini(self, unit: str) -> Ran:
        """A systemd unit, in which nothing may be found wanting."""
        path = self._checkout / "cewen.service"
        path.write_text(unit, "utf-8")
        ran = self._program(["systemd-analyze", "verify", str(path)])
        return Ran(ran.code or int(bool(ran.said)), ran.said)

    def _html(self, page: str) -> Ran:
        """A page whose scripts have to be there."""
        scripts = [each.get("src") for each in lxml.html.fromstring(page).iter("script", "iframe")]
        wrong = [each for each in scripts if httpx.get(each).is_error]
        return Ran(int(bool(wrong) or not scripts), f"not there: {wrong}")

    def _toml(self, text: str) -> Ran:
        """Settings, under which a question is asked where they name a language model."""
        printed = tomllib.loads(text)
        with self._settings(text), self._inside():
            settings = load_settings()
        values = {name: getattr(settings, name) for name in printed}
        if json.dumps(values, default=str) != json.dumps(printed):
            return Ran(1, f"{values}, not {printed}")
        return self._ask(text, printed) if "llm_backend" in printed else Ran(0, "")

    def _ask(self, text: str, printed: Mapping[str, Any]) -> Ran:
        served = "llm_base_url" in printed
        self._model.reset()
        with self._settings(text):
            address = f"CEWEN_LLM_BASE_URL={self._model.url} " if served else ""
            ran = self._ours(f"{address}cewen ask {_QUESTION} --data-dir data")
        named = [each.asked["model"] for each in self._model.asked]
        expected = [printed["llm_model"]] if served else []
        return Ran(ran.code or int(named != expected), f"{ran.said}\nasked: {named}")

    @contextmanager
    def _settings(self, text: str) -> Iterator[None]:
        path = self._checkout / "cewen.toml"
        path.write_text(text, "utf-8")
        try:
            yield
        finally:
            path.unlink()

    def _json(self, text: str) -> Ran:
        """What is no outcome: the configuration of a host of MCP servers, or a case."""
        given = json.loads(text)
        if "mcpServers" in given:
            asyncio.run(self._reach(given["mcpServers"].values()))
        else:
            path = self._checkout / "case.jsonl"
            path.write_text(text, "utf-8")
            load_all([path])
        return Ran(0, "")

    def _text(self, text: str) -> Ran:
        """What is no outcome: the list of the files in a data folder, which has to be whole."""
        listed = [re.split(r"[/\s]", line)[0] for line in text.splitlines()]
        folders = (self._checkout / "srv" / "cewen", self._data)
        names = {path.name for folder in folders for path in folder.iterdir()}
        left = [name for name in names if not any(fnmatch(name, each) for each in listed)]
        return Ran(int(bool(left)), f"not listed: {left}")

    async def _reach(self, servers: Iterable[Mapping[str, Any]]) -> None:
        for each in servers:
            started = {"cwd": self._checkout, "env": environment(self._checkout)}
            server = each.get("url") or StdioServerParameters(**each, **started)
            async with Client(server) as client:
                assert (await client.list_tools()).tools


def environment(checkout: Path) -> dict[str, str]:
    """The variables of a shell in a checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return {
        **kept,
        "PATH": f"{checkout}/.venv/bin:{kept['PATH']}",
        "PYTHONPATH": str(checkout),
        "HOME": str(checkout / "home"),
    }


def _run(command: Command) -> None:
    """Run a command of ours, whose arguments are already those of this process."""
    if not command.module:
        main()
    module = find_spec(command.module)
    if module and module.submodule_search_locations:
        module = find_spec(f"{command.module}.__main__")
    assert module
    assert module.origin
    runpy.run_path(module.origin, run_name="__main__")


def _said(screen: io.TextIOWrapper) -> str:
    return bytes(screen.buffer.getvalue()).decode()  # type: ignore[attr-defined]


def _find(tool: str) -> None:
    if not shutil.which(tool):
        raise MissingTool(tool)
