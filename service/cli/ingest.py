"""Taking in files at the command line: which ones, what is shown, and waiting for more."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from index.errors import StoreBusyError
from index.library.progress import FileResult, Listener, Outcome, SourceFile
from ingest.container.kinds import SUFFIXES
from service.log import printable
from service.workspace import Workspace

_WORDS = {
    Outcome.ADDED: "已导入",
    Outcome.REPLACED: "已更新",
    Outcome.UNCHANGED: "无变化",
    Outcome.SKIPPED: "跳过",
    Outcome.REFUSED: "被拒绝",
}
_READ, _ENCODE = "读取文件", "编码段落"
# Looking beats being told: file servers tell of nothing. 5,000 files are looked at in 0.1 s.
_LOOK_SECONDS = 2.0
_BUSY_SECONDS = 5.0


class Shown(Listener):
    """Shows on bars how taking in goes on, and says of each file what became of it."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, Callable[[float, float], None]] = {}

    def model(self, stage: str, share: float) -> None:
        """Show how far a stage of preparing the model is, 0 to 1."""
        self._update(stage, share * 100, 100)

    def files(self, done: int, total: int) -> None:
        """Show how many files are dealt with."""
        self._update(_READ, done, total)

    def file(self, result: FileResult) -> None:
        """Say what became of a file."""
        reason = f"：{result.reason}" if result.reason else ""
        say(self._bars.console, f"{_WORDS[result.outcome]}  {result.name}{reason}")

    def pages(self, name: str, done: int, total: int) -> None:
        """Show how far a long file is read."""
        if total > 1:
            self._update(f"  {printable(name)}（页）", done, total, passing=True)

    def passages(self, done: int, total: int) -> None:
        """Show how many passages are encoded."""
        self._update(_ENCODE, done, total)

    def _update(self, name: str, done: float, total: float, passing: bool = False) -> None:
        if name not in self._tasks:
            task = self._bars.add_task(name, total=total)
            self._tasks[name] = lambda value, of: self._bars.update(
                task, completed=value, total=of, visible=not (passing and value >= of)
            )
        self._tasks[name](done, total)


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:.1f}/秒")


@contextmanager
def shown_progress(screen: Console) -> Iterator[Shown]:
    """Progress bars on ``screen`` while the context lasts; none where it is no terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
    )
    hidden = not screen.is_terminal  # else each bar leaves an empty line behind
    with Progress(*columns, console=screen, transient=True, disable=hidden) as bars:
        yield Shown(bars)


def say(screen: Console, line: str) -> None:
    """One line for the person at the screen; a terminal wraps it, a log or a pipe gets it whole."""
    screen.print(printable(line), markup=False, soft_wrap=True)


def ingest_files(workspace: Workspace, paths: Sequence[Path], screen: Console) -> bool:
    """Take in what ``paths`` name; False if there was nothing, or a file could not be taken in."""
    named = set(paths)
    chosen: list[SourceFile] = []
    for path in source_files(paths):
        if path in named or path.suffix.lower() in SUFFIXES:
            chosen.append(SourceFile.at(path))
        else:
            say(screen, f"跳过    {path}（不支持的文件类型）")
    with shown_progress(screen) as shown:
        workspace.on_model = shown.model
        results = workspace.add(chosen, shown)
    counts = {word: sum(_WORDS[r.outcome] == word for r in results) for word in _WORDS.values()}
    summary = "，".join(f"{word} {count}" for word, count in counts.items() if count)
    say(screen, f"共 {len(results)} 份文件：{summary or '没有可导入的文件'}。")
    return bool(results) and all(result.outcome is not Outcome.REFUSED for result in results)


def source_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those below the folders named but for hidden ones, in order of name."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        below = (p for p in sorted(path.rglob("*")) if p.is_file())
        found.extend(p for p in below if _is_visible(p.relative_to(path)))
    return list(dict.fromkeys(found))


def _is_visible(path: Path) -> bool:
    """Whether a file is neither hidden nor the lock file of an open Office document."""
    return not any(part.startswith((".", "~$")) for part in path.parts)


def papers_at(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """The files at ``paths`` and below that can be read, each with its state, to be compared."""
    found = {}
    for path in source_files(paths):
        if path.suffix.lower() in SUFFIXES or path in paths:
            with suppress(OSError):  # gone meanwhile
                known = path.stat()
                found[path] = known.st_mtime_ns, known.st_size
    return found


def watch_files(
    workspace: Workspace,
    paths: Sequence[Path],
    screen: Console,
    seen: dict[Path, tuple[int, int]],
) -> None:
    """Take in files at ``paths`` and below that appear or change after ``seen``, until interrupted.

    A file that disappears stays in the library; it is only said.
    """
    places = [path for path in paths if path.exists()]
    if not places:
        return
    say(screen, "正在守候改动（Ctrl+C 结束）……")
    before: dict[Path, tuple[int, int]] = {}
    while True:
        now = papers_at(places)
        for path in sorted(seen.keys() - now.keys()):
            say(screen, f"已不在原处  {path}（库中仍保留；要移除请用 cewen delete）")
            del seen[path]
        changed = {path: state for path, state in now.items() if seen.get(path) != state}
        # What a program is still writing looks otherwise the next time.
        settled = [path for path, state in changed.items() if before.get(path) == state]
        _take_in_touched(workspace, settled, screen)
        seen.update({path: now[path] for path in settled})
        before = now
        time.sleep(_LOOK_SECONDS)


def _take_in_touched(workspace: Workspace, paths: Sequence[Path], screen: Console) -> None:
    files = [SourceFile.at(path) for path in paths]
    while files:
        try:
            with shown_progress(screen) as shown:
                workspace.add(files, shown)
            return
        except StoreBusyError as error:
            say(screen, error.in_full())
            time.sleep(_BUSY_SECONDS)
