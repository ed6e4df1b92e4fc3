"""Web pages: the paper without the menus around it."""

import re
from collections.abc import Sequence

from lxml import etree, html
from lxml.html import HtmlElement

from ingest.container.decode import decode
from ingest.content import Content, Line, Report
from ingest.errors import RefusedFileError
from ingest.formats.web.furniture import is_furniture_line, remove_furniture
from ingest.formats.web.lines import page_lines
from ingest.formats.web.unseen import drop_unseen
from ingest.text.headings import DOCUMENT_TYPES

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z][\w.:-]*)""", re.I)
_DECLARED_WITHIN = 4096
_XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
# What stands behind these belongs to the page all the same; the parser would leave it out.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.I)
_SITE = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|-(?=[^-]*(?:政府|门户|[网站]|平台|中国)[^-]*$)")
_MAX_TITLE = 300
# How far down its own title may stand, below the particulars of the paper.
_TITLE_WITHIN, _TITLE_LINES = 40, 3


def read(data: bytes, report: Report) -> Content:
    """Read a page in UTF-8, the encoding it names, or GB18030.

    Raises:
        RefusedFileError: empty, not text, or no page that can be parsed.
    """
    page = _parse(decode(data, _declared(data)))
    body = page if page.tag == "body" else page.find("body")
    if body is None:
        raise RefusedFileError("网页里没有正文；请在浏览器里打开原网页，重新保存后再导入。")
    titled = _titled(page)
    drop_unseen(body)
    remove_furniture(body)
    lines = [line for line in page_lines(body) if not is_furniture_line(line.text)]
    title = _best([titled, _first_heading(lines), _page_title(page)])
    report(1, 1)
    return Content(_title_first(lines, title), title=title)


def _declared(data: bytes) -> str:
    match = _CHARSET.search(data[:_DECLARED_WITHIN])
    return match[1].decode("ascii") if match else ""


def _parse(text: str) -> HtmlElement:
    parser = html.HTMLParser(
        huge_tree=True, remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8"
    )
    source = _ENDS.sub("", _XML.sub("", text)).replace("\0", "")
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise RefusedFileError("网页是空的或已损坏，读不了；请重新保存后再导入。") from error


def _titled(page: HtmlElement) -> str:
    """The title in the tags that government sites give their pages."""
    for meta in page.iter("meta"):
        if str(meta.get("name", "")).lower() == "articletitle":
            return _plain(meta.get("content", ""))
    return ""


def _first_heading(lines: Sequence[Line]) -> str:
    return next((_plain(line.text) for line in lines if line.heading == 1), "")


def _page_title(page: HtmlElement) -> str:
    """The page's title without the name of the site."""
    words = _plain(page.findtext(".//title") or "")[:_MAX_TITLE]
    return _best([part for part in _SITE.split(words) if part])


def _best(titles: Sequence[str]) -> str:
    """The first that names a kind of paper: a heading may be the name of the site."""
    papers = [title for title in titles if DOCUMENT_TYPES.search(title)]
    return next(iter([*papers, *filter(None, titles)]), "")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _title_first(lines: Sequence[Line], title: str) -> tuple[Line, ...]:
    """The lines with the title at the head, above the particulars of the paper."""
    bare = "".join(title.split())
    words = ["".join(line.text.split()) for line in lines]
    for at in range(min(len(lines), _TITLE_WITHIN)):
        for end in range(at + 1, at + 1 + _TITLE_LINES):
            if "".join(words[at:end]) == bare:
                return (*lines[at:end], *lines[:at], *lines[end:])
    shown = bool(lines) and DOCUMENT_TYPES.search(title)
    return (Line(title, full=False), *lines) if shown else tuple(lines)
