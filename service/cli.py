"""The command line."""

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.errors import EncoderError, StoreError
from index.library import FileResult, Outcome, SourceFile
from ingest.kinds import SUFFIXES
from service.assistant import Assistant
from service.contract import Answer, Citation, SearchResponse
from service.settings import Settings, SettingsError, is_loopback, load_settings
from service.workspace import Workspace, source_files

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="策问：依据政策文件作答，句句附原文出处。"
)
_screen = Console(stderr=True, highlight=False, emoji=False)

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据目录，默认 ./data。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
Question = Annotated[str, typer.Argument(metavar="QUESTION", help="问题。")]

_WORDS = {
    Outcome.ADDED: "已导入",
    Outcome.REPLACED: "已更新",
    Outcome.UNCHANGED: "无变化",
    Outcome.REFUSED: "被拒绝",
}


def main() -> None:
    """Run the command line; a known error is one Chinese line on standard error and exit code 1."""
    for plugin in entry_points(group="cewen.commands"):
        plugin.load()(app, open_assistant, describe)
    try:
        app()
    except (SettingsError, StoreError, EncoderError) as error:
        _say(f"错误：{error}")
        sys.exit(1)
    except _UsageError as error:
        _say(f"错误：{error}")
        sys.exit(2)


class _UsageError(Exception):
    """The command was not given what it needs."""


def _say(line: str) -> None:
    """One line for the person at the screen; a terminal wraps it, a log or a pipe gets it whole."""
    _screen.print(line, markup=False, soft_wrap=True)


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="文件或文件夹。")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="重新读取并编码已导入的全部文件。")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """导入文件或文件夹，逐个说明结果；有文件没能导入时退出码为 1。"""
    if not paths and not rebuild:
        raise _UsageError("请给出要导入的文件或文件夹，或用 --rebuild 重建索引。")
    with _progress() as shown:
        workspace = Workspace(_settings(data_dir), shown.model)
        if rebuild:
            count = workspace.rebuild(shown.passages)
            _say(f"已重新读取并编码 {count} 份文件。")
        failed = _ingest(workspace, paths, shown) if paths else False
    raise typer.Exit(1 if failed else 0)


def _ingest(workspace: Workspace, paths: list[Path], shown: "_Shown") -> bool:
    """Take in what ``paths`` name; True if any file could not be."""
    named = set(paths)
    chosen: list[Path] = []
    skipped: list[Path] = []
    for path in source_files(paths):
        known = path in named or path.suffix.lower() in SUFFIXES
        (chosen if known else skipped).append(path)
    for path in skipped:
        _say(f"跳过    {path}（不支持的文件类型）")
    results = workspace.add([SourceFile.at(path) for path in chosen], _report, shown.passages)
    counts = {word: sum(_WORDS[r.outcome] == word for r in results) for word in _WORDS.values()}
    summary = "，".join(f"{word} {count}" for word, count in counts.items() if count)
    _say(f"共 {len(results)} 份文件：{summary or '没有可导入的文件'}。")
    return not results or any(result.outcome is Outcome.REFUSED for result in results)


def _report(result: FileResult) -> None:
    reason = f"：{result.reason}" if result.reason else ""
    _say(f"{_WORDS[result.outcome]}  {result.name}{reason}")


@app.command()
def search(
    question: Question,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="段落数。")] = 5,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """检索与问题最相关的段落。"""
    found = open_assistant(data_dir).search(_asked(question), k)
    if as_json:
        typer.echo(SearchResponse(results=tuple(found)).model_dump_json(indent=2))
        return
    for place, result in enumerate(found, start=1):
        typer.echo(f"{place}. 《{result.title}》{' › '.join(result.section)}（{result.score:.3f}）")
        typer.echo(f"   {result.text}\n")
    if not found:
        typer.echo("没有检索到内容；请先用 cewen ingest 导入文件。")


