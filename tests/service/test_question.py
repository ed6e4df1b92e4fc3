"""What is understood of a question."""

from pathlib import Path

import pytest

from index.retrieval.tokeniser import Tokeniser
from service.question.intent import Kind
from service.question.parse import Knowledge, Question, read_question

PLACES = ("岳阳市", "平江县")
UNITS = ("市卫生健康委", "市工业和信息化局", "市邮政管理局")


@pytest.fixture(scope="module")
def tokeniser(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    return Tokeniser(tmp_path_factory.mktemp("jieba"), ["氢能产业", "虞公港"])


def read(tokeniser: Tokeniser, text: str, known: tuple[str, ...] = ()) -> Question:
    """Every word but ``known`` is unheard of."""
    known_words = Knowledge(tokeniser, lambda word: 0.5 if word in known else 1.0, PLACES, UNITS)
    return read_question(text, known_words)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("氢能产业由哪个单位牵头？", Kind.LEAD),
        ("揭榜挂帅项目给多少支持？", Kind.FIGURE),
        ("这项工作归谁抓？", Kind.LEAD),
        ("市卫健委牵头负责哪个产业？", Kind.TASKS_OF_UNIT),
        ("领导小组组长是谁？", Kind.PERSON),
        ("项目哪年建成？", Kind.DATE),
        ("产值目标是多少？", Kind.FIGURE),
        ("什么是链长制？", Kind.DEFINITION),
        ("要支持哪几个园区？", Kind.LIST),
        ("办公室电话是多少？", Kind.PHONE),
        ("讲讲营商环境", Kind.OTHER),
    ],
)
def test_the_kind_of_answer(tokeniser: Tokeniser, text: str, kind: Kind) -> None:
    assert read(tokeniser, text).kind is kind


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("岳阳的氢能产业", ("岳阳市",)),
        ("岳阳县的主导产业", ("岳阳县",)),
        ("平江县和岳阳市的目标", ("平江县", "岳阳市")),
        ("全县高新区的目标", ()),
    ],
)
def test_places(tokeniser: Tokeniser, text: str, places: tuple[str, ...]) -> None:
    assert {place.name for place in read(tokeniser, text).places} == set(places)


def test_the_year_of_a_number_or_title_is_not_asked_about(tokeniser: Tokeniser) -> None:
    text = "按岳发〔2024〕6号和《2023年工作要点》，到2026年产值是多少？"
    assert read(tokeniser, text).years == ("2026",)


def test_words_that_ask_carry_no_weight(tokeniser: Tokeniser) -> None:
    terms = {term.text for term in read(tokeniser, "请问氢能产业具体由哪个部门牵头负责？").terms}
    assert terms == {"氢能产业"}


def test_what_is_asked_about_a_thing_weighs_most(tokeniser: Tokeniser) -> None:
    question = read(tokeniser, "虞公港的投资是多少？", known=("投资",))
    assert question.attribute == "投资"


def test_terms_in_quotation_marks_stay_whole(tokeniser: Tokeniser) -> None:
    question = read(tokeniser, "“五链融合”是哪五条链？")
    assert "五链融合" in {term.text for term in question.terms}


@pytest.mark.parametrize(
    ("text", "role"),
    [("副组长有哪些人？", "副组长"), ("专班召集人由谁担任？", "召集人"), ("谁牵头？", "")],
)
def test_the_post_asked_for(tokeniser: Tokeniser, text: str, role: str) -> None:
    assert read(tokeniser, text).role == role


def test_the_dictionary_cache_stays_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.retrieval.tokeniser._read", [])
    Tokeniser(tmp_path / "cache")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_the_words_of_one_tokeniser_are_not_another_s(tmp_path: Path) -> None:
    assert Tokeniser(tmp_path, ["氢能产业"]).words("氢能产业") == ["氢能产业"]
    assert Tokeniser(tmp_path).words("氢能产业") == ["氢能", "产业"]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("周明在领导小组任什么职务？", "周明"),
        ("周明兼什么？", "周明"),
        ("周明是谁？", "周明"),
        ("周明的任务完成情况怎么样？", ""),
        ("周明的电话是多少？", ""),
        ("组长是谁？", ""),
    ],
)
def test_the_person_asked_about(tokeniser: Tokeniser, text: str, person: str) -> None:
    known = Knowledge(tokeniser, lambda _: 1.0, PLACES, UNITS, ("周明",))
    assert read_question(text, known).person == person


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("请问县教育局局长是谁？", "县教育局"),
        ("谁是县教育局局长？", "县教育局"),
        ("办公室主任是谁？", ""),
    ],
)
def test_whose_head_is_asked_for(tokeniser: Tokeniser, text: str, unit: str) -> None:
    assert read(tokeniser, text).unit_of_role == unit
