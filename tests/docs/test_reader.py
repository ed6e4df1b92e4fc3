"""A snippet that does not do what it should is seen; commands are told apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.markdown import Block
from tests.docs.reader import Reader
from tests.docs.shell import commands, parsed
from tests.docs.test_snippets import followed
from tests.llm.lying_server import lying


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """In an empty folder, without a service."""
    with lying() as model:
        yield Reader(tmp_path, "http://127.0.0.1:9", tmp_path, model)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("sh", "true\nfalse\ntrue\n", "ended with 1"),
        ("sh", "false | cat\n", "ended with 1"),
        ("sh", "cewen delete 没有.txt --data-dir data\n", "ended with 2"),
        ("python", "raise ValueError(3)\n", "ValueError(3)"),
        ("toml", 'llm_backend = "openai"\n', "SettingsError"),
        ("toml", "prot = 8000\n", "SettingsError"),
        ("json", '{"answer": "甲"}\n', "CaseError"),
        ("html", "<p>甲</p>", "ended with 1"),
        ("text", "甲\n", "FileNotFoundError"),
        ("yaml", "甲: 乙\n", "KeyError"),
        ("", "甲\n", "KeyError"),
    ],
)
def test_what_fails_is_told(language: str, text: str, said: str, reader: Reader) -> None:
    block = Block(ROOT / "README.md", 1, 0, 0, language, text)
    [wrong] = followed(block, None, reader)
    assert wrong.said.startswith("README.md:1: ")
    assert said in wrong.said


def test_an_outcome_is_compared(reader: Reader) -> None:
    ran = Block(ROOT / "README.md", 1, 0, 0, "sh", "echo 甲\necho 乙 >&2\n")
    same, other = (Block(ROOT / "README.md", 4, 9, 0, "text", text) for text in ("乙\n", "丙\n"))
    assert followed(ran, same, reader) == []
    [wrong] = followed(ran, other, reader)
    assert (wrong.start, wrong.end) == (9, 10)


def test_commands_are_told_apart() -> None:
    text = "cewen status  # 甲\ncurl -s \\\n  -d '{\n  \"k\": 1\n}'\n\nA=1 cewen ask 甲 > 乙\n"
    found = list(commands(text))
    assert [len(each.splitlines()) for each in found] == [1, 4, 1, 1]
    assert [parsed(each).ours for each in found] == [True, False, False, True]
    last = parsed(found[-1])
    assert (last.variables, last.arguments, last.target) == (
        {"A": "1"},
        ["cewen", "ask", "甲"],
        "乙",
    )


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        (".venv/bin/cewen ask 甲", True),
        (".venv/bin/python -m eval.guard.claims a.jsonl", True),
        (".venv/bin/python -m pytest", False),
        ("cewen eval a.jsonl | sed 1d", False),
        ("cewen backup cewen-$(date +%F).zip", False),
        ("python3.11 -m venv /opt/cewen", False),
    ],
)
def test_which_commands_are_ours(command: str, ours: bool) -> None:
    assert parsed(command).ours is ours
