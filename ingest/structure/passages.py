"""Blocks to passages: the pieces that are encoded and retrieved."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.structure.blocks import Block, BlockKind, plain_heading
from ingest.text.roster import roster_entry
from ingest.text.sentences import sentence_spans
from ingest.types import Passage, PassageKind

MAX_CHARACTERS = 300
# A longer sentence, row or line of a roster is cut, so that what looks at one passage stays quick.
# Of 20,000 passages of 670 papers and laws the longest in words has 694 characters.
LONGEST = 2000
# A line that heads a group of a table's rows (“一、农业”) is no longer than this.
_MAX_LINE_ACROSS = 40
_MIN_COLUMNS = 3
# Names of columns, and cells merged downward, stand again with every row; the longest in 200 papers
# have 138 characters.
_MAX_REPEATED = 1000
_FIGURE = re.compile(r"\s*\d[\d.,，％%]*\s*")
_KINDS = {
    BlockKind.FRONT: PassageKind.PROSE,
    BlockKind.PROSE: PassageKind.PROSE,
    BlockKind.DEFINITION: PassageKind.DEFINITION,
    BlockKind.ROW: PassageKind.ROWS,
    BlockKind.ROSTER: PassageKind.ROSTER,
    BlockKind.RESPONSIBILITY: PassageKind.RESPONSIBILITY,
}


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    header: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    """The names of a table's columns, and where its rows so far end."""

    header: str
    end: int


def cut_passages(document_id: str, text: str, blocks: Sequence[Block]) -> tuple[Passage, ...]:
    """Cut blocks into passages that never cross a section, a table or a statement of who leads."""
    passages: list[Passage] = []
    table: _Table | None = None
    for (section, kind, _), run in groupby(blocks, key=lambda block: _group(text, block)):
        group = list(run)
        if kind is BlockKind.ROW:
            table, rows = _table(text, group, table)
            pieces = _row_pieces(text, rows, table.header)
        else:
            pieces = _pieces(text, kind, group)
        for piece in (part for whole in pieces for part in _bounded(text, whole)):
            position = len(passages)
            passages.append(
                Passage(
                    document_id, position, _KINDS[kind], section, piece.start, piece.end,
                    text[piece.start : piece.end], piece.header, piece.above,
                )
            )  # fmt: skip
    return tuple(passages)


def _group(text: str, block: Block) -> tuple[tuple[str, ...], BlockKind, int]:
    """What a passage may not mix; a bracket that ends a paragraph stays with the paragraph."""
    inline = (
        block.kind is BlockKind.RESPONSIBILITY and block.start and text[block.start - 1] != "\n"
    )
    return block.section, BlockKind.PROSE if inline else block.kind, block.headings


def _pieces(text: str, kind: BlockKind, group: list[Block]) -> Iterator[_Piece]:
    if kind is BlockKind.ROSTER:
        yield from _roster_pieces(text, group)
    else:
        yield from (_Piece(start, end) for start, end in _prose_spans(text, group))


def _bounded(text: str, piece: _Piece) -> Iterator[_Piece]:
    """A piece, or the parts of one that is too long, behind a comma or white space if there is one.

    Parts of a row no longer stand below the names of the columns; blank ones are left out.
    """
    while piece.end - piece.start > LONGEST:
        stop = piece.start + LONGEST
        cut = max(text.rfind(mark, piece.start, stop) for mark in "，、；\t ") + 1 or stop
        if text[piece.start : cut].strip():
            yield _Piece(piece.start, cut)
        piece = _Piece(cut, piece.end)
    yield piece


def _table(text: str, group: list[Block], before: _Table | None) -> tuple[_Table, list[Block]]:
    """The table that a run of rows belongs to, and those rows that are not its header.

    The first row names the columns, unless the run goes on with the table before it.
    """
    first = text[group[0].start : group[0].end]
    if before and _goes_on(before, first, group[0].start):
        return _Table(before.header, group[-1].end), group
    if len(group) == 1 or len(first) > _MAX_REPEATED:
        return _Table("", group[-1].end), group
    return _Table(first, group[-1].end), group[1:]


def _goes_on(before: _Table, row: str, start: int) -> bool:
    """Whether a row behind a line across the table still belongs to it: it has figures in it."""
    columns, cells = before.header.split("\t"), row.split("\t")
    near = start - before.end <= _MAX_LINE_ACROSS and len(columns) == len(cells) >= _MIN_COLUMNS
    return near and any(map(_FIGURE.fullmatch, cells)) and not any(map(_FIGURE.fullmatch, columns))


def _row_pieces(text: str, rows: list[Block], header: str) -> Iterator[_Piece]:
    """Each row, with the first cells that it shares with the rows above."""
    before: list[str] = []
    for row in rows:
        cells = text[row.start : row.end].split("\t")
        merged = next((at for at, cell in enumerate(cells) if cell.strip()), 0) if before else 0
        before = [*before[:merged], *cells[merged:]]
        above = "\t".join(before[:merged])
        yield _Piece(row.start, row.end, header, above if len(above) <= _MAX_REPEATED else "")


def _roster_pieces(text: str, group: list[Block]) -> Iterator[_Piece]:
    """People of one role stand together; the header repeats the role for a later piece."""
    role = ""
    start = end = group[0].start
    for block in group:
        entry = roster_entry(text[block.start : block.end])
        new_role = entry.role if entry and entry.role else role
        if start != end and (new_role != role or block.end - start > MAX_CHARACTERS):
            yield _Piece(start, end, role)
            start = block.start
        role, end = new_role, block.end
    yield _Piece(start, end, role)


def _prose_spans(text: str, group: list[Block]) -> Iterator[tuple[int, int]]:
    """Paragraphs are packed while they fit; a longer one is cut between sentences."""
    start = end = _with_heading(text, group[0])
    for block in group:
        keep = block.kind is BlockKind.RESPONSIBILITY
        for sentence_start, sentence_end in sentence_spans(text, max(block.start, end), block.end):
            if end > start and sentence_end - start > MAX_CHARACTERS and not keep:
                yield start, end
                start = sentence_start
            end = sentence_end
    if end > start:
        yield start, end


def _with_heading(text: str, block: Block) -> int:
    """Where a passage that begins with ``block`` begins: at the heading right before it."""
    if block.head is None or block.head >= block.start:
        return block.start
    between = text[block.head : block.start]
    heading_only = plain_heading(between).rstrip("。：:； ") == plain_heading(block.section[-1])
    return block.head if heading_only else block.start
