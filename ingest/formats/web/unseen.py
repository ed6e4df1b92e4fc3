"""Words of a web page that a browser does not let anyone see, by the styles of elements.

Style sheets are not followed: a script may show what they hide. Where it is not sure that words are
hidden, they stay.
"""

import re
from collections.abc import Container, Mapping, Sequence

from lxml import etree
from lxml.html import HtmlElement

_AWAY = re.compile(
    r"opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|(?:text-indent|left|top)\s*:\s*-\d{4,}"
    r"|clip\s*:\s*rect\(\s*0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?\s*\)",
    re.I,
)
_SIZE = re.compile(r"font-size\s*:\s*(\d*\.?\d+)\s*(px|pt|em|rem|%|)", re.I)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.I)
_BACKGROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;!]+)", re.I)
_WHITE = re.compile(
    r"white|#f[a-f]f[a-f]f[a-f]|#fff|rgba?\(\s*25[0-5]\s*,\s*25[0-5]\s*,\s*25[0-5]\s*(?:,[^)]*)?\)",
    re.I,
)
_CLEAR = re.compile(r"transparent|rgba\([^)]*,\s*0(?:\.0+)?\s*\)", re.I)
_NO_BACKGROUND = re.compile(r"\s*+(?:none|initial|inherit|unset)?\s*", re.I)
# Cells whose colour may come from a style sheet for the whole row or table.
_CELLS = ("td", "th", "tr", "thead", "tbody", "table")
# In points or pixels.
_TINY = 1.0


def drop_unseen(body: HtmlElement) -> None:
    """Take away what cannot be seen; an element in it with a look of its own stays."""
    for element in list(body.iter(etree.Element)):
        if element is not body and _AWAY.search(element.get("style", "")):
            element.drop_tree()
    elements = list(body.iter(etree.Element))
    white: dict[HtmlElement | None, bool] = {}
    for element in elements:
        white[element] = _is_white(element, white.get(element.getparent(), False))
    dark = _with_dark_words(elements, white)
    tiny: dict[HtmlElement | None, bool] = {}
    on_white: dict[HtmlElement | None, bool] = {}
    for element in elements:
        above = element.getparent()
        tiny[element] = _is_tiny(element, tiny.get(above, False))
        on_white[element] = _is_on_white(element, dark, on_white.get(above, True))
        if tiny[element] or (white[element] and on_white[element]):
            _empty(element)


def _empty(element: HtmlElement) -> None:
    """Take away the words that stand in an element itself."""
    element.text = None
    for child in element:
        child.tail = None


def _is_tiny(element: HtmlElement, inherited: bool) -> bool:
    size = _SIZE.search(element.get("style", ""))
    if size is None:
        return inherited
    number = float(size[1])
    return number == 0 or (number <= _TINY and size[2].lower() in ("px", "pt"))


def _is_white(element: HtmlElement, inherited: bool) -> bool:
    """Whether the words in an element are white, or have no colour at all."""
    colour = _COLOUR.search(element.get("style", ""))
    named = colour[1].strip() if colour else element.get("color", "").strip()
    return bool(_WHITE.fullmatch(named) or _CLEAR.fullmatch(named)) if named else inherited


def _with_dark_words(
    elements: Sequence[HtmlElement], white: Mapping[HtmlElement | None, bool]
) -> set[HtmlElement]:
    """The elements with words that are not white, on the ground that the element stands on."""
    dark = set()
    for element in reversed(elements):
        words = [element.text, *(child.tail for child in element)]
        own = not white[element] and any((text or "").strip() for text in words)
        if own or any(child in dark and not _ground(child) for child in element):
            dark.add(element)
    return dark


def _is_on_white(element: HtmlElement, dark: Container[HtmlElement], inherited: bool) -> bool:
    """Whether the words of an element surely stand on white.

    It says so, or dark words stand on the same ground, or nothing around it has another ground.
    """
    ground = _ground(element)
    if ground:
        return bool(_WHITE.fullmatch(ground))
    styled = element.get("class") or element.get("id") or element.tag in _CELLS
    return element in dark or (not styled and inherited)


def _ground(element: HtmlElement) -> str:
    """The background that an element itself names; empty if none."""
    own = _BACKGROUND.search(element.get("style", ""))
    if own and not _NO_BACKGROUND.fullmatch(own[1]):
        return str(own[1]).strip()
    return str(element.get("bgcolor") or element.get("background") or "").strip()
