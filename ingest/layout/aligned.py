"""Tables without drawn lines: texts that stand in columns over several rows."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.layout.page import Fragment
from ingest.layout.rows import merged
from ingest.layout.tables import Table
from ingest.text.roster import roster_runs

_MIN_ROWS = 3
_MIN_COLUMNS = 3

Row = Sequence[Fragment]


def aligned_tables(found: Sequence[Row]) -> Iterator[Fragment | Table]:
    """Printed lines, given as what stands on each between wide gaps, and the tables they make.

    Lists of people, whose columns are read as such later, stay lines.
    """
    lines = [merged(row) for row in found]
    people = roster_runs([line.text for line in lines])
    parted = (position not in people and len(row) > 1 for position, row in enumerate(found))
    for is_parted, run in groupby(zip(parted, found, lines, strict=True), lambda part: part[0]):
        parts = list(run)
        table = _table([row for _, row, _ in parts]) if is_parted else None
        if table:
            yield table
        else:
            yield from (line for _, _, line in parts)


def _table(found: Sequence[Row]) -> Table | None:
    """The table of rows whose texts stand in the same columns; None where they do not."""
    columns = _columns([text for row in found for text in row])
    filled = [[_column(columns, text) for text in row] for row in found]
    whole = sum(len(row) >= _MIN_COLUMNS for row in filled)
    if len(columns) < _MIN_COLUMNS or whole < _MIN_ROWS:
        return None
    if any(len(set(row)) < len(row) for row in filled):
        return None
    cells = tuple(
        tuple(row[places.index(c)].text.strip() if c in places else "" for c in range(len(columns)))
        for row, places in zip(found, filled, strict=True)
    )
    return Table(
        cells,
        columns[0][0],
        min(text.top for text in found[0]),
        columns[-1][1],
        max(text.bottom for text in found[-1]),
    )


def _columns(texts: Sequence[Fragment]) -> list[tuple[float, float]]:
    """The stretches across a page in which texts stand, with free gaps between them."""
    found: list[tuple[float, float]] = []
    for text in sorted(texts, key=lambda t: t.left):
        if found and text.left < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], text.right)
        else:
            found.append((text.left, text.right))
    return found


def _column(columns: Sequence[tuple[float, float]], text: Fragment) -> int:
    return max(place for place, (left, _) in enumerate(columns) if left <= text.left)
