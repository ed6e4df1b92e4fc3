"""The commands: what they say, and with which exit code they end."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.store.generations import Store
from service.settings import Settings

ROOT = Path(__file__).parents[2]
QUESTION = "泽川市氢能产业由哪个单位牵头？"
PAPER = (
    "关于做好托育服务工作的实施方案\n一、主要目标\n到2026年建成托育服务点12个，"
    "由县卫生健康局牵头。\n"
)
Cewen = Callable[..., Any]


@pytest.fixture
def data(make_settings: Callable[[], Settings]) -> Path:
    """An empty data folder."""
    return make_settings().data_dir


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with one paper, one that is empty, one of another kind, and a hidden one."""
    folder = tmp_path / "papers"
    (folder / "below").mkdir(parents=True)
    (folder / "托育.txt").write_text(PAPER, encoding="utf-8")
    (folder / "below" / "空.txt").write_text("")
    (folder / "录像.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(20))
    (folder / ".草稿.txt").write_text(PAPER + "草稿", encoding="utf-8")
    return folder


def test_ingest_says_of_every_file_what_became_of_it(
    cewen: Cewen, data: Path, papers: Path
) -> None:
    ran = cewen("ingest", papers, "--data-dir", data)
    assert ran.code == 1
    assert ran.err.splitlines() == [
        f"跳过    {papers / '录像.mp4'}（不支持的文件类型）",
        "被拒绝  空.txt：文件是空的，没有可以读取的文字；请检查后重新选择文件。",
        "已导入  托育.txt",
        "共 2 份文件：已导入 1，被拒绝 1。",
    ]


def test_a_file_with_nothing_to_read_is_no_failure(cewen: Cewen, data: Path, papers: Path) -> None:
    (papers / "below" / "空.txt").unlink()
    (papers / "_index.md").write_text("---\ntitle: 目录\n---\n", encoding="utf-8")
    ran = cewen("ingest", papers, "--data-dir", data)
    assert ran.code == 0
    assert ran.err.splitlines()[1:] == [
        "跳过  _index.md：只有文件头信息，没有正文，不必导入。",
        "已导入  托育.txt",
        "共 2 份文件：已导入 1，跳过 1。",
    ]


def test_ingest_again_and_after_a_change(cewen: Cewen, data: Path, papers: Path) -> None:
    paper = papers / "托育.txt"
    ran = cewen("ingest", paper, "--data-dir", data)
    assert (ran.code, ran.err.splitlines()[0]) == (0, "已导入  托育.txt")
    ran = cewen("ingest", paper, "--data-dir", data)
    assert (ran.code, ran.err.splitlines()[0]) == (0, "无变化  托育.txt")
    paper.write_text(PAPER.replace("12", "15"), encoding="utf-8")
    ran = cewen("ingest", paper, "--data-dir", data)
    assert (ran.code, ran.err.splitlines()[0]) == (0, "已更新  托育.txt")
    assert json.loads(cewen("status", "--json", "--data-dir", data).out)["documents"] == 1


@pytest.mark.parametrize(
    "name", ["没有.txt", "没有这样一个文件夹/其中也没有这样一个名字很长的文件.txt"]
)
def test_a_file_that_is_not_there_is_one_line(cewen: Cewen, data: Path, name: str) -> None:
    ran = cewen("ingest", name, "--data-dir", data)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 2
    assert ran.err.startswith(f"被拒绝  {Path(name).name}：读不到文件")


def test_a_named_file_of_another_kind_is_refused(cewen: Cewen, data: Path, papers: Path) -> None:
    ran = cewen("ingest", papers / "录像.mp4", "--data-dir", data)
    assert ran.code == 1
    assert "这是音频或视频，读不了；能读的有 Word" in ran.err


def test_a_folder_without_papers_is_a_failure(cewen: Cewen, data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = cewen("ingest", tmp_path / "empty", "--data-dir", data)
    assert (ran.code, ran.err) == (1, "共 0 份文件：没有可导入的文件。\n")


def test_a_deleted_paper_is_gone_and_can_come_again(cewen: Cewen, data: Path, papers: Path) -> None:
    for paper in (papers / "托育.txt", papers / "below" / "托育.txt"):
        paper.write_text(f"{PAPER}{paper.parent.name}\n", encoding="utf-8")
        cewen("ingest", paper, "--data-dir", data)
    for name, said in (
        ("托育.txt", f"错误：有 2 份文件叫“托育.txt”：.*（{papers / '托育.txt'}）.*请用编号"),
        ("无.txt", "错误：库中没有叫“无.txt”的文件"),
    ):
        ran = cewen("delete", name, "--data-dir", data)
        assert (ran.code, bool(re.match(said, ran.err))) == (2, True), ran.err
    [first, _] = Store(data).documents()
    for name in (first.id, "托育.txt"):
        ran = cewen("delete", name, "--data-dir", data)
        assert (ran.code, ran.err) == (0, "已删除  托育.txt\n")
    assert Store(data).documents() == ()
    files = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert [path for path, held in files.items() if "县卫生健康局".encode() in held] == []
    assert cewen("ingest", papers / "托育.txt", "--data-dir", data).code == 0


def test_rebuild_reads_the_kept_papers_again(cewen: Cewen, data: Path, papers: Path) -> None:
    cewen("ingest", papers / "托育.txt", "--data-dir", data)
    (papers / "托育.txt").unlink()
    ran = cewen("ingest", "--rebuild", "--data-dir", data)
    assert (ran.code, ran.err) == (0, "已重新读取并编码 1 份文件。\n")
    assert "县卫生健康局牵头" in cewen("search", "托育服务由谁牵头？", "--data-dir", data).out


def test_ask_quotes_and_names_the_source(cewen: Cewen, samples_copy: Path) -> None:
    ran = cewen("ask", QUESTION, "--data-dir", samples_copy)
    assert (ran.code, ran.err) == (0, "")
    conclusion, *rest = ran.out.splitlines()
    assert "市发展改革委" in conclusion
    assert re.search(r"(\[\d\])+$", conclusion)
    assert any(
        line.startswith("[1] 《")
        and "（泽发〔2025〕6号） 四、前瞻布局未来产业 › （九）氢能产业" in line
        for line in rest
    )
    assert any("“" in line and "责任单位：市发展改革委" in line for line in rest)


def test_ask_as_json_is_the_contract(cewen: Cewen, samples_copy: Path) -> None:
    found = json.loads(cewen("ask", QUESTION, "--json", "--data-dir", samples_copy).out)
    assert found["status"] == "answered"
    assert set(found) == {
        "answer", "status", "question", "citations", "sentences", "nearest", "backend", "model",
        "prompt", "notice", "unsaved", "ai_generated", "request_id",
    }  # fmt: skip


def test_search_gives_as_many_as_asked_for(cewen: Cewen, samples_copy: Path) -> None:
    plain = cewen("search", QUESTION, "-k", "3", "--data-dir", samples_copy)
    assert re.findall(r"(?m)^(\d)\. 《", plain.out) == ["1", "2", "3"]
    ran = cewen("search", QUESTION, "-k", "3", "--json", "--data-dir", samples_copy)
    results = json.loads(ran.out)["results"]
    assert len(results) == 3
    assert {"passage_id", "document_id", "text", "start", "end", "score"} <= set(results[0])


def test_status_counts(cewen: Cewen, samples_copy: Path) -> None:
    facts = json.loads(cewen("status", "--json", "--data-dir", samples_copy).out)
    assert (facts["documents"], facts["generation"]) == (8, 1)
    assert facts["passages"] > 100
    assert facts["bytes"] > 100_000
    assert facts["data_dir"] == str(samples_copy)
    assert "8 份文件" in cewen("status", "--data-dir", samples_copy).out


def test_without_papers_every_command_says_so(cewen: Cewen, data: Path) -> None:
    assert "0 份文件" in cewen("status", "--data-dir", data).out
    ask = cewen("ask", QUESTION, "--data-dir", data)
    assert (ask.code, ask.out.startswith("未找到依据")) == (0, True)
    assert "导入" in ask.out
    assert "cewen ingest" in cewen("search", QUESTION, "--data-dir", data).out


def test_status_makes_no_folder(cewen: Cewen, tmp_path: Path) -> None:
    assert cewen("status", "--data-dir", tmp_path / "none").code == 0
    assert not (tmp_path / "none").exists()


def test_the_data_folder_from_the_environment_gives_way_to_the_option(
    cewen: Cewen, samples_copy: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEWEN_DATA_DIR", str(samples_copy))
    assert json.loads(cewen("status", "--json").out)["documents"] == 8
    assert json.loads(cewen("status", "--json", "--data-dir", data).out)["documents"] == 0


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["ingest"], "请给出要导入的文件或文件夹", 2),
        (["ask", "  "], "问题是空的", 2),
        (["search", ""], "问题是空的", 2),
        (["serve", "--port", "99999"], "port", 1),
        (["serve", "--host", "0.0.0.0"], "allow_remote", 1),
    ],
)
def test_an_error_is_one_line_in_chinese(
    cewen: Cewen, arguments: list[str], said: str, code: int
) -> None:
    ran = cewen(*arguments)
    assert (ran.code, ran.out) == (code, "")
    [line] = ran.err.splitlines()
    assert line.startswith("错误：")
    assert said in line


