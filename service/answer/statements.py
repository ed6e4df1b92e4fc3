"""Chosen candidates to an answer: the conclusion, and the citations that carry it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.structure.responsibility import task_name
from ingest.text.normalise import squeeze
from ingest.text.sentences import sentence_spans
from ingest.types import Document, Span
from service.answer.candidates import Candidate, CandidateKind
from service.answer.columns import asked_columns
from service.answer.excerpt import focus
from service.answer.scoring import says
from service.answer.wording import (
    columns_of,
    items_sentence,
    lead_sentence,
    outline_sentence,
    person_sentence,
    row_sentence,
    rows_sentence,
)
from service.question.parse import Question
from service.schemas import Citation, Sentence

# The share of a question's meaning that a sentence must tell to be cited for it.
_MIN_GAIN = 0.2
Evidence = tuple[Document, tuple[str, ...], Span]


@dataclass(frozen=True, slots=True)
class Statement:
    """One conclusion and the spans of papers it rests on."""

    text: str
    evidence: tuple[Evidence, ...]


def state(question: Question, candidate: Candidate) -> Statement:
    """The conclusion of one candidate."""
    span = Span(candidate.start, candidate.end)
    evidence = [(candidate.document, candidate.section, span)]
    if candidate.record is not None:
        evidence += _task(question, candidate)
        if candidate.record.rule is not None:
            evidence.append((candidate.document, (), candidate.record.rule))
        return Statement(lead_sentence(candidate.record), tuple(evidence))
    if candidate.kind is CandidateKind.OUTLINE:
        spans = [Span(part.start, part.start + len(part.path[-1])) for part in candidate.parts]
        cited = [(candidate.document, candidate.section, span) for span in spans]
        cited += _naming(candidate)
        return Statement(outline_sentence(candidate), tuple(cited))
    if candidate.kind is CandidateKind.ITEMS:
        return Statement(items_sentence(candidate), tuple(evidence))
    if candidate.kind is CandidateKind.PERSON:
        return Statement(person_sentence(candidate), tuple(evidence))
    if candidate.kind is CandidateKind.ROW and candidate.header:
        asked = asked_columns(columns_of(candidate), len(candidate.own), question)
        return Statement(row_sentence(candidate, asked), tuple(evidence))
    shown, start, end = focus(candidate.quote, candidate.start, question)
    shown = shown.replace("\n", " ").replace("\t", " ")
    return Statement(shown, ((candidate.document, candidate.section, Span(start, end)),))


def _task(question: Question, candidate: Candidate) -> list[Evidence]:
    """The sentence of a record's section with most of what its own words lack."""
    lacking = [t for t in question.terms if t.text not in candidate.own + candidate.heading]
    document = candidate.document
    bodies = [
        section
        for section in document.sections
        if section.path == candidate.section and section.start <= candidate.start <= section.end
    ]
    gains = {
        span: sum(t.weight for t in lacking if t.text in squeeze(document.text[slice(*span)]))
        for body in bodies[:1]
        for span in sentence_spans(document.text, body.start, candidate.start)
    }
    best = max(gains, key=lambda span: gains[span], default=(0, 0))
    telling = gains.get(best, 0) >= _MIN_GAIN * sum(term.weight for term in question.terms)
    return [(document, candidate.section, Span(*best))] if gains and telling else []


def _naming(candidate: Candidate) -> list[Evidence]:
    """The first sentence of the paper that names all parts of a section."""
    names = [squeeze(task_name(part.path)) for part in candidate.parts]
    document = candidate.document
    for start, end in sentence_spans(document.text, 0, len(document.text)):
        words = squeeze(document.text[start:end])
        if all(says(words, name) for name in names):
            return [(document, section_at(document, start), Span(start, end))]
    return []


def state_rows(rows: Sequence[Candidate]) -> Statement:
    """How many rows of a table answer, and which."""
    evidence = tuple((row.document, row.section, Span(row.start, row.end)) for row in rows)
    return Statement(rows_sentence(rows), evidence)


def placed(statements: Sequence[Statement]) -> list[Statement]:
    """Statements with the place each holds for, where they hold for several."""
    regions = [_region(statement) for statement in statements]
    if len(set(regions)) < 2 or not all(regions):
        return list(statements)
    return [
        statement
        if region in statement.text
        else replace(statement, text=f"{region}：{statement.text}")
        for statement, region in zip(statements, regions, strict=True)
    ]


def _region(statement: Statement) -> str:
    """The place that all papers of a statement govern; empty if there are several."""
    regions = {document.masthead.region for document, *_ in statement.evidence}
    return regions.pop() if len(regions) == 1 else ""


def number(statements: Sequence[Statement]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Number the evidence of all statements; equal spans share a number, repeats are left out."""
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences: list[Sentence] = []
    for statement in statements:
        indexes = []
        for document, section, span in statement.evidence:
            key = (document.id, span.start, span.end)
            if key not in citations:
                citations[key] = cite(len(citations) + 1, document, section, span)
            indexes.append(citations[key].index)
        sentence = Sentence(text=statement.text, citations=tuple(indexes), supported=True)
        if sentence not in sentences:
            sentences.append(sentence)
    return tuple(sentences), tuple(citations.values())


def cite(index: int, document: Document, section: tuple[str, ...], span: Span) -> Citation:
    """A citation of ``document.text[span.start:span.end]``."""
    return Citation(
        index=index,
        document_id=document.id,
        title=document.masthead.title,
        document_number=document.masthead.number,
        section=section or section_at(document, span.start),
        page=document.page_at(span.start),
        quote=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
    )


def section_at(document: Document, offset: int) -> tuple[str, ...]:
    """The innermost section that holds ``offset``; empty outside all sections."""
    holding = [s for s in document.sections if s.start <= offset < s.end]
    return max(holding, key=lambda s: len(s.path)).path if holding else ()
