"""Transforms and paths of OFD (GB/T 33190-2016, clauses 8.5 and 9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml.etree import _Element

from ingest.formats.ofd.package import floats

_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
# In points: how far from level or upright a line is still a rule; as thin a filled box is one.
_SLANT, _THIN = 0.7, 4.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Matrix:
    """An affine transform: x' = ax + cy + e, y' = bx + dy + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> Point:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, inner: "Matrix") -> "Matrix":
        """The transform that applies ``inner`` first."""
        e, f = self.at(inner.e, inner.f)
        return Matrix(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            e,
            f,
        )


def rules(element: _Element, place: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """The level and upright lines of a path, and filled boxes as thin as lines."""
    stroked = element.get("Stroke", "true").lower() != "false"
    for points in _figures(element.findtext("{*}AbbreviatedData") or ""):
        corners = [place.at(*point) for point in points]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
        if len(points) > 2 and min(right - left, top - bottom) <= _THIN:
            yield left, bottom, right, top
        elif stroked:
            for (x1, y1), (x2, y2) in pairwise(corners):
                if min(abs(x1 - x2), abs(y1 - y2)) <= _SLANT:
                    yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _figures(words: str) -> Iterator[list[Point]]:
    """The corners of every straight part of a path (clause 9.2): a curve begins another."""
    points: list[Point] = []
    first: Point = (0.0, 0.0)
    tokens = iter(words.replace(",", " ").split())
    for token in tokens:
        count = _OPERANDS.get(token)
        if count is None:
            continue
        numbers = floats(" ".join(word for _, word in zip(range(count), tokens, strict=False)))
        if token == "C":
            points.append(first)
        elif len(numbers) < count:
            break
        elif token == "L":
            points.append((numbers[-2], numbers[-1]))
        else:
            if len(points) > 1:
                yield points
            points = [(numbers[-2], numbers[-1])]
            first = points[0] if token in "MS" else first
    if len(points) > 1:
        yield points
