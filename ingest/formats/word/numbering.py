"""The numbers that Word sets before paragraphs: they are counted, not written in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from ingest.formats.word.numerals import numeral
from ingest.formats.word.package import W
from ingest.formats.word.styles import Style, Styles, integer, list_of, toggle, value

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
# Behind these marks the gap before the words is layout; behind “1.” or “第一条” it divides words.
_CLOSED = tuple("、）)】〕］》，：．。·")


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered; ``restart`` as in w:lvlRestart, None where not set."""

    start: int
    style: str
    text: str
    suffix: str
    restart: int | None
    legal: bool
    linked: str


@dataclass(frozen=True, slots=True)
class _List:
    """A w:num: lists of one ``abstract`` count on together unless a start is overridden."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """Counts through the numbered paragraphs of one file, in the order of the text."""

    lists: dict[str, _List]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: Element | None, styles: Styles) -> "Numbering":
        """Read the part numbering.xml; without one nothing is numbered."""
        return cls(_lists(root, styles) if root is not None else {})

    def next(self, properties: Element | None, style: Style) -> str:
        """The number of the next paragraph with the gap behind it; empty if it has none."""
        id_, position = self._place(properties, style)
        found = self.lists.get(id_)
        level = found.levels.get(position) if found else None
        if found is None or level is None:
            return ""
        self._count(id_, found, position)
        text = self._text(found, level)
        if not text or level.style == "bullet":
            return ""
        return text if level.suffix == "nothing" or text.endswith(_CLOSED) else f"{text} "

    def _place(self, properties: Element | None, style: Style) -> tuple[str, int]:
        """The list and the level of a paragraph, its own or those of its style."""
        own, position = list_of(properties)
        if own:
            return own, integer(position, 0)
        linked = self._linked_level(style.list_id, style.list_style)
        return style.list_id, integer(
            position, integer(style.list_level, 0) if linked is None else linked
        )

    def _linked_level(self, id_: str, style: str) -> int | None:
        levels = self.lists[id_].levels if id_ in self.lists else {}
        return next((position for position, level in levels.items() if level.linked == style), None)

    def _count(self, id_: str, found: _List, position: int) -> None:
        counts = self.counts.setdefault(found.abstract, {})
        if position in found.starts and (id_, position) not in self.begun:
            counts[position] = found.starts[position]
        elif position in counts:
            counts[position] += 1
        else:
            counts[position] = found.levels[position].start
        self.begun.add((id_, position))
        for deeper in [other for other in counts if other > position]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or position < restart:
                del counts[deeper]

    def _text(self, found: _List, level: _Level) -> str:
        counts = self.counts[found.abstract]

        def number(match: re.Match[str]) -> str:
            position = int(match[1]) - 1
            shown = found.levels.get(position)
            if shown is None:
                return ""
            style = "decimal" if level.legal and shown.style != "none" else shown.style
            return numeral(counts.get(position, shown.start), style)

        return _PLACE.sub(number, level.text).strip()


def _lists(root: Element, styles: Styles) -> dict[str, _List]:
    abstracts = {a.get(f"{W}abstractNumId", ""): a for a in root.iterchildren(f"{W}abstractNum")}
    nums = {n.get(f"{W}numId", ""): n for n in root.iterchildren(f"{W}num")}
    levels: dict[str, dict[int, _Level]] = {}
    found: dict[str, _List] = {}
    for id_, num in nums.items():
        abstract = _defining(value(num, "abstractNumId"), abstracts, nums, styles)
        if abstract in abstracts:
            if abstract not in levels:
                levels[abstract] = dict(_levels(abstracts[abstract]))
            found[id_] = _overridden(abstract, levels[abstract], num)
    return found


def _defining(
    abstract: str, abstracts: dict[str, Element], nums: dict[str, Element], styles: Styles
) -> str:
    """The abstract list that holds the levels, where ``abstract`` only names a list style."""
    link = value(abstracts[abstract], "numStyleLink") if abstract in abstracts else ""
    for style in styles.chain(link):
        named = style.find(f"{W}pPr/{W}numPr")
        num = nums.get(value(named, "numId")) if named is not None else None
        if num is not None:
            return value(num, "abstractNumId")
    return abstract


def _overridden(abstract: str, levels: dict[int, _Level], num: Element) -> _List:
    levels, starts = dict(levels), {}
    for override in num.iterchildren(f"{W}lvlOverride"):
        levels.update(_levels(override))
        position = integer(override.get(f"{W}ilvl"), 0)
        start = value(override, "startOverride")
        if start:
            starts[position] = integer(start, 1)
    return _List(abstract, levels, starts)


def _levels(parent: Element) -> Iterator[tuple[int, _Level]]:
    for level in parent.iterchildren(f"{W}lvl"):
        position = integer(level.get(f"{W}ilvl"), 0)
        # A format of a newer Word stands beside the one for older programs, which comes last.
        styles = [format_.get(f"{W}val", "") for format_ in level.iter(f"{W}numFmt")]
        restart = value(level, "lvlRestart")
        if 0 <= position < _LEVELS:
            yield (
                position,
                _Level(
                    start=integer(value(level, "start"), 0),
                    style=styles[-1] if styles else "decimal",
                    text=value(level, "lvlText"),
                    suffix=value(level, "suff"),
                    restart=integer(restart, 0) if restart else None,
                    legal=bool(toggle(level.find(f"{W}isLgl"))),
                    linked=value(level, "pStyle"),
                ),
            )
