"""From a question to an answer: complete, split, retrieve, choose the evidence, word it."""

import datetime
import re
from collections.abc import Callable, Collection, Sequence

from index.search import Hit, Index
from ingest.types import Document, Span
from prompts import render
from service.compose import Statement, cite, number, placed
from service.contract import Answer, Citation, DocumentInfo, SearchResult, Turn
from service.courtesy import Manner, manner_of, plain, plain_history, polite_reply
from service.decompose import decompose
from service.extractive import answer_from
from service.followup import complete, with_topic
from service.places import place_stem
from service.question import Knowledge, Question, read_question
from service.ranking import ranked
from service.spelling import corrected
from service.validity import Standing, standing

EVIDENCE_DEPTH = 12
_NEAREST = 3
_NEAREST_CHARACTERS = 80


class Assistant:
    """Answers questions from one index; ``current`` gives the index as it stands now."""

    def __init__(self, current: Callable[[], Index | None]) -> None:
        self._current = current

    def identity(self) -> dict[str, str | int | float | bool | None]:
        """What answers: the model and the generation of the index."""
        index = self._current()
        if index is None:
            return {"generation": 0}
        manifest = index.generation.manifest
        return {
            "model": manifest.encoder,
            "rerank_model": index.reranker.identity if index.reranker else "",
            "generation": index.generation.number,
            "documents": manifest.documents,
            "passages": manifest.passages,
        }

    def documents(self) -> list[DocumentInfo]:
        """All ingested papers, by title."""
        index = self._current()
        if index is None:
            return []
        infos = (document_info(document, index) for document in index.documents.values())
        return sorted(infos, key=lambda d: (d.title, d.id))

    def text(self, document_id: str) -> str:
        """The text that offsets count in; empty if there is no such paper."""
        index = self._current()
        document = index.documents.get(document_id) if index else None
        return document.text if document else ""

    def search(
        self,
        question: str,
        k: int = 5,
        history: Sequence[Turn] = (),
        document_ids: Collection[str] = (),
    ) -> list[SearchResult]:
        """The ``k`` best passages, best first."""
        index = self._current()
        if index is None:
            return []
        completed = complete(*corrected(question, history, index), index.regions)
        hits = index.search(completed, max(k, EVIDENCE_DEPTH), document_ids)
        return [_result(hit) for hit in ranked(_read(index, completed), hits)[:k]]

    def answer(
        self, question: str, history: Sequence[Turn] = (), document_ids: Collection[str] = ()
    ) -> Answer:
        """The answer with its citations, or ``no_evidence`` with the nearest sections."""
        index = self._current()
        if index is not None:
            question, history = corrected(question, history, index)
        manner = manner_of(question)
        if manner not in (None, Manner.OPINION):
            return _polite(manner, question, index)
        if index is None:
            return Answer(
                answer=render("nothing_ingested"), status="no_evidence", question=question
            )
        question, history = plain(question), plain_history(history)
        completed = complete(question, history, index.regions)
        if manner is Manner.OPINION:
            about = with_topic(question, history) or completed
            return _polite(
                manner, question, index, index.search(about, EVIDENCE_DEPTH, document_ids)
            )
        statements, hits = _statements(index, completed, document_ids)
        leaning = with_topic(question, history) if completed == question else ""
        if not statements and leaning:  # it leans on what was asked before, and does not show it
            statements, more = _statements(index, leaning, document_ids)
            completed, hits = (leaning, more) if statements else (completed, hits)
        if not statements:
            return _silent(completed, hits)
        sentences, citations = number(placed(statements))
        return Answer(
            answer="\n".join(sentence.text for sentence in sentences),
            status="answered",
            question=completed,
            sentences=sentences,
            citations=_with_standing(citations, index),
        )


