"""Retrieved passages to candidates: the sentences, rows, people and records that could answer."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.search.search import Hit
from ingest.text.headings import is_row
from ingest.text.normalise import squeeze
from ingest.text.roster import RosterEntry, roster_entry
from ingest.text.sentences import sentence_spans
from ingest.types import Document, Passage, PassageKind, Responsibility, Section
from service.answer.excerpt import of_years
from service.question.intent import Kind
from service.question.parse import Question

# Text of the section a record governs that is looked at for the question's words.
_MAX_AROUND = 3000
ITEM = re.compile(r"(?m)^\s*(?:[（(]?\d{1,2}[）)、.．]|[①-⑳])")
_ITEM_MARK = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[①-⑳]")
# “（二）普通型。”: a heading set as a sentence.
_TITLE = re.compile(rf"(?:{_ITEM_MARK.pattern})[^,，;:\d]{{2,12}}。?")
_MIN_ITEMS = 3
# A line that ends with a colon and the short lines behind it, which have no numbers.
_LED = re.compile(
    r"(?m)^(?P<lead_in>[^\n]{1,60}[：:])\n(?P<items>(?:(?![^\n]{0,60}[：:]$)[^\n\d（(][^\n]{0,60}(?:\n|\Z)){2,})"
)
_ABOUT_PAPER = re.compile("文号|字号|编号|几号文|成文|发文|印发|发布|出台")
_NUMBER_NAMES = "文号发文字号文件编号"
_DATE_NAMES = "成文日期发文日期发布时间什么时候发布"
_PRINTED_NAMES = "印发日期印发时间什么时候印发"
_MIN_PARTS = 2


class CandidateKind(StrEnum):
    """What a candidate is; decides how its conclusion is worded."""

    SENTENCE = "sentence"
    ROW = "row"
    PERSON = "person"
    DEFINITION = "definition"
    RECORD = "record"
    ITEMS = "items"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that could answer: ``document.text[start:end]`` is what would be quoted.

    ``own``, ``heading`` and ``around`` are normalised: the words themselves, the headings, columns
    and the words that lead to them, and the text they stand in. ``rank``
    counts from 0; ``retrieved`` is the score of the passage, 0 where it was not retrieved.
    """

    kind: CandidateKind
    document: Document
    section: tuple[str, ...]
    start: int
    end: int
    rank: int
    retrieved: float
    own: str
    heading: str
    around: str
    header: str = ""
    above: str = ""
    entry: RosterEntry | None = None
    parts: tuple[Section, ...] = ()
    record: Responsibility | None = None

    @property
    def quote(self) -> str:
        """The words as they stand in the paper."""
        return self.document.text[self.start : self.end]


def gather(hits: Sequence[Hit], question: Question) -> list[Candidate]:
    """All candidates of the retrieved passages that could answer a question of this kind."""
    kind = question.kind
    found = [each for rank, hit in enumerate(hits) for each in _units(rank, hit, question)]
    if _ABOUT_PAPER.search(question.text):
        found.extend(_mastheads(hits))
    if kind is Kind.LEAD:
        found.extend(_records(hits))
    if kind is Kind.LIST:
        found.extend(_items(hits))
    if kind in (Kind.LIST, Kind.OTHER):
        found.extend(_outlines(hits))
    return found


def _units(rank: int, hit: Hit, question: Question) -> Iterator[Candidate]:
    passage, document = hit.passage, hit.document
    heading = squeeze(" ".join(passage.section) + passage.header)
    around = squeeze(passage.text)
    lead_in = title = ""
    for kind, start, end, entry in _spans(document, passage):
        own = squeeze(document.text[start:end])
        if own.endswith("?"):
            title = own  # the answer follows
            continue
        if own.endswith(":"):
            lead_in = own
        elif not _ITEM_MARK.match(own):
            lead_in = ""
        elif _TITLE.fullmatch(own):
            title = own
        else:
            title = ""
        if kind is CandidateKind.SENTENCE and question.years:
            own = squeeze(of_years(document.text, start, end, question.years))
        if kind is CandidateKind.ROW:
            own += squeeze(passage.header + passage.above)
        if entry:
            own = squeeze(f"{entry.role} {entry.name} {entry.post}")
        yield Candidate(
            kind, document, passage.section, start, end, rank, hit.score,
            own, heading + lead_in + title, around,
            header=passage.header, above=passage.above, entry=entry,
        )  # fmt: skip


def _spans(
    document: Document, passage: Passage
) -> Iterator[tuple[CandidateKind, int, int, RosterEntry | None]]:
    if passage.kind is PassageKind.DEFINITION:
        yield CandidateKind.DEFINITION, passage.start, passage.end, None
    elif passage.kind is PassageKind.ROSTER:
        yield from _people(document, passage)
    elif passage.kind is PassageKind.ROWS:
        yield CandidateKind.ROW, passage.start, passage.end, None
    else:
        for start, end in sentence_spans(document.text, passage.start, passage.end):
            yield CandidateKind.SENTENCE, start, end, None


def _people(
    document: Document, passage: Passage
) -> Iterator[tuple[CandidateKind, int, int, RosterEntry | None]]:
    role = passage.header
    for start, end in sentence_spans(document.text, passage.start, passage.end):
        entry = roster_entry(document.text[start:end])
        if entry:
            role = entry.role or role
            yield CandidateKind.PERSON, start, end, RosterEntry(role, entry.name, entry.post)


