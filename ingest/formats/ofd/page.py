"""What is drawn on a page of an OFD file: characters, lines and pictures."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import QName, _Element

from ingest.errors import RefusedFileError
from ingest.formats.ofd.package import PageParts, Sources, box, floats
from ingest.formats.ofd.path import Matrix, Point, rules
from ingest.formats.pdf.text import Glyph
from ingest.layout.rows import is_wide

POINTS = 72 / 25.4
# A page of a genuine paper has some thousands, where every character is an object of its own.
_MAX_NESTING, _MAX_OBJECTS = 32, 300_000
# In degrees: text at more is a watermark or a seal.
_ASKEW = 5
# How a character stands about its baseline, in shares of its size.
_ABOVE, _BELOW = 0.88, 0.12
# A step of no more than this share of a character's own width belongs to the character.
_OWN_STEP = 1.3


@dataclass(slots=True)
class Drawn:
    """What a page shows, in points with y upwards; ``hidden`` is text without any colour."""

    width: float
    height: float
    objects: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    hidden: list[Glyph] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    pictures: list[tuple[str, float]] = field(default_factory=list)


def draw(page: PageParts) -> Drawn:
    """Everything on a page, templates below it; notes and seals are no part of it.

    ``pictures`` holds the part of each picture with the share of the page it covers.

    Raises:
        RefusedFileError: far more on the page than a genuine one has.
    """
    left, top, width, height = page.box
    # The page in points, y upwards.
    onto = Matrix(POINTS, 0, 0, -POINTS, -left * POINTS, (top + height) * POINTS)
    drawn = Drawn(width * POINTS, height * POINTS)
    for content in page.contents:
        for layer in content.iterfind("{*}Content/{*}Layer"):
            _objects(layer, onto, page.sources, drawn, 0)
    return drawn


def _objects(holder: _Element, onto: Matrix, sources: Sources, drawn: Drawn, depth: int) -> None:
    for element in holder.iterchildren("{*}*"):
        drawn.objects += 1
        if drawn.objects > _MAX_OBJECTS or depth > _MAX_NESTING:
            raise RefusedFileError(
                "OFD 的一页里图元太多或嵌套太深，没有导入；请打印成 PDF 后再试。"
            )
        if element.get("Visible", "true").lower() in ("false", "0"):
            continue
        name = QName(element).localname
        if name == "PageBlock":
            _objects(element, onto, sources, drawn, depth + 1)
            continue
        place = onto.after(_matrix(element))
        if name == "TextObject":
            _text(element, place, drawn)
        elif name == "PathObject":
            drawn.rules += rules(element, place)
        elif name == "ImageObject":
            _picture(element, place, sources, drawn)
        elif name == "CompositeObject":
            unit = sources.units.get(element.get("ResourceID", ""))
            content = unit.find("{*}Content") if unit is not None else None
            if content is not None:
                _objects(content, place, sources, drawn, depth + 1)


def _matrix(element: _Element) -> Matrix:
    """From an object's own coordinates to those around it (clause 8.5): CTM, then Boundary."""
    numbers = floats(element.get("CTM", ""))
    own = Matrix(*numbers[:6]) if len(numbers) >= 6 else Matrix()
    left, top, *_ = [*floats(element.get("Boundary", "")), 0.0, 0.0]
    return Matrix(1, 0, 0, 1, left, top).after(own)


def _text(element: _Element, place: Matrix, drawn: Drawn) -> None:
    size = (floats(element.get("Size", "")) or [0.0])[0]
    stretch = (floats(element.get("HScale", "")) or [1.0])[0] or 1.0
    colour = element.find("{*}FillColor")
    faint = "0" in (element.get("Alpha"), colour.get("Alpha") if colour is not None else None)
    into = drawn.hidden if faint else drawn.glyphs
    x = y = 0.0
    for code in element.iterfind("{*}TextCode"):
        x = (floats(code.get("X", "")) or [x])[0]
        y = (floats(code.get("Y", "")) or [y])[0]
        into += _characters(code, (x, y), (size, stretch), place)


def _characters(
    code: _Element, start: Point, size: tuple[float, float], place: Matrix
) -> Iterator[Glyph]:
    """The characters of a TextCode (clause 11.3), each with its box."""
    text = code.text or ""
    height, stretch = size
    steps = _deltas(code.get("DeltaX", ""), len(text))
    falls = _deltas(code.get("DeltaY", ""), len(text))
    quarter = _quarter(place)
    x, y = start
    for at, char in enumerate(text):
        natural = height * stretch * (1.0 if is_wide(char) else 0.5)
        fall = falls[at] if at < len(falls) else 0.0
        step = steps[at] if at < len(steps) else (0.0 if falls else natural)
        width = step if 0 < step <= _OWN_STEP * natural else natural
        corners = (
            place.at(x, y - _ABOVE * height),
            place.at(x + width, y + _BELOW * height),
        )
        (x1, y1), (x2, y2) = corners
        seen = char if char.isprintable() else " "
        yield Glyph(seen, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), quarter)
        x, y = x + step, y + fall


def _deltas(words: str, limit: int) -> list[float]:
    """Steps between characters; “g 3 5.5” stands for 5.5 three times."""
    found: list[float] = []
    tokens = iter(words.split())
    for token in tokens:
        repeated = token == "g"
        times = floats(next(tokens, "")) if repeated else [1.0]
        value = floats(next(tokens, "") if repeated else token)
        if not times or not value:
            break
        found += value[:1] * min(max(int(times[0]), 0), limit)
        if len(found) >= limit:
            break
    return found[:limit]


def _quarter(place: Matrix) -> int | None:
    """How many quarters text is turned against the clock; None at another angle."""
    quarters = math.degrees(math.atan2(place.b, place.a)) / 90
    near = round(quarters)
    return near % 4 if abs(quarters - near) * 90 <= _ASKEW else None


def _picture(element: _Element, place: Matrix, sources: Sources, drawn: Drawn) -> None:
    part = sources.pictures.get(element.get("ResourceID", ""))
    bounds = box(element.get("Boundary", ""))
    if part and bounds:
        area = bounds[2] * bounds[3] * POINTS**2
        drawn.pictures.append((part, area / (drawn.width * drawn.height)))
