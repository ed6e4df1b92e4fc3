"""What kind of file some bytes are, whatever the file is called."""

import io
import struct
import zipfile

import pytest

from ingest.container.kinds import Kind, kind_of
from ingest.errors import RefusedFileError


def package(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return data.getvalue()


def entry(name: str, kind: int = 2) -> bytes:
    """A directory entry of a compound file."""
    raw = f"{name}\0".encode("utf-16-le")
    return (raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), kind)).ljust(128, b"\0")


def compound(*entries: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"".join(entries)


def unicode_text(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


PAPER = "云溪县实施方案"
DOCX = package("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PAPER.encode(), "方案.txt", Kind.TEXT),
        (PAPER.encode("gb18030"), "方案", Kind.TEXT),
        (unicode_text(PAPER), "方案.txt", Kind.TEXT),
        (b"", "方案.docx", Kind.TEXT),
        (b"# " + PAPER.encode(), "方案.MD", Kind.MARKDOWN),
        (b"<div align='center'></div>\n# x", "a.md", Kind.MARKDOWN),
        (b"<!DOCTYPE html><html></html>", "a.md", Kind.WEB),
        (b"<html><body>", "方案.doc", Kind.WEB),
        (b"<table><tr><td>1", "表.xls", Kind.WEB),
        (b"\xef\xbb\xbf\r\n<!-- saved --> <!DOCTYPE html>", "a.txt", Kind.WEB),
        (b"<!-- " + b"x" * 3000 + b" --><html>", "a.txt", Kind.WEB),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC ''><html/>", "a.xhtml", Kind.WEB),
        (unicode_text("<html><body>"), "a.txt", Kind.WEB),
        (f"{PAPER}<br>".encode(), "a.htm", Kind.WEB),
        (PAPER.encode(), "a.htm", Kind.TEXT),
        (b"%PDF-1.7\n", "方案.txt", Kind.PDF),
        (b"\0" * 100 + b"%PDF-1.4\n", "方案.docx", Kind.PDF),
        (b"{\\rtf1\\ansi", "方案.doc", Kind.OLD_WORD),
        (b"\x89PNG\r\n\x1a\n", "a.jpg", Kind.PICTURE),
        (b"\xff\xd8\xff\xe0", "a.png", Kind.PICTURE),
        (DOCX, "方案.doc", Kind.WORD),
        (DOCX, "方案.zip", Kind.WORD),
        (package("[Content_Types].xml", "xl/workbook.xml"), "表.xls", Kind.SHEET),
        (package("OFD.xml", "Doc_0/Document.xml"), "a.zip", Kind.OFD),
        (package("方案.txt"), "a.docx", Kind.ARCHIVE),
        (package(), "a.zip", Kind.ARCHIVE),
        (compound(entry("Root Entry", 5), entry("WordDocument")), "方案.wps", Kind.OLD_WORD),
        (compound(entry("Workbook")), "表.et", Kind.SHEET),
        (compound(entry("Book")), "表.xls", Kind.SHEET),
    ],
)  # fmt: skip
def test_the_content_decides(data: bytes, name: str, kind: Kind) -> None:
    assert kind_of(data, name) is kind


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MZ\x90\0\3\0", "程序"),
        (b"\x7fELF\2\1", "程序"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\0", "7z"),
        (b"\x1f\x8b\x08\0", "gz"),
        (b"a.txt".ljust(257, b"\0") + b"ustar\0", "tar"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypisom", "视频"),
        (b"ID3\3\0", "音频"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"BM\x36\0\0\0\0\0\0\0", "BMP"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "SVG"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE svg><svg>", "SVG"),
        (b"<?xml version='1.0'?><rss/>", "XML 数据"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:x>", "Word 的 XML"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "单个文件网页"),
        (b"From: <Saved by Blink>\r\nSubject: x\r\n y\r\nMIME-Version: 1.0\r\n", "单个文件网页"),
        (package("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿"),
        (package("[Content_Types].xml", "visio/document.xml"), "Office 的其他文件"),
        (package("mimetype", "content.xml"), "OpenDocument"),
        (compound(entry("PowerPoint Document")), "演示文稿"),
        (compound(entry("CONTENTS")), "旧版 Office"),
        (compound(entry("WordDocument", 1)), "旧版 Office"),
        (compound("WordDocument".encode("utf-16-le") * 9), "旧版 Office"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.html"])
def test_what_cannot_be_read_is_called_by_its_name(data: bytes, name: str, said: str) -> None:
    with pytest.raises(RefusedFileError, match=f"{said}.*读不了；能读的有.*docx.*再"):
        kind_of(data, name)


def test_a_password_is_told_from_damage() -> None:
    locked = compound(entry("Root Entry", 5), entry("EncryptedPackage"), entry("EncryptionInfo"))
    with pytest.raises(RefusedFileError, match=r"密码.*去掉密码"):
        kind_of(locked, "方案.docx")
    with pytest.raises(RefusedFileError, match="损坏或不完整"):
        kind_of(DOCX[: len(DOCX) // 2], "方案.docx")
