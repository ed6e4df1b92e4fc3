"""The numbers of headings as a word processor keeps them: in numbering.xml, not in the text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml.etree import _Element

from eval.typeset.paper import Block, Item, Role, Table

# Ids above those of the lists in python-docx's own template.
FIRST_LIST = 100
_MOST_LEVELS = 9
_LABEL = re.compile(r"(?P<before>\D*?)(?P<number>\d+|[一二三四五六七八九十百]+)(?P<after>\D*)")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """The list and the level in it (from 0) that give a paragraph its number."""

    list_id: int
    level: int


@dataclass(frozen=True, slots=True)
class Form:
    """What stands around a number, and whether it goes on below the next heading above it."""

    before: str
    after: str
    chinese: bool
    goes_on: bool

    def label(self, number: int) -> str:
        """The label with that number."""
        return f"{self.before}{_numeral(number, self.chinese)}{self.after}"


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list of the definition with that index, and at which number its levels begin anew."""

    definition: int
    starts: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Numbering:
    """The lists of one paper; ``places`` holds the positions of the blocks that they number."""

    forms: list[Form]
    lists: list[NumberedList] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def tops(self) -> list[int]:
        """The levels at the top of a definition of their own: the first, and those that go on."""
        return [level for level, form in enumerate(self.forms) if level == 0 or form.goes_on]

    def definition_of(self, level: int) -> int:
        """Which definition, from 0, a level belongs to."""
        return sum(top <= level for top in self.tops) - 1


def plan(blocks: Sequence[Block]) -> Numbering:
    """Number what begins like most numbers of its level; everything else keeps its own number."""
    items = [block for block in blocks if isinstance(block, Item)]
    levels = sorted({item.level for item in items if item.level})[:_MOST_LEVELS]
    planner = _Planner(Numbering([_form(items, level) for level in levels]))
    for position, block in enumerate(blocks):
        if isinstance(block, Table):
            continue
        if block.role in (Role.ANNEX, Role.ANNEX_TITLE):
            planner.begin()
        elif block.level in levels:
            planner.place(position, block.text[: block.label], levels.index(block.level))
    return planner.numbering


@dataclass(slots=True)
class _Planner:
    """Counts as a word processor does: per level, what is its list and its last number."""

    numbering: Numbering
    current: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin every list anew, for the next part of the paper."""
        tops = [*self.numbering.tops, len(self.numbering.forms)]
        self.current = []
        for definition, (top, end) in enumerate(pairwise(tops)):
            starts = tuple((level, 1) for level in range(end - top))
            self.current += [len(self.numbering.lists)] * (end - top)
            self.numbering.lists.append(NumberedList(definition, starts))
        self.counts = [0] * len(self.numbering.forms)

    def place(self, position: int, label: str, level: int) -> None:
        """Leave a number to its list; one out of turn begins a list of its own."""
        number = _number(label, self.numbering.forms[level])
        if not number:
            return
        definition = self.numbering.definition_of(level)
        place = level - self.numbering.tops[definition]
        if number != self.counts[level] + 1:
            self.current[level] = len(self.numbering.lists)
            self.numbering.lists.append(NumberedList(definition, ((place, number),)))
        self.counts[level] = number
        for deeper in range(level + 1, len(self.counts)):
            if self.numbering.definition_of(deeper) == definition:
                self.counts[deeper], self.current[deeper] = 0, self.current[level]
        self.numbering.places[position] = Place(FIRST_LIST + self.current[level], place)


def _number(label: str, form: Form) -> int:
    """The number in a label of that form; 0 if it has another form."""
    candidates = (n for n in range(1, 100) if label == form.label(n))
    return next(candidates, 0)


def _form(items: Sequence[Item], level: int) -> Form:
    """The commonest form of a level's numbers."""
    found: Counter[tuple[str, str, bool]] = Counter()
    for item in items:
        match = _LABEL.fullmatch(item.text[: item.label])
        if match and item.level == level:
            found[match["before"], match["after"], not match["number"].isdecimal()] += 1
    (before, after, chinese), _ = found.most_common(1)[0]
    return Form(before, after, chinese, _goes_on(items, level))


def _goes_on(items: Sequence[Item], level: int) -> bool:
    """Whether numbers more often go on below the next heading above them than begin again."""
    seen = below_next = False
    going = begun = 0
    for item in items:
        below_next |= 0 < item.level < level
        if item.level != level:
            continue
        if seen and below_next:
            number = _LABEL.fullmatch(item.text[: item.label])
            first = number is None or number["number"] in ("1", "一")
            begun, going = begun + first, going + (not first)
        seen, below_next = True, False
    return going > begun


def _numeral(number: int, chinese: bool) -> str:
    """A number below 100 as headings write it."""
    if not chinese:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


def definitions(numbering: Numbering) -> Iterator[_Element]:
    """The elements w:abstractNum, which hold the forms of the numbers."""
    tops = [*numbering.tops, len(numbering.forms)]
    for which, (top, end) in enumerate(pairwise(tops)):
        levels = "".join(_level(form, level) for level, form in enumerate(numbering.forms[top:end]))
        yield parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{FIRST_LIST + which}">'
            f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )


def _level(form: Form, level: int) -> str:
    kind = "chineseCountingThousand" if form.chinese else "decimal"
    after, gap = (form.after[:-1], "space") if form.after.endswith(" ") else (form.after, "nothing")
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{form.before}%{level + 1}{after}"/>'
        f'<w:lvlJc w:val="left"/></w:lvl>'
    )


def instances(numbering: Numbering) -> Iterator[_Element]:
    """The elements w:num, one for each list."""
    override = '<w:lvlOverride w:ilvl="{}"><w:startOverride w:val="{}"/></w:lvlOverride>'
    for number, list_ in enumerate(numbering.lists, FIRST_LIST):
        overrides = "".join(override.format(*start) for start in list_.starts)
        yield parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}">'
            f'<w:abstractNumId w:val="{FIRST_LIST + list_.definition}"/>{overrides}</w:num>'
        )
