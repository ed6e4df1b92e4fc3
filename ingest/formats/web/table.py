"""Tables of a web page: which ones are data, and their cells."""

import re
from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from ingest.formats.sheet.grid import Cell, table_lines

_MAX_SPAN = 1000
# A table with so much of its words in one cell sets out the page.
_PAGE_SHARE, _PAGE_WORDS = 0.8, 400
# The particulars that a page of a government site gives of a paper.
_PARTICULAR = re.compile(
    r"索引[号码]|(?:发文)?[文字]号|发文字号|(?:发文|发布|公开|制发)(?:机关|机构|单位|部门)"
    r"|(?:成文|生成|发布|公开|发文|印发|生效|失效|废止)(?:日期|时间)|(?:主题|体裁|组配|信息|公文)(?:分类|类别|种类)"
    r"|信息来源|有效性|时效性?|效力状态|公开(?:方式|范围|形式|类型)|(?:信息|文件)?(?:名称|标题)|主题词|关键[词字]|内容概述"
)
_MIN_PARTICULARS = 3

TextOf = Callable[[HtmlElement], str]


def is_data(table: HtmlElement) -> bool:
    """Whether a table holds data, and does not merely set out the page."""
    rows = list(_rows(table))
    if len(rows) < 2 or max(len(_cells_of(row)) for row in rows) < 2:
        return False
    if next(table.iterdescendants("table"), None) is not None:
        return False
    sizes = [len("".join(cell.itertext())) for row in rows for cell in _cells_of(row)]
    return max(sizes) < _PAGE_WORDS or max(sizes) < _PAGE_SHARE * sum(sizes)


def data_lines(table: HtmlElement, text_of: TextOf) -> list[str]:
    """The caption and the rows of a data table; a paper's particulars as “文号：……”."""
    captions = [text_of(caption) for caption in table.iterchildren("caption")]
    cells = list(_cells(table, text_of))
    found = _particulars([cell.text for cell in cells if cell.text])
    return [caption for caption in captions if caption] + (found or table_lines(cells))


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cells_of(row: HtmlElement) -> list[HtmlElement]:
    return list(row.iterchildren("td", "th"))


def _cells(table: HtmlElement, text_of: TextOf) -> Iterator[Cell]:
    """Cells with the places that the merged ones before them leave free."""
    taken: dict[int, int] = {}
    for at, row in enumerate(_rows(table)):
        column = 0
        for cell in _cells_of(row):
            while taken.get(column, 0) > at:
                column += 1
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            yield Cell(text_of(cell), at, column, rows, columns)
            taken.update(dict.fromkeys(range(column, column + columns), at + rows))
            column += columns


def _span(cell: HtmlElement, name: str) -> int:
    value = str(cell.get(name, "")).strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _particulars(texts: list[str]) -> list[str]:
    """“名称：值” for each pair of a table of particulars; empty if it is not one."""
    names = [bool(_PARTICULAR.fullmatch(re.sub(r"[\s:：]", "", text))) for text in texts]
    if sum(names) < _MIN_PARTICULARS or sum(names) * 3 < len(texts):
        return []
    lines: list[str] = []
    for text, is_name in zip(texts, names, strict=True):
        if is_name or not lines:
            lines.append(text.rstrip(":： ") + "：")
        else:
            lines[-1] += text
    return [line for line in lines if not line.endswith("：")]
