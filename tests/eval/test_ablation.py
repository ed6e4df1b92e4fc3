"""Every piece can be switched off, and the table says what that does."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from eval import ablation
from eval.ablation import PIECES, AblationError, Piece, measure, without
from eval.answers.cases import Case, Kind
from index.retrieval.synonyms import synonyms
from index.retrieval.tokeniser import Tokeniser
from service.answer import scoring
from service.assistant import Assistant
from service.schemas import Turn
from service.workspace import Workspace

NAMES = {piece.name: piece for piece in PIECES}
ASKED = (
    Case("r", Kind.RESPONSIBLE, "泽川市氢能产业由哪个单位牵头？", (), (),
         ("市发展改革委",), (("市发展改革委",),)),
    Case("m", Kind.FOLLOW_UP, "那低空经济呢？", (), ("泽川市氢能产业由哪个单位牵头？",),
         ("低空经济",), (("由市交通运输局牵头",),)),
    Case("u", Kind.UNANSWERABLE, "大熊猫一天睡多久？"),
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_what_a_piece_hangs_on_is_there(piece: Piece) -> None:
    with without(piece):
        pass


def test_no_piece_stands_there_twice() -> None:
    assert len(NAMES) == len(PIECES)


def test_every_part_of_the_score_is_a_piece() -> None:
    parts = {name for name in vars(scoring) if re.fullmatch("[A-Z_]+_(BONUS|PENALTY|PAIRS)", name)}
    listed = {target.rpartition(".")[2] for piece in PIECES for target in piece.off}
    assert parts
    assert parts <= listed


def test_a_piece_is_off_and_on_again(tmp_path: Path) -> None:
    tokeniser = Tokeniser(tmp_path)
    with without(NAMES["同义词（检索和打分）"]), without(NAMES["检索：相邻两字"]):
        assert not synonyms("高企")
        assert tokeniser.search_terms("氢能产业") == ["氢能", "产业"]
    assert synonyms("高企")
    assert len(tokeniser.search_terms("氢能产业")) > 2


@pytest.mark.parametrize("target", ["service.answer.scoring.NONE", "service.none.NONE"])
def test_a_piece_that_is_gone_is_told_before_anything_is_run(target: str) -> None:
    with pytest.raises(AblationError, match=f"“甲”改不了 {target}"):
        measure([], [Piece("甲", {target: 0.0})])


def test_a_function_with_other_arguments_is_told(samples_workspace: Workspace) -> None:
    piece = Piece("甲", {"service.question.understand.decompose": lambda: []})
    with pytest.raises(AblationError, match=r"甲：用例 r .*回答出错：TypeError"):
        measure([(Assistant(samples_workspace.index), ASKED)], [piece])


def test_the_table(samples_workspace: Workspace) -> None:
    assistant = Assistant(samples_workspace.index)
    pieces = [NAMES["追问的补全"], NAMES["打分：检索得分"]]
    heads, whole, follow_up, rank = measure(
        [(assistant, ASKED[:2]), (assistant, ASKED[2:])], pieces
    )
    assert heads[0] == "去掉的部分"
    assert list(whole[1:]) == ["100.0%", "100.0%", "0.0%", "100.0%", "", "", "", ""]
    assert list(follow_up[5:]) == ["-50.0", "0", "1", "1.000"]
    assert list(rank[5:]) == ["+0.0", "0", "0", "1.000"]
    history = [Turn(role="user", content=ASKED[1].history[0])]
    assert "低空经济" in assistant.answer(ASKED[1].question, history).answer


@pytest.mark.parametrize(
    ("group", "said"),
    [("cases.jsonl", "不是“数据目录=用例文件”的形式"), ("/none=/none.jsonl", "无法读取用例文件")],
)
def test_bad_groups_are_told(group: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        ablation.ablation([group])
    assert said in capsys.readouterr().err


def test_papers_that_are_missing_are_told(
    samples_workspace: Workspace,
    write_cases: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = write_cases(
        '{"id":"a","kind":"U","docs":["缺席.txt"],"question":"问","evidence":[],"answer":[]}'
    )
    with pytest.raises(typer.Exit):
        ablation.ablation([f"{samples_workspace.store.data_dir}={cases}"])
    assert "用例涉及的文件尚未入库：缺席.txt" in capsys.readouterr().err
