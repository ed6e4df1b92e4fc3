"""Bytes of a text file to a string."""

import codecs
import unicodedata

from ingest.errors import RefusedFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 contains the older encodings of mainland China.
_OLDER = {"gb2312", "gbk", "cp936"}
# What else a page may say of itself: Python knows codecs that are none of text (zlib, idna).
_OTHERS = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "hz", "big5", "big5hkscs", "cp950",
    "cp1252", "iso8859-1", "shift_jis", "euc_jp", "euc_kr",
}  # fmt: skip
# A long text takes about two seconds a megabyte to read; the largest law has 0.4 MB.
_MAX_BYTES = 10_000_000
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v\x1a\x85")
# A text file may hold a stray control character; a binary holds many. Random bytes decode
# to about 10% controls or unassigned code points, genuine papers to none.
_MAX_ODD_SHARE = 0.005


def decode(data: bytes, declared: str = "") -> str:
    """Decode UTF-8 or UTF-16 with a byte order mark, else UTF-8, else ``declared``, else GB18030.

    ``declared`` is the encoding that the file itself names, if it names one; there a few broken
    characters are borne, as of a page whose program cut a character in two.

    Raises:
        RefusedFileError: the file is empty or is not text in one of these encodings.
    """
    if not data.strip():
        raise RefusedFileError("文件是空的，没有可以读取的文字；请检查后重新选择文件。")
    if len(data) > _MAX_BYTES:
        raise RefusedFileError(
            f"文本有 {len(data) / 1e6:.0f} MB，超过上限 {_MAX_BYTES / 1e6:.0f} MB；请拆分后再试。"
        )
    encoding = _codec(declared)
    for candidate, errors in (
        *_strict(data, encoding),
        *([(encoding, "replace")] * bool(encoding)),
    ):
        try:
            text = data.decode(candidate, errors)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text
    raise RefusedFileError(
        "文件内容不是文本（可能是改了扩展名的程序、图片或压缩包），或编码不是 UTF-8 / GB18030；"
        "请用原来的软件打开，另存为 UTF-8 编码的文本后再试。"
    )


def _codec(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""
    return "gb18030" if name in _OLDER else name * (name in _OTHERS)


def _strict(data: bytes, declared: str) -> list[tuple[str, str]]:
    marked = [encoding for bom, encoding in _BOMS if data.startswith(bom)]
    found = marked or ["utf-8", *([declared] if declared else []), "gb18030"]
    return [(encoding, "strict") for encoding in found]


def _looks_like_text(text: str) -> bool:
    if "\0" in text:
        return False
    odd = sum(
        char == "\ufffd"
        or (unicodedata.category(char) in ("Cc", "Cn", "Co") and char not in _ALLOWED_CONTROLS)
        for char in text
    )
    return odd <= len(text) * _MAX_ODD_SHARE
