"""What kind of file some bytes are: the content decides, the extension only between texts."""

import codecs
import re
from enum import StrEnum
from pathlib import Path

from ingest.errors import RefusedFileError


class Kind(StrEnum):
    """The kinds of file that can be read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    WEB = "web"
    WORD = "word"
    OLD_WORD = "old_word"
    SHEET = "sheet"
    PDF = "pdf"
    PICTURE = "picture"
    OFD = "ofd"
    ARCHIVE = "archive"


# What a folder is searched for; a file named on its own is read whatever it is called.
SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        "txt", "md", "markdown", "html", "htm", "docx", "docm", "doc", "wps", "rtf",
        "pdf", "png", "jpg", "jpeg", "xlsx", "xlsm", "xls", "et", "ofd", "zip",
    )
)  # fmt: skip
READABLE = (
    "能读的有 Word（.docx、.doc、.wps、.rtf）、PDF、OFD、网页（.html）、表格（.xlsx、.xls、.et）、"
    "图片（.png、.jpg）、文本（.txt、.md），以及装有这些文件的 .zip"
)
_MARKDOWN, _WEB_PAGE = (".md", ".markdown"), (".html", ".htm")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# The head of a PDF may stand behind some bytes of a mail or a print job; of a page behind comments.
_HEAD = 1024
_PAGE_HEAD = 8192
# Parts that tell a file of some other program from an archive.
_FOREIGN = {"mimetype", "AndroidManifest.xml", "Index/Document.iwa", "content.json"}
_PDF = re.compile(rb"%PDF-\d")
_RTF = re.compile(rb"\s*\{\\rtf")
_WEB = re.compile(
    r"\s*+(?:(?><!--.*?-->|<\?[^>]*>)\s*+)*+"
    r"<(?:(?P<page>!doctype\s+html|(?:html|head|body)\b)|(?:meta|title|style|table|div)\b)",
    re.I | re.S,
)
_XML = re.compile(r"\s*<(?:\?xml|!DOCTYPE|svg)\b")
_TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]", re.I)
_MIME = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:mime-version|content-type):", re.I)
# What people try to import and what it is called; the first bytes tell.
_UNREADABLE: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.S))
    for name, pattern in (
        ("程序文件", rb"MZ.{0,200}\0|\x7fELF"),
        ("RAR 压缩包", rb"Rar!\x1a\x07"),
        ("7z 压缩包", rb"7z\xbc\xaf\x27\x1c"),
        ("gz、bz2、xz 或 tar 压缩包", rb"\x1f\x8b|BZh\d1AY&SY|\xfd7zXZ\0|.{257}ustar"),
        ("HEIC 图片", rb".{4}ftyp(?:hei|hev|mif|msf|avi)"),
        ("TIFF、BMP、GIF 或 WebP 图片", rb"II\*\0|MM\0\*|BM.{4}\0\0|GIF8|RIFF.{4}WEBP"),
        ("音频或视频", rb".{4}ftyp|RIFF.{4}(?:AVI |WAVE)|ID3[\x02-\x04]|OggS\0|fLaC\0"),
        ("视频", rb"\0\0\x01[\xb3\xba]|FLV\x01|\x1aE\xdf\xa3"),
        ("CAJ 文献", rb"CAJ\0|HN\0\0|KDH "),
        ("Photoshop 文件", rb"8BPS"),
    )
)  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def kind_of(data: bytes, name: str) -> Kind:
    """What kind of file ``data`` is.

    Raises:
        RefusedFileError: a kind that cannot be read, or one protected by a password.
    """
    head = data[:_HEAD]
    if head.startswith(_ZIP):
        return _kind_of_package(data)
    if head.startswith(_OLE):
        return _kind_of_ole(data)
    if head.startswith(_PICTURES):
        return Kind.PICTURE
    for what, pattern in _UNREADABLE:
        if pattern.match(head):
            raise _unreadable(what)
    if _PDF.search(head):
        return Kind.PDF
    if _RTF.match(head):
        return Kind.OLD_WORD
    return _kind_of_text(_text_head(data), Path(name).suffix.lower())


def _unreadable(what: str, way_out: str = "请转换后再导入") -> RefusedFileError:
    gap = " " if what[0].isascii() else ""
    return RefusedFileError(f"这是{gap}{what}，读不了；{READABLE}；{way_out}。")


def _text_head(data: bytes) -> str:
    """The beginning as far as tags are concerned, whatever the encoding."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) : _PAGE_HEAD].decode(encoding, "replace")
    return data[:_PAGE_HEAD].decode("latin-1")


def _kind_of_text(head: str, suffix: str) -> Kind:
    page = _WEB.match(head)
    if suffix in _MARKDOWN and not (page and page["page"]):
        return Kind.MARKDOWN
    if page:
        return Kind.WEB
    if _XML.match(head):
        word = "Word.Document" in head or "wordDocument" in head
        raise _unreadable(
            "Word 的 XML 文件" if word else "SVG 图形" if "<svg" in head else "XML 数据文件",
            "请用原来的软件另存为 .docx 或 .pdf 再导入",
        )
    if _MIME.match(head):
        raise _unreadable(
            "单个文件网页（.mht）或邮件", "请在浏览器或 Word 里打开，另存为 .html 或 .docx 再导入"
        )
    return Kind.WEB if suffix in _WEB_PAGE and _TAG.search(head) else Kind.TEXT


def _kind_of_package(data: bytes) -> Kind:
    from ingest.container.package import open_package, part_name

    parts = open_package(data).infolist()
    names = {part_name(part).replace("\\", "/").lstrip("/") for part in parts}
    folders = {name.partition("/")[0].lower() for name in names if "/" in name}
    if "OFD.xml" in names:
        return Kind.OFD
    if "[Content_Types].xml" in names:
        return _kind_of_office(folders)
    if names & _FOREIGN or "meta-inf" in folders:
        what = "其他软件的文件（如 OpenDocument、电子书）"
        raise _unreadable(what, "请用原来的软件另存为 .docx 或 .pdf 再导入")
    return Kind.ARCHIVE


def _kind_of_office(folders: set[str]) -> Kind:
    if "word" in folders:
        return Kind.WORD
    if "xl" in folders:
        return Kind.SHEET
    what = "演示文稿" if "ppt" in folders else "Office 的其他文件"
    raise _unreadable(what, "请另存为 .pdf 再导入")


def _kind_of_ole(data: bytes) -> Kind:
    """An old Office file is told by the names of its streams."""
    if _has_stream(data, "EncryptedPackage"):
        raise RefusedFileError("文件有打开密码，读不了；请去掉密码后再导入。")
    if _has_stream(data, "WordDocument"):
        return Kind.OLD_WORD
    if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
        return Kind.SHEET
    what = "演示文稿" if _has_stream(data, "PowerPoint Document") else "旧版 Office 的其他文件"
    raise _unreadable(what, "请另存为 .docx 或 .pdf 再导入；文件如已损坏，请重新取得")


def _has_stream(data: bytes, name: str) -> bool:
    """Whether the directory names this stream ([MS-CFB] 2.6.1).

    An entry takes 128 bytes and stands at a multiple of them: the name in UTF-16, from byte 64 its
    length with the closing zero, at byte 66 a 2 for a stream. The directory need not be followed
    from sector to sector for that, so that it may be damaged.
    """
    entry = f"{name}\0".encode("utf-16-le")
    tail = len(entry).to_bytes(2, "little") + b"\2"
    at = data.find(entry)
    while at >= 0:
        if at % 128 == 0 and data[at + 64 : at + 67] == tail:
            return True
        at = data.find(entry, at + 1)
    return False
