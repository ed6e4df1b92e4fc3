"""Generations on disk: whole or not at all, checked when read, one kept."""

import errno
import hashlib
import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import RebuildNeededError, StoreBusyError, StoreError, StoreFullError
from index.retrieval.dense import DenseIndex
from index.retrieval.sparse import SparseIndex
from index.store.corrections import Corrections
from index.store.generations import FORMAT, Generation, Manifest, Store, disk_errors
from ingest.reader import READER_VERSION, read_bytes

DIMENSION = 8
CORRECTED = {"title": "第0号文件", "number": "清江政〔2025〕1号"}


def commit(store: Store, papers: int) -> int:
    """Write a generation with so many papers and one vector for each; return its number."""
    data = [f"第{number}号文件。\n由第{number}局牵头。".encode() for number in range(papers)]
    documents = [read_bytes(some, f"{at}.txt", f"/papers/{at}") for at, some in enumerate(data)]
    vectors = np.eye(max(papers, 1), DIMENSION, dtype=np.float32)[:papers]
    made_with = Manifest(FORMAT, READER_VERSION, "model", DIMENSION, papers, papers, {})
    with store.writing():
        for document, some in zip(documents, data, strict=True):
            store.keep_original(document.sha256, some)
        sparse = SparseIndex.build([[document.name] for document in documents])
        corrections = Corrections().adding(documents[0], CORRECTED) if papers else Corrections()
        return store.commit(documents, corrections, DenseIndex.build(vectors), sparse, made_with)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def folders(store: Store) -> list[str]:
    return sorted(path.name for path in store.generations.iterdir())


def loaded(store: Store) -> Generation:
    generation = store.load()
    assert generation is not None
    return generation


def test_nothing_ingested(store: Store) -> None:
    assert store.current_number() == 0
    assert store.load() is None
    assert store.manifest() is None
    assert store.documents() == ()
    assert store.sources() == ()
    assert store.corrections() == Corrections()


def test_what_is_written_is_read(store: Store) -> None:
    assert commit(store, 3) == 1
    generation = loaded(store)
    assert generation.number == 1
    assert [document.name for document in generation.documents] == ["0.txt", "1.txt", "2.txt"]
    assert generation.documents == store.documents()
    assert generation.manifest == store.manifest()
    assert store.corrections() == Corrections().adding(generation.documents[0], CORRECTED)
    np.testing.assert_array_equal(generation.dense.vectors, np.eye(3, DIMENSION))
    assert [at for at, _ in generation.sparse.search(["1.txt"], 5, None)] == [1]


def test_manifest_says_what_it_was_made_with(store: Store) -> None:
    commit(store, 3)
    folder = store.generations / "000001"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    seal = manifest.pop("seal")
    whole = json.dumps(manifest, sort_keys=True).encode()
    assert seal == hashlib.sha256(whole).hexdigest()
    files = manifest.pop("files")
    assert manifest == {
        "format": FORMAT,
        "reader": READER_VERSION,
        "encoder": "model",
        "dimension": DIMENSION,
        "documents": 3,
        "passages": 3,
    }
    present = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    del present["manifest.json"]
    assert len(present) > 3
    assert files == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in present.items()
    }


def test_one_generation_and_the_used_originals_are_kept(store: Store) -> None:
    for papers in (1, 2, 3, 2):
        commit(store, papers)
    assert folders(store) == ["000004"]
    used = {document.sha256 for document in store.documents()}
    assert {path.name for path in store.originals.iterdir()} == used
    assert len(used) == 2


def test_a_writer_that_fails_changes_nothing_and_leaves_nothing(store: Store) -> None:
    commit(store, 2)
    before = sorted(store.data_dir.rglob("*"))
    with pytest.raises(RuntimeError), store.writing():
        store.keep_original("0" * 64, b"x")
        (store.generations / ".part").mkdir()
        raise RuntimeError
    assert sorted(store.data_dir.rglob("*")) == before
    assert loaded(store).number == 1


def test_left_overs_are_removed_at_the_next_write(store: Store) -> None:
    commit(store, 1)
    for folder in (".part", ".part-x1", "000002"):
        (store.generations / folder / "sparse").mkdir(parents=True)
    for file in (store.originals / "abc.part", store.originals / "abc"):
        file.write_bytes(b"x")
    (store.data_dir / "CURRENT.part").write_bytes(b"")
    assert loaded(store).number == 1
    with store.writing():
        assert folders(store) == ["000001"]
        assert len(list(store.originals.iterdir())) == 1
        assert not list(store.data_dir.rglob("*.part*"))
    assert commit(store, 2) == 2


