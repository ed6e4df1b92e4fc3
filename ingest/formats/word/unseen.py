"""Text of a .docx that is printed but not seen: of the colour of what lies behind it, or tiny."""

from lxml.etree import _Element as Element

from ingest.formats.word.package import W
from ingest.formats.word.styles import PATTERN, Look, Styles, look, value

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
# In half-points: a full point.
_TINY = 2
_WHITE = "FFFFFF"
# A colour this near to white, in each of its parts, cannot be told from it.
_NEAR_WHITE = 250


class Ground:
    """What the runs of a paragraph are printed on."""

    def __init__(self, paragraph: Element, styles: Styles) -> None:
        self._paragraph = paragraph
        self._styles = styles
        self._look = styles.of_paragraph(paragraph.find(f"{W}pPr")).look
        self._behind = ""

    def swallows(self, run: Element) -> bool:
        """Whether the words of a run cannot be seen; where that is not sure, they can."""
        own = _with_style(run, "rPr", "rStyle", self._styles)
        colour, size = own.colour or self._look.colour, own.size or self._look.size
        if 0 < size <= _TINY:
            return True
        if colour in ("", PATTERN):
            return False
        self._behind = self._behind or _behind(self._paragraph, self._styles)
        fill = own.fill or self._behind
        return fill != PATTERN and _same(colour, fill)


def is_backed(root: Element) -> bool:
    """Whether pictures or shapes lie behind the text of a part, or the page has a colour."""
    page = root.getparent()
    background = page.find(f"{W}background") if page is not None else None
    if background is not None or next(root.iter(f"{W}pict"), None) is not None:
        return True
    return any(
        anchor.get("behindDoc") in ("1", "true") for anchor in root.iter(f"{_DRAWING}anchor")
    )


def _with_style(element: Element, properties: str, name: str, styles: Styles) -> Look:
    found = element.find(f"{W}{properties}")
    style = value(found, name) if found is not None else ""
    return look(element).over(styles.named(style).look) if style else look(element)


def _behind(paragraph: Element, styles: Styles) -> str:
    """The colour behind a paragraph, by the cells and tables around it; PATTERN if unsure."""
    fill = _with_style(paragraph, "pPr", "pStyle", styles).fill
    for around in paragraph.iterancestors():
        if fill:
            return fill
        if around.tag == f"{W}tc":
            fill = look(around).fill
        elif around.tag == f"{W}tbl":
            fill = look(around).fill or _of_table_style(around, styles)
        elif around.tag == f"{W}txbxContent":
            fill = PATTERN
    return fill or (PATTERN if styles.backed else _WHITE)


def _of_table_style(table: Element, styles: Styles) -> str:
    """PATTERN where the style of a table shades any part of it."""
    properties = table.find(f"{W}tblPr")
    style = value(properties, "tblStyle") if properties is not None else ""
    shaded = any(next(each.iter(f"{W}shd"), None) is not None for each in styles.chain(style))
    return PATTERN if shaded else ""


def _same(colour: str, fill: str) -> bool:
    return colour == fill or (_is_white(colour) and _is_white(fill))


def _is_white(colour: str) -> bool:
    return min(bytes.fromhex(colour)) >= _NEAR_WHITE
