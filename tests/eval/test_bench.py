"""The benchmark: its questions, its table, and one short run over the sample papers."""

import json
import lzma
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from eval.answers.text import display_width
from eval.bench import __main__ as bench
from eval.bench.__main__ import measure
from eval.bench.answers import make_questions
from eval.bench.figures import BenchError, Figure, memory, table
from eval.bench.reading import children, measure_reading, some_of
from index.embedding.encoder import Encoder
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
    bench.bench(papers, tmp_path / "none", tmp_path / "data")
    said = capsys.readouterr().out
    assert str(papers) in said
    assert str(tmp_path / "none") in said
    assert not (tmp_path / "data").exists()


def test_papers_that_are_all_refused_are_an_error(
    tmp_path: Path, models_dir: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "空.txt"
    empty.touch()
    (tmp_path / "models").symlink_to(models_dir)
    monkeypatch.setattr(bench, "load_encoder", lambda *arguments: encoder)
    with pytest.raises(BenchError, match="文件是空的"):
        measure([empty], tmp_path / "none", tmp_path, runs=1, asked=1)


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
    monkeypatch.setattr(bench, "load_encoder", lambda *arguments: encoder)
    monkeypatch.setattr("eval.bench.reading.SAMPLES", tmp_path / "none")
    write_laws(tmp_path / "reading" / "laws", second="第二条")
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(models_dir)
    paper = next(iter(sorted(sample_texts.glob("*.txt"))))
    taken = measure([paper], tmp_path / "reading", data, runs=1, asked=3)
    figures = {each.name: each for each in taken}
    assert figures["生成内置模型（只在首次）"].value.startswith("已缓存")
    assert "导入其中 2 部（模型已载入）" in figures
    assert figures["文件"].value.startswith("1 份")
    assert figures["不同的问题"].value.startswith("3 个")
    assert [path.name for path in data.iterdir()] == ["models"]


_LAW = "# 泽川市测试法\n\n第一条 为了测试，制定本法。\n\n第二条 本法自公布之日起施行。\n"


def write_laws(folder: Path, *, second: str) -> None:
    """Two laws and a page of contents, and a list in which the second one ends with ``second``."""
    texts = folder / "md" / "测试法"
    texts.mkdir(parents=True)
    for name, text in (("甲法.md", _LAW), ("乙法.md", f"{_LAW}\n"), ("_index.md", "---\n---\n")):
        (texts / name).write_text(text, encoding="utf-8")
    with tarfile.open(folder / "md.tar.xz", "w:xz") as archive:
        archive.add(folder / "md", "md")
    pairs = [("甲法", "第一条"), ("甲法", "第二条"), ("乙法", "第一条"), ("乙法", second)]
    records = [{"file": f"测试法/{law}.md", "article": article} for law, article in pairs]
    with lzma.open(folder / "articles.jsonl.xz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize(("second", "share"), [("第二条", "100.0%"), ("第三条", "50.0%")])
def test_laws_are_read_and_their_articles_compared(
    second: str, share: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench.reading.SAMPLES", tmp_path / "none")
    write_laws(tmp_path / "laws", second=second)
    figures, laws = measure_reading(tmp_path, tmp_path / "unpacked")
    values = {each.name: each.value for each in figures}
    assert laws
    assert laws.passages >= 4
    assert laws.peak > 10_000_000
    assert values["条目全部认对的法律"].startswith(share)
    assert values["没能读取的文件"] == "0 份（另有 1 份没有正文，跳过）"


def test_what_cannot_be_read_is_counted_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench.reading.SAMPLES", tmp_path / "none")
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "空.html").touch()
    figures, laws = measure_reading(tmp_path, tmp_path / "unpacked")
    assert laws is None
    [failures] = [each for each in figures if each.goal]
    assert (failures.value, failures.met) == ("1 份（另有 0 份没有正文，跳过）", False)
    assert "空.html：文件是空的" in capsys.readouterr().err


def test_children_are_known_while_they_live() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert child.pid in children(os.getpid())
        child.kill()
    assert child.pid not in children(os.getpid())


@pytest.mark.parametrize(("count", "places"), [(3, [0, 3, 6]), (20, [*range(10)])])
def test_a_sample_is_spread_evenly(count: int, places: list[int]) -> None:
    assert some_of([Path(str(n)) for n in range(10)], count) == [Path(str(n)) for n in places]
