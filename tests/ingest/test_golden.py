"""What a careful reader wrote down of each paper, against what is read.

A golden file says in "doubtful…" and "…_also" where two readers could differ; that is not scored.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.reader import read_file
from ingest.types import Document, PassageKind, Responsibility

GOLDEN = Path(__file__).with_name("golden")
CORPUS = sorted(path.stem for path in GOLDEN.glob("???.json"))
SAMPLES = sorted(path.stem for path in GOLDEN.glob("??.json"))
# The samples come in the formats that offices use, one of them as a scan.
LEAST = dict.fromkeys(CORPUS, 1.0) | dict.fromkeys(SAMPLES, 0.95)

Gold = dict[str, Any]
Paper = Callable[[str], tuple[Document, Gold]]


@pytest.fixture(scope="module")
def paper(request: pytest.FixtureRequest) -> Paper:
    known: dict[str, tuple[Document, Gold]] = {}

    def named(stem: str) -> tuple[Document, Gold]:
        if stem not in known:
            folder = request.getfixturevalue("corpus_dir" if stem in CORPUS else "samples_dir")
            [path] = folder.glob(f"{stem}[-_]*")
            gold = json.loads((GOLDEN / f"{stem}.json").read_text(encoding="utf-8"))
            known[stem] = read_file(path), gold
        return known[stem]

    return named


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_same(
    found: Iterable[object], wanted: Iterable[object], doubtful: Iterable[object], least: float
) -> None:
    """Precision and recall of ``found`` are both at least ``least``; the doubtful may be there."""
    got, gold = Counter(found), Counter(wanted)
    got -= (got - gold) & Counter(doubtful)
    common = (got & gold).total()
    told = f"missed: {list(gold - got)[:9]}\nextra: {list(got - gold)[:9]}"
    assert common >= least * gold.total(), told
    assert common >= least * got.total(), told


def headings(rows: Sequence[Sequence[Any]]) -> list[tuple[int, str]]:
    return [(level, squeezed(name)) for level, name in rows]


@pytest.mark.parametrize("stem", LEAST)
def test_outline(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    found = headings([(section.level, section.path[-1]) for section in document.sections])
    assert_same(found, headings(gold["outline"]), headings(gold["doubtful"]), LEAST[stem])


def duty(task: str, leads: Sequence[str], supports: Sequence[str], basis: str) -> tuple[Any, ...]:
    return squeezed(task), tuple(leads), frozenset(supports), basis


def duties(gold: Gold, *kinds: str) -> list[tuple[Any, ...]]:
    records = [record for kind in kinds for record in gold.get(kind, [])]
    return [duty(r["task"], r["leads"], r["supports"], r["basis"]) for r in records]


def in_table(document: Document, record: Responsibility) -> bool:
    return any(
        passage.kind is PassageKind.ROWS and passage.start <= record.quote.start < passage.end
        for passage in document.passages
    )


@pytest.mark.parametrize("stem", LEAST)
def test_who_leads_what(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    found = [
        duty(record.task, record.leads, record.supports, record.basis.value)
        for record in document.responsibilities
    ]
    same_task = {
        squeezed(other): squeezed(record["task"])
        for record in gold["responsibilities"]
        for other in record.get("task_also", ())
    }
    found = [(same_task.get(task, task), *who) for task, *who in found]
    wanted = duties(gold, "responsibilities", "table_responsibilities")
    assert_same(found, wanted, duties(gold, "doubtful_responsibilities"), LEAST[stem])


@pytest.mark.parametrize("stem", LEAST)
def test_masthead(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    head = document.masthead
    assert head.title_derived == (not gold["title"])
    if gold["title"]:
        assert squeezed(head.title) in (gold["title"], *gold.get("title_also", ()))
    for name in ("issuer", "number", "date", "printed", "addressee", "region"):
        wanted = (gold[name], *gold.get(f"{name}_also", ()))
        assert squeezed(getattr(head, name)) in wanted, name
    assert [squeezed(name) for name in head.attachments] == gold["attachments"]


@pytest.mark.parametrize("stem", LEAST)
def test_tables(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    rows = [
        tuple(cell for cell in map(squeezed, passage.text.split("\t")) if cell)
        for passage in document.passages
        if passage.kind is PassageKind.ROWS
    ]
    assert len(rows) == sum(table["rows"] for table in gold["tables"])
    for table in gold["tables"]:
        for row in table["sample"]:
            assert tuple(cell for cell in row if cell) in rows


@pytest.mark.parametrize("stem", LEAST)
def test_rosters(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    found: Counter[str] = Counter()
    for passage in document.passages:
        if passage.kind is PassageKind.ROSTER:
            found[passage.header] += len(passage.text.split("\n"))
    assert found == Counter(person["role"] for person in gold["rosters"])


@pytest.mark.parametrize("stem", LEAST)
def test_definitions(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    found = [p for p in document.passages if p.kind is PassageKind.DEFINITION]
    text = "".join(squeezed(passage.text) for passage in found)
    for term, opening in gold["definitions"]:
        assert squeezed(opening) in text, term


@pytest.mark.parametrize("stem", LEAST)
def test_repeals(paper: Paper, stem: str) -> None:
    document, gold = paper(stem)
    doubtful = [(r["title"], r["number"]) for r in gold.get("doubtful_repeals", ())]
    found = [(squeezed(r.title), squeezed(r.number)) for r in document.repeals]
    wanted = [(r["title"], r["number"]) for r in gold["repeals"]]
    assert_same(found, wanted, doubtful, LEAST[stem])
