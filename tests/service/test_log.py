"""The log and the screen: nobody can forge a line in them or take over a terminal."""

import io
import logging
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from rich.console import Console

from index.library.progress import FileResult, Outcome
from service.cli.ingest import Shown, say, shown_progress
from service.log import printable, set_up_log
from tests.conftest import ROOT, free_port, wait_until_served
from tests.service.conftest import Cewen

# A line end, colours, a title for the terminal, one's own writing direction, other line ends.
EVIL = (
    "甲\n2026-11-30 00:00:00,000 ERROR 伪造\r\x1b[31m\x1b]0;x\x07\u202e\u2028\u2029\x85\x9b\udc80乙"
)
ENTRY = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (WARNING|ERROR) ")


def is_tame(text: str) -> bool:
    return all(char.isprintable() or char in "\n\u3000" for char in text)


def test_what_is_not_printable_is_shown_as_python_writes_it() -> None:
    assert printable("甲乙 ，　“”①𠀀") == "甲乙 ，　“”①𠀀"
    assert printable("a\n\x1b\u202e\ud800\t") == r"a\n\x1b\u202e\ud800\t"
    assert is_tame(printable(EVIL)) and "\n" not in printable(EVIL)


def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the log of this process writes, set up as for the service.

    Without pytest's own handlers: its workers cannot pass half a surrogate pair on.
    """
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    set_up_log()
    return stream


def test_an_entry_is_one_line_whoever_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written = logged(monkeypatch)
    for name in ("service.app.main", "uvicorn.error", "asyncio", "some.library"):
        logging.getLogger(name).warning("%s", EVIL)
        logging.getLogger(name).debug("%s", EVIL)
    lines = written.getvalue().splitlines()
    assert len(lines) == 4
    assert all(ENTRY.match(line) and is_tame(line) for line in lines)


def test_a_traceback_cannot_pass_for_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    written = logged(monkeypatch)
    try:
        try:
            raise ValueError(EVIL)
        except ValueError as error:
            raise KeyError(EVIL) from error
    except KeyError as error:
        logging.getLogger("uvicorn.error").error("x", exc_info=error, stack_info=True)
    first, *rest = written.getvalue().split("\n")
    assert ENTRY.match(first)
    assert rest.pop() == ""
    assert rest and all(line.startswith("    | ") and is_tame(line) for line in rest)
    assert any("伪造" in line for line in rest)


def test_file_names_on_the_screen(tmp_path: Path) -> None:
    screen = Console(file=io.StringIO(), force_terminal=False, width=80)
    say(screen, EVIL)
    with shown_progress(screen) as shown:
        shown.file(FileResult(f"{EVIL}[/bold][red]", Outcome.REFUSED, reason=EVIL))
    written = screen.file.getvalue()
    assert is_tame(written)
    assert len(written.splitlines()) == 2
    terminal = Console(file=io.StringIO(), force_terminal=True, width=80)
    with shown_progress(terminal) as shown:
        assert isinstance(shown, Shown)
        shown.pages(f"{EVIL}[/bold]", 1, 9)
    assert "\x1b[31m" not in terminal.file.getvalue()


def test_errors_at_the_command_line(cewen: Cewen, tmp_path: Path) -> None:
    name = EVIL.replace("\udc80", "")
    for ran in (
        cewen("delete", name, "--data-dir", tmp_path),
        cewen("backup", tmp_path / name, "--data-dir", tmp_path / f"{name}data"),
    ):
        assert ran.code
        assert is_tame(ran.err) and len(ran.err.splitlines()) == 1, ran


def test_what_strangers_send_reaches_log_and_answers_tamed(
    tmp_path: Path, models_dir: Path
) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    (data / "models").symlink_to(models_dir)
    port = free_port()
    code = "from service.cli.main import main; main()"
    arguments = ["serve", "--port", str(port), "--data-dir", str(data)]
    with log.open("w") as file:
        service = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=file, stderr=file
        )
    url = f"http://127.0.0.1:{port}"
    evil = EVIL.replace("\udc80", "")
    try:
        wait_until_served(service, url, log)
        with httpx.Client(base_url=url, timeout=60) as client:
            refused = [
                client.get(f"/api/v1/conversations/{quote(evil)}"),
                client.delete(f"/api/v1/documents/{quote(evil)}"),
                client.get(f"/api/v1/evaluations/{quote(evil)}"),
                client.post("/api/v1/answer", json={"question": "x", evil: 1}),
                client.post("/api/v1/feedback", json={"request_id": evil[:30], "helpful": True}),
                client.post("/v1/chat/completions", json={"model": evil, "messages": []}),
            ]
    finally:
        service.terminate()
        service.wait()
    for response in refused:
        assert 400 <= response.status_code < 500
        assert is_tame(response.json()["error"]["message"]), response.text
    _, *lines = log.read_text("utf-8").splitlines()
    assert len(lines) >= 3
    assert all(ENTRY.match(line) and is_tame(line) for line in lines), lines
    assert response.headers["X-Request-ID"]
    assert any(refused[0].headers["X-Request-ID"] in line for line in lines)
