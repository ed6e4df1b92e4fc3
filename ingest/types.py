"""The core types every layer shares.

Offsets are Unicode code points into ``Document.text``; ``end`` is exclusive.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum


class PassageKind(StrEnum):
    """What a passage is made of; decides how it is split into quotable units."""

    PROSE = "prose"
    ROWS = "rows"
    DEFINITION = "definition"
    ROSTER = "roster"
    RESPONSIBILITY = "responsibility"


class LeadBasis(StrEnum):
    """How the lead unit of a task is known (empty lead: the text does not say)."""

    STATED = "stated"
    FIRST_LISTED = "first_listed"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text it governs.

    ``path`` holds the headings from the outermost to this one; ``start`` is the
    first code point of the heading, ``end`` the end of everything below it.
    """

    path: tuple[str, ...]
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who leads and who supports one task, with the words that say so.

    ``rule`` is the span of a rule stated elsewhere (“排第一的为牵头单位，下同”)
    on which ``leads`` rests, if it rests on one.
    """

    task: str
    section: tuple[str, ...]
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    basis: LeadBasis
    quote: Span
    rule: Span | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable stretch of one section of one document.

    ``id`` is ``<document_id>-<position>``; ``header`` repeats the column names
    for table rows and is empty elsewhere.
    """

    id: str
    document_id: str
    position: int
    kind: PassageKind
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Masthead:
    """What identifies a paper (GB/T 9704-2012 clause 7.2 and 7.3.1).

    ``title_derived`` is true where the paper has no title and one was made up
    from its body. ``number`` is the 发文字号, ``date`` the 成文日期 as ISO
    ``YYYY-MM-DD``, ``region`` the place the paper governs; empty when unknown.
    """

    title: str
    title_derived: bool = False
    issuer: str = ""
    number: str = ""
    date: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as ingested.

    ``id`` is derived from the file's content, ``source`` says where it came
    from, ``name`` is its file name and ``sha256`` the digest of its bytes.
    ``page_starts`` holds the offset at which each page begins, the first page first;
    empty where the format has no pages.
    """

    id: str
    name: str
    source: str
    sha256: str
    masthead: Masthead
    text: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    responsibilities: tuple[Responsibility, ...]
    page_starts: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that holds ``text[offset]``; None where there are no pages."""
        return bisect_right(self.page_starts, offset) or None
