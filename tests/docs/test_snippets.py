"""Every snippet of the documents runs on a fresh start, and what is printed as its outcome comes.

With UPDATE_DOCS=1 in the environment, printed values that differ are replaced by those that came;
what a document leaves out (“…”) within a value that differs has to be left out again by hand.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, copy_data, data_dir_at, free_port, started
from tests.docs.checkout import copy_repository, make_checkout
from tests.docs.markdown import DOCUMENTS, Block, blocks
from tests.docs.outcome import Difference, compared
from tests.docs.reader import MissingTool, Reader, environment
from tests.docs.shell import commands
from tests.llm.lying_server import lying, writes

_NETWORK = "fetches packages from the network"
_LASTS = "lasts until it is stopped; the service is started by “make run”, see the fixtures here"
# Blocks and commands that are not run, by how they begin, and why.
NOT_RUN = {
    "apt-get install libreoffice-writer-nogui": _NETWORK,
    "python3.11 -m pip wheel": _NETWORK,
    "python3.11 -m venv /opt/cewen": "the environment of the tests stands in for it",
    "/opt/cewen/bin/pip install": "installs what the command before it fetched",
    "/opt/cewen/bin/cewen serve": _LASTS,
    ".venv/bin/cewen serve": _LASTS,
    ".venv/bin/cewen mcp": f"{_LASTS}, and so it is by the configuration in docs/接口.md",
    ".venv/bin/cewen ingest samples --watch": "lasts; see tests/service/test_taking_in.py",
    ".venv/bin/cewen eval 用例.jsonl --compare - data_dir=乙,model=": "needs another model",
    "HF_HUB_OFFLINE=1 .venv/bin/python -m pytest": "is one of the tests itself",
    "HF_HUB_OFFLINE=1 .venv/bin/python -m eval.public.query_map": "needs public data, and minutes",
    ".venv/bin/python -m eval.bench": "takes minutes; see tests/eval/test_bench.py",
    "ingest   文件 → Document": "a picture of the structure",
    "字节 → container": "a picture of the structure",
}
_COMMANDS = ("sh", "python", "js")
_OUTCOMES = ("json", "text")
_MINUTES = 60
# Its address, its data folder, and a copy of that from before it was asked anything.
Service = tuple[str, Path, Path]


@pytest.fixture(scope="module")
def service(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """What “make run” starts over a new data folder."""
    folder = tmp_path_factory.mktemp("service")
    repository = copy_repository(folder / "cewen")
    data, port = data_dir_at(folder / "data", models_dir), free_port()
    command = ["make", "-o", ".venv/installed", "run", f"PORT={port}", f"DATA={data}"]
    variables = environment(repository)
    limit = 60 * _MINUTES
    with started(
        command, port, repository, folder / "log", environment=variables, seconds=limit
    ) as url:
        yield url, data, copy_data(data, folder / "copy")


@pytest.fixture
def reader(service: Service, gguf: Path, loaded_once: None, tmp_path: Path) -> Iterator[Reader]:
    url, data, copy = service
    with lying() as model:
        model.does = writes("泽川市低空经济由市交通运输局牵头。")
        yield Reader(make_checkout(tmp_path / "cewen", copy, gguf), url, data, model)


@pytest.mark.timeout(60 * _MINUTES)
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_printed_is_what_comes(path: Path, reader: Reader) -> None:
    wrong: list[Difference] = []
    missing = []
    for block, outcome in steps(path):
        try:
            wrong += followed(block, outcome, reader)
        except MissingTool as error:
            missing.append(f"{block.place}: no {error} here")
    if "UPDATE_DOCS" in os.environ:
        _print_instead(path, wrong)
    assert not wrong, "\n".join(each.said for each in wrong)
    if missing:
        pytest.skip("; ".join(missing))


def steps(path: Path) -> Iterator[tuple[Block, Block | None]]:
    """What is to be done, block by block, each with the outcome that is printed under it."""
    listed = tuple(NOT_RUN)
    left = [
        each for each in blocks(path) if each.language == "sh" or not each.text.startswith(listed)
    ]
    while left:
        block = left.pop(0)
        follows = bool(left) and left[0].section == block.section and left[0].language in _OUTCOMES
        yield block, left.pop(0) if follows and block.language in _COMMANDS else None


def followed(block: Block, outcome: Block | None, reader: Reader) -> list[Difference]:
    """Where what came of a block is not as it should be; places count in the document."""
    try:
        ran = reader.follow(block.language, block.text, NOT_RUN)
    except MissingTool:
        raise
    except Exception as error:  # of whatever the snippet does
        return [Difference(0, 0, f"{block.place}: {error!r}")]
    if outcome is None:
        said = f"{block.place}: ended with {ran.code}: {ran.said}"
        return [Difference(0, 0, said)] if ran.code else []
    try:
        found = compared(outcome.text, ran.said, outcome.language)
    except ValueError as error:
        return [Difference(0, 0, f"{outcome.place}: {error}: {ran.said}")]
    at = outcome.offset
    return [
        Difference(at + each.start, at + each.end, f"{outcome.place}: {each.said}", each.real)
        for each in found
    ]


def _print_instead(path: Path, wrong: list[Difference]) -> None:
    """Write what came into the document, from its end on, so that places stay where they are."""
    text = path.read_text("utf-8")
    for each in sorted(wrong, key=lambda each: each.start, reverse=True):
        if each.real is not None:
            text = text[: each.start] + each.real + text[each.end :]
    path.write_text(text, "utf-8")


def test_what_is_not_run_is_there() -> None:
    """A reason for what is printed no more is no reason."""
    printed = [block for path in DOCUMENTS for block in blocks(path)]
    texts = [block.text for block in printed]
    texts += [each for block in printed if block.language == "sh" for each in commands(block.text)]
    assert [key for key in NOT_RUN if not any(text.startswith(key) for text in texts)] == []
