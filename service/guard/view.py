"""A passage as claims are held against it, and the evidence it yields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Responsibility, Span
from service.guard.claims import Evidence, Source
from service.guard.clauses import Clause, read_source
from service.guard.figures import fold

_ENDS_OF_QUOTE = re.compile(r"[。;!?]|…+|\.{3,}")
_MARKS = ".,;:。!?()、"


@dataclass(frozen=True, slots=True)
class View:
    """A source as it is checked against: its clauses, sentences, headings and records.

    ``head`` is the section, the title and masthead; ``named`` only section and title, for units.
    ``cited`` is false for a passage that the claim does not cite: it must carry every word.
    """

    source: Source
    clauses: tuple[Clause, ...]
    spans: tuple[Span, ...]
    head: str
    named: str
    text: str
    sentences: tuple[str, ...]
    region: str
    records: tuple[Responsibility, ...]
    cited: bool = True

    def evidence(self, index: int) -> Evidence:
        """The sentence or row with this number."""
        return Evidence(self.source.document, self.source.section, self.spans[index])

    def recorded(self, record: Responsibility) -> list[Evidence]:
        """What states a record, and the rule it rests on."""
        document = self.source.document
        found = [Evidence(document, record.section, record.quote)]
        if record.rule is not None:
            found.append(Evidence(document, (), record.rule))
        return found

    def quote(self, record: Responsibility) -> str:
        """The folded words that state a record."""
        return fold(self.source.document.text[record.quote.start : record.quote.end])

    def holds(self, evidence: Evidence) -> bool:
        """Whether a piece of evidence stands in this passage."""
        span, document = self.source.span, self.source.document
        return document.id == evidence.document.id and span.start <= evidence.span.start < span.end


def view_of(source: Source) -> View:
    """Read a source."""
    document, span = source.document, source.span
    clauses, spans = read_source(source)
    head = document.masthead
    records = tuple(
        record
        for record in document.responsibilities
        if (record.quote.start < span.end and span.start < record.quote.end)
        or (source.section and record.section == source.section and not source.header)
    )
    named = "".join(f"{fold(text)}," for text in (*source.section, head.title))
    others = (head.number, head.issuer, head.region, *head.regions)
    return View(
        source=source, clauses=tuple(clauses), spans=tuple(spans), named=named,
        head=named + "".join(f"{fold(text)}," for text in others),
        text=fold(f"{source.header}\n{document.text[span.start : span.end]}"),
        sentences=tuple(fold(document.text[each.start : each.end]) for each in spans),
        region=head.region, records=records,
    )  # fmt: skip


def quoted(claim: str, views: Sequence[View]) -> tuple[Evidence, ...]:
    """Where each part of a claim stands word for word as whole clauses; empty unless all do."""
    regions = "|".join({re.escape(view.region) for view in views if view.region})
    bare = re.sub(f"^(?:{regions}):", "", claim) if regions else claim
    found: list[Evidence] = []
    for part in filter(None, _ENDS_OF_QUOTE.split(bare)):
        for view in views:
            at = next((i for i, text in enumerate(view.sentences) if _whole(part, text)), None)
            if at is not None:
                found.append(view.evidence(at))
                break
        else:
            return ()
    return tuple(each for i, each in enumerate(found) if each not in found[:i])


def _whole(part: str, text: str) -> bool:
    """Whether a text has the part, from the beginning of a clause to the end of one."""
    at = text.find(part)
    end = at + len(part)
    return (
        at >= 0 and (not at or text[at - 1] in _MARKS) and (end == len(text) or text[end] in _MARKS)
    )


def may_stand_in(claim: str, view: View, cited: Sequence[View]) -> bool:
    """Whether a passage not cited may carry a claim: it holds for the same place, or one named."""
    places = {each.region for each in cited}
    return view.region in places or not view.region or view.region in claim
