"""Archives taken in member by member, secret files, and what is kept of an interrupted ingest."""

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest

from index.library.progress import FileResult, Listener, SourceFile
from index.retrieval.dense import FloatArray
from tests.index.shelf import PAPER, RecordingEncoder, Shelf

SECRET = "机密★5年\n鲲鹏基地方案\n一、总体要求\n基地建在青石沟，代号七三一九。\n"
SECRET_WORDS = ("鲲鹏", "青石沟", "七三一九")


def paper(subject: str, number: int = 7) -> bytes:
    return PAPER.format(subject=subject, unit="市商务局", number=number).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def named_in_gb18030(names: dict[str, bytes]) -> bytes:
    """An archive as the file manager of a Chinese Windows makes it: names in GBK, unmarked."""
    places = {f"{at:03}".ljust(len(n.encode("gbk")), "x"): n for at, n in enumerate(names)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, name in places.items():
            archive.writestr(place, names[name])
    data = packed.getvalue()
    for place, name in places.items():
        data = data.replace(place.encode(), name.encode("gbk"))
    return data


def add(shelf: Shelf, *files: tuple[str, bytes]) -> list[FileResult]:
    """Take in files that come from the folder ``/in``."""
    sources = [SourceFile(n, f"/in/{n}", lambda data=data: data) for n, data in files]
    return shelf.library().add(sources)


def told(results: Sequence[FileResult]) -> list[tuple[str, str]]:
    return [(result.name, result.outcome.value) for result in results]


@pytest.mark.parametrize("pack", [named_in_gb18030, zipped])
def test_the_members_of_an_archive_are_papers(shelf: Shelf, pack: Any) -> None:
    files = {"夜市方案.txt": paper("夜市"), "下级/早市方案.txt": paper("早市", 8)}
    results = add(shelf, ("文件.zip", pack(files)))
    names = ["文件.zip/夜市方案.txt", "文件.zip/下级/早市方案.txt"]
    assert told(results) == [(name, "added") for name in names]
    assert shelf.ids() == {r.name: r.document_id for r in results}
    assert [d.source for d in shelf.generation().documents] == [f"/in/{n}" for n in names]
    assert {d.masthead.region for d in shelf.generation().documents} == {"清江市"}


def test_a_bad_member_costs_only_itself(shelf: Shelf) -> None:
    files = {
        "好.txt": paper("夜市"),
        "空.txt": b"",
        "录像.mp4": b"\0\0\0\x18ftypmp42" + bytes(20),
        "坏.docx": b"PK\3\4" + bytes(30),
        "_index.md": "---\ntitle: 目录\n---\n".encode(),
        "又好.txt": paper("早市", 8),
    }
    results = add(shelf, ("a.zip", zipped(files)), ("后.txt", paper("茶市", 9)))
    outcomes = ["added", "refused", "refused", "refused", "skipped", "added"]
    expected = [(f"a.zip/{name}", said) for name, said in zip(files, outcomes, strict=True)]
    assert told(results) == [*expected, ("后.txt", "added")]
    assert all(bool(r.reason) == (r.outcome in {"refused", "skipped"}) for r in results)
    assert len(shelf.ids()) == 3


def test_a_member_damaged_on_the_way_costs_only_itself(shelf: Shelf) -> None:
    data = bytearray(zipped({"1.txt": paper("夜市"), "2.txt": paper("早市", 8)}))
    data[data.find(b"1.txt") + 20] ^= 0xFF
    results = add(shelf, ("a.zip", bytes(data)))
    assert told(results) == [("a.zip/1.txt", "refused"), ("a.zip/2.txt", "added")]
    assert "损坏" in results[0].reason


def beside_a_good_one(files: dict[str, bytes]) -> bytes:
    return zipped({"好.txt": paper("夜市")} | files)


def bomb() -> bytes:
    """An archive that says it unpacks to 4 GB."""
    data = bytearray(zipped({"大.txt": bytes(5_000_000)}))
    at = data.find(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (beside_a_good_one({"内.zip": zipped({"深.txt": paper("早市", 8)})}), "又是一个压缩包"),
        (beside_a_good_one({"../外.txt": paper("早市", 8)}), "指向压缩包以外的位置"),
        (zipped({}), "没有文件"),
        (beside_a_good_one({})[:-30], "损坏"),
        (bomb(), "可能是压缩炸弹"),
    ],
)
def test_an_archive_that_is_not_honest_is_refused(shelf: Shelf, data: bytes, said: str) -> None:
    results = add(shelf, ("a.zip", data), ("后.txt", paper("茶市", 9)))
    assert [r.outcome.value for r in results] == ["refused", "added"]
    assert said in results[0].reason
    assert list(shelf.ids()) == ["后.txt"]


