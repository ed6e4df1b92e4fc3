"""Preparing the model and taking papers in, into fresh data folders, in this process."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.bench.figures import BenchError, Figure, say
from index.embedding.builtin_model import NAME, ensure_builtin_model
from index.embedding.encoder import Encoder
from index.library.library import Library
from index.library.progress import Outcome, SourceFile
from index.retrieval.tokeniser import Tokeniser
from index.store.generations import Store
from ingest.types import Document

INGEST_GOAL = 10.0  # seconds
MODELS = "models"


@dataclass(frozen=True, slots=True)
class Ingested:
    """Papers taken in; ``seconds`` is the median over the runs."""

    seconds: float
    documents: tuple[Document, ...]

    @property
    def passages(self) -> int:
        """How many passages the papers have."""
        return sum(len(document.passages) for document in self.documents)


def prepare_model(models: Path) -> float | None:
    """Make the built-in model in ``models``; the seconds it took, None if it was there."""
    if (models / NAME).is_dir():
        return None
    say("生成内置模型……")
    start = time.perf_counter()
    ensure_builtin_model(models)
    return time.perf_counter() - start


def data_folder(folder: Path, models: Path) -> Path:
    """An empty data folder that shares the model."""
    folder.mkdir()
    (folder / MODELS).symlink_to(models)
    return folder


def measure_ingest(files: Sequence[Path], encoder: Encoder, folders: Sequence[Path]) -> Ingested:
    """Ingest ``files`` once into each of the fresh ``folders`` with a loaded encoder.

    Raises:
        BenchError: none of the files could be taken in.
    """
    seconds: list[float] = []
    for number, folder in enumerate(folders, start=1):
        say(f"导入 {len(files)} 份文件（第 {number} 次，共 {len(folders)} 次）……")
        start = time.perf_counter()
        library = Library(Store(folder), lambda: encoder, partial(_tokeniser, folder))
        results = library.add([SourceFile.at(path) for path in files])
        seconds.append(time.perf_counter() - start)
        if all(result.outcome is Outcome.REFUSED for result in results):
            raise BenchError(f"没有一份文件能导入；第一份的原因：{results[0].reason}")
    return Ingested(statistics.median(seconds), Store(folders[-1]).documents())


def prepared_figure(seconds: float | None) -> Figure:
    """How long making the model took."""
    return Figure(
        "生成内置模型（只在首次）", "已缓存，未测" if seconds is None else f"{seconds:.1f} 秒"
    )


def ingest_figures(ingested: Ingested) -> list[Figure]:
    """How large the papers are, and how long they took."""
    characters = sum(len(document.text) for document in ingested.documents)
    size = f"{len(ingested.documents)} 份，{characters} 字，{ingested.passages} 段"
    return [
        Figure("文件", size),
        Figure(
            "导入（模型已载入）",
            f"{ingested.seconds:.2f} 秒",
            f"< {INGEST_GOAL:.0f} 秒",
            ingested.seconds < INGEST_GOAL,
        ),
        Figure("导入速度", f"{ingested.passages / ingested.seconds:.0f} 段/秒"),
    ]


def _tokeniser(folder: Path, words: Sequence[str]) -> Tokeniser:
    return Tokeniser(folder / "cache", words)
