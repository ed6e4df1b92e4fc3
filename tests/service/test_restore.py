"""Backups restored: into the right place, in one step, and nothing that is not whole and ours."""

import json
import shutil
import stat
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import StoreBusyError
from index.store.generations import Store
from index.store.occupation import in_use
from service.backup.archive import BackupError, opened_archive
from service.backup.back_up import back_up
from service.backup.restore import restore
from tests.service.conftest import Cewen
from tests.service.small_library import contents, small_library
from tests.small_disk import SmallDisk

DAMAGED = "不是策问的备份，或者已损坏、不完整，没有恢复"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup, which no test changes."""
    folder = tmp_path_factory.mktemp("backups")
    path = folder / "good.zip"
    back_up(small_library(folder / "data"), path)
    return path


@pytest.fixture(scope="module")
def whole(good: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the backup holds."""
    target = tmp_path_factory.mktemp("whole") / "data"
    restore(good, target)
    return contents(target)


def refusal(path: Path, target: Path, replace: bool = False) -> str:
    """Why a backup is not restored; what stood at its place still does, and nothing beside it."""
    before = contents(target.parent)
    with pytest.raises(BackupError) as caught:
        restore(path, target, replace)
    assert contents(target.parent) == before
    assert not target.with_name(f".{target.name}.restoring").exists()
    return caught.value.in_full()


def occupied(folder: Path) -> Path:
    """A data folder with something in it."""
    target = folder / "place" / "data"
    target.mkdir(parents=True)
    (target / "CURRENT").write_text("7")
    return target


def test_what_was_backed_up_is_restored(good: Path, whole: dict[str, bytes]) -> None:
    data = good.with_name("data")
    kept = {name: each for name, each in contents(data).items() if name in whole}
    # The database is another file with the same rows.
    database = whole["conversations.db"]
    assert {**kept, "conversations.db": database} == whole
    assert {"CURRENT", "corrections.json", "generations/000002/manifest.json"} <= whole.keys()


