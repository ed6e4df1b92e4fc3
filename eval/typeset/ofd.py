"""OFD files (GB/T 33190-2016), with every line of text where the PDF prints it."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count, groupby

from lxml import etree
from lxml.etree import _Element

from eval.typeset.archive import pack
from eval.typeset.layout import BLACK, Run, Sheet, Stroke, read_sheets
from eval.typeset.pages import pdf
from eval.typeset.paper import Options, Paper

_SPACE = "http://www.ofdspec.org/2016"
_MM = 25.4 / 72
_DIGITS = 3
_NO_DATE = "2025-01-01"
# The height of a font above its line and in all, in type sizes.
_ASCENT, _HEIGHT = 0.88, 1.2
_FONTS = ("宋体", "黑体")
_FIRST_ID = 10


def ofd(paper: Paper, options: Options) -> bytes:
    """Set a paper as OFD, as converters make it: a text object for each run of each line."""
    sheets = read_sheets(pdf(paper, options))
    ids = count(_FIRST_ID)
    page_ids = [next(ids) for _ in sheets]
    pages = [_page(sheet, ids) for sheet in sheets]
    parts = {
        "OFD.xml": _root(paper),
        "Doc_0/Document.xml": _document(sheets[0], page_ids, next(ids)),
        "Doc_0/PublicRes.xml": _fonts(),
    }
    for number, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = page
    return pack({name: _bytes(element) for name, element in parts.items()})


def _new(name: str, **attributes: str) -> _Element:
    return etree.Element(f"{{{_SPACE}}}{name}", attributes, {"ofd": _SPACE})


def _add(parent: _Element, name: str, text: str = "", **attributes: str) -> _Element:
    element = etree.SubElement(parent, f"{{{_SPACE}}}{name}", attributes)
    element.text = text or None
    return element


def _bytes(element: _Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def _root(paper: Paper) -> _Element:
    root = _new("OFD", Version="1.0", DocType="OFD")
    body = _add(root, "DocBody")
    info = _add(body, "DocInfo")
    _add(info, "DocID", hashlib.md5(paper.source.encode(), usedforsecurity=False).hexdigest())
    _add(info, "Title", paper.masthead.title)
    _add(info, "Author", paper.masthead.issuer)
    _add(info, "CreationDate", paper.masthead.date or _NO_DATE)
    _add(body, "DocRoot", "Doc_0/Document.xml")
    return root


def _document(sheet: Sheet, page_ids: Sequence[int], last: int) -> _Element:
    root = _new("Document")
    common = _add(root, "CommonData")
    _add(common, "MaxUnitID", str(last))
    _add(_add(common, "PageArea"), "PhysicalBox", _box(0, 0, sheet.width, sheet.height))
    _add(common, "PublicRes", "PublicRes.xml")
    pages = _add(root, "Pages")
    for number, id_ in enumerate(page_ids):
        _add(pages, "Page", ID=str(id_), BaseLoc=f"Pages/Page_{number}/Content.xml")
    return root


def _fonts() -> _Element:
    root = _new("Res", BaseLoc="Res")
    fonts = _add(root, "Fonts")
    for id_, name in enumerate(_FONTS, 1):
        _add(fonts, "Font", ID=str(id_), FontName=name, FamilyName=name)
    return root


def _page(sheet: Sheet, ids: Iterator[int]) -> _Element:
    root = _new("Page")
    _add(_add(root, "Area"), "PhysicalBox", _box(0, 0, sheet.width, sheet.height))
    layer = _add(_add(root, "Content"), "Layer", ID=str(next(ids)), Type="Body")
    for stroke in sheet.strokes:
        _add_stroke(layer, stroke, str(next(ids)))
    for run in sheet.runs:
        _add_text(layer, run, str(next(ids)))
    return root


def _add_stroke(layer: _Element, stroke: Stroke, id_: str) -> None:
    """A line along the middle of its box; coordinates are those of the boundary."""
    width, height = stroke.right - stroke.left, stroke.bottom - stroke.top
    box = _box(stroke.left, stroke.top, width, height)
    thick = _mm(min(width, height))
    path = _add(layer, "PathObject", ID=id_, Boundary=box, LineWidth=thick, Stroke="true")
    across, down = _mm(width), _mm(height)
    if width >= height:
        line = f"M 0 {_mm(height / 2)} L {across} {_mm(height / 2)}"
    else:
        line = f"M {_mm(width / 2)} 0 L {_mm(width / 2)} {down}"
    _add(path, "AbbreviatedData", line)


def _add_text(layer: _Element, run: Run, id_: str) -> None:
    box = _box(run.x, run.y - _ASCENT * run.size, sum(run.steps) + run.size, _HEIGHT * run.size)
    font, size = str(1 + run.bold), _mm(run.size)
    text = _add(layer, "TextObject", ID=id_, Boundary=box, Font=font, Size=size)
    if run.colour != BLACK:
        _add(text, "FillColor", Value=" ".join(map(str, run.colour)))
    code = _add(text, "TextCode", run.text, X="0", Y=_mm(_ASCENT * run.size))
    if run.steps:
        code.set("DeltaX", _steps(run.steps))


def _steps(steps: Sequence[float]) -> str:
    """Distances in the short form of clause 11.3: “g 3 5.6” is three times 5.6."""
    words: list[str] = []
    for step, same in groupby(map(_mm, steps)):
        times = sum(1 for _ in same)
        words += ["g", str(times), step] if times > 1 else [step]
    return " ".join(words)


def _mm(points: float) -> str:
    return f"{points * _MM:.{_DIGITS}f}".rstrip("0").rstrip(".")


def _box(left: float, top: float, width: float, height: float) -> str:
    return " ".join(map(_mm, (left, top, width, height)))
