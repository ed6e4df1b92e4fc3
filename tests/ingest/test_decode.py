"""Bytes to text: the encodings a county's computers write, and files that are no text."""

import codecs
import random
import zlib

import pytest

from ingest.container.decode import decode
from ingest.errors import RefusedFileError

TEXT = "关于印发方案的通知\n各乡镇人民政府：\n　　请认真贯彻执行。\t㎡ ㈠ ①"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_office_machines(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("order", ["le", "be"])
def test_both_byte_orders(order: str) -> None:
    mark = codecs.BOM_UTF16_LE if order == "le" else codecs.BOM_UTF16_BE
    assert decode(mark + TEXT.encode(f"utf-16-{order}")) == TEXT


def test_rare_characters_of_names_survive() -> None:
    assert decode("𠮷喆㛃䶮".encode("gb18030")) == "𠮷喆㛃䶮"


def test_a_stray_control_character_is_borne() -> None:
    assert decode(("正文。" * 200 + "\x07").encode()).endswith("\x07")


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", "　".encode()[:0]])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedFileError, match="空的"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        random.Random(7).randbytes(4000),
        b"PK\x03\x04" + zlib.compress(TEXT.encode() * 50),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"%PDF-1.7\n" + random.Random(8).randbytes(3000),
        TEXT.encode() * 50 + b"\0" + TEXT.encode(),
        codecs.BOM_UTF8 + b"\xff\xfe\xfd",
    ],
    ids=["random", "zip", "png", "pdf", "zero", "false mark"],
)
def test_what_is_no_text_is_refused_with_a_way_out(data: bytes) -> None:
    with pytest.raises(RefusedFileError, match="另存为 UTF-8"):
        decode(data)
