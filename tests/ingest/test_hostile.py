"""Files made to harm: each is answered in Chinese, quickly, in little memory, leaving nothing.

They are read as in use, by a worker process, whose time and memory are measured and printed.
"""

import io
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msoffcrypto.format.ooxml
import psutil
import pytest

from ingest.container.archive import members
from ingest.errors import RefusedFileError
from ingest.types import Document
from ingest.workers.pool import Readers, Request
from ingest.workers.process import MAX_MEMORY
from tests.ingest.small_files import (
    RTF,
    SMALL,
    XML,
    docx_parts,
    ofd_parts,
    page,
    paragraph,
    pdf,
    picture,
    table,
    xlsx_parts,
    zipped,
)

MOST_SECONDS, MOST_BYTES = 20.0, 500_000_000
MEGA = 1_000_000
LAUGHS = "<!DOCTYPE html [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


@dataclass(frozen=True, slots=True)
class Measured:
    result: Document | RefusedFileError
    seconds: float
    peak: int
    progress: list[tuple[int, int]]


def measured(data: bytes, name: str) -> Measured:
    """What a worker of its own makes of a file, and what processor time and memory that takes."""
    progress: list[tuple[int, int]] = []
    with Readers(workers=1, silence_seconds=30) as readers:
        [reading] = readers.read(
            [Request(name, "", lambda: data)],
            lambda _, done, total: progress.append((done, total)),
        )
        assert psutil.Process().children(), f"the worker did not come through: {reading.result}"
        [worker] = psutil.Process().children()
        times = worker.cpu_times()
        status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return Measured(reading.result, times.user + times.system, int(peak) * 1024, progress)


def with_part(parts: dict[str, str | bytes], name: str, part: str | bytes) -> bytes:
    return zipped({**parts, name: part})


def spread(parts: dict[str, str | bytes], name: str, part: bytes, count: int) -> bytes:
    """The package with many parts, each within its limits."""
    return zipped({**parts, **{name.format(n): part for n in range(count)}})


def word(body: str, before: str = "") -> bytes:
    return zipped(docx_parts(body, before))


def nested_tables(depth: int) -> str:
    opening = "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>"
    return opening * depth + paragraph("内") + "</w:tc></w:tr></w:tbl>" * depth


def encrypted_docx() -> bytes:
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(SMALL["a.docx"])).encrypt("密码", locked)
    return locked.getvalue()


def encrypted_pdf() -> bytes:
    key = "<" + "5a" * 32 + ">"
    locked = f"/Encrypt<</Filter/Standard/V 1/R 2/O{key}/U{key}/P -4>>/ID[<00><00>]"
    return pdf(trailer=locked)


