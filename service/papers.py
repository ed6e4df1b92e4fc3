"""What is known of the papers, as the contract says it."""

import datetime
from collections.abc import Sequence
from urllib.parse import urlencode

from index.search import Index
from ingest.types import Document, Passage, Validity
from service.contract import Citation, DocumentInfo, SearchResult
from service.validity import INVALID, Standing, standing


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
        characters=len(document.text),
        pages=len(document.page_starts),
        passages=len(document.passages),
    )


def _standing(document: Document, index: Index) -> Standing:
    return standing(document, index.ended, datetime.date.today())


def with_standing(citations: Sequence[Citation], index: Index) -> tuple[Citation, ...]:
    """Citations that say where their paper no longer holds."""
    return tuple(
        citation.model_copy(
            update={
                "validity": _standing(index.documents[citation.document_id], index).status.value
            }
        )
        for citation in citations
    )


def where(citation: Citation) -> str:
    """Where the words of a citation stand: title, 发文字号, section, page, and if it is void."""
    number = f"（{citation.document_number}）" if citation.document_number else ""
    place = f"《{citation.title}》{number} {' › '.join(citation.section)}".rstrip()
    page = f" 第 {citation.page} 页" if citation.page else ""
    warning = INVALID.get(Validity(citation.validity))
    return f"{place}{page}（注意：{warning}）" if warning else f"{place}{page}"
