"""A question's spelling: what is put right, what is left as it is typed, and what is shown."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.retrieval.tokeniser import Tokeniser
from index.search.search import Index
from service.question.spelling import Speller, corrected
from service.schemas import Turn
from service.workspace import Workspace

CASES = Path(__file__).parents[2] / "eval" / "cases"
# Shares of passages, as an index of papers on 益阳市 might have them.
SHARES = {
    "益阳": 0.4, "益阳市": 0.3, "水利局": 0.05, "水利": 0.1, "牵头": 0.2, "印发": 0.3, "资金": 0.2,
    "体现": 0.1, "一次": 0.2, "资源": 0.2, "南方": 0.1, "福建": 0.1, "鍾": 0.01,
}  # fmt: skip


@pytest.fixture(scope="module")
def index(samples_workspace: Workspace) -> Index:
    found = samples_workspace.index()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def speller(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    return Speller(SHARES, Tokeniser(tmp_path_factory.mktemp("jieba")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("泽川市氢能产业由谁迁头", "泽川市氢能产业由谁牵头"),
        ("够房补贴怎么发", "购房补贴怎么发"),
        ("产后损失律是多少", "产后损失率是多少"),
        ("领导小组的付组长是谁", "领导小组的副组长是谁"),
        ("物留园由哪家负责", "物流园由哪家负责"),
        ("安蓝县的主导产业", "安澜县的主导产业"),
        ("宋怀谨担任什么职务", "宋怀瑾担任什么职务"),
        # Twice wrong.
        ("谁负则氢能产叶", "谁负责氢能产业"),
        # It sounds only near: jing for jin.
        ("奖补资经什么时候拨付", "奖补资金什么时候拨付"),
    ],
)
def test_a_wrong_character_is_put_right(index: Index, typed: str, meant: str) -> None:
    assert corrected(typed, [], index)[0] == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("水力局牵头的事", "水利局牵头的事"),
        ("兰方的", "南方的"),
        ("湖建的", "福建的"),
    ],
)
def test_sounds_that_are_near(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        # Another place, in the dictionary; 益阳市 sounds alike.
        "宜阳市的资金",
        # Words of the dictionary that the papers lack, beside one that they have.
        "银发经济",
        "怎么提现",
        # Names of people beside words of the papers.
        "谭志源毕业于哪里",
        # Numbers.
        "链主一词",
        # Too little to go by.
        "的",
        "",
    ],
)
def test_what_may_be_meant_is_left(speller: Speller, typed: str) -> None:
    assert speller.correct(typed) == typed


def test_questions_without_an_error_do_not_change(index: Index) -> None:
    cases = [
        json.loads(line)
        for name in ("samples_dev.jsonl", "samples_tuning.jsonl")
        for line in (CASES / name).read_text(encoding="utf-8").splitlines()
    ]
    # Ids that end in -t are of questions with a typing error.
    questions = [case["question"] for case in cases if not case["id"].endswith("-t")]
    assert len(questions) > 600
    assert [q for q in questions if corrected(q, [], index)[0] != q] == []


@pytest.mark.parametrize(
    ("typed", "simplified"),
    [
        ("氫能產業由哪個單位牽頭？", "氢能产业由哪个单位牵头？"),
        ("工業上樓是什麽意思", "工业上楼是什么意思"),
        # Characters that are simplified too stay, unless the rest is traditional.
        ("张乾著的著作和乾县", "张乾著的著作和乾县"),
        # A name as papers write it.
        ("王鍾的职务", "王鍾的职务"),
    ],
)
def test_traditional_characters(speller: Speller, typed: str, simplified: str) -> None:
    assert speller.correct(typed) == simplified


def test_what_was_asked_before_is_put_right_too(index: Index) -> None:
    said = "由市工信局迁头。"
    history = [
        Turn(role="user", content="禾丰縣氫能產業由誰牽頭"),
        Turn(role="assistant", content=said),
    ]
    question, turns = corrected("那生物制造泥？", history, index)
    assert [turn.content for turn in turns] == ["禾丰县氢能产业由谁牵头", said]
    assert question == "那生物制造泥？"


@pytest.mark.parametrize(
    "typed", ["泽川市氢能产业由哪个单位迁头？", "澤川市氫能產業由哪個單位牽頭？"]
)
def test_the_answer_says_how_the_question_was_understood(client: TestClient, typed: str) -> None:
    meant = "泽川市氢能产业由哪个单位牵头？"
    wrong, right = (
        client.post("/api/v1/answer", json={"question": question}).json()
        for question in (typed, meant)
    )
    assert wrong["question"] == meant
    assert wrong["answer"] == right["answer"]
    assert wrong["status"] == "answered"


def test_search_finds_the_same(client: TestClient) -> None:
    first, second = (
        client.post("/api/v1/search", json={"question": question, "k": 3}).json()["results"]
        for question in ("够房补贴怎么发", "购房补贴怎么发")
    )
    assert first == second
