"""Files that cannot be read, or only just: each is told why, and nothing stored is lost."""

import codecs
import os
import random
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from index.library.progress import Outcome, SourceFile
from ingest.container.decode import decode
from ingest.reader import MAX_BYTES, read_bytes, read_file
from service.cli.ingest import source_files
from tests.index.shelf import PAPER, Shelf

QUESTION = "氢能产业由哪个单位牵头？"
TEXT = PAPER.format(subject="低空经济", unit="市交通运输局", number=9)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0\x1f\xf3\xffa"
ELF = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0" + bytes(range(256)) * 4
EMPTY = r"(是空的|没有文字).*请检查"
NOT_TEXT = r"内容不是文本.*UTF-8 / GB18030.*另存为 UTF-8"


BAD = {
    "empty": (b"", EMPTY),
    "white space": (b" \r\n\t\n ", EMPTY),
    "wide white space": ("　\n　　\u200b\n".encode(), EMPTY),
    "only a UTF-8 mark": (codecs.BOM_UTF8, EMPTY),
    "only a UTF-16 mark": (codecs.BOM_UTF16_LE, EMPTY),
    "only page numbers": ("- 1 -\n\n————\n".encode(), EMPTY),
    "ELF": (ELF, "程序文件，读不了；能读的有"),
    "PNG": (PNG + bytes(range(256)), "损坏或不完整"),
    "random": (random.Random(1).randbytes(4096), NOT_TEXT),
    "UTF-16LE unmarked": (TEXT.encode("utf-16-le"), NOT_TEXT),
    "UTF-16BE unmarked": (TEXT.encode("utf-16-be"), NOT_TEXT),
    "UTF-32": (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), NOT_TEXT),
    "UTF-16 cut off": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1], NOT_TEXT),
    "UTF-8 cut off": (TEXT.encode().rstrip()[:-1], NOT_TEXT),
    "padded with NUL": (TEXT.encode() + b"\0" * 512, NOT_TEXT),
}


@pytest.fixture
def stocked(shelf: Shelf) -> Shelf:
    """A shelf with one paper, which says that 市能源局 leads."""
    assert shelf.add(shelf.write("氢能.txt", "氢能产业", "市能源局")) == ["added"]
    return shelf


def answers(shelf: Shelf) -> bool:
    return "由市能源局牵头" in shelf.index().search(QUESTION, 1)[0].passage.text


def assert_refused(shelf: Shelf, file: SourceFile, reason: str) -> None:
    before = shelf.state()
    (result,) = shelf.library().add([file])
    assert (result.name, result.outcome, result.document_id) == (file.name, Outcome.REFUSED, "")
    assert re.search(reason, result.reason), result.reason
    assert shelf.state() == before
    assert answers(shelf)


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_text(stocked: Shelf, kind: str) -> None:
    data, reason = BAD[kind]
    path = stocked.papers / "文件.txt"
    path.write_bytes(data)
    assert_refused(stocked, SourceFile.at(path), reason)


@pytest.mark.parametrize("name", ["a.docx", "a.PDF", "a", ".txt"])
def test_the_content_decides_not_the_extension(stocked: Shelf, name: str) -> None:
    assert stocked.add(stocked.write(name, "低空经济")) == ["added"]


def test_a_missing_path(stocked: Shelf) -> None:
    assert_refused(stocked, SourceFile.at(stocked.papers / "没有.txt"), "读不到文件.*还在原处")


def test_a_file_that_goes_between_listing_and_reading(stocked: Shelf) -> None:
    going = stocked.write("低空.txt", "低空经济")
    files = [SourceFile.at(path) for path in source_files([stocked.papers])]
    assert len(files) == 2
    going.unlink()
    results = stocked.library().add(files)
    outcomes = {result.name: result.outcome for result in results}
    assert outcomes == {"低空.txt": Outcome.REFUSED, "氢能.txt": Outcome.UNCHANGED}
    assert answers(stocked)


