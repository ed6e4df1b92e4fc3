"""Pages of a government portal."""

import re

from eval.report.markup import Markup, element, join, style
from eval.typeset.paper import Block, Options, Paper, Role, Table
from eval.typeset.tables import joined_cells

_PORTAL = "政府信息公开"
_MENU = ("首页", "政务公开", "政务服务", "互动交流", "数据开放")
_TRAIL = ("首页", "政务公开", "政府信息公开目录", "政策文件")
_TOOLS = ("打印本页", "关闭窗口", "分享到微信", "分享到微博")
_FOOT = ("网站地图", "联系我们", "隐私声明", "网站标识码：9900000000")
_INDENT = Markup("&emsp;&emsp;")
_CSS = (
    "body{font:16px/2 SimSun,serif}nav li,footer li{display:inline}"
    ".article table,.index{border-collapse:collapse}.article td,.article th,.index td"
    "{border:1px solid #999;padding:4px 8px}.centre{text-align:center}.right{text-align:right}"
    ".red{color:#e60012;font-size:32px}"
)
_CLASSES = {
    Role.RED_HEAD: "centre red",
    Role.NUMBER: "centre",
    Role.SUBTITLE: "centre",
    Role.ANNEX_TITLE: "centre",
    Role.SIGNATURE: "right",
    Role.SIGNED: "right",
}


def html(paper: Paper, options: Options) -> bytes:
    """Set a paper as a web page in ``options.encoding``, with all that stands around it."""
    head = join(
        element("meta", attributes={"charset": options.encoding}),
        element("title", f"{paper.masthead.title}_{_PORTAL}"),
        element("meta", attributes={"name": "ArticleTitle", "content": paper.masthead.title}),
        style(_CSS),
    )
    body = join(
        element("header", element("div", _PORTAL, cls="logo"), _menu()),
        element("div", "当前位置：", " > ".join(_TRAIL), cls="breadcrumb"),
        _index(paper),
        _article(paper, options),
        _list("footer", _FOOT),
    )
    page = element("html", element("head", head), element("body", body), attributes=_CHINESE)
    return f"<!DOCTYPE html>\n{page}\n".encode(options.encoding)


_CHINESE = {"lang": "zh-CN"}


def _menu() -> Markup:
    return _list("nav", _MENU)


def _list(name: str, words: tuple[str, ...]) -> Markup:
    links = (element("a", word, attributes={"href": "#"}) for word in words)
    return element(name, element("ul", *(element("li", link) for link in links)))


def _index(paper: Paper) -> Markup:
    """The table above the paper that says what it is."""
    front = paper.masthead
    pairs = (
        (("发文机关", front.issuer), ("发文字号", front.number)),
        (("成文日期", front.date), ("公开方式", "主动公开")),
    )
    rows = (element("tr", *(element("td", word) for pair in row for word in pair)) for row in pairs)
    return element("table", *rows, cls="index")


def _article(paper: Paper, options: Options) -> Markup:
    tools = element("div", *(element("span", word) for word in _TOOLS), cls="tools")
    parts = (_block(block, options.merged) for block in paper.blocks)
    return element("div", tools, *parts, cls="article")


def _block(block: Block, merged: bool) -> Markup:
    if isinstance(block, Table):
        return _table(block, merged)
    cls = _CLASSES.get(block.role, "")
    if block.role is Role.TITLE:
        return element("h1", block.text, cls="centre")
    if cls or block.role in (Role.SALUTATION, Role.ANNEX, Role.IMPRINT):
        return element("p", _padded(block.text), cls=cls)
    heading, rest = block.text[: block.head], block.text[block.head :]
    bold = element("strong", _padded(heading)) if heading else ""
    return element("p", _INDENT, bold, _padded(rest))


def _padded(text: str) -> str:
    """A browser shows one space for several; those that pad names do not break."""
    return re.sub(" {2,}", lambda match: "\u00a0" * len(match[0]), text)


def _table(table: Table, merged: bool) -> Markup:
    areas = joined_cells(table, merged)
    spans = {(area.row, area.column): area for area in areas}
    covered = {place for area in areas for place in area.covered}
    rows = []
    for row, cells in enumerate(table.rows):
        made = []
        for column, text in enumerate(cells):
            if (row, column) in covered:
                continue
            area = spans.get((row, column))
            attributes = {}
            if area and area.last_row > row:
                attributes["rowspan"] = str(area.last_row - row + 1)
            if area and area.last_column > column:
                attributes["colspan"] = str(area.last_column - column + 1)
            made.append(element("td" if row else "th", text, attributes=attributes))
        rows.append(element("tr", *made))
    return element("table", *rows)
