"""What is known of the papers, as the contract says it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from index.search.search import Index
from ingest.metadata.validity import Repealed, find_invalid
from ingest.types import Document, Passage, Validity
from service.documents.warnings import INVALID, Standing, named, note, standing, warned, warning
from service.explanation import ExplainedCandidate
from service.schemas import Answer, Citation, DocumentInfo, ResponsibilityInfo, SearchResult

# What holds words of a paper, with the paper's standing beside them.
Words = TypeVar("Words", Citation, SearchResult, ResponsibilityInfo, ExplainedCandidate)


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers by their ids, and those that others put an end to, where no index is loaded."""

    documents: Mapping[str, Document]
    ended: Mapping[str, Repealed]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Papers":
        """These papers, and which of them others among them put an end to."""
        by_id = {document.id: document for document in documents}
        return cls(by_id, find_invalid(by_id.values()))


def page_address(
    site: str, document_id: str, words: Citation | SearchResult | Passage | None = None
) -> str:
    """Where the page of ``site`` opens a paper, at these words if any; see web/routes.js."""
    place = {"start": words.start, "end": words.end} if words else {}
    return f"{site}#/?{urlencode({'source': document_id, **place})}"


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
        warning=warning(stands, ender),
        characters=len(document.text),
        pages=len(document.page_starts),
        passages=len(document.passages),
    )


def with_standing(words: Iterable[Words], papers: Index | Papers) -> tuple[Words, ...]:
    """Words that say where their paper no longer holds today; of one not there, what they said."""
    return tuple(
        each.model_copy(update=_marks(papers.documents.get(each.document_id), each, papers))
        for each in words
    )


def restated(answer: Answer, papers: Index | Papers) -> Answer:
    """An answer given earlier, with warnings of how its papers stand today."""
    return warned(
        answer.model_copy(
            update={
                "citations": with_standing(answer.citations, papers),
                "nearest": with_standing(answer.nearest, papers),
            }
        )
    )


def where(citation: Citation) -> str:
    """Where the words of a citation stand: title, 发文字号, section, page, and if it is void."""
    paper = named(citation.title, citation.document_number)
    place = f"{paper} {' › '.join(citation.section)}".rstrip()
    page = f" 第 {citation.page} 页" if citation.page else ""
    return f"{place}{page}{note(citation.warning)}"


def _marks(
    document: Document | None,
    words: Citation | SearchResult | ResponsibilityInfo | ExplainedCandidate,
    papers: Index | Papers,
) -> dict[str, str]:
    if document is None:  # an answer may have been kept before it had warnings
        return {"warning": words.warning or INVALID.get(Validity(words.validity), "")}
    stands = _standing(document, papers)
    ender = papers.documents.get(stands.by)
    return {"validity": stands.status.value, "warning": warning(stands, ender)}


def _standing(document: Document, papers: Index | Papers) -> Standing:
    return standing(document, papers.ended, datetime.date.today())
