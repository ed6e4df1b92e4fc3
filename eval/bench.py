"""Measures what a machine needs: preparing the model, ingesting, starting, memory, latency.

Papers are ingested in this process, into fresh data folders; ``cewen serve`` runs as a process
of its own and is asked over HTTP by one client, one question after the other.
"""

import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from eval.metrics import p95
from eval.text import display_width, pad
from index.builtin_model import NAME, ensure_builtin_model
from index.encoder import BUILTIN, Encoder, load_encoder
from index.files import Outcome, SourceFile
from index.library import Library
from index.store import Store
from index.tokeniser import Tokeniser
from ingest.kinds import SUFFIXES
from ingest.responsibility import task_name
from ingest.types import Document

RUNS = 3
QUESTIONS = 200
INGEST_GOAL = 10.0  # seconds
MEMORY_GOAL = 1.2e9  # bytes
MEDIAN_GOAL = 0.060  # seconds

_TEMPLATES = (
    "{place}{name}由哪个单位牵头？",
    "{place}{name}的目标是多少？",
    "{place}{name}包括哪些内容？",
    "{place}{name}什么时候完成？",
    "什么是{name}？",
)
_LONGEST_NAME = 20
_START_SECONDS = 120.0
_POLL_SECONDS = 0.02
_LOOPBACK = "127.0.0.1"
_MODELS = "models"


class BenchError(Exception):
    """A figure cannot be taken; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; ``met`` is None where there is no goal."""

    name: str
    value: str
    goal: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """Papers taken in; ``seconds`` is the median over the runs."""

    seconds: float
    documents: tuple[Document, ...]

    @property
    def passages(self) -> int:
        """How many passages the papers have."""
        return sum(len(document.passages) for document in self.documents)


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``cewen serve``; ``seconds`` from its start until it was ready."""

    process: "subprocess.Popen[bytes]"
    port: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions put to a server; ``seconds`` of each, in the order they were asked."""

    seconds: tuple[float, ...]
    answered: int


def bench(
    papers: Annotated[Path, typer.Option(help="存放文件的文件夹。")],
    data_dir: Annotated[
        Path, typer.Option(help="临时数据和内置模型的存放处；模型留在这里，下次不再生成。")
    ] = Path(".cache/bench"),
) -> None:
    """测量准备模型、导入、启动、内存和应答耗时；没有文件可测时说明原因，退出码为 0。"""
    files = sorted(path for path in papers.glob("*") if path.suffix.lower() in SUFFIXES)
    if not files:
        typer.echo(f"跳过测量：{papers} 不存在或没有可读取的文件；可用 --papers 指定文件夹。")
        return
    try:
        figures = measure(files, data_dir.resolve())
    except BenchError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"机器：{_machine()}")
    typer.echo(table(figures))


def measure(
    files: Sequence[Path], data_dir: Path, runs: int = RUNS, asked: int = QUESTIONS
) -> list[Figure]:
    """Take all figures over ``files``; ``data_dir`` keeps the model and nothing else.

    Raises:
        BenchError: no paper could be ingested, or the server does not start or answer.
    """
    models = data_dir / _MODELS
    prepared = prepare_model(models)
    encoder = load_encoder(BUILTIN, models)
    with tempfile.TemporaryDirectory(prefix="run-", dir=data_dir) as place:
        folders = [_data_folder(Path(place) / str(run), models) for run in range(runs)]
        ingested = measure_ingest(files, encoder, folders)
        del encoder  # the server has the memory to itself
        questions = make_questions(ingested.documents, asked)
        with serving(folders[-1]) as server:
            answers = ask(server.port, questions)
            resident, peak = memory(server.process.pid)
    return [
        _prepared(prepared),
        *_ingest_figures(ingested),
        Figure("启动到可以应答", f"{server.seconds:.1f} 秒"),
        *_latency_figures(answers),
        Figure(
            f"服务进程内存（{len(questions)} 问之后）",
            _gigabytes(resident),
            f"< {_gigabytes(MEMORY_GOAL)}",
            resident < MEMORY_GOAL,
        ),
        Figure("服务进程内存峰值", _gigabytes(peak)),
    ]


def prepare_model(models: Path) -> float | None:
    """Make the built-in model in ``models``; the seconds it took, None if it was there."""
    if (models / NAME).is_dir():
        return None
    _say("生成内置模型……")
    start = time.perf_counter()
    ensure_builtin_model(models)
    return time.perf_counter() - start


def measure_ingest(files: Sequence[Path], encoder: Encoder, folders: Sequence[Path]) -> Ingested:
    """Ingest ``files`` once into each of the fresh ``folders`` with a loaded encoder.

    Raises:
        BenchError: none of the files could be taken in.
    """
    seconds: list[float] = []
    for number, folder in enumerate(folders, start=1):
        _say(f"导入 {len(files)} 份文件（第 {number} 次，共 {len(folders)} 次）……")
        start = time.perf_counter()
        library = Library(Store(folder), lambda: encoder, partial(_tokeniser, folder))
        results = library.add([SourceFile.at(path) for path in files])
        seconds.append(time.perf_counter() - start)
        if all(result.outcome is Outcome.REFUSED for result in results):
            raise BenchError(f"没有一份文件能导入；第一份的原因：{results[0].reason}")
    return Ingested(statistics.median(seconds), Store(folders[-1]).documents())


