"""Questions are answered although the conversations cannot be kept, and the reader is told."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import IntegrityError, OperationalError

from index.errors import StoreError, StoreFullError
from index.library.progress import SourceFile
from index.store.reserve import Reserve
from service.conversations.errors import database_errors
from service.conversations.store import FILE, LOCAL_USER, Conversations
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import copy_data, data_dir_at, serving
from tests.service.small_library import say
from tests.small_disk import SmallDisk

QUESTION = "泽川市氢能产业到2030年产值达到多少？"
FOLLOW_UP = "那2035年呢？"
SECRET = "机密参数甲乙丙"
UNSAVED = "这次问答没有存入对话记录："


@pytest.fixture(scope="module")
def stocked(
    tmp_path_factory: pytest.TempPathFactory,
    models_dir: Path,
    sample_texts: Path,
    loaded_once: None,
) -> Workspace:
    """One real paper."""
    folder = data_dir_at(tmp_path_factory.mktemp("one") / "data", models_dir)
    workspace = Workspace(Settings(data_dir=folder))
    (paper,) = sample_texts.glob("01*")
    workspace.add([SourceFile.at(paper)])
    return workspace


@pytest.fixture
def served(stocked: Workspace, disk: SmallDisk) -> Iterator[tuple[TestClient, SmallDisk]]:
    """The service over papers on a small disk."""
    copy_data(stocked.store.data_dir, disk.data)
    settings = Settings(data_dir=disk.data)
    with serving(settings, Workspace(settings)) as client:
        yield client, disk


def begun(client: TestClient) -> str:
    return str(client.post("/api/v1/conversations", json={}).json()["id"])


def ask(client: TestClient, stream: bool = False, **asked: object) -> dict[str, object]:
    response = client.post("/api/v1/answer", json={"question": QUESTION, "stream": stream, **asked})
    assert response.status_code == 200, response.text
    if not stream:
        return dict(response.json())
    (done,) = [each for each in response.text.split("\n\n") if each.startswith("event: done")]
    return dict(json.loads(done.partition("data: ")[2]))


def spoil(database: Path) -> None:
    for name in ("-wal", "-shm"):
        database.with_name(database.name + name).unlink(missing_ok=True)
    database.write_bytes(os.urandom(20_000))


@pytest.mark.parametrize("stream", [False, True])
def test_a_full_disk_does_not_stop_the_chat(
    served: tuple[TestClient, SmallDisk], stream: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    client, disk = served
    conversation = begun(client)
    assert ask(client, stream, conversation_id=conversation)["unsaved"] == ""
    disk.leave(0)
    refused = client.post("/api/v1/conversations", json={"title": SECRET})
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "store")
    # What fits the room that SQLite has already is kept; then there is no more.
    for _ in range(100):
        answer = ask(client, stream, conversation_id=conversation, question=f"{FOLLOW_UP}")
        assert "2035年" in str(answer["question"]) and "氢能" in str(answer["question"])
        assert "1000亿元" in str(answer["answer"])
        if answer["unsaved"]:
            break
    assert str(answer["unsaved"]).startswith(f"{UNSAVED}磁盘空间不足")
    rating = {"request_id": answer["request_id"], "helpful": True}
    assert client.post("/api/v1/feedback", json=rating).status_code == 404
    disk.clear()
    assert ask(client, stream, conversation_id=conversation)["unsaved"] == ""
    for said in (refused.text, json.dumps(answer, ensure_ascii=False), capfd.readouterr().err):
        for leak in ("SQL", "INSERT", "sqlalche", SECRET, str(disk.folder)):
            assert leak not in said.replace("SQLITE_FULL", "")


def test_conversations_and_papers_are_deleted_on_a_full_disk(
    served: tuple[TestClient, SmallDisk],
) -> None:
    client, disk = served
    conversation = begun(client)
    for _ in range(20):
        ask(client, conversation_id=conversation)
    disk.leave(0)
    assert client.delete(f"/api/v1/conversations/{conversation}").status_code == 204
    assert client.get("/api/v1/conversations").json()["total"] == 0
    disk.leave(0)
    (paper,) = client.get("/api/v1/documents").json()["documents"]
    assert client.delete(f"/api/v1/documents/{paper['id']}").status_code == 204
    assert client.get("/api/v1/documents").json()["documents"] == []
    assert disk.free() > 0


def test_the_service_starts_on_a_full_disk(
    served: tuple[TestClient, SmallDisk], disk: SmallDisk
) -> None:
    client, _ = served
    conversation = begun(client)
    ask(client, conversation_id=conversation)
    settings = Settings(data_dir=disk.data)
    # As after a clean stop: neither the log nor its index is there, which SQLite needs to read.
    with closing(sqlite3.connect(disk.data / FILE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    client.app.state.conversations.close()  # type: ignore[attr-defined]
    assert not (disk.data / f"{FILE}-shm").exists()
    disk.leave(0)
    with serving(settings, Workspace(settings)) as again:
        assert "400亿元" in str(ask(again)["answer"])
        assert "400亿元" in str(ask(again, conversation_id=conversation)["answer"])
        assert again.get("/api/v1/conversations").json()["total"] == 1


@contextmanager
def held(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_database_in_use_elsewhere_does_not_stop_the_chat(
    served: tuple[TestClient, SmallDisk],
) -> None:
    client, disk = served
    conversation = begun(client)
    with held(disk.data / FILE):
        assert str(ask(client, conversation_id=conversation)["unsaved"]).startswith(
            f"{UNSAVED}对话记录正被别的程序占用"
        )
    assert ask(client, conversation_id=conversation)["unsaved"] == ""


def test_a_damaged_database_does_not_stop_the_chat(stocked: Workspace, tmp_path: Path) -> None:
    folder = copy_data(stocked.store.data_dir, tmp_path / "copy")
    spoil(folder / FILE)
    settings = Settings(data_dir=folder)
    with serving(settings, Workspace(settings)) as client:
        alone = ask(client, conversation_id="c", question=FOLLOW_UP)
        assert "对话记录损坏" in str(alone["unsaved"])
        assert "没有结合前文" in str(alone["unsaved"])
        history = [{"role": "user", "content": QUESTION}]
        known = ask(client, conversation_id="c", question=FOLLOW_UP, history=history)
        assert "1000亿元" in str(known["answer"])
        assert "没有结合前文" not in str(known["unsaved"])
        listed = client.get("/api/v1/conversations")
        assert (listed.status_code, "从备份恢复" in listed.text) == (507, True)
        assert str(folder) not in listed.text


def test_what_the_client_remembers_comes_before_what_is_kept(
    served: tuple[TestClient, SmallDisk],
) -> None:
    client, _ = served
    conversation = begun(client)
    ask(client, conversation_id=conversation, question="生物制造由哪个单位牵头？")
    history = [{"role": "user", "content": QUESTION}]
    answer = ask(client, conversation_id=conversation, question=FOLLOW_UP, history=history)
    assert "氢能" in str(answer["question"])


def test_a_folder_that_may_only_be_read(
    tmp_path: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    url = f"sqlite:///{tmp_path / FILE}"
    first = Conversations(url)
    say(first, "r1")
    first.close()
    for path in (tmp_path / FILE, tmp_path):
        path.chmod(0o555)
    with unprivileged():
        kept = Conversations(url)
        with pytest.raises(StoreError, match="权限") as caught:
            say(kept, "r2")
        kept.close()
    assert str(tmp_path) not in str(caught.value)


def test_no_error_of_the_database_tells_sql_or_what_it_holds() -> None:
    """PostgreSQL puts the values into its message, SQLAlchemy the statement and the parameters."""
    cause = Exception(f"duplicate key\nDETAIL: Key (question)=({SECRET})")
    cause.sqlstate = "23505"  # type: ignore[attr-defined]
    for kind in (OperationalError, IntegrityError):
        with pytest.raises(StoreError) as caught, database_errors():
            raise kind("INSERT INTO exchanges", {"question": SECRET}, cause)
        assert caught.value.__cause__ is None and caught.value.__suppress_context__
        assert caught.value.in_full().endswith("（23505）")
        assert SECRET not in caught.value.in_full() and "INSERT" not in caught.value.in_full()


def test_a_deletion_without_a_reserve_changes_nothing_where_there_is_no_room(
    disk: SmallDisk,
) -> None:
    disk.data.mkdir()
    url = f"sqlite:///{disk.data / FILE}"
    kept = Conversations(url)
    ids = [say(kept, f"r{number}") for number in range(5)]
    kept.close()
    assert not (disk.data / f"{FILE}-wal").exists()
    disk.leave(0)
    bare = Conversations(url)
    with pytest.raises(StoreFullError):
        bare.delete(LOCAL_USER, ids[0])
    bare.close()
    disk.clear()
    Reserve(disk.data).keep(1_000_000)
    disk.leave(0)
    spared = Conversations(url, Reserve(disk.data))
    spared.delete(LOCAL_USER, ids[0])
    assert spared.page(LOCAL_USER, "", 1, 0).total == 4
    spared.close()
