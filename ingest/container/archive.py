"""The papers in a .zip, which is never unpacked to disk."""

import re
import stat
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.container.package import open_package, part_name, read_part
from ingest.errors import RefusedFileError

MAX_MEMBERS = 2_000
# As for a file on its own.
MAX_MEMBER = 50_000_000
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
# What systems and editors leave behind: no papers.
_LITTER = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|(?:Thumbs\.db|desktop\.ini)$)", re.I)
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|[\0-\x1f\x7f]")
_SAFE_TYPES = (0, stat.S_IFREG, stat.S_IFDIR)
_WAY_OUT = "没有导入；请重新打包，或把文件解压后再导入。"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; ``name`` is its path there, folders divided by slashes."""

    name: str
    package: zipfile.ZipFile
    part: zipfile.ZipInfo

    def read(self) -> bytes:
        """Its bytes.

        Raises:
            RefusedFileError: damaged or too large.
        """
        return read_part(self.package, self.part, MAX_MEMBER)


def members(data: bytes, name: str) -> list[Member]:
    """The files in the .zip called ``name``, in their order, without folders and system litter.

    Raises:
        RefusedFileError: damaged, protected by a password, far too large when unpacked, or with
            an entry that a genuine archive of papers does not have.
    """
    package = open_package(data)
    found = [(part_name(part).replace("\\", "/"), part) for part in package.infolist()]
    for path, part in found:
        _check(path, part, name)
    files = [
        Member(path, package, part)
        for path, part in found
        if not path.endswith("/") and not _LITTER.search(path)
    ]
    _check_all(files, name)
    return files


def _check(path: str, part: zipfile.ZipInfo, archive: str) -> None:
    """Raise RefusedFileError for an entry that no honest program writes, or that leads deeper."""
    wrong = ""
    if _OUTSIDE.search(path):
        wrong = "指向压缩包以外的位置"
    elif stat.S_IFMT(part.external_attr >> 16) not in _SAFE_TYPES:
        wrong = "是链接或特殊文件"
    elif PurePosixPath(path).suffix.lower() in _ARCHIVES:
        wrong = "又是一个压缩包"
    if wrong:
        raise RefusedFileError(f"压缩包“{archive}”里的“{path}”{wrong}，{_WAY_OUT}")


def _check_all(files: list[Member], archive: str) -> None:
    if not files:
        raise RefusedFileError(f"压缩包“{archive}”里没有文件。")
    if len(files) > MAX_MEMBERS:
        raise RefusedFileError(
            f"压缩包“{archive}”里有 {len(files)} 个文件，超过上限 {MAX_MEMBERS} 个，{_WAY_OUT}"
        )
    names = Counter(unicodedata.normalize("NFC", file.name) for file in files)
    [(most, count)] = names.most_common(1)
    if count > 1:
        raise RefusedFileError(f"压缩包“{archive}”里有 {count} 个“{most}”，{_WAY_OUT}")
