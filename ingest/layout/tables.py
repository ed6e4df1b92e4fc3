"""Tables of a page: drawn grids with their text, as rows of cells."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.layout.grid import Cell, Grid, find_grids
from ingest.layout.page import Fragment, Page
from ingest.layout.rows import joined, merged, rows

# In points: how far the width of a table may differ from page to page.
_SAME_WIDTH = 6.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table and where it stands; a merged cell stands once, its other places are empty."""

    rows: tuple[tuple[str, ...], ...]
    left: float
    top: float
    right: float
    bottom: float


def take_tables(page: Page) -> tuple[list[Table], list[Fragment]]:
    """The drawn tables of a page, and the fragments that belong to none of them.

    Rows of a single cell over the whole width are ordinary text.
    """
    tables: list[Table] = []
    loose = list(page.fragments)
    for grid in find_grids(page.rules):
        if len(grid.xs) < 3:
            continue
        inside: dict[Cell, list[Fragment]] = {}
        outside: list[Fragment] = []
        for fragment in loose:
            cell = _home(grid, fragment)
            if cell is None or cell.column_end - cell.column == len(grid.xs) - 1:
                outside.append(fragment)
            else:
                inside.setdefault(cell, []).append(fragment)
        loose = outside
        tables += _parts(grid, inside)
    return tables, loose


def _home(grid: Grid, fragment: Fragment) -> Cell | None:
    return grid.cell_at((fragment.left + fragment.right) / 2, (fragment.top + fragment.bottom) / 2)


def _parts(grid: Grid, inside: dict[Cell, list[Fragment]]) -> Iterator[Table]:
    """The tables of a grid: a row of one cell divides it, and so do columns that all change."""
    texts = {cell: _text(fragments) for cell, fragments in inside.items()}
    start, used = 0, set[int]()
    spanned = {row for cell in grid.cells for row in range(cell.row + 1, cell.row_end)}
    for row in range(len(grid.ys) - 1):
        borders = _borders(grid, row)
        if row not in spanned and used.isdisjoint(borders):
            yield from _table(grid, texts, range(start, row), used)
            start, used = row, set()
        used |= borders
    yield from _table(grid, texts, range(start, len(grid.ys) - 1), used)


def _borders(grid: Grid, row: int) -> set[int]:
    """Between which columns a row has borders."""
    return {cell.column for cell in grid.cells if cell.row <= row < cell.row_end} - {0}


def _table(grid: Grid, texts: dict[Cell, str], within: range, borders: set[int]) -> Iterator[Table]:
    """The rows ``within`` as a table, if there is text in them."""
    columns = {start: place for place, start in enumerate(sorted({0, *borders}))}
    filled = [[""] * len(columns) for _ in within]
    for cell, text in texts.items():
        if cell.row in within:
            filled[cell.row - within.start][columns[cell.column]] = text
    found = tuple(tuple(row) for row in filled if any(row))
    if found:
        top, bottom = grid.ys[within.start], grid.ys[within.stop]
        yield Table(found, grid.xs[0], top, grid.xs[-1], bottom)


def _text(fragments: Iterable[Fragment]) -> str:
    return joined(merged(row).text for row in rows(fragments))


def continued(before: Table, after: Table) -> Table | None:
    """Two parts of a table over a page break as one, its repeated head once; None if it is not.

    The rows of ``before`` stay as they are but for the last, which may have been cut by the break.
    """
    if not _same_columns(before, after):
        return None
    head = 0
    while head < min(len(before.rows), len(after.rows)) and before.rows[head] == after.rows[head]:
        head += 1
    start, rest = before.rows, after.rows[head:]
    if rest and _is_cut(start[head:], rest[0]):
        last = tuple(joined(pair) for pair in zip(start[-1], rest[0], strict=True))
        start, rest = (*start[:-1], last), rest[1:]
    return Table(start + rest, after.left, after.top, after.right, after.bottom)


def _same_columns(before: Table, after: Table) -> bool:
    same = len(before.rows[0]) == len(after.rows[0])
    return same and abs((before.right - before.left) - (after.right - after.left)) <= _SAME_WIDTH


def _is_cut(before: Sequence[tuple[str, ...]], row: tuple[str, ...]) -> bool:
    """Whether a row goes on with the one before: it alone of all has no first cell."""
    return bool(before) and not row[0] and all(old[0] for old in before)
