"""What a document prints as an outcome, against what came; “…” stands for what it leaves out."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

ELLIPSIS = "…"
# What differs from run to run: where it stands, and the shape it has.
_VARYING = tuple(
    (re.compile(place), re.compile(shape))
    for place, shape in (
        (r"(.*\.)?request_id", r"[0-9a-f]{16}"),
        (r"id", r"chatcmpl-[0-9a-f]{16}"),
        (r"conversations\[\d+\]\.id", r"[\w-]{12}"),
        (r"created", r"\d{10}"),
        (r"conversations\[\d+\]\.(created|updated)", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00"),
    )
)
# The last digits of a score hang on the machine.
_NEARLY = 0.01


@dataclass(frozen=True, slots=True)
class Difference:
    """What came is not what is printed from ``start`` to ``end``; ``real`` may stand there."""

    start: int
    end: int
    said: str
    real: str | None = None


def compared(printed: str, came: str, language: str) -> list[Difference]:
    """Where a printed outcome departs from what came.

    Raises:
        ValueError: the language is JSON, and either of the two is not.
    """
    if language == "text":
        return _lines(printed, came)
    try:
        node = yaml.compose(printed, Loader=yaml.SafeLoader)  # JSON is YAML, and a bare … is a word
    except yaml.YAMLError as error:
        raise ValueError(f"what is printed is no JSON: {error}") from error
    return [*_values(printed, node, json.loads(came), "")]


def _lines(printed: str, came: str) -> list[Difference]:
    """Against those lines of what came, one after another, that are most like what is printed."""
    shown, real = printed.splitlines(), came.splitlines()
    real += [""] * (len(shown) - len(real))
    windows = [real[at : at + len(shown)] for at in range(len(real) - len(shown) + 1)]
    best = max(windows, key=lambda window: sum(map(_alike, shown, window)))
    start, differences = 0, []
    for line, instead in zip(shown, best, strict=True):
        end = start + len(line)
        if not _alike(line, instead):
            differences.append(Difference(start, end, f"“{line}”, not “{instead}”", instead))
        start = end + 1
    return differences


def _alike(printed: str, came: str) -> bool:
    pattern = ".*".join(map(re.escape, printed.split(ELLIPSIS)))
    return bool(re.fullmatch(pattern, came, re.DOTALL))


def _values(text: str, node: yaml.Node, real: Any, place: str) -> Iterator[Difference]:
    """Where a printed value departs from the real one at the same place."""
    start, end = node.start_mark.index, node.end_mark.index
    printed = text[start:end]
    if isinstance(node, yaml.MappingNode) and isinstance(real, dict):
        yield from _members(text, node, real, place)
    elif isinstance(node, yaml.SequenceNode) and isinstance(real, list):
        yield from _elements(text, node, real, place)
    elif not isinstance(node, yaml.ScalarNode) or isinstance(real, dict | list):
        yield Difference(start, end, f"{place}: {printed[:40]}, not {json.dumps(real)[:40]}")
    elif not _same(json.loads(printed), real, place):
        instead = json.dumps(real, ensure_ascii=False)
        yield Difference(start, end, f"{place}: {printed}, not {instead}", instead)


def _members(
    text: str, node: yaml.MappingNode, real: dict[str, Any], place: str
) -> Iterator[Difference]:
    names = [key.value for key, _ in node.value]
    shown = [name for name in names if name != ELLIPSIS]
    expected = [name for name in real if name in shown or ELLIPSIS not in names]
    if shown != expected:
        said = f"{place}: fields {shown}, not {expected}"
        yield Difference(node.start_mark.index, node.end_mark.index, said)
    for name, (_, value) in zip(names, node.value, strict=True):
        if name in real:
            yield from _values(text, value, real[name], f"{place}.{name}".lstrip("."))


def _elements(
    text: str, node: yaml.SequenceNode, real: list[Any], place: str
) -> Iterator[Difference]:
    shown = [each for each in node.value if each.value != ELLIPSIS]
    whole = len(shown) == len(node.value)
    if len(shown) > len(real) or (whole and len(shown) < len(real)):
        said = f"{place}: {len(shown)} elements, not {len(real)}"
        yield Difference(node.start_mark.index, node.end_mark.index, said)
    for at, (value, instead) in enumerate(zip(shown, real, strict=False)):
        yield from _values(text, value, instead, f"{place}[{at}]")


def _same(printed: Any, real: Any, place: str) -> bool:
    for where, shape in _VARYING:
        if where.fullmatch(place) and shape.fullmatch(str(real)):
            return bool(shape.fullmatch(str(printed)))
    if isinstance(printed, float) and isinstance(real, float):
        return math.isclose(printed, real, abs_tol=_NEARLY)
    if isinstance(printed, str) and isinstance(real, str):
        return _alike(printed, real)
    return type(printed) is type(real) and bool(printed == real)
