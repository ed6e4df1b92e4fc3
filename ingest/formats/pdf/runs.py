"""Characters of a PDF page to runs of text."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.layout.page import Fragment, Rule
from ingest.layout.rows import space_between

# In character heights: a wider gap, or a step back, begins another run.
_RUN_GAP, _RUN_STEP = 0.5, 0.4
# Quotation marks of another font may be written apart from the words they stand around.
_MAX_MARKS = 3


def runs(chars: Sequence[Fragment], drawn: Sequence[Rule]) -> Iterator[Fragment]:
    """Characters that follow each other on a line; a drawn line between them divides them."""
    upright_lines = sorted(
        ((rule.left + rule.right) / 2, rule.top, rule.bottom)
        for rule in drawn
        if rule.bottom - rule.top > rule.right - rule.left
    )
    groups = [list(chars[:1])]
    for before, char in pairwise(chars):
        if not _follows(before, char) or _divided(before, char, upright_lines):
            groups.append([])
        groups[-1].append(char)
    for group in _parted(groups):
        yield from _run(group)


def _parted(groups: list[list[Fragment]]) -> Iterator[list[Fragment]]:
    """Runs divided where marks stand that were written before or after the rest of the line."""
    marks: defaultdict[int, list[Fragment]] = defaultdict(list)
    for group in groups:
        if len(group) <= _MAX_MARKS:
            for char in group:
                marks[_bucket(char)].append(char)
    for group in groups:
        near = _bucket(group[0]) if group else 0
        between = [
            mark.left
            for bucket in (near - 1, near, near + 1)
            for mark in marks.get(bucket, ())
            if len(group) > _MAX_MARKS and _lies_in(mark, group)
        ]
        start = 0
        for left in sorted(between):
            end = start
            while end < len(group) and group[end].left < left:
                end += 1
            yield group[start:end]
            start = end
        yield group[start:]


def _bucket(char: Fragment) -> int:
    return int(char.bottom // 16)


def _lies_in(mark: Fragment, group: Sequence[Fragment]) -> bool:
    middle = (mark.top + mark.bottom) / 2
    level = group[0].top < middle < group[0].bottom
    return level and group[0].left < mark.left < group[-1].left


def _follows(before: Fragment, char: Fragment) -> bool:
    height = max(before.bottom - before.top, char.bottom - char.top)
    overlap = min(before.bottom, char.bottom) - max(before.top, char.top)
    lower = min(before.bottom - before.top, char.bottom - char.top)
    step = char.left - before.right
    return overlap > lower / 2 and -_RUN_STEP * height < step < _RUN_GAP * height


def _divided(before: Fragment, char: Fragment, lines: Sequence[tuple[float, float, float]]) -> bool:
    start, end = (before.left + before.right) / 2, (char.left + char.right) / 2
    middle = (char.top + char.bottom) / 2
    first = bisect_right(lines, (start,))
    for at, top, bottom in lines[first:]:
        if at > end:
            return False
        if top <= middle <= bottom:
            return True
    return False


def _run(chars: Sequence[Fragment]) -> Iterator[Fragment]:
    """The run without the spaces around it, if it is more than spaces."""
    filled = [position for position, char in enumerate(chars) if not char.text.isspace()]
    if filled:
        kept = chars[filled[0] : filled[-1] + 1]
        spaces = [*(space_between(left, right) for left, right in pairwise(kept)), ""]
        yield Fragment(
            "".join(char.text + space for char, space in zip(kept, spaces, strict=True)),
            kept[0].left,
            min(char.top for char in kept),
            max(char.right for char in kept),
            max(char.bottom for char in kept),
        )
