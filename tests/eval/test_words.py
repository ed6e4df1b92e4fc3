"""Which words of the lists no case exercises."""

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from eval.guard.words import list_files, unexercised, words
from tests.conftest import ROOT


def ran(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(words)
    return CliRunner().invoke(app, arguments)


def test_the_lists_of_all_rooms_are_looked_at() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in list_files()}
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("ingest", "index", "service")
        for path in (ROOT / package).rglob("*.txt")
    }
    assert names == found


def test_a_group_is_exercised_by_two_of_its_words(tmp_path: Path) -> None:
    groups = tmp_path / "synonyms.txt"
    groups.write_text("# meanings\n高企 高新技术企业\n民企 民营企业\n")
    pairs = [("有多少家高企", "高新技术企业达到12家"), ("民企有多少", "民企20家")]
    assert unexercised(groups, pairs) == (["民企 民营企业"], 2)


def test_a_word_is_exercised_where_it_stands(tmp_path: Path) -> None:
    listed = tmp_path / "cues.txt"
    listed.write_text("牵头 分工 挂帅\n")
    assert unexercised(listed, [("谁牵头", "按职责分工")]) == (["挂帅"], 3)


def test_the_command_lists_them(tmp_path: Path) -> None:
    case = {"id": "a", "kind": "R", "docs": ["甲.txt"], "question": "谁挂帅？", "history": []}
    case |= {"evidence": ["甲牵头"], "answer": [["甲"]], "reject": []}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case), "utf-8")
    told = ran(str(tmp_path / "cases.jsonl"))
    assert told.exit_code == 0, told.output
    assert "service/guard/alike.txt" in told.output
    assert "高企 高新技术企业" in told.output
    assert "牵头 挂帅 主抓" not in told.output


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    told = ran(str(tmp_path / "none.jsonl"))
    assert told.exit_code == 1
    assert "none.jsonl" in told.output


@pytest.mark.parametrize("path", list_files(), ids=lambda path: path.name)
def test_every_list_explains_itself(path: Path) -> None:
    assert path.read_text("utf-8").startswith("# ")
