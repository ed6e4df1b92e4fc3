"""What the guard is given and what it says."""

from dataclasses import dataclass

from ingest.types import Document, Span


@dataclass(frozen=True, slots=True)
class Source:
    """A passage shown to the model; ``header`` holds the column names of table rows."""

    document: Document
    section: tuple[str, ...]
    span: Span
    header: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A whole sentence, table row or clause that carries a claim."""

    document: Document
    section: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim stands, on what, and if not, what fails, in Chinese for the user."""

    supported: bool
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
