"""Retrieved passages to candidates: the sentences, rows, people and records that could answer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.search import Hit
from index.tokeniser import normalise
from ingest.roster import RosterEntry, roster_entry
from ingest.sentences import sentence_spans
from ingest.types import Document, Passage, PassageKind, Responsibility

_SPACE = re.compile(r"\s+")
# Text of the section a record governs that is looked at for the question's words.
_MAX_AROUND = 3000


class CandidateKind(StrEnum):
    """What a candidate is; decides how its conclusion is worded."""

    SENTENCE = "sentence"
    ROW = "row"
    PERSON = "person"
    DEFINITION = "definition"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that could answer: ``document.text[start:end]`` is what would be quoted.

    ``own``, ``heading`` and ``around`` are normalised: the words themselves, the headings
    and columns over them, and the text they stand in. ``rank`` counts from 0.
    """

    kind: CandidateKind
    document: Document
    section: tuple[str, ...]
    start: int
    end: int
    rank: int
    own: str
    heading: str
    around: str
    header: str = ""
    entry: RosterEntry | None = None
    record: Responsibility | None = None

    @property
    def quote(self) -> str:
        """The words as they stand in the paper."""
        return self.document.text[self.start : self.end]


def squeeze(text: str) -> str:
    """Normalised text without white space, for comparing words."""
    return _SPACE.sub("", normalise(text))


def gather(hits: Sequence[Hit]) -> list[Candidate]:
    """All candidates of the retrieved passages, and the records of their papers."""
    found = [candidate for rank, hit in enumerate(hits) for candidate in _units(rank, hit)]
    found.extend(_records(hits))
    return found


def _units(rank: int, hit: Hit) -> Iterator[Candidate]:
    passage, document = hit.passage, hit.document
    heading = squeeze(" ".join(passage.section) + passage.header)
    around = squeeze(passage.text)
    for kind, start, end, entry in _spans(document, passage):
        own = squeeze(document.text[start:end])
        if entry:
            own = squeeze(f"{entry.role} {entry.name} {entry.post}")
        yield Candidate(
            kind, document, passage.section, start, end, rank, own, heading, around,
            header=passage.header, entry=entry,
        )  # fmt: skip


def _spans(
    document: Document, passage: Passage
) -> Iterator[tuple[CandidateKind, int, int, RosterEntry | None]]:
    if passage.kind is PassageKind.DEFINITION:
        yield CandidateKind.DEFINITION, passage.start, passage.end, None
    elif passage.kind is PassageKind.ROSTER:
        yield from _people(document, passage)
    else:
        kind = CandidateKind.ROW if passage.kind is PassageKind.ROWS else CandidateKind.SENTENCE
        for start, end in sentence_spans(document.text, passage.start, passage.end):
            yield kind, start, end, None


def _people(
    document: Document, passage: Passage
) -> Iterator[tuple[CandidateKind, int, int, RosterEntry | None]]:
    role = passage.header
    for start, end in sentence_spans(document.text, passage.start, passage.end):
        entry = roster_entry(document.text[start:end])
        if entry:
            role = entry.role or role
            yield CandidateKind.PERSON, start, end, RosterEntry(role, entry.name, entry.post)


def _records(hits: Sequence[Hit]) -> Iterable[Candidate]:
    """The statements of who leads in the papers that were found, best paper first."""
    ranks: dict[str, int] = {}
    sections: dict[tuple[str, tuple[str, ...]], int] = {}
    for rank, hit in enumerate(hits):
        ranks.setdefault(hit.document.id, rank)
        sections.setdefault((hit.document.id, hit.passage.section), rank)
    documents = {hit.document.id: hit.document for hit in hits}
    for document in documents.values():
        for record in document.responsibilities:
            rank = sections.get((document.id, record.section), len(hits) + ranks[document.id])
            yield record_candidate(document, record, rank)


def record_candidate(document: Document, record: Responsibility, rank: int) -> Candidate:
    """A statement of who leads; what its section says is looked at too."""
    bodies = (
        s
        for s in document.sections
        if s.path == record.section and s.start <= record.quote.start <= s.end
    )
    body = next(bodies, None)
    around = document.text[body.start : min(body.end, body.start + _MAX_AROUND)] if body else ""
    quote = document.text[record.quote.start : record.quote.end]
    return Candidate(
        CandidateKind.RECORD, document, record.section, record.quote.start, record.quote.end, rank,
        squeeze(f"{record.task} {quote}"), squeeze(" ".join(record.section)), squeeze(around),
        record=record,
    )  # fmt: skip
