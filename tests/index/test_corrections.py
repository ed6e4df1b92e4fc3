"""Corrections outlive whatever becomes of the file they were made for."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import StoreError, UnknownDocumentError
from index.library.progress import SourceFile
from index.retrieval.sparse import SparseIndex
from index.store.corrections import Corrections
from ingest.types import Masthead
from tests.index.shelf import PAPER, Shelf
from tests.old_data import make_old

RIGHT = {"title": "清江市蓝莓产业意见", "number": "清江政〔2025〕1号", "region": "清江区"}


@pytest.fixture
def stocked(shelf: Shelf) -> Shelf:
    """Two papers, of which 氢能.txt was corrected."""
    shelf.add(shelf.write("氢能.txt", "氢能产业"), shelf.write("民宿.txt", "民宿产业", number=8))
    shelf.library().correct(shelf.ids()["氢能.txt"], RIGHT)
    return shelf


def heads(shelf: Shelf) -> dict[str, Masthead]:
    return {document.name: document.masthead for document in shelf.generation().documents}


def assert_corrected(shelf: Shelf, name: str = "氢能.txt") -> None:
    head = heads(shelf)[name]
    assert {field: getattr(head, field) for field in RIGHT} == RIGHT
    assert head.regions == (RIGHT["region"],)


def add_again(shelf: Shelf) -> None:
    assert shelf.add(shelf.papers / "氢能.txt") == ["unchanged"]


def change(shelf: Shelf) -> None:
    path = shelf.write("氢能.txt", "氢能产业", unit="市能源局")
    assert shelf.add(path) == ["replaced"]


def delete_and_add(shelf: Shelf) -> None:
    shelf.library().delete(shelf.ids()["氢能.txt"])
    assert shelf.add(shelf.papers / "氢能.txt") == ["added"]


def add_to_another_name(shelf: Shelf) -> None:
    shelf.library().delete(shelf.ids()["氢能.txt"])
    renamed = (shelf.papers / "氢能.txt").rename(shelf.papers / "改名.txt")
    assert shelf.add(renamed) == ["added"]
    renamed.rename(shelf.papers / "氢能.txt")


def rebuild(shelf: Shelf) -> None:
    assert shelf.library().rebuild() == 2


@pytest.mark.parametrize(
    ("happens", "name"),
    [
        (add_again, "氢能.txt"),
        (change, "氢能.txt"),
        (delete_and_add, "氢能.txt"),
        (add_to_another_name, "改名.txt"),
        (rebuild, "氢能.txt"),
    ],
)
def test_a_correction_stays(stocked: Shelf, happens: Callable[[Shelf], None], name: str) -> None:
    other = heads(stocked)["民宿.txt"]
    happens(stocked)
    assert_corrected(stocked, name)
    rebuild(stocked)
    assert_corrected(stocked, name)
    assert heads(stocked)["民宿.txt"] == other


def test_only_the_corrected_paper_is_encoded_again_and_found_by_its_words(stocked: Shelf) -> None:
    document_id = stocked.ids()["民宿.txt"]
    stocked.encoder.texts.clear()
    stocked.library().correct(document_id, {"title": "清江市榴莲产业意见"})
    [paper] = [d for d in stocked.generation().documents if d.id == document_id]
    assert len(stocked.encoder.texts) == len(paper.passages)
    assert all("榴莲产业" in text for text in stocked.encoder.texts)
    assert stocked.index().search("榴莲", 1)[0].document.name == "民宿.txt"
    assert stocked.index().search("蓝莓", 1)[0].document.name == "氢能.txt"


def test_a_later_correction_overrules_field_by_field(stocked: Shelf) -> None:
    library = stocked.library()
    library.correct(stocked.ids()["氢能.txt"], {"title": "又改", "date": "2025-01-02"})
    rebuild(stocked)
    head = heads(stocked)["氢能.txt"]
    assert (head.title, head.number, head.date) == ("又改", RIGHT["number"], "2025-01-02")


def test_what_was_said_of_the_changed_file_comes_after_what_was_said_before(
    stocked: Shelf,
) -> None:
    before = (stocked.papers / "氢能.txt").read_bytes()
    change(stocked)
    stocked.library().correct(stocked.ids()["氢能.txt"], {"title": "改后的标题"})
    rebuild(stocked)
    assert heads(stocked)["氢能.txt"].title == "改后的标题"
    assert heads(stocked)["氢能.txt"].number == RIGHT["number"]
    (stocked.papers / "氢能.txt").write_bytes(before)
    assert stocked.add(stocked.papers / "氢能.txt") == ["replaced"]
    assert heads(stocked)["氢能.txt"].number == RIGHT["number"]


def test_papers_without_a_place_are_told_apart_by_their_bytes(shelf: Shelf) -> None:
    texts = [PAPER.format(subject=s, unit="市商务局", number=3) for s in ("夜市", "早市")]
    files = [SourceFile(f"{n}.txt", "", text.encode) for n, text in enumerate(texts)]
    shelf.library().add(files)
    before = heads(shelf)
    shelf.library().correct(shelf.ids()["0.txt"], RIGHT)
    shelf.library().rebuild()
    assert_corrected(shelf, "0.txt")
    assert heads(shelf)["1.txt"] == before["1.txt"]


def test_a_title_put_right_is_none_made_up(shelf: Shelf) -> None:
    shelf.library().add([SourceFile("a.txt", "", "工作要抓紧，局里负责。\n按时完成。\n".encode)])
    assert heads(shelf)["a.txt"].title_derived
    shelf.library().correct(shelf.ids()["a.txt"], {"number": "清江政〔2025〕1号"})
    assert heads(shelf)["a.txt"].title_derived
    shelf.library().correct(shelf.ids()["a.txt"], {"title": "抓紧工作的通知"})
    assert not heads(shelf)["a.txt"].title_derived


def test_an_unknown_paper_leaves_everything_as_it_is(stocked: Shelf) -> None:
    before = stocked.state()
    with pytest.raises(UnknownDocumentError, match="没有编号为 nope 的文件"):
        stocked.library().correct("nope", RIGHT)
    assert stocked.state() == before


def record_of(shelf: Shelf) -> Path:
    """Where the corrections are stored."""
    (found,) = shelf.data.rglob("corrections.json")
    return found


DAMAGED = (
    "",
    "{}",
    '[{"sha256": "0", "source": ""}]',
    '[{"sha256": "0", "source": "", "fields": {"title": null}}]',
    '[{"sha256": "0", "source": "", "fields": {"validity": "maybe"}}]',
    "[" * 100_000,
)


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_record_is_told_and_left_for_repair(
    stocked: Shelf, damaged: str, old: bool
) -> None:
    if old:
        make_old(stocked.data)
    record = record_of(stocked)
    record.write_text(damaged)
    before = stocked.state()
    new = stocked.write("新.txt", "低空经济", number=9)
    library = stocked.library()
    changes: list[Callable[[], object]] = [
        lambda: library.correct(stocked.ids()["民宿.txt"], RIGHT),
        lambda: library.delete(stocked.ids()["民宿.txt"]),
        lambda: stocked.add(new),
        library.rebuild,
    ]
    for change_papers in changes:
        with pytest.raises(StoreError, match="更正记录损坏；请从备份恢复") as caught:
            change_papers()
        assert caught.value.detail == str(record)
    assert stocked.state() == before
    assert_corrected(stocked)


def test_a_flipped_character_in_a_value_is_told(stocked: Shelf) -> None:
    record = record_of(stocked)
    words = record.read_text(encoding="utf-8")
    record.write_text(words.replace("蓝莓", "蓝霉"), encoding="utf-8")
    with pytest.raises(StoreError, match="更正记录损坏"):
        stocked.library().rebuild()
    assert_corrected(stocked)


def test_without_a_record_nothing_is_corrected(stocked: Shelf) -> None:
    for document in stocked.generation().documents:
        assert Corrections().applied(document) == document


def test_a_correction_that_fails_does_not_come_back(
    stocked: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = heads(stocked)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(SparseIndex, "save", fail)
        with pytest.raises(OSError, match="Input/output"):
            stocked.library().correct(stocked.ids()["民宿.txt"], {"title": "没有说成的"})
    rebuild(stocked)
    assert heads(stocked) == before


def test_corrections_from_beside_the_generations_are_taken_over(stocked: Shelf) -> None:
    make_old(stocked.data)
    former = stocked.data / "corrections.json"
    assert record_of(stocked) == former
    delete_and_add(stocked)
    assert_corrected(stocked)
    assert not former.exists()
    rebuild(stocked)
    assert_corrected(stocked)
