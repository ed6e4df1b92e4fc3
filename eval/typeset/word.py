"""Word documents as offices make them (GB/T 9704-2012 clause 7)."""

import io
from datetime import datetime

import docx as python_docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from eval.typeset import numbering
from eval.typeset.archive import repack
from eval.typeset.paper import Block, Item, Options, Paper, Role, Table
from eval.typeset.tables import joined_cells
from eval.typeset.word_page import TEXT_WIDTH, set_page
from eval.typeset.word_styles import (
    HEADING_FONTS,
    RED,
    STYLES,
    TABLE_STYLE,
    Style,
    element_of,
    set_font,
    set_mark_font,
)
from eval.typeset.word_tracked import track_changes

_NO_DATE = "2025-01-01"
# A line of larger type does not fit the lines of the body.
_TALL = 22
# “副组长：”, under which the names without a role stand.
_ROLE_WIDTH = 4


def docx(paper: Paper, options: Options) -> bytes:
    """Set a paper as a Word document; the same paper always gives the same bytes."""
    document = python_docx.Document()
    set_page(document, paper.masthead.issuer or paper.masthead.title)
    lists = numbering.plan(paper.blocks) if options.numbered else numbering.Numbering([])
    if lists.forms:
        _add_lists(document, lists)
    before: Block | None = None
    for position, block in enumerate(paper.blocks):
        if isinstance(block, Table):
            _add_table(document, block, options.merged)
        else:
            _add_item(document, block, before, lists.places.get(position))
        before = block
    if options.tracked:
        track_changes(document)
    _set_properties(document, paper)
    target = io.BytesIO()
    document.save(target)
    return repack(target.getvalue())


def _set_properties(document: Document, paper: Paper) -> None:
    made = datetime.fromisoformat(paper.masthead.date or _NO_DATE)
    properties = document.core_properties
    properties.title, properties.author = paper.masthead.title, paper.masthead.issuer
    properties.comments = ""
    properties.created = properties.modified = made
    properties.revision = 1


def _add_lists(document: Document, lists: numbering.Numbering) -> None:
    root = document.part.numbering_part.element
    for position, definition in enumerate(numbering.definitions(lists)):
        root.insert(position, definition)
    root.extend(numbering.instances(lists))


def _add_item(
    document: Document, item: Item, before: Block | None, place: numbering.Place | None
) -> None:
    style = STYLES[item.role]
    last = before.role if isinstance(before, Item) else None
    paragraph = document.add_paragraph()
    _set_format(paragraph, style, item, first=last is not item.role)
    begun = 0
    if place:
        _number(paragraph, place)
        begun = item.label
    head = max(item.head, begun)
    for text, font in (
        (item.text[begun:head], HEADING_FONTS.get(item.level)),
        (item.text[head:], style.font),
    ):
        if text:
            _add_run(paragraph, text, style, font)
    if place:
        set_mark_font(paragraph, paragraph.runs[0])
    opens = item.role is Role.ANNEX or (item.role is Role.ANNEX_TITLE and last is not Role.ANNEX)
    paragraph.paragraph_format.page_break_before = opens or None


def _set_format(paragraph: Paragraph, style: Style, item: Item, first: bool) -> None:
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(style.before if first else 0), Pt(style.after)
    if style.size > _TALL:
        form.line_spacing = 1.2
    if item.role is Role.BODY and item.level in (1, 2):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return
    paragraph.alignment = style.alignment
    hanging = item.role is Role.ROSTER and "：" not in item.text
    _indent(paragraph, style, style.first_line + (_ROLE_WIDTH if hanging else 0))
    if item.role is Role.IMPRINT:
        form.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    if style.rule:
        _add_rule(paragraph, style)


def _indent(paragraph: Paragraph, style: Style, first_line: int) -> None:
    if style.right:
        paragraph.paragraph_format.right_indent = Pt(style.size * style.right)
    if first_line:
        paragraph.paragraph_format.first_line_indent = Pt(style.size * first_line)
        indent = element_of(paragraph).get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), str(100 * first_line))


def _add_rule(paragraph: Paragraph, style: Style) -> None:
    colour = str(RED) if style.red_rule else "auto"
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="12" w:space="4" w:color="{colour}"/>'
        for side in style.rule
    )
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{lines}</w:pBdr>")
    after = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    element_of(paragraph).get_or_add_pPr().insert_element_before(borders, *after)


def _number(paragraph: Paragraph, place: numbering.Place) -> None:
    number = parse_xml(
        f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{place.level}"/>'
        f'<w:numId w:val="{place.list_id}"/></w:numPr>'
    )
    after = ("w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    element_of(paragraph).get_or_add_pPr().insert_element_before(number, *after)


def _add_run(paragraph: Paragraph, text: str, style: Style, font: str | None = None) -> Run:
    run = paragraph.add_run(text)
    set_font(run, font or style.font, style.size)
    if style.red:
        run.font.color.rgb = RED
    return run


def _add_table(document: Document, table: Table, merged: bool) -> None:
    grid = document.add_table(len(table.rows), len(table.rows[0]), style="Table Grid")
    covered: set[tuple[int, int]] = set()
    for area in joined_cells(table, merged):
        grid.cell(area.row, area.column).merge(grid.cell(area.last_row, area.last_column))
        covered.update(area.covered)
    for row, cells in enumerate(table.rows):
        for column, text in enumerate(cells):
            if (row, column) not in covered:
                _fill(grid.cell(row, column), text, HEADING_FONTS[4] if row == 0 else None)
    (row,) = element_of(grid.cell(0, 0).paragraphs[0]).xpath("ancestor::w:tr")
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(cell: _Cell, text: str, font: str | None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = TABLE_STYLE.alignment
    paragraph.paragraph_format.line_spacing = 1.0
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _add_run(paragraph, text, TABLE_STYLE, font)