def make_questions(documents: Sequence[Document], count: int) -> list[str]:
    """At most ``count`` different questions about the papers' headings, always the same ones."""
    names = [
        (document.masthead.region, task_name(section.path))
        for document in documents
        for section in document.sections
    ]
    fitting = [(place, name) for place, name in names if 1 < len(name) <= _LONGEST_NAME]
    every = (
        template.format(place=place, name=name)
        for template in _TEMPLATES
        for place, name in fitting
    )
    return list(itertools.islice(dict.fromkeys(every), count))


@contextmanager
def serving(data_dir: Path) -> Iterator[Server]:
    """``cewen serve`` over a data folder on a free loopback port, ready to answer.

    Raises:
        BenchError: it does not get ready.
    """
    _say("启动服务……")
    port = _free_port()
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve"]
    # Neither a settings file in the working folder nor the environment may change the figures.
    environment = {name: v for name, v in os.environ.items() if not name.startswith("CEWEN_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    with (data_dir / "log").open("wb") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--host", _LOOPBACK, "--port", str(port), "--data-dir", str(data_dir)],
            cwd=data_dir,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_ready(process, port, data_dir / "log")
        yield Server(process, port, time.perf_counter() - start)
    finally:
        _stop(process)


def ask(port: int, questions: Sequence[str]) -> Asked:
    """Put each question once, one after the other over one connection.

    Raises:
        BenchError: an answer other than HTTP 200 came.
    """
    _say(f"提问 {len(questions)} 次……")
    seconds: list[float] = []
    answered = 0
    connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=60)
    for question in questions:
        body = json.dumps({"question": question}).encode()
        start = time.perf_counter()
        connection.request("POST", "/api/v1/answer", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        seconds.append(time.perf_counter() - start)
        if response.status != http.client.OK:
            raise BenchError(f"“{question}”得到 HTTP {response.status}：{content.decode()}")
        answered += json.loads(content)["status"] == "answered"
    connection.close()
    return Asked(tuple(seconds), answered)


def memory(pid: int) -> tuple[int, int]:
    """The resident memory of a process now and at its peak, in bytes (VmRSS and VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    now, peak = (int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def table(figures: Sequence[Figure]) -> str:
    """The figures in aligned columns: name, value, goal, whether it is met."""
    words = {None: "", True: "达到", False: "未达到"}
    rows = [("项目", "数值", "目标", "")]
    rows += [(each.name, each.value, each.goal, words[each.met]) for each in figures]
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _prepared(seconds: float | None) -> Figure:
    return Figure(
        "生成内置模型（只在首次）", "已缓存，未测" if seconds is None else f"{seconds:.1f} 秒"
    )


def _ingest_figures(ingested: Ingested) -> list[Figure]:
    characters = sum(len(document.text) for document in ingested.documents)
    size = f"{len(ingested.documents)} 份，{characters} 字，{ingested.passages} 段"
    return [
        Figure("文件", size),
        Figure(
            "导入（模型已载入）",
            f"{ingested.seconds:.2f} 秒",
            f"< {INGEST_GOAL:.0f} 秒",
            ingested.seconds < INGEST_GOAL,
        ),
        Figure("导入速度", f"{ingested.passages / ingested.seconds:.0f} 段/秒"),
    ]


def _latency_figures(asked: Asked) -> list[Figure]:
    count = len(asked.seconds)
    median, tail = statistics.median(asked.seconds), p95(asked.seconds) or 0.0
    return [
        Figure("不同的问题", f"{count} 个，作答 {asked.answered} 个"),
        Figure(
            "应答耗时中位数",
            f"{median * 1000:.1f} 毫秒",
            f"< {MEDIAN_GOAL * 1000:.0f} 毫秒",
            median < MEDIAN_GOAL,
        ),
        Figure("应答耗时第 95 百分位", f"{tail * 1000:.1f} 毫秒"),
    ]


def _data_folder(folder: Path, models: Path) -> Path:
    """An empty data folder that shares the model."""
    folder.mkdir()
    (folder / _MODELS).symlink_to(models)
    return folder


def _tokeniser(folder: Path, words: Sequence[str]) -> Tokeniser:
    return Tokeniser(folder / "cache", words)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:  # not listening yet
            pass
        finally:
            connection.close()
        time.sleep(_POLL_SECONDS)
    raise BenchError(f"cewen serve 没有启动成功：{log.read_text(errors='replace').strip()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.2f} GB"


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{next(models, '未知处理器')}，可用 {len(os.sched_getaffinity(0))} 核"


def _say(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    typer.run(bench)
