"""Old Word files, turned into .docx by LibreOffice."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import docx
import pytest

from ingest.content import Content
from ingest.errors import RefusedFileError
from ingest.formats.word import libreoffice as office
from ingest.reader import no_report, read_bytes

CELLS = ["县区", "产业", "产值", "甲县", "氢能", "3亿"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same paper as .doc and as .rtf, saved by LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    document = docx.Document()
    document.add_heading("某县氢能产业实施方案", 0)
    document.add_heading("一、总体要求", 1)
    document.add_paragraph("坚持创新驱动。")
    document.add_paragraph("建设加氢站", style="List Number")
    document.add_paragraph("培育企业", style="List Number")
    table = document.add_table(2, 3)
    for cell, text in zip(table._cells, CELLS, strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.save(folder / "paper.docx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for suffix in ("doc", "rtf"):
        command = ["soffice", "--headless", profile, "--convert-to", suffix, "--outdir", folder]
        subprocess.run([*command, folder / "paper.docx"], check=True, capture_output=True)
    return {suffix: (folder / f"paper.{suffix}").read_bytes() for suffix in ("doc", "rtf")}


@pytest.fixture(scope="module")
def contents(old_files: dict[str, bytes]) -> dict[str, Content]:
    return {suffix: office.read(data, no_report) for suffix, data in old_files.items()}


@needs_office
@pytest.mark.parametrize("suffix", ["doc", "rtf"])
def test_an_old_file_reads_like_a_new_one(contents: dict[str, Content], suffix: str) -> None:
    found = contents[suffix]
    assert found.title == "某县氢能产业实施方案"
    assert found.margins == ("内部资料",)
    assert [(line.text, line.heading) for line in found.lines] == [
        ("某县氢能产业实施方案", 0),
        ("一、总体要求", 1),
        ("坚持创新驱动。", 0),
        ("1. 建设加氢站", 0),
        ("2. 培育企业", 0),
        ("县区\t产业\t产值", 0),
        ("甲县\t氢能\t3亿", 0),
    ]


@needs_office
def test_a_wps_file_is_told_by_its_content(old_files: dict[str, bytes]) -> None:
    """WPS Office keeps .wps in the format of .doc."""
    document = read_bytes(old_files["doc"], "方案.wps", "")
    assert document.sections[0].path[-1] == "一、总体要求"


@needs_office
def test_nothing_is_left_behind(
    old_files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    office.read(old_files["rtf"], no_report)
    with pytest.raises(RefusedFileError):
        office.read(old_files["doc"][:6000], no_report)
    assert list(tmp_path.iterdir()) == []


@needs_office
def test_other_files_named_by_a_paper_are_not_opened(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("SECRET")
    field = rf'{{\field{{\*\fldinst {{ INCLUDETEXT "{other}" }}}}{{\fldrslt cached}}}}'
    found = office.read(rf"{{\rtf1\ansi Before {field} after\par}}".encode(), no_report)
    assert [line.text for line in found.lines] == ["Before cached after"]


def _damaged(old: bytes) -> list[bytes]:
    return [old[:6000], old[:15000], OLE + "WordDocument".encode("utf-16-le") + os.urandom(3000)]


@needs_office
@pytest.mark.parametrize("position", range(3))
def test_damaged_files_are_refused(old_files: dict[str, bytes], position: int) -> None:
    with pytest.raises(RefusedFileError, match="损坏"):
        office.read(_damaged(old_files["doc"])[position], no_report)


@needs_office
def test_half_of_an_rtf_is_refused(old_files: dict[str, bytes]) -> None:
    with pytest.raises(RefusedFileError, match="不完整"):
        office.read(old_files["rtf"][:12000], no_report)


@needs_office
def test_a_conversion_that_takes_too_long_is_ended(
    old_files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(office, "TIMEOUT_S", 0.2)
    with pytest.raises(RefusedFileError, match=r"超过 0\.2 秒"):
        office.read(old_files["doc"], no_report)
    running = [path.read_bytes() for path in _command_lines()]
    assert not [line for line in running if str(tmp_path).encode() in line]
    assert list(tmp_path.iterdir()) == []


def _command_lines() -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]


def test_without_libreoffice_the_refusal_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusedFileError, match="apt-get install libreoffice-writer-nogui"):
        office.read(OLE, no_report)


@needs_office
def test_the_network_is_out_of_reach() -> None:
    command = office._shut_in()
    if not command:
        pytest.skip("this kernel does not let us take the network away")
    names = "import socket; print(*(name for _, name in socket.if_nameindex()))"
    listed = subprocess.run(
        [*command, sys.executable, "-c", names], capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == ["lo"]
