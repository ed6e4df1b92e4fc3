"""Where the lines of a column begin and end: indents, full lines, gaps between lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.content import Line
from ingest.layout.page import Fragment
from ingest.layout.rows import em, is_wide, units
from ingest.layout.tables import Table

# In characters: the first line of a paragraph begins about two further in; a full line ends
# within one and a half of the right side.
_MIN_INDENT = 1.3
_FULL = 1.5
# A distance this many times the usual one from line to line holds a blank line.
_BLANK = 1.5
# Where so many lines and this share of a block end at one place, its right side is sure, unless
# that is so near the left side that they are items of equal length.
_MIN_LINES, _MIN_SHARE = 3, 0.2
_MIN_WIDTH = 0.55
_MIN_SHARE_LEFT = 0.15
# In points.
_INSIDE = 8.0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines and tables of one column of page number ``page``, from top to bottom.

    ``width`` is that of the page, ``beside`` whether other columns stand there too.
    """

    page: int
    width: float
    beside: bool
    items: tuple[Fragment | Table, ...]

    def texts(self) -> list[Fragment]:
        """The lines without the tables."""
        return [item for item in self.items if isinstance(item, Fragment)]


@dataclass(frozen=True, slots=True)
class _Sides:
    left: float
    right: float


def printed_lines(found: Sequence[Block]) -> Iterator[list[Line]]:
    """A line for every item of every block; those of tables are empty."""
    sure = [(block.page, sides) for block in found if (sides := _sure_sides(block))]
    for position, block in enumerate(found):
        sides = _sure_sides(block) or _borrowed(block, sure)
        after = next((b.items[0] for b in found[position + 1 : position + 2] if b.items), None)
        yield _block_lines(block, sides, after)


def _block_lines(block: Block, sides: _Sides, after: Fragment | Table | None) -> list[Line]:
    pitch = _pitch(block)
    lines: list[Line] = []
    before: Fragment | Table | None = None
    for item, following in zip(block.items, [*block.items[1:], after], strict=True):
        if isinstance(item, Fragment):
            gap = item.bottom - before.bottom if before else 0.0
            indent = (item.left - sides.left) / em(item)
            lines.append(
                Line(
                    item.text.strip(),
                    block.page,
                    after_blank=gap > _BLANK * pitch,
                    indented=indent >= _MIN_INDENT,
                    full=_is_full(item, following, sides.right),
                )
            )
        else:
            lines.append(Line("", block.page))
        before = item
    return lines


def _is_full(line: Fragment, following: Fragment | Table | None, right: float) -> bool:
    """Whether nothing more had room; a word or number that begins the next line had not."""
    room = right - line.right
    if room < _FULL * em(line):
        return True
    if not isinstance(following, Fragment):
        return False
    return room < em(following) * units(_first_word(following.text)) + _FULL


def _first_word(text: str) -> str:
    for position, char in enumerate(text):
        if is_wide(char) or char.isspace():
            return text[:position]
    return text


def _sure_sides(block: Block) -> _Sides | None:
    """The sides that the lines of a block show by themselves."""
    texts = block.texts()
    if len(texts) < _MIN_LINES:
        return None
    near = median(em(line) for line in texts)
    at = max((line.right for line in texts), key=lambda r: (_ending(texts, r, near), r))
    if _ending(texts, at, near) < max(_MIN_LINES, _MIN_SHARE * len(texts)):
        return None
    left = _left(texts, near)
    if at - left < _MIN_WIDTH * block.width and not block.beside:
        return None
    return _Sides(left, at)


def _ending(texts: Sequence[Fragment], right: float, near: float) -> int:
    return sum(right - near <= line.right <= right for line in texts)


def _left(texts: Sequence[Fragment], near: float) -> float:
    """The leftmost place at which more than a stray line begins."""
    lefts = sorted(line.left for line in texts)
    needed = max(2, _MIN_SHARE_LEFT * len(lefts))
    for left in lefts:
        if sum(left <= other <= left + near / 2 for other in lefts) >= needed:
            return left
    return lefts[0]


def _borrowed(block: Block, sure: Sequence[tuple[int, _Sides]]) -> _Sides:
    """The sides of the nearest block around one that is too short to show its own."""
    texts = block.texts()
    if not texts:
        return _Sides(0.0, block.width)
    left, right = min(line.left for line in texts), max(line.right for line in texts)
    around = [
        (abs(page - block.page), sides.right - sides.left, sides)
        for page, sides in sure
        if sides.left - _INSIDE <= left and right <= sides.right + _INSIDE
    ]
    if around:
        return min(around, key=lambda candidate: candidate[:2])[2]
    return _Sides(left, max(right, block.width - left))


def _pitch(block: Block) -> float:
    """The usual distance from one line to the next; endless where there are too few lines."""
    steps = [after.bottom - before.bottom for before, after in pairwise(block.texts())]
    return median(steps) if len(steps) >= 2 else float("inf")
