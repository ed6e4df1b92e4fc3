"""What has to be registered in one place and be known in others: nothing is forgotten."""

import re

from eval.answers.cases import KIND_LABELS
from eval.answers.cases import Kind as CaseKind
from ingest.container.kinds import READABLE, SUFFIXES
from ingest.container.kinds import Kind as FileKind
from ingest.formats import reader_of
from prompts import render
from tests.house import ROOT, floors


def test_every_kind_of_case_has_its_label_here_and_on_the_page() -> None:
    assert set(KIND_LABELS) == set(CaseKind)
    page = (ROOT / "service" / "web" / "figures.js").read_text("utf-8")
    (table,) = re.findall(r"export const KINDS = \{(.*?)\};", page, re.DOTALL)
    assert dict(re.findall(r'(\w): "(.*?)"', table)) == {
        str(kind): label for kind, label in KIND_LABELS.items()
    }
    manual = (ROOT / "docs" / "评测.md").read_text("utf-8")
    named = "，".join(f"{kind} {label}" for kind, label in KIND_LABELS.items())
    assert f"类别：{named}。" in manual


def test_every_kind_of_file_has_a_reader_and_is_offered() -> None:
    for kind in set(FileKind) - {FileKind.ARCHIVE}:
        assert callable(reader_of(kind))
    manual = (ROOT / "docs" / "使用说明.md").read_text("utf-8")
    for suffix in SUFFIXES - {".jpeg", ".markdown"}:  # other names of .jpg and .md
        assert f"`{suffix}`" in manual, suffix
    for suffix in re.findall(r"\.[a-z]+", READABLE):
        assert suffix in SUFFIXES


def test_every_template_is_used() -> None:
    written = "".join(
        path.read_text("utf-8")
        for package in ("service", "eval")
        for path in (ROOT / package).rglob("*.py")
    )
    for path in (ROOT / "prompts").glob("*.txt"):
        assert f'"{path.stem}"' in written, path.stem
    assert render("no_evidence")


def test_the_design_names_every_room() -> None:
    design = (ROOT / "docs" / "设计.md").read_text("utf-8")
    forgotten = []
    for room in (room for rooms in floors() for room in rooms):
        above, _, name = room.rpartition("/")
        inside = f"`{above}`，下有" in design and f"`{name}`" in design
        if f"`{room}`" not in design and not inside:
            forgotten.append(room)
    assert not forgotten
