"""Blocks to passages: the pieces that are encoded and retrieved."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.roster import roster_entry
from ingest.sentences import sentence_spans
from ingest.structure import Block, BlockKind, plain_heading
from ingest.types import Passage, PassageKind

MAX_CHARACTERS = 300
MAX_ROWS = 1
_KINDS = {
    BlockKind.FRONT: PassageKind.PROSE,
    BlockKind.PROSE: PassageKind.PROSE,
    BlockKind.DEFINITION: PassageKind.DEFINITION,
    BlockKind.ROW: PassageKind.ROWS,
    BlockKind.ROSTER: PassageKind.ROSTER,
    BlockKind.RESPONSIBILITY: PassageKind.RESPONSIBILITY,
}


def cut_passages(document_id: str, text: str, blocks: Sequence[Block]) -> tuple[Passage, ...]:
    """Cut blocks into passages that never cross a section, a table or a statement of who leads."""
    pieces: list[Passage] = []
    for (section, kind, _), run in groupby(blocks, key=lambda block: _group(text, block)):
        group = list(run)
        for start, end, header in _spans(text, kind, group):
            pieces.append(
                Passage(
                    "", document_id, 0, _KINDS[kind], section, start, end, text[start:end], header
                )
            )
    return tuple(
        replace(piece, id=f"{document_id}-{position}", position=position)
        for position, piece in enumerate(pieces)
    )


def _group(text: str, block: Block) -> tuple[tuple[str, ...], BlockKind, int]:
    """What a passage may not mix; a bracket that ends a paragraph stays with the paragraph."""
    inline = (
        block.kind is BlockKind.RESPONSIBILITY and block.start and text[block.start - 1] != "\n"
    )
    return block.section, BlockKind.PROSE if inline else block.kind, block.headings


def _spans(text: str, kind: BlockKind, group: list[Block]) -> Iterator[tuple[int, int, str]]:
    if kind is BlockKind.ROW:
        yield from _row_spans(text, group)
    elif kind is BlockKind.ROSTER:
        yield from _roster_spans(text, group)
    else:
        for start, end in _prose_spans(text, group):
            yield start, end, ""


def _row_spans(text: str, group: list[Block]) -> Iterator[tuple[int, int, str]]:
    """The first row names the columns; it is repeated as the header of the others."""
    header = text[group[0].start : group[0].end] if len(group) > 1 else ""
    rows = group[1:] or group
    for first in range(0, len(rows), MAX_ROWS):
        some = rows[first : first + MAX_ROWS]
        yield some[0].start, some[-1].end, header


def _roster_spans(text: str, group: list[Block]) -> Iterator[tuple[int, int, str]]:
    """People of one role stand together; the header repeats the role for a later piece."""
    role = ""
    start = end = group[0].start
    for block in group:
        entry = roster_entry(text[block.start : block.end])
        new_role = entry.role if entry and entry.role else role
        if start != end and (new_role != role or block.end - start > MAX_CHARACTERS):
            yield start, end, role
            start = block.start
        role, end = new_role, block.end
    yield start, end, role


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
