"""The five real papers set in every format: each reads the same, and answers the same."""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from eval.typeset import Format, TypesetError, read_paper, set_in
from ingest.container.decode import decode
from ingest.types import Document
from service.assistant import Assistant
from service.schemas import Turn
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT, data_dir_at, ingest_papers

FORMATS = (Format.DOCX, Format.PDF, Format.HTML, Format.OFD, Format.SCAN)
STEMS = ("000", "001", "002", "003", "004")
# A page takes seconds to recognise; two papers show what five did.
SCANNED = ("000", "002")
CASES = ROOT / "eval" / "cases" / "corpus_dev.jsonl"
QUESTIONS = 20

Setting = Callable[[Format], Path]
Library = Callable[[Format | None], Workspace]


@pytest.fixture(scope="module")
def set_papers(corpus_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """Makes a folder with the five papers in one format, under the names of the texts."""

    @cache
    def made(format_: Format) -> Path:
        folder = tmp_path_factory.mktemp(format_.value)
        for path in sorted(corpus_dir.glob("*.txt")):
            if format_ is Format.SCAN and not path.name.startswith(SCANNED):
                continue
            try:
                files = set_in(format_, read_paper(decode(path.read_bytes())))
            except TypesetError as error:
                pytest.skip(str(error))
            [(ending, data)] = files.items()
            (folder / f"{path.stem}{ending}").write_bytes(data)
        return folder

    return made


@pytest.fixture(scope="module")
def library(
    set_papers: Setting,
    corpus_workspace: Workspace,
    models_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Library:
    """The five papers ingested in one format, or as they are."""

    @cache
    def ingested(format_: Format | None) -> Workspace:
        if format_ is None:
            return corpus_workspace
        data = data_dir_at(tmp_path_factory.mktemp("library") / "data", models_dir)
        workspace = Workspace(Settings(data_dir=data))
        ingest_papers(workspace, set_papers(format_))
        return workspace

    return ingested


def paper(library: Library, format_: Format | None, stem: str) -> Document:
    papers = library(format_).store.documents()
    return next(document for document in papers if document.name.startswith(stem))


def squeezed(text: str) -> str:
    """Without white space, and without the widths that a scan cannot show."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def headings(document: Document) -> list[tuple[int, str]]:
    return [(section.level, squeezed(section.path[-1])) for section in document.sections]


def similarity(left: str, right: str) -> float:
    """The share of characters that two texts have in common, in order (Myers 1986)."""
    reach = {1: 0}
    for changes in range(len(left) + len(right) + 1):
        for diagonal in range(-changes, changes + 1, 2):
            down = diagonal == -changes or (
                diagonal != changes and reach[diagonal - 1] < reach[diagonal + 1]
            )
            at = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            while (
                at < len(left) and at - diagonal < len(right) and left[at] == right[at - diagonal]
            ):
                at += 1
            reach[diagonal] = at
            if at >= len(left) and at - diagonal >= len(right):
                return 1 - changes / (len(left) + len(right))
    raise AssertionError("two texts always differ by less than everything")


@pytest.mark.parametrize(
    ("format_", "stem"),
    [
        (format_, stem)
        for format_ in FORMATS
        for stem in (SCANNED if format_ is Format.SCAN else STEMS)
    ],
)
def test_the_same_outline_and_words(library: Library, format_: Format, stem: str) -> None:
    found, wanted = paper(library, format_, stem), paper(library, None, stem)
    if format_ is Format.SCAN:
        common = (Counter(headings(found)) & Counter(headings(wanted))).total()
        # One may be lost: on some processors a speck behind it is read as a colon.
        assert common >= min(0.95 * len(wanted.sections), len(wanted.sections) - 1)
        assert common >= min(0.95 * len(found.sections), len(found.sections) - 1)
        assert similarity(squeezed(found.text), squeezed(wanted.text)) >= 0.98
    else:
        assert headings(found) == headings(wanted)
        # A web page has words of its own: its particulars of the paper above the text.
        least = 0.99 if format_ is Format.HTML else 0.998
        assert similarity(squeezed(found.text), squeezed(wanted.text)) >= least
        assert [(r.task, r.leads, r.supports) for r in found.responsibilities] == [
            (r.task, r.leads, r.supports) for r in wanted.responsibilities
        ]


def answers(
    library: Library, format_: Format | None, stems: tuple[str, ...]
) -> list[tuple[str, str, str]]:
    """Questions of all kinds on some of the papers, with what became of them."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    every = [json.loads(line) for line in lines]
    asked = [case for case in every if all(doc.startswith(stems) for doc in case["docs"])]
    workspace = library(format_)
    scope = [d.id for d in workspace.store.documents() if d.name.startswith(stems)]
    assistant = Assistant(workspace.index)
    found: list[tuple[str, str, str]] = []
    for case in asked[:: len(asked) // QUESTIONS][:QUESTIONS]:
        history = [Turn(role="user", content=earlier) for earlier in case["history"]]
        answer = assistant.answer(case["question"], history, scope)
        found.append((case["question"], answer.status, squeezed(answer.answer)))
    return found


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_answers(library: Library, format_: Format) -> None:
    stems = SCANNED if format_ is Format.SCAN else STEMS
    found, wanted = answers(library, format_, stems), answers(library, None, stems)
    assert len(found) == QUESTIONS
    if format_ is not Format.SCAN:
        assert found == wanted
    else:
        assert [each[:2] for each in found] == [each[:2] for each in wanted]
        alike = [similarity(a, b) >= 0.98 for (*_, a), (*_, b) in zip(found, wanted, strict=True)]
        assert all(alike)
