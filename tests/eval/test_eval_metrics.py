import pytest

from eval.answers.cases import Case, Kind
from eval.answers.metrics import (
    CitedSpan,
    answer_right,
    citation_right,
    hit_at,
    hit_rank,
    mean,
    median,
    p95,
    proportion,
    reciprocal_rank,
    wilson,
)
from eval.answers.text import display_width, fit, pad, squeeze

UNANSWERABLE = Case("u", Kind.UNANSWERABLE, "问")


def case(
    *evidence: str,
    docs: tuple[str, ...] = (),
    answer: tuple[tuple[str, ...], ...] = (),
    reject: tuple[str, ...] = (),
) -> Case:
    return Case("c", Kind.FIGURE, "问", docs, (), evidence, answer, reject)


def cited(source: str, quote: str, paper: str = "甲", known: bool = True) -> CitedSpan:
    start = source.index(quote)
    return CitedSpan(paper, quote, start, start + len(quote), source if known else None)


def test_squeeze_removes_all_unicode_white_space() -> None:
    assert squeeze(" 甲\u3000乙\n丙\u00a0丁\u2003\t戊\u2028己\u0085 ") == "甲乙丙丁戊己"


def test_hit_across_a_line_break_and_full_width_spaces() -> None:
    asked = case("氢能产业产值 500亿元")
    assert hit_rank(asked, ["甲", "甲"], ["无关", "到2025年，氢能产业\n产值\u3000500亿元。"]) == 2


def test_hit_must_come_from_a_named_paper() -> None:
    texts = ["产值500亿元"] * 3
    assert hit_rank(case("500亿", docs=("乙", "丙")), ["甲", "丙", "乙"], texts) == 2
    assert hit_rank(case("500亿", docs=("丁",)), ["甲", "丙", "乙"], texts) is None
    assert hit_rank(case("500亿"), ["甲", "丙", "乙"], texts) == 1


def test_any_evidence_string_makes_a_hit() -> None:
    assert hit_rank(case("没有的", "500亿"), ["甲"], ["产值500亿元"]) == 1


def test_unanswerable_has_no_hit() -> None:
    assert hit_rank(UNANSWERABLE, ["甲"], ["产值"]) is None


def test_hit_at_and_reciprocal_rank() -> None:
    assert [hit_at(3, depth) for depth in (1, 3, 5)] == [False, True, True]
    assert not hit_at(None, 10)
    # MRR of ranks 1, 4 and none: (1 + 0.25 + 0) / 3.
    ranks = (1, 4, None)
    assert mean([reciprocal_rank(rank) for rank in ranks]) == pytest.approx(1.25 / 3)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("产值 500\u3000亿元，\n2025年实现", True),
        ("产值五百亿元，2025年", True),
        ("产值500亿元", False),
        ("2025年产值500亿元，不是600亿元", False),
        ("", False),
    ],
)
def test_answer_groups_and_reject(answer: str, right: bool) -> None:
    asked = case("e", answer=(("500亿", "五百亿"), ("2025",)), reject=("600 亿",))
    assert answer_right(asked, answer) is right


def test_answer_at_the_border_of_200_characters() -> None:
    asked = case("e", answer=(("500亿",),), reject=("错",))
    # White space does not count: the 4 characters end at the 200th.
    assert answer_right(asked, "字 " * 196 + "500亿") is True
    assert answer_right(asked, "字" * 197 + "500亿") is False
    assert answer_right(asked, "500亿" + "字" * 195 + "错") is False
    assert answer_right(asked, "500亿" + "字" * 196 + "错") is True


def test_answer_has_no_score_where_it_does_not_apply() -> None:
    assert answer_right(UNANSWERABLE, "什么") is None
    assert answer_right(case("e"), "什么") is None


SOURCE = "一、责任单位：市发改委、\n市财政局。二、责任单位：市发改委、\n市工信局。"


def test_citation_covers_the_evidence_across_a_line_break() -> None:
    asked = case("市发改委、市工信局", answer=(("市工信局",),))
    assert citation_right(asked, [cited(SOURCE, "责任单位：市发改委、\n市工信局。")]) is True
    assert citation_right(asked, [cited(SOURCE, "市工信局")]) is True


