"""A text to a paper whose parts are known, ready to be set in any format.

The parts are those of GB/T 9704-2012 clause 7; they are told by the same rules that read a text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.formats.text import text_lines
from ingest.metadata.masthead import read_front
from ingest.structure.paragraphs import paragraphs
from ingest.text.headings import ANNEX, DOCUMENT_TYPES, heading_length, heading_mark, run_in_heading
from ingest.text.roster import roster_runs
from ingest.types import Masthead


class Role(StrEnum):
    """What a paragraph is, which decides how it is set."""

    RED_HEAD = "red_head"
    NUMBER = "number"
    TITLE = "title"
    SUBTITLE = "subtitle"
    SALUTATION = "salutation"
    BODY = "body"
    ROSTER = "roster"
    ANNEX = "annex"
    ANNEX_TITLE = "annex_title"
    SIGNATURE = "signature"
    SIGNED = "signed"
    IMPRINT = "imprint"


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph; ``text[:label]`` is its number, ``text[:head]`` its heading (0: it has none).

    ``level`` is the level of the number as ``ingest.text.headings`` counts them, 0 without one.
    """

    role: Role
    text: str
    level: int = 0
    label: int = 0
    head: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same length, the first the header; an empty cell belongs to the one before."""

    rows: tuple[tuple[str, ...], ...]


Block = Item | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to be set; ``source`` is its text as it was given."""

    source: str
    masthead: Masthead
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of an office.

    ``numbered`` leaves the numbers of headings to the word processor, ``tracked`` adds a comment
    and tracked changes, ``merged`` joins equal cells of a column; ``encoding`` is that of a web
    page. A scan is black and white unless ``grey``; ``seed`` decides its turning and its noise.
    """

    numbered: bool = False
    tracked: bool = False
    merged: bool = True
    encoding: str = "utf-8"
    grey: bool = False
    seed: int = 0


_DATE = re.compile(r"(?:19|20)\d{2}年\s*\d{1,2}月\s*\d{1,2}日")
_NUMBER = re.compile(r"\S{1,12}\s*[〔\[［（(](?:19|20)\d{2}[〕\]］）)]\s*第?\s*\d{1,4}\s*号")
_BRACKETED = re.compile(r"[（(][^（()）]+[）)]")
_IMPRINT = re.compile(r"抄送：|.{4,60}年\d{1,2}月\d{1,2}日印发$")
_ORGANS = re.compile(r"(?:(?:委|政府|办公室|局|厅|部|会|院|办)(?:[\s\u3000]+|$))+")
_PUNCTUATION = re.compile("[，。；：]")
_MAX_SIGNATURE = 30
_MAX_TITLE = 60


def read_paper(text: str, keep_lines: bool = False) -> Paper:
    """Tell the parts of a paper; lines that a printer broke are joined unless ``keep_lines``."""
    text = text.removeprefix("\ufeff")
    lines = text_lines(text)
    if keep_lines:
        words = [line.text.strip(" \u3000") for line in lines]
    else:
        words = [paragraph.text for paragraph in paragraphs(lines)]
    front = read_front(words)
    return Paper(
        text, front.masthead, tuple(_blocks(_items(words, front.masthead, front.body_start)))
    )


def _blocks(items: Sequence[Item]) -> Iterator[Block]:
    rows: list[list[str]] = []
    for item in items:
        if "\t" in item.text and item.role is Role.BODY:
            rows.append(item.text.split("\t"))
            continue
        if rows:
            yield _table(rows)
            rows = []
        yield item
    if rows:
        yield _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    width = max(map(len, rows))
    return Table(tuple((*row, *[""] * (width - len(row))) for row in rows))


def _items(lines: Sequence[str], masthead: Masthead, body_start: int) -> list[Item]:
    people = roster_runs(lines)
    items: list[Item] = []
    offset = 0
    for position, line in enumerate(lines):
        if offset < body_start:
            items.append(Item(_front_role(line, masthead, items), line))
        elif position in people:
            items.append(Item(Role.ROSTER, line))
        else:
            items.append(_body(line, items, any(item.role is Role.TITLE for item in items)))
        offset += len(line) + 1
    return _signed(items)


def _front_role(line: str, masthead: Masthead, before: Sequence[Item]) -> Role:
    if _NUMBER.fullmatch(line):
        return Role.NUMBER
    if masthead.number and not any(item.role is Role.NUMBER for item in before):
        return Role.RED_HEAD
    if re.sub(r"\s+", "", line) in masthead.title:
        return Role.TITLE
    return Role.SUBTITLE if _BRACKETED.fullmatch(line) else Role.BODY


def _body(line: str, before: Sequence[Item], titled: bool) -> Item:
    last = before[-1].role if before else Role.BODY
    if ANNEX.fullmatch(line):
        return Item(Role.ANNEX, line)
    if _IMPRINT.match(line):
        return Item(Role.IMPRINT, line)
    if "\t" in line:
        return Item(Role.BODY, line)
    if titled and last in (Role.TITLE, Role.SUBTITLE) and line.endswith("："):
        return Item(Role.SALUTATION, line)
    if _is_title(line, last):
        return Item(Role.ANNEX_TITLE, line)
    if last in (Role.TITLE, Role.ANNEX_TITLE) and _BRACKETED.fullmatch(line):
        return Item(Role.SUBTITLE, line)
    mark = heading_mark(line)
    if mark:
        return Item(Role.BODY, line, mark.level, mark.length, heading_length(line, mark))
    return Item(Role.BODY, line, head=run_in_heading(line))


def _is_title(line: str, last: Role) -> bool:
    """The title of an annex, or of a paper that a notice issues."""
    if _PUNCTUATION.search(line) or heading_mark(line) or len(line) > _MAX_TITLE:
        return False
    return last is Role.ANNEX or bool(DOCUMENT_TYPES.search(line))


def _signed(items: list[Item]) -> list[Item]:
    """The date a paper ends with and the organs above it (clause 7.3.5)."""
    for position, item in enumerate(items):
        if item.role is Role.BODY and _DATE.fullmatch(item.text):
            items[position] = Item(Role.SIGNED, item.text)
            above = position - 1
            while above >= 0 and _is_signature(items[above]):
                items[above] = Item(Role.SIGNATURE, items[above].text)
                above -= 1
    return items


def _is_signature(item: Item) -> bool:
    short = item.role is Role.BODY and not item.level and len(item.text) <= _MAX_SIGNATURE
    return short and bool(_ORGANS.search(item.text)) and not _PUNCTUATION.search(item.text)