def huge_png(side: int = 60_000) -> bytes:
    """A white picture of more pixels than any page."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(side + 1) * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    )


def numbered_rows(count: int) -> str:
    return "".join(f"<row r='{n}'><c r='A{n}'><v>1</v></c></row>" for n in range(1, count))


def text_of(*texts: str) -> bytes:
    return "".join(texts).replace("DOCTYPE html", "DOCTYPE a").encode()


def far_cells() -> str:
    """Two cells, as far from each other as they can be."""
    cell = "<row r='{row}'><c r='{column}{row}'><v>1</v></c></row>"
    return cell.format(row=1, column="A") + cell.format(row=1_048_576, column="XFD")


ZEROS = bytes(100 * MEGA)
SPACES = b" " * (25 * MEGA)
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb.docx": ("a.docx", lambda: with_part(docx_parts(), "word/x.xml", ZEROS), "压缩炸弹"),
    "bomb.xlsx": ("a.xlsx", lambda: with_part(xlsx_parts(), "xl/x.xml", ZEROS), "压缩炸弹"),
    "bomb of many parts.docx": (
        "a.docx", lambda: spread(docx_parts(), "word/{}.xml", bytes(4 * MEGA), 60), "压缩炸弹"
    ),
    "bomb of many parts.xlsx": (
        "a.xlsx", lambda: spread(xlsx_parts(), "xl/{}.xml", bytes(4 * MEGA), 60), "压缩炸弹"
    ),
    "bomb in the text.docx": (
        "a.docx", lambda: word("<w:p>" + " " * 29 * MEGA + "</w:p>"), "压缩炸弹"
    ),
    "bomb nested in.docx": (
        "a.docx", lambda: zipped({"a.docx": zipped({"b.xml": ZEROS})}), "压缩包"
    ),
    "laughs.docx": ("a.docx", lambda: word(paragraph("&i;"), LAUGHS), "实体声明"),
    "laughs.ofd": ("a.ofd", lambda: zipped(ofd_parts(LAUGHS)), "实体声明"),
    "outside.docx": ("a.docx", lambda: word(paragraph("&x;"), OUTSIDE), "实体声明"),
    "outside.ofd": ("a.ofd", lambda: zipped(ofd_parts(OUTSIDE)), "实体声明"),
    "outside.svg": ("a.svg", lambda: text_of(OUTSIDE, "<svg>&x;</svg>"), "SVG"),
    "laughs.xml": ("a.txt", lambda: text_of(XML, LAUGHS, "<a>&i;</a>"), "XML"),
    "encrypted.docx": ("a.docx", encrypted_docx, "密码"),
    "encrypted.pdf": ("a.pdf", encrypted_pdf, "密码"),
    "page tree in a loop.pdf": (
        "a.pdf", lambda: pdf(tree="<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"), "损坏|没有"
    ),
    "deep tables.docx": ("a.docx", lambda: word(nested_tables(100_000)), "嵌套"),
    "huge.png": ("a.png", huge_png, "像素|太大|过大"),
    "many elements.docx": (
        "a.docx",
        lambda: word("".join(f"<w:p w:a='{n}'/>" for n in range(900_000))), "万个标记"
    ),
    "far cells.xlsx": ("a.xlsx", lambda: zipped(xlsx_parts(far_cells())), "太大"),
    "not a word.doc": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "旧版"),
    "zeros.txt": ("a.txt", lambda: bytes(9 * MEGA), "不是文本"),
}  # fmt: skip
# Strange, but a paper: each is read, in the same bounds.
ACCEPTED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "page tree without end.pdf": (
        "a.pdf", lambda: pdf(tree="<</Type/Pages/Count 2000000000/Kids[4 0 R]>>")
    ),
    "wide tables.docx": ("a.docx", lambda: word(table(200, 500) + paragraph("结尾。"))),
    "tables in tables.docx": ("a.docx", lambda: word(nested_tables(20))),
    "laughs.html": ("a.html", lambda: LAUGHS.encode() + page() + b"&i;"),
    "outside.html": ("a.html", lambda: OUTSIDE.encode() + page() + b"&x;"),
    "deep.html": ("a.html", lambda: page() + b"<div>" * 200_000 + "内".encode()),
    "long.xlsx": ("a.xlsx", lambda: zipped(xlsx_parts(numbered_rows(60_000)))),
    "tabs in a line.txt": (
        "a.txt", lambda: "\t".join(["制氢", "\t" * 400_000, "储氢"]).encode()
    ),
    "one line.txt": ("a.txt", lambda: "云溪县".encode() * MEGA),
    "brackets.txt": ("a.txt", lambda: b"\n".join(["（".encode() * 100_000] * 2)),
    "brackets.md": ("a.md", lambda: b"[" * 100_000 + b"\n" + b"> " * 50_000),
    "a name in etc.docx": ("a.docx", lambda: with_part(docx_parts(), "../../etc/x", b"x")),
}  # fmt: skip


def check_bounds(case: str, found: Measured) -> None:
    said = str(found.result) if isinstance(found.result, RefusedFileError) else "已读取"
    sys.stdout.write(f"{case}: {found.seconds:.1f} s, {found.peak / MEGA:.0f} MB, {said}\n")
    assert found.seconds < MOST_SECONDS
    assert found.peak < MOST_BYTES


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case: str) -> None:
    name, make, said = REFUSED[case]
    found = measured(make(), name)
    check_bounds(case, found)
    assert isinstance(found.result, RefusedFileError)
    with pytest.raises(RefusedFileError, match=said):
        raise found.result


@pytest.mark.parametrize("case", ACCEPTED)
def test_it_is_read_in_bounds(case: str) -> None:
    name, make = ACCEPTED[case]
    found = measured(make(), name)
    check_bounds(case, found)
    assert isinstance(found.result, Document), found.result
    assert "root:" not in found.result.text
    assert "haha" not in found.result.text


def test_a_pdf_of_2000_pages_is_read_with_progress() -> None:
    found = measured(pdf(pages=2000), "a.pdf")
    check_bounds("2000 pages.pdf", found)
    assert isinstance(found.result, Document)
    assert len(found.result.page_starts) == 2000
    assert len(found.progress) > 1
    assert {total for _, total in found.progress} == {2000}


ENDINGS = [*SMALL, "a.rtf", "a.png", "a.jpg"]


def whole(name: str) -> bytes:
    others = {"a.rtf": lambda: RTF, "a.png": picture, "a.jpg": lambda: picture("JPEG")}
    return SMALL[name] if name in SMALL else others[name]()


@pytest.mark.parametrize("name", [*ENDINGS, "a.doc", "a.zip"])
def test_an_empty_file(name: str) -> None:
    found = measured(b"", name)
    check_bounds(f"empty {name}", found)
    with pytest.raises(RefusedFileError, match="空"):
        raise found.result if isinstance(found.result, RefusedFileError) else AssertionError


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.ofd", "a.png", "a.jpg"])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_truncated_file(name: str, share: float) -> None:
    data = whole(name)
    found = measured(data[: int(len(data) * share)], name)
    check_bounds(f"{share:.0%} of {name}", found)
    with pytest.raises(RefusedFileError, match=r"损坏|不完整"):
        raise found.result if isinstance(found.result, RefusedFileError) else AssertionError


def test_an_archive_that_leads_out_of_itself_is_refused() -> None:
    with pytest.raises(RefusedFileError, match=r"“\.\./\.\./x\.txt”指向压缩包以外"):
        members(zipped({"../../x.txt": b"x"}), "a.zip")
    with pytest.raises(RefusedFileError, match="压缩炸弹"):
        members(zipped({"x.txt": ZEROS}), "a.zip")


def test_the_worker_has_limits() -> None:
    with Readers(workers=1) as readers:
        list(readers.read([Request("a.txt", "", lambda: SMALL["a.txt"])]))
        [worker] = psutil.Process().children()
        assert worker.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        assert 0 < worker.rlimit(psutil.RLIMIT_DATA)[0] <= MAX_MEMORY
        assert not [name for name in worker.environ() if name.startswith("CEWEN")]
        assert os.getsid(worker.pid) == worker.pid
