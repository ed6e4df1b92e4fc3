"""Plain text."""

import re

from ingest.container.decode import decode
from ingest.content import Content, Line, Report

_LINE_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")


def read(data: bytes, report: Report) -> Content:
    """Read text in UTF-8, UTF-16 or GB18030.

    Raises:
        RefusedFileError: empty, or not text.
    """
    report(1, 1)
    return Content(text_lines(decode(data)))


def text_lines(raw: str) -> tuple[Line, ...]:
    """The printed lines of a text."""
    lines: list[Line] = []
    blank = False
    for physical in _LINE_BREAK.split(raw):
        indented = physical[:1] in "\u3000\xa0" or physical.startswith("  ")
        if physical.strip():
            lines.append(Line(physical, after_blank=blank, indented=bool(indented)))
        blank = not physical.strip()
    return tuple(lines)
