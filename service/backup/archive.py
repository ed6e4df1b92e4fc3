"""A backup as a file: a zip with a manifest that names every file in it and its SHA-256."""

import hashlib
import json
import os
import re
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import StoreError

FORMAT: Final = 1
_MANIFEST = "backup.json"
_PART = r"(?!\.)[^/\\\x00-\x1f\x7f]+"
_NAME = re.compile(
    rf"CURRENT|conversations\.db|corrections\.json|evaluations/{_PART}|originals/[0-9a-f]{{64}}"
    rf"|generations/\d{{6}}/{_PART}(?:/{_PART})?"
)
_BLOCK = 1 << 20
# Level 6 makes a library with its originals 2 % smaller than level 1 and takes 2.5 times as long.
_LEVEL = 1
# Both grow by some 150 bytes a file; half a million papers is more than one machine holds.
_MAX_MANIFEST = _MAX_DIRECTORY = 64_000_000
# What ends a zip, with the longest comment, and how far before it the record of large sizes is.
_LARGE = 76
_TAIL = _LARGE + 22 + (1 << 16)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier time; a machine's clock may
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError,
    struct.error,
)  # fmt: skip


class BackupError(StoreError):
    """A backup cannot be written, or what is given as one cannot be restored."""


_DAMAGED = "这个文件不是策问的备份，或者已损坏、不完整，没有恢复；请换一份备份。"


class _Member(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=0)]


class Manifest(BaseModel):
    """What a backup holds.

    ``generation`` is that of the index, 0 for none. ``conversations`` counts those in it; None
    where they are in a database of their own, which is not in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    created: str
    generation: Annotated[int, Field(ge=0, le=999_999)]
    papers: Annotated[int, Field(ge=0)]
    conversations: Annotated[int, Field(ge=0)] | None
    files: dict[str, _Member]


class ArchiveWriter:
    """Writes files into ``target`` one after the other, in bounded memory."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._files: dict[str, _Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        with suppress(OSError, ValueError):  # what is given up need not end well
            self._zip.close()

    def add(self, name: str, path: Path) -> None:
        """Put in a file.

        Raises:
            FileNotFoundError: it is gone.
        """
        with path.open("rb") as source:
            self._put(name, iter(lambda: source.read(_BLOCK), b""))

    def add_bytes(self, name: str, data: bytes) -> None:
        """Put in a file with these bytes."""
        self._put(name, [data])

    def end(self, generation: int, papers: int, conversations: int | None) -> Manifest:
        """Put in the manifest, which is returned; no file can be added after it."""
        manifest = Manifest(
            created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            generation=generation,
            papers=papers,
            conversations=conversations,
            files=self._files,
        )
        self.add_bytes(_MANIFEST, manifest.model_dump_json(indent=1).encode())
        self._zip.close()
        return manifest

    def _put(self, name: str, blocks: Iterable[bytes]) -> None:
        info = zipfile.ZipInfo(name, max(time.localtime()[:6], _EARLIEST))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = (stat.S_IFREG | 0o600) << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                digest.update(block)
                size += len(block)
        self._files[name] = _Member(sha256=digest.hexdigest(), size=size)


class Archive:
    """A backup that is open, whose members have the names and sizes of the manifest."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._zip = opened

    @property
    def size(self) -> int:
        """Of everything unpacked, in bytes."""
        return sum(member.size for member in self.manifest.files.values())

    def check(self) -> None:
        """Read every file.

        Raises:
            BackupError: one is not what the manifest says, or they are not a whole library.
        """
        for name in self.manifest.files:
            self._read_out(name, lambda block: None)
        self._check_library()

    def unpack(self, folder: Path) -> None:
        """Write every file into ``folder``, checked as by ``check``."""
        for name in self.manifest.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                self._read_out(name, file.write)
                file.flush()
                os.fsync(file.fileno())
        self._check_library()

    def _read_out(self, name: str, write: Callable[[bytes], object]) -> None:
        digest = hashlib.sha256()
        with _damage_told(), self._zip.open(name) as source:
            while block := source.read(_BLOCK):
                digest.update(block)
                write(block)
        if digest.hexdigest() != self.manifest.files[name].sha256:
            raise BackupError(_DAMAGED, name)

    def _check_library(self) -> None:
        """Raise BackupError unless the index and the originals are whole and as they were made."""
        digests = {name: member.sha256 for name, member in self.manifest.files.items()}
        wanted = {name: name.partition("/")[2] for name in digests if name.startswith("originals/")}
        number = self.manifest.generation
        if number:
            folder = f"generations/{number:06d}/"
            with _damage_told():
                made = json.loads(_read(self._zip, f"{folder}manifest.json"))["files"]
                with self._zip.open(f"{folder}documents.jsonl") as lines:
                    originals = [json.loads(line)["sha256"] for line in lines]
            wanted["CURRENT"] = hashlib.sha256(str(number).encode()).hexdigest()
            wanted |= {f"{folder}{name}": digest for name, digest in made.items()}
            wanted |= {f"originals/{digest}": digest for digest in originals}
        for name, digest in wanted.items():
            if digests.get(name) != digest:
                raise BackupError(_DAMAGED, name)


def _read(opened: zipfile.ZipFile, name: str) -> bytes:
    """A small member, of which no more is unpacked than it says it holds."""
    size = opened.getinfo(name).file_size
    if size > _MAX_MANIFEST:
        raise ValueError("absurd")
    with opened.open(name) as member:
        return member.read(size)


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """A backup, of which everything is checked that can be without unpacking it.

    Raises:
        BackupError: it cannot be read or trusted.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError("备份文件读不出来；请检查路径和读取权限。", error) from error
    with file:
        with _damage_told():
            _check_directory(file)
            opened = zipfile.ZipFile(file)
        with opened:
            yield Archive(opened, _manifest(opened))


def _check_directory(file: IO[bytes]) -> None:
    """Raise an error for a list of members that would fill the memory; zipfile reads it whole."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _TAIL))
    tail = file.read()
    place = tail.rindex(b"PK\5\6")
    (size,) = struct.unpack_from("<L", tail, place + 12)
    large = tail[max(0, place - _LARGE) :]  # of an archive beyond 4 GB, say
    if large.startswith(b"PK\6\6"):
        (size,) = struct.unpack_from("<Q", large, 40)
    if size > _MAX_DIRECTORY:
        raise ValueError("absurd")


def _manifest(opened: zipfile.ZipFile) -> Manifest:
    members = {info.filename: info for info in opened.infolist()}
    members.pop(_MANIFEST, None)
    with _damage_told():
        fields = json.loads(_read(opened, _MANIFEST))
        if isinstance(fields, dict) and fields.get("format") != FORMAT:
            raise BackupError("备份是别的版本的程序做的，本程序读不了；请用做它的版本恢复。")
        manifest = Manifest.model_validate(fields)
    if len(opened.infolist()) != len(members) + 1 or members.keys() != manifest.files.keys():
        raise BackupError(_DAMAGED, _MANIFEST)
    for name, info in members.items():
        if not (_is_plain(info) and info.file_size == manifest.files[name].size):
            raise BackupError(_DAMAGED, name)
    return manifest


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file that a backup has, and not a link, a way out or encrypted."""
    return (
        bool(_NAME.fullmatch(info.filename))
        and stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
        and info.compress_type in _METHODS
        and not info.flag_bits & _ENCRYPTED
    )


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what reading a damaged zip raises into a BackupError."""
    try:
        yield
    except (*_UNREADABLE, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise BackupError(_DAMAGED, type(error).__name__) from error
