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


class Validity(StrEnum):
    """Whether a paper is in force; unknown where nothing speaks for or against it."""

    UNKNOWN = ""
    VALID = "valid"
    REPEALED = "repealed"
    REPLACED = "replaced"
    EXPIRED = "expired"


class RepealKind(StrEnum):
    """How a paper puts another out of force: it ends it, or it takes its place."""

    REPEALED = "repealed"
    REPLACED = "replaced"


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

    ``header`` repeats the column names for table rows and is empty elsewhere; ``above`` holds
    the first cells of a row that are merged with those of the rows above it, divided by tabs.
    """

    document_id: str
    position: int
    kind: PassageKind
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    header: str = ""
    above: str = ""

    @property
    def id(self) -> str:
        """Its paper's id and its position."""
        return f"{self.document_id}-{self.position}"


@dataclass(frozen=True, slots=True)
class Masthead:
    """What identifies a paper (GB/T 9704-2012 clause 7.2, 7.3 and 7.4); empty where unknown.

    ``title_derived`` is true where the paper has no title and one was made up from its body.
    ``issuer`` is the 发文机关, joint ones divided by “、”; ``number`` the 发文字号; ``date`` the
    成文日期 and ``printed`` the 印发日期. ``region`` is the place the paper governs, ``regions``
    the places around it too, the outermost first, as far as the paper names them.
    ``addressee`` is the 主送机关, ``attachments`` the names listed after “附件：”.
    ``effective`` is the first day in force and ``valid_until`` the last, where the paper fixes
    them; ``validity`` is what an administrator said. Dates are ISO ``YYYY-MM-DD``.
    """

    title: str
    title_derived: bool = False
    issuer: str = ""
    number: str = ""
    date: str = ""
    region: str = ""
    regions: tuple[str, ...] = ()
    printed: str = ""
    addressee: str = ""
    attachments: tuple[str, ...] = ()
    effective: str = ""
    valid_until: str = ""
    validity: Validity = Validity.UNKNOWN


@dataclass(frozen=True, slots=True)
class Repeal:
    """Another paper that a paper puts out of force, by its title or 发文字号 or both."""

    title: str
    number: str
    kind: RepealKind
    quote: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as ingested.

    ``source`` says where it came from, ``name`` is its file name and ``sha256`` the digest of its
    bytes, in 64 hex digits.
    ``page_starts`` holds the offset at which each page begins, the first page first;
    empty where the format has no pages. ``to_models`` is what the file says to language models and
    not to its readers; it is no part of ``text`` or of anything made of it.
    """

    name: str
    source: str
    sha256: str
    masthead: Masthead
    text: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    responsibilities: tuple[Responsibility, ...]
    page_starts: tuple[int, ...] = ()
    repeals: tuple[Repeal, ...] = ()
    to_models: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What tells it from every other paper: the digest of its bytes, all of it."""
        return self.sha256

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that holds ``text[offset]``; None where there are no pages."""
        return bisect_right(self.page_starts, offset) or None
