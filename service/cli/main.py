"""The command line."""

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from index.errors import EncoderError, StoreError
from index.ids import is_called, short_id
from index.store.occupation import in_use
from service import assistant
from service.assistant import Assistant
from service.cli import backup as backup_commands
from service.cli import text
from service.cli.ingest import ingest_files, papers_at, say, shown_progress, watch_files
from service.documents.info import Papers, with_standing
from service.documents.warnings import note
from service.llm.writer import Writer, open_writer
from service.log import printable, set_up_log
from service.schemas import (
    ExplainedAnswer,
    ResponsibilityList,
    SearchResponse,
)
from service.settings import Settings, SettingsError, is_loopback, load_settings
from service.workspace import Workspace

app = typer.Typer(add_completion=False, no_args_is_help=True)
# Seconds that answers under way may take when the service is stopped.
_LAST_ANSWERS = 5
_screen = Console(stderr=True, highlight=False, emoji=False)

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据目录，默认 ./data。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
Question = Annotated[str, typer.Argument(metavar="QUESTION", help="问题。")]


app.command()(backup_commands.backup)
app.command()(backup_commands.restore)


def main() -> None:
    """Run the command line; a known error is one Chinese line on standard error and exit code 1."""
    set_up_log()
    for plugin in entry_points(group="cewen.commands"):
        plugin.load()(app, open_assistant, describe)
    try:
        app()
    except (SettingsError, StoreError, EncoderError) as error:
        _say(f"错误：{error.in_full()}")
        sys.exit(1)
    except _UsageError as error:
        _say(f"错误：{error}")
        sys.exit(2)


class _UsageError(Exception):
    """The command was not given what it needs."""


def _say(line: str) -> None:
    say(_screen, line)


def _show(text: str) -> None:
    """What papers, names and models say, on standard output."""
    typer.echo("\n".join(map(printable, text.split("\n"))))


class _Terminated(KeyboardInterrupt):
    """The process is told to end as a service manager or ``kill`` tells it, by SIGTERM."""


def _on_terminate(*_: object) -> NoReturn:
    raise _Terminated


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("cewen"))
        raise typer.Exit


@app.callback()
def cewen(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="显示版本。"),
    ] = False,
) -> None:
    """策问：依据政策文件作答，句句附原文出处。"""


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="文件或文件夹。")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="重新读取并编码已导入的全部文件。")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="导入后继续守候，文件新增或改动时自动导入。")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """导入文件或文件夹，逐个说明结果；有文件没能导入时退出码为 1。

    可随时按 Ctrl+C 中断：已编码的会保存，再次运行同一命令即从那里继续。
    """
    if not paths and not rebuild:
        raise _UsageError("请给出要导入的文件或文件夹，或用 --rebuild 重建索引。")
    default = signal.signal(signal.SIGTERM, _on_terminate)
    try:
        workspace = Workspace(_settings(data_dir))
        if rebuild:
            _rebuild(workspace)
        before = papers_at(paths or ()) if watch else {}
        complete = ingest_files(workspace, paths, _screen) if paths else True
        if watch and paths:
            watch_files(workspace, paths, _screen, before)
    except KeyboardInterrupt as interruption:
        _say("已中断；中断前编码好的已保存，再次运行同一命令会从那里继续。")
        ending = signal.SIGTERM if isinstance(interruption, _Terminated) else signal.SIGINT
        raise typer.Exit(128 + ending) from None
    finally:
        signal.signal(signal.SIGTERM, default)
    raise typer.Exit(0 if complete else 1)


def _rebuild(workspace: Workspace) -> None:
    with shown_progress(_screen) as shown:
        workspace.on_model = shown.model
        count = workspace.rebuild(shown)
    _say(f"已重新读取并编码 {count} 份文件。")


@app.command()
def delete(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="文件名或编号。")],
    data_dir: DataDir = None,
) -> None:
    """从库中删除文件。"""
    workspace = Workspace(_settings(data_dir))
    for name in names:
        papers = workspace.store.documents()
        named = [d for d in papers if d.name == name or is_called(d, name)]
        if len(named) != 1:
            found = "、".join(f"{short_id(d, papers)}（{d.source or d.name}）" for d in named)
            raise _UsageError(
                f"有 {len(named)} 份文件叫“{name}”：{found}；请用编号指明要删除哪一份。"
                if named
                else f"库中没有叫“{name}”的文件；请检查文件名（含扩展名）或编号。"
            )
        workspace.delete(named[0].id)
        _say(f"已删除  {named[0].name}")


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
        where_found = f"《{result.title}》{' › '.join(result.section)}（{result.score:.3f}）"
        _show(f"{place}. {where_found}{note(result.warning)}")
        _show(f"   {result.text}\n")
    if not found:
        typer.echo("没有检索到内容；请先用 cewen ingest 导入文件。")


