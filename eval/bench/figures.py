"""What the benchmark measures, as lines of a table; and the memory of a process."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from eval.answers.text import display_width, pad


class BenchError(Exception):
    """A figure cannot be taken; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; ``met`` is None where there is no goal."""

    name: str
    value: str
    goal: str = ""
    met: bool | None = None


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


def memory(pid: int) -> tuple[int, int]:
    """The resident memory of a process now and at its peak, in bytes (VmRSS and VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    now, peak = (int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def gigabytes(size: float) -> str:
    """A number of bytes as it stands in the table."""
    return f"{size / 1e9:.2f} GB"


def say(line: str) -> None:
    """Tell the person at the screen what is being done."""
    typer.echo(line, err=True)
