"""Backups read back: unpacked beside the data folder, checked, put in its place in one step."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.store.occupation import unused
from service.backup.archive import BackupError, Manifest, opened_archive
from service.backup.back_up import checked_conversations
from service.conversations.store import FILE as CONVERSATIONS

# What is made anew: a folder with nothing else in it counts as empty.
_MADE_AGAIN = {"models", "cache", "lock", "reserve"}
_MODELS = "models"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where the folder that stood there before is now, if it held papers."""

    manifest: Manifest
    aside: Path | None


def restore(path: Path, data_dir: Path, replace: bool = False) -> Restored:
    """Make ``data_dir`` what it was when the backup at ``path`` was written.

    It must be empty or not exist, unless it is to be replaced; then it is set aside. The models
    in it are kept.

    Raises:
        BackupError: the backup is damaged or no backup, or there is no place for it; nothing has
            changed.
        StoreBusyError: the data folder is in use.
    """
    try:
        target = data_dir.resolve()
        with unused(target), opened_archive(path) as archive:
            _check_place(target, replace)
            with _beside(target) as folder:
                _check_room(folder, archive.size)
                archive.unpack(folder)
                _check_conversations(folder / CONVERSATIONS)
                _keep_models(target, folder)
                os.sync()
                aside = _put_in_place(folder, target)
            os.sync()
            return Restored(archive.manifest, aside)
    except OSError as error:
        raise BackupError("备份没有恢复；请检查数据目录的空间和权限。", error) from error


def _check_place(target: Path, replace: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir() or target.is_mount():
        raise BackupError(
            "数据目录不是普通的文件夹（可能是挂载点），不能整个替换；请恢复到它下面的文件夹。",
            target,
        )
    if not (replace or _is_empty(target)):
        raise BackupError(
            "数据目录里已有内容，没有恢复；请用 --data-dir 指定空的文件夹，"
            "或加上 --replace（原来的会改名保留）。",
            target,
        )


def _is_empty(folder: Path) -> bool:
    return {each.name for each in folder.iterdir()} <= _MADE_AGAIN


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new folder on the same disk that nobody else sees; gone if it did not get a place."""
    around = target.with_name(f".{target.name}.restoring")
    if around.exists():  # from a restoration that was broken off
        shutil.rmtree(around)
    target.parent.mkdir(parents=True, exist_ok=True)
    around.mkdir(mode=0o700)
    try:
        folder = around / target.name
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _check_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise BackupError(
            f"备份解开后有 {size / 1e6:,.0f} MB，而磁盘只剩 {free / 1e6:,.0f} MB，没有恢复；"
            "请腾出空间。"
        )


def _check_conversations(database: Path) -> None:
    if database.exists():
        try:
            checked_conversations(database)
        except sqlite3.Error as error:
            raise BackupError("备份里的对话记录损坏，没有恢复；请换一份备份。", error) from error


def _keep_models(target: Path, folder: Path) -> None:
    """Models that were downloaded cannot be had again offline; sharing them takes no room."""
    models = target / _MODELS
    if models.is_symlink():
        (folder / _MODELS).symlink_to(models.readlink())
    elif models.is_dir():
        shutil.copytree(models, folder / _MODELS, symlinks=True, copy_function=os.link)


def _put_in_place(folder: Path, target: Path) -> Path | None:
    if not target.exists():
        folder.rename(target)
        return None
    folder.chmod(target.stat().st_mode)
    empty = _is_empty(target)
    aside = target.with_name(f"{target.name}.replaced-{time.strftime('%Y%m%d-%H%M%S')}")
    target.rename(aside)
    try:
        folder.rename(target)
    except OSError:
        aside.rename(target)
        raise
    if empty:
        shutil.rmtree(aside)
    return None if empty else aside