def test_the_archive_again_and_changed(shelf: Shelf) -> None:
    files = {"1.txt": paper("夜市"), "2.txt": paper("早市", 8)}
    add(shelf, ("a.zip", zipped(files)))
    before = shelf.state()
    assert {said for _, said in told(add(shelf, ("a.zip", zipped(files))))} == {"unchanged"}
    assert shelf.state() == before
    files["2.txt"] = paper("早市和夜市", 8)
    files["3.txt"] = files["1.txt"]
    results = add(shelf, ("a.zip", zipped(files)))
    assert [said for _, said in told(results)] == ["unchanged", "replaced", "unchanged"]
    assert len(shelf.ids()) == 2


def test_nothing_of_a_secret_member_is_kept(
    shelf: Shelf, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    files = {"好.txt": paper("夜市"), "密.txt": SECRET.encode(), "密2.txt": SECRET.encode("gbk")}
    results = add(shelf, ("a.zip", zipped(files)), ("单.txt", SECRET.encode()))
    assert [said for _, said in told(results)] == ["added", "refused", "refused", "refused"]
    assert all("机密★5年" in result.reason for result in results[1:])
    kept = b"".join(shelf.state().values())
    said = capfd.readouterr()
    told_of = f"{said.out}{said.err}{caplog.text}{results}"
    for word in SECRET_WORDS:
        assert word not in told_of
        assert not any(word.encode(code) in kept for code in ("utf-8", "gbk", "utf-16-le"))
        assert json_escaped(word) not in kept
    assert len(list((shelf.data / "originals").iterdir())) == 1


def json_escaped(word: str) -> bytes:
    return word.encode("ascii", "backslashreplace")


class Interrupted:
    """The encoder of the shelf, until somebody presses Ctrl+C at its second batch."""

    def __init__(self, encoder: RecordingEncoder) -> None:
        self.identity = encoder.identity
        self.dimension = encoder.dimension
        self._encoder = encoder
        self._batches = 0

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self._batches += 1
        if self._batches == 2:
            raise KeyboardInterrupt
        return self._encoder.encode_passages(texts)


class Heard(Listener):
    """Listens to what becomes of files."""

    def __init__(self) -> None:
        self.results: list[FileResult] = []

    def file(self, result: FileResult) -> None:
        self.results.append(result)


def test_what_is_encoded_before_an_interruption_is_kept(shelf: Shelf) -> None:
    """Also where all files together are fewer than are encoded at once."""
    paths = [shelf.write(f"{n:02}.txt", f"第{n}类夜市", number=n) for n in range(1, 41)]
    files = [SourceFile.at(path) for path in paths]
    heard = Heard()
    with pytest.raises(KeyboardInterrupt):
        shelf.library(encoder=Interrupted(shelf.encoder)).add(files, heard)
    kept = shelf.generation().documents
    assert [r.name for r in heard.results] == [d.name for d in kept]
    assert 0 < len(kept) < len(files)
    assert len({d.sha256 for d in kept}) == len(list((shelf.data / "originals").iterdir()))

    assert shelf.add(*paths) == ["unchanged"] * len(kept) + ["added"] * (len(files) - len(kept))
    elsewhere = shelf.data.parent / "elsewhere"
    shelf.library(elsewhere).add(files)
    assert shelf.generation().documents == shelf.generation(elsewhere).documents
    found, other = shelf.index(), shelf.index(elsewhere)
    question = "第7类夜市由哪个单位牵头？"
    assert [hit.passage.id for hit in found.search(question, 5)] == [
        hit.passage.id for hit in other.search(question, 5)
    ]
