"""A file to a Document: the one place that puts the steps of reading together."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ingest.decode import decode
from ingest.errors import RefusedFileError
from ingest.lines import paragraphs
from ingest.masthead import read_front
from ingest.passages import cut_passages
from ingest.responsibility import find_rule, read_clause, read_running
from ingest.structure import BlockKind, Structure, read_structure
from ingest.types import Document, Responsibility

# Raised whenever the same bytes would give another Document, so that stored papers are re-read.
READER_VERSION = 2
SUFFIXES = frozenset({".txt"})
MAX_BYTES = 50_000_000
_ID_LENGTH = 12


def read_file(path: Path) -> Document:
    """Read one file on disk.

    Raises:
        RefusedFileError: not a readable paper; the message is for the user.
        OSError: the file cannot be opened.
    """
    check_name(path.name)
    return read_bytes(read_file_bytes(path), path.name, str(path))


def check_name(name: str) -> None:
    """Refuse a file whose kind cannot be read.

    Raises:
        RefusedFileError: no reader for its extension.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise RefusedFileError(
            f"暂不支持“{suffix or '无扩展名'}”文件；目前可以读取：{'、'.join(sorted(SUFFIXES))}。"
        )


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


def read_bytes(data: bytes, name: str, source: str) -> Document:
    """Read the bytes of a text file called ``name``.

    Raises:
        RefusedFileError: not a readable paper; the message is for the user.
    """
    lines = paragraphs(decode(data))
    if not lines:
        raise RefusedFileError("文件里没有文字；请检查后重新选择文件。")
    digest = hashlib.sha256(data).hexdigest()
    front = read_front(lines)
    text = "\n".join(lines)
    structure = read_structure(text, front.body_start)
    document_id = digest[:_ID_LENGTH]
    return Document(
        id=document_id,
        name=name,
        source=source,
        sha256=digest,
        masthead=front.masthead,
        text=text,
        sections=structure.sections,
        passages=cut_passages(document_id, text, structure.blocks),
        responsibilities=tuple(_responsibilities(text, structure)),
    )


def _responsibilities(text: str, structure: Structure) -> Iterator[Responsibility]:
    rule = find_rule(text)
    for block in structure.blocks:
        if block.kind is BlockKind.RESPONSIBILITY:
            record = read_clause(text, block.start, block.end, block.section, rule)
            if record:
                yield record
        elif block.kind is BlockKind.PROSE:
            yield from read_running(text, block.start, block.end, block.section)
