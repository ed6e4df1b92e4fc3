"""Whether a paper still holds: by an administrator's word, by another paper, by its own date."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.types import Document, Span, Validity
from ingest.validity import Repealed

# How a paper that no longer holds is called.
INVALID = {
    Validity.REPEALED: "已废止",
    Validity.REPLACED: "已被新文件替代",
    Validity.EXPIRED: "已过有效期",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stands; ``quote`` is what the paper with the id ``by`` says that ended it."""

    status: Validity = Validity.UNKNOWN
    by: str = ""
    quote: Span = field(default_factory=lambda: Span(0, 0))


def standing(paper: Document, ended: Mapping[str, Repealed], today: datetime.date) -> Standing:
    """How ``paper`` stands on the day ``today``; ``ended`` are those that others put an end to."""
    if paper.masthead.validity:
        return Standing(paper.masthead.validity)
    end = ended.get(paper.id)
    if end:
        return Standing(Validity(end.kind.value), end.by_document_id, end.repeal.quote)
    if paper.masthead.valid_until and paper.masthead.valid_until < today.isoformat():
        return Standing(Validity.EXPIRED)
    return Standing()
