"""Files written so that a sudden end does no harm, and known again by their digests."""

import hashlib
import os
from pathlib import Path

from index.errors import StoreError

# What a file that is not whole yet is called by.
PART = ".part"
_BLOCK = 1 << 20


def check(path: Path, digest: str | None, way_out: str) -> None:
    """Compare a file with its SHA-256; None fits no file.

    Raises:
        StoreError: it is another, or cannot be read; ``way_out`` ends the message.
    """
    try:
        found = digest_of(path)
    except OSError as error:
        raise StoreError(f"数据目录里有文件读不出来；{way_out}", error) from error
    if found != digest:
        raise StoreError(f"数据目录里有文件被改动或损坏；{way_out}", path)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """All files in a folder and the folders in it."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def write(path: Path, data: bytes) -> None:
    """Write a file that is on the disk, not only on its way there, when this returns."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that at every moment either the old or the new content is there."""
    temporary = path.with_suffix(PART)
    write(temporary, data)
    temporary.replace(path)


def sync(path: Path) -> None:
    """Have a file, or a folder's list of files, on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
