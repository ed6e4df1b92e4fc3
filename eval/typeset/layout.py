"""Where a PDF prints its text and lines, read back from its pages."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pypdfium2
import pypdfium2.raw as pdfium

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
# A wider gap (in type sizes) ends a run: the next word stands in another cell.
_WIDEST_GAP = 0.6
_SAME_LINE = 0.5  # points


@dataclass(frozen=True, slots=True)
class Run:
    """Characters set in one go; points from the top left corner, ``y`` the line they stand on."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    colour: Colour
    steps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn line."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed page, in points."""

    width: float
    height: float
    runs: tuple[Run, ...] = ()
    strokes: tuple[Stroke, ...] = field(default=())


def read_sheets(data: bytes) -> list[Sheet]:
    """The pages of a PDF that has a text layer."""
    with pypdfium2.PdfDocument(data) as document:
        return [_sheet(page) for page in document]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    width, height = page.get_size()
    runs = tuple(_runs(page.get_textpage(), height))
    return Sheet(width, height, runs, tuple(_strokes(page, height)))


def _runs(text: pypdfium2.PdfTextPage, height: float) -> Iterator[Run]:
    run: Run | None = None
    for position in range(text.count_chars()):
        if pdfium.FPDFText_IsGenerated(text, position):
            continue
        char = _char(text, position, height)
        if run and _follows(run, char):
            step = char.x - run.x - sum(run.steps)
            run = replace(run, text=run.text + char.text, steps=(*run.steps, step))
            continue
        if run:
            yield run
        run = char
    if run:
        yield run


def _char(text: pypdfium2.PdfTextPage, position: int, height: float) -> Run:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, position, x, y)
    name = ctypes.create_string_buffer(64)
    pdfium.FPDFText_GetFontInfo(text, position, name, 64, ctypes.c_int())
    rgba = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFText_GetFillColor(text, position, *rgba)
    return Run(
        text=chr(pdfium.FPDFText_GetUnicode(text, position)),
        x=x.value,
        y=height - y.value,
        size=round(pdfium.FPDFText_GetFontSize(text, position), 2),
        bold=b"Sans" in name.value,
        colour=(rgba[0].value, rgba[1].value, rgba[2].value),
    )


def _follows(run: Run, char: Run) -> bool:
    """Whether a character goes on where a run ends; a run has one type, size and colour."""
    if (run.size, run.bold, run.colour) != (char.size, char.bold, char.colour):
        return False
    gap = char.x - run.x - sum(run.steps)
    return abs(char.y - run.y) < _SAME_LINE and 0 <= gap < run.size * (1 + _WIDEST_GAP)


def _strokes(page: pypdfium2.PdfPage, height: float) -> Iterator[Stroke]:
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = drawn.get_bounds()
        yield Stroke(left, height - top, right, height - bottom)
