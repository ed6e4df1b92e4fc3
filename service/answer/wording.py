"""What an answer without a language model says: conclusions in plain official Chinese."""

import re
from collections.abc import Sequence

from ingest.structure.responsibility import task_name
from ingest.types import LeadBasis, Responsibility
from prompts import render
from service.answer.candidates import Candidate

_LIST_LIMIT = 160
_ITEM = re.compile(r"^\s*(?:[（(]?\d{1,2}[）)、.．]|[①-⑳])\s*")


def lead_sentence(record: Responsibility) -> str:
    """Who leads one task and who takes part; says so where the paper names no lead."""
    task = f"“{record.task}”" if record.task else "该项工作"
    units = _listed(record.supports)
    if record.basis is LeadBasis.NOT_STATED:
        return render("lead_not_stated", task=task, units=units)
    supports = render("lead_supports", units=units) if units else ""
    name = "lead_stated" if record.basis is LeadBasis.STATED else "lead_first_listed"
    return render(name, task=task, leads=_listed(record.leads), supports=supports)


def tasks_sentence(unit: str, role: str, tasks: Sequence[str]) -> str:
    """Which tasks a unit leads or takes part in."""
    each = tuple(dict.fromkeys(tasks))
    return render("unit_tasks", unit=unit, role=role, count=str(len(each)), tasks=_listed(each))


def row_sentence(candidate: Candidate, columns: Sequence[str]) -> str:
    """A table row as “column：value”, the name of the row first; only ``columns`` if any."""
    pairs = _named_cells(candidate)
    key = _key(pairs)
    wanted = [pair for i, pair in enumerate(pairs) if i == key or pair[0] in columns]
    shown = wanted if columns and len(wanted) > 1 else pairs
    return "；".join(f"{name}：{value}" if name else value for name, value in shown) + "。"


def row_name(candidate: Candidate) -> str:
    """What a table row is about: its first cell that is no number of the row."""
    pairs = _named_cells(candidate)
    return pairs[_key(pairs)][1]


def rows_sentence(rows: Sequence[Candidate]) -> str:
    """How many rows, and what they are about."""
    return render("items", count=str(len(rows)), items=_listed([row_name(row) for row in rows]))


def _named_cells(candidate: Candidate) -> list[tuple[str, str]]:
    names, values = _cells(candidate.header), _cells(candidate.quote)
    merged = _cells(candidate.above) if candidate.above else []
    values[: len(merged)] = merged
    return [
        (names[i] if i < len(names) else "", value)
        for i, value in enumerate(values)
        if value.strip()
    ]


def _key(pairs: Sequence[tuple[str, str]]) -> int:
    return next((i for i, (name, value) in enumerate(pairs) if not _serial(name, value)), 0)


def outline_sentence(candidate: Candidate) -> str:
    """The parts a section is divided into."""
    names = [task_name(part.path) for part in candidate.parts]
    heading = task_name(candidate.section)
    return render("outline", heading=heading, count=str(len(names)), parts=_listed(names))


def items_sentence(candidate: Candidate) -> str:
    """The items of a list, each without its number."""
    lines = [line for line in candidate.quote.split("\n") if line.strip()]
    numbered = [line for line in lines if _ITEM.match(line)] or lines
    items = [_ITEM.sub("", line).strip().rstrip("；;。，") for line in numbered]
    return render("items", count=str(len(items)), items=_listed(items, "；"))


def columns_of(candidate: Candidate) -> list[str]:
    """The column names of a row's table."""
    return [name for name in _cells(candidate.header) if name]


def person_sentence(candidate: Candidate) -> str:
    """One person of a roster."""
    entry = candidate.entry
    if entry is None:
        return candidate.quote
    role = f"{entry.role}：" if entry.role else ""
    return render("person", role=role, person=entry.name, post=entry.post)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("\t")]


def _serial(name: str, value: str) -> bool:
    return name in ("序号", "编号", "No.", "NO") or value.isdigit()


def _listed(items: Sequence[str], joint: str = "、") -> str:
    """Items joined, cut with a count where they would fill the answer."""
    shown: list[str] = []
    for item in items:
        if shown and sum(map(len, shown)) + len(item) > _LIST_LIMIT:
            return f"{joint.join(shown)}等{len(items)}项"
        shown.append(item)
    return joint.join(shown)
