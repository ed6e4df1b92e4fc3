"""What is registered in one place and has to be known in others: each test says what is missing."""

import ast
import re
from pathlib import Path

from eval.answers.cases import KIND_LABELS
from eval.answers.cases import Kind as CaseKind
from ingest.container.kinds import READABLE, SUFFIXES
from ingest.container.kinds import Kind as FileKind
from ingest.formats import reader_of
from prompts import render
from service.settings import Settings
from tests.house import ROOT, floors, modules

# Other names of kinds that the message for users names once.
_OTHER_SUFFIXES = {".jpeg", ".markdown", ".htm", ".docm", ".xlsm", ".zip"}


def text_of(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_every_kind_of_case_has_its_label_here_and_on_the_page() -> None:
    unlabelled = set(CaseKind) - set(KIND_LABELS)
    assert not unlabelled, f"add to KIND_LABELS in eval/answers/cases.py: {unlabelled}"
    labels = {str(kind): label for kind, label in KIND_LABELS.items()}
    (table,) = re.findall(
        r"export const KINDS = \{(.*?)\};", text_of("service/web/figures.js"), re.DOTALL
    )
    shown = dict(re.findall(r'(\w): "(.*?)"', table))
    assert shown == labels, "make KINDS in service/web/figures.js the same as KIND_LABELS"
    named = "，".join(f"{kind} {label}" for kind, label in labels.items())
    said = f"类别：{named}。" in text_of("docs/评测.md")
    assert said, f"docs/评测.md is to say: 类别：{named}。"


def test_every_kind_of_file_has_a_reader_and_is_offered() -> None:
    unread = []
    for kind in set(FileKind) - {FileKind.ARCHIVE}:
        try:
            reader_of(kind)
        except (KeyError, ImportError):
            unread.append(kind)
    assert not unread, f"register in _MODULES of ingest/formats/__init__.py: {unread}"
    manual = text_of("docs/使用说明.md")
    untold = [s for s in SUFFIXES - {".jpeg", ".markdown"} if f"`{s}`" not in manual]
    assert not untold, f"add to the table of formats in docs/使用说明.md: {untold}"
    named = set(re.findall(r"\.[a-z]+", READABLE))
    unnamed = [
        s for s in SUFFIXES - named - _OTHER_SUFFIXES if s.removeprefix(".").upper() not in READABLE
    ]
    assert not unnamed, f"add to READABLE in ingest/container/kinds.py: {unnamed}"
    assert named <= SUFFIXES, f"add to SUFFIXES in ingest/container/kinds.py: {named - SUFFIXES}"


def test_every_kind_of_file_is_found_out() -> None:
    """Each is given out somewhere by what tells kinds apart, not only declared."""
    source = text_of("ingest/container/kinds.py")
    undecided = [kind.name for kind in FileKind if f"Kind.{kind.name}" not in source]
    assert not undecided, f"kind_of in ingest/container/kinds.py never answers {undecided}"


def test_every_setting_is_in_the_manual() -> None:
    manual = text_of("docs/管理.md")
    untold = [name for name in Settings.model_fields if f"| `{name}` |" not in manual]
    assert not untold, f"add a row to a table of settings in docs/管理.md: {untold}"


def test_every_template_is_used() -> None:
    written = "".join(
        path.read_text("utf-8")
        for package in ("service", "eval")
        for path in (ROOT / package).rglob("*.py")
    )
    stems = [path.stem for path in (ROOT / "prompts").glob("*.txt")]
    unused = [stem for stem in stems if f'"{stem}"' not in written]
    assert not unused, f"nothing renders prompts/{unused}.txt"
    assert render("no_evidence")


def test_the_version_of_a_prompt_names_all_that_it_is_made_of() -> None:
    """Or two wordings could not be told apart in an answer."""
    versioned = []
    for module in modules():
        if all((each.module, each.name) != ("prompts", "version") for each in module.imports()):
            continue
        names = {call: set[str]() for call in ("version", "render")}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
                words = [a.value for a in node.args if isinstance(a, ast.Constant)]
                names[ast.unparse(node.func)] |= {str(word) for word in words}
        versioned.append(module.path)
        assert names["version"] == names["render"], (
            f"{module.path}: version(…) is to name the templates that are rendered there"
        )
    assert versioned == [Path("service/llm/writer.py")]


def test_the_design_names_every_room() -> None:
    design = text_of("docs/设计.md")
    forgotten = []
    for room in (room for rooms in floors() for room in rooms):
        above, _, name = room.rpartition("/")
        inside = f"`{above}`，下有" in design and f"`{name}`" in design
        if f"`{room}`" not in design and not inside:
            forgotten.append(room)
    assert not forgotten, f"add to the table of rooms in docs/设计.md: {forgotten}"
