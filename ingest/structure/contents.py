"""The contents page of a paper: a list of its headings that is none of them."""

import re
from collections.abc import Sequence

# It may have been joined to the bracket above it.
_TITLE = re.compile(r"(?:.*[）)]\s*)?目\s*[录次]")
# “第一章 总则……1”, “一、总体要求\t3”
_PAGE = re.compile(r"(?:[.．…·•_\-—]{2,}|\t)\s*[（(]?\d{1,3}[）)]?$")
_MAX_ENTRY = 80
_MAX_FRONT, _MAX_ENTRIES = 60, 300


def contents_lines(lines: Sequence[str]) -> frozenset[int]:
    """Positions of the lines of a contents page, its title included.

    It ends where its first entry comes again as the first heading, or with its page numbers.
    """
    titles = (i for i, line in enumerate(lines[:_MAX_FRONT]) if _TITLE.fullmatch(line))
    start = next(titles, None)
    if start is None or start + 1 == len(lines) or len(lines[start + 1]) > _MAX_ENTRY:
        return frozenset()
    first = _entry(lines[start + 1])
    end = last_numbered = start + 1
    for position in range(start + 1, min(len(lines), start + _MAX_ENTRIES)):
        line = lines[position]
        if len(line) > _MAX_ENTRY or line.endswith(("。", "；")):
            break
        if position > start + 1 and _entry(line) == first:
            end = position
            break
        if _PAGE.search(line):
            last_numbered = position + 1
    end = max(end, last_numbered)
    whole = len(lines[start]) <= 4
    return frozenset(range(start if whole else start + 1, end)) if end > start + 1 else frozenset()


def _entry(line: str) -> str:
    return "".join(_PAGE.sub("", line).split())