def _statements(
    index: Index, question: str, document_ids: Collection[str]
) -> tuple[list[Statement], list[Hit]]:
    """What answers a complete question, part by part, and the passages looked at."""
    statements: list[Statement] = []
    hits: list[Hit] = []
    parts = decompose(question, index.regions)
    for part in [*parts, question] if len(parts) > 1 else parts:
        if statements and part == question:
            break
        # What is asked along with something, and names no place of its own, is asked of its paper.
        cited = {document.id for each in statements for document, *_ in each.evidence}
        placed_anew = any(place_stem(region) in part for region in index.regions)
        for scope in [document_ids] if placed_anew or not cited else [cited, document_ids]:
            found = index.search(part, EVIDENCE_DEPTH, scope)
            hits.extend(found)
            stated = _answer_part(index, part, found, scope)
            if stated:
                statements.extend(stated)
                break
    return statements, hits


def _answer_part(
    index: Index, part: str, hits: Sequence[Hit], document_ids: Collection[str]
) -> list[Statement]:
    scope = [d for d in index.documents.values() if not document_ids or d.id in document_ids]
    return answer_from(_read(index, part), hits, scope)


def _read(index: Index, question: str) -> Question:
    known = Knowledge(index.tokeniser, index.rarity, index.regions, index.units, index.people)
    return read_question(question, known)


def _polite(manner: Manner, question: str, index: Index | None, hits: Sequence[Hit] = ()) -> Answer:
    """What is said to one who asks nothing of the papers; ``hits`` are what may serve instead."""
    reply = polite_reply(manner, index.documents.values() if index else ())
    return _silent(question, hits).model_copy(update={"answer": reply})


def _silent(question: str, hits: Sequence[Hit]) -> Answer:
    """A refusal that shows the nearest sections."""
    nearest: list[Citation] = []
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for hit in hits:
        key = (hit.document.id, hit.passage.section)
        if key in seen or len(nearest) == _NEAREST:
            continue
        seen.add(key)
        span = Span(hit.passage.start, hit.passage.start + _opening(hit.passage.text))
        nearest.append(cite(len(nearest) + 1, hit.document, hit.passage.section, span))
    return Answer(
        answer=render("no_evidence"),
        status="no_evidence",
        question=question,
        nearest=tuple(nearest),
    )


def _opening(text: str) -> int:
    """How much of a passage to show: whole clauses, so that no figure is cut in two."""
    if len(text) <= _NEAREST_CHARACTERS:
        return len(text)
    ends = [match.end() for match in re.finditer("[，。；：、\n]", text[:_NEAREST_CHARACTERS])]
    return ends[-1] if ends else len(text)


def _result(hit: Hit) -> SearchResult:
    return SearchResult(
        passage_id=hit.passage.id,
        document_id=hit.document.id,
        title=hit.document.masthead.title,
        section=hit.passage.section,
        page=hit.document.page_at(hit.passage.start),
        text=hit.passage.text,
        start=hit.passage.start,
        end=hit.passage.end,
        score=hit.score,
    )


def document_info(document: Document, index: Index) -> DocumentInfo:
    """What is known of a paper, for lists."""
    head = document.masthead
    stands = _standing(document, index)
    ender = index.documents.get(stands.by)
    return DocumentInfo(
        id=document.id,
        name=document.name,
        title=head.title,
        title_derived=head.title_derived,
        issuer=head.issuer,
        document_number=head.number,
        date=head.date,
        printed=head.printed,
        region=head.region,
        regions=head.regions,
        addressee=head.addressee,
        attachments=head.attachments,
        effective=head.effective,
        valid_until=head.valid_until,
        validity=stands.status.value,
        validity_by=stands.by,
        validity_quote=ender.text[stands.quote.start : stands.quote.end] if ender else "",
        validity_start=stands.quote.start,
        validity_end=stands.quote.end,
        characters=len(document.text),
        pages=len(document.page_starts),
        passages=len(document.passages),
    )


def _standing(document: Document, index: Index) -> Standing:
    return standing(document, index.ended, datetime.date.today())


def _with_standing(citations: Sequence[Citation], index: Index) -> tuple[Citation, ...]:
    """Citations that say where their paper no longer holds."""
    return tuple(
        citation.model_copy(
            update={
                "validity": _standing(index.documents[citation.document_id], index).status.value
            }
        )
        for citation in citations
    )
