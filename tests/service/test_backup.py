"""Backups: complete, consistent while papers and conversations change, and never in the way."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from index.errors import StoreError
from index.library.progress import SourceFile
from index.store.generations import Store
from service.backup.archive import ArchiveWriter, BackupError
from service.backup.back_up import back_up
from service.backup.restore import restore
from service.conversations.store import LOCAL_USER, open_conversations
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import ROOT, SettingsFactory, free_port, serving, wait_until_served
from tests.service.conftest import Cewen
from tests.service.small_library import contents, put_papers, say, small_library
from tests.service.test_evaluations import save
from tests.small_disk import SmallDisk

QUESTION = "泽川市氢能产业由哪个单位牵头？"
PAPERS = ("01", "02")
MADE_AGAIN = ("models", "cache", "lock", "reserve", "conversations.db-wal", "conversations.db-shm")


@pytest.fixture
def library(tmp_path: Path) -> Settings:
    return small_library(tmp_path / "data")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where a backup goes."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "backup.zip"


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(BackupError) as caught:
        work()
    return caught.value.in_full()


def use(client: TestClient) -> None:
    """Ask, rate and correct, as readers and the administrator do."""
    begun = client.post("/api/v1/conversations", json={}).json()["id"]
    asked = {"question": QUESTION, "conversation_id": begun}
    answer = client.post("/api/v1/answer", json=asked).json()
    rating = {"request_id": answer["request_id"], "helpful": False, "reason": "不全"}
    assert client.post("/api/v1/feedback", json=rating).status_code == 204
    paper = client.get("/api/v1/documents").json()["documents"][0]["id"]
    corrected = client.patch(f"/api/v1/documents/{paper}", json={"validity": "repealed"})
    assert corrected.status_code == 200


def shown(client: TestClient) -> dict[str, object]:
    """All that the service knows, apart from the numbers of requests."""
    addresses = ("documents", "conversations", "feedback", "evaluations", "responsibilities")
    found = {each: client.get(f"/api/v1/{each}").json() for each in addresses}
    found["answer"] = client.post("/api/v1/answer", json={"question": QUESTION}).json()["answer"]
    for each in found["documents"]["documents"]:
        for what in ("text", "file"):
            address = f"/api/v1/documents/{each['id']}/{what}"
            found[address] = client.get(address).content
    for each in found["conversations"]["conversations"]:
        found[each["id"]] = client.get(f"/api/v1/conversations/{each['id']}").json()
    return found


@pytest.fixture
def real(make_settings: SettingsFactory, loaded_once: None, sample_texts: Path) -> Settings:
    """The settings of a folder with two real papers."""
    settings = make_settings()
    papers = [path for path in sorted(sample_texts.glob("*.txt")) if path.name[:2] in PAPERS]
    Workspace(settings).add([SourceFile.at(path) for path in papers])
    return settings


def test_a_restored_folder_knows_what_the_old_one_did(
    real: Settings, archive: Path, tmp_path: Path
) -> None:
    folder = real.data_dir
    (folder / "evaluations").mkdir()
    save(folder / "evaluations", "20261130T000000000000Z.json")
    with serving(real, Workspace(real)) as client:
        use(client)
        # Nothing of the conversation is in the file of the database yet.
        assert b"conversations" not in (folder / "conversations.db").read_bytes()
        manifest = back_up(real, archive)
        before = shown(client)
    assert (manifest.papers, manifest.conversations) == (len(before["documents"]["documents"]), 1)
    again = Settings(data_dir=tmp_path / "again")
    restore(archive, again.data_dir)
    (again.data_dir / "models").symlink_to(folder / "models")
    with serving(again, Workspace(again)) as client:
        assert shown(client) == before


def test_all_that_cannot_be_made_again_is_in_it(library: Settings, archive: Path) -> None:
    """A new kind of file in the data folder must be put in backups, or be named here."""
    back_up(library, archive)
    current = f"generations/{Store(library.data_dir).current_number():06d}/"
    wanted = {
        name
        for name in contents(library.data_dir)
        if not name.startswith(MADE_AGAIN)
        and (name.startswith(current) or not name.startswith("generations/"))
    }
    with zipfile.ZipFile(archive) as opened:
        assert set(opened.namelist()) == {*wanted, "backup.json"}
        assert opened.testzip() is None
    assert {name.split("/")[0] for name in wanted} == {
        "CURRENT", "generations", "originals", "corrections.json", "conversations.db",
        "evaluations",
    }  # fmt: skip


def test_only_its_owner_can_read_it(library: Settings, archive: Path) -> None:
    before = os.umask(0)
    try:
        back_up(library, archive)
    finally:
        os.umask(before)
    assert archive.stat().st_mode & 0o777 == 0o600
    assert archive.stat().st_nlink == 1
    assert list(archive.parent.iterdir()) == [archive]


def test_conversations_are_whole_while_readers_ask(
    library: Settings, archive: Path, tmp_path: Path
) -> None:
    kept = open_conversations(library)
    done = threading.Event()

    def talk() -> None:
        number = 0
        while not done.is_set():
            say(kept, f"n{number}")
            number += 1

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        for number in range(5):
            before = kept.page(LOCAL_USER, "", 1, 0).total
            path = archive.with_name(f"{number}.zip")
            count = back_up(library, path).conversations
            assert count is not None and count >= before - 1
            restore(path, tmp_path / f"again{number}")
            with closing(sqlite3.connect(tmp_path / f"again{number}" / "conversations.db")) as db:
                assert db.execute("PRAGMA foreign_key_check").fetchall() == []
                assert db.execute("SELECT count(*) FROM conversations").fetchone() == (count,)
    finally:
        done.set()
        talking.join()
        kept.close()


def test_the_library_is_whole_while_papers_come_and_go(
    library: Settings, archive: Path, tmp_path: Path
) -> None:
    done = threading.Event()

    def change() -> None:
        first = 0
        while not done.wait(0.02):
            first += 1
            put_papers(library.data_dir, range(first, first + 3))

    changing = threading.Thread(target=change)
    changing.start()
    try:
        numbers = set()
        for number in range(6):
            path = archive.with_name(f"{number}.zip")
            numbers.add(back_up(library, path).generation)
            restore(path, tmp_path / f"again{number}")
            store = Store(tmp_path / f"again{number}")
            generation = store.load()
            assert generation is not None
            assert len(generation.documents) == 3
            assert all(store.original(source) for source in store.sources())
        assert len(numbers) > 1
    finally:
        done.set()
        changing.join()


def test_a_paper_deleted_while_it_is_copied_makes_it_begin_again(
    library: Settings, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment is forced: the papers change after the index was copied."""
    plain, changes = ArchiveWriter.add, [range(10, 12)]

    def add(self: ArchiveWriter, name: str, path: Path) -> None:
        if name.startswith("originals/") and changes:
            put_papers(library.data_dir, changes.pop())
        plain(self, name, path)

    monkeypatch.setattr(ArchiveWriter, "add", add)
    manifest = back_up(library, archive)
    assert (manifest.papers, manifest.generation) == (2, 3)


