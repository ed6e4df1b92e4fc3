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


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_outline_and_words(library: Library, format_: Format, stem: str) -> None:
    found, wanted = paper(library, format_, stem), paper(library, None, stem)
    if format_ is Format.SCAN:
        common = (Counter(headings(found)) & Counter(headings(wanted))).total()
        assert common >= 0.95 * len(wanted.sections)
        assert common >= 0.95 * len(found.sections)
        assert similarity(squeezed(found.text), squeezed(wanted.text)) >= 0.98
    else:
        assert headings(found) == headings(wanted)
        # A web page has words of its own: its particulars of the paper above the text.
        least = 0.99 if format_ is Format.HTML else 0.998
        assert similarity(squeezed(found.text), squeezed(wanted.text)) >= least
        assert [(r.task, r.leads, r.supports) for r in found.responsibilities] == [
            (r.task, r.leads, r.supports) for r in wanted.responsibilities
        ]


def answers(library: Library, format_: Format | None) -> list[tuple[str, str, str]]:
    """Twenty questions of all kinds, with what became of them."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines[:: len(lines) // QUESTIONS]][:QUESTIONS]
    assistant = Assistant(library(format_).index)
    found: list[tuple[str, str, str]] = []
    for case in cases:
        history = [Turn(role="user", content=earlier) for earlier in case["history"]]
        answer = assistant.answer(case["question"], history)
        found.append((case["question"], answer.status, squeezed(answer.answer)))
    return found


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_answers(library: Library, format_: Format) -> None:
    found, wanted = answers(library, format_), answers(library, None)
    assert len(found) == QUESTIONS
    if format_ is not Format.SCAN:
        assert found == wanted
    else:
        assert [each[:2] for each in found] == [each[:2] for each in wanted]
        alike = [similarity(a, b) >= 0.98 for (*_, a), (*_, b) in zip(found, wanted, strict=True)]
        assert all(alike)
