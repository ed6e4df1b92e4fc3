"""What goes wrong in the database of conversations, told without SQL and without what it holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from index.errors import StoreError, StoreFullError

_FULL = "磁盘空间不足，对话记录写不进去；请管理员腾出空间。"
_OTHER = "对话记录读不出或写不进；请管理员检查数据目录的空间和权限，或 database_url 的设置。"
# By the beginning of SQLite's own names; its extended codes go on after it.
_KINDS: tuple[tuple[str, type[StoreError], str], ...] = (
    ("SQLITE_FULL", StoreFullError, _FULL),
    # The index of the log, a file in memory shared with others, did not fit.
    ("SQLITE_IOERR_SHM", StoreFullError, _FULL),
    ("SQLITE_BUSY", StoreError, "对话记录正被别的程序占用；请稍后再试。"),
    ("SQLITE_READONLY", StoreError, "对话记录没有写入权限；请管理员检查数据目录的权限。"),
    ("SQLITE_CANTOPEN", StoreError, "对话记录打不开；请管理员检查数据目录的权限和空间。"),
    ("SQLITE_CORRUPT", StoreError, "对话记录损坏；请管理员从备份恢复。"),
    ("SQLITE_NOTADB", StoreError, "对话记录损坏；请管理员从备份恢复。"),
)


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn what the database says into a StoreError; its detail is the kind of error alone."""
    try:
        yield
    except SQLAlchemyError as error:
        kind = _kind(error)
        named = ((made, told) for name, made, told in _KINDS if kind.startswith(name))
        made, told = next(named, (StoreError, _OTHER))
        # What it was caused by holds SQL, and a traceback would show it.
        raise made(told, kind) from None


def _kind(error: SQLAlchemyError) -> str:
    """SQLite's name of an error, the number that SQL gives it, or the name of its class."""
    cause = getattr(error, "orig", None) or error
    named = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(named or type(cause).__name__)
