"""Paragraphs to blocks: each knows what it is and which headings it stands under."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.structure.closing import find_signature, is_imprint
from ingest.structure.contents import contents_lines
from ingest.structure.outline import Outline
from ingest.structure.responsibility import opens_responsibility, trailing_responsibility
from ingest.structure.titles import is_title, may_be_title, squeezed
from ingest.text.headings import (
    ANNEX,
    DOCUMENT_TYPES,
    PART_LEVEL,
    RUN_IN_LEVEL,
    heading_length,
    heading_mark,
    inner_headings,
    is_row,
    run_in_heading,
)
from ingest.text.roster import roster_runs
from ingest.types import Section

_ANNEX_LEVEL = 0
# Headings that only the format marks stand above the levels of an official paper.
_DECLARED_LEVELS = 3
# A longer paragraph only looks like a heading: its style was chosen for its type face.
_MAX_DECLARED = 80
_ANNEX_LIST = re.compile(r"附\s*件\s*[:：]\s*\S")
_DEFINITIONS = re.compile("名词(?:解释|说明)|术语|用语|释义")
_PART_MARK = re.compile(r"(第\s*[^第\s]{1,6}\s*(?:[编章节]|部分))\s+(?=\S)")
_SPACES = re.compile(r"(?<=[\u4e00-\u9fff（）])\s+(?=[\u4e00-\u9fff（）])")
# “（此件公开发布）”, “（联系人：……）” below the date
_NOTE = re.compile("[（(][^（()）]{2,40}[）)]")
_MAX_TITLE_LINES, _MAX_PART = 3, 30


class BlockKind(StrEnum):
    """What a block is; one paragraph gives one block, or two where a heading runs in."""

    FRONT = "front"
    PROSE = "prose"
    DEFINITION = "definition"
    ROW = "row"
    ROSTER = "roster"
    RESPONSIBILITY = "responsibility"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that belongs together; ``head`` is where its section begins, if in one.

    ``headings`` counts the headings before it, also those with nothing of their own below.
    """

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...]
    head: int | None
    headings: int


@dataclass(frozen=True, slots=True)
class Structure:
    """The outline and the blocks of one text."""

    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]


def read_structure(text: str, body_start: int, declared: Mapping[int, int]) -> Structure:
    """Find sections and blocks in ``text``, whose lines are paragraphs.

    ``body_start`` is the offset behind the title; what stands before is front matter.
    ``declared`` maps the offsets of headings that the format itself marks to their levels, 1 to 6.
    """
    return _Reader(text, body_start, declared).read()


def plain_heading(heading: str) -> str:
    """A heading for showing and comparing: no white space between Chinese characters.

    One space stays behind the number of a part: “第一章 总则”.
    """
    mark = _PART_MARK.match(heading.strip())
    if mark:
        return f"{plain_heading(mark[1])} {plain_heading(heading.strip()[mark.end() :])}"
    return _SPACES.sub("", heading.strip())


def _is_bare_part(lines: Sequence[str], position: int) -> bool:
    """Whether a line is the number of a part whose words stand on the next line."""
    mark = heading_mark(lines[position])
    bare = mark and mark.level <= PART_LEVEL and mark.length == len(lines[position])
    if not bare or position + 1 == len(lines):
        return False
    words = lines[position + 1]
    return may_be_title(words) and len(words) <= _MAX_PART and "，" not in words


def _closing(lines: Sequence[str]) -> range:
    """Positions of the lines that sign the paper, and of what stands right below them."""
    signature = find_signature(lines)
    if signature is None:
        return range(0)
    end = signature.last + 1
    while end < len(lines) and (_NOTE.fullmatch(lines[end]) or is_imprint(lines[end])):
        end += 1
    return range(signature.first, end)


