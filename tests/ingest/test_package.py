"""Zip packages and XML that cost more than they give."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from ingest.container.package import MAX_NODES, MAX_PARTS, open_package, parse_xml, read_part
from ingest.errors import RefusedFileError

XML = "<?xml version='1.0' encoding='{}'?>"
LAUGHS = (
    "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><a b='&b;'>&b;</a>"
)
OUTSIDE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"


def package(method: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return data.getvalue()


def claiming(data: bytes, size: int) -> bytes:
    """The package, whose headers give another unpacked size for its first part."""
    result = bytearray(data)
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", result, result.find(mark) + offset, size)
    return bytes(result)


def test_parts_are_read() -> None:
    opened = open_package(package(a=b"1", b=b"22"))
    assert read_part(opened, "b") == b"22"
    with pytest.raises(KeyError):
        read_part(opened, "c")


def test_no_part_is_larger_than_its_limit() -> None:
    opened = open_package(package(a=bytes(1001)))
    with pytest.raises(RefusedFileError, match="“a”解开后超过"):
        read_part(opened, "a", 1000)


def test_a_header_that_lies_gives_nothing() -> None:
    opened = open_package(claiming(package(a=bytes(9_000_000)), 100))
    with pytest.raises(RefusedFileError, match="损坏"):
        read_part(opened, "a")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: package(a=bytes(8_000_000)), "“a”压缩了 .* 倍"),
        (lambda: claiming(package(a=b"1"), 300_000_000), "300 MB，超过上限"),
        (lambda: package(**{f"p{n}": b"" for n in range(MAX_PARTS + 1)}), "20001 个部分"),
        (lambda: package(zipfile.ZIP_LZMA, a=b"1"), "“a”用了少见的压缩方法"),
        (lambda: b"", "损坏"),
        (lambda: package(a=b"1")[:-10], "损坏"),
        (lambda: b"PK\3\4" + bytes(100), "损坏"),
    ],
)  # fmt: skip
def test_a_package_that_no_program_writes_is_refused(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(RefusedFileError, match=said):
        open_package(make())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "GBK"])
def test_xml_in_the_encodings_in_use(encoding: str) -> None:
    data = (XML.format(encoding) + "<a>云溪</a>").encode(encoding)
    assert parse_xml(data).text == "云溪"


def test_xml_in_utf_16() -> None:
    assert parse_xml((XML.format("utf-16") + "<a>云溪</a>").encode("utf-16")).text == "云溪"


@pytest.mark.parametrize("attack", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["ascii", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", f"<!--{'x' * 200_000}-->"])
def test_entities_are_refused_in_every_encoding(attack: str, encoding: str, before: str) -> None:
    with pytest.raises(RefusedFileError, match="实体声明"):
        parse_xml((XML.format(encoding[:6]) + before + attack).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "cp500", "shift_jis"])
def test_an_encoding_that_could_hide_something_is_refused(encoding: str) -> None:
    with pytest.raises(RefusedFileError, match="少见的编码"):
        parse_xml((XML.format(encoding) + LAUGHS).encode(encoding))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<a>" * 100_000, "嵌套层数"),
        (b"<a>" + b"<b/>" * MAX_NODES + b"</a>", "万个标记"),
        (b"<a>", "损坏"),
        (b"", "损坏"),
        (b"\0\0\0<\0\0\0a", "损坏"),
    ],
    ids=["deep", "many", "open", "empty", "no text"],
)
def test_xml_that_cannot_be_taken_in(data: bytes, said: str) -> None:
    with pytest.raises(RefusedFileError, match=said):
        parse_xml(data)
