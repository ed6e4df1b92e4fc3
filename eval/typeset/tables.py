"""Which cells of a table an office joins."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from eval.typeset.paper import Table

# Groups stand on the left: 序号, a name, and what groups them.
_GROUP_COLUMNS = 3
# A column with more runs of equal cells than this share of the rows groups nothing.
_MOST_GROUPS = 0.8


@dataclass(frozen=True, slots=True)
class Joined:
    """A rectangle of cells that are one; both ends are part of it."""

    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def covered(self) -> Iterator[tuple[int, int]]:
        """The places that the first cell covers besides its own."""
        for row in range(self.row, self.last_row + 1):
            for column in range(self.column, self.last_column + 1):
                if (row, column) != (self.row, self.column):
                    yield row, column


def joined_cells(table: Table, merged: bool) -> tuple[Joined, ...]:
    """Cells with the empty ones right of them and, if ``merged``, equal ones of a column below."""
    below = tuple(_below(table)) if merged else ()
    taken = {(row, area.column) for area in below for row in range(area.row, area.last_row + 1)}
    right = (area for area in _right(table) if (area.row, area.column) not in taken)
    return (*below, *right)


def _below(table: Table) -> Iterator[Joined]:
    for column in range(min(_GROUP_COLUMNS, len(table.rows[0]) - 1)):
        groups = _groups(table, column)
        if len(groups) > _MOST_GROUPS * (len(table.rows) - 1):
            continue
        for first, last in groups:
            value = table.rows[first][column]
            if last > first and value and not value.isdecimal():
                yield Joined(first, column, last, column)


def _groups(table: Table, column: int) -> list[tuple[int, int]]:
    """The first and the last row of each run of equal cells below the header."""
    rows = range(1, len(table.rows))
    runs = (list(run) for _, run in groupby(rows, lambda row: table.rows[row][column]))
    return [(run[0], run[-1]) for run in runs]


def _right(table: Table) -> Iterator[Joined]:
    """A cell and the empty ones behind it, but not up to the end of the row: those are blank."""
    for row, cells in enumerate(table.rows):
        filled = [column for column, cell in enumerate(cells) if cell]
        for column, following in pairwise(filled):
            if following - column > 1:
                yield Joined(row, column, row, following - 1)
