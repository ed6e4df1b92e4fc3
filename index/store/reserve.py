"""Room on the disk that is kept for what makes room: deleting papers and conversations."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FILE = "reserve"


class Reserve:
    """A file without content in the data folder, given up while the disk is full."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _FILE

    def keep(self, size: int) -> None:
        """Hold ``size`` bytes, or what is held already where that would leave less than as much."""
        held = self._held()
        if held > size:
            with suppress(OSError):
                os.truncate(self._path, size)
        elif self._free() >= 2 * size - held:
            self._take(size)

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Its room is free inside; afterwards it takes back what is left of it."""
        held = self._held()
        with suppress(OSError):
            self._path.unlink()
        try:
            yield
        finally:
            self._take(min(held, self._free()))

    def _held(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def _free(self) -> int:
        try:
            state = os.statvfs(self._path.parent)
        except OSError:
            return 0
        return state.f_bavail * state.f_frsize

    def _take(self, size: int) -> None:
        """Hold so much, or as before where that cannot be had; a full disk is no error here."""
        before = self._held()
        if size <= before:
            return
        with suppress(OSError), self._path.open("ab") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError:
                file.truncate(before)
