"""Whether the characters of a PDF page can be seen: their ink, and what lies behind them."""

from ctypes import byref, c_float, c_int, c_uint, c_void_p, cast
from enum import Enum, auto
from typing import Any

import pypdfium2.raw as pdfium

from ingest.formats.pdf.drawing import Box, is_white

_FILLED = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
_MAX_DEPTH = 6
_MAX_OBJECTS = 6000
# In points: a line this thick may be what white text stands on.
_THICK = 6.0


class Ink(Enum):
    """How text is drawn: to be seen, in white, or not at all."""

    SEEN = auto()
    WHITE = auto()
    NONE = auto()


class Inks:
    """The inks of the text objects of a page, each looked up once."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._known: dict[int | None, Ink] = {}
        self._coloured: list[Box] | None = None

    def of(self, text_object: Any) -> Ink:
        """How a text object is drawn."""
        key = cast(text_object, c_void_p).value
        if key not in self._known:
            self._known[key] = _ink(text_object)
        return self._known[key]

    def on_white(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Whether nothing coloured lies at a character, in page coordinates."""
        if self._coloured is None:
            self._coloured = _coloured(self._page)
        x, y = (left + right) / 2, (bottom + top) / 2
        return not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in self._coloured)


def _ink(raw: Any) -> Ink:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(raw)
    if mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return Ink.NONE
    if mode not in _FILLED or not is_white(raw, pdfium.FPDFPageObj_GetFillColor):
        return Ink.SEEN
    alpha = c_uint(255)
    pdfium.FPDFPageObj_GetFillColor(raw, c_uint(), c_uint(), c_uint(), byref(alpha))
    return Ink.WHITE if alpha.value else Ink.NONE


def _coloured(page: Any) -> list[Box]:
    """The boxes of what is not white: pictures, shadings, filled shapes and thick lines."""
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    count = pdfium.FPDFPage_CountObjects(page)
    if count > _MAX_OBJECTS:
        return [page.get_bbox()]
    found: list[Box] = []
    for index in range(count):
        raw = pdfium.FPDFPage_GetObject(page, index)
        bounds = byref(left), byref(bottom), byref(right), byref(top)
        if _is_coloured(raw, 0) and pdfium.FPDFPageObj_GetBounds(raw, *bounds):
            found.append((left.value, bottom.value, right.value, top.value))
    return found


def _is_coloured(raw: Any, depth: int) -> bool:
    kind = pdfium.FPDFPageObj_GetType(raw)
    if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
        return True
    if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
        inner = range(pdfium.FPDFFormObj_CountObjects(raw))
        return any(_is_coloured(pdfium.FPDFFormObj_GetObject(raw, n), depth + 1) for n in inner)
    return kind == pdfium.FPDF_PAGEOBJ_PATH and _is_painted(raw)


def _is_painted(path: Any) -> bool:
    fill, stroke, width = c_int(), c_int(), c_float()
    pdfium.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
    if fill.value and not is_white(path, pdfium.FPDFPageObj_GetFillColor):
        return True
    pdfium.FPDFPageObj_GetStrokeWidth(path, byref(width))
    thick = stroke.value and width.value >= _THICK
    return bool(thick) and not is_white(path, pdfium.FPDFPageObj_GetStrokeColor)
