"""The picture of a page before its text is read: colours, skew, strips of text, drawn lines."""

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.formats.ocr.engine import Pixels, Quads

Mask = NDArray[np.uint8]
Affine = NDArray[np.float64]
# Left, top, right, bottom in pixels.
Box = tuple[float, float, float, float]

_POINTS_PER_MM = 72 / 25.4
# A round seal is 40 mm or more across; the characters of a red head are at most 22 mm high.
_SEAL_MM = 28
_SEAL_ASPECT = 1.3
_RED_OVER_OTHERS = 45
_TILE_ASPECT = 1.6
# How much darker ink is than the paper about it, of 255.
_CONTRAST = 20
# Of a strip's height: columns with less ink are empty.
_EMPTY_SHARE = 0.04
# In heights of a strip, about 1.05 characters: “。（” leaves 1.2 characters between two strokes.
_GAP = 1.3
# In points.
_SHORTEST_LINE = 14
_THICKEST_LINE = 4


def without_seals(pixels: Pixels, scale: float) -> Pixels:
    """The picture with red seals whitened, so that the black text below them is read.

    ``scale`` is pixels per point. What is red but not round and large is kept: red heads, lines.
    """
    spread = pixels.astype(np.int16)
    blue, green, red = spread[..., 0], spread[..., 1], spread[..., 2]
    reddish = ((red - np.maximum(green, blue)) > _RED_OVER_OTHERS).astype(np.uint8)
    joined = cv2.dilate(reddish, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    least = _SEAL_MM * _POINTS_PER_MM * scale
    result = pixels
    for left, top, width, height, _ in stats[1:].tolist():
        if min(width, height) < least or max(width, height) > _SEAL_ASPECT * min(width, height):
            continue
        result = pixels.copy() if result is pixels else result
        inside = (slice(top, top + height), slice(left, left + width))
        result[inside] = _without_red(pixels[inside], reddish[inside] > 0)
    return result


def _without_red(pixels: Pixels, seal: NDArray[np.bool_]) -> Pixels:
    """Only what is darker than the seal in red light, in which red is nearly white."""
    light = pixels[..., 2:].astype(np.float32)
    return (light * (255 / max(float(np.median(light[seal])), 1))).clip(0, 255).astype(np.uint8)


def tiles(pixels: Pixels) -> Iterator[tuple[int, Pixels]]:
    """A picture much longer than wide (of a screen) in parts, each with its upper edge.

    It is cut where a row of pixels varies least, between two lines of text.
    """
    height, width = pixels.shape[:2]
    top = 0
    while height - top > _TILE_ASPECT * width:
        rows = pixels[top + width : top + int(_TILE_ASPECT * width)].std(axis=1).sum(axis=-1)
        cut = top + width + int(rows.argmin())
        yield top, pixels[top:cut]
        top = cut
    yield top, pixels[top:]


def ink_of(pixels: Pixels, block: float) -> Mask:
    """1 where a pixel is darker than the ``block`` pixels about it, whatever the paper's shade."""
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (3, 3), 0)
    kind, inverse = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    ink: Mask = cv2.adaptiveThreshold(grey, 1, kind, inverse, max(3, int(block)) | 1, _CONTRAST)
    return ink


def skew_of(quads: Quads) -> float:
    """The angle of the lines of text in radians, positive where they go down to the right."""
    along = quads[:, 1] - quads[:, 0]
    lengths = np.hypot(along[:, 0], along[:, 1])
    heights = np.hypot(*(quads[:, 3] - quads[:, 0]).T)
    long = lengths > 4 * heights
    if not long.any():
        return 0.0
    angles, weights = np.arctan2(along[long, 1], along[long, 0]), lengths[long]
    order = angles.argsort()
    middle = np.searchsorted(weights[order].cumsum(), weights.sum() / 2)
    return float(angles[order][middle])


def upright(pixels: Pixels, skew: float) -> Affine:
    """The 2 × 3 matrix that turns a picture about its centre so that its lines are level."""
    height, width = pixels.shape[:2]
    turn: Affine = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(skew), 1)
    return turn


def turned(pixels: Pixels, turn: Affine) -> Pixels:
    """The picture, turned; what comes in from outside is as its edge."""
    size = (pixels.shape[1], pixels.shape[0])
    result: Pixels = cv2.warpAffine(pixels, turn, size, borderMode=cv2.BORDER_REPLICATE)
    return result


def strip_of(pixels: Pixels, quad: Quads) -> Pixels:
    """What a quadrilateral holds, level and rectangular."""
    width = int(max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3]))))
    height = int(max(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[2] - quad[1]))))
    size = (max(width, 1), max(height, 1))
    corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    warp = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), corners)
    strip: Pixels = cv2.warpPerspective(
        pixels, warp, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return strip


def pieces_of(strip: Pixels, cuts: Sequence[float]) -> list[tuple[int, int]]:
    """Where in a strip text stands, from left to right: wide gaps and ``cuts`` divide it."""
    height = len(strip)
    ink = ink_of(strip, 2 * height)
    ink &= ~_along(ink, 3 * height, 1)
    filled = ink.mean(axis=0) > _EMPTY_SHARE
    # One column alone is a speck.
    filled &= np.roll(filled, 1) | np.roll(filled, -1)
    for cut in cuts:
        filled[max(int(cut) - 2, 0) : int(cut) + 3] = False
    found: list[tuple[int, int]] = []
    for start, end in _runs(filled):
        gap = (found[-1][1], start) if found else (0, 0)
        if found and start - gap[0] < _GAP * height and not any(gap[0] <= x <= start for x in cuts):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.view(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def drawn_lines(pixels: Pixels, scale: float) -> list[Box]:
    """The level and upright lines of a page whose lines of text are level, strokes among them."""
    ink = ink_of(pixels, 8 * scale)
    length = int(_SHORTEST_LINE * scale)
    level = _boxes(_along(ink, length, 1), scale)
    transposed = _boxes(_along(ink.T.copy(), length, 1), scale)
    return level + [(top, left, bottom, right) for left, top, right, bottom in transposed]


def _along(ink: Mask, width: int, height: int) -> Mask:
    """What of the ink is part of a bar of this size."""
    mended = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    bars: Mask = cv2.morphologyEx(mended, cv2.MORPH_OPEN, np.ones((height, width), np.uint8))
    return bars


def _boxes(bars: Mask, scale: float) -> list[Box]:
    """Level bars as boxes; parts that a slight slope or a speck divided are one."""
    joined = cv2.dilate(bars, np.ones((3, 5), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(joined)
    areas = np.bincount(labels[bars > 0], minlength=count)
    found: list[Box] = []
    for number in range(1, count):
        left, _, width, _, _ = stats[number].tolist()
        left, width = left + 2, max(width - 4, 1)
        thick = float(areas[number]) / width
        if thick <= _THICKEST_LINE * scale:
            middle = float(centres[number][1]) + 0.5
            found.append((left, middle - thick / 2, left + width, middle + thick / 2))
    return found
