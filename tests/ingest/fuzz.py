"""Spoilt files: whatever happens to a file, it is read or refused.

``python -m tests.ingest.fuzz 10`` spoils files for ten minutes, always in new ways; the suite
(test_fuzz.py) does the same for some seconds, always in the same ways.
"""

import io
import re
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import docx
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ingest.container.archive import members
from ingest.errors import RefusedFileError
from ingest.layout.page import Page
from ingest.reader import read_bytes
from tests.ingest.small_files import RTF, SMALL, TASK, TITLE, page, picture, zipped

# Values that programs stumble over.
WORDS = (
    "", "0", "-1", "1e308", "nan", "99999999999999999999", "../../x", "#", "\ufffe", "\U0001f600",
    "Ⅳ", "٣", "9999年99月99日", "〔〕", "\u202e", "x" * 3000, "（" * 50, "一、" * 50, "<a>", "&x;",
)  # fmt: skip
TOKENS = re.compile(r"(<[^>]*>|\"[^\"]*\"|'[^']*'|[^<\"']+)")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: what is done ``at`` a share of the length, with which bytes or word."""

    what: str
    at: float
    size: int
    raw: bytes
    word: str


EDITS = st.lists(
    st.builds(
        Edit,
        st.sampled_from(("flip", "insert", "delete", "repeat", "cut", "drop", "double", "say")),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 64),
        st.binary(min_size=1, max_size=8),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=6,
)


def spoil(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes after all edits."""
    for edit in edits:
        at = int(edit.at * len(data))
        end = at + edit.size
        match edit.what:
            case "flip":
                data = data[:at] + edit.raw + data[at + len(edit.raw) :]
            case "insert":
                data = data[:at] + edit.raw + data[at:]
            case "delete":
                data = data[:at] + data[end:]
            case "repeat":
                data = data[:end] + data[at:end] * 20 + data[end:]
            case "cut":
                data = data[: max(at, 1)]
            case _:
                data = _retold(data, edit)
    return data


def _retold(data: bytes, edit: Edit) -> bytes:
    """The text with one tag, value or stretch of words dropped, doubled or replaced."""
    tokens = TOKENS.findall(data.decode("latin-1"))
    if tokens:
        at = int(edit.at * len(tokens))
        new = {"drop": "", "double": tokens[at] * 2}.get(edit.what)
        quoted = tokens[at][0] in "\"'"
        word = edit.word.encode().decode("latin-1")
        tokens[at] = new if new is not None else f"'{word}'" if quoted else word
    return "".join(tokens).encode("latin-1")


def spoil_part(data: bytes, number: float, edits: Sequence[Edit]) -> bytes:
    """The package with one part spoilt, packed properly again."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    name = sorted(parts)[int(number * len(parts))]
    part = parts[name]
    assert isinstance(part, bytes)
    return zipped({**parts, name: spoil(part, edits)})


def rich_docx() -> bytes:
    """A .docx with styles, numbering, a header and merged cells."""
    document = docx.Document()
    document.add_heading(TITLE, 0)
    for style in ("Heading 1", "List Number", "List Bullet", "Normal"):
        document.add_paragraph(TASK, style)
    grid = document.add_table(3, 3)
    grid.cell(0, 0).merge(grid.cell(1, 1)).text = "合并"
    document.sections[0].header.paragraphs[0].text = "云溪县"
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def rich_xlsx() -> bytes:
    """An .xlsx with dates, percentages, merged cells and two sheets."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        for name in ("任务", "资金"):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, 3, TITLE)
            sheet.write_row(1, 0, ["序号", "任务", "占比", "时限"])
            for row in range(2, 6):
                sheet.write_row(row, 0, [row, TASK])
                sheet.write_number(row, 2, 0.25, book.add_format({"num_format": "0.0%"}))
                day = book.add_format({"num_format": "yyyy-mm-dd"})
                sheet.write_datetime(row, 3, date(2026, 1, row), day)
    return data.getvalue()


SEEDS: dict[str, Callable[[], bytes]] = {
    **{name: lambda data=data: data for name, data in SMALL.items()},
    "rich.docx": rich_docx,
    "rich.xlsx": rich_xlsx,
    "declared.html": lambda: page("<meta charset='gb2312'><title>网站</title>"),
    "text.rtf": lambda: RTF,
    "page.png": picture,
    "page.jpg": lambda: picture("JPEG"),
    "papers.zip": lambda: zipped({"一.txt": SMALL["a.txt"], "二/三.md": SMALL["a.md"]}),
}
# LibreOffice takes seconds for each; only what goes before it is tried.
_WITHOUT_PROGRAM = "text.rtf"


def _blank_page(image: Image.Image, width: float, height: float) -> Page:
    """In the place of text recognition, which takes seconds: nothing is found."""
    image.load()
    return Page(width, height, ())


def read(data: bytes, name: str) -> None:
    """Read a file in this process; only a refusal may come out, and that in Chinese."""
    try:
        if name.endswith(".zip"):
            for member in members(data, name):
                with suppress(RefusedFileError):
                    member.read()
        else:
            text = read_bytes(data, name, "").text
            assert text.encode()
    except RefusedFileError as error:
        assert re.search("[\u4e00-\u9fff].*[；。]", str(error)), error


def fuzz(name: str, examples: int, fixed: bool) -> None:
    """Spoil the seed ``name`` in so many ways and read what comes out."""
    seed = SEEDS[name]()

    @settings(
        max_examples=examples,
        derandomize=fixed,
        database=None,
        deadline=None if fixed else timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )
    @given(EDITS, st.none() | st.floats(0, 1, exclude_max=True))
    def spoilt(edits: list[Edit], part: float | None) -> None:
        if part is not None and seed.startswith(b"PK"):
            read(spoil_part(seed, part, edits), name)
        else:
            read(spoil(seed, edits), name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.formats.ocr.reader.read_page", _blank_page)
        patch.setattr("ingest.formats.word.libreoffice.shutil.which", lambda program: None)
        spoilt()


def main() -> None:
    """Spoil files for as many minutes as are given."""
    until = time.monotonic() + 60 * float(sys.argv[1])
    rounds = 0
    while time.monotonic() < until:
        for name in SEEDS:
            fuzz(name, examples=200, fixed=False)
        rounds += 1
        sys.stdout.write(f"{200 * rounds * len(SEEDS)} files\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
