"""Reading short texts written for one test."""

from collections.abc import Callable

import pytest

from ingest.reader import read_bytes
from ingest.types import Document

Read = Callable[[str], Document]


@pytest.fixture(scope="session")
def read() -> Read:
    """Reads a text as if it were a file."""

    def from_text(text: str) -> Document:
        return read_bytes(text.encode(), "示例.txt", "")

    return from_text


@pytest.fixture(scope="session")
def headings(read: Read) -> Callable[[str], list[tuple[int, str]]]:
    """Level and words of every heading of a text, in order."""

    def of(text: str) -> list[tuple[int, str]]:
        return [(section.level, section.path[-1]) for section in read(text).sections]

    return of
