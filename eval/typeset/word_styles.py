"""Fonts, sizes and places of the parts of a paper (GB/T 9704-2012 clauses 7.2 to 7.4)."""

from copy import deepcopy
from dataclasses import dataclass
from typing import cast

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.oxml.text.run import CT_R
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from eval.typeset.paper import Role

RED = RGBColor(0xE6, 0x00, 0x12)
_TITLE, _BODY, _BLACK, _KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
_LATIN = "Times New Roman"
# 第X章, 第X节, 第X条, “一、”, “（一）”; the levels below are set as the body is (7.3.3).
HEADING_FONTS = {1: _BLACK, 2: _KAI, 3: _BLACK, 4: _BLACK, 5: _KAI, 0: _BLACK}
_LEFT, _CENTRE, _RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a part is set; ``size``, ``before`` and ``after`` in points, indents in characters."""

    font: str = _BODY
    size: float = 16
    alignment: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    before: float = 0
    after: float = 0
    first_line: int = 0
    right: int = 0
    red: bool = False
    rule: tuple[str, ...] = ()
    red_rule: bool = False


STYLES = {
    Role.RED_HEAD: Style(_TITLE, 36, _CENTRE, red=True),
    Role.NUMBER: Style(alignment=_CENTRE, before=29, rule=("bottom",), red_rule=True),
    Role.TITLE: Style(_TITLE, 22, _CENTRE, before=58),
    Role.SUBTITLE: Style(_KAI, 16, _CENTRE),
    Role.SALUTATION: Style(before=29),
    Role.BODY: Style(first_line=2),
    Role.ROSTER: Style(alignment=_LEFT, first_line=2),
    Role.ANNEX: Style(_BLACK, 16, _LEFT),
    Role.ANNEX_TITLE: Style(_TITLE, 22, _CENTRE, before=29, after=14),
    Role.SIGNATURE: Style(alignment=_RIGHT, before=58, right=4),
    Role.SIGNED: Style(alignment=_RIGHT, right=4),
    Role.IMPRINT: Style(size=14, alignment=_LEFT, before=29, rule=("top", "bottom")),
}
TABLE_STYLE = Style(size=12, alignment=_CENTRE)


def element_of(paragraph: Paragraph) -> CT_P:
    """The element w:p of a paragraph."""
    return cast(CT_P, paragraph.paragraph_format.element)


def element_of_run(run: Run) -> CT_R:
    """The element w:r of a run."""
    return cast(CT_R, run.font.element)


def set_font(run: Run, font: str, size: float) -> None:
    """Give a run its Chinese font; figures and letters keep a Latin one, as Word does."""
    run.font.size = Pt(size)
    run.font.name = _LATIN
    element_of_run(run).get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def set_mark_font(paragraph: Paragraph, run: Run) -> None:
    """Give the mark of a paragraph, and so its automatic number, the font of a run."""
    properties = deepcopy(element_of_run(run).get_or_add_rPr())
    element_of(paragraph).get_or_add_pPr().append(properties)
