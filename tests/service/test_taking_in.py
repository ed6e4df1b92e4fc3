"""Taking in files with the real command line: interrupted, watching, and without the model."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docx import Document as WordDocument

from index.library.progress import SourceFile
from index.store.generations import Store
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT

_SECONDS = 200
# A shell that starts the tests in the background has them, and what they start, ignore Ctrl+C.
_COMMAND = """
import resource, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from service.cli.main import main
try:
    main()
finally:
    heavy = {"torch", "transformers", "openvino", "faiss"} & set(sys.modules)
    print("loaded:", sorted(heavy), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
PAPER = """桃源县{subject}工作方案
桃源政发〔2025〕{number}号
一、总体要求
扎实做好{subject}工作。
"""
SECRET = """机密★5年
鲲鹏基地建设方案
一、总体要求
鲲鹏基地建在青石沟，代号七三一九，由县发展改革局牵头。
"""
SECRET_WORDS = ("鲲鹏", "青石沟", "七三一九")


class Running:
    """A command that runs; what it says is read as it comes."""

    def __init__(self, arguments: list[str | Path], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str) -> None:
        """Wait until it has said ``words``."""
        deadline = time.monotonic() + _SECONDS
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.01)

    def press_ctrl_c(self) -> None:
        """Interrupt it as a terminal does, with all that belongs to it."""
        os.killpg(self.process.pid, signal.SIGINT)

    def terminate(self) -> None:
        """Tell it alone to end, as ``kill`` and service managers do."""
        self.process.terminate()

    def end(self) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(timeout=_SECONDS)
        self._reader.join(timeout=_SECONDS)
        return code

    def workers(self) -> list[str]:
        """The processes it started for reading files."""
        asked = f"ingest.workers.process\0{self.process.pid}\0".encode()
        processes = Path("/proc").glob("[0-9]*")
        return [process.name for process in processes if asked in _arguments(process)]


