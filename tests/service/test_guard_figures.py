"""Figures as the guard compares them: numerals, units, bounds, dates."""

from decimal import Decimal

import pytest

from service.guard.clauses import read_claim
from service.guard.figures import DATE, YEAR, Figure, figures, fold


def only(text: str) -> Figure:
    (found,) = figures(fold(text))
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1亿元", "10000万元"),
        ("一亿元", "1亿元"),
        ("百分之二十", "20%"),
        ("两家", "2家"),
        ("三十六个月", "36个月"),
        ("１２家", "12家"),
        ("1,200台", "1200台"),
        ("三千二百万元", "3200万元"),
        ("十二名", "12人"),
        ("390亿", "390亿元"),
        ("总投资（万元）：286000", "28.6亿元"),
    ],
)
def test_two_ways_of_writing_one_figure(one: str, other: str) -> None:
    assert only(one).key == only(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("20%", "20个百分点"),
        ("3家", "3个"),
        ("5亩", "5平方公里"),
        ("5亿元", "5万元"),
        ("80万千瓦", "80千瓦"),
        ("58公里", "58里"),
        ("0.2‰", "0.2%"),
        ("前3位", "后3位"),
    ],
)
def test_two_units_are_two_figures(one: str, other: str) -> None:
    assert only(one).key != only(other).key


@pytest.mark.parametrize(
    ("text", "bound", "loose"),
    [
        ("不低于380万元", "≥", False),
        ("100家以上", "≥", False),
        ("突破1000亿元", "≥", True),
        ("不超过3年", "≤", False),
        ("最高支持500万元", "≤", False),
        ("5个工作日以内", "≤", True),
        ("45%左右", "≈", False),
        ("达到45%", "", False),
    ],
)
def test_bounds(text: str, bound: str, loose: bool) -> None:
    figure = only(text)
    assert (figure.bound, figure.loose) == (bound, loose)


def test_what_a_value_starts_from() -> None:
    found = figures(fold("由2024年的31%提高到2026年的42%"))
    assert [f.before for f in found if f.unit == "%"] == [True, False]


def test_dates_keep_year_month_day_and_side() -> None:
    year, date = figures(fold("二〇二五年9月底前"))
    assert (year.value, year.unit) == (Decimal(2025), YEAR)
    assert (date.value, date.unit, date.bound) == ("2025-9-", DATE, "底前")
    until = figures(fold("4月1日至30日"))[-1]
    assert until.value == "-4-30"
    (number,) = (f for f in figures(fold("2025年5日")) if f.unit == YEAR)
    assert number.value == 2025


@pytest.mark.parametrize("text", ["一般项目", "第一产业", "一次性奖励", "环湖百里画廊", "十分重要"])
def test_words_that_hold_numerals_count_nothing(text: str) -> None:
    assert figures(fold(text)) == ()


def test_pairs_said_with_respectively_come_apart() -> None:
    said = read_claim("对甲级、乙级、丙级的民宿，分别奖励20万元、10万元、3万元。")
    paired = {clause.counts[0].text: clause.lead[0] for clause in said if clause.counts}
    assert {figure: level[1:3] for figure, level in paired.items()} == {
        "20万元": "甲级",
        "10万元": "乙级",
        "3万元": "丙级",
    }


def test_a_clause_without_subject_takes_it_from_before() -> None:
    *_, last = read_claim("到2026年，工业总产值达到820亿元；到2027年，达到900亿元。")
    assert last.years == {2027}
    assert any("工业总产值" in text for text in last.lead)


def test_a_counted_list_must_have_as_many_items() -> None:
    assert [c.own for c in read_claim("“未来产业”共2项：氢能产业、低空经济。")] == [
        "“未来产业”",
        "氢能产业",
        "低空经济",
    ]
    assert any("3项" in c.own for c in read_claim("共3项：氢能产业、低空经济。"))
