"""The house as it is built: modules, rooms, who imports whom, and figures of it.

“python -m tests.house” (``make stats``) prints the figures.
"""

import ast
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

ROOT = Path(__file__).parents[1]
LAYERS = {
    "ingest": set[str](),
    "index": {"ingest"},
    "service": {"ingest", "index", "prompts"},
    "eval": {"ingest", "index", "service", "prompts"},
    "prompts": set[str](),
}
_FLOORS = Path(__file__).with_name("rooms.txt")
_LONG_FILE, _LONG_FUNCTION = 350, 50
# What is written out in one string or literal, word by word, is a list from so many words on.
_LIST = 8
_WORDS = re.compile(r"[\s|]+")


@dataclass(frozen=True)
class Import:
    """A module that another imports, and the name taken from it or nothing."""

    module: str
    name: str


@dataclass(frozen=True)
class Module:
    """One file of ours."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """As it is imported."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def package(self) -> str:
        return self.path.parts[0]

    @property
    def room(self) -> str:
        """The folder it stands in, or itself where it stands by itself."""
        alone = len(self.path.parts) == 2 and self.path.name != "__init__.py"
        return (self.path if alone else self.path.parent).as_posix()

    def imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, "imports are absolute"
                yield from (Import(node.module or "", alias.name) for alias in node.names)


def modules() -> list[Module]:
    """Every module of the five packages."""
    paths = sorted(path for package in LAYERS for path in (ROOT / package).rglob("*.py"))
    return [Module(path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))) for path in paths]


def floors() -> list[list[str]]:
    """The rooms as ``rooms.txt`` has them, the lowest floor first."""
    lines = _FLOORS.read_text("utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def arrows(house: Sequence[Module]) -> dict[tuple[str, str], list[str]]:
    """Which room imports from which other, and the modules that do it."""
    by_name = {module.name: module for module in house}
    found: dict[tuple[str, str], list[str]] = {}
    for module in house:
        for imported in module.imports():
            target = by_name.get(f"{imported.module}.{imported.name}") or by_name.get(
                imported.module
            )
            if target and target.room != module.room:
                found.setdefault((module.room, target.room), []).append(module.path.as_posix())
    return found


def patterns(module: Module) -> int:
    """How many regular expressions it compiles."""
    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return sum(ast.unparse(call.func) == "re.compile" for call in calls)


def words(module: Module) -> int:
    """How many words stand in lists written out in it: a string, a tuple, a set, an alternation."""
    found = 0
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            strings = [
                e for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)
            ]
            found += len(strings) if len(strings) >= _LIST else 0
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            chinese = [w for w in _WORDS.split(node.value) if re.search("[\u4e00-\u9fff]", w)]
            found += len(chinese) if len(chinese) >= _LIST else 0
    return found


def data_lines(folder: Path) -> int:
    """How many entries the word lists of a room hold that are files."""
    return sum(
        bool(line.strip()) and not line.startswith("#")
        for path in sorted((ROOT / folder).glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    )


def _spread(sizes: list[int], long: int) -> str:
    over = sum(size > long for size in sizes)
    return (
        f"{len(sizes)}, median {statistics.median(sizes):.0f} lines, "
        f"longest {max(sizes)}, over {long}: {over}"
    )


def main() -> None:
    """Print the figures."""
    house, drawn = modules(), floors()
    between = arrows(house)
    where = {room: level for level, rooms in enumerate(drawn, start=1) for room in rooms}
    upward = [pair for pair in between if where[pair[0]] <= where[pair[1]]]
    lines = [len((ROOT / module.path).read_text("utf-8").splitlines()) for module in house]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for module in house
        for node in ast.walk(module.tree)
        if isinstance(node, kinds)
    ]
    typer.echo(
        f"rooms {len(where)}, floors {len(drawn)}, arrows {len(between)}, upward {len(upward)}"
    )
    typer.echo(f"files {_spread(lines, _LONG_FILE)}")
    typer.echo(f"functions {_spread(functions, _LONG_FUNCTION)}")
    typer.echo(f"{'room':28} {'files':>5} {'lines':>6} {'patterns':>8} {'words':>6} {'data':>6}")
    for room in (room for rooms in drawn for room in rooms):
        mine = [module for module in house if module.room == room]
        count = sum(len((ROOT / m.path).read_text("utf-8").splitlines()) for m in mine)
        compiled, listed = sum(map(patterns, mine)), sum(map(words, mine))
        data = data_lines(Path(room)) if (ROOT / room).is_dir() else 0
        typer.echo(f"{room:28} {len(mine):5} {count:6} {compiled:8} {listed:6} {data:6}")


if __name__ == "__main__":
    main()
