"""A file to a Document: the one place that puts the steps of reading together."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ingest.container.kinds import Kind, kind_of
from ingest.content import Content, Paragraph, Report
from ingest.errors import RefusedFileError
from ingest.formats import reader_of
from ingest.injection.instructions import is_instruction
from ingest.injection.removal import set_aside
from ingest.metadata.masthead import read_front
from ingest.metadata.repeals import read_repeals
from ingest.metadata.secrecy import check as check_secrecy
from ingest.structure.blocks import BlockKind, Structure, read_structure
from ingest.structure.paragraphs import paragraphs
from ingest.structure.passages import LONGEST, cut_passages
from ingest.structure.responsibility import find_rule, read_clause, read_row, read_running
from ingest.types import Document, Passage, PassageKind, Responsibility

# Raised whenever the same bytes would give another Document, so that stored papers are re-read.
READER_VERSION = 6
MAX_BYTES = 50_000_000


def no_report(done: int, total: int) -> None:
    """Say nothing of progress."""


def read_file(path: Path) -> Document:
    """Read one file on disk.

    Raises:
        RefusedFileError: not a readable paper; the message is for the user.
        OSError: the file cannot be opened.
    """
    return read_bytes(read_file_bytes(path), path.name, str(path))


def read_file_bytes(path: Path) -> bytes:
    """The bytes of a file that is not too large.

    Raises:
        RefusedFileError: larger than MAX_BYTES.
        OSError: the file cannot be opened.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RefusedFileError(
            f"文件有 {size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB；请拆分后再试。"
        )
    return path.read_bytes()


def document_id(data: bytes) -> str:
    """The id of the paper that these bytes give."""
    return hashlib.sha256(data).hexdigest()


def read_bytes(data: bytes, name: str, source: str, report: Report = no_report) -> Document:
    """Read the bytes of a file called ``name``, in this process.

    Raises:
        RefusedFileError: not a readable paper; the message is for the user.
    """
    kind = kind_of(data, name)
    if kind is Kind.ARCHIVE:
        raise RefusedFileError("压缩包里还有压缩包，没有导入；请先解开里面的压缩包。")
    content = reader_of(kind)(data, report)
    check_secrecy(content)
    return assemble(content, data, name, source)


def assemble(content: Content, data: bytes, name: str, source: str) -> Document:
    """The Document that the lines of a file make.

    Raises:
        RefusedFileError: there are no words in it, or none for those who read it.
    """
    found, to_models = set_aside(paragraphs(content.lines))
    if not found:
        kind = "只有写给语言模型的话" if to_models else "没有文字"
        raise RefusedFileError(f"文件里{kind}；请检查后重新选择文件。")
    title = "" if is_instruction(content.title) else content.title
    below = (at for at, paragraph in enumerate(found) if paragraph.heading > 1 and at)
    front = read_front([p.text for p in found], title, next(below, None))
    text = "\n".join(paragraph.text for paragraph in found)
    starts = _starts(found)
    declared = {s: p.heading for s, p in zip(starts, found, strict=True) if p.heading}
    structure = read_structure(text, front.body_start, declared)
    id_ = document_id(data)
    passages = cut_passages(id_, text, structure.blocks)
    return Document(
        name=name,
        source=source,
        sha256=id_,
        masthead=front.masthead,
        text=text,
        sections=structure.sections,
        passages=passages,
        responsibilities=tuple(_responsibilities(text, structure, passages)),
        page_starts=_page_starts(found, starts),
        repeals=read_repeals(text),
        to_models=to_models,
    )


def _starts(found: Sequence[Paragraph]) -> list[int]:
    """The offset of each paragraph in the text they make, joined by line breaks."""
    starts = [0]
    for paragraph in found:
        starts.append(starts[-1] + len(paragraph.text) + 1)
    return starts[:-1]


def _page_starts(found: Sequence[Paragraph], starts: Sequence[int]) -> tuple[int, ...]:
    """Where each page begins; a page without words begins where the next one does."""
    pages: list[int] = []
    for paragraph, start in zip(found, starts, strict=True):
        for offset, page in paragraph.pages:
            pages += [start + offset] * (page - len(pages))
    return tuple(pages)


def _responsibilities(
    text: str, structure: Structure, passages: Sequence[Passage]
) -> list[Responsibility]:
    rule = find_rule(text)
    found: list[Responsibility | None] = []
    for block in structure.blocks:
        if block.kind is BlockKind.RESPONSIBILITY:
            found.append(read_clause(text, block.start, block.end, block.section, rule))
        elif block.kind is BlockKind.PROSE:
            found.extend(read_running(text, block.start, block.end, block.section))
    for passage in passages:
        if passage.header and passage.kind is PassageKind.ROWS:
            found.append(read_row(passage, rule))
    records = (r for r in found if r and r.quote.end - r.quote.start <= LONGEST)
    return sorted(records, key=lambda record: record.quote.start)
