"""Fragments of a page to printed rows of text."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from ingest.layout.page import Fragment

# In characters: a wider gap divides what stands beside each other; a padded name of two
# characters (“周　明”) has one of one character.
SEGMENT_GAP = 1.6
# In characters: set text is stretched by less, so a wider gap is a space.
_SPACE_GAP = 0.55
_WORD_GAP = 0.2
# The share of the lower of two boxes that overlaps where both stand on one line.
_SAME_LINE = 0.5
_MAX_SPACES = 8
# Gaps that differ by less than this share are the even spacing of a stretched title.
_EVEN = 0.35


def is_wide(char: str) -> bool:
    """Whether a character takes a full square, as Chinese characters do."""
    return unicodedata.east_asian_width(char) in "WFA"


def units(text: str) -> float:
    """The width of a text in full characters."""
    return sum(1.0 if is_wide(char) else 0.5 for char in text)


def em(fragment: Fragment) -> float:
    """The width in points of one full character of ``fragment``."""
    height = max(fragment.bottom - fragment.top, 1.0)
    if not any(map(is_wide, fragment.text)):
        return 0.85 * height
    pitch = (fragment.right - fragment.left) / units(fragment.text)
    return min(max(pitch, 0.6 * height), 1.2 * height)


def rows(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand on one line together, from top to bottom, each from left to right."""
    found: list[tuple[Fragment, list[Fragment]]] = []
    for fragment in sorted(fragments, key=lambda f: (f.top + f.bottom, f.left)):
        near = next((row for row in reversed(found[-3:]) if _on_line(row[0], fragment)), None)
        if near is None:
            found.append((fragment, [fragment]))
        else:
            near[1].append(fragment)
            if fragment.bottom - fragment.top > near[0].bottom - near[0].top:
                found[found.index(near)] = (fragment, near[1])
    found.sort(key=lambda row: row[0].top + row[0].bottom)
    return [sorted(row, key=lambda f: f.left) for _, row in found]


def _on_line(one: Fragment, other: Fragment) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > _SAME_LINE * min(one.bottom - one.top, other.bottom - other.top)


def merged(row: Sequence[Fragment]) -> Fragment:
    """The fragments of one line, from left to right, as one fragment."""
    text = row[0].text
    even = _evenly_spaced(row)
    for left, right in pairwise(row):
        if not even:
            text += space_between(left, right)
        text += right.text
    return Fragment(
        text,
        row[0].left,
        min(f.top for f in row),
        max(f.right for f in row),
        max(f.bottom for f in row),
    )


def space_between(left: Fragment, right: Fragment) -> str:
    """The spaces that stand for the gap between two fragments of a line."""
    gap, width = right.left - left.right, max(em(left), em(right))
    if left.text[-1:].isspace() or right.text[:1].isspace():
        gap -= width
    if gap > _SPACE_GAP * width:
        return " " * min(max(round(2 * gap / width), 1), _MAX_SPACES)
    word = not is_wide(left.text[-1]) and not is_wide(right.text[0])
    return " " if word and gap > _WORD_GAP * width else ""


def _evenly_spaced(row: Sequence[Fragment]) -> bool:
    """Whether a whole line is single characters set apart: “通　　知”."""
    if len(row) < 2 or not all(len(f.text) == 1 and is_wide(f.text) for f in row):
        return False
    gaps = [right.left - left.right for left, right in pairwise(row)]
    middle = median(gaps)
    return all(abs(gap - middle) <= _EVEN * max(middle, 1.0) for gap in gaps)


def segments(fragments: Iterable[Fragment]) -> list[Fragment]:
    """What stands on one line without a wide gap, from top to bottom."""
    found: list[Fragment] = []
    for row in rows(f for f in fragments if f.text.strip()):
        if _evenly_spaced(row):
            found.append(merged(row))
            continue
        run = [row[0]]
        for left, right in pairwise(row):
            if right.left - left.right > SEGMENT_GAP * max(em(left), em(right)):
                found.append(merged(run))
                run = []
            run.append(right)
        found.append(merged(run))
    return found


def joined(texts: Iterable[str]) -> str:
    """Printed lines as one text: a space only between words of letters."""
    text = ""
    for part in filter(None, map(str.strip, texts)):
        word = text[-1:].isascii() and text[-1:].isalnum() and part[0].isascii()
        text += f" {part}" if word and part[0].isalnum() else part
    return text
