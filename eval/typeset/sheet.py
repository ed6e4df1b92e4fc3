"""Workbooks, for papers that are mostly a table."""

import io
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from eval.typeset.errors import TypesetError
from eval.typeset.paper import Block, Item, Options, Paper, Role, Table
from eval.typeset.tables import joined_cells

_MIN_SHARE = 0.4
_COLUMN_WIDTH = 20
_CHARS_PER_LINE = 10
_LINE_POINTS = 18
_MADE = datetime(2025, 1, 1)
_BOLD = frozenset({Role.RED_HEAD, Role.TITLE, Role.ANNEX_TITLE})
_CENTRED = _BOLD | {Role.NUMBER, Role.SUBTITLE}


def xlsx(paper: Paper, options: Options) -> bytes:
    """Set a paper as one sheet: text in rows joined over all columns, tables cell by cell.

    Raises:
        TypesetError: less than 40% of the paper's lines are rows of tables.
    """
    _require_rows(paper.blocks)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": paper.masthead.title, "created": _MADE})
        sheet = book.add_worksheet()
        formats = _Formats(book)
        width = max(len(block.rows[0]) for block in paper.blocks if isinstance(block, Table))
        sheet.set_column(0, width - 1, _COLUMN_WIDTH)
        row = 0
        for block in paper.blocks:
            if isinstance(block, Table):
                _write_table(sheet, block, row, formats, options.merged)
                row += len(block.rows)
            else:
                _write_item(sheet, block, row, width, formats)
                row += 1
    return target.getvalue()


def _require_rows(blocks: tuple[Block, ...]) -> None:
    rows = sum(len(block.rows) for block in blocks if isinstance(block, Table))
    lines = rows + sum(isinstance(block, Item) for block in blocks)
    if rows < _MIN_SHARE * lines:
        raise TypesetError(
            f"这份公文 {lines} 行中只有 {rows} 行是表格，不到 {_MIN_SHARE:.0%}，"
            "不适合排成表格文件；请改用 docx 或其他格式。"
        )


class _Formats:
    """The few kinds of cells in a sheet."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        shared = {"text_wrap": True, "valign": "vcenter", "font_name": "宋体"}
        self.text: Format = book.add_format(shared)
        self.number: Format = book.add_format({**shared, "align": "center"})
        self.title: Format = book.add_format(
            {**shared, "align": "center", "bold": True, "font_size": 16}
        )
        self.head: Format = book.add_format(
            {**shared, "align": "center", "bold": True, "border": 1}
        )
        self.cell: Format = book.add_format({**shared, "align": "center", "border": 1})


def _write_item(sheet: Worksheet, item: Item, row: int, width: int, formats: _Formats) -> None:
    kind = formats.number if item.role in _CENTRED else formats.text
    if item.role in _BOLD:
        kind = formats.title
    sheet.merge_range(row, 0, row, width - 1, item.text, kind)
    sheet.set_row(row, _LINE_POINTS * (1 + len(item.text) // (_CHARS_PER_LINE * width)))


def _write_table(sheet: Worksheet, table: Table, top: int, formats: _Formats, merged: bool) -> None:
    for row, cells in enumerate(table.rows):
        for column, text in enumerate(cells):
            _write_cell(sheet, top + row, column, text, formats.cell if row else formats.head)
    for area in joined_cells(table, merged):
        kind = formats.cell if area.row else formats.head
        sheet.merge_range(
            top + area.row, area.column, top + area.last_row, area.last_column, "", kind
        )
        _write_cell(sheet, top + area.row, area.column, table.rows[area.row][area.column], kind)


def _write_cell(sheet: Worksheet, row: int, column: int, text: str, kind: Format) -> None:
    """A whole number is a number to a spreadsheet; everything else is text as it stands."""
    if text.isdecimal() and text == str(int(text)):
        sheet.write_number(row, column, int(text), kind)
    else:
        sheet.write_string(row, column, text, kind)