def test_a_file_without_permission(
    stocked: Shelf, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    path = stocked.write("低空.txt", "低空经济")
    path.chmod(0)
    file = SourceFile.at(path)

    def read() -> bytes:
        with unprivileged():
            return file.read()

    assert_refused(stocked, SourceFile(file.name, file.source, read), "读不到文件.*读取权限")


def test_a_folder_called_like_a_file(stocked: Shelf) -> None:
    inside = stocked.papers / "x.txt" / "低空.txt"
    inside.parent.mkdir()
    inside.write_text(TEXT, encoding="utf-8")
    assert_refused(stocked, SourceFile.at(inside.parent), "读不到文件")
    assert source_files([inside.parent]) == [inside]
    assert inside in source_files([stocked.papers])
    assert inside.parent not in source_files([stocked.papers])
    assert stocked.add(*source_files([stocked.papers])) == ["added", "unchanged"]


def test_a_file_that_is_too_large(stocked: Shelf) -> None:
    path = stocked.papers / "大.txt"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    assert_refused(stocked, SourceFile.at(path), "文件有 60 MB，超过上限 50 MB；请拆分")
    assert MAX_BYTES == 50_000_000


def test_the_good_files_among_bad_ones_are_taken_in(stocked: Shelf) -> None:
    for number, (data, _) in enumerate(BAD.values()):
        (stocked.papers / f"坏{number}.txt").write_bytes(data)
    stocked.write("低空.txt", "低空经济", "市交通运输局")
    outcomes = stocked.add(*source_files([stocked.papers]))
    assert sorted(outcomes) == ["added", *["refused"] * len(BAD), "unchanged"]
    assert sorted(stocked.ids()) == ["低空.txt", "氢能.txt"]
    assert answers(stocked)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16", "utf-16-be", "crlf", "cr"])
def test_every_encoding_reads_the_same(stocked: Shelf, encoding: str) -> None:
    path = stocked.write("低空.txt", "低空经济", "市交通运输局", 9)
    breaks = {"crlf": "\r\n", "cr": "\r"}
    if encoding in breaks:
        path.write_bytes(TEXT.replace("\n", breaks[encoding]).encode())
    else:
        mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
        path.write_bytes(mark + TEXT.encode(encoding))
    assert stocked.add(path) == ["added"]
    (document,) = (d for d in stocked.generation().documents if d.name == "低空.txt")
    assert document.text == TEXT.rstrip("\n")
    assert document.masthead.number == "清江市政发〔2025〕9号"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_real_papers_read_the_same_in_every_encoding(corpus_dir: Path, encoding: str) -> None:
    for path in corpus_dir.glob("*.txt"):
        document = read_file(path)
        again = read_bytes(decode(path.read_bytes()).encode(encoding), path.name, "")
        assert (again.text, again.masthead) == (document.text, document.masthead)
        assert len(again.passages) == len(document.passages)


ODD_NAMES = [
    "🙂 低空\u200b.txt",
    "第一行\n第二行.txt",
    "tab\there.txt",
    "-rf.txt",
    "%s {0} $HOME `x` 'q' \"q\".txt",
    "[red]红 [bold] :smile:.txt",
    "\x1b[31m.txt",
    "政" * 83 + ".txt",
    "e\u0301.TXT",
    os.fsdecode("关于氢能的通知.txt".encode("gb18030")),
    os.fsdecode(b"\xff\xfe.txt"),
]


def test_odd_names(stocked: Shelf, run_cli: Callable[..., tuple[int, str]]) -> None:
    for number, name in enumerate(ODD_NAMES):
        (stocked.papers / name).write_text(TEXT + f"（{number}）\n", encoding="utf-8")
    code, said = run_cli(stocked.data, "ingest", stocked.papers)
    assert (code, "共 12 份文件：已导入 11，无变化 1。" in said) == (0, True), said
    assert "[red]红 [bold] :smile:.txt" in said
    stored = set(stocked.ids())
    assert {name for name in ODD_NAMES if name.isprintable()} <= stored
    assert {"第一行\n第二行.txt", "关于氢能的通知.txt"} <= stored
    assert stocked.add(*source_files([stocked.papers])) == ["unchanged"] * 12


def test_the_command_line_tells_of_every_file(
    stocked: Shelf, run_cli: Callable[..., tuple[int, str]]
) -> None:
    stocked.write("低空.txt", "低空经济")
    stocked.write("说明.log", "民宿产业")
    (stocked.papers / "坏.txt").write_bytes(ELF)
    code, said = run_cli(stocked.data, "ingest", stocked.papers, stocked.papers / "没有.txt")
    assert code == 1
    for line in (
        "已导入  低空.txt",
        "无变化  氢能.txt",
        "被拒绝  坏.txt：这是程序文件",
        "被拒绝  没有.txt：读不到文件",
        "说明.log（不支持的文件类型）",
        "共 4 份文件：已导入 1，无变化 1，被拒绝 2。",
    ):
        assert line in said
    assert sorted(stocked.ids()) == ["低空.txt", "氢能.txt"]
    assert run_cli(stocked.data, "ingest", stocked.papers / "说明.log")[0] == 0


def test_the_command_line_says_what_is_damaged(
    stocked: Shelf, run_cli: Callable[..., tuple[int, str]]
) -> None:
    (stocked.data / "generations" / "000001" / "dense.faiss").write_bytes(b"")
    for command in ("ask", "search"):
        code, said = run_cli(stocked.data, command, QUESTION)
        assert code == 1
        assert re.search(
            r"^错误：.*文件被改动或损坏；.*cewen ingest --rebuild.*（.*/dense\.faiss）", said
        ), said
    assert run_cli(stocked.data, "ingest", "--rebuild")[0] == 0
    code, said = run_cli(stocked.data, "search", QUESTION, "-k", "1")
    assert (code, "由市能源局牵头" in said) == (0, True), said


def test_the_command_line_says_where_it_cannot_write(
    stocked: Shelf, run_cli: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.retrieval.tokeniser._read", [])
    (stocked.data / "cache").write_bytes(b"")
    code, said = run_cli(stocked.data, "search", QUESTION)
    assert code == 1
    assert re.search(r"^错误：没有写入数据目录的权限；.*--data-dir.*（.*/cache）", said), said
