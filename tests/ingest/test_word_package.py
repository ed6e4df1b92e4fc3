"""Word files: odd, damaged and hostile packages."""

import io
import time
import zipfile

import pytest

from ingest.errors import RefusedFileError
from ingest.formats.word.reader import read
from ingest.reader import no_report
from tests.ingest.word_xml import (
    NAMESPACES,
    level,
    lines,
    made,
    mark,
    numbered,
    numbering,
    p,
    package,
    r,
    table,
    tc,
    with_parts,
)


def test_strict_files_are_read() -> None:
    document = f"<w:document {NAMESPACES}><w:body>{p('正文')}</w:body></w:document>".replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    strict = with_parts(made(), document=document)
    assert [line.text for line in read(strict, no_report).lines] == ["正文"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("word/_rels/document.xml.rels", b"</Relationships>",
         b'<Relationship Id="rX" Type="http://x/image" Target="NULL"/></Relationships>'),
        ("[Content_Types].xml", b"wordprocessingml.document.main+xml", b"x.macroEnabled.main+xml"),
        ("_rels/.rels", b'Target="word/document.xml"', b'Target="/word/document.xml"'),
    ],
)  # fmt: skip
def test_oddities_that_word_forgives_do_not_matter(name: str, old: bytes, new: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package(p("正文")))) as source:
        assert old in source.read(name)
        with zipfile.ZipFile(stream, "w") as changed:
            for part in source.namelist():
                data = source.read(part)
                changed.writestr(part, data.replace(old, new) if part == name else data)
    assert [line.text for line in read(stream.getvalue(), no_report).lines] == ["正文"]


DTD = '<!DOCTYPE w:document [<!ENTITY a "甲">]>'
CELLS = 33_000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (made()[:9000], "损坏"),
        (b"PK\x03\x04" + bytes(500), "损坏"),
        (with_parts(made(), document="<w:document"), "损坏"),
        (with_parts(made(), document="<other/>"), "没有 Word 正文"),
        (with_parts(made(), document=f"<w:document {NAMESPACES}/>"), "没有 Word 正文"),
        (with_parts(made(), styles="<w:styles"), "损坏"),
        (package(p("前言") + "<w:altChunk/>"), "嵌入"),
        (with_parts(made(), document=f"{DTD}<w:document {NAMESPACES}/>"), "恶意"),
        (with_parts(made(), styles=f"{DTD}<w:styles {NAMESPACES}/>"), "恶意"),
        (package("<w:tbl><w:tr><w:tc>" * CELLS + "</w:tc></w:tr></w:tbl>" * CELLS), "XML|损坏"),
    ],
)
def test_damaged_and_hostile_files_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(RefusedFileError, match=words):
        read(data, no_report)


def test_a_file_without_a_main_part_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as empty:
        empty.writestr("word/readme.txt", "没有")
    with pytest.raises(RefusedFileError, match="没有 Word 正文"):
        read(stream.getvalue(), no_report)


def nested(depth: int) -> str:
    inner = "甲"
    for _ in range(depth):
        inner = tc(table(["乙", inner]) + p("丙"))
    return table(["丁", inner])


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (nested(60) * 400, 400),
        (table(["甲"] * 50_000), 1),
        (table([tc("甲", '<w:gridSpan w:val="999999999"/>'), "乙"]), 1),
        (p(r(" " * 1_000_000 + "甲")), 1),
        (p(mark("begin") * 50_000 + mark("end") * 50_000 + r("甲")), 1),
    ],
)  # fmt: skip
def test_absurd_files_take_time_in_proportion_to_their_size(body: str, count: int) -> None:
    data = package(body)
    began = time.process_time()
    found = read(data, no_report).lines
    assert len(found) == count
    assert sum(len(line.text) for line in found) < 1_000_000
    assert time.process_time() - began < 15


@pytest.mark.parametrize("bad", ["", "abc", "-1", "9" * 5000, "１"])
def test_numbers_that_are_none_do_no_harm(bad: str) -> None:
    body = p("甲", f'<w:outlineLvl w:val="{bad}"/><w:ind w:firstLine="{bad}"/>' + numbered(1))
    body += table([tc("乙", f'<w:gridSpan w:val="{bad}"/>'), "丙"])
    levels = level(0, "decimal", "%1.").replace('start w:val="1"', f'start w:val="{bad}"')
    found = lines(body, numbering=numbering(levels))
    assert found[0].endswith("甲")
    assert found[1].split("\t")[0] == "乙"