def _arguments(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@contextmanager
def running(*arguments: str | Path, **environment: str) -> Iterator[Running]:
    """``cewen`` with arguments; killed if the test leaves it behind."""
    command = Running(list(arguments), environment)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.process.kill()
        command.end()
        assert command.process.stdout
        command.process.stdout.close()


@pytest.fixture
def data(make_settings: Callable[[], Settings]) -> Path:
    """An empty data folder."""
    return make_settings().data_dir


def write(path: Path, subject: str, number: int = 1) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(PAPER.format(subject=subject, number=number), encoding="utf-8")
    return path


def long_papers(folder: Path) -> int:
    """Papers of more passages than are encoded at once; their number."""
    count = 22
    numerals = [f"{ten}{one}" for ten in ("", "十", "二十") for one in "一二三四五六七八九"]
    for number in range(1, count + 1):
        path = write(folder / f"{number:02}.txt", f"第{number}号片区改造", number)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(
                f"{numeral}、第{number}片区第{place}项任务\n改造{place * number}户。\n"
                for place, numeral in enumerate(numerals[1:], start=2)
            )
    return count


def interrupted(end: Callable[[Running], None], code: int, folder: Path, data: Path) -> set[str]:
    """The papers that an ingest says it took in, and kept, ended once the first one is in.

    One may be said twice: who interrupts a line being written has it written again.
    """
    with running("ingest", folder, "--data-dir", data) as command:
        command.wait_for("已导入  01.txt")
        assert command.workers()
        end(command)
        assert command.end() == code
        assert command.workers() == []
        assert "已中断；中断前编码好的已保存，再次运行同一命令会从那里继续。" in command.lines
        assert "Traceback" not in command.said
        told = {line.split()[1] for line in command.lines if line.startswith("已导入")}
    assert {paper.name for paper in Store(data).documents()} == told
    return told


def test_an_ingest_that_is_terminated_keeps_what_it_has(data: Path, tmp_path: Path) -> None:
    count = long_papers(tmp_path / "papers")
    told = interrupted(Running.terminate, 143, tmp_path / "papers", data)
    assert 0 < len(told) < count


@pytest.mark.usefixtures("loaded_once")
def test_an_interrupted_ingest_goes_on_from_there(
    data: Path, tmp_path: Path, make_settings: Callable[[], Settings]
) -> None:
    folder = tmp_path / "papers"
    count = long_papers(folder)
    told = interrupted(Running.press_ctrl_c, 130, folder, data)
    with running("status", "--json", "--data-dir", data) as command:
        assert command.end() == 0
        kept = json.loads(command.said.split("loaded:")[0])["documents"]
    assert 0 < kept == len(told) < count

    with running("ingest", folder, "--data-dir", data) as command:
        assert command.end() == 0
        assert f"共 {count} 份文件：已导入 {count - kept}，无变化 {kept}。" in command.lines
    whole = Workspace(make_settings())
    whole.add([SourceFile.at(path) for path in sorted(folder.iterdir())])
    assert Store(data).documents() == whole.store.documents()


def test_watching_takes_in_what_appears_and_changes(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    write(folder / "一.txt", "防汛")
    with running("ingest", folder, "--watch", "--data-dir", data) as command:
        while not command.workers():  # it has looked which files there are
            assert command.process.poll() is None
        write(folder / "早.txt", "春耕")
        command.wait_for("正在守候改动")
        command.wait_for("已导入  早.txt")
        for name in ("~$二.docx", ".二.txt.swp", "二.tmp"):
            (folder / name).write_bytes(b"lock")
        write(folder / ".旧" / "旧.txt", "扫雪")
        write(folder / "二.txt", "抗旱")
        command.wait_for("已导入  二.txt")
        write(folder / "二.txt", "抗旱和灌溉", number=2)
        command.wait_for("已更新  二.txt")
        write(folder / "below" / "三.txt", "护林")
        command.wait_for("已导入  三.txt")
        (folder / "空.txt").touch()
        command.wait_for("被拒绝  空.txt：文件是空的")
        (folder / "一.txt").unlink()
        command.wait_for(f"已不在原处  {folder / '一.txt'}（库中仍保留；要移除请用 cewen delete）")
        command.press_ctrl_c()
        assert command.end() == 130
        assert command.workers() == []
    assert not re.search(r"~\$|swp|\.tmp|旧|Traceback", command.said)
    papers = {document.name: document.text for document in Store(data).documents()}
    assert sorted(papers) == ["一.txt", "三.txt", "二.txt", "早.txt"]
    assert "抗旱和灌溉" in papers["二.txt"]


def test_there_is_nothing_to_watch_where_nothing_is(data: Path, tmp_path: Path) -> None:
    with running("ingest", tmp_path / "无", "--watch", "--data-dir", data) as command:
        assert command.end() == 1
    assert "被拒绝  无：读不到文件" in command.said
    assert "Traceback" not in command.said


def secret_files(folder: Path) -> list[Path]:
    """The secret paper as text, as a Word document, and in an archive beside another text."""
    folder.mkdir()
    (folder / "一.txt").write_text(SECRET, encoding="utf-8")
    (folder / "二.txt").write_bytes(SECRET.encode("gb18030"))
    word = WordDocument()
    for line in SECRET.splitlines():
        word.add_paragraph(line)
    word.save(str(folder / "三.docx"))
    with zipfile.ZipFile(folder / "四.zip", "w") as archive:
        archive.write(folder / "一.txt", "内/一.txt")
        archive.write(folder / "三.docx", "内/三.docx")
    return sorted(folder.iterdir())


def test_of_a_secret_file_nothing_is_kept_and_nothing_said(data: Path, tmp_path: Path) -> None:
    files = secret_files(tmp_path / "papers")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (data / "models").unlink()
    arguments = ("ingest", *files, "--data-dir", data)
    with running(*arguments, TMPDIR=str(temporary)) as command:
        assert command.end() == 1
    refused = [line for line in command.lines if line.startswith("被拒绝")]
    assert len(refused) == 5
    assert all("机密★5年" in line for line in refused)
    assert "共 5 份文件：被拒绝 5。" in command.lines
    assert not any(word in command.said for word in SECRET_WORDS)
    forms = [w.encode(code) for w in SECRET_WORDS for code in ("utf-8", "gb18030", "utf-16-le")]
    forms += [file.read_bytes()[200:264] for file in files if file.suffix != ".txt"]
    for folder in (data, temporary):
        kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert not any(form in kept for form in forms)
    assert list((data / "originals").iterdir()) == []


def loaded_by(*arguments: str | Path) -> str:
    with running(*arguments) as command:
        command.end()
    return next(line for line in command.lines if line.startswith("loaded:"))


@pytest.mark.parametrize("content", [b"", SECRET.encode()])
def test_for_refused_files_the_model_is_not_loaded(
    data: Path, tmp_path: Path, content: bytes
) -> None:
    (data / "models").unlink()
    (tmp_path / "a.txt").write_bytes(content)
    assert "torch" not in loaded_by("ingest", tmp_path / "a.txt", "--data-dir", data)
    assert not (data / "models").exists()


def test_for_unchanged_files_the_model_is_not_loaded(samples_copy: Path, samples_dir: Path) -> None:
    before = Store(samples_copy).current_number()
    loaded = loaded_by("ingest", samples_dir, "--data-dir", samples_copy)
    assert not re.search("torch|transformers|openvino", loaded)
    assert Store(samples_copy).current_number() == before


def test_where_there_is_something_to_encode_it_is_loaded(data: Path, tmp_path: Path) -> None:
    loaded = loaded_by("ingest", write(tmp_path / "p" / "a.txt", "防汛"), "--data-dir", data)
    assert re.search("torch|openvino", loaded)
