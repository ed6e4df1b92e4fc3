"""PDF, page by page: its text layer, or OCR where a page has none.

pdfium works on one document at a time for the whole process, so reading holds a lock.
"""

from collections.abc import Iterator
from contextlib import closing
from threading import Lock
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.content import Content, Report
from ingest.errors import RefusedFileError
from ingest.formats.pdf.drawing import has_picture, rules
from ingest.formats.pdf.runs import runs
from ingest.formats.pdf.text import Glyph, glyphs, is_garbage, upright
from ingest.layout.lines import read_pages
from ingest.layout.page import Page, Rule

_LOCK = Lock()
_OCR_DPI = 200
# In pixels: a poster is drawn smaller, so that a page takes no more than some 50 MB.
_MAX_SIDE = 4000
# A page with a picture and fewer characters than this (a stamped number, say) is a scan.
_MIN_GLYPHS = 30


def read(data: bytes, report: Report) -> Content:
    """Read a PDF; ``report`` is told of every page.

    Raises:
        RefusedFileError: protected by a password, damaged, or a scan where OCR is not installed.
    """
    with _LOCK, closing(_open(data)) as document:
        return read_pages(tuple(_pages(document, report)))


def _open(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise RefusedFileError("PDF 设有打开密码；请去掉密码后再试。") from error
        raise RefusedFileError("PDF 已损坏，打不开；请重新导出或换一份文件再试。") from error


def _pages(document: Any, report: Report) -> Iterator[Page]:
    total = len(document)
    for number in range(total):
        try:
            with closing(document[number]) as page:
                yield _read_page(page)
        except pypdfium2.PdfiumError as error:
            raise RefusedFileError(
                f"PDF 第 {number + 1} 页已损坏；请重新导出或换一份文件再试。"
            ) from error
        report(number + 1, total)


def _read_page(page: Any) -> Page:
    with closing(page.get_textpage()) as text:
        found = glyphs(text, page)
    if (len(found) < _MIN_GLYPHS or is_garbage(found)) and has_picture(page):
        return _scanned(page)
    return _printed(page, found)


def _printed(page: Any, found: list[Glyph]) -> Page:
    left, bottom, right, top = page.get_bbox()
    turn, standing = upright(found, (left, bottom, right, top))
    drawn = tuple(Rule(*turn.box(*box)) for box in rules(page))
    return Page(turn.width, turn.height, tuple(runs(standing, drawn)), drawn)


def _scanned(page: Any) -> Page:
    from ingest.formats.ocr.reader import read_page

    width, height = page.get_size()
    scale = min(_OCR_DPI / 72, _MAX_SIDE / max(width, height))
    with closing(page.render(scale=scale)) as bitmap:
        return read_page(bitmap.to_pil(), width, height)
