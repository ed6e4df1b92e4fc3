"""Follow-ups completed, and questions that ask several things taken apart."""

import pytest

from service.question.decompose import decompose
from service.question.followup import complete, full_years
from service.question.places import place_stem
from service.schemas import Turn

PLACES = ("岳阳市", "平江县", "大通湖区")


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("平江休闲食品由谁牵头？", "现代农业这块呢？", "平江现代农业由谁牵头？"),
        (
            "全市氢能产业2026年的产值目标是多少？",
            "2035年呢？",
            "全市氢能产业2035年的产值目标是多少？",
        ),
        ("岳阳市的水运占比是多少？", "平江县呢？", "平江县的水运占比是多少？"),
        ("A类项目支持多少钱？", "那C类呢？", "C类项目支持多少钱？"),
        ("专班的召集人是谁？", "副召集人呢？", "专班的副召集人是谁？"),
        (
            "选派到平江县的特派员经费是多少？",
            "派到其他县区的呢？",
            "选派到其他县区的特派员经费是多少？",
        ),
        ("储能产业2026年产值目标是多少？", "那生物制造呢？", "生物制造2026年产值目标是多少？"),
        ("汨罗市的主导产业是什么？", "那它的特色产业是什么？", "汨罗市的特色产业是什么？"),
        (
            "泽川市氢能产业由谁牵头？",
            "临溪县和禾丰县2026年氢能产值分别是多少？",
            "临溪县和禾丰县2026年氢能产值分别是多少？",
        ),
        (
            "氢能产业由谁牵头？",
            "平江县2024年要建成多少亩高标准农田？",
            "平江县2024年要建成多少亩高标准农田？",
        ),
    ],
)
def test_a_follow_up_is_completed(earlier: str, question: str, whole: str) -> None:
    history = [Turn(role="user", content=earlier), Turn(role="assistant", content="……")]
    assert complete(question, history, PLACES) == whole


def test_without_history_a_question_stays_as_it_is() -> None:
    assert complete("那生物制造呢？", []) == "那生物制造呢？"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("氢能产业由谁牵头？", ["氢能产业由谁牵头？"]),
        (
            "大通湖和平江的增速目标各是多少？",
            ["大通湖的增速目标是多少？", "平江的增速目标是多少？"],
        ),
        (
            "技改的补助比例和最高限额各是多少？",
            ["技改的补助比例是多少？", "技改的最高限额是多少？"],
        ),
        (
            "甲园区的产值目标是多少？由谁牵头？",
            ["甲园区的产值目标是多少？", "甲园区，由谁牵头？"],
        ),
        (
            "古镇项目总投资多少、新增多少间客房，其中2027年几间？",
            [
                "古镇项目总投资多少",
                "古镇项目，新增多少间客房",
                "古镇项目，2027年几间？",
            ],
        ),
        (
            "骗取资金的，几年内不得申报？逾期不验收的，负责人又是几年？",
            ["骗取资金的，几年内不得申报？", "骗取资金，逾期不验收的，负责人又是几年？"],
        ),
        (
            "2026年旅游收入，岳阳市的目标是多少，其中平江县的是多少？",
            ["2026年旅游收入，岳阳市的目标是多少", "2026年旅游收入，平江县的是多少？"],
        ),
        (
            "上海和广州租房提取的上限分别是多少",
            ["上海租房提取的上限分别是多少", "广州租房提取的上限分别是多少"],
        ),
        ("何伟、李强分别任什么职务？", ["何伟、李强分别任什么职务？"]),
        ("补助的名额、期限分别是多少？", ["补助的名额是多少？", "补助的期限是多少？"]),
    ],
)
def test_a_question_is_taken_apart(question: str, parts: list[str]) -> None:
    assert decompose(question, PLACES) == parts


def test_of_very_many_questions_the_first_are_answered() -> None:
    assert len(decompose("、".join(f"第{n}项由谁牵头" for n in range(100)), PLACES)) == 6


def test_a_stem_is_never_one_character() -> None:
    assert [place_stem(place) for place in ("岳阳市", "南县")] == ["岳阳", "南县"]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("到三五年的目标", "到2035年的目标"),
        ("26年的产值", "2026年的产值"),
        ("那35年呢", "那2035年呢"),
        ("楼龄30年的住宅", "楼龄30年的住宅"),
        ("有效期20年", "有效期20年"),
        ("使用25年以上", "使用25年以上"),
    ],
)
def test_years_of_two_digits(text: str, full: str) -> None:
    assert full_years(text) == full