def test_strangers_in_the_folder_are_left_alone(store: Store) -> None:
    commit(store, 1)
    (store.generations / ".DS_Store").write_bytes(b"x")
    (store.originals / "folder").mkdir()
    assert commit(store, 2) == 2
    assert (store.generations / ".DS_Store").exists()
    assert loaded(store).number == 2


def indexed_files(store: Store) -> list[str]:
    manifest = store.manifest()
    assert manifest is not None
    return sorted(manifest.files.keys() - {"corrections.json"})


@pytest.mark.parametrize("harm", ["missing", "truncated", "changed", "empty"])
@pytest.mark.parametrize("place", range(7))
def test_a_damaged_file_is_named(store: Store, place: int, harm: str) -> None:
    commit(store, 3)
    names = indexed_files(store)
    assert len(names) == 7
    path = store.generations / "000001" / names[place]
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    elif harm == "truncated":
        path.write_bytes(data[:-1])
    elif harm == "empty":
        path.write_bytes(b"")
    else:
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    with pytest.raises(StoreError, match=r"(读不出来|被改动或损坏).*请.*备份恢复") as caught:
        store.load()
    assert str(path) in caught.value.detail
    assert str(path) not in str(caught.value)


def test_a_flipped_bit_is_told_wherever_it_is(store: Store) -> None:
    """Never used in silence: at most the name of what it would be known by is not read."""
    commit(store, 2)

    def read() -> tuple[Any, ...]:
        return store.manifest(), store.documents(), store.sources(), store.corrections()

    before = read()
    folder = store.generations / "000001"
    for name in ("manifest.json", "documents.jsonl", "corrections.json"):
        path = folder / name
        data = path.read_bytes()
        for place in range(len(data)):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            with suppress(StoreError):
                found = read()
                assert data[place - 4 : place + 5].count(b"seal") == 1, (name, place)
                assert found == before
        path.write_bytes(data)
    assert read() == before


@pytest.mark.parametrize("harm", ["changed", "cut off", "emptied"])
def test_questions_are_answered_where_only_the_corrections_are_damaged(
    store: Store, harm: str
) -> None:
    commit(store, 2)
    path = store.generations / "000001" / "corrections.json"
    data = path.read_bytes()
    changed = data.replace("清江政".encode(), "清河政".encode())
    path.write_bytes({"changed": changed, "cut off": data[:-1], "emptied": b""}[harm])
    assert len(loaded(store).documents) == 2
    with pytest.raises(StoreError, match=r"更正记录损坏；请从备份恢复.*或删除"):
        store.corrections()
    path.unlink()
    assert store.corrections() == Corrections()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '"x"', '{"format": 1}'])
def test_a_damaged_manifest_is_named(store: Store, text: str) -> None:
    commit(store, 1)
    path = store.generations / "000001" / "manifest.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="清单") as caught:
        store.load()
    assert str(path) in caught.value.detail
    assert str(path) not in str(caught.value)


def test_another_format_asks_for_a_rebuild(store: Store) -> None:
    commit(store, 2)
    write_manifest(store, {"format": FORMAT + 1, "new": 1})
    message = rf"第 {FORMAT + 1} 版，本程序用第 {FORMAT} 版.*cewen ingest --rebuild"
    with pytest.raises(RebuildNeededError, match=message):
        store.load()
    assert [source.name for source in store.sources()] == ["0.txt", "1.txt"]


def write_manifest(store: Store, changes: dict[str, Any]) -> None:
    """Change the manifest as another version of the program would write it."""
    path = store.generations / "000001" / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8")) | changes
    del fields["seal"]
    path.write_text(json.dumps(fields), encoding="utf-8")


def test_documents_of_another_shape_ask_for_a_rebuild(store: Store) -> None:
    commit(store, 1)
    folder = store.generations / "000001"
    old = b'{"name": "0.txt", "source": "", "sha256": "00"}\n'
    (folder / "documents.jsonl").write_bytes(old)
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    digest = hashlib.sha256(old).hexdigest()
    write_manifest(store, {"files": files | {"documents.jsonl": digest}})
    with pytest.raises(RebuildNeededError, match="cewen ingest --rebuild"):
        store.load()


@pytest.mark.parametrize("content", [b"", b"abc", b"-1", b"0", b"1.5", b"\xff\xfe1", b"\0"])
def test_a_damaged_current_is_named_and_costs_nothing(store: Store, content: bytes) -> None:
    commit(store, 1)
    commit(store, 2)
    current = store.data_dir / "CURRENT"
    current.write_bytes(content)
    before = sorted(store.data_dir.rglob("*"))
    with pytest.raises(StoreError, match=r"CURRENT 损坏.*请删除这一个文件"):
        store.load()
    with pytest.raises(StoreError, match="CURRENT"), store.writing():
        pytest.fail("a writer was let in")
    assert sorted(store.data_dir.rglob("*")) == before
    current.unlink()
    assert len(loaded(store).documents) == 2


