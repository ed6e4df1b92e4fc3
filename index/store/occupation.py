"""Who is at work in a data folder: those who use it, or the one who puts another in its place."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from index.errors import StoreBusyError
from index.store.generations import LOCK, disk_errors

_REPLACED = "正在恢复备份，数据目录暂时不能使用；请等它结束后再试。"
_IN_USE = "服务、导入或备份正在使用这个数据目录；请先停止它们，再恢复备份。"


@contextmanager
def in_use(data_dir: Path) -> Iterator[None]:
    """The folder, made if need be, stays in its place inside; any number may use it at once.

    Raises:
        StoreBusyError: a backup is being restored into it.
    """
    with disk_errors(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
    with _locked(data_dir, fcntl.LOCK_SH, _REPLACED):
        yield


@contextmanager
def unused(data_dir: Path) -> Iterator[None]:
    """Nobody uses the folder or writes to it, nor will inside; it need not exist.

    Raises:
        StoreBusyError: somebody does.
    """
    with ExitStack() as stack:
        for path in (data_dir, data_dir / LOCK):
            if path.exists():
                stack.enter_context(_locked(path, fcntl.LOCK_EX, _IN_USE))
        yield


@contextmanager
def _locked(path: Path, how: int, busy: str) -> Iterator[None]:
    # A folder can be locked without being written to, which its user may not be allowed to.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusyError(busy) from None
        yield
    finally:
        os.close(descriptor)
