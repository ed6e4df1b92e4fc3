"""A paper's id is the whole digest of its bytes; it may be called by the first digits of it."""

import hashlib
from pathlib import Path

import pytest

from index.errors import AmbiguousDocumentError, StoreError, UnknownDocumentError
from index.ids import find_paper, short_id, whole_ids
from index.library.progress import FileResult, SourceFile
from index.store.generations import Store
from ingest.reader import read_bytes
from ingest.types import Document
from tests.alike import ALIKE, SAME
from tests.index.shelf import Shelf
from tests.old_data import make_old

OTHER = "氢能产业由市能源局牵头。"


def add(shelf: Shelf, *texts: str) -> list[FileResult]:
    return [
        result
        for number, text in enumerate(texts)
        for result in shelf.library().add([SourceFile(f"{number}.txt", "", text.encode)])
    ]


@pytest.fixture
def alike() -> dict[str, Document]:
    papers = [read_bytes(text.encode(), f"{n}.txt", "") for n, text in enumerate((*ALIKE, OTHER))]
    return {paper.id: paper for paper in papers}


def test_two_papers_whose_digests_begin_alike_are_both_there(shelf: Shelf) -> None:
    ids = [hashlib.sha256(text.encode()).hexdigest() for text in ALIKE]
    assert [each[: len(SAME)] for each in ids] == [SAME, SAME]
    assert [(r.outcome, r.document_id) for r in add(shelf, *ALIKE)] == [
        ("added", ids[0]),
        ("added", ids[1]),
    ]
    assert [each.text for each in shelf.generation().documents] == list(ALIKE)
    for text, figure in zip(ALIKE, ("27716960", "29911618"), strict=True):
        hits = shelf.index().search(f"产值达到{figure}万元", 2)
        assert hits[0].passage.text == text
        assert len({hit.passage.id for hit in hits}) == 2
    with pytest.raises(AmbiguousDocumentError, match=f"编号以 {SAME} 开头的文件有 2 份"):
        shelf.library().delete(SAME)
    shelf.library().delete(ids[0][:13])
    assert [each.id for each in shelf.generation().documents] == [ids[1]]
    assert add(shelf, ALIKE[0])[0].outcome == "added"


def test_a_paper_is_found_by_its_id_and_by_the_first_digits(alike: dict[str, Document]) -> None:
    for paper in alike.values():
        for digits in range(13, 65):
            assert find_paper(alike, paper.id[:digits]) is paper
    *_, other = alike.values()
    assert find_paper(alike, other.id[:12]) is other


def test_several_papers_called_so_are_listed(alike: dict[str, Document]) -> None:
    first, second, other = alike.values()
    with pytest.raises(AmbiguousDocumentError) as caught:
        find_paper(alike, SAME)
    assert str(caught.value) == (
        f"编号以 {SAME} 开头的文件有 2 份：{first.id}（0.txt）、{second.id}（1.txt）；"
        "请写出完整的编号。"
    )
    with pytest.raises(AmbiguousDocumentError):
        whole_ids(alike, [other.id, SAME])


@pytest.mark.parametrize("unknown", ["", "1", SAME[:11], SAME.upper(), "0" * 12, "0" * 65, "无"])
def test_a_name_that_no_paper_has(alike: dict[str, Document], unknown: str) -> None:
    with pytest.raises(UnknownDocumentError, match=f"没有编号为 {unknown} 的文件"):
        find_paper(alike, unknown)
    assert whole_ids(alike, [unknown]) == {unknown}


def test_names_of_papers_become_their_ids(alike: dict[str, Document]) -> None:
    first, _, other = alike.values()
    assert whole_ids(alike, [other.id[:12], first.id[:20], other.id]) == {first.id, other.id}
    assert whole_ids(alike, []) == frozenset()


def test_a_short_id_is_as_long_as_it_must_be(alike: dict[str, Document]) -> None:
    first, second, other = alike.values()
    shown = [short_id(each, alike.values()) for each in (first, second, other)]
    assert shown == [first.id[:13], second.id[:13], other.id[:12]]


@pytest.fixture
def old(shelf: Shelf) -> Shelf:
    """Papers as an earlier version stored them, one of them corrected."""
    shelf.add(shelf.write("氢能.txt", "氢能产业", "市能源局"), shelf.write("民宿.txt", "民宿产业"))
    shelf.library().correct(shelf.ids()["氢能.txt"], {"number": "清江政〔2025〕1号"})
    make_old(shelf.data)
    return shelf


def test_old_papers_have_whole_ids_when_they_are_read(old: Shelf) -> None:
    stored = (old.data / "generations" / "000002" / "documents.jsonl").read_text(encoding="utf-8")
    assert old.ids()["氢能.txt"] not in stored.replace(f'"sha256": "{old.ids()["氢能.txt"]}"', "")
    before = old.state()
    generation = old.generation()
    for paper in generation.documents:
        assert paper.id == hashlib.sha256((old.papers / paper.name).read_bytes()).hexdigest()
        assert [p.id for p in paper.passages] == [
            f"{paper.id}-{n}" for n in range(len(paper.passages))
        ]
    assert generation.documents == Store(old.data).documents()
    hit = old.index().search("氢能产业由哪个单位牵头？", 1)[0]
    assert hit.document.masthead.number == "清江政〔2025〕1号"
    assert "由市能源局牵头" in hit.passage.text
    assert old.state() == before


def test_old_papers_are_added_to_without_being_encoded_again(old: Shelf) -> None:
    before = old.state()
    assert old.add(*sorted(old.papers.iterdir())) == ["unchanged", "unchanged"]
    assert old.state() == before
    old.encoder.texts.clear()
    assert old.add(old.write("低空.txt", "低空经济", "市交通运输局")) == ["added"]
    assert all("低空经济" in text for text in old.encoder.texts)
    assert sorted(old.ids()) == ["低空.txt", "民宿.txt", "氢能.txt"]
    assert old.generation().documents[0].masthead.number == "清江政〔2025〕1号"


def test_an_old_paper_is_corrected_read_again_and_deleted_by_its_old_id(old: Shelf) -> None:
    library = old.library()
    library.correct(old.ids()["民宿.txt"][:12], {"title": "又一个标题"})
    make_old(old.data)
    library.reread(old.ids()["氢能.txt"][:12])
    heads = {paper.name: paper.masthead for paper in old.generation().documents}
    assert heads["民宿.txt"].title == "又一个标题"
    assert heads["氢能.txt"].number == "清江政〔2025〕1号"
    make_old(old.data)
    library.delete(old.ids()["氢能.txt"][:12])
    assert list(old.ids()) == ["民宿.txt"]
    assert old.where("市能源局") == []


def test_a_changed_file_takes_the_place_of_an_old_paper(old: Shelf) -> None:
    path = old.write("氢能.txt", "氢能产业", "市商务局")
    assert old.add(path) == ["replaced"]
    assert old.where("市能源局") == []
    assert old.generation().documents[1].masthead.number == "清江政〔2025〕1号"


def test_damage_to_old_papers_is_told(old: Shelf) -> None:
    path: Path = old.data / "generations" / "000002" / "documents.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("能源", "财源"), encoding="utf-8")
    for read in (Store(old.data).load, Store(old.data).documents, old.library().rebuild):
        with pytest.raises(StoreError, match="被改动或损坏") as told:
            read()
        assert told.value.detail == str(path)
