"""Printed pages to lines in reading order, the same for PDF, OFD and scans."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.content import Content, Line
from ingest.layout.aligned import aligned_tables
from ingest.layout.columns import in_columns
from ingest.layout.contents import without_contents
from ingest.layout.margins import split_margins
from ingest.layout.page import Fragment, Page
from ingest.layout.rows import rows, segments
from ingest.layout.sides import Block, printed_lines
from ingest.layout.tables import Table, continued, take_tables

# Stands above the rest of a table that goes on: “续表”, “（续上表）”, “续表2”.
_CONTINUED = re.compile(r"[（(]?\s*续\s*+(?:上\s*+)?表\s*+\d{0,2}\s*[）)]?")


def read_pages(pages: Sequence[Page]) -> Content:
    """The lines of pages, in reading order; headers, footers and page numbers stand apart.

    Every line says its page, whether it is indented as the first of a paragraph is, whether it
    reaches the right side of its column, and whether a gap is above it. Rows of tables are lines
    whose cells are divided by tabs.
    """
    tables, loose = [], []
    for page in pages:
        drawn, fragments = take_tables(page)
        tables.append(drawn)
        loose.append(fragments)
    margins, bodies = split_margins(pages, loose)
    found = [
        Block(number, page.width, len(blocks) > 1, items)
        for number, (page, body, drawn) in enumerate(zip(pages, bodies, tables, strict=True), 1)
        for blocks in [_reading_order(body, drawn)]
        for items in blocks
    ]
    return Content(tuple(without_contents(_lines(found))), tuple(margins))


def _reading_order(
    body: Sequence[Fragment], drawn: Sequence[Table]
) -> list[tuple[Fragment | Table, ...]]:
    boxes: list[Fragment | Table] = [*segments(body), *drawn]
    return [_top_down(block) for block in in_columns(boxes)]


def _top_down(block: Sequence[Fragment | Table]) -> tuple[Fragment | Table, ...]:
    texts = rows(box for box in block if isinstance(box, Fragment))
    items = [*aligned_tables(texts), *(box for box in block if isinstance(box, Table))]
    return tuple(sorted(items, key=lambda item: item.top))


def _lines(found: Sequence[Block]) -> list[Line]:
    lines: list[Line] = []
    open_table: Table | None = None
    for block, printed in zip(found, printed_lines(found), strict=True):
        for item, line in zip(block.items, printed, strict=True):
            if isinstance(item, Fragment):
                if open_table and _CONTINUED.fullmatch(line.text):
                    continue
                lines.append(line)
                open_table = None
            else:
                open_table = _add_table(lines, open_table, item, block.page)
    return lines


def _add_table(lines: list[Line], before: Table | None, table: Table, page: int) -> Table:
    """Add the rows of a table, which may go on with the one that stands right before it."""
    whole = continued(before, table) if before else None
    if before is None or whole is None:
        lines += [_row_line(row, page) for row in table.rows]
        return table
    lines[-1] = replace(lines[-1], text=_row_text(whole.rows[len(before.rows) - 1]))
    lines += [_row_line(row, page) for row in whole.rows[len(before.rows) :]]
    return whole


def _row_line(row: Sequence[str], page: int) -> Line:
    return Line(_row_text(row), page, full=False)


def _row_text(row: Sequence[str]) -> str:
    return "\t".join(" ".join(cell.split()) for cell in row)
