"""The benchmark: its questions, its table, and one short run over the sample papers."""

import os
from pathlib import Path

import pytest

from eval import bench
from eval.bench import BenchError, Figure, make_questions, measure, memory, table
from eval.text import display_width
from index.encoder import Encoder
from ingest.reader import read_file


def test_questions_are_different_and_always_the_same(sample_texts: Path) -> None:
    documents = [read_file(path) for path in sorted(sample_texts.glob("*.txt"))]
    questions = make_questions(documents, 200)
    assert len(questions) == len(set(questions)) == 200
    assert questions == make_questions(documents, 200)
    assert questions[:50] == make_questions(documents, 50)
    assert any("泽川市" in question for question in questions)


@pytest.mark.parametrize("made", [False, True])
def test_without_papers_it_says_so_and_leaves(
    made: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = tmp_path / "papers"
    if made:
        papers.mkdir()
    bench.bench(papers, tmp_path / "data")
    assert str(papers) in capsys.readouterr().out
    assert not (tmp_path / "data").exists()


def test_papers_that_are_all_refused_are_an_error(
    tmp_path: Path, models_dir: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "空.txt"
    empty.touch()
    (tmp_path / "models").symlink_to(models_dir)
    monkeypatch.setattr(bench, "load_encoder", lambda *arguments: encoder)
    with pytest.raises(BenchError, match="文件是空的"):
        measure([empty], tmp_path, runs=1, asked=1)


def test_table_is_aligned_and_says_what_is_met() -> None:
    figures = [
        Figure("内存", "1.10 GB", "< 1.20 GB", True),
        Figure("耗时", "9 秒", "< 5 秒", False),
    ]
    head, first, second = table(figures).split("\n")
    places = [display_width(line[: line.index("<")]) for line in (first, second)]
    assert places[0] == places[1] == display_width(head[: head.index("目标")])
    assert first.endswith(" 达到")
    assert second.endswith(" 未达到")


def test_memory_of_this_process() -> None:
    now, peak = memory(os.getpid())
    assert 10_000_000 < now <= peak


def test_all_figures_over_one_paper(
    tmp_path: Path,
    models_dir: Path,
    sample_texts: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "models").symlink_to(models_dir)
    monkeypatch.setattr(bench, "load_encoder", lambda *arguments: encoder)
    paper = next(iter(sorted(sample_texts.glob("*.txt"))))
    figures = {each.name: each for each in measure([paper], tmp_path, runs=1, asked=3)}
    assert figures["生成内置模型（只在首次）"].value.startswith("已缓存")
    assert figures["文件"].value.startswith("1 份")
    assert figures["不同的问题"].value.startswith("3 个")
    assert [path.name for path in tmp_path.iterdir()] == ["models"]
