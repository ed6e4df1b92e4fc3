"""Adding, replacing, deleting and rebuilding, with the real model."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import library as library_module
from index.dense import FloatArray
from index.errors import RebuildNeededError, StoreError, UnknownDocumentError
from index.library import FileResult, Library, Outcome, SourceFile
from index.search import Index
from index.store import Generation, Store

Add = Callable[..., list[str]]
Make = Callable[..., Library]
Open = Callable[..., Index]
Write = Callable[..., Path]

QUESTION = "氢能产业由哪个单位牵头？"


def generation(folder: Path) -> Generation:
    found = Store(folder).load()
    assert found is not None
    return found


def best(index: Index, question: str = QUESTION) -> str:
    return index.search(question, 1)[0].passage.text


def ids(folder: Path) -> dict[str, str]:
    return {document.name: document.id for document in generation(folder).documents}


def state(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_adding_again_changes_nothing_and_encodes_nothing(
    add: Add, write_paper: Write, recorder: Any, data: Path
) -> None:
    papers = [write_paper("a.txt", "氢能产业"), write_paper("b.txt", "民宿产业")]
    assert add(*papers) == ["added", "added"]
    assert len(recorder.texts) == generation(data).manifest.passages
    before = state(data)
    recorder.texts.clear()
    assert add(*papers) == ["unchanged", "unchanged"]
    assert recorder.texts == []
    assert state(data) == before


def test_only_what_is_new_is_encoded(
    add: Add, write_paper: Write, recorder: Any, data: Path
) -> None:
    first = write_paper("a.txt", "氢能产业")
    add(first)
    recorder.texts.clear()
    add(first, write_paper("b.txt", "民宿产业"))
    (added,) = (d for d in generation(data).documents if d.name == "b.txt")
    assert len(recorder.texts) == len(added.passages)
    assert all("民宿产业" in text and "氢能" not in text for text in recorder.texts)


def test_progress_counts_the_new_passages(
    make_library: Make, write_paper: Write, recorder: Any
) -> None:
    seen: list[tuple[int, int]] = []
    told: list[FileResult] = []
    files = [SourceFile.at(write_paper("a.txt", "氢能产业"))]
    results = make_library().add(files, told.append, lambda done, total: seen.append((done, total)))
    assert told == results
    assert seen[0] == (0, len(recorder.texts))
    assert seen[-1] == (len(recorder.texts), len(recorder.texts))


def test_the_same_text_under_another_name_is_the_same_paper(
    add: Add, write_paper: Write, data: Path
) -> None:
    first = write_paper("a.txt", "氢能产业")
    copied = Path(shutil.copy(first, first.with_name("copy.txt")))
    assert add(first, copied) == ["added", "unchanged"]
    assert add(copied) == ["unchanged"]
    assert list(ids(data)) == ["a.txt"]


def test_a_changed_file_replaces_what_it_was(
    add: Add, open_index: Open, write_paper: Write, data: Path
) -> None:
    path = write_paper("a.txt", "氢能产业", "市发展改革委")
    other = write_paper("b.txt", "民宿产业", "市文旅局")
    add(path, other)
    old = generation(data)
    assert "由市发展改革委牵头" in best(open_index(data))
    assert add(write_paper("a.txt", "氢能产业", "市能源局"), other) == ["replaced", "unchanged"]
    index = open_index(data)
    assert "由市能源局牵头" in best(index)
    assert len(index.documents) == 2
    texts = [hit.passage.text for hit in index.search(QUESTION, 100)]
    assert not any("市发展改革委" in text for text in texts)
    kept = {p.name for p in (data / "originals").iterdir()}
    assert kept == {document.sha256 for document in index.documents.values()}
    assert old.documents[0].sha256 not in kept


def test_uploads_of_one_name_do_not_replace_each_other(make_library: Make, data: Path) -> None:
    library = make_library()
    for text in ("氢能产业由甲局牵头。", "氢能产业由乙局牵头。"):
        file = SourceFile("a.txt", "", text.encode)
        assert [r.outcome for r in library.add([file])] == [Outcome.ADDED]
    assert generation(data).manifest.documents == 2


def test_a_file_that_takes_on_the_text_of_another_loses_its_own(
    add: Add, write_paper: Write, data: Path
) -> None:
    first = write_paper("a.txt", "氢能产业", "市发展改革委")
    second = write_paper("b.txt", "氢能产业", "市能源局")
    add(first, second)
    shutil.copy(second, first)
    assert add(first, second) == ["replaced", "unchanged"]
    (document,) = generation(data).documents
    assert "市能源局" in document.text


def test_files_that_swap_names_are_both_kept(add: Add, write_paper: Write, data: Path) -> None:
    first = write_paper("a.txt", "氢能产业", "市发展改革委")
    second = write_paper("b.txt", "氢能产业", "市能源局")
    add(first, second)
    before = set(ids(data).values())
    texts = first.read_bytes(), second.read_bytes()
    first.write_bytes(texts[1])
    second.write_bytes(texts[0])
    add(first, second)
    assert set(ids(data).values()) == before
    units = {d.name: "市能源局" in d.text for d in generation(data).documents}
    assert units == {"a.txt": True, "b.txt": False}
    assert add(first, second) == ["unchanged", "unchanged"]


def test_a_paper_is_deleted(
    add: Add, make_library: Make, open_index: Open, write_paper: Write, recorder: Any, data: Path
) -> None:
    add(write_paper("a.txt", "氢能产业", "市能源局"), write_paper("b.txt", "民宿产业", "市文旅局"))
    recorder.texts.clear()
    make_library().delete(ids(data)["a.txt"])
    index = open_index(data)
    assert [d.name for d in index.documents.values()] == ["b.txt"]
    assert not any("市能源局" in hit.passage.text for hit in index.search(QUESTION, 100))
    assert "市文旅局" in best(index, "民宿产业由哪个单位牵头？")
    assert recorder.texts == []
    assert len(list((data / "originals").iterdir())) == 1


def test_an_unknown_paper_cannot_be_deleted(
    add: Add, make_library: Make, write_paper: Write, data: Path
) -> None:
    with pytest.raises(UnknownDocumentError, match="没有编号为 x 的文件"):
        make_library().delete("x")
    add(write_paper("a.txt", "氢能产业"))
    before = state(data)
    for unknown in ("x", "", ids(data)["a.txt"][:-1]):
        with pytest.raises(UnknownDocumentError, match=f"没有编号为 {unknown} 的文件"):
            make_library().delete(unknown)
    assert state(data) == before


def test_a_deleted_paper_can_be_added_again(
    add: Add, make_library: Make, open_index: Open, write_paper: Write, data: Path
) -> None:
    path = write_paper("a.txt", "氢能产业", "市能源局")
    add(path)
    make_library().delete(ids(data)["a.txt"])
    assert open_index(data).search(QUESTION, 5) == []
    assert add(path) == ["added"]
    assert "市能源局" in best(open_index(data))


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


def test_another_model_needs_a_rebuild(
    add: Add, make_library: Make, open_index: Open, write_paper: Write, recorder: Any, data: Path
) -> None:
    path = write_paper("a.txt", "氢能产业", "市能源局")
    add(path, write_paper("b.txt", "民宿产业", "市文旅局"))
    before = state(data)
    library = make_library(encoder=TurnedEncoder(recorder))
    changes: list[Callable[[], object]] = [
        lambda: library.add([SourceFile.at(path)]),
        lambda: library.delete(ids(data)["a.txt"]),
        lambda: open_index(data, TurnedEncoder(recorder)),
    ]
    for change in changes:
        with pytest.raises(RebuildNeededError) as caught:
            change()
        for said in (recorder.identity, "another-model@1", "cewen ingest --rebuild"):
            assert said in str(caught.value)
    assert state(data) == before


def test_a_rebuild_with_another_model_encodes_everything(
    add: Add, make_library: Make, open_index: Open, write_paper: Write, recorder: Any, data: Path
) -> None:
    path = write_paper("a.txt", "氢能产业", "市能源局")
    add(path, write_paper("b.txt", "民宿产业", "市文旅局"))
    old = generation(data)
    path.unlink()
    recorder.texts.clear()
    library = make_library(encoder=TurnedEncoder(recorder))
    assert library.rebuild() == 2
    assert len(recorder.texts) == old.manifest.passages
    new = generation(data)
    assert (old.manifest.encoder, new.manifest.encoder) == (recorder.identity, "another-model@1")
    assert new.documents == old.documents
    np.testing.assert_array_equal(new.dense.vectors[:, ::-1], old.dense.vectors)
    assert "市能源局" in best(open_index(data, TurnedEncoder(recorder)))
    with pytest.raises(RebuildNeededError, match="another-model@1"):
        make_library().delete(ids(data)["a.txt"])


def test_an_older_reading_needs_a_rebuild(
    add: Add,
    make_library: Make,
    write_paper: Write,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_paper("a.txt", "氢能产业")
    add(path)
    newer = library_module.READER_VERSION + 1
    monkeypatch.setattr(library_module, "READER_VERSION", newer)
    with pytest.raises(RebuildNeededError, match="cewen ingest --rebuild"):
        add(path)
    assert make_library().rebuild() == 1
    assert generation(data).manifest.reader == newer
    assert add(path) == ["unchanged"]


@pytest.mark.parametrize("file", ["dense.faiss", "sparse/vocab.index.json"])
def test_a_rebuild_mends_a_damaged_index(
    add: Add, make_library: Make, open_index: Open, write_paper: Write, data: Path, file: str
) -> None:
    path = write_paper("a.txt", "氢能产业", "市能源局")
    add(path)
    (data / "generations" / "000001" / file).write_bytes(b"")
    with pytest.raises(StoreError, match=rf"{file}.*cewen ingest --rebuild"):
        add(write_paper("b.txt", "民宿产业"))
    assert make_library().rebuild() == 1
    assert "市能源局" in best(open_index(data))


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_rebuild_without_an_original_loses_nothing(
    add: Add, make_library: Make, open_index: Open, write_paper: Write, data: Path, harm: str
) -> None:
    add(write_paper("a.txt", "氢能产业", "市能源局"), write_paper("b.txt", "民宿产业"))
    original = data / "originals" / generation(data).documents[1].sha256
    if harm == "missing":
        original.unlink()
    else:
        original.write_bytes("第一条 别的内容。".encode())
    before = state(data)
    with pytest.raises(StoreError, match=rf"{original.name}.*“b\.txt”的原件.*备份"):
        make_library().rebuild()
    assert state(data) == before
    assert "市能源局" in best(open_index(data))


def test_a_rebuild_of_nothing(make_library: Make, open_index: Open, data: Path) -> None:
    assert make_library().rebuild() == 0
    assert open_index(data).search(QUESTION, 5) == []


def test_one_go_or_one_by_one_is_the_same(
    add: Add, make_library: Make, open_index: Open, samples_dir: Path, tmp_path: Path
) -> None:
    papers = sorted(samples_dir.glob("*.txt"))[:4]
    at_once, one_by_one = tmp_path / "at-once", tmp_path / "one-by-one"
    add(*papers, library=make_library(at_once))
    for paper in papers:
        add(paper, library=make_library(one_by_one))
    first, second = generation(at_once), generation(one_by_one)
    assert first.documents == second.documents
    np.testing.assert_array_equal(first.dense.vectors, second.dense.vectors)
    indexes = open_index(at_once), open_index(one_by_one)
    for question in (QUESTION, "2027年规模以上工业总产值目标", "技改补助标准", "link 灯塔工厂"):
        found = [
            [(hit.passage.id, hit.score, hit.cosine) for hit in index.search(question, 20)]
            for index in indexes
        ]
        assert found[0] == found[1]
        assert len(found[0]) == 20


def test_the_order_of_adding_does_not_matter_to_what_is_found(
    add: Add, make_library: Make, open_index: Open, samples_dir: Path, tmp_path: Path
) -> None:
    papers = sorted(samples_dir.glob("*.txt"))[:4]
    forth, back = tmp_path / "forth", tmp_path / "back"
    add(*papers, library=make_library(forth))
    add(*reversed(papers), library=make_library(back))
    for question in (QUESTION, "2027年规模以上工业总产值目标", "技改补助标准"):
        scores = [
            {hit.passage.id: hit.score for hit in open_index(folder).search(question, 10)}
            for folder in (forth, back)
        ]
        assert scores[0] == pytest.approx(scores[1], abs=1e-5)


def test_vectors_do_not_depend_on_their_batch(encoder: Any, samples_dir: Path) -> None:
    lines = (
        (samples_dir / "02-禾丰县新型工业化工作方案.txt").read_text(encoding="utf-8").split("\n")
    )
    texts = [line for line in lines if line][:24]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-4)
