"""The rows and cells of a table of a .docx, in one pass over its XML."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from ingest.formats.word.package import W
from ingest.formats.word.styles import integer, toggle, value
from ingest.formats.word.text import MC, chosen

# Word allows 63 columns; a span beyond comes from a damaged or hostile file.
_MAX_COLUMNS = 63
_TRANSPARENT = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that takes ``span`` columns; ``merged`` if it goes on with the one above it."""

    element: Element
    span: int
    merged: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row that leaves out ``before`` columns."""

    cells: list[Cell]
    before: int


def rows(table: Element) -> Iterator[Row]:
    """The rows that are neither deleted nor hidden; cells of nested tables are not among theirs."""
    for row in _children(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        before = 0
        if properties is not None:
            hidden = toggle(properties.find(f"{W}hidden"))
            if hidden or properties.find(f"{W}del") is not None:
                continue
            before = min(integer(value(properties, "gridBefore"), 0), _MAX_COLUMNS)
        cells = [_cell(cell) for cell in _children(row, f"{W}tc")]
        if cells:
            yield Row(cells, before)


def _cell(cell: Element) -> Cell:
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return Cell(cell, 1, False)
    span = min(max(integer(value(properties, "gridSpan"), 1), 1), _MAX_COLUMNS)
    merge = properties.find(f"{W}vMerge")
    merged = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    return Cell(cell, span, merged or properties.find(f"{W}hMerge[@{W}val='continue']") is not None)


def _children(parent: Element, tag: str) -> Iterator[Element]:
    """The children called ``tag``, also within content controls."""
    for child in parent.iterchildren("*"):
        if child.tag == tag:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _children(child, tag)
        elif child.tag == f"{MC}AlternateContent":
            for form in chosen(child):
                yield from _children(form, tag)
