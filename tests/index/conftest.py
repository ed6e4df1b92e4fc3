"""Fixtures for papers on a shelf and for running without privileges."""

import sys
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from index.embedding.encoder import Encoder
from index.retrieval.dense import FloatArray
from index.retrieval.tokeniser import Tokeniser
from tests.index.shelf import RecordingEncoder, Shelf

RunCli = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def known_vectors() -> dict[str, FloatArray]:
    """The vectors the session's tests have had computed, by text."""
    return {}


@pytest.fixture(scope="session")
def make_tokeniser(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Sequence[str]], Tokeniser]:
    """Makes tokenisers that share jieba's cache; one for each set of words."""
    folder = tmp_path_factory.mktemp("jieba")

    @cache
    def make(words: tuple[str, ...]) -> Tokeniser:
        return Tokeniser(folder, words)

    return lambda words: make(tuple(words))


@pytest.fixture
def shelf(
    tmp_path: Path,
    encoder: Encoder,
    known_vectors: dict[str, FloatArray],
    make_tokeniser: Callable[[Sequence[str]], Tokeniser],
) -> Shelf:
    """An empty shelf."""
    return Shelf(tmp_path, RecordingEncoder(encoder, known_vectors), make_tokeniser)


@pytest.fixture
def run_cli(
    encoder: Encoder,
    models_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> RunCli:
    """Runs a command on a data folder; gives its exit code and all it said, on one line.

    The command runs in this process and with the model that is already loaded.
    """
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        from service import workspace  # typer 0.29 uses names that click deprecates
        from service.cli import main as cli  # typer 0.29 uses names that click deprecates
    monkeypatch.setattr(workspace, "load_encoder", lambda *_: encoder)
    monkeypatch.chdir(tmp_path)

    def run(data: Path, *arguments: str | Path) -> tuple[int, str]:
        data.mkdir(parents=True, exist_ok=True)
        if not (data / "models").exists():
            (data / "models").symlink_to(models_dir)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["cewen", *map(str, arguments), "--data-dir", str(data)])
            with pytest.raises(SystemExit) as caught:
                cli.main()
        said = capsys.readouterr()
        return int(caught.value.code or 0), (said.out + said.err).replace("\n", "")

    return run
