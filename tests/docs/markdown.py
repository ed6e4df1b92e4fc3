"""What the documents are made of: fenced blocks, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.conftest import ROOT

DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
_MARKDOWN = MarkdownIt("commonmark").enable("table")
# What GitHub takes out of a heading to make its anchor.
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its text, which stands at ``offset`` of ``path``, and the heading over it."""

    path: Path
    line: int
    offset: int
    section: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    found, section = [], 0
    for token in _tokens(path):
        if token.type == "heading_open":
            section += 1
        elif token.type in ("fence", "code_block"):
            line = (token.map or [0])[0] + 1
            offset = sum(map(len, lines[:line]))
            found.append(Block(path, line + 1, offset, section, token.info.strip(), token.content))
    return found


def links(path: Path) -> list[str]:
    """The addresses of a document's links and pictures."""
    tokens = [each for token in _tokens(path) for each in token.children or ()]
    addresses = (token.attrGet("href") or token.attrGet("src") for token in tokens)
    return [str(address) for address in addresses if address]


def anchors(path: Path) -> set[str]:
    """The fragments by which a document's headings can be linked to, as GitHub makes them."""
    return {_NOT_IN_ANCHORS.sub("", each.lower()).replace(" ", "-") for each in _headings(path)}


def _headings(path: Path) -> Iterator[str]:
    tokens = _tokens(path)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield "".join(each.content for each in inline.children or ())


def _tokens(path: Path) -> list[Token]:
    return _MARKDOWN.parse(path.read_text("utf-8"))