def test_same_words_in_another_place_are_no_citation() -> None:
    asked = case("市发改委、市工信局", answer=(("市发改委",),))
    elsewhere = cited(SOURCE, "责任单位：市发改委")
    assert elsewhere.start < SOURCE.index("二")
    assert citation_right(asked, [elsewhere]) is False


def test_cited_part_must_hold_the_answer_if_the_evidence_does() -> None:
    asked = case("市发改委、市工信局", answer=(("工信局",),))
    assert citation_right(asked, [cited(SOURCE, "二、责任单位：市发改委、")]) is False


def test_without_the_answer_in_the_evidence_half_of_it_is_needed() -> None:
    source = "前言。甲乙丙丁戊己。结语。"
    asked = case("甲乙丙丁戊己", answer=(("是",),))
    assert citation_right(asked, [cited(source, "丁戊己。结语")]) is True
    assert citation_right(asked, [cited(source, "戊己。结语")]) is False
    assert citation_right(asked, [cited(source, "结语")]) is False


def test_citation_must_be_verbatim_at_its_offsets() -> None:
    right = cited(SOURCE, "市工信局")
    moved = CitedSpan(right.paper, right.quote, right.start - 1, right.end - 1, SOURCE)
    backwards = CitedSpan("甲", "市工信局", -5, -1, SOURCE)
    asked = case("市工信局")
    assert SOURCE[-5:-1] == "市工信局"
    assert citation_right(asked, [right]) is True
    assert citation_right(asked, [moved, backwards]) is False


def test_citation_from_another_paper_is_wrong() -> None:
    asked = case("市工信局", docs=("乙",))
    assert citation_right(asked, [cited(SOURCE, "市工信局", paper="甲")]) is False
    assert citation_right(asked, [cited(SOURCE, "市工信局", paper="乙")]) is True


def test_without_the_source_the_whole_evidence_must_be_quoted() -> None:
    asked = case("市发改委、市工信局", answer=(("市工信局",),))
    whole = cited(SOURCE, "责任单位：市发改委、\n市工信局。", known=False)
    assert citation_right(asked, [whole]) is True
    assert citation_right(asked, [cited(SOURCE, "市工信局", known=False)]) is False


def test_one_right_citation_is_enough_and_none_is_wrong() -> None:
    asked = case("市工信局")
    both = [cited(SOURCE, "市财政局"), cited(SOURCE, "市工信局")]
    assert citation_right(asked, both) is True
    assert citation_right(asked, []) is False
    assert citation_right(UNANSWERABLE, []) is None


def test_proportion_leaves_out_what_does_not_apply() -> None:
    share = proportion([True, None, False, True])
    assert share is not None
    assert (share.passed, share.total) == (2, 3)
    assert share.rate == pytest.approx(2 / 3)
    assert proportion([None, None]) is None


def test_wilson_interval() -> None:
    # 8 of 10: (0.8 + 0.19207 ± 1.959964 * sqrt(0.016 + 0.0096036)) / 1.3841459.
    share = wilson(8, 10)
    assert share is not None
    assert share.low == pytest.approx(0.49016, abs=1e-5)
    assert share.high == pytest.approx(0.94332, abs=1e-5)
    none, every = wilson(0, 5), wilson(5, 5)
    assert none is not None
    assert every is not None
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(0.43449, abs=1e-5)
    assert wilson(0, 0) is None


def test_median_and_p95() -> None:
    assert median([4.0, 1.0, 3.0, 2.0]) == 2.5
    assert p95([float(n) for n in range(1, 21)]) == 19.0
    assert p95([float(n) for n in range(1, 22)]) == 20.0
    assert p95([7.0]) == 7.0
    assert median([]) is p95([]) is mean([]) is None


def test_terminal_columns() -> None:
    assert display_width("命中@5") == 6
    assert display_width("e\u0301\u200b") == 1
    assert pad("命中", 6) + "|" == "命中  |"
    assert pad("命中", 6, right=True) == "  命中"
    assert fit("产业发展方案", 7) == "产业发…"
    assert fit("产业", 4) == "产业"
