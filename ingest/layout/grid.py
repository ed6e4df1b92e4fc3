"""Drawn lines to the cells of tables."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.layout.page import Rule

# In points. Lines thicker than this are boxes; ends this near meet.
_THICKEST = 4.0
_TOUCH = 3.0
_SHORTEST = 4.0
# A side this far beyond the last border is left open: the table has no line there.
_OPEN_SIDE = 8.0
# A map or a hatched figure has more places where lines may cross; a large table has 5,000.
_MAX_CROSSINGS = 250_000
# The share of a cell's side that must be drawn to divide it from its neighbour.
_DRAWN = 0.6


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows and columns (the last excluded) that a cell covers."""

    row: int
    column: int
    row_end: int
    column_end: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's lines: ``xs`` and ``ys`` are the places of its borders in points."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Cell, ...]

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell at a point; None outside the table."""
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        for cell in self.cells:
            if cell.row <= row < cell.row_end and cell.column <= column < cell.column_end:
                return cell
        return None


@dataclass(slots=True, eq=False)
class _Stroke:
    """A line at ``at`` across, reaching from ``start`` to ``end`` along."""

    at: float
    start: float
    end: float


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """The tables of at least two cells that lines draw, from top to bottom."""
    level = _strokes(((r.top + r.bottom) / 2, r.left, r.right) for r in rules if _is_level(r))
    upright = _strokes(((r.left + r.right) / 2, r.top, r.bottom) for r in rules if _is_upright(r))
    if len(level) * len(upright) > _MAX_CROSSINGS:
        return []
    grids = [_grid(*group) for group in _connected(level, upright)]
    return sorted((grid for grid in grids if len(grid.cells) > 1), key=lambda grid: grid.ys[0])


def _is_level(rule: Rule) -> bool:
    width, height = rule.right - rule.left, rule.bottom - rule.top
    return height <= _THICKEST and width >= _SHORTEST and width > height


def _is_upright(rule: Rule) -> bool:
    width, height = rule.right - rule.left, rule.bottom - rule.top
    return width <= _THICKEST and height >= _SHORTEST and height > width


def _strokes(parts: Iterable[tuple[float, float, float]]) -> list[_Stroke]:
    """Lines drawn piece by piece as whole ones."""
    found: list[_Stroke] = []
    for near in _beside(sorted(parts)):
        at = sum(place for place, _, _ in near) / len(near)
        last: _Stroke | None = None
        for _, start, end in sorted(near, key=lambda part: part[1:]):
            if last and start <= last.end + _TOUCH:
                last.end = max(last.end, end)
            else:
                last = _Stroke(at, start, end)
                found.append(last)
    return found


def _beside(
    parts: Sequence[tuple[float, float, float]],
) -> Iterator[list[tuple[float, float, float]]]:
    """Parts, sorted by place, in groups that touch."""
    group: list[tuple[float, float, float]] = []
    for part in parts:
        if group and part[0] - group[0][0] > _TOUCH:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _connected(
    level: Sequence[_Stroke], upright: Sequence[_Stroke]
) -> list[tuple[list[_Stroke], list[_Stroke]]]:
    """Groups of lines that meet, each with lines of both directions."""
    groups: list[tuple[list[_Stroke], list[_Stroke]]] = []
    free, left = dict.fromkeys(level), dict.fromkeys(upright)
    while free:
        across: list[_Stroke] = []
        down: list[_Stroke] = []
        new = [free.popitem()[0]]
        while new:
            across += new
            met = [v for v in left if any(_meet(h, v) for h in new)]
            down += met
            new = [h for h in free if any(_meet(h, v) for v in met)]
            for stroke in met:
                del left[stroke]
            for stroke in new:
                del free[stroke]
        if down:
            groups.append((across, down))
    return groups


def _meet(level: _Stroke, upright: _Stroke) -> bool:
    return (
        level.start - _TOUCH <= upright.at <= level.end + _TOUCH
        and upright.start - _TOUCH <= level.at <= upright.end + _TOUCH
    )


def _grid(level: Sequence[_Stroke], upright: Sequence[_Stroke]) -> Grid:
    """The table of lines that meet; sides left open are where the other lines end."""
    xs = _places([s.at for s in upright], level)
    ys = _places([s.at for s in level], upright)
    owner = {(r, c): (r, c) for r in range(len(ys) - 1) for c in range(len(xs) - 1)}

    def top(place: tuple[int, int]) -> tuple[int, int]:
        while owner[place] != place:
            place = owner[place]
        return place

    for row, column in list(owner):
        if column and not _drawn(upright, xs[column], ys[row], ys[row + 1]):
            owner[top((row, column))] = top((row, column - 1))
        if row and not _drawn(level, ys[row], xs[column], xs[column + 1]):
            owner[top((row, column))] = top((row - 1, column))
    regions: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in owner:
        regions.setdefault(top(place), []).append(place)
    return Grid(tuple(xs), tuple(ys), tuple(sorted(map(_cell, regions.values()), key=_order)))


def _places(values: Sequence[float], across: Sequence[_Stroke]) -> list[float]:
    """Where borders stand: the lines themselves and the ends of those across them."""
    ends = (min(s.start for s in across), max(s.end for s in across))
    drawn = sorted(set(values))
    first = [ends[0]] if ends[0] < drawn[0] - _OPEN_SIDE else []
    last = [ends[1]] if ends[1] > drawn[-1] + _OPEN_SIDE else []
    groups = _beside([(value, 0.0, 0.0) for value in [*first, *drawn, *last]])
    return [sum(part[0] for part in group) / len(group) for group in groups]


def _drawn(strokes: Sequence[_Stroke], at: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(s.end, end) - max(s.start, start)) for s in strokes if abs(s.at - at) <= _TOUCH
    )
    return covered >= _DRAWN * (end - start)


def _cell(places: Sequence[tuple[int, int]]) -> Cell:
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return Cell(min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _order(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column
