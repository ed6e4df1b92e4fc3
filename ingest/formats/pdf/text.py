"""The text layer of a PDF page: its characters, set upright."""

import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.formats.pdf.ink import Ink, Inks
from ingest.layout.page import Fragment

# In points: the least size that anyone can read is some four times this.
_TINY = 1.0
# In degrees: scanned and converted pages are this little askew; a watermark is set at more.
_ASKEW = 5
_MAX_GARBAGE = 0.3
_UNMAPPED = frozenset(["Cc", "Cn", "Co", "Cs"])
# The same character within this share of its height is printed twice to look bold.
_OVERPRINT = 0.2
# pdfium's sign for a hyphen at the end of a line.
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
_WIDE_SPACE = "\u3000"
_REPLACEMENT = "\ufffd"
# Radicals that fonts name in place of the characters that look the same; NFKC knows the others.
_RADICALS = str.maketrans(
    "⺁⺇⺌⺎⺏⺐⺑⺒⺓⺛⺝⺠⺡⺢⺤⺥⺦⺨⺩⺪⺬⺮⺯⺷⺼⺽⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰",
    "厂几小兀尣尢尣巳幺旡月民氵氺爫爫丬犭王疋示竹糹羊肉臼虎衤覀西见角讠贝车辶长门雨青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙",
)


class Glyph(NamedTuple):
    """A character, its box in points (y upwards) and its quarter turns; None at other angles."""

    char: str
    left: float
    bottom: float
    right: float
    top: float
    quarter: int | None


class Turn(NamedTuple):
    """How a page is turned so that its text stands upright, from the top left corner."""

    quarter: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """The width of the turned page."""
        return self.top - self.bottom if self.quarter % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """The height of the turned page."""
        return self.right - self.left if self.quarter % 2 else self.top - self.bottom

    def box(
        self, left: float, bottom: float, right: float, top: float
    ) -> tuple[float, float, float, float]:
        """Left, top, right, bottom on the turned page."""
        if self.quarter == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.quarter == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.quarter == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left


def glyphs(text: Any, page: Any) -> list[Glyph]:
    """The characters of a page in writing order; those without ink only where nothing is seen.

    Scans hold the words read from them without ink. White ones on white and tiny ones are none.
    """
    seen: list[Glyph] = []
    hidden: list[Glyph] = []
    inks = Inks(page)
    box = pdfium.FS_RECTF()
    high = 0
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
            continue
        quarter = _quarter(pdfium.FPDFText_GetCharAngle(text, index))
        part = pdfium.FPDFText_GetTextObject(text, index)
        glyph = Glyph(_char(code, high), box.left, box.bottom, box.right, box.top, quarter)
        ink = inks.of(part)
        if max(box.right - box.left, box.top - box.bottom) > _TINY and not (
            ink is Ink.WHITE and inks.on_white(*glyph[1:5])
        ):
            (hidden if ink is Ink.NONE else seen).append(glyph)
    return seen if any(not glyph.char.isspace() for glyph in seen) else hidden


def _char(code: int, high: int) -> str:
    """The character of a code; ``high`` is the last first half of a UTF-16 pair."""
    if 0xDC00 <= code < 0xE000 and high:
        return bytes([high >> 8, high & 255, code >> 8, code & 255]).decode("utf-16-be")
    if code in _HYPHENS:
        return _HYPHENS[code]
    char = chr(code) if code <= sys.maxunicode else _REPLACEMENT
    if char.isspace() and char != _WIDE_SPACE:
        return " "
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0xFB00 <= code <= 0xFB06:
        return unicodedata.normalize("NFKC", char).translate(_RADICALS)
    return char


def _quarter(angle: float) -> int | None:
    # pdfium counts clockwise.
    quarters = -math.degrees(angle) / 90
    near = round(quarters)
    return near % 4 if abs(quarters - near) * 90 <= _ASKEW else None


def is_garbage(found: Sequence[Glyph]) -> bool:
    """Whether the font does not say which characters these are."""
    chars = [glyph.char for glyph in found if not glyph.char.isspace()]
    unknown = sum(
        unicodedata.category(char[0]) in _UNMAPPED or char == _REPLACEMENT for char in chars
    )
    return unknown > _MAX_GARBAGE * len(chars)


def upright(
    found: Sequence[Glyph], bounds: tuple[float, float, float, float]
) -> tuple[Turn, list[Fragment]]:
    """The turn that sets most of the text upright, and the characters that then are."""
    counts = Counter(glyph.quarter for glyph in found if glyph.quarter is not None)
    turn = Turn(counts.most_common(1)[0][0] if counts else 0, *bounds)
    standing = (
        Fragment(glyph.char, *turn.box(*glyph[1:5]))
        for glyph in found
        if glyph.quarter == turn.quarter and _is_printed(glyph.char)
    )
    return turn, [char for char in _once(standing) if _is_on(turn, char)]


def _is_printed(char: str) -> bool:
    return char.isprintable() or char == _WIDE_SPACE


def _is_on(turn: Turn, char: Fragment) -> bool:
    """Whether a character lies on the page: some stand beside it, where nobody sees them."""
    x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
    return 0 <= x <= turn.width and 0 <= y <= turn.height


def _once(chars: Iterable[Fragment]) -> Iterator[Fragment]:
    """Characters without those printed again in the same place."""
    places: dict[tuple[str, int, int], list[Fragment]] = {}
    for char in chars:
        near = _OVERPRINT * (char.bottom - char.top)
        column, line = round(char.left / 4), round(char.top / 4)
        around = (
            other
            for x in (column - 1, column, column + 1)
            for y in (line - 1, line, line + 1)
            for other in places.get((char.text, x, y), ())
        )
        if any(abs(o.left - char.left) < near and abs(o.top - char.top) < near for o in around):
            continue
        places.setdefault((char.text, column, line), []).append(char)
        yield char
