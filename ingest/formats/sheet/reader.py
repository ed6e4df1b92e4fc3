"""Spreadsheets: every visible sheet, its tables as rows."""

import io
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ingest.container.package import open_package, read_part
from ingest.content import Content, Line, Report
from ingest.errors import RefusedFileError
from ingest.formats.sheet.formats import Formats, read_formats
from ingest.formats.sheet.grid import Cell, table_lines
from ingest.formats.sheet.old import read_old_formats
from ingest.formats.sheet.values import shown

_NAMELESS = re.compile(r"(?:sheet|工作表|表格?)\s*\d*", re.I)
_Result = TypeVar("_Result")


def read(data: bytes, report: Report) -> Content:
    """Read .xlsx, .xlsm, .xls and .et.

    The words above a table stand as lines of their own; the name of a sheet is a heading where
    there are several sheets, or where nothing else names the table.

    Raises:
        RefusedFileError: damaged, protected by a password, or too large.
    """
    formats = _formats(data)
    workbook = _library(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)))
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    sheets: list[tuple[str, list[Line]]] = []
    for done, name in enumerate(names, start=1):
        lines = list(_sheet_lines(workbook, name, formats.get(name, {})))
        sheets += [(name, lines)] if lines else []
        report(done, len(names))
    named = [line for name, lines in sheets for line in _named(name, lines, len(sheets) > 1)]
    return Content(tuple(named), title=_title(named))


def _formats(data: bytes) -> dict[str, Formats]:
    """Number formats; checks on the way that no part unpacks to more than is sane."""
    if not data.startswith(b"PK"):
        return read_old_formats(data)
    with open_package(data) as package:
        for part in package.namelist():
            if part.endswith((".xml", ".rels", ".bin")):
                read_part(package, part)
        return read_formats(package)


def _library(call: Callable[[], _Result]) -> _Result:
    """What ``call`` of the library gives; it may fail in any way over a damaged file."""
    try:
        return call()
    except PasswordError as error:
        raise RefusedFileError("文件有打开密码，读不了；请去掉密码后再导入。") from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise RefusedFileError("文件损坏或不完整，打不开；请重新取得这份文件。") from error


def _sheet_lines(workbook: CalamineWorkbook, name: str, formats: Formats) -> Iterator[Line]:
    sheet = _library(lambda: workbook.get_sheet_by_name(name))
    for block in _blocks(_cells(sheet, formats)):
        for at, text in enumerate(table_lines(block)):
            yield Line(text, after_blank=not at, full=False)


def _cells(sheet: CalamineSheet, formats: Formats) -> Iterator[Cell]:
    merged = {
        start: (end[0] - start[0] + 1, end[1] - start[1] + 1)
        for start, end in sheet.merged_cell_ranges or []
    }
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(_library(sheet.to_python), start=top):
        for column, value in enumerate(values, start=left):
            text = "" if value == "" else shown(value, formats.get((row, column), ""))
            if text:
                yield Cell(text, row, column, *merged.get((row, column), (1, 1)))


def _blocks(cells: Iterator[Cell]) -> Iterator[list[Cell]]:
    """Cells between rows that are empty from side to side."""
    block: list[Cell] = []
    reach = 0
    for cell in cells:
        if block and cell.row > reach:
            yield block
            block = []
        block.append(cell)
        reach = max(reach, cell.row + cell.rows)
    if block:
        yield block


def _named(name: str, lines: list[Line], several: bool) -> list[Line]:
    """The lines of a sheet below its name, unless its first line says as much."""
    above = lines[0].text if "\t" not in lines[0].text else ""
    if name.strip() in above:
        return [_heading(above), *lines[1:]] if several else lines
    if several or not (above or _NAMELESS.fullmatch(name.strip())):
        return [_heading(name.strip()), *lines]
    return lines


def _heading(text: str) -> Line:
    return Line(text, after_blank=True, full=False, heading=1)


def _title(lines: list[Line]) -> str:
    return lines[0].text if lines and "\t" not in lines[0].text else ""
