"""From a question to an answer in the papers' own words: complete, split, retrieve, choose."""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from anyio import from_thread

from index.ids import whole_ids
from index.retrieval.synonyms import synonyms
from index.retrieval.tokeniser import UNKNOWN
from index.search.search import Hit, Index
from ingest.text.normalise import squeeze
from ingest.types import Document, Span
from prompts import render
from service.answer.select import answer_from
from service.answer.statements import Statement, cite, number, placed
from service.documents.info import with_standing
from service.question.decompose import decompose
from service.question.followup import complete, with_topic
from service.question.parse import Knowledge, Question, read_question
from service.question.places import place_stem
from service.question.smalltalk import Manner, manner_of, plain, plain_history, polite_reply
from service.question.spelling import corrected
from service.schemas import Answer, Citation, Turn

EVIDENCE_DEPTH = 12
# Parts of speech of words that name things.
_NAMING = ("n", UNKNOWN)
_NEAREST = 3
_NEAREST_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Found:
    """An answer in the papers' own words, and what a language model may write it from.

    ``looked`` holds each part of the question with the passages retrieved for it; it is empty
    where nothing was asked of the papers.
    """

    answer: Answer
    index: Index | None = None
    looked: tuple[tuple[Question, tuple[Hit, ...]], ...] = ()

    @property
    def silent(self) -> bool:
        """Whether the papers were asked and say nothing."""
        return bool(self.looked) and self.answer.status == "no_evidence"


def find_answer(
    index: Index | None,
    question: str,
    history: Sequence[Turn] = (),
    document_ids: Collection[str] = (),
) -> Found:
    """The answer that ``index`` (None: nothing is ingested) gives, and what it was chosen from."""
    if index is not None:
        question, history = corrected(question, history, index)
    manner = manner_of(question)
    if manner not in (None, Manner.OPINION):
        return Found(_polite(manner, question, index))
    if index is None:
        return Found(
            Answer(answer=render("nothing_ingested"), status="no_evidence", question=question)
        )
    document_ids = whole_ids(index.documents, document_ids)
    question, history = plain(question), plain_history(history)
    completed = complete(question, history, index.regions)
    if manner is Manner.OPINION:
        about = with_topic(question, history) or completed
        hits = index.search(about, EVIDENCE_DEPTH, document_ids)
        return Found(_polite(manner, question, index, hits))
    statements, looked = _statements(index, completed, document_ids)
    leaning = with_topic(question, history) if completed == question else ""
    if not statements and leaning:  # it leans on what was asked before, and does not show it
        statements, more = _statements(index, leaning, document_ids)
        completed, looked = (leaning, more) if statements else (completed, looked)
    if history and completed != question and _unheard(index, completed, history):
        statements = []
    if not statements:
        nearest = [hit for _, hits in looked for hit in hits]
        return Found(_silent(completed, nearest, index), index, tuple(looked))
    sentences, citations = number(placed(statements))
    answer = Answer(
        answer="\n".join(sentence.text for sentence in sentences),
        status="answered",
        question=completed,
        sentences=sentences,
        citations=with_standing(citations, index),
    )
    return Found(answer, index, tuple(looked))


def _unheard(index: Index, completed: str, history: Sequence[Turn]) -> bool:
    """Whether a follow-up brings in a thing that no paper knows.

    “那火星基地呢？” must not be answered for another subject because the rest of the question fits.
    """
    before = squeeze("".join(turn.content for turn in history))
    return any(
        index.tokeniser.tag(term.text) in _NAMING
        and term.text not in before
        and not index.generation.sparse.document_frequency(term.text)
        and not synonyms(term.text)
        for term in read_in(index, completed).terms
    )


def _statements(
    index: Index, question: str, document_ids: Collection[str]
) -> tuple[list[Statement], list[tuple[Question, tuple[Hit, ...]]]]:
    """What answers a complete question, part by part, and the passages looked at for each."""
    statements: list[Statement] = []
    looked: list[tuple[Question, tuple[Hit, ...]]] = []
    parts = decompose(question, index.regions)
    for part in [*parts, question] if len(parts) > 1 else parts:
        if statements and part == question:
            break
        read = read_in(index, part)
        # What is asked along with something, and names no place of its own, is asked of its paper.
        cited = {document.id for each in statements for document, *_ in each.evidence}
        placed_anew = any(place_stem(region) in part for region in index.regions)
        for scope in [document_ids] if placed_anew or not cited else [cited, document_ids]:
            stop_if_unwanted()
            hits = index.search(part, EVIDENCE_DEPTH, scope)
            looked.append((read, tuple(hits)))
            stated = answer_from(read, hits, _in_scope(index, scope))
            if stated:
                statements.extend(stated)
                break
    return statements, looked


def stop_if_unwanted() -> None:
    """Go no further where the one who asked the service has gone."""
    with suppress(RuntimeError):  # asked by no service
        from_thread.check_cancelled()


def _in_scope(index: Index, document_ids: Collection[str]) -> list[Document]:
    return [d for d in index.documents.values() if not document_ids or d.id in document_ids]


def read_in(index: Index, question: str) -> Question:
    """A question as understood with what the papers of ``index`` teach."""
    known = Knowledge(index.tokeniser, index.rarity, index.regions, index.units, index.people)
    return read_question(question, known)


def _polite(manner: Manner, question: str, index: Index | None, hits: Sequence[Hit] = ()) -> Answer:
    """What is said to one who asks nothing of the papers; ``hits`` are what may serve instead."""
    reply = polite_reply(manner, index.documents.values() if index else ())
    return _silent(question, hits, index).model_copy(update={"answer": reply})


def _silent(question: str, hits: Sequence[Hit], index: Index | None) -> Answer:
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
        nearest=with_standing(nearest, index) if index else (),
    )


def _opening(text: str) -> int:
    """How much of a passage to show: whole clauses, so that no figure is cut in two."""
    if len(text) <= _NEAREST_CHARACTERS:
        return len(text)
    ends = [match.end() for match in re.finditer("[，。；：、\n]", text[:_NEAREST_CHARACTERS])]
    return ends[-1] if ends else len(text)
