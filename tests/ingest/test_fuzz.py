"""Spoilt files of every format, always the same ones; ``make fuzz`` tries new ones for longer."""

import pytest

from tests.ingest.fuzz import SEEDS, fuzz, read


@pytest.mark.parametrize("name", SEEDS)
def test_a_spoilt_file_is_read_or_refused(name: str) -> None:
    fuzz(name, examples=60, fixed=True)


@pytest.mark.parametrize(
    "charset", ["zlib", "base64", "rot13", "hex", "undefined", "idna", "x" * 99]
)
def test_a_page_may_name_any_encoding(charset: str) -> None:
    read(f"<html><meta charset={charset}>".encode() + "云溪县方案".encode("gb18030"), "a.html")
