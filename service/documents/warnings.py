"""Whether a paper still holds: by an administrator's word, by another paper, by its own date.

How that is said is worded here alone. It goes with every text of a paper that leaves the service:
as ``warning`` beside the words, and as a sentence of the answer that rests on them.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.metadata.validity import Repealed
from ingest.types import Document, Span, Validity
from prompts import render
from service.schemas import Answer, Citation, Sentence

# How a paper is called of which no more is known than that it no longer holds.
INVALID = {
    Validity.REPEALED: "已废止",
    Validity.REPLACED: "已被新文件替代",
    Validity.EXPIRED: "已过有效期",
}
_ENDED = {Validity.REPEALED: "废止", Validity.REPLACED: "替代"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stands; ``quote`` is what the paper with the id ``by`` says that ended it.

    ``until`` is the last day it was in force (YYYY-MM-DD), where that has passed.
    """

    status: Validity = Validity.UNKNOWN
    by: str = ""
    quote: Span = field(default_factory=lambda: Span(0, 0))
    until: str = ""


def standing(paper: Document, ended: Mapping[str, Repealed], today: datetime.date) -> Standing:
    """How ``paper`` stands on the day ``today``; ``ended`` are those that others put an end to."""
    if paper.masthead.validity:
        return Standing(paper.masthead.validity)
    end = ended.get(paper.id)
    if end:
        return Standing(Validity(end.kind.value), end.by_document_id, end.repeal.quote)
    until = paper.masthead.valid_until
    if until and until < today.isoformat():
        return Standing(Validity.EXPIRED, until=until)
    return Standing()


def warning(stands: Standing, by: Document | None) -> str:
    """What to say behind the title of a paper that no longer holds; empty of one that does.

    ``by`` is the paper that ended it, where one did.
    """
    if by:
        ender = named(by.masthead.title, by.masthead.number)
        return f"已被{ender}{_ENDED[stands.status]}"
    if stands.until:
        year, month, day = map(int, stands.until.split("-"))
        return f"有效期至{year}年{month}月{day}日，已过期"
    return INVALID.get(stands.status, "")


def named(title: str, number: str) -> str:
    """A paper by its title and 发文字号, which may be empty."""
    return f"《{title}》（{number}）" if number else f"《{title}》"


def note(warning: str) -> str:
    """A warning as it stands beside words of the paper; empty where there is none."""
    return f"【注意：{warning}】" if warning else ""


def warned(answer: Answer) -> Answer:
    """The answer, and after it, each once, which of the papers it cites no longer hold."""
    said = unwarned(answer)
    warnings = _warnings(answer.citations)
    return said.model_copy(
        update={
            "answer": "\n".join([said.answer, *(each.text for each in warnings)]),
            "sentences": (*said.sentences, *warnings),
        }
    )


def unwarned(answer: Answer) -> Answer:
    """The answer without the sentences that ``warned`` puts after it."""
    warnings = "".join(f"\n{each.text}" for each in answer.sentences if each.warns)
    return answer.model_copy(
        update={
            "answer": answer.answer.removesuffix(warnings),
            "sentences": tuple(each for each in answer.sentences if not each.warns),
        }
    )


def _warnings(citations: Sequence[Citation]) -> tuple[Sentence, ...]:
    cited: dict[str, list[int]] = {}
    for each in citations:
        if each.warning:
            paper = named(each.title, each.document_number)
            text = render("warning", paper=paper, warning=each.warning)
            cited.setdefault(text, []).append(each.index)
    return tuple(
        Sentence(text=text, citations=tuple(indexes), supported=True, warns=True)
        for text, indexes in cited.items()
    )
