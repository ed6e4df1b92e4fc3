"""The commands of a shell block, and which of them are ours."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ASSIGNMENT = re.compile(r"\w+=.*", re.DOTALL)
# What only a shell can do.
_SHELL = re.compile(r"[|&;$`]")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the variables it sets for itself, its words, the file that takes its output."""

    variables: dict[str, str]
    words: list[str]
    target: str

    @property
    def arguments(self) -> list[str]:
        """What the program itself sees, from its name on."""
        return self.words[2:] if self.words[1:2] == ["-m"] else self.words

    @property
    def module(self) -> str:
        """The module that Python is to run, if any."""
        return self.words[2] if self.words[1:2] == ["-m"] else ""

    @property
    def ours(self) -> bool:
        """Whether it is “cewen”, or a module of the evaluation, and nothing else."""
        name = Path(self.words[0]).name if self.words else ""
        program = name == "cewen" or (name == "python" and self.module.startswith("eval."))
        return program and not any(map(_SHELL.search, self.words))


NOTHING = Command({}, [], "")


def commands(text: str) -> Iterator[str]:
    """The commands of a shell script; one may go on over several lines."""
    command = ""
    for line in text.splitlines(keepends=True):
        command += line
        if _is_whole(command):
            yield command
            command = ""
    assert not command, f"never ends: {command}"


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command, comments=True)
    except ValueError:  # a quotation is open
        return False
    return not command.endswith("\\\n")


def parsed(command: str) -> Command:
    """A command taken apart; of what only a shell understands, its words alone."""
    words = shlex.split(command.replace("\\\n", " "), comments=True)
    variables = {}
    while words and _ASSIGNMENT.fullmatch(words[0]):
        name, _, variables[name] = words.pop(0).partition("=")
    if words[-2:-1] == [">"]:
        return Command(variables, words[:-2], words[-1])
    return Command(variables, words, "")
