"""Adding, replacing, deleting and rebuilding, with the real model."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import RebuildNeededError, StoreError, UnknownDocumentError
from index.library import library as library_module
from index.library import writer as shelf_module
from index.library.progress import FileResult, Listener, Outcome, SourceFile
from index.retrieval.dense import FloatArray
from index.search.search import Index
from tests.index.shelf import Shelf

QUESTION = "氢能产业由哪个单位牵头？"


class Told(Listener):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.results: list[FileResult] = []
        self.counted: list[tuple[int, int]] = []
        self.encoded: list[tuple[int, int]] = []

    def files(self, done: int, total: int) -> None:
        self.counted.append((done, total))

    def file(self, result: FileResult) -> None:
        self.results.append(result)

    def passages(self, done: int, total: int) -> None:
        self.encoded.append((done, total))


def best(index: Index, question: str = QUESTION) -> str:
    return index.search(question, 1)[0].passage.text


def test_adding_again_changes_nothing_and_encodes_nothing(shelf: Shelf) -> None:
    papers = [shelf.write("a.txt", "氢能产业"), shelf.write("b.txt", "民宿产业")]
    assert shelf.add(*papers) == ["added", "added"]
    assert len(shelf.encoder.texts) == shelf.generation().manifest.passages
    before = shelf.state()
    shelf.encoder.texts.clear()
    assert shelf.add(*papers) == ["unchanged", "unchanged"]
    assert shelf.encoder.texts == []
    assert shelf.state() == before


def test_only_what_is_new_is_encoded(shelf: Shelf) -> None:
    first = shelf.write("a.txt", "氢能产业")
    shelf.add(first)
    shelf.encoder.texts.clear()
    shelf.add(first, shelf.write("b.txt", "民宿产业"))
    (added,) = (d for d in shelf.generation().documents if d.name == "b.txt")
    assert len(shelf.encoder.texts) == len(added.passages)
    assert all("民宿产业" in text and "氢能" not in text for text in shelf.encoder.texts)


def test_progress_counts_the_new_passages(shelf: Shelf) -> None:
    told = Told()
    files = [SourceFile.at(shelf.write(f"{n}.txt", f"氢能产业{n}")) for n in range(3)]
    results = shelf.library().add(files, told)
    assert told.results == results
    assert told.counted[0] == (0, 3)
    assert told.counted[-1] == (3, 3)
    assert told.encoded[0] == (0, len(shelf.encoder.texts))
    assert told.encoded[-1] == (len(shelf.encoder.texts), len(shelf.encoder.texts))


def test_the_same_text_under_another_name_is_the_same_paper(shelf: Shelf) -> None:
    first = shelf.write("a.txt", "氢能产业")
    copied = Path(shutil.copy(first, first.with_name("copy.txt")))
    assert shelf.add(first, copied) == ["added", "unchanged"]
    assert shelf.add(copied) == ["unchanged"]
    assert list(shelf.ids()) == ["a.txt"]


def test_a_changed_file_replaces_what_it_was(shelf: Shelf) -> None:
    path = shelf.write("a.txt", "氢能产业", "市发展改革委")
    other = shelf.write("b.txt", "民宿产业", "市文旅局")
    shelf.add(path, other)
    old = shelf.generation()
    assert "由市发展改革委牵头" in best(shelf.index())
    assert shelf.add(shelf.write("a.txt", "氢能产业", "市能源局"), other) == [
        "replaced",
        "unchanged",
    ]
    index = shelf.index()
    assert "由市能源局牵头" in best(index)
    assert len(index.documents) == 2
    texts = [hit.passage.text for hit in index.search(QUESTION, 100)]
    assert not any("市发展改革委" in text for text in texts)
    kept = {p.name for p in (shelf.data / "originals").iterdir()}
    assert kept == {document.sha256 for document in index.documents.values()}
    assert old.documents[0].sha256 not in kept
    assert shelf.where("市能源局")
    assert shelf.where("市发展改革委") == shelf.where("发展改革") == []


@pytest.mark.parametrize("harm", ["changed", "cut off", "emptied", "missing"])
def test_a_damaged_original_is_put_right_by_adding_the_file_again(shelf: Shelf, harm: str) -> None:
    path = shelf.write("a.txt", "氢能产业", "市能源局")
    shelf.add(path)
    (original,) = (shelf.data / "originals").iterdir()
    data = original.read_bytes()
    original.unlink()
    if harm != "missing":
        damaged = {"changed": bytes([data[0] ^ 1]) + data[1:], "cut off": data[:-1], "emptied": b""}
        original.write_bytes(damaged[harm])
    with pytest.raises(StoreError, match=r"“a\.txt”的原件，请重新导入这份文件"):
        shelf.library().rebuild()
    assert shelf.add(path) == ["unchanged"]
    assert original.read_bytes() == data
    assert shelf.library().rebuild() == 1


def test_uploads_of_one_name_do_not_replace_each_other(shelf: Shelf) -> None:
    library = shelf.library()
    for text in ("氢能产业由甲局牵头。", "氢能产业由乙局牵头。"):
        file = SourceFile("a.txt", "", text.encode)
        assert [r.outcome for r in library.add([file])] == [Outcome.ADDED]
    assert shelf.generation().manifest.documents == 2


def test_a_file_that_takes_on_the_text_of_another_loses_its_own(shelf: Shelf) -> None:
    first = shelf.write("a.txt", "氢能产业", "市发展改革委")
    second = shelf.write("b.txt", "氢能产业", "市能源局")
    shelf.add(first, second)
    shutil.copy(second, first)
    assert shelf.add(first, second) == ["replaced", "unchanged"]
    (document,) = shelf.generation().documents
    assert "市能源局" in document.text


def test_files_that_swap_names_are_both_kept(shelf: Shelf) -> None:
    first = shelf.write("a.txt", "氢能产业", "市发展改革委")
    second = shelf.write("b.txt", "氢能产业", "市能源局")
    shelf.add(first, second)
    before = set(shelf.ids().values())
    texts = first.read_bytes(), second.read_bytes()
    first.write_bytes(texts[1])
    second.write_bytes(texts[0])
    shelf.add(first, second)
    assert set(shelf.ids().values()) == before
    units = {d.name: "市能源局" in d.text for d in shelf.generation().documents}
    assert units == {"a.txt": True, "b.txt": False}
    assert shelf.add(first, second) == ["unchanged", "unchanged"]


def test_a_paper_is_deleted(shelf: Shelf) -> None:
    shelf.add(
        shelf.write("a.txt", "氢能产业", "市能源局"), shelf.write("b.txt", "民宿产业", "市文旅局")
    )
    shelf.encoder.texts.clear()
    shelf.library().delete(shelf.ids()["a.txt"])
    index = shelf.index()
    assert [d.name for d in index.documents.values()] == ["b.txt"]
    assert not any("市能源局" in hit.passage.text for hit in index.search(QUESTION, 100))
    assert "市文旅局" in best(index, "民宿产业由哪个单位牵头？")
    assert shelf.encoder.texts == []
    assert len(list((shelf.data / "originals").iterdir())) == 1
    assert shelf.where("市文旅局")
    assert shelf.where("市能源局") == shelf.where("能源") == []


def test_an_unknown_paper_cannot_be_deleted(shelf: Shelf) -> None:
    with pytest.raises(UnknownDocumentError, match="没有编号为 x 的文件"):
        shelf.library().delete("x")
    shelf.add(shelf.write("a.txt", "氢能产业"))
    before = shelf.state()
    for unknown in ("x", "", shelf.ids()["a.txt"][:11], shelf.ids()["a.txt"] + "0"):
        with pytest.raises(UnknownDocumentError, match=f"没有编号为 {unknown} 的文件"):
            shelf.library().delete(unknown)
    assert shelf.state() == before


def test_a_deleted_paper_can_be_added_again(shelf: Shelf) -> None:
    path = shelf.write("a.txt", "氢能产业", "市能源局")
    shelf.add(path)
    shelf.library().delete(shelf.ids()["a.txt"])
    assert shelf.index().search(QUESTION, 5) == []
    assert shelf.add(path) == ["added"]
    assert "市能源局" in best(shelf.index())


class TurnedEncoder:
    """Another model: the same vectors in other coordinates."""

    def __init__(self, encoder: Any) -> None:
        self.identity = "another-model@1"
        self.dimension = encoder.dimension
        self._encoder = encoder

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        return np.ascontiguousarray(self._encoder.encode_passages(texts)[:, ::-1])

    def encode_query(self, text: str) -> FloatArray:
        return np.ascontiguousarray(self._encoder.encode_query(text)[::-1])


def test_another_model_needs_a_rebuild(shelf: Shelf) -> None:
    path = shelf.write("a.txt", "氢能产业", "市能源局")
    shelf.add(path, shelf.write("b.txt", "民宿产业", "市文旅局"))
    before = shelf.state()
    library = shelf.library(encoder=TurnedEncoder(shelf.encoder))
    new = shelf.write("c.txt", "低空经济")
    changes: list[Callable[[], object]] = [
        lambda: library.add([SourceFile.at(new)]),
        lambda: shelf.index(encoder=TurnedEncoder(shelf.encoder)),
    ]
    for change in changes:
        with pytest.raises(RebuildNeededError) as caught:
            change()
        for said in (shelf.encoder.identity, "another-model@1", "cewen ingest --rebuild"):
            assert said in str(caught.value)
    assert shelf.state() == before


def test_a_rebuild_with_another_model_encodes_everything(shelf: Shelf) -> None:
    path = shelf.write("a.txt", "氢能产业", "市能源局")
    shelf.add(path, shelf.write("b.txt", "民宿产业", "市文旅局"))
    old = shelf.generation()
    path.unlink()
    shelf.encoder.texts.clear()
    library = shelf.library(encoder=TurnedEncoder(shelf.encoder))
    assert library.rebuild() == 2
    assert len(shelf.encoder.texts) == old.manifest.passages
    new = shelf.generation()
    assert (old.manifest.encoder, new.manifest.encoder) == (
        shelf.encoder.identity,
        "another-model@1",
    )
    assert new.documents == old.documents
    np.testing.assert_array_equal(new.dense.vectors[:, ::-1], old.dense.vectors)
    assert "市能源局" in best(shelf.index(encoder=TurnedEncoder(shelf.encoder)))
    with pytest.raises(RebuildNeededError, match="another-model@1"):
        shelf.add(shelf.write("c.txt", "低空经济"))
    shelf.library().delete(shelf.ids()["a.txt"])
    assert shelf.generation().manifest.encoder == "another-model@1"


def test_an_older_reading_needs_a_rebuild(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shelf.write("a.txt", "氢能产业")
    shelf.add(path)
    newer = library_module.READER_VERSION + 1
    monkeypatch.setattr(library_module, "READER_VERSION", newer)
    monkeypatch.setattr(shelf_module, "READER_VERSION", newer)
    with pytest.raises(RebuildNeededError, match="cewen ingest --rebuild"):
        shelf.add(path)
    assert shelf.library().rebuild() == 1
    assert shelf.generation().manifest.reader == newer
    assert shelf.add(path) == ["unchanged"]


@pytest.mark.parametrize("file", ["dense.faiss", "sparse/vocab.index.json"])
def test_a_rebuild_mends_a_damaged_index(shelf: Shelf, file: str) -> None:
    path = shelf.write("a.txt", "氢能产业", "市能源局")
    shelf.add(path)
    (shelf.data / "generations" / "000001" / file).write_bytes(b"")
    with pytest.raises(StoreError, match="cewen ingest --rebuild") as told:
        shelf.add(shelf.write("b.txt", "民宿产业"))
    assert told.value.detail.split("：")[0].endswith(file)
    assert shelf.library().rebuild() == 1
    assert "市能源局" in best(shelf.index())


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_rebuild_without_an_original_loses_nothing(shelf: Shelf, harm: str) -> None:
    shelf.add(shelf.write("a.txt", "氢能产业", "市能源局"), shelf.write("b.txt", "民宿产业"))
    original = shelf.data / "originals" / shelf.generation().documents[1].sha256
    if harm == "missing":
        original.unlink()
    else:
        original.write_bytes("第一条 别的内容。".encode())
    before = shelf.state()
    with pytest.raises(StoreError, match=r"“b\.txt”的原件.*备份") as told:
        shelf.library().rebuild()
    assert original.name in told.value.detail
    assert shelf.state() == before
    assert "市能源局" in best(shelf.index())


def test_a_rebuild_of_nothing(shelf: Shelf) -> None:
    assert shelf.library().rebuild() == 0
    assert shelf.index().search(QUESTION, 5) == []


def test_one_go_or_one_by_one_is_the_same(shelf: Shelf, sample_texts: Path, tmp_path: Path) -> None:
    papers = sorted(sample_texts.glob("*.txt"))[:4]
    at_once, one_by_one = tmp_path / "at-once", tmp_path / "one-by-one"
    shelf.add(*papers, library=shelf.library(at_once))
    for paper in papers:
        shelf.add(paper, library=shelf.library(one_by_one))
    first, second = shelf.generation(at_once), shelf.generation(one_by_one)
    assert first.documents == second.documents
    np.testing.assert_array_equal(first.dense.vectors, second.dense.vectors)
    indexes = shelf.index(at_once), shelf.index(one_by_one)
    for question in (QUESTION, "2027年规模以上工业总产值目标", "技改补助标准", "link 灯塔工厂"):
        found = [
            [(hit.passage.id, hit.score, hit.cosine) for hit in index.search(question, 20)]
            for index in indexes
        ]
        assert found[0] == found[1]
        assert len(found[0]) == 20


def test_the_order_of_adding_does_not_matter_to_what_is_found(
    shelf: Shelf, sample_texts: Path, tmp_path: Path
) -> None:
    papers = sorted(sample_texts.glob("*.txt"))[:4]
    forth, back = tmp_path / "forth", tmp_path / "back"
    shelf.add(*papers, library=shelf.library(forth))
    shelf.add(*reversed(papers), library=shelf.library(back))
    for question in (QUESTION, "2027年规模以上工业总产值目标", "技改补助标准"):
        scores = [
            {hit.passage.id: hit.score for hit in shelf.index(folder).search(question, 10)}
            for folder in (forth, back)
        ]
        assert scores[0] == pytest.approx(scores[1], abs=1e-5)


def test_vectors_do_not_depend_on_their_batch(encoder: Any, sample_texts: Path) -> None:
    lines = (
        (sample_texts / "02-禾丰县新型工业化工作方案.txt").read_text(encoding="utf-8").split("\n")
    )
    texts = [line for line in lines if line][:24]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-4)
