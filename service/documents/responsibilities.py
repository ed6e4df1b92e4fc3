"""Who leads what over all papers: found by unit and task, as a list, CSV or an Excel file."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from ingest.text.normalise import squeeze
from ingest.types import Document, LeadBasis, Responsibility
from service.documents.warnings import note
from service.schemas import ResponsibilityInfo

BASIS = {
    LeadBasis.STATED: "原文写明牵头",
    LeadBasis.FIRST_LISTED: "按“排第一的为牵头单位”的规定",
    LeadBasis.NOT_STATED: "原文没有写明谁牵头",
}
_COLUMNS = (
    "任务",
    "牵头单位",
    "其他责任单位",
    "牵头依据",
    "文件",
    "发文字号",
    "效力",
    "章节",
    "页码",
    "原文",
)
_WIDTHS = (24, 24, 40, 24, 36, 18, 24, 36, 6, 60)
# What a spreadsheet program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def find_responsibilities(
    documents: Iterable[Document], unit: str = "", task: str = ""
) -> list[ResponsibilityInfo]:
    """The records in which a unit's name contains ``unit`` and the task or section ``task``.

    White space, letter case and width do not count; an empty string fits everything. Papers stand
    in the order of their titles, records in the order of the text.
    """
    wanted_unit, wanted_task = squeeze(unit), squeeze(task)
    return [
        _info(document, record)
        for document in sorted(documents, key=lambda d: (d.masthead.title, d.id))
        for record in document.responsibilities
        if any(wanted_unit in squeeze(name) for name in (*record.leads, *record.supports))
        and any(wanted_task in squeeze(words) for words in (record.task, *record.section))
    ]


def _info(document: Document, record: Responsibility) -> ResponsibilityInfo:
    rule = record.rule
    return ResponsibilityInfo(
        document_id=document.id,
        title=document.masthead.title,
        document_number=document.masthead.number,
        section=record.section,
        task=record.task,
        leads=record.leads,
        supports=record.supports,
        basis=record.basis.value,
        rule=document.text[rule.start : rule.end] if rule else "",
        page=document.page_at(record.quote.start),
        quote=document.text[record.quote.start : record.quote.end],
        start=record.quote.start,
        end=record.quote.end,
    )


def as_csv(records: Sequence[ResponsibilityInfo]) -> str:
    """The records as CSV with a header row, marked as UTF-8 for spreadsheet programs."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(_COLUMNS)
    for record in records:
        rows.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in _cells(record))
    return "\ufeff" + written.getvalue()


def as_xlsx(records: Sequence[ResponsibilityInfo]) -> bytes:
    """The records as an Excel workbook of one sheet."""
    from xlsxwriter import Workbook

    written = io.BytesIO()
    book = Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("责任分工")
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    for column, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    for row, record in enumerate(records, start=1):
        for column, cell in enumerate(_cells(record)):
            sheet.write_string(row, column, cell, plain)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(records), len(_COLUMNS) - 1)
    book.close()
    return written.getvalue()


def as_text(records: Sequence[ResponsibilityInfo]) -> Iterator[str]:
    """The records for reading on a screen, one line each part."""
    for record in records:
        yield f"{record.task or '（未写明任务）'}"
        yield f"    牵头：{'、'.join(record.leads) or '原文没有写明'}"
        if record.supports:
            yield f"    {'配合' if record.leads else '责任单位'}：{'、'.join(record.supports)}"
        place = f"《{record.title}》{' › '.join(record.section)}"
        yield f"    出处：{place}{note(record.warning)}"


def _cells(record: ResponsibilityInfo) -> tuple[str, ...]:
    basis = BASIS[LeadBasis(record.basis)]
    return (
        record.task,
        "、".join(record.leads),
        "、".join(record.supports),
        f"{basis}：{record.rule}" if record.rule else basis,
        record.title,
        record.document_number,
        record.warning,
        " › ".join(record.section),
        str(record.page or ""),
        record.quote,
    )
