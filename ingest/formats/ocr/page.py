"""One picture of a page to its text and drawn lines."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from ingest.formats.ocr.engine import Pixels, Quads, detect, recognise
from ingest.formats.ocr.image import (
    Box,
    drawn_lines,
    pieces_of,
    skew_of,
    strip_of,
    tiles,
    turned,
    upright,
    without_seals,
)
from ingest.formats.ocr.text import repaired
from ingest.layout.page import Fragment, Page, Rule

# Below it is no print: seals, handwriting, specks. On eight poor scans with grey seals or red ones,
# 206 lines of print had at least 0.88, five of six bits of seals at most 0.65.
_LEAST_SURE = 0.7
# A page that stands upright is read more surely than this on the whole: clean and poor pages had
# 0.99 and more, the same pages on a side or on their head at most 0.57.
_UPRIGHT = 0.8
# In quarters: as it lies, on either side (wide tables are bound so), on its head.
_TURNS = (0, 1, 3, 2)
# In heights of a line: what is left beside a piece of it, so that no stroke is cut.
_BESIDE = 0.25
# In heights of a line: how far a stroke may stand out of the box found for its text.
_PROTRUDING = 0.25
# Punctuation that fills one half of its square: the other half belongs to the line.
_HALF_AT_RIGHT = "，。、；：！？）》〉〕】」』"
_HALF_AT_LEFT = "（《〈〔【「『"


def page_of(image: Image.Image, width: float, height: float) -> Page:
    """Read a picture of a page ``width`` × ``height`` points large; it may lie on any side."""
    pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[..., ::-1])
    best, surest = None, -1.0
    for quarters in _TURNS:
        sides = (height, width) if quarters % 2 else (width, height)
        page, sure = _read(np.ascontiguousarray(np.rot90(pixels, quarters)), *sides)
        if sure > surest:
            best, surest = page, sure
        if surest >= _UPRIGHT:
            break
    return best or Page(width, height, ())


def _read(pixels: Pixels, width: float, height: float) -> tuple[Page, float]:
    """The page as it lies, and how sure its text is."""
    scale = pixels.shape[1] / width
    clean = without_seals(pixels, scale)
    quads = _lines_of(clean)
    turn = upright(clean, skew_of(quads))
    level = (quads @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    lines = _rules(drawn_lines(turned(clean, turn), scale), level)
    boxes, strips = [], []
    for quad, place in zip(quads, level, strict=True):
        for box, strip in _pieces(strip_of(clean, quad), place, lines):
            boxes.append(box)
            strips.append(strip)
    texts = recognise(strips)
    kept = [
        (text, box)
        for box, (text, sure) in zip(boxes, texts, strict=True)
        if sure >= _LEAST_SURE and text.strip()
    ]
    mended = repaired([text for text, _ in kept])
    fragments = [_fragment(t, box, scale) for t, (_, box) in zip(mended, kept, strict=True)]
    rules = [Rule(*(side / scale for side in line)) for line in lines]
    return Page(width, height, tuple(fragments), tuple(rules)), _sureness(texts)


def _lines_of(pixels: Pixels) -> Quads:
    below = [detect(tile) + np.array([0, top], np.float32) for top, tile in tiles(pixels)]
    return np.concatenate(below)


def _sureness(texts: list[tuple[str, float]]) -> float:
    length = sum(len(text) for text, _ in texts)
    return sum(len(text) * sure for text, sure in texts) / length if length else float(not texts)


def _rules(lines: list[Box], quads: Quads) -> list[Box]:
    """The drawn lines that are no strokes of characters: not inside a line of text."""
    boxes = [_box(quad, 0, 1) for quad in quads]
    return [line for line in lines if not any(_within(line, box) for box in boxes)]


def _within(line: Box, box: Box) -> bool:
    left, top, right, bottom = box
    more = _PROTRUDING * (bottom - top)
    level = left - more <= line[0] and line[2] <= right + more
    return level and top - more <= line[1] and line[3] <= bottom + more


def _pieces(strip: Pixels, quad: Quads, lines: list[Box]) -> Iterator[tuple[Box, Pixels]]:
    """What a line of text holds between wide gaps and drawn lines: its place and its picture."""
    height, width = strip.shape[:2]
    left, top, right, bottom = _box(quad, 0, 1)
    crossing = [(x0 + x1) / 2 for x0, y0, x1, y1 in lines if y0 <= top and bottom <= y1]
    cuts = [(x - left) / (right - left) * width for x in crossing if left < x < right]
    pieces = pieces_of(strip, cuts) or [(0, width)]
    pad = int(_BESIDE * height) if len(pieces) > 1 else width
    for start, end in pieces:
        # No drawn line comes into a picture of text: it would be read as a character.
        first = max(0, start - pad, *(int(x) + 3 for x in cuts if x <= start))
        last = min(width, end + pad, *(int(x) - 2 for x in cuts if x >= end))
        part = strip[:, min(first, start) : max(last, end)]
        yield _box(quad, start / width, end / width), part


def _box(quad: Quads, start: float, end: float) -> Box:
    """The part of a quadrilateral from ``start`` to ``end`` of its width, as a level box."""
    a, b, c, d = quad
    left, right = (a + d) / 2, (b + c) / 2
    middle = (left[1] + right[1]) / 2
    half = (np.hypot(*(d - a)) + np.hypot(*(c - b))) / 4
    width = right[0] - left[0]
    x0, x1 = left[0] + start * width, left[0] + end * width
    return float(x0), float(middle - half), float(x1), float(middle + half)


def _fragment(text: str, box: Box, scale: float) -> Fragment:
    left, top, right, bottom = (side / scale for side in box)
    half = (bottom - top) / 2
    if text[0] in _HALF_AT_LEFT:
        left -= half
    if text[-1] in _HALF_AT_RIGHT:
        right += half
    return Fragment(text, left, top, right, bottom)
