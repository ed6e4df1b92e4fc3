"""``cewen serve`` as a process of its own, asked over HTTP by one client, question by question."""

import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.answers.metrics import p95
from eval.bench.figures import BenchError, Figure, gigabytes, memory, say
from ingest.structure.responsibility import task_name
from ingest.types import Document

MEMORY_GOAL = 1.2e9  # bytes
MEDIAN_GOAL = 0.060  # seconds
FIRST_EVENT_GOAL = 0.100  # seconds
STREAMED = 50

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
def serving(data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """``cewen serve`` over a data folder on a free loopback port, ready to answer.

    ``settings`` are environment variables besides those of the machine.

    Raises:
        BenchError: it does not get ready.
    """
    say("启动服务……")
    port = _free_port()
    command = [sys.executable, "-c", "from service.cli.main import main; main()", "serve"]
    # Neither a settings file in the working folder nor the environment may change the figures.
    environment = {name: v for name, v in os.environ.items() if not name.startswith("CEWEN_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), **(settings or {})}
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
    say(f"提问 {len(questions)} 次……")
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


def stream(port: int, questions: Sequence[str]) -> list[tuple[float, float]]:
    """Seconds until the first event and the first evidence of each streamed answer.

    The reader hangs up then. A refusal, which has no evidence, is given whole.

    Raises:
        BenchError: something other than a stream came.
    """
    say(f"流式提问 {len(questions)} 次……")
    seconds: list[tuple[float, float]] = []
    for question in questions:
        connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=60)
        connection.connect()
        body = json.dumps({"question": question, "stream": True}).encode()
        start = time.perf_counter()
        connection.request("POST", "/api/v1/answer", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        first, line = 0.0, b""
        while not line.startswith((b"event: citation", b"event: done")):
            line = response.readline()
            first = first or time.perf_counter() - start
            if not line or line.startswith(b"event: error"):
                raise BenchError(f"“{question}”没有得到完整的事件流。")
        seconds.append((first, time.perf_counter() - start))
        connection.close()
    return seconds


@contextmanager
def silent_model() -> Iterator[Mapping[str, str]]:
    """Settings that name a language model which takes every request and never says a word."""
    with socket.create_server((_LOOPBACK, 0), backlog=STREAMED) as listener:
        yield {
            "CEWEN_LLM_BACKEND": "openai",
            "CEWEN_LLM_MODEL": "silent",
            "CEWEN_LLM_BASE_URL": f"http://{_LOOPBACK}:{listener.getsockname()[1]}/v1",
        }


def streaming_figures(data_dir: Path, questions: Sequence[str]) -> list[Figure]:
    """How soon a streamed answer begins, whatever the language model does.

    Raises:
        BenchError: the server does not start or answer.
    """
    with silent_model() as settings, serving(data_dir, settings) as server:
        told = stream(server.port, questions[:STREAMED])
    return [
        _stream_figure(name, seconds)
        for name, seconds in zip(("第一个事件", "第一条依据"), zip(*told, strict=True), strict=True)
    ]


def _stream_figure(name: str, seconds: Sequence[float]) -> Figure:
    median, tail = statistics.median(seconds), p95(seconds) or 0.0
    return Figure(
        f"语言模型不作声时，流式应答的{name}",
        f"中位数 {median * 1000:.1f} 毫秒，第 95 百分位 {tail * 1000:.1f} 毫秒",
        f"< {FIRST_EVENT_GOAL * 1000:.0f} 毫秒",
        tail < FIRST_EVENT_GOAL,
    )


def serving_figures(data_dir: Path, questions: Sequence[str]) -> list[Figure]:
    """Start-up, latency and memory of a server over a data folder.

    Raises:
        BenchError: it does not start or answer.
    """
    with serving(data_dir) as server:
        answers = ask(server.port, questions)
        resident, peak = memory(server.process.pid)
    return [
        Figure("启动到可以应答", f"{server.seconds:.1f} 秒"),
        *_latency_figures(answers),
        Figure(
            f"服务进程内存（{len(questions)} 问之后）",
            gigabytes(resident),
            f"< {gigabytes(MEMORY_GOAL)}",
            resident < MEMORY_GOAL,
        ),
        Figure("服务进程内存峰值", gigabytes(peak)),
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
