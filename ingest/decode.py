"""Bytes of a text file to a string."""

import codecs
import unicodedata

from ingest.errors import RefusedFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v\x1a\x85")
# A text file may hold a stray control character; a binary holds many. Random bytes decode
# to about 10% controls or unassigned code points, genuine papers to none.
_MAX_ODD_SHARE = 0.005


def decode(data: bytes) -> str:
    """Decode UTF-8 or UTF-16 with a byte order mark, else UTF-8, else GB18030.

    Raises:
        RefusedFileError: the file is empty or is not text in one of these encodings.
    """
    if not data.strip():
        raise RefusedFileError("文件是空的，没有可以读取的文字；请检查后重新选择文件。")
    for encoding in _candidate_encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text
    raise RefusedFileError(
        "文件内容不是文本（可能是改了扩展名的程序、图片或压缩包），或编码不是 UTF-8 / GB18030；"
        "请用原来的软件打开，另存为 UTF-8 编码的文本后再试。"
    )


def _candidate_encodings(data: bytes) -> tuple[str, ...]:
    marked = tuple(encoding for bom, encoding in _BOMS if data.startswith(bom))
    return marked or ("utf-8", "gb18030")


def _looks_like_text(text: str) -> bool:
    odd = sum(
        unicodedata.category(char) in ("Cc", "Cn", "Co") and char not in _ALLOWED_CONTROLS
        for char in text
    )
    return "\0" not in text and odd <= len(text) * _MAX_ODD_SHARE
