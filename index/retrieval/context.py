"""What of a passage's surroundings is indexed with its words."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from ingest.structure.responsibility import task_name
from ingest.types import Document, Passage, PassageKind

# A line of responsible units never says “牵头” where a rule elsewhere says it for all.
_RESPONSIBILITY_WORDS = "责任单位 牵头单位 负责部门"
_QUOTED = re.compile("[“《]([^”》，。]{2,12})[”》]")
_MAX_HEADING_WORD = 8


def indexed_text(document: Document, passage: Passage) -> str:
    """The passage with its place, title, headings and columns, as both indexes see it."""
    records = document.responsibilities
    at = bisect_left(records, passage.start, key=lambda record: record.quote.start)
    in_words = passage.kind is not PassageKind.ROWS  # a row has its column's name
    says_who = in_words and at < len(records) and records[at].quote.start < passage.end
    words = _RESPONSIBILITY_WORDS if says_who else ""
    head = document.masthead
    parts = (
        head.region,
        head.title,
        " ".join(passage.section),
        passage.header,
        passage.above,
        words,
        passage.text,
    )
    return "\n".join(part for part in parts if part)


def domain_words(documents: Iterable[Document]) -> list[str]:
    """Words the papers themselves teach: places, units, headings and terms in quotation marks."""
    return sorted({word for document in documents for word in _words(document) if len(word) > 1})


def _words(document: Document) -> Iterator[str]:
    region = document.masthead.region
    yield from (region, region[:-1])
    for record in document.responsibilities:
        yield from (*record.leads, *record.supports)
    for section in document.sections:
        name = task_name(section.path)
        if len(name) <= _MAX_HEADING_WORD:
            yield name
    yield from _QUOTED.findall(document.text)
    for passage in document.passages:
        if passage.header:
            yield from (
                cell.strip()
                for cell in passage.text.split("\t")[:2]
                if len(cell) <= _MAX_HEADING_WORD
            )
