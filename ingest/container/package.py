"""Zip packages and their XML, opened so that a hostile one costs nothing."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from ingest.errors import RefusedFileError

# A genuine paper's XML is some megabytes; lxml needs about ten times that in memory.
MAX_PART = 30_000_000
MAX_TOTAL = 200_000_000
MAX_PARTS = 20_000
# Deflate makes XML 10 to 50 times smaller, a table of 100,000 cells with the same words 310 times,
# and zeros 1,030 times.
MAX_RATIO = 500
_RATIO_FROM = 5_000_000
# An element or attribute takes up to 216 bytes in libxml2, so these take 330 MB at most.
# A paper of 100 pages has some 60,000.
MAX_NODES = 1_500_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _UTF8 = 1 << 0, 1 << 11
_UNICODE_PATH = 0x7075
_LOCAL_HEADER = 30
# What every XML parser has to know, and what Chinese software writes.
_ENCODINGS = frozenset(("utf-8", "utf-16", "us-ascii", "ascii", "gb2312", "gbk", "gb18030"))
_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)")
_EBCDIC = b"\x4c\x6f\xa7\x94"
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError
)  # fmt: skip
_DAMAGED = "文件损坏或不完整，打不开；请重新取得这份文件。"
_BOMB = "可能是压缩炸弹，没有导入；请核对文件来源。"


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open a zip that says of itself nothing that a genuine one would not.

    Raises:
        RefusedFileError: damaged, protected by a password, or far too large when unpacked.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (*_UNREADABLE, struct.error) as error:
        raise RefusedFileError(_DAMAGED) from error
    parts = package.infolist()
    total = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or total > MAX_TOTAL:
        raise RefusedFileError(
            f"文件解开后有 {len(parts)} 个部分、{total / 1e6:.0f} MB，超过上限"
            f"（{MAX_PARTS} 个、{MAX_TOTAL / 1e6:.0f} MB），{_BOMB}"
        )
    for part in parts:
        _check_part(part)
    _check_places(parts)
    return package


def _check_part(part: zipfile.ZipInfo) -> None:
    name = part_name(part)
    if part.flag_bits & _ENCRYPTED:
        raise RefusedFileError(f"文件有打开密码（“{name}”），读不了；请去掉密码后再导入。")
    if part.compress_type not in _METHODS:
        raise RefusedFileError(
            f"文件里的“{name}”用了少见的压缩方法，读不了；请用常用软件重新保存或压缩后再导入。"
        )
    if part.file_size > max(_RATIO_FROM, MAX_RATIO * part.compress_size):
        raise RefusedFileError(
            f"文件里的“{name}”压缩了 {part.file_size // max(part.compress_size, 1)} 倍，"
            f"超过上限 {MAX_RATIO} 倍，{_BOMB}"
        )


def _check_places(parts: list[zipfile.ZipInfo]) -> None:
    """Parts that share their bytes would unpack to many times what the file holds."""
    end, before = 0, ""
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise RefusedFileError(f"文件里的“{before}”与“{part_name(part)}”重叠，{_BOMB}")
        end = part.header_offset + _LOCAL_HEADER + part.compress_size
        before = part_name(part)


def part_name(part: zipfile.ZipInfo) -> str:
    """The name of a part; where it does not say so, UTF-8 or GB18030 as Chinese software writes."""
    name = part.orig_filename
    if part.flag_bits & _UTF8 or name.isascii():
        return name
    raw = name.encode("cp437")
    for said in _unicode_paths(part.extra, raw):
        return said
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _unicode_paths(extra: bytes, raw: bytes) -> Iterator[str]:
    """The name in Info-ZIP's Unicode Path field, if it was made for the name that stands there."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        value, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and value[1:5] == struct.pack("<I", zlib.crc32(raw)):
            yield value[5:].decode("utf-8", "replace")


def read_part(
    package: zipfile.ZipFile, part: str | zipfile.ZipInfo, limit: int = MAX_PART
) -> bytes:
    """The bytes of one part, never more than ``limit``, whatever its header says.

    Raises:
        KeyError: there is no such part.
        RefusedFileError: damaged or too large.
    """
    try:
        with package.open(part) as stream:
            data = stream.read(limit + 1)
    except _UNREADABLE as error:
        raise RefusedFileError(_DAMAGED) from error
    if len(data) > limit:
        name = part if isinstance(part, str) else part_name(part)
        raise RefusedFileError(f"文件里的“{name}”解开后超过 {limit / 1e6:.0f} MB，{_BOMB}")
    return data


def parse_xml(data: bytes) -> Element:
    """Parse one XML part; entities are neither defined nor fetched.

    Raises:
        RefusedFileError: damaged, nested too deeply, or with a document type of its own.
    """
    _check_xml(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error):
            raise RefusedFileError(
                "文件里的 XML 嵌套层数太多，正常文件没有，没有导入；请另存为 PDF 后再试。"
            ) from error
        raise RefusedFileError(_DAMAGED) from error


def _check_xml(data: bytes) -> None:
    """Raise RefusedFileError where parsing would cost far more than it could give."""
    # In UTF-16 and UTF-32 the marks of XML are those of ASCII with zeros between them.
    plain = data.replace(b"\0", b"")
    declared = _DECLARED.search(plain[:1024])
    if plain.startswith(_EBCDIC) or (
        declared and declared[1].decode("latin-1").lower() not in _ENCODINGS
    ):
        raise RefusedFileError(
            "文件里的 XML 用了少见的编码，可能是恶意文件，没有导入；请用原来的软件另存后再试。"
        )
    if b"<!DOCTYPE" in plain:
        raise RefusedFileError(
            "文件里的 XML 带有实体声明，正常文件没有，可能是恶意文件，没有导入。"
        )
    if plain.count(b"<") + plain.count(b"=") > MAX_NODES:
        raise RefusedFileError(
            f"文件里的 XML 超过 {MAX_NODES // 10_000} 万个标记，没有导入；请拆分后再试。"
        )
