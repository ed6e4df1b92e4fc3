"""Zip packages and their XML, opened so that a hostile one costs nothing."""

import io
import re
import zipfile
import zlib

from lxml import etree
from lxml.etree import _Element as Element

from ingest.errors import RefusedFileError

# A genuine paper's XML is some megabytes; lxml needs about ten times that in memory.
MAX_PART = 30_000_000
MAX_TOTAL = 200_000_000
MAX_PARTS = 20_000
_DOCTYPE = re.compile(
    rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)"
)
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError
)  # fmt: skip
_DAMAGED = "文件损坏或不完整，打不开；请重新取得这份文件。"


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open a zip whose declared sizes are sane.

    Raises:
        RefusedFileError: damaged, protected by a password, or far too large when unpacked.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RefusedFileError(_DAMAGED) from error
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedFileError("文件有打开密码，读不了；请去掉密码后再导入。")
    total = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or total > MAX_TOTAL:
        raise RefusedFileError(
            f"文件解开后有 {len(parts)} 个部分、{total / 1e6:.0f} MB，超过上限"
            f"（{MAX_PARTS} 个、{MAX_TOTAL / 1e6:.0f} MB），可能是压缩炸弹，没有导入。"
        )
    return package


def read_part(package: zipfile.ZipFile, name: str, limit: int = MAX_PART) -> bytes:
    """The bytes of one part, never more than ``limit``, whatever its header says.

    Raises:
        KeyError: there is no such part.
        RefusedFileError: damaged or too large.
    """
    try:
        with package.open(name) as part:
            data = part.read(limit + 1)
    except _UNREADABLE as error:
        raise RefusedFileError(_DAMAGED) from error
    if len(data) > limit:
        raise RefusedFileError(
            f"文件里的“{name}”解开后超过 {limit / 1e6:.0f} MB，可能是压缩炸弹，没有导入。"
        )
    return data


def parse_xml(data: bytes) -> Element:
    """Parse one XML part; entities are neither defined nor fetched.

    Raises:
        RefusedFileError: damaged, nested too deeply, or with a document type of its own.
    """
    if _DOCTYPE.search(data[:100_000]):
        raise RefusedFileError(
            "文件里的 XML 带有实体声明，正常文件没有，可能是恶意文件，没有导入。"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedFileError(_DAMAGED) from error