@pytest.mark.parametrize("command", [["status"], ["ask", QUESTION], ["search", QUESTION]])
def test_damaged_data_is_one_line_in_chinese(
    cewen: Cewen, samples_copy: Path, command: list[str]
) -> None:
    (samples_copy / "CURRENT").write_text("x")
    ran = cewen(*command, "--data-dir", samples_copy)
    assert (ran.code, ran.out) == (1, "")
    [line] = ran.err.splitlines()
    assert line.startswith("错误：")
    assert str(samples_copy / "CURRENT") in line


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        ("县卫生健康局", [["responsibilities"], ["delete", "托育.txt"], ["ask", QUESTION]]),
        ('"documents": 1', [["status"], ["responsibilities"], ["delete", "托育.txt"]]),
    ],
)
def test_a_flipped_bit_is_told_and_not_used(
    cewen: Cewen, data: Path, papers: Path, words: str, commands: list[list[str]]
) -> None:
    cewen("ingest", papers / "托育.txt", "--data-dir", data)
    name = "manifest.json" if words.isascii() else "documents.jsonl"
    (path,) = data.rglob(name)
    held = path.read_bytes()
    last = held.index(words.encode()) + len(words.encode()) - 1
    path.write_bytes(held[:last] + bytes([held[last] ^ 1]) + held[last + 1 :])
    for command in commands:
        ran = cewen(*command, "--data-dir", data)
        assert (ran.code, ran.out) == (1, "")
        [line] = ran.err.splitlines()
        assert line.startswith("错误：")
        assert str(path) in line


def test_the_installed_command_by_itself(samples_copy: Path) -> None:
    """As a user runs it, with the model loaded anew."""
    done = subprocess.run(
        [Path(sys.executable).with_name("cewen"), "ask", QUESTION],
        env=os.environ | {"CEWEN_DATA_DIR": str(samples_copy)},
        cwd=samples_copy,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "市发展改革委" in done.stdout
