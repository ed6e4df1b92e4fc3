"""What a question means, before the papers are asked: spelt, completed, split, scoped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.ids import whole_ids
from index.search.search import Index
from service.question.decompose import decompose
from service.question.followup import complete, recent, with_topic
from service.question.parse import Knowledge, Question, read_question
from service.question.smalltalk import Manner, manner_of, plain, plain_history
from service.question.spelling import corrected
from service.schemas import Turn


@dataclass(frozen=True, slots=True)
class Reading:
    """A question complete in itself, and the questions it holds."""

    question: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is asked of the papers.

    ``spelt`` is what was typed with its slips mended, ``bare`` the same without pleasantries.
    ``readings`` are what it may ask, the likeliest first: itself, completed by what was said
    before; then itself behind what was asked before, where it may lean on that and does not show
    it. ``manner`` tells a remark that is no question to the papers. ``before`` is what was said
    before as far as it counts, ``scope`` the whole ids of the papers asked (empty: all).
    """

    spelt: str
    bare: str
    readings: tuple[Reading, ...]
    manner: Manner | None
    before: tuple[Turn, ...]
    scope: Collection[str]

    @property
    def question(self) -> str:
        """The likeliest reading."""
        return self.readings[0].question


def understand(
    question: str, history: Sequence[Turn], index: Index, document_ids: Collection[str] = ()
) -> Understood:
    """Understand ``question`` with what was said before and what the papers teach.

    Raises:
        UnknownDocumentError, AmbiguousDocumentError: by ``document_ids``.
    """
    spelt, before = corrected(question, recent(history), index)
    bare, before = plain(spelt), plain_history(before)
    completed = complete(bare, before, index.regions)
    leaning = with_topic(bare, before) if completed == bare else ""
    return Understood(
        spelt=spelt,
        bare=bare,
        readings=tuple(
            Reading(reading, tuple(decompose(reading, index.regions)))
            for reading in ([completed, leaning] if leaning else [completed])
        ),
        manner=manner_of(spelt),
        before=tuple(before),
        scope=whole_ids(index.documents, document_ids),
    )


def read_in(index: Index, question: str) -> Question:
    """One complete question, read with what the papers of ``index`` teach."""
    known = Knowledge(index.tokeniser, index.rarity, index.regions, index.units, index.people)
    return read_question(question, known)