@dataclass(slots=True)
class _Reader:
    text: str
    body_start: int
    declared: Mapping[int, int]
    outline: Outline = field(default_factory=Outline)
    blocks: list[Block] = field(default_factory=list)
    in_annex_list: bool = False
    outermost: int = _ANNEX_LEVEL

    def read(self) -> Structure:
        spans = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", self.text)]
        lines = [self.text[start:end] for start, end in spans]
        rosters, contents, closing = roster_runs(lines), contents_lines(lines), _closing(lines)
        position = 0
        while position < len(lines):
            start, end = spans[position]
            used = 1
            if start < self.body_start or position in contents:
                self._add(BlockKind.FRONT, start, end)
            elif position in closing or is_imprint(lines[position]):
                self._outside(start, end)
            elif ANNEX.fullmatch(lines[position]) or (
                position - 1 in closing and is_title(lines[position])
            ):
                used = self._annex(lines[position : position + 1 + _MAX_TITLE_LINES], start)
            elif position in rosters:
                self._add(BlockKind.ROSTER, start, end)
            elif _is_bare_part(lines, position):
                used = self._part(lines[position : position + 2], start)
            else:
                self._paragraph(start, end)
            position += used
        self.outline.close(_ANNEX_LEVEL, len(self.text))
        return Structure(self.outline.sections(), tuple(self.blocks))

    def _annex(self, lines: list[str], start: int) -> int:
        """Open an annex under its number and title; return how many of ``lines`` these are."""
        words = [plain_heading(lines[0])]
        for line in lines[1:]:
            if DOCUMENT_TYPES.search(words[-1]) or not may_be_title(line):
                break
            words.append(plain_heading(line))
        self.in_annex_list = False
        if not ANNEX.fullmatch(lines[0]) and self._is_announced("".join(words), start):
            self._add(BlockKind.FRONT, start, start + len("\n".join(lines[: len(words)])))
            return len(words)
        self.outline.open(" ".join(words), _ANNEX_LEVEL, start)
        self.outermost = _ANNEX_LEVEL + 1
        return len(words)

    def _is_announced(self, title: str, start: int) -> bool:
        """Whether the paper names what it passes on, so that the paper's own title says enough."""
        return f"《{squeezed(title)}" in squeezed(self.text[:start])

    def _part(self, lines: list[str], start: int) -> int:
        """Open a part whose number and words stand on two lines."""
        mark = heading_mark(lines[0])
        self.outline.open(plain_heading(" ".join(lines)), mark.level if mark else 1, start)
        return len(lines)

    def _outside(self, start: int, end: int) -> None:
        """Add what closes a paper and belongs to no section of it."""
        self.outline.close(_ANNEX_LEVEL, start)
        self.in_annex_list = False
        self._add(BlockKind.PROSE, start, end)

    def _paragraph(self, start: int, end: int) -> None:
        line = self.text[start:end]
        if is_row(line):
            self._add(BlockKind.ROW, start, end)
        elif opens_responsibility(line):
            self._responsibility(start, end)
        elif _ANNEX_LIST.match(line):
            self.outline.close(_ANNEX_LEVEL, start)
            self.in_annex_list = True
            self._add(BlockKind.PROSE, start, end)
        else:
            self._prose(start, end)

    def _prose(self, start: int, end: int) -> None:
        line = self.text[start:end]
        mark = heading_mark(line)
        self.in_annex_list = self.in_annex_list and bool(mark) and line[-1] not in "。；"
        length, level = run_in_heading(line), RUN_IN_LEVEL
        if start in self.declared and len(line) <= _MAX_DECLARED:
            length = len(line)
            if mark or not run_in_heading(line):
                level = mark.level if mark else min(self.declared[start], _DECLARED_LEVELS)
        elif mark:
            length, level = heading_length(line, mark), mark.level
        if length and not self.in_annex_list:
            start = self._heading(start, start + length, level)
        if start < end:
            self._body(start, end)

    def _heading(self, start: int, end: int, level: int) -> int:
        """Open the section headed ``text[start:end]``; return where the words under it begin."""
        self.outline.open(plain_heading(self.text[start:end]), max(level, self.outermost), start)
        while end < len(self.text) and self.text[end] in "。：:； 　":
            end += 1
        return end

    def _body(self, start: int, end: int) -> None:
        whole = start
        defined = self._prose_kind() is BlockKind.DEFINITION
        for first, last in () if defined else inner_headings(self.text[whole:end]):
            self._add(self._prose_kind(), start, whole + first)
            start = self._heading(whole + first, whole + last, RUN_IN_LEVEL)
        tail = trailing_responsibility(self.text[start:end])
        if tail is not None:
            self._add(self._prose_kind(), start, start + tail)
            self._add(BlockKind.RESPONSIBILITY, start + tail, end)
            self.outline.answer()
        else:
            self._add(self._prose_kind(), start, end)

    def _prose_kind(self) -> BlockKind:
        named = any(_DEFINITIONS.search(open_section.name) for open_section in self.outline.stack)
        return BlockKind.DEFINITION if named else BlockKind.PROSE

    def _responsibility(self, start: int, end: int) -> None:
        """A paragraph of its own governs the section whose parts had none of their own."""
        self.outline.close(RUN_IN_LEVEL, start)
        stack = self.outline.stack
        if len(stack) > 1:
            parent = stack[-2]
            if parent.level >= 4 and parent.children > 1 and not parent.answered:
                self.outline.close(stack[-1].level, start)
        self._add(BlockKind.RESPONSIBILITY, start, end)
        self.outline.answer()

    def _add(self, kind: BlockKind, start: int, end: int) -> None:
        if self.text[start:end].strip():
            stack, path = self.outline.stack, self.outline.path()
            head = stack[-1].start if stack else None
            self.blocks.append(Block(kind, start, end, path, head, self.outline.headings))
