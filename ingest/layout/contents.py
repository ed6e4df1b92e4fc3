"""Tables of contents, which repeat the headings and are no part of the text."""

import re
from collections.abc import Sequence

from ingest.content import Line

_NUMBER = r"[（(]?(?:\d{1,4}|[ivxlc]+)[)）]?\s*"
_ENTRY = re.compile(rf"(?:[.．·•‥。\-_－—…⋯]{{4}}|[…⋯]{{2}})[\s.…·]{{0,40}}{_NUMBER}$")
# Without a leader, only below the title of the contents.
_BARE_ENTRY = re.compile(rf".*\S\s{{2,}}{_NUMBER}")
_HEAD = re.compile(r"目\s*[录次]")
_MIN_ENTRIES = 3
# An entry set over two lines has its leader on the second.
_WRAPPED = 1


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """Lines without the entries of a table of contents and its title."""
    gone: set[int] = set()
    for run in _runs(lines):
        first, last = run[0], run[-1]
        gone.update(range(first, last + 1))
        if first and _HEAD.fullmatch(lines[first - 1].text.strip()):
            gone.add(first - 1)
    return [line for position, line in enumerate(lines) if position not in gone]


def _runs(lines: Sequence[Line]) -> list[list[int]]:
    """Positions of entries that follow each other."""
    found: list[list[int]] = []
    below = -1
    for position, line in enumerate(lines):
        text = line.text.strip()
        if _HEAD.fullmatch(text):
            below = position
        bare = below == position - 1 and _BARE_ENTRY.fullmatch(text)
        if "\t" in text or not (bare or _ENTRY.search(text)):
            continue
        below = position if bare else below
        if found and position - found[-1][-1] <= 1 + _WRAPPED:
            found[-1].append(position)
        else:
            found.append([position])
    return [run for run in found if len(run) >= _MIN_ENTRIES]
