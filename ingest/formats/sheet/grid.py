"""Cells with their places to the lines of a table."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MAX_HEADER_ROWS = 4
_NUMBER = re.compile(r"[-+]?[\d,.]+%?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's words, its place counted from 0, and how many rows and columns it covers."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


def table_lines(cells: Iterable[Cell]) -> list[str]:
    """The rows of a table with tabs between their cells; a row of one cell is a plain line.

    Empty rows and columns are left out. A merged cell stands at its first place only. Column
    names on several levels become one row: “目标值 2025年”.
    """
    filled = [cell for cell in cells if cell.text]
    columns = sorted({cell.column for cell in filled})
    rows = _by_row(filled)
    head = next((at for at, row in enumerate(rows) if len(row) > 1), len(rows))
    lines = [row[0].text for row in rows[:head]]
    if head == len(rows):
        return lines
    body = rows[head:]
    height = _header_height(body, columns)
    if height > 1:
        below = body[0][0].row + height
        header = [cell for row in body for cell in row if cell.row < below]
        lines.append("\t".join(_folded(header, columns)))
        body = [row for row in body if row[0].row >= below]
    return lines + [_line(row, columns) for row in body]


def _by_row(cells: Iterable[Cell]) -> list[list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell)
    return list(rows.values())


def _line(row: list[Cell], columns: list[int]) -> str:
    if len(row) == 1:
        return row[0].text
    texts = {cell.column: cell.text for cell in row}
    return "\t".join(texts.get(column, "") for column in columns)


def _header_height(rows: list[list[Cell]], columns: list[int]) -> int:
    """How many rows name the columns: more than one where a name is set over several columns."""
    first = rows[0]
    groups = [cell for cell in first if len(_covered(cell, columns)) > 1]
    if not groups or len(rows) < 2 or any(_NUMBER.fullmatch(cell.text) for cell in first):
        return 1
    tallest = max(cell.rows for cell in first)
    if tallest > 1:
        return min(tallest, _MAX_HEADER_ROWS)
    # The names of single columns are not merged with the empty cells below them.
    below = rows[1]
    grouped = {column for group in groups for column in _covered(group, columns)}
    only_groups = all(cell.column in grouped for cell in below)
    return 2 if only_groups and below[0].row == first[0].row + 1 else 1


def _covered(cell: Cell, columns: list[int]) -> list[int]:
    """Those of the columns that a cell stands over."""
    end = bisect_left(columns, cell.column + cell.columns)
    return columns[bisect_left(columns, cell.column) : end]


def _folded(header: list[Cell], columns: list[int]) -> Iterator[str]:
    names: dict[int, list[str]] = {column: [] for column in columns}
    for cell in header:
        for column in _covered(cell, columns):
            names[column].append(cell.text)
    return (" ".join(dict.fromkeys(words)) for words in names.values())
