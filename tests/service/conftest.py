"""The command line and the service, run in this process with the model already loaded."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.cli import main as cli
from service.settings import Settings
from service.workspace import Workspace
from tests.conftest import serving


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Cewen = Callable[..., Ran]


@pytest.fixture
def cewen(
    loaded_once: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cewen:
    """Runs ``cewen`` with arguments, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["cewen", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        said = capsys.readouterr()
        return Ran(int(caught.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="module")
def untouched(stocked: Workspace) -> Iterator[TestClient]:
    """The service over a module's ``stocked`` papers, for requests that change nothing."""
    with serving(Settings(data_dir=stocked.store.data_dir), stocked) as client:
        yield client
