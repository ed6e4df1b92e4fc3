"""Reading in other processes: order, progress, and what hangs, dies or misbehaves."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ingest.errors import RefusedFileError
from ingest.reader import read_bytes
from ingest.types import Document
from ingest.workers.pool import Readers, Reading, Request
from tests.ingest.small_files import pdf


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers(workers=2, silence_seconds=20) as readers:
        yield readers


def paper(number: int, paragraphs: int = 1) -> bytes:
    body = "\n".join(f"　　{n}. 云溪县第{n}项任务由县发展改革局牵头。" for n in range(paragraphs))
    return f"云溪县第{number}号实施方案\n\n　　一、总体要求\n{body}\n".encode()


def request(data: bytes, name: str = "方案.txt") -> Request:
    return Request(name, f"/papers/{name}", lambda: data)


def workers_of(pid: int) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if "ingest.workers.process" in child.cmdline()
    ]


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_results_are_those_of_reading_here_and_come_in_order(readers: Readers) -> None:
    sizes = [3000, 1, 400, 1, 1, 50, 1, 1]
    files = [request(paper(n, size), f"{n}.txt") for n, size in enumerate(sizes)]
    readings = list(readers.read(files))
    assert [reading.request for reading in readings] == files
    for reading in readings:
        data = reading.request.read()
        assert reading.data == data
        assert reading.result == read_bytes(data, reading.request.name, reading.request.source)


def test_only_some_files_are_read_ahead(readers: Readers) -> None:
    taken: list[int] = []

    def requests() -> Iterator[Request]:
        for number in range(100):
            taken.append(number)
            yield request(paper(number))

    results = readers.read(requests())
    for done in range(1, 11):
        next(results)
        assert len(taken) <= done + 5


def test_progress_is_told_in_the_asking_thread(readers: Readers) -> None:
    told: list[tuple[str, int, int, int]] = []
    list(
        readers.read(
            [request(paper(1))],
            lambda asked, done, total: told.append(
                (asked.name, done, total, threading.get_ident())
            ),
        )
    )
    assert told == [("方案.txt", 1, 1, threading.get_ident())]


def refusal(reading: Reading) -> str:
    assert isinstance(reading.result, RefusedFileError)
    return str(reading.result)


def unreadable() -> bytes:
    raise FileNotFoundError(2, "No such file or directory")


def too_large() -> bytes:
    raise RefusedFileError("文件有 60 MB，超过上限。")


def test_what_cannot_be_read_is_refused_and_the_rest_goes_on(readers: Readers) -> None:
    results = list(
        readers.read(
            [
                Request("没有.txt", "", unreadable),
                Request("过大.txt", "", too_large),
                request(b""),
                request(paper(1)),
            ]
        )
    )
    assert "读不到文件" in refusal(results[0])
    assert refusal(results[1]) == "文件有 60 MB，超过上限。"
    assert "空" in refusal(results[2])
    assert isinstance(results[3].result, Document)


def test_several_threads_may_read_at_once(readers: Readers) -> None:
    found: dict[int, list[Reading]] = {}

    def run(number: int) -> None:
        found[number] = list(readers.read(request(paper(number), f"{n}.txt") for n in range(5)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    titles = {
        number: {r.result.masthead.title for r in readings if isinstance(r.result, Document)}
        for number, readings in found.items()
    }
    assert titles == {number: {f"云溪县第{number}号实施方案"} for number in range(4)}


def slow_paper() -> bytes:
    """Text that keeps a worker busy for seconds, so that it can be caught at it."""
    return paper(1, 60_000)


def wait_until_busy(workers: list[psutil.Process]) -> None:
    wait_until(lambda: all(worker.cpu_times().user > 0.5 for worker in workers))


@pytest.mark.parametrize(
    ("sent", "said"), [(signal.SIGSEGV, "意外中止"), (signal.SIGSTOP, "读取超时")]
)
def test_a_worker_that_dies_or_hangs_costs_one_file(sent: signal.Signals, said: str) -> None:
    with Readers(workers=1, silence_seconds=3) as readers:
        results = readers.read([request(slow_paper()), request(paper(2))])
        answers: list[Reading] = []
        thread = threading.Thread(target=lambda: answers.extend(results))
        thread.start()
        wait_until(lambda: any(w.cpu_times().user > 0.5 for w in workers_of(os.getpid())))
        [worker] = workers_of(os.getpid())
        worker.send_signal(sent)
        thread.join()
        assert said in refusal(answers[0])
        assert isinstance(answers[1].result, Document)
        assert workers_of(os.getpid()) != [worker]


def test_a_file_that_shows_progress_for_ever_costs_one_file() -> None:
    told: list[tuple[int, int]] = []
    many_pages = pdf(pages=30_000)
    with Readers(workers=1, silence_seconds=60, total_seconds=12) as readers:
        answers = list(
            readers.read(
                [request(many_pages, "册.pdf"), request(paper(2))],
                lambda _, done, total: told.append((done, total)),
            )
        )
    assert len({done for done, total in told if total == 30_000}) > 1
    assert refusal(answers[0]) == ("读取超时：0.2 分钟没有读完，没有导入；请拆分成几份后再试。")
    assert isinstance(answers[1].result, Document)


def test_a_worker_that_died_while_idle_is_replaced(readers: Readers) -> None:
    list(readers.read([request(paper(1))]))
    for worker in workers_of(os.getpid()):
        worker.kill()
        wait_until(lambda worker=worker: worker.status() == psutil.STATUS_ZOMBIE)
    [reading] = readers.read([request(paper(1))])
    assert isinstance(reading.result, Document)


def test_closing_ends_a_worker_in_the_middle_of_a_file() -> None:
    with Readers(workers=1) as readers:
        thread = threading.Thread(target=lambda: list(readers.read([request(slow_paper())])))
        thread.start()
        wait_until(lambda: any(w.cpu_times().user > 0.5 for w in workers_of(os.getpid())))
        began = time.monotonic()
    thread.join()
    assert time.monotonic() - began < 2
    assert not workers_of(os.getpid())


READING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job may ignore it
from ingest.workers.pool import Readers, Request
tasks = "\\n".join(f"　　{n}. 任务由县发展改革局牵头。" for n in range(60000))
data = ("云溪县实施方案\\n" + tasks).encode()
with Readers(workers=2) as readers:
    list(readers.read(Request("a.txt", "", lambda: data) for _ in range(9)))
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_asking_process_ends(sent: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", READING], stderr=subprocess.DEVNULL, start_new_session=True
    ) as asking:
        wait_until(lambda: len(workers_of(asking.pid)) == 2)
        workers = workers_of(asking.pid)
        wait_until(lambda: all(w.cpu_times().user > 0.3 for w in workers))
        os.killpg(asking.pid, sent)
        assert asking.wait(60) != 0
    wait_until(lambda: not any(worker.is_running() for worker in workers))


def test_a_folder_with_modules_of_strangers_is_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: Readers
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit")
    (tmp_path / "ingest.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    [reading] = readers.read([request(paper(1))])
    assert isinstance(reading.result, Document)


def test_starting_a_worker_loads_nothing_heavy() -> None:
    code = "import sys, ingest.workers.process; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "ingest.reader" in loaded
    assert not {"numpy", "pydantic", "lxml", "cv2", "docx", "PIL"} & set(loaded)
