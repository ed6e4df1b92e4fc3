"""The elements of a web page to lines."""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement

from ingest.content import Line
from ingest.formats.web.table import data_lines, is_data
from ingest.text.headings import heading_mark

_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "ol", "p", "pre",
        "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    )
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Headings that only the looks declare: by the name of their class, or bold from end to end.
_NAMED_LEVEL, _BOLD_LEVEL = 2, 3
_HEADING_NAME = re.compile(
    r"(?:^|[\s_-])(?:header|heading|subtitle|title|tit|biaoti)(?:$|[\s_-])", re.I
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_MAX_HEADING = 40
_SENTENCE = re.compile(r"[。；，：:,;]|\t")
# A paper that numbers its parts needs no help from the looks of the page.
_MIN_MARKED = 2
_MARKED_LEVEL = 5
# No page holds these two itself: the one is a line break, the other a space that is kept.
_BREAK, _SPACE = "\v", "\xa0"
_SOURCE_BREAK = re.compile(r"(?<=[^\x00-\x7f])[ \t]*+[\r\n][ \t\r\n]*+(?=[^\x00-\x7f])")
_INDENT = re.compile(r"[\u3000\u2003]|[\xa0\u2002 ]{2}")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def page_lines(body: HtmlElement) -> list[Line]:
    """The lines of a page in the order of its source, headings marked."""
    printer = _Printer()
    walker = etree.iterwalk(body, events=("start", "end"))
    for event, element in walker:
        if event == "start" and element.tag == "table" and is_data(element):
            printer.table(element)
            walker.skip_subtree()
        elif event == "start":
            printer.open(element)
        else:
            printer.close(element)
    return printer.finished()


@dataclass(slots=True)
class _Printer:
    lines: list[Line] = field(default_factory=list)
    looks: dict[int, int] = field(default_factory=dict)
    buffer: list[str] = field(default_factory=list)
    bold_words: int = 0
    words: int = 0
    heading: int = 0
    bold: int = 0
    verbatim: int = 0
    raised: int = 0
    blank: bool = False
    number: str = ""
    counters: list[int] = field(default_factory=list)

    def open(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag in _BLOCKS:
            self._flush(element.getparent())
        self._depths(element, 1)
        if tag in ("ol", "ul"):
            self.counters.append(_number(element.get("start"), 1) - 1)
        elif tag == "li":
            self._count(element)
        elif tag == "br":
            self.buffer.append(_BREAK)
        self._write(element.text)

    def close(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush(element)
        if isinstance(tag, str):
            self._depths(element, -1)
        if tag in ("ol", "ul"):
            self.counters.pop()
        self._write(element.tail)

    def table(self, table: HtmlElement) -> None:
        self._flush(table.getparent())
        self.lines += [Line(text, full=False) for text in data_lines(table, _cell_text)]

    def finished(self) -> list[Line]:
        self._flush(None)
        marks = [heading_mark(line.text) for line in self.lines]
        if sum(mark is not None and mark.level <= _MARKED_LEVEL for mark in marks) < _MIN_MARKED:
            for at, level in self.looks.items():
                self.lines[at] = replace(self.lines[at], heading=level)
        return self.lines

    def _depths(self, element: HtmlElement, step: int) -> None:
        if element.tag in ("b", "strong") or _BOLD.search(element.get("style", "")):
            self.bold += step
        if element.tag in _HEADINGS:
            self.heading = _HEADINGS[element.tag] if step > 0 else 0
        if element.tag == "pre":
            self.verbatim += step
        if element.tag == "sup":
            self.raised += step

    def _count(self, item: HtmlElement) -> None:
        """Numbers that the browser writes are words of the paper too."""
        parent = item.getparent()
        self.number = ""
        if self.counters and parent is not None and parent.tag == "ol":
            self.counters[-1] = _number(item.get("value"), self.counters[-1] + 1)
            if "none" not in parent.get("style", "") and parent.get("type", "1") == "1":
                self.number = f"{self.counters[-1]}. "

    def _write(self, text: str | None) -> None:
        if not text:
            return
        text = text.replace(_BREAK, " ")
        if self.verbatim:
            text = re.sub(r"\r\n?|\n", _BREAK, text).replace(" ", _SPACE)
        size = len("".join(text.split()))
        self.words += size
        self.bold_words += size if self.bold else 0
        self.buffer.append(text.translate(_RAISED) if self.raised else text)

    def _flush(self, element: HtmlElement | None) -> None:
        """Write out what stands in the buffer, as the words of ``element``."""
        pieces = _pieces("".join(self.buffer))
        bold = 0 < self.words == self.bold_words
        if self.heading:
            self._add(Line("".join(pieces), full=False, heading=self.heading))
        else:
            first = len(self.lines)
            self._paragraphs(pieces)
            self._look(element, bold, first)
        self.buffer, self.words, self.bold_words = [], 0, 0

    def _paragraphs(self, pieces: list[str]) -> None:
        for piece, following in pairwise([*pieces, ""]):
            goes_on = following.strip() and not _INDENT.match(following)
            indented = bool(_INDENT.match(piece))
            self._add(Line(piece, indented=indented, full=None if goes_on else False))

    def _add(self, line: Line) -> None:
        text = line.text.replace(_SPACE, " ").replace("\u2002", " ").replace("\u2003", "\u3000")
        if not text.strip():
            self.blank = self.blank or bool(line.text)
            return
        if self.number and not heading_mark(text.strip()):
            text = self.number + text.strip()
        self.lines.append(replace(line, text=text.rstrip(), after_blank=self.blank))
        self.blank, self.number = False, ""

    def _look(self, element: HtmlElement | None, bold: bool, first: int) -> None:
        if element is None or len(self.lines) != first + 1:
            return
        text = self.lines[first].text.strip()
        if len(text) > _MAX_HEADING or _SENTENCE.search(text):
            return
        if _HEADING_NAME.search(element.get("class", "")):
            self.looks[first] = _NAMED_LEVEL
        elif bold and not self.counters:
            self.looks[first] = _BOLD_LEVEL


def _pieces(text: str) -> list[str]:
    """The lines of a block; the white space of the source is one space, or none in Chinese."""
    text = re.sub(r"[ \t\r\n\f]+", " ", _SOURCE_BREAK.sub("", text))
    return [piece.strip(" ") for piece in text.split(_BREAK)]


def _cell_text(cell: HtmlElement) -> str:
    return " ".join(line.text.strip() for line in page_lines(cell))


def _number(value: str | None, default: int) -> int:
    digits = (value or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else default
