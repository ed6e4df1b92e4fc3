"""What kind of file some bytes are: the content decides, the extension only between texts."""

import io
import re
import zipfile
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
_MARKDOWN = (".md", ".markdown")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_WEB = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
# The head of a PDF may stand behind some bytes of a mail or a print job.
_HEAD = 1024


def kind_of(data: bytes, name: str) -> Kind:
    """What kind of file ``data`` is.

    Raises:
        RefusedFileError: a kind that cannot be read, or one protected by a password.
    """
    head = data[:_HEAD]
    if b"%PDF-" in head:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_package(data)
    if head.startswith(_OLE):
        return _kind_of_ole(data)
    if head.startswith(_PICTURES):
        return Kind.PICTURE
    if head.startswith(b"{\\rtf"):
        return Kind.OLD_WORD
    if _WEB.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Kind.WEB
    suffix = Path(name).suffix.lower()
    return Kind.MARKDOWN if suffix in _MARKDOWN else Kind.TEXT


def _kind_of_package(data: bytes) -> Kind:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RefusedFileError("文件损坏或不完整，打不开；请重新取得这份文件。") from error
    if "OFD.xml" in names:
        return Kind.OFD
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return Kind.WORD
        if any(name.startswith("xl/") for name in names):
            return Kind.SHEET
        raise RefusedFileError(
            "这种 Office 文件（如演示文稿）读不了；请另存为 .docx 或 .pdf 再导入。"
        )
    return Kind.ARCHIVE


def _kind_of_ole(data: bytes) -> Kind:
    """An old Office file is told by the names of its streams, which are UTF-16."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise RefusedFileError("文件有打开密码，读不了；请去掉密码后再导入。")
    if has("WordDocument"):
        return Kind.OLD_WORD
    if has("Workbook") or has("Book"):
        return Kind.SHEET
    raise RefusedFileError("这种旧版 Office 文件读不了；请另存为 .docx 或 .pdf 再导入。")