def test_a_database_of_its_own_is_said_not_to_be_in_it(
    library: Settings, archive: Path, cewen: Cewen, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "postgresql://cewen:geheim@db.invalid/cewen"
    monkeypatch.setenv("CEWEN_DATABASE_URL", secret)
    ran = cewen("backup", archive, "--data-dir", library.data_dir)
    assert (ran.code, "不在备份中" in ran.err, "pg_dump" in ran.err) == (0, True, True), ran
    assert "geheim" not in ran.err
    assert "对话不在其中" in cewen("restore", archive, "--data-dir", archive.parent / "again").err


def test_nothing_is_overwritten(library: Settings, archive: Path) -> None:
    before = contents(library.data_dir)
    archive.write_bytes(b"mine")
    assert "已经存在，没有覆盖" in refusal(lambda: back_up(library, archive))
    dangling = archive.with_name("link.zip")
    dangling.symlink_to("nowhere")
    assert "已经存在" in refusal(lambda: back_up(library, dangling))
    inside = library.data_dir / "evaluations" / "b.zip"
    assert "不能放在数据目录里面" in refusal(lambda: back_up(library, inside))
    assert archive.read_bytes() == b"mine"
    assert contents(library.data_dir) == before


def test_a_place_that_cannot_be_written_is_told(
    library: Settings, archive: Path, disk: SmallDisk
) -> None:
    assert "备份没有写成" in refusal(lambda: back_up(library, archive.parent / "none" / "b.zip"))
    for room in (0, 8_000, 20_000):
        disk.leave(room)
        assert "备份没有写成" in refusal(lambda: back_up(library, disk.folder / "b.zip"))
        assert [each.name for each in disk.folder.iterdir()] == ["ballast"]


@pytest.mark.parametrize(
    "name", ["originals/*", "generations/*/dense.faiss", "generations/*/documents.jsonl"]
)
@pytest.mark.parametrize("missing", [False, True])
def test_what_is_damaged_is_not_backed_up_as_if_it_were_whole(
    library: Settings, archive: Path, name: str, missing: bool
) -> None:
    path = sorted(library.data_dir.glob(name))[-1]
    path.unlink() if missing else path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(StoreError) as caught:
        back_up(library, archive)
    assert path.name in caught.value.in_full()
    assert list(archive.parent.iterdir()) == []


def test_damaged_conversations_are_not_backed_up_as_if_they_were_whole(
    library: Settings, archive: Path
) -> None:
    database = library.data_dir / "conversations.db"
    data = bytearray(database.read_bytes())
    data[4096:8192] = os.urandom(4096)
    database.write_bytes(data)
    assert "对话记录损坏" in refusal(lambda: back_up(library, archive))
    assert list(archive.parent.iterdir()) == []


def test_an_empty_folder_is_no_library(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "empty").mkdir()
    for settings in (Settings(data_dir=tmp_path / "empty"), Settings(data_dir=tmp_path / "none")):
        assert "数据目录" in refusal(partial(back_up, settings, archive))
    assert not (tmp_path / "none").exists()


def test_the_manuals_commands(real: Settings, tmp_path: Path) -> None:
    """As the manual says it: a backup while the service runs, a drill, and a replacement."""
    manual = (ROOT / "docs" / "管理.md").read_text("utf-8")
    (section,) = re.findall(r"^## 备份和恢复\n(.*?)^## ", manual, re.DOTALL | re.MULTILINE)
    take, drill, replace = re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    (tmp_path / "srv").mkdir()
    (tmp_path / "mnt" / "backup").mkdir(parents=True)
    data = real.data_dir.rename(tmp_path / "srv" / "cewen")
    script = tmp_path / "cewen"
    code = "from service.cli.main import main; main()"
    script.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}' \"$@\"\n", encoding="utf-8")
    script.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def run(commands: str) -> subprocess.CompletedProcess[str]:
        for place in ("/srv/", "/mnt/"):
            commands = commands.replace(place, f"{tmp_path}{place}")
        return subprocess.run(
            ["sh", "-euc", commands],
            env=env,
            capture_output=True,
            check=False,
            text=True,
            cwd=tmp_path,
        )

    port, log = free_port(), tmp_path / "log"
    command = [script, "serve", "--port", str(port), "--data-dir", str(data)]
    with log.open("w") as file:
        service = subprocess.Popen(command, env=env, stdout=file, stderr=file)
    try:
        wait_until_served(service, f"http://127.0.0.1:{port}", log)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            begun = client.post("/api/v1/conversations", json={"title": "留存"})
            assert begun.status_code == 201
        taken = run(take)
        assert (taken.returncode, "1 段对话" in taken.stderr) == (0, True), taken
        drilled = run(drill)
        assert (drilled.returncode, "1 段对话" in drilled.stderr) == (0, True), drilled
        busy = run(replace)
        assert (busy.returncode, "请先停止" in busy.stderr) == (1, True), busy
    finally:
        service.terminate()
        service.wait()
    replaced = run(replace)
    assert (replaced.returncode, "已改名为" in replaced.stderr) == (0, True), replaced
    assert "泽川市" in run(f"cewen search {QUESTION} -k 1 --data-dir /srv/cewen").stdout
