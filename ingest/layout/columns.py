"""What stands on a page, in reading order: columns of text one after the other."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

# A column has at least so many lines, takes this share of the text's width, and this share of its
# lines reaches its right side: lists and forms beside each other do not.
_MIN_LINES = 4
_MIN_WIDTH = 0.25
_MIN_FULL = 0.4
# The free gap between columns of text is at most this share of the width; a form's is wider.
_MAX_GUTTER = 0.15
# In points, about the width of one and a half characters.
_NEAR_EDGE = 24.0


class Box(Protocol):
    """Anything with a place on a page."""

    @property
    def left(self) -> float: ...  # noqa: D102
    @property
    def top(self) -> float: ...  # noqa: D102
    @property
    def right(self) -> float: ...  # noqa: D102
    @property
    def bottom(self) -> float: ...  # noqa: D102


B = TypeVar("B", bound=Box)


def in_columns(boxes: Sequence[B]) -> list[list[B]]:
    """Boxes in blocks of one column each, in reading order."""
    gutter = _gutter(boxes)
    if gutter is None:
        return [list(boxes)] if boxes else []
    found: list[list[B]] = []
    beside: list[B] = []
    for box in sorted(boxes, key=lambda b: b.top):
        if box.left < gutter < box.right:
            found += [*_halves(beside, gutter), [box]]
            beside = []
        else:
            beside.append(box)
    return found + _halves(beside, gutter)


def _halves(boxes: Sequence[B], gutter: float) -> list[list[B]]:
    left = [box for box in boxes if box.right <= gutter]
    right = [box for box in boxes if box.left >= gutter]
    return [half for side in (left, right) for half in in_columns(side)]


def _gutter(boxes: Sequence[Box]) -> float | None:
    """The middle of the gap between two columns of prose, if there are two."""
    if len(boxes) < 2 * _MIN_LINES:
        return None
    start, end = min(b.left for b in boxes), max(b.right for b in boxes)
    long = [b for b in boxes if b.right - b.left >= _MIN_WIDTH * (end - start)]
    best: tuple[int, float] | None = None
    for place in sorted({b.right for b in long if b.right < end - _NEAR_EDGE}):
        left = [b for b in long if b.right <= place]
        right = [b for b in long if b.left > place]
        if len(left) < _MIN_LINES or len(right) < _MIN_LINES or not _beside(left, right):
            continue
        beginning = min(b.left for b in right)
        narrow = beginning - _edge(left) <= _MAX_GUTTER * (end - start)
        if narrow and _is_full(left) and _is_full(right):
            score = len(left) + len(right)
            if best is None or score > best[0]:
                best = score, (place + beginning) / 2
    return best[1] if best else None


def _edge(boxes: Sequence[Box]) -> float:
    """Where most lines of a column end."""
    return max((b.right for b in boxes), key=lambda right: (_ending(boxes, right), right))


def _ending(boxes: Sequence[Box], edge: float) -> int:
    return sum(edge - _NEAR_EDGE <= b.right <= edge for b in boxes)


def _is_full(boxes: Sequence[Box]) -> bool:
    return _ending(boxes, _edge(boxes)) >= _MIN_FULL * len(boxes)


def _beside(left: Sequence[Box], right: Sequence[Box]) -> bool:
    top = max(min(b.top for b in side) for side in (left, right))
    return top < min(max(b.bottom for b in side) for side in (left, right))