def about_person(
    question: Question, hits: Sequence[Hit], documents: Sequence[Document]
) -> list[Candidate]:
    """What names the person asked about: in any roster, or in the passages retrieved."""
    rosters = [
        Hit(passage, document, 0.0, 0.0)
        for document in documents
        for passage in document.passages
        if passage.kind is PassageKind.ROSTER
    ]
    prose = [hit for hit in hits if hit.passage.kind is not PassageKind.ROSTER]
    units = (u for rank, hit in enumerate([*rosters, *prose]) for u in _units(rank, hit, question))
    return [unit for unit in units if question.person in unit.own]


def rows_of_table(row: Candidate, question: Question) -> list[Candidate]:
    """All rows of the table that ``row`` stands in, in order."""
    rows = (
        passage
        for passage in row.document.passages
        if passage.kind is PassageKind.ROWS
        and (passage.section, passage.header) == (row.section, row.header)
    )
    return [
        unit
        for passage in rows
        for unit in _units(row.rank, Hit(passage, row.document, 0.0, 0.0), question)
    ]


def _mastheads(hits: Sequence[Hit]) -> Iterator[Candidate]:
    """The number and the date of each paper found, under the names people ask for them by."""
    ranks = {hit.document.id: rank for rank, hit in reversed(list(enumerate(hits)))}
    documents = {hit.document.id: hit.document for hit in hits}
    for document in documents.values():
        head = document.masthead
        named = (
            (_NUMBER_NAMES, head.number),
            (_DATE_NAMES, _written_date(head.date)),
            (_PRINTED_NAMES, _written_date(head.printed)),
        )
        for names, value in named:
            match = re.search(r"\s*".join(map(re.escape, value)), document.text) if value else None
            if match:
                yield Candidate(
                    CandidateKind.SENTENCE, document, (), match.start(), match.end(),
                    ranks[document.id], hits[ranks[document.id]].score,
                    names + squeeze(match.group()), squeeze(head.region + head.title), "",
                )  # fmt: skip


def _written_date(date: str) -> str:
    """An ISO date as papers write it."""
    return "{}年{}月{}日".format(*map(int, date.split("-"))) if date else ""


def _items(hits: Sequence[Hit]) -> Iterator[Candidate]:
    """Lists of items, each as a whole."""
    for rank, hit in enumerate(hits):
        passage, document = hit.passage, hit.document
        heading = squeeze(" ".join(passage.section))
        for lead_in, start, end in _lists(document.text, passage.start, passage.end):
            over = heading + squeeze(lead_in)
            yield Candidate(
                CandidateKind.ITEMS, document, passage.section, start, end,
                rank, hit.score, over + squeeze(document.text[start:end]), over, "",
            )  # fmt: skip


def _lists(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Numbered lines, all together, or short ones behind a line that ends with a colon.

    Gives the line that leads to them (or nothing), and the offsets they span.
    """
    if len(ITEM.findall(text[start:end])) >= _MIN_ITEMS:
        yield "", start, end
    for led in _LED.finditer(text, start, end):
        yield led["lead_in"], led.start("items"), led.end("items")


def _outlines(hits: Sequence[Hit]) -> Iterator[Candidate]:
    """Sections that are divided further: their parts answer what they consist of."""
    documents = {hit.document.id: hit.document for hit in reversed(hits)}
    ranks = {hit.document.id: rank for rank, hit in reversed(list(enumerate(hits)))}
    for document in documents.values():
        below: defaultdict[tuple[str, ...], list[Section]] = defaultdict(list)
        for section in document.sections:
            below[section.path[:-1]].append(section)
        for section in document.sections:
            parts = tuple(below.get(section.path, ()))
            if len(parts) >= _MIN_PARTS:
                end = section.start + len(section.path[-1])
                yield Candidate(
                    CandidateKind.OUTLINE, document, section.path, section.start, end,
                    ranks[document.id], _best_within(section, document, hits),
                    squeeze(section.path[-1]), "", "", parts=parts,
                )  # fmt: skip


def _best_within(section: Section, document: Document, hits: Sequence[Hit]) -> float:
    """The best score of a passage in the section or below it."""
    depth = len(section.path)
    scores = (
        hit.score
        for hit in hits
        if hit.document.id == document.id and hit.passage.section[:depth] == section.path
    )
    return max(scores, default=0.0)


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
            if is_row(document.text[record.quote.start : record.quote.end]):
                continue  # the row itself says it, with its other columns
            rank = sections.get((document.id, record.section), len(hits) + ranks[document.id])
            retrieved = hits[rank].score if rank < len(hits) else 0.0
            yield record_candidate(document, record, rank, retrieved)


def record_candidate(
    document: Document, record: Responsibility, rank: int = 0, retrieved: float = 0.0
) -> Candidate:
    """A statement of who leads; what its section says is looked at too."""
    body = body_of(document, record.section, record.quote.start)
    around = document.text[body.start : min(body.end, body.start + _MAX_AROUND)] if body else ""
    quote = document.text[record.quote.start : record.quote.end]
    return Candidate(
        CandidateKind.RECORD, document, record.section, record.quote.start, record.quote.end, rank,
        retrieved, squeeze(f"{record.task} {quote}"), squeeze(" ".join(record.section)),
        squeeze(around), record=record,
    )  # fmt: skip


def body_of(document: Document, path: tuple[str, ...], offset: int) -> Section | None:
    """The section with these headings that ``offset`` stands in, or the last one before it."""
    sections = document.sections
    last = bisect_right(sections, offset, key=lambda section: section.start) if path else 0
    return next((sections[at] for at in range(last - 1, -1, -1) if sections[at].path == path), None)
