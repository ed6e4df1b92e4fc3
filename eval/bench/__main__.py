"""Measures what a machine needs: reading, preparing the model, ingesting, answering, memory.

Files are read by processes of their own, as ever, and taken in by this one, into fresh data
folders; ``cewen serve`` runs as a process of its own and is asked over HTTP.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eval.bench.answers import make_questions, serving_figures, streaming_figures
from eval.bench.figures import BenchError, Figure, table
from eval.bench.ingest import (
    MODELS,
    data_folder,
    ingest_figures,
    measure_ingest,
    prepare_model,
    prepared_figure,
)
from eval.bench.reading import GroupRead, measure_reading, sample_figures, some_of
from index.embedding.encoder import BUILTIN, Encoder, load_encoder
from ingest.container.kinds import SUFFIXES

RUNS = 3
QUESTIONS = 200
SAMPLE = 100


def bench(
    papers: Annotated[Path, typer.Option(help="存放文件的文件夹。")],
    reading: Annotated[
        Path, typer.Option(help="大量读取用的文件夹，内有 laws、html、pdf。")
    ] = Path("../shared/bench"),
    data_dir: Annotated[
        Path, typer.Option(help="临时数据和内置模型的存放处；模型留在这里，下次不再生成。")
    ] = Path(".cache/bench"),
) -> None:
    """测量读取、准备模型、导入、启动、内存和应答耗时；没有文件可测时说明原因，退出码为 0。"""
    files = sorted(path for path in papers.glob("*") if path.suffix.lower() in SUFFIXES)
    if not files:
        typer.echo(f"跳过应答的测量：{papers} 不存在或没有可读取的文件；可用 --papers 指定文件夹。")
    if not reading.is_dir():
        typer.echo(f"跳过大量读取的测量：{reading} 不存在；可用 --reading 指定文件夹。")
    try:
        figures = measure(files, reading, data_dir.resolve())
    except BenchError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(1) from error
    if figures:
        typer.echo(f"机器：{_machine()}")
        typer.echo(table(figures))


def measure(
    files: Sequence[Path],
    reading: Path,
    data_dir: Path,
    runs: int = RUNS,
    asked: int = QUESTIONS,
) -> list[Figure]:
    """All figures over ``files`` and the data in ``reading``, of those of the two that are there.

    ``data_dir`` keeps the model and nothing else.

    Raises:
        BenchError: no paper could be ingested, or the server does not start or answer.
    """
    if not files and not reading.is_dir():
        return []
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=data_dir) as folder:
        place, models = Path(folder), data_dir / MODELS
        # First, while this process is still small.
        figures, laws = measure_reading(reading, place / "laws") if reading.is_dir() else ([], None)
        figures.append(prepared_figure(prepare_model(models)))
        encoder = load_encoder(BUILTIN, models)
        if laws:
            figures += _sampled(laws, encoder, data_folder(place / "sample", models))
        if files:
            folders = [data_folder(place / str(run), models) for run in range(runs)]
            ingested = measure_ingest(files, encoder, folders)
            del encoder  # the server has the memory to itself
            figures += ingest_figures(ingested)
            questions = make_questions(ingested.documents, asked)
            figures += serving_figures(folders[-1], questions)
            figures += streaming_figures(folders[-1], questions)
    return figures


def _sampled(laws: GroupRead, encoder: Encoder, folder: Path) -> list[Figure]:
    some = some_of(laws.group.files, SAMPLE)
    return sample_figures(measure_ingest(some, encoder, [folder]), laws)


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{next(models, '未知处理器')}，可用 {len(os.sched_getaffinity(0))} 核"


if __name__ == "__main__":
    typer.run(bench)
