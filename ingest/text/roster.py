"""Lists of people: role, name and post, one person a line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Document, PassageKind

_ROLE = r"(?:(?P<role>[\u4e00-\u9fff][\u4e00-\u9fff\s]{0,9}?)\s*[：:]\s*)?"
_NAME = (
    r"(?P<name>[\u4e00-\u9fff]\s+[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})?)"
)
_ENTRY = re.compile(rf"{_ROLE}{_NAME}[\s\u3000]+(?P<post>[^\s。；：:][^。；：:]*)")
_MIN_RUN = 3
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person; ``role`` is empty where the line does not repeat it."""

    role: str
    name: str
    post: str


def roster_entry(line: str) -> RosterEntry | None:
    """Read “组  长：周  明  县长”; white space that only pads names is removed."""
    match = _ENTRY.fullmatch(line.strip())
    if match is None or "\t" in line:
        return None
    role = _SPACE.sub("", match["role"] or "")
    return RosterEntry(role, _SPACE.sub("", match["name"]), match["post"].strip())


def roster_names(document: Document) -> Iterator[str]:
    """The names of the people in a paper's rosters."""
    for passage in document.passages:
        if passage.kind is PassageKind.ROSTER:
            entries = map(roster_entry, passage.text.split("\n"))
            yield from (entry.name for entry in entries if entry)


def roster_runs(lines: Sequence[str]) -> frozenset[int]:
    """Positions of lines that belong to a run of at least three people, the first with a role."""
    found: set[int] = set()
    run: list[int] = []
    for position, line in enumerate([*lines, ""]):
        entry = roster_entry(line)
        if entry and (run or entry.role):
            run.append(position)
            continue
        if len(run) >= _MIN_RUN:
            found.update(run)
        run = []
    return frozenset(found)
