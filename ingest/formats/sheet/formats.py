"""How the cells of an .xlsx workbook are shown: the number formats that their styles name."""

import posixpath
import re
import zipfile
from collections.abc import Mapping

from lxml.etree import _Element

from ingest.container.package import parse_xml, read_part
from ingest.errors import RefusedFileError

# ECMA-376 part 1, 18.8.30, and its formats for Chinese; the others show a number as it is.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 27: "yyyy年m月",
    28: "m月d日", 31: "yyyy年m月d日", 57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*[^<>/])>")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d{1,6})["']""")
# Two far cells make a reader lay out every place between them.
_MAX_PLACES = 5_000_000

Formats = Mapping[tuple[int, int], str]


def read_formats(package: zipfile.ZipFile) -> dict[str, Formats]:
    """For each sheet by name, the number formats of its cells by row and column from 0.

    Raises:
        RefusedFileError: damaged, or a sheet so wide and long that it cannot be laid out.
    """
    names = set(package.namelist())
    if "xl/workbook.xml" not in names:
        return {}
    styles = _styles(package) if "xl/styles.xml" in names else []
    return {
        name: _formats(read_part(package, part), name, styles)
        for name, part in _sheets(package)
        if part in names
    }


def _sheets(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in package.namelist():
        return []
    targets = {
        relation.get("Id", ""): posixpath.normpath(
            posixpath.join("/xl", relation.get("Target", ""))
        )
        for relation in parse_xml(read_part(package, relations))
    }
    return [
        (sheet.get("name", ""), targets.get(_relation(sheet), "").lstrip("/"))
        for sheet in parse_xml(read_part(package, "xl/workbook.xml")).iterfind(".//{*}sheet")
    ]


def _relation(sheet: _Element) -> str:
    return next((str(value) for name, value in sheet.items() if str(name).endswith("}id")), "")


def _styles(package: zipfile.ZipFile) -> list[str]:
    """The number format of each cell style, "" where the number is shown as it is."""
    root = parse_xml(read_part(package, "xl/styles.xml"))
    codes = dict(BUILT_IN)
    for own in root.iterfind(".//{*}numFmts/{*}numFmt"):
        codes[_whole(own.get("numFmtId"))] = own.get("formatCode", "")
    return [
        codes.get(_whole(style.get("numFmtId")), "")
        for style in root.iterfind(".//{*}cellXfs/{*}xf")
    ]


def _whole(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else 0


def _formats(sheet: bytes, name: str, styles: list[str]) -> Formats:
    found: dict[tuple[int, int], str] = {}
    rows = columns = 0
    for match in _CELL.finditer(sheet):
        place, style = _PLACE.search(match[1]), _STYLE.search(match[1])
        if not place:
            continue
        row, column = int(place[2]) - 1, _column(place[1])
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        code = styles[int(style[1])] if style and int(style[1]) < len(styles) else ""
        if code:
            found[row, column] = code
    check_size(name, rows, columns)
    return found


def check_size(name: str, rows: int, columns: int) -> None:
    """Refuse a sheet whose filled cells lie so far apart that it cannot be laid out.

    Raises:
        RefusedFileError: too large.
    """
    if rows * columns > _MAX_PLACES:
        raise RefusedFileError(
            f"工作表“{name}”有 {rows} 行、{columns} 列，太大，读不了；"
            "请删去表格以外的零散单元格，或拆成几个文件后再导入。"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