@app.command()
def ask(
    question: Question,
    explain: Annotated[
        bool, typer.Option("--explain", help="说明问题怎么理解、候选怎么打分、为什么这样答。")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """回答一个问题，附原文出处。"""
    assistant, asked = open_assistant(data_dir), _asked(question)
    found = assistant.answer(asked)
    if explain:
        found = ExplainedAnswer.of(found, assistant.explain(asked))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show(text.of_answer(found))


@app.command()
def responsibilities(  # noqa: PLR0913, PLR0917  each is an option of the command
    unit: Annotated[str, typer.Option("--unit", help="单位名称或其中一部分。")] = "",
    task: Annotated[str, typer.Option("--task", help="任务或章节名称的一部分。")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV。")] = False,
    as_xlsx: Annotated[bool, typer.Option("--xlsx", help="输出 Excel 文件。")] = False,
    as_json: AsJson = False,
    output: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="写入的文件；不写则输出到屏幕或管道。")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """列出谁牵头、谁配合；可按单位、任务查找，可导出 CSV 或 Excel。"""
    from service.documents import responsibilities as duties

    documents = Workspace(_settings(data_dir)).store.documents()
    recorded = duties.find_responsibilities(documents, unit, task)
    found = with_standing(recorded, Papers.of(documents))
    if as_xlsx:
        if output is None and sys.stdout.isatty():
            raise _UsageError(
                "Excel 文件不能显示在屏幕上；请在命令末尾写上文件名，如 责任分工.xlsx。"
            )
        _write(duties.as_xlsx(found), output)
    elif as_csv:
        _write(duties.as_csv(found).encode(), output)
    elif as_json:
        listed = ResponsibilityList(responsibilities=found)
        _write(f"{listed.model_dump_json(indent=2)}\n".encode(), output)
    else:
        _write("".join(f"{printable(line)}\n" for line in duties.as_text(found)).encode(), output)
    _say(f"共 {len(found)} 条责任分工。")


def _write(data: bytes, output: Path | None) -> None:
    """Write to a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise _UsageError(f"写不进文件 {output}（{error.strerror}）；请换一个位置。") from error


def _asked(question: str) -> str:
    if not question.strip():
        raise _UsageError("问题是空的，请输入要问的内容。")
    return question


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1。")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8000。")] = None,
    data_dir: DataDir = None,
) -> None:
    """启动网页和接口服务。"""
    settings = _settings(data_dir, host=host, port=port)
    if not is_loopback(settings.host):
        _say(f"注意：{settings.host} 对其他机器开放，目前没有账号和权限控制。")
    _check_port(settings)
    with shown_progress(_screen) as shown:
        workspace = Workspace(settings, shown.model)
        workspace.encoder, workspace.reranker  # noqa: B018  where progress and errors can be shown
    writer = open_writer(settings)
    with in_use(settings.data_dir):
        _serve(settings, workspace, writer)


def _serve(settings: Settings, workspace: Workspace, writer: Writer | None) -> None:
    import uvicorn

    from service.app.connections import OPTIONS
    from service.app.main import create_app

    _say(f"策问已启动：http://{settings.host}:{settings.port}/ （Ctrl+C 停止）")
    uvicorn.run(
        create_app(settings, workspace, writer),
        host=settings.host,
        port=settings.port,
        log_config=None,  # all goes through ``set_up_log``
        log_level="warning",
        timeout_graceful_shutdown=_LAST_ANSWERS,
        **OPTIONS,
    )


@app.command()
def mcp(data_dir: DataDir = None) -> None:
    """作为 MCP 服务，经标准输入输出供智能体宿主检索和提问。"""
    from service.mcp.server import serve_stdio

    settings = _settings(data_dir)
    writer = open_writer(settings)
    with in_use(settings.data_dir):
        _say("策问 MCP 服务已启动，等待宿主从标准输入发来请求。")
        serve_stdio(settings, Workspace(settings), writer)


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
    number, manifest = store.current_number(), store.manifest()
    facts: dict[str, str | int] = {
        "data_dir": str(settings.data_dir.resolve()),
        "generation": number,
        "documents": manifest.documents if manifest else 0,
        "passages": manifest.passages if manifest else 0,
        "model": manifest.encoder if manifest else settings.model,
        "rerank_model": settings.rerank_model,
        "bytes": _size(settings.data_dir),
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    typer.echo(f"数据目录：{facts['data_dir']}（{int(facts['bytes']) / 1e6:.0f} MB）")
    typer.echo(f"索引：第 {number} 代，{facts['documents']} 份文件，{facts['passages']} 个段落")
    typer.echo(f"模型：{facts['model']}")
    if settings.rerank_model:
        typer.echo(f"重排模型：{settings.rerank_model}")


def _size(folder: Path) -> int:
    """Bytes below ``folder``; what an ingest removes meanwhile counts nothing."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                size += (Path(place) / name).stat().st_size
    return size


def open_assistant(data_dir: Path | None, **given: str | int | None) -> Assistant:
    """The assistant over a data folder (None: as the settings say) under the settings ``given``."""
    with shown_progress(_screen) as shown:
        return assistant.open_assistant(_settings(data_dir, **given), shown.model)


def describe(assistant: Assistant) -> dict[str, str | int | float | bool | None]:
    """What an evaluation report says it was run on."""
    return assistant.identity()


def _settings(data_dir: Path | None, **given: str | int | None) -> Settings:
    return load_settings(data_dir=data_dir, **given)
