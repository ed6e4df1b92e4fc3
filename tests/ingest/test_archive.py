"""The papers in a .zip, and the archives that are refused whole."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.container.archive import MAX_MEMBERS, members
from ingest.errors import RefusedFileError

PAPER = "云溪县实施方案".encode()


def archive(*names: str | zipfile.ZipInfo, data: bytes = PAPER) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, data)
    return packed.getvalue()


def renamed(data: bytes, name: str, raw: bytes, flags: int = 0) -> bytes:
    """The archive with the UTF-8 name put in other bytes of the same length."""
    assert len(raw) == len(name.encode())
    result = bytearray(data.replace(name.encode(), raw))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = result.find(mark)
        result[at + offset : at + offset + 2] = struct.pack("<H", flags)
    return bytes(result)


def test_the_files_in_their_order_without_litter() -> None:
    names = ["二/方案.docx", "一.txt", "~$方案.docx", ".DS_Store", "二/.隐藏/三.txt", "二/"]
    names += ["__MACOSX/._一.txt", "二/Thumbs.db", "desktop.ini", "不是~$.txt"]
    found = members(archive(*names), "文件.zip")
    assert [member.name for member in found] == ["二/方案.docx", "一.txt", "不是~$.txt"]
    assert [member.read() for member in found] == [PAPER] * 3


def test_a_damaged_file_costs_only_itself() -> None:
    data = bytearray(archive("1.txt", "2.txt"))
    data[data.find(b"1.txt") + 10] ^= 0xFF
    first, second = members(bytes(data), "a.zip")
    with pytest.raises(RefusedFileError, match="损坏"):
        first.read()
    assert second.read() == PAPER


@pytest.mark.parametrize(
    ("raw", "flags"),
    [
        ("云溪县方案.txt".encode(), 1 << 11),
        ("云溪县方案.txt".encode(), 0),
        ("云溪县方案.txt".encode("gb18030"), 0),
    ],
    ids=["marked as UTF-8", "UTF-8 of a Mac", "GBK of Windows"],
)
def test_names_are_read_in_the_encoding_they_were_written_in(raw: bytes, flags: int) -> None:
    # Both header fields hold the length, so the name in its place has as many bytes.
    place = "x" * len(raw)
    [member] = members(renamed(archive(place), place, raw, flags), "a.zip")
    assert member.name == "云溪县方案.txt"
    assert member.read() == PAPER


def test_the_name_that_info_zip_adds_goes_before_a_guess() -> None:
    raw = b"_\x81\x82_.txt"
    info = zipfile.ZipInfo("xxxx.txt")
    value = b"\1" + struct.pack("<I", zlib.crc32(raw)) + "云溪.txt".encode()
    info.extra = struct.pack("<HH", 0x7075, len(value)) + value
    [member] = members(renamed(archive(info), "xxxx.txt", raw), "a.zip")
    assert member.name == "云溪.txt"


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted(data: bytes) -> bytes:
    result = bytearray(data)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        result[result.find(mark) + offset] |= 1
    return bytes(result)


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive("方案.txt", "方案.txt")


def overlapping() -> bytes:
    """Two directory entries for one and the same stretch of the file."""
    data = archive("a.txt", data=bytes(1000))
    start = data.find(b"PK\1\2")
    end = data.find(b"PK\5\6")
    second = data[start:end].replace(b"a.txt", b"b.txt")
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 2, 2, 2 * (end - start))
    return data[:end] + second + bytes(tail)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: archive("../方案.txt"), r"“\.\./方案\.txt”指向压缩包以外"),
        (lambda: archive("a/..\\..\\方案.txt"), "指向压缩包以外"),
        (lambda: archive("/etc/方案.txt"), "“/etc/方案.txt”指向压缩包以外"),
        (lambda: archive("C:\\方案.txt"), "“C:/方案.txt”指向压缩包以外"),
        (lambda: archive("\\\\server\\方案.txt"), "指向压缩包以外"),
        (lambda: archive("方\n案.txt"), "指向压缩包以外"),
        (lambda: archive(link("方案.txt")), "“方案.txt”是链接"),
        (lambda: archive("一.txt", "内/资料.ZIP"), "“内/资料.ZIP”又是一个压缩包"),
        (lambda: archive("资料.rar"), "又是一个压缩包"),
        (twice, "有 2 个“方案.txt”"),
        (lambda: encrypted(archive("方案.txt")), "密码（“方案.txt”）.*去掉密码"),
        (lambda: archive(*(f"{n}.txt" for n in range(MAX_MEMBERS + 1))), "2001 个文件"),
        (lambda: archive("零.txt", data=bytes(10_000_000)), "“零.txt”压缩了 .*压缩炸弹"),
        (overlapping, "“a.txt”与“b.txt”重叠"),
        (lambda: archive("空/", ".DS_Store"), "没有文件"),
        (lambda: archive("方案.txt")[:-30], "损坏或不完整"),
    ],
)  # fmt: skip
def test_a_bad_entry_refuses_the_whole_archive(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(RefusedFileError, match=said):
        members(make(), "资料.zip")


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert members(archive("一/二.txt"), "a.zip")[0].read() == PAPER
    assert not list(tmp_path.rglob("*"))
