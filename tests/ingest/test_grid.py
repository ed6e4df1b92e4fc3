"""Drawn lines to the cells of tables."""

import pytest

from ingest.layout.grid import Cell, find_grids
from ingest.layout.page import Rule


def level(y: float, start: float, end: float) -> Rule:
    return Rule(start, y, end, y + 0.5)


def upright(x: float, start: float, end: float) -> Rule:
    return Rule(x, start, x + 0.5, end)


def net(xs: list[float], ys: list[float]) -> list[Rule]:
    across = [level(y, xs[0], xs[-1]) for y in ys]
    return across + [upright(x, ys[0], ys[-1]) for x in xs]


def test_plain_table() -> None:
    (grid,) = find_grids(net([100, 200, 300], [100, 120, 140]))
    assert [round(x) for x in grid.xs] == [100, 200, 300]
    assert len(grid.cells) == 4
    assert grid.cell_at(250, 130) == Cell(1, 1, 2, 2)
    assert grid.cell_at(350, 130) is None


def test_borders_drawn_cell_by_cell() -> None:
    pieces = [
        *(level(y, x, x + 100) for y in (100, 120, 140) for x in (100, 200)),
        *(upright(x, y, y + 20) for x in (100, 200, 300) for y in (100, 120)),
        *(upright(x + 0.8, y + 0.4, y + 20) for x in (100, 200, 300) for y in (100, 120)),
    ]
    (grid,) = find_grids(pieces)
    assert len(grid.cells) == 4


def test_merged_cells() -> None:
    rules = [
        *(level(y, 100, 300) for y in (100, 140, 160)),
        level(120, 200, 300),
        upright(100, 100, 160),
        upright(200, 100, 140),
        upright(300, 100, 160),
    ]
    (grid,) = find_grids(rules)
    assert set(grid.cells) == {
        Cell(0, 0, 2, 1),
        Cell(0, 1, 1, 2),
        Cell(1, 1, 2, 2),
        Cell(2, 0, 3, 2),
    }


def test_open_sides_end_where_the_lines_do() -> None:
    rules = [level(y, 100, 400) for y in (100, 120, 140)]
    rules += [upright(200, 100, 140), upright(300, 100, 140)]
    (grid,) = find_grids(rules)
    assert len(grid.cells) == 6


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [level(100, 50, 500)],
        [level(100, 50, 500), level(110, 50, 500)],
        net([50, 550], [50, 800]),
    ],
    ids=["nothing", "red line", "double line", "frame"],
)
def test_no_table(rules: list[Rule]) -> None:
    assert find_grids(rules) == []


def test_two_tables() -> None:
    below = net([100, 200, 300], [400, 420])
    above = net([100, 150, 300], [100, 120])
    first, second = find_grids(below + above)
    assert first.ys[0] < second.ys[0]
    assert round(first.xs[1]) == 150
