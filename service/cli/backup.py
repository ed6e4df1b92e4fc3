"""The commands “cewen backup” and “cewen restore”."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.backup.archive import Manifest
from service.backup.back_up import back_up
from service.backup.restore import restore as put_back
from service.cli.ingest import say
from service.settings import load_settings

_ELSEWHERE = (
    "注意：设了 database_url，对话和评价在那个数据库里，不在备份中；"
    "请另行备份它（PostgreSQL 用 pg_dump）。"
)
_screen = Console(stderr=True, highlight=False, emoji=False)
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件，zip 格式。")]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据目录，默认 ./data。")]
Replace = Annotated[bool, typer.Option("--replace", help="数据目录里已有内容的，改名保留。")]


def backup(file: BackupFile, data_dir: DataDir = None) -> None:
    """备份数据目录：文件、索引、更正、对话、评价和评测记录；服务不必停。"""
    settings = load_settings(data_dir=data_dir)
    manifest = back_up(settings, file)
    if settings.database_url:
        say(_screen, _ELSEWHERE)
    size = file.stat().st_size / 1e6
    say(_screen, f"已备份到 {file}（{size:,.0f} MB），并核对无误：{_contents(manifest)}。")


def restore(file: BackupFile, replace: Replace = False, data_dir: DataDir = None) -> None:
    """把备份恢复到空的数据目录；先停服务。"""
    settings = load_settings(data_dir=data_dir)
    restored = put_back(file, settings.data_dir, replace)
    if restored.aside:
        say(_screen, f"原来的数据目录已改名为 {restored.aside}，确认无误后可以删除。")
    manifest = restored.manifest
    say(_screen, f"已恢复 {manifest.created} 的备份：{_contents(manifest)}。")


def _contents(manifest: Manifest) -> str:
    kept = manifest.conversations
    return f"{manifest.papers} 份文件，{'对话不在其中' if kept is None else f'{kept} 段对话'}"
