"""Files to take in, what becomes of them, and who is told."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.reader import read_file_bytes


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; ``reason`` says why it was not taken in, or what was left out."""

    name: str
    outcome: Outcome
    document_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to take in: ``read`` gives its bytes, ``source`` says where it comes from.

    A later file from the same non-empty source replaces the earlier one.
    """

    name: str
    source: str
    read: Callable[[], bytes]

    @classmethod
    def at(cls, path: Path) -> "SourceFile":
        """A file on disk."""
        source = Path(*(_as_text(part) for part in path.resolve().parts))
        return cls(_as_text(path.name), str(source), lambda: read_file_bytes(path))


def _as_text(name: str) -> str:
    """A name that is not UTF-8, as old archives leave behind, is taken for GB18030."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


class Listener:
    """Told how taking in goes on; this one lets it pass."""

    def files(self, done: int, total: int) -> None:
        """How many files are dealt with."""

    def file(self, result: FileResult) -> None:
        """What became of one file; one of an archive's members counts as a file."""

    def pages(self, name: str, done: int, total: int) -> None:
        """How many pages of a long file are read."""

    def passages(self, done: int, total: int) -> None:
        """How many of the passages read so far are encoded."""
