"""What the styles of a .docx say of a paragraph, followed up the chain each is based on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice, zip_longest

from lxml.etree import _Element as Element

from ingest.formats.word.package import W

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])")
_CONTENTS = re.compile(r"(?:toc|目录)\s*(?:\d|heading|标题|$)|table of figures|图表目录")
_TITLES = ("title", "标题")
_BODY_TEXT = 9
_MAX_HEADING_LEVEL = 6
# Deep enough for what people make; a hostile file could chain thousands.
_MAX_CHAIN = 12
# Not one colour: shaded, or left to the program that shows it.
PATTERN = "pattern"
_RGB = re.compile("[0-9A-Fa-f]{6}")
_INDENTS = ("firstLineChars", "firstLine", "hangingChars", "hanging")


@dataclass(frozen=True, slots=True)
class Look:
    """How text is coloured (RRGGBB), how large it is (half-points), and what lies behind it.

    Empty or 0 where nothing is said; ``PATTERN`` is no colour that could be compared.
    """

    colour: str = ""
    size: int = 0
    fill: str = ""

    def over(self, other: "Look") -> "Look":
        """This look, and what it leaves open as the other has it."""
        return Look(self.colour or other.colour, self.size or other.size, self.fill or other.fill)


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits.

    ``heading`` is 1 to 6, or 0. ``list_id`` and ``list_level`` are its w:numPr, empty where it
    has none; ``list_style`` is the id of the style in the chain that names the list.
    """

    heading: int = 0
    title: bool = False
    contents: bool = False
    indented: bool = False
    hidden: bool = False
    list_id: str = ""
    list_level: str = ""
    list_style: str = ""
    look: Look = Look()


@dataclass(slots=True)
class Styles:
    """The styles of one file by their ids; ``backed`` if something is drawn behind its text."""

    elements: dict[str, Element] = field(default_factory=dict)
    default: str = ""
    backed: bool = False
    known: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element | None) -> "Styles":
        """Read the part styles.xml; without one there are no styles."""
        styles = cls()
        for style in root.iterchildren(f"{W}style") if root is not None else ():
            id_ = style.get(f"{W}styleId", "")
            styles.elements.setdefault(id_, style)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                styles.default = styles.default or id_
        return styles

    def chain(self, id_: str) -> Iterator[Element]:
        """The style and those it is based on, the nearest first."""
        return islice(self._chain(id_), _MAX_CHAIN)

    def _chain(self, id_: str) -> Iterator[Element]:
        while id_ in self.elements:
            yield self.elements[id_]
            id_ = value(self.elements[id_], "basedOn")

    def named(self, id_: str) -> Style:
        """The style with this id; one that is not in the file is told by its id."""
        if id_ not in self.known:
            chain = list(self.chain(id_))
            names = [value(style, "name").strip().lower() for style in chain] or [id_.lower()]
            paragraph = [style.find(f"{W}pPr") for style in chain]
            lists = [list_of(properties) for properties in paragraph]
            holder = next((n for n, (list_id, _) in enumerate(lists) if list_id), None)
            self.known[id_] = Style(
                heading=_heading(paragraph, names),
                title=any(name in _TITLES for name in names),
                contents=any(_CONTENTS.match(name) for name in names),
                indented=next((i for i in map(_indent, paragraph) if i is not None), False),
                hidden=next((h for h in map(hides, chain) if h is not None), False),
                list_id="" if holder is None else lists[holder][0],
                list_level=next((level for _, level in lists if level), ""),
                list_style="" if holder is None else chain[holder].get(f"{W}styleId", ""),
                look=reduce(Look.over, map(look, chain), Look()),
            )
        return self.known[id_]

    def of_paragraph(self, properties: Element | None) -> Style:
        """The style of a paragraph with these w:pPr."""
        id_ = value(properties, "pStyle") if properties is not None else ""
        return self.named(id_ or self.default)


def heading_level(properties: Element | None, style: Style) -> int:
    """1 to 6 by the outline level of a paragraph or its built-in heading style; 0 for body text."""
    own = _outline(properties)
    return style.heading if own is None else own


def is_indented(properties: Element | None, style: Style) -> bool:
    """Whether the first line of a paragraph is indented."""
    own = _indent(properties)
    return style.indented if own is None else own


def value(element: Element, name: str) -> str:
    """The value of the child ``name``, empty where there is none."""
    child = element.find(f"{W}{name}")
    return (child.get(f"{W}val") or "") if child is not None else ""


def integer(text: str | None, otherwise: int) -> int:
    """A number of a sane size, or ``otherwise``."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise


def toggle(switch: Element | None) -> bool | None:
    """A property that is on or off; None where it is not set."""
    return None if switch is None else switch.get(f"{W}val", "1") not in ("0", "false", "off")


def hides(element: Element) -> bool | None:
    """Whether a run or a style is hidden text; None where it does not say."""
    properties = element.find(f"{W}rPr")
    return toggle(properties.find(f"{W}vanish")) if properties is not None else None


def look(element: Element) -> Look:
    """What the properties of a run, a paragraph or a style, or of a cell say of its look."""
    found = Look()
    for name in ("rPr", "pPr", "tcPr", "tblPr"):
        properties = element.find(f"{W}{name}")
        if properties is not None:
            colour = value(properties, "color")
            own = Look(
                PATTERN if colour == "auto" else _colour(colour),
                integer(value(properties, "sz"), 0),
                _fill(properties.find(f"{W}shd")) or _marked(value(properties, "highlight")),
            )
            found = found.over(own)
    return found


def _fill(shading: Element | None) -> str:
    if shading is None:
        return ""
    plain = shading.get(f"{W}val", "clear") in ("clear", "nil")
    return _colour(shading.get(f"{W}fill", "")) if plain else PATTERN


def _marked(highlight: str) -> str:
    return {"": "", "none": "", "white": "FFFFFF"}.get(highlight, PATTERN)


def _colour(text: str) -> str:
    return text.upper() if _RGB.fullmatch(text) else ""


def list_of(properties: Element | None) -> tuple[str, str]:
    """The list and the level that w:pPr name; empty where they do not."""
    numbered = properties.find(f"{W}numPr") if properties is not None else None
    return ("", "") if numbered is None else (value(numbered, "numId"), value(numbered, "ilvl"))


def _heading(chain: list[Element | None], names: list[str]) -> int:
    for properties, name in zip_longest(chain, names):
        outline = _outline(properties)
        match = _HEADING.fullmatch(name)
        if outline is not None:
            return outline
        if match:
            return min(int(match[1]), _MAX_HEADING_LEVEL)
    return 0


def _outline(properties: Element | None) -> int | None:
    level = properties.find(f"{W}outlineLvl") if properties is not None else None
    if level is None:
        return None
    number = integer(level.get(f"{W}val"), _BODY_TEXT)
    return min(number + 1, _MAX_HEADING_LEVEL) if number < _BODY_TEXT else 0


def _indent(properties: Element | None) -> bool | None:
    indent = properties.find(f"{W}ind") if properties is not None else None
    found = [indent.get(f"{W}{name}") for name in _INDENTS] if indent is not None else []
    if not any(found):
        return None
    return any(integer(text, 0) > 0 for text in found[:2])
