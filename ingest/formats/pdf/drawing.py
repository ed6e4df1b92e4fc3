"""What is drawn on a PDF page: lines that may be those of a table, and pictures."""

from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_uint
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]

# In points: a filled box at most this thick is a line.
_THICKEST = 4.0
_STRAIGHT = 0.5
# Page area that pictures cover where the page is a scan.
_MIN_COVERED = 0.25
# A drawing of more parts than this is a map or a figure, or letters turned to outlines.
_MAX_PARTS = 6000
_OUTLINES = 300
_MAX_SEGMENTS = 2000
_MAX_DEPTH = 6
_WHITE = 250


class _Part(NamedTuple):
    """A page object, its kind and the matrix from its own coordinates to the page's."""

    raw: Any
    kind: int
    matrix: tuple[float, ...]


def rules(page: Any) -> list[Box]:
    """Drawn level and upright lines as left, bottom, right, top in PDF points, y upwards."""
    found: list[Box] = []
    for count, part in enumerate(_parts(page, pdfium.FPDF_PAGEOBJ_PATH)):
        if count >= _MAX_PARTS:
            return []
        found += _lines(part)
    return found


def has_picture(page: Any) -> bool:
    """Whether pictures cover a good part of a page, or drawings that may be letters."""
    width, height = page.get_size()
    covered = sum(_area(part) for part in _parts(page, pdfium.FPDF_PAGEOBJ_IMAGE))
    if covered >= _MIN_COVERED * width * height:
        return True
    return sum(1 for _ in _parts(page, pdfium.FPDF_PAGEOBJ_PATH)) >= _OUTLINES


def _parts(page: Any, kind: int) -> Iterator[_Part]:
    count = pdfium.FPDFPage_CountObjects(page)
    for index in range(count):
        yield from _nested(pdfium.FPDFPage_GetObject(page, index), kind, (1, 0, 0, 1, 0, 0), 0)


def _nested(raw: Any, kind: int, outer: tuple[float, ...], depth: int) -> Iterator[_Part]:
    own = pdfium.FPDFPageObj_GetType(raw)
    if own == kind:
        yield _Part(raw, kind, _product(_matrix(raw), outer))
    elif own == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
        inner = _product(_matrix(raw), outer)
        for index in range(pdfium.FPDFFormObj_CountObjects(raw)):
            yield from _nested(pdfium.FPDFFormObj_GetObject(raw, index), kind, inner, depth + 1)


def _matrix(raw: Any) -> tuple[float, ...]:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, byref(matrix)):
        return 1, 0, 0, 1, 0, 0
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix that does ``one`` and then ``other`` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = one
    k, m, n, p, q, r = other
    return (
        a * k + b * n,
        a * m + b * p,
        c * k + d * n,
        c * m + d * p,
        e * k + f * n + q,
        e * m + f * p + r,
    )


def _point(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _area(part: _Part) -> float:
    """The area of a picture, which is a unit square in its own coordinates."""
    a, b, c, d, _, _ = part.matrix
    return abs(a * d - b * c)


def _lines(part: _Part) -> Iterator[Box]:
    fill, stroke = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(part.raw, byref(fill), byref(stroke))
    if stroke.value and not is_white(part.raw, pdfium.FPDFPageObj_GetStrokeColor):
        for path in _paths(part):
            for (x, y), (u, v) in pairwise(path):
                if abs(x - u) <= _STRAIGHT or abs(y - v) <= _STRAIGHT:
                    yield min(x, u), min(y, v), max(x, u), max(y, v)
    elif fill.value and not is_white(part.raw, pdfium.FPDFPageObj_GetFillColor):
        for path in _paths(part):
            xs, ys = [x for x, _ in path], [y for _, y in path]
            if max(xs) - min(xs) <= _THICKEST or max(ys) - min(ys) <= _THICKEST:
                yield min(xs), min(ys), max(xs), max(ys)


def is_white(raw: Any, colour_of: Any) -> bool:
    """Whether an object's colour, as ``colour_of`` gives it, leaves white paper white."""
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    if not colour_of(raw, byref(red), byref(green), byref(blue), byref(alpha)):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE


def _paths(part: _Part) -> list[list[tuple[float, float]]]:
    """The points of each sub-path on the page; none where there are curves."""
    found: list[list[tuple[float, float]]] = []
    count = pdfium.FPDFPath_CountSegments(part.raw)
    if count > _MAX_SEGMENTS:
        return []
    x, y = c_float(), c_float()
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(part.raw, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return []
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = _point(part.matrix, x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not found:
            found.append([])
        found[-1].append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            found[-1].append(found[-1][0])
    return found
