"""Backups: everything of a data folder that cannot be made again, written into one file."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.errors import StoreBusyError
from index.store.generations import Store
from index.store.occupation import in_use
from service.backup.archive import ArchiveWriter, BackupError, Manifest, opened_archive
from service.conversations.store import FILE as CONVERSATIONS
from service.evaluations import FOLDER as EVALUATIONS
from service.settings import Settings

# So often papers may be deleted or replaced while they are being copied.
_ATTEMPTS = 10
# Seconds that the database may be kept from being read.
_PATIENCE = 30.0
_HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'conversations'"
_DAMAGED = (
    "数据目录里有文件缺失、被改动或损坏，没有备份；请从以前的备份恢复，"
    "或先运行 cewen ingest --rebuild 重建索引。"
)


def back_up(settings: Settings, path: Path) -> Manifest:
    """Write a backup of the data folder; the service may run and papers be ingested meanwhile.

    Raises:
        BackupError: there is nothing to be backed up, it is damaged, or ``path`` is taken.
        StoreError: what is stored cannot be read, or goes on changing.
    """
    _check_place(settings.data_dir, path)
    with in_use(settings.data_dir), _beside(path) as folder:
        written = folder / "backup.zip"
        manifest = _write(settings, written)
        _check(written)
        _give_name(written, path)
    return manifest


def _check_place(data_dir: Path, path: Path) -> None:
    if not data_dir.is_dir():
        raise BackupError("没有这个数据目录；请检查 --data-dir。", data_dir)
    if path.resolve().is_relative_to(data_dir.resolve()):
        raise BackupError("备份不能放在数据目录里面；请换一个位置，最好在另一块磁盘上。", path)
    if os.path.lexists(path):
        raise _taken(path)


def _taken(path: Path) -> BackupError:
    return BackupError("这个文件已经存在，没有覆盖它；请换一个文件名，或先移走它。", path)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder that nobody else can look into, for what is to become ``path``."""
    try:
        with tempfile.TemporaryDirectory(prefix=".cewen-backup-", dir=path.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise BackupError("备份没有写成；请检查那里的空间和权限。", error) from error


def _write(settings: Settings, written: Path) -> Manifest:
    store = Store(settings.data_dir)
    for _ in range(_ATTEMPTS):
        number = store.current_number()
        try:
            return _write_once(settings, store, written)
        except FileNotFoundError as error:
            if store.current_number() == number:
                raise BackupError(_DAMAGED, error) from error
            written.unlink()  # a writer removed what was being copied
    raise StoreBusyError("备份期间文件一再改动，没有备份；请稍后再试。")


def _write_once(settings: Settings, store: Store, written: Path) -> Manifest:
    """Write a backup; FileNotFoundError: something is missing, or was removed meanwhile."""
    written.touch(mode=0o600, exist_ok=False)
    with written.open("wb") as target, ArchiveWriter(target) as archive:
        number, papers = _add_library(store, archive)
        conversations = _add_conversations(settings.data_dir, archive, written.parent)
        for path in sorted((settings.data_dir / EVALUATIONS).glob("*.json")):
            with suppress(FileNotFoundError):  # a newer one took its place
                archive.add(f"{EVALUATIONS}/{path.name}", path)
        manifest = archive.end(number, papers, None if settings.database_url else conversations)
        target.flush()
        os.fsync(target.fileno())
    if not manifest.files:
        raise BackupError("数据目录里没有可以备份的内容；请检查 --data-dir。", settings.data_dir)
    return manifest


def _add_library(store: Store, archive: ArchiveWriter) -> tuple[int, int]:
    """Put in the current generation and its originals; its number, and of how many papers."""
    number, sources = store.current_number(), store.sources()
    if store.current_number() != number:
        raise FileNotFoundError("another generation has followed")
    corrections = store.data_dir / "corrections.json"
    if corrections.exists():
        archive.add(corrections.name, corrections)
    if not number:
        return 0, 0
    archive.add_bytes("CURRENT", str(number).encode("ascii"))
    folder = store.generations / f"{number:06d}"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        archive.add(path.relative_to(store.data_dir).as_posix(), path)
    for digest in sorted({source.sha256 for source in sources}):
        archive.add(f"{store.originals.name}/{digest}", store.originals / digest)
    return number, len(sources)


def _add_conversations(data_dir: Path, archive: ArchiveWriter, folder: Path) -> int:
    """Put in the conversations as they stand at one moment; how many there are."""
    database, copy = data_dir / CONVERSATIONS, folder / CONVERSATIONS
    if not database.exists():
        return 0
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(database, timeout=_PATIENCE)) as live:
            live.execute("VACUUM INTO ?", (str(copy),))
        count = checked_conversations(copy)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(copy)) from error
        raise BackupError("对话记录损坏或读不出来，没有备份。", error) from error
    archive.add(CONVERSATIONS, copy)
    return count


def checked_conversations(database: Path) -> int:
    """How many conversations a database holds, once it is sure that it is whole.

    Raises:
        sqlite3.Error: it is not.
    """
    with closing(sqlite3.connect(database)) as opened:
        if opened.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("integrity_check")
        if not opened.execute(_HAS_TABLES).fetchone():
            return 0
        return int(opened.execute("SELECT count(*) FROM conversations").fetchone()[0])


def _check(written: Path) -> None:
    with opened_archive(written) as archive:
        try:
            archive.check()
        except BackupError as error:
            raise BackupError(_DAMAGED, error.detail) from error


def _give_name(written: Path, path: Path) -> None:
    """Put the backup at ``path``, unless something came to stand there meanwhile."""
    try:
        path.hardlink_to(written)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # no links on this file system, a memory stick's say
        if os.path.lexists(path):
            raise _taken(path) from None
        written.rename(path)
    os.sync()
