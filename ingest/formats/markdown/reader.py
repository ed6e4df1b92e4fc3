"""Markdown: headings, paragraphs, lists and tables, without the signs that mark them."""

import re
from collections.abc import Iterable, Iterator

from lxml import html

from ingest.container.decode import decode
from ingest.content import Content, Line, Report
from ingest.errors import NothingToReadError
from ingest.formats.markdown.inline import plain
from ingest.formats.sheet.grid import Cell, table_lines
from ingest.formats.web.lines import page_lines

_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\n(?:(?!---|\.\.\.).*\n)*(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M)
# White space that says nothing, but would cost the patterns below much time.
_WIDE_SPACE = re.compile(r"[^\S\n]{9,}")
_TABLE = re.compile(r"<table\b", re.I)
_TABLE_END = re.compile(r"</table\s*>", re.I)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:[ \t\u3000]+|(?=[^\x00-\x7f])|$)(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r"\s{0,3}(?:={2,}|-{2,})\s*")
_RULE = re.compile(r"\s{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_DASHES = re.compile(r"\s*:?-+:?\s*")
_QUOTE = re.compile(r"\A\s{0,3}(?:>[ \t]?)+")
_BULLET = re.compile(r"\s*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_ADDRESS = re.compile(r"\s{0,3}\[[^\]]+\]:[ \t]*(?:https?:|mailto:|[./#<]).*")
_HIDDEN = re.compile(
    r"<(span|div|p|font|b|i|em|small)\b[^<>]{0,200}?(?:\shidden\b|display\s*:\s*none|visibility\s*:\s*hidden"
    r"|font-size\s*:\s*0|opacity\s*:\s*0[\s;\"'])[^<>]{0,200}>[^<]{0,5000}</\1\s*>",
    re.I,
)
_DIVIDER = re.compile(r"(?<!\\)\|")
_MAX_UNDERLINED = 60


def read(data: bytes, report: Report) -> Content:
    """Read Markdown in UTF-8, UTF-16 or GB18030; the first heading of level 1 is the title.

    Raises:
        NothingToReadError: front matter and no more, as index pages of web sites are.
        RefusedFileError: empty, or not text.
    """
    text = re.sub(r"\r\n?", "\n", decode(data))
    text = _WIDE_SPACE.sub(lambda match: match.group()[:4], text)
    front = _FRONT_MATTER.match(text)
    lines = tuple(_lines(_without_hidden(text[front.end() :] if front else text)))
    if front and not lines:
        raise NothingToReadError("只有文件头信息，没有正文，不必导入。")
    named = _FRONT_TITLE.search(front.group()) if front else None
    first = next((line.text for line in lines if line.heading == 1), "")
    report(1, 1)
    return Content(lines, title=first or (named[1] if named else ""))


def _without_hidden(text: str) -> str:
    """The text without comments and without the elements of HTML that are not shown."""
    first, *rest = text.split("<!--")
    shown = first + "".join(part.split("-->", 1)[-1] for part in rest)
    return _HIDDEN.sub("", shown)


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for opening in _TABLE.finditer(text):
        if opening.start() < start:
            continue
        closing = _TABLE_END.search(text, opening.end())
        if not closing:
            break
        yield from _blocks(text[start : opening.start()].split("\n"))
        table = text[opening.start() : closing.end()]
        yield from page_lines(html.fragment_fromstring(table, create_parent="div"))
        start = closing.end()
    yield from _blocks(text[start:].split("\n"))


def _blocks(physical: Iterable[str]) -> Iterator[Line]:
    """Blocks of lines without a blank line between them; those in fences as they are."""
    block: list[str] = []
    fence = ""
    for line in physical:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            yield from _block(block)
            block, fence = [], "" if fence else mark[1]
        elif fence:
            yield Line(line, full=False)
        elif line.strip(" \t>"):
            bare = _QUOTE.sub("", line)
            block += [bare] if _DIVIDER.search(bare) else _BREAK.split(bare)
        else:
            yield from _block(block)
            block = []
    yield from _block(block)


def _block(block: list[str]) -> Iterator[Line]:
    at = 0
    while at < len(block):
        rows = _table_end(block, at) - at
        if rows:
            yield from _rows(block[at : at + rows])
        else:
            following = block[at + 1] if at + 1 < len(block) else ""
            yield from _line(block[at], following, not at)
        at += rows or 1


def _table_end(block: list[str], start: int) -> int:
    """Where the table that begins at ``start`` ends; ``start`` itself if none does."""
    ruled = start + 1 < len(block) and "|" in block[start] and _is_divider(block[start + 1])
    if not ruled and not block[start].lstrip().startswith("|"):
        return start
    end = start
    while end < len(block) and "|" in block[end]:
        end += 1
    return end


def _is_divider(row: str) -> bool:
    """Whether a row is the one of dashes below the names of the columns."""
    return all(map(_DASHES.fullmatch, row.strip().removeprefix("|").removesuffix("|").split("|")))


def _rows(rows: list[str]) -> Iterator[Line]:
    cells = [
        Cell(plain(_BREAK.sub(" ", words)), at, column)
        for at, row in enumerate(rows)
        if not _is_divider(row)
        for column, words in enumerate(_DIVIDER.split(row.strip().removeprefix("|")))
        if words.strip()
    ]
    for text in table_lines(cells):
        yield Line(text, full=False)


def _line(line: str, following: str, first: bool) -> Iterator[Line]:
    """A line of a paragraph; whether it goes on in the next one its author leaves open."""
    heading = _HEADING.fullmatch(line)
    if heading:
        yield from _heading(heading[2], len(heading[1]))
    elif _is_underlined(line, following):
        yield from _heading(line, 1 if "=" in following else 2)
    elif not (_RULE.fullmatch(line) or _UNDERLINE.fullmatch(line) or _ADDRESS.fullmatch(line)):
        text = plain(_BULLET.sub("", line).removesuffix("\\"))
        indented = line[:1] == "\u3000"
        if text:
            full = None if _goes_on(line, following) else False
            yield Line(text, after_blank=first, indented=indented, full=full)


def _heading(words: str, level: int) -> Iterator[Line]:
    text = plain(words)
    if text:
        yield Line(text, after_blank=True, full=False, heading=level)


def _is_underlined(line: str, following: str) -> bool:
    short = len(line) <= _MAX_UNDERLINED and line.rstrip()[-1:] not in "。；，："
    return short and bool(_UNDERLINE.fullmatch(following)) and not _ITEM.match(line)


def _goes_on(line: str, following: str) -> bool:
    if not following.strip() or line.endswith(("  ", "\\")):
        return False
    return not (
        _HEADING.fullmatch(following)
        or _ITEM.match(following)
        or _RULE.fullmatch(following)
        or following.lstrip().startswith("|")
        or following[:1] == "\u3000"
    )