def test_without_current_the_newest_generation_counts(store: Store) -> None:
    for papers in (1, 2, 3):
        commit(store, papers)
    (store.data_dir / "CURRENT").unlink()
    assert len(loaded(store).documents) == 3
    assert commit(store, 4) == 4
    assert len(loaded(store).documents) == 4


@pytest.mark.parametrize("harm", ["generation gone", "papers emptied", "a paper cut off"])
def test_no_writer_tidies_up_where_the_papers_are_not_known(store: Store, harm: str) -> None:
    commit(store, 2)
    commit(store, 3)
    papers = store.generations / "000002" / "documents.jsonl"
    if harm == "generation gone":
        (store.data_dir / "CURRENT").write_text("7")
    elif harm == "papers emptied":
        papers.write_bytes(b"")
    else:
        papers.write_bytes(b"".join(papers.read_bytes().splitlines(keepends=True)[:-1]))
    before = sorted(store.data_dir.rglob("*"))
    with pytest.raises(StoreError) as caught, store.writing():
        pytest.fail("a writer was let in")
    assert caught.value.detail.partition("：")[0].endswith(("manifest.json", "documents.jsonl"))
    assert sorted(store.data_dir.rglob("*")) == before


def test_originals_are_checked_when_read(store: Store) -> None:
    commit(store, 2)
    first, second = store.sources()
    assert store.original(first) == "第0号文件。\n由第0局牵头。".encode()
    (store.originals / first.sha256).write_bytes(b"changed")
    (store.originals / second.sha256).unlink()
    for source, reason in ((first, "损坏"), (second, "读不出来")):
        with pytest.raises(StoreError, match=rf"{reason}.*“{source.name}”") as caught:
            store.original(source)
        assert source.sha256 in caught.value.detail


def test_one_writer_at_a_time(store: Store) -> None:
    commit(store, 1)
    with store.writing():
        with pytest.raises(StoreBusyError, match="另一个导入正在进行"):
            commit(Store(store.data_dir), 2)
        assert loaded(store).number == 1
    assert commit(store, 2) == 2


def test_readers_never_fail_while_a_writer_swaps(store: Store) -> None:
    commit(store, 1)
    done = threading.Event()
    failures: list[BaseException] = []
    seen: set[int] = set()

    def read() -> None:
        while not done.is_set():
            try:
                generation = loaded(Store(store.data_dir))
            except BaseException as error:
                failures.append(error)
                return
            seen.add(generation.number)
            assert len(generation.documents) == generation.manifest.documents
            assert len(generation.dense.vectors) == generation.manifest.documents

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        commit(store, 1 + turn % 5)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 3


def test_a_reader_that_was_overtaken_reads_the_newer_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(store, 1)
    genuine = Store.current_number
    numbers = iter([1])

    def outdated(self: Store) -> int:
        number = next(numbers, None)
        return genuine(self) if number is None else number

    commit(store, 2)
    commit(store, 3)
    monkeypatch.setattr(Store, "current_number", outdated)
    assert loaded(store).number == 3


def test_a_folder_without_permission(
    tmp_path: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    store = Store(folder / "data")
    with (
        unprivileged(),
        pytest.raises(StoreError, match=r"没有写入数据目录的权限.*--data-dir") as caught,
        store.writing(),
    ):
        pytest.fail("a writer was let in")
    assert caught.value.detail == str(folder / "data")


def test_a_file_where_the_data_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    store = Store(tmp_path / "data")
    with pytest.raises(StoreError, match="没有写入数据目录的权限"), store.writing():
        pytest.fail("a writer was let in")
    with pytest.raises(StoreError, match="CURRENT"):
        store.load()


def test_generations_can_be_read_by_another_user(store: Store) -> None:
    commit(store, 1)
    for path in (store.generations / "000001").rglob("*"):
        assert path.stat().st_mode & 0o044 == 0o044, path
    assert (store.generations / "000001").stat().st_mode & 0o055 == 0o055


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, None])
def test_a_full_disk_says_so(number: int | None) -> None:
    error = OSError(number, "full") if number else OSError("10 requested and 8 written")
    full = pytest.raises(StoreFullError, match=r"磁盘空间不足.*请腾出空间")
    with full as caught, disk_errors(Path("/x")):
        raise error
    assert caught.value.detail == "/x"
    with pytest.raises(FileNotFoundError), disk_errors(Path("/x")):
        raise FileNotFoundError(errno.ENOENT, "gone")