@app.command()
def ask(question: Question, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """回答一个问题，附原文出处。"""
    found = open_assistant(data_dir).answer(_asked(question))
    typer.echo(found.model_dump_json(indent=2) if as_json else _as_text(found))


def _asked(question: str) -> str:
    if not question.strip():
        raise _UsageError("问题是空的，请输入要问的内容。")
    return question


def _as_text(answer: Answer) -> str:
    lines = [
        f"{sentence.text}{''.join(f'[{index}]' for index in sentence.citations)}"
        for sentence in answer.sentences
    ] or [answer.answer]
    for citation in answer.citations:
        lines += ["", f"[{citation.index}] {_where(citation)}", f"    “{citation.quote}”"]
    if answer.nearest:
        lines += ["", "最接近的章节：", *(f"  · {_where(citation)}" for citation in answer.nearest)]
    return "\n".join(lines)


def _where(citation: Citation) -> str:
    number = f"（{citation.document_number}）" if citation.document_number else ""
    return f"《{citation.title}》{number} {' › '.join(citation.section)}".rstrip()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1。")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8000。")] = None,
    data_dir: DataDir = None,
) -> None:
    """启动网页和接口服务。"""
    import uvicorn

    from service.app import create_app

    settings = _settings(data_dir, host=host, port=port)
    if not is_loopback(settings.host):
        _say(f"注意：{settings.host} 对其他机器开放，目前没有账号和权限控制。")
    _check_port(settings)
    with _progress() as shown:
        workspace = Workspace(settings, shown.model)
        workspace.encoder  # noqa: B018  prepared here, where its progress can be shown
    _say(f"策问已启动：http://{settings.host}:{settings.port}/ （Ctrl+C 停止）")
    uvicorn.run(
        create_app(settings, workspace), host=settings.host, port=settings.port, log_level="warning"
    )


def _check_port(settings: Settings) -> None:
    """Say before the model is loaded that the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        raise SettingsError(
            f"地址 {settings.host}:{settings.port} 用不了，可能已被别的程序占用；"
            "请停掉那个程序，或用 --port 指定别的端口。"
        ) from error


@app.command()
def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """显示文件数、段落数、模型、索引代次和占用空间。"""
    settings = _settings(data_dir)
    store = Workspace(settings).store
    number = store.current_number()
    manifest = store.manifest(number) if number else None
    facts: dict[str, str | int] = {
        "data_dir": str(settings.data_dir.resolve()),
        "generation": number,
        "documents": manifest.documents if manifest else 0,
        "passages": manifest.passages if manifest else 0,
        "model": manifest.encoder if manifest else settings.model,
        "bytes": _size(settings.data_dir),
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    typer.echo(f"数据目录：{facts['data_dir']}（{int(facts['bytes']) / 1e6:.0f} MB）")
    typer.echo(f"索引：第 {number} 代，{facts['documents']} 份文件，{facts['passages']} 个段落")
    typer.echo(f"模型：{facts['model']}")


def _size(folder: Path) -> int:
    """Bytes below ``folder``; what an ingest removes meanwhile counts nothing."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                size += (Path(place) / name).stat().st_size
    return size


def open_assistant(data_dir: Path | None) -> Assistant:
    """The assistant over a data folder (None: as the settings say)."""
    with _progress() as shown:
        workspace = Workspace(_settings(data_dir), shown.model)
        workspace.index()
    return Assistant(workspace.index)


def describe(assistant: Assistant) -> dict[str, str | int | float | bool | None]:
    """What an evaluation report says it was run on."""
    return assistant.identity()


def _settings(data_dir: Path | None, **given: str | int | None) -> Settings:
    return load_settings(data_dir=data_dir, **given)


class _Shown:
    """Progress bars for preparing the model and encoding passages."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, Callable[[float], None]] = {}

    def model(self, stage: str, share: float) -> None:
        """Show how far a stage of preparing the model is, 0 to 1."""
        self._update(stage, share * 100, 100)

    def passages(self, done: int, total: int) -> None:
        """Show how many passages are encoded."""
        if total:
            self._update("编码段落", done, total)

    def _update(self, name: str, done: float, total: float) -> None:
        if name not in self._tasks:
            task = self._bars.add_task(name, total=total)
            self._tasks[name] = lambda value: self._bars.update(task, completed=value)
        self._tasks[name](done)


@contextmanager
def _progress() -> Iterator[_Shown]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    hidden = not _screen.is_terminal  # else each bar leaves an empty line behind
    with Progress(*columns, console=_screen, transient=True, disable=hidden) as bars:
        yield _Shown(bars)
