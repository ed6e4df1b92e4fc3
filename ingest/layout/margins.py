"""Page headers, footers and page numbers."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile

from ingest.layout.page import Fragment, Page
from ingest.layout.rows import merged, rows

# The parts of a page's height in which headers, footers and page numbers stand.
_HEAD, _FOOT = 0.12, 0.88
# In points: how far the place of a header may differ from page to page.
_SAME_PLACE = 6.0
# Of all first (or last) lines at the place of a header, this share repeats; where a heading
# happens to stand there, the other pages have lines of their own.
_MIN_REPEATED = 0.6
_MAX_LINES = 3
_NUMBER = re.compile(r"\d+")
_MARKED_NUMBER = re.compile(
    r"[—\-–－_~·.\s]+(?:\d{1,4}|[ivxlc]+)[—\-–－_~·.\s]+|\d{1,4}\s*/\s*\d{1,4}"
    r"|第\s*\d{1,4}\s*页(?:[\s/，,]*共\s*\d{1,4}\s*页)?|page\s*\d{1,4}(?:\s*of\s*\d{1,4})?",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,3}|[ivxlc]+", re.IGNORECASE)
# A bare number is a page number where its middle is this near the middle of the page.
_CENTRED = 0.05

# What repeats: a text, or a text with the number that keeps step with the pages.
_Key = tuple[str, int | None]


@dataclass(slots=True, eq=False)
class _EdgeRow:
    """A line near the top or bottom of page number ``page``; ``place`` is its middle's height."""

    page: int
    place: float
    text: str
    fragments: list[Fragment]
    repeated: bool = False


def split_margins(
    pages: Sequence[Page], loose: Sequence[Sequence[Fragment]]
) -> tuple[list[str], list[list[Fragment]]]:
    """The texts of headers and footers, each once, and the fragments of each page without them.

    ``loose`` are the fragments of each page that stand in no table.
    """
    margins: dict[str, None] = {}
    gone: set[Fragment] = set()
    kept: list[list[Fragment]] = []
    sides = [_heads(pages, loose), _feet(pages, loose)]
    for side in sides:
        _mark_repeated(side)
    for number, (page, fragments) in enumerate(zip(pages, loose, strict=True)):
        taken = [row for side in sides for row in takewhile(_is_margin(page), side[number])]
        margins.update(dict.fromkeys(row.text for row in taken))
        gone = {fragment for row in taken for fragment in row.fragments}
        kept.append([fragment for fragment in fragments if fragment not in gone])
    return list(margins), kept


def _heads(pages: Sequence[Page], loose: Sequence[Sequence[Fragment]]) -> list[list[_EdgeRow]]:
    """The first lines of each page, from the edge inwards."""
    return [
        _edge_rows(number, [f for f in fragments if _middle(f) < _HEAD * page.height])[:_MAX_LINES]
        for number, (page, fragments) in enumerate(zip(pages, loose, strict=True))
    ]


def _feet(pages: Sequence[Page], loose: Sequence[Sequence[Fragment]]) -> list[list[_EdgeRow]]:
    """The last lines of each page, from the edge inwards."""
    return [
        _edge_rows(number, [f for f in fragments if _middle(f) > _FOOT * page.height])[::-1][
            :_MAX_LINES
        ]
        for number, (page, fragments) in enumerate(zip(pages, loose, strict=True))
    ]


def _middle(fragment: Fragment) -> float:
    return (fragment.top + fragment.bottom) / 2


def _edge_rows(number: int, fragments: Sequence[Fragment]) -> list[_EdgeRow]:
    lines = [(merged(row), row) for row in rows(f for f in fragments if f.text.strip())]
    return [_EdgeRow(number, _middle(line), line.text.strip(), row) for line, row in lines]


def _mark_repeated(side: Sequence[Sequence[_EdgeRow]]) -> None:
    """Mark the lines that other pages have too, at a place where most lines are such."""
    everything = sorted((row for rows in side for row in rows), key=lambda row: row.place)
    same: defaultdict[_Key, list[_EdgeRow]] = defaultdict(list)
    for row in everything:
        for key in _keys(row):
            same[key].append(row)
    for group in same.values():
        for one, other in pairwise(group):
            if one.page != other.page and other.place - one.place <= _SAME_PLACE:
                one.repeated = other.repeated = True
    places = [row.place for row in everything]
    before = [0, *accumulate(row.repeated for row in everything)]
    lone = []
    for row in everything:
        start = bisect_left(places, row.place - _SAME_PLACE)
        end = bisect_right(places, row.place + _SAME_PLACE)
        if before[end] - before[start] < max(_MIN_REPEATED * (end - start), min(len(side), 3)):
            lone.append(row)
    for row in lone:
        row.repeated = False


def _keys(row: _EdgeRow) -> Iterator[_Key]:
    text = "".join(row.text.split())
    yield text, None
    for number in _NUMBER.finditer(text):
        yield f"{text[: number.start()]}#{text[number.end() :]}", int(number.group()) - row.page


def _is_margin(page: Page) -> Callable[[_EdgeRow], bool]:
    def of(row: _EdgeRow) -> bool:
        return row.repeated or _is_page_number(row, page)

    return of


def _is_page_number(row: _EdgeRow, page: Page) -> bool:
    if _MARKED_NUMBER.fullmatch(row.text):
        return True
    middle = (row.fragments[0].left + row.fragments[-1].right) / 2
    centred = abs(middle - page.width / 2) <= _CENTRED * page.width
    at_foot = row.place > page.height / 2
    return at_foot and centred and _BARE_NUMBER.fullmatch(row.text) is not None