def test_a_folder_with_models_alone_is_empty(good: Path, tmp_path: Path) -> None:
    target = tmp_path / "data"
    (target / "models" / "m").mkdir(parents=True)
    (target / "models" / "m" / "weights").write_bytes(b"w")
    (target / "models" / "link").symlink_to("m")
    (target / "lock").touch()
    target.chmod(0o750)
    assert restore(good, target).aside is None
    assert (target / "models" / "link" / "weights").read_bytes() == b"w"
    assert target.stat().st_mode & 0o777 == 0o750
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def test_what_stands_there_is_set_aside_only_when_told(
    good: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    target = occupied(tmp_path)
    (target / "models").mkdir()
    (target / "models" / "weights").write_bytes(b"w")
    before = contents(target)
    assert "已有内容" in refusal(good, target)
    aside = restore(good, target, replace=True).aside
    assert aside is not None and aside.name.startswith("data.replaced-")
    assert contents(aside) == before
    assert contents(target) == {**whole, "models/weights": b"w"}


def test_a_link_to_the_folder_stays_a_link(
    good: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    target = occupied(tmp_path)
    (tmp_path / "link").symlink_to(target)
    restore(good, tmp_path / "link", replace=True)
    assert (tmp_path / "link").is_symlink()
    assert contents(target) == whole


def test_a_mounted_folder_cannot_be_replaced(good: Path, disk: SmallDisk) -> None:
    assert "挂载点" in refusal(good, disk.folder)


def test_nothing_is_restored_where_somebody_is_at_work(good: Path, tmp_path: Path) -> None:
    target = occupied(tmp_path)
    for at_work in (in_use(target), Store(target).writing()):
        (target / "CURRENT").unlink(missing_ok=True)
        with at_work, pytest.raises(StoreBusyError, match="请先停止"):
            restore(good, target, replace=True)
        assert not list(target.parent.glob("data.replaced*"))


def test_nobody_begins_to_work_while_it_is_restored(good: Path, tmp_path: Path) -> None:
    from index.store.occupation import unused

    target = occupied(tmp_path)
    with unused(target), pytest.raises(StoreBusyError, match="正在恢复备份"), in_use(target):
        pytest.fail("in use")
    with in_use(target), in_use(target):
        pass


def test_a_restoration_that_is_killed_leaves_everything_and_is_begun_again(
    good: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    target = occupied(tmp_path)
    before = contents(target)
    code = (
        "import os, sys; from pathlib import Path; from service.backup import restore\n"
        "restore._check_conversations = lambda path: os.kill(os.getpid(), 9)\n"
        "restore.restore(Path(sys.argv[1]), Path(sys.argv[2]), replace=True)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(good), str(target)], check=False)
    assert killed.returncode == -9
    assert contents(target) == before
    assert target.with_name(".data.restoring").exists()
    restore(good, target, replace=True)
    assert contents(target) == whole
    assert not target.with_name(".data.restoring").exists()


def test_a_backup_that_ends_too_early_is_refused(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    for end in (0, 1, 21, 22, 100, len(data) // 2, len(data) - 22, len(data) - 1):
        cut = tmp_path / "cut.zip"
        cut.write_bytes(data[:end])
        assert DAMAGED in refusal(cut, occupied(tmp_path / str(end)), replace=True)


def test_no_damage_goes_unnoticed(good: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """A byte that is not used, such as one of a time, may change; no file ever does."""
    data = good.read_bytes()
    damaged, target = tmp_path / "damaged.zip", tmp_path / "data"
    refused = 0
    for place in range(0, len(data), max(1, len(data) // 150)):
        changed = bytearray(data)
        changed[place] ^= 0x55
        damaged.write_bytes(changed)
        try:
            restore(damaged, target)
        except BackupError as error:
            refused += 1
            assert str(error)
            assert not target.exists()
        else:
            assert contents(target) == whole
            shutil.rmtree(target)
    assert refused > 100


def tar(path: Path) -> None:
    subprocess.run(["tar", "-czf", path, "-C", "/etc", "hostname"], check=True)


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("word/document.xml", "<a/>")


FOREIGN = {
    "nothing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "text": lambda path: path.write_text("备份"),
    "a tar": tar,
    "another zip": other_zip,
    "an empty zip": lambda path: zipfile.ZipFile(path, "w").close(),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_no_backup_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "foreign.zip"
    make(path)
    said = refusal(path, occupied(tmp_path), replace=True)
    assert DAMAGED in said or "备份文件读不出来" in said


Members = list[tuple[zipfile.ZipInfo, bytes]]


def remade(good: Path, path: Path, change: Callable[[Members, dict], None]) -> Path:
    """The backup with other members, which ``change`` makes, and a manifest changed likewise."""
    with zipfile.ZipFile(good) as opened:
        members = [(info, opened.read(info)) for info in opened.infolist()]
    place = next(at for at, (info, _) in enumerate(members) if info.filename == "backup.json")
    info, data = members.pop(place)
    manifest = json.loads(data)
    change(members, manifest)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "w") as opened:
        for each in members:
            opened.writestr(*each)
        opened.writestr(info, json.dumps(manifest))
    return path


def put(name: str, data: bytes = b"x", mode: int = stat.S_IFREG | 0o600) -> Callable:
    """Another file, in the manifest as well."""
    from hashlib import sha256

    def change(members: Members, manifest: dict) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        members.append((info, data))
        manifest["files"][name] = {"sha256": sha256(data).hexdigest(), "size": len(data)}

    return change


def twice(members: Members, manifest: dict) -> None:
    members.append(members[0])


def without(prefix: str, last: bool = False) -> Callable:
    """One file fewer, in the manifest as well."""

    def change(members: Members, manifest: dict) -> None:
        found = [each for each in members if each[0].filename.startswith(prefix)]
        members.remove(found[-1 if last else 0])
        del manifest["files"][found[-1 if last else 0][0].filename]

    return change


def exchanged(prefix: str) -> Callable:
    """Another file in the place of one, in the manifest as well."""
    return lambda members, manifest: (
        name := next(i.filename for i, _ in members if i.filename.startswith(prefix)),
        without(prefix)(members, manifest),
        put(name, b"other")(members, manifest),
    )


def says(**fields: object) -> Callable:
    return lambda members, manifest: manifest.update(fields)


def huge(members: Members, manifest: dict) -> None:
    manifest["files"]["CURRENT"]["size"] = 1 << 50


HOSTILE = {
    "out of the folder": put("../evil"),
    "out of a folder": put("originals/../../evil"),
    "an absolute path": put("/tmp/evil"),
    "a path of Windows": put("evaluations\\..\\evil"),
    "a model": put("models/builtin/config.json"),
    "settings": put("cewen.toml"),
    "a hidden file": put("evaluations/.evil.json"),
    "a control character": put("evaluations/a\n.json"),
    "a link": put("evaluations/a.json", b"/etc/passwd", stat.S_IFLNK | 0o777),
    "a folder": put("evaluations/", b""),
    "twice the same": twice,
    "a file missing": lambda members, manifest: members.pop(),
    "a size that is none": huge,
    "a generation that is none": says(generation=9),
    "no index": without("generations/000002/dense"),
    "no original": without("originals/"),
    "another index": exchanged("generations/000002/dense"),
    "another original": exchanged("originals/"),
    "another CURRENT": exchanged("CURRENT"),
    "another database": exchanged("conversations.db"),
    "a manifest of other fields": says(files=[]),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_no_backup_holds_is_refused(
    change: Callable[[Members, dict], None], good: Path, tmp_path: Path
) -> None:
    hostile = remade(good, tmp_path / "hostile.zip", change)
    said = refusal(hostile, occupied(tmp_path), replace=True)
    assert DAMAGED in said or "对话记录损坏" in said


def test_a_backup_of_a_later_program_is_told(good: Path, tmp_path: Path) -> None:
    later = remade(good, tmp_path / "later.zip", says(format=2))
    assert "别的版本" in refusal(later, occupied(tmp_path))


def test_what_does_not_fit_the_disk_is_refused_before_it_is_unpacked(
    good: Path, disk: SmallDisk
) -> None:
    path = disk.folder / "bomb.zip"
    change = put("evaluations/zeros.json", bytes(40_000_000))
    with zipfile.ZipFile(remade(good, path.with_name("plain.zip"), lambda *_: None)) as opened:
        members = [(info, opened.read(info)) for info in opened.infolist()]
    manifest = json.loads(members.pop()[1])
    change(members, manifest)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for info, data in members:
            opened.writestr(info, data, zipfile.ZIP_DEFLATED)
        opened.writestr("backup.json", json.dumps(manifest))
    assert path.stat().st_size < 1_000_000
    assert "请腾出空间" in refusal(path, occupied(disk.folder), replace=True)


def test_a_disk_that_fills_up_changes_nothing(good: Path, disk: SmallDisk) -> None:
    """There is room for the bytes, but a disk gives it by the page."""
    target = occupied(disk.folder)
    with opened_archive(good) as archive:
        disk.leave(archive.size + 4096)
    assert "No space left" in refusal(good, target, replace=True)


@pytest.mark.parametrize("large", [False, True])
def test_a_directory_that_would_fill_the_memory_is_not_read(
    good: Path, tmp_path: Path, large: bool
) -> None:
    """The file has holes; its end says that its directory is 3 GB long."""
    data = good.read_bytes()
    place, size = data.rindex(b"PK\5\6"), 3_000_000_000
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, size, 1)
    end = data[place : place + 12] + struct.pack("<L", size) + data[place + 16 :]
    absurd = tmp_path / "absurd.zip"
    with absurd.open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(record + locator + data[place:] if large else end)
    tracemalloc.start()
    try:
        assert DAMAGED in refusal(absurd, occupied(tmp_path))
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_database_without_tables_is_one_without_conversations(tmp_path: Path) -> None:
    """As a service leaves it behind whose disk was full at its first start."""
    settings = small_library(tmp_path / "data")
    (settings.data_dir / "conversations.db").write_bytes(b"")
    assert back_up(settings, tmp_path / "b.zip").conversations == 0
    assert restore(tmp_path / "b.zip", tmp_path / "again").manifest.conversations == 0


def test_a_library_of_an_older_format_is_backed_up_all_the_same(tmp_path: Path) -> None:
    settings = small_library(tmp_path / "data")
    manifest = settings.data_dir / "generations" / "000002" / "manifest.json"
    fields = json.loads(manifest.read_text())
    del fields["seal"]
    manifest.write_text(json.dumps({**fields, "format": 0}))
    back_up(settings, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again")
    assert Store(tmp_path / "again").sources() == Store(settings.data_dir).sources()


def test_the_command_says_what_it_did(good: Path, tmp_path: Path, cewen: Cewen) -> None:
    done = cewen("restore", good, "--data-dir", tmp_path / "data")
    assert (done.code, "3 份文件，1 段对话" in done.err) == (0, True), done
    again = cewen("restore", good, "--data-dir", tmp_path / "data")
    assert (again.code, "--replace" in again.err, "Traceback" in again.err) == (1, True, False)
    assert [each.name for each in tmp_path.iterdir()] == ["data"]
