"""From a question to an answer in the papers' own words: understand, retrieve, read, word."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.retrieval.synonyms import synonyms
from index.retrieval.tokeniser import UNKNOWN
from index.search.search import Hit, Index
from ingest.text.normalise import squeeze
from ingest.types import Document, Span
from prompts import render
from service.answer.retrieve import retrieve
from service.answer.select import answer_from
from service.answer.statements import Statement, cite, number, placed
from service.documents.info import with_standing
from service.question.followup import with_topic
from service.question.parse import Question
from service.question.places import place_stem
from service.question.smalltalk import Manner, manner_of, polite_reply
from service.question.understand import Reading, Understood, read_in, understand
from service.schemas import Answer, Citation, Turn

# A part of the question, and the passages retrieved for it.
Looked = tuple[Question, tuple[Hit, ...]]
# Parts of speech of words that name things.
_NAMING = ("n", UNKNOWN)
_NEAREST = 3
_NEAREST_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Found:
    """An answer in the papers' own words, and what a language model may write it from.

    ``looked`` holds each part of the question with the passages retrieved for it; it is empty
    where nothing was asked of the papers. ``understood`` is None where there are none.
    """

    answer: Answer
    index: Index | None = None
    looked: tuple[Looked, ...] = ()
    understood: Understood | None = None

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
    """The answer that ``index`` (None: nothing is ingested) gives, and what it was chosen from.

    The question is understood; each part of it is looked up: passages are retrieved, and read for
    what answers it. What was found is worded and cited, or the nearest sections are shown.
    """
    if index is None:
        return Found(_without_papers(question))
    understood = understand(question, history, index, document_ids)
    if understood.manner:
        return Found(_remark(index, understood, understood.manner), understood=understood)
    tried: list[tuple[str, list[Looked]]] = []
    for reading in understood.readings:
        statements, looked = _look_up(index, reading, understood.scope)
        tried.append((reading.question, looked))
        if statements:
            break
    asked, looked = tried[-1] if statements else tried[0]
    if understood.before and asked != understood.bare and _unheard(index, asked, understood.before):
        statements = []
    if not statements:
        nearest = [hit for _, hits in looked for hit in hits]
        return Found(_silent(asked, nearest, index), index, tuple(looked), understood)
    return Found(_worded(asked, statements, index), index, tuple(looked), understood)


def _worded(question: str, statements: Sequence[Statement], index: Index) -> Answer:
    sentences, citations = number(placed(statements))
    return Answer(
        answer="\n".join(sentence.text for sentence in sentences),
        status="answered",
        question=question,
        sentences=sentences,
        citations=with_standing(citations, index),
    )


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


def _look_up(
    index: Index, reading: Reading, scope: Collection[str]
) -> tuple[list[Statement], list[Looked]]:
    """What answers a question, part by part, and the passages looked at for each.

    Where no part of several is answered, the question is looked up as a whole.
    """
    statements: list[Statement] = []
    looked: list[Looked] = []
    whole = [reading.question] if len(reading.parts) > 1 else []
    for part in (*reading.parts, *whole):
        if statements and part == reading.question:
            break
        read = read_in(index, part)
        # What is asked along with something, and names no place of its own, is asked of its paper.
        cited = {document.id for each in statements for document, *_ in each.evidence}
        placed_anew = any(place_stem(region) in part for region in index.regions)
        for papers in [scope] if placed_anew or not cited else [cited, scope]:
            hits = retrieve(index, part, papers)
            looked.append((read, tuple(hits)))
            stated = answer_from(read, hits, _in_scope(index, papers))
            if stated:
                statements.extend(stated)
                break
    return statements, looked


def _in_scope(index: Index, scope: Collection[str]) -> list[Document]:
    return [d for d in index.documents.values() if not scope or d.id in scope]


def _without_papers(question: str) -> Answer:
    """What is said where nothing is ingested."""
    manner = manner_of(question)
    if manner and manner is not Manner.OPINION:
        return _refusal(polite_reply(manner, ()), question)
    return _refusal(render("nothing_ingested"), question)


def _remark(index: Index, understood: Understood, manner: Manner) -> Answer:
    """What is said to one who asks nothing of the papers; an opinion is met with what they hold."""
    reply = polite_reply(manner, index.documents.values())
    if manner is not Manner.OPINION:
        return _refusal(reply, understood.spelt)
    about = with_topic(understood.bare, understood.before) or understood.question
    hits = retrieve(index, about, understood.scope)
    return _silent(understood.bare, hits, index).model_copy(update={"answer": reply})


def _refusal(reply: str, question: str) -> Answer:
    return Answer(answer=reply, status="no_evidence", question=question)


def _silent(question: str, hits: Sequence[Hit], index: Index) -> Answer:
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
    silent = _refusal(render("no_evidence"), question)
    return silent.model_copy(update={"nearest": with_standing(nearest, index)})


def _opening(text: str) -> int:
    """How much of a passage to show: whole clauses, so that no figure is cut in two."""
    if len(text) <= _NEAREST_CHARACTERS:
        return len(text)
    ends = [match.end() for match in re.finditer("[，。；：、\n]", text[:_NEAREST_CHARACTERS])]
    return ends[-1] if ends else len(text)
