"""OFD (GB/T 33190-2016), page by page: its text, or OCR where a page is a picture."""

import io

from PIL import Image

from ingest.content import Content, Report
from ingest.errors import RefusedFileError
from ingest.formats.ofd.package import OfdPackage
from ingest.formats.ofd.page import Drawn, draw
from ingest.formats.pdf.runs import runs
from ingest.formats.pdf.text import upright
from ingest.layout.lines import read_pages
from ingest.layout.page import Page, Rule

# A page with a picture over most of it and fewer characters than this is a scan.
_MIN_GLYPHS, _SCAN_SHARE = 30, 0.5
_MAX_PICTURE = 30_000_000


def read(data: bytes, report: Report) -> Content:
    """Read an OFD file; ``report`` is told of every page.

    Raises:
        RefusedFileError: damaged, protected by a password, or a scan where OCR is not installed.
    """
    package = OfdPackage(data)
    pages: list[Page] = []
    places = package.pages()
    for number, (part, document) in enumerate(places, start=1):
        pages.append(_page(package, draw(document.page(part)), number))
        report(number, len(places))
    return read_pages(pages)


def _page(package: OfdPackage, drawn: Drawn, number: int) -> Page:
    found = drawn.glyphs if any(not g.char.isspace() for g in drawn.glyphs) else drawn.hidden
    part, share = max(drawn.pictures, key=lambda picture: picture[1], default=("", 0.0))
    if len(found) < _MIN_GLYPHS and share >= _SCAN_SHARE:
        return _scanned(package, part, drawn, number)
    turn, standing = upright(found, (0.0, 0.0, drawn.width, drawn.height))
    rules = tuple(Rule(*turn.box(*box)) for box in drawn.rules)
    return Page(turn.width, turn.height, tuple(runs(standing, rules)), rules)


def _scanned(package: OfdPackage, part: str, drawn: Drawn, number: int) -> Page:
    from ingest.formats.ocr.reader import read_page

    data = package.read(part, _MAX_PICTURE)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            return read_page(picture.convert("RGB"), drawn.width, drawn.height)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise RefusedFileError(
            f"OFD 第 {number} 页是扫描图片，但图片打不开；请把文件打印成 PDF 后再导入。"
        ) from error
