"""A file system of a test's own, small enough to be filled."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A file system of its own that a ballast file can fill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._ballast = folder / "ballast"

    def leave(self, free: int) -> None:
        """Fill the disk until only so many bytes (rounded to a page) are free."""
        self.clear()
        size = self.free() - free
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, size)

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def free(self) -> int:
        """How many bytes are left."""
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_bsize


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """An empty disk at ``folder``; skips the test where none can be had."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if (
        os.geteuid()
        or shutil.which("mount") is None
        or subprocess.run(mount, check=False).returncode
    ):
        pytest.skip("mounting a tmpfs needs root")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
