"""Paper, margins, header and page numbers (GB/T 9704-2012 clauses 5.2 and 7.5)."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from eval.typeset.word_styles import element_of_run, set_font

_WIDTH, _HEIGHT = 210, 297
_TOP, _BOTTOM, _LEFT, _RIGHT = 37, 35, 28, 26
TEXT_WIDTH = Mm(_WIDTH - _LEFT - _RIGHT)
# 22 lines on 225 mm.
_LINE_POINTS = 28.95
_FOOTER = 25
_SMALL, _PAGE_NUMBER = 10.5, 14


def set_page(document: Document, header: str) -> None:
    """A4 with the margins of the standard; ``header`` stands on every page but the first."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(_WIDTH), Mm(_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    section.footer_distance = Mm(_FOOTER)
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    form = document.styles["Normal"].paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE_POINTS)
    form.space_after = Pt(0)
    for head in (section.header, section.even_page_header):
        _set_header(head, header)
    for footer, even in (
        (section.first_page_footer, False),
        (section.footer, False),
        (section.even_page_footer, True),
    ):
        _set_footer(footer, even)


def _set_header(header: _Header, text: str) -> None:
    paragraph = header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    set_font(paragraph.add_run(text), "宋体", _SMALL)


def _set_footer(footer: _Footer, even: bool) -> None:
    """“— 1 —”, outside: one character from the margin (7.5)."""
    paragraph = footer.paragraphs[0]
    form = paragraph.paragraph_format
    if even:
        paragraph.alignment, form.left_indent = WD_ALIGN_PARAGRAPH.LEFT, Pt(_PAGE_NUMBER)
    else:
        paragraph.alignment, form.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(_PAGE_NUMBER)
    _add(paragraph, "— ")
    _add_field(paragraph, "begin")
    _add(paragraph, " PAGE ", instruction=True)
    _add_field(paragraph, "separate")
    _add(paragraph, "1")
    _add_field(paragraph, "end")
    _add(paragraph, " —")


def _add(paragraph: Paragraph, text: str, instruction: bool = False) -> None:
    run = paragraph.add_run("" if instruction else text)
    set_font(run, "宋体", _PAGE_NUMBER)
    if instruction:
        element = OxmlElement("w:instrText")
        element.text = text
        element_of_run(run).append(element)


def _add_field(paragraph: Paragraph, kind: str) -> None:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    element_of_run(paragraph.add_run()).append(element)
