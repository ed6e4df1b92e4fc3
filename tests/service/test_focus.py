"""Long evidence cut to the words that answer."""

from service.answer.excerpt import MAX_SHOWN, focus, of_years
from service.question.intent import Kind
from service.question.parse import Question, Term


def question(kind: Kind, *terms: str, years: tuple[str, ...] = ()) -> Question:
    return Question("", kind, tuple(Term(text, 1.0) for text in terms), years, ())


def test_only_the_year_asked_for_is_kept() -> None:
    text = "到2026年，产值突破3000亿元；到2035年，产值突破10000亿元。"
    assert of_years(text, 0, len(text), ("2035",)) == "到2035年，产值突破10000亿元。"


def test_items_of_several_years_keep_what_they_are_about() -> None:
    text = "三年保障工业用地4500亩，其中2025年1600亩、2026年1500亩、2027年1400亩。"
    shown, start, end = focus(text, 0, question(Kind.FIGURE, "工业用地", years=("2026",)))
    assert shown == "三年保障工业用地4500亩，其中……2026年1500亩"
    assert text[start:end].startswith("三年保障")


def test_a_year_to_compare_with_takes_nothing_away() -> None:
    text = "到2025年，全市研发投入比2020年翻一番，达到50亿元。"
    assert of_years(text, 0, len(text), ("2025",)) == text


def test_a_sentence_of_one_year_stays_whole() -> None:
    text = "2024年，新建项目3个，续建项目5个。"
    assert of_years(text, 0, len(text), ("2024",)) == text


def test_a_figure_is_shown_without_its_neighbour_clause() -> None:
    text = "第一产业增加值增长3.5%；规模工业增加值增长7%。"
    shown, start, end = focus(text, 100, question(Kind.FIGURE, "规模", "工业"))
    assert shown == text[start - 100 : end - 100] == "规模工业增加值增长7%。"


def test_of_things_said_alike_only_the_one_asked_for_is_kept() -> None:
    text = "额度各地不同：北京每月最高2000元，上海每月最高3000元，广州每月最高1400元。"
    asked = question(Kind.FIGURE, "上海", "每月")
    assert focus(text, 0, asked)[0] == "上海每月最高3000元"
    both = question(Kind.FIGURE, "每月")
    assert focus(text, 0, both)[0] == text


def test_what_belongs_together_is_not_torn_apart() -> None:
    text = "设立总规模10亿元的制造业基金，首期3亿元。"
    assert focus(text, 0, question(Kind.FIGURE, "制造业", "基金"))[0] == text


def test_a_long_text_is_cut_around_the_terms() -> None:
    text = "，".join([*(f"第{i}项说明" for i in range(60)), "建成氢能加注站8座", "其他"]) + "。"
    shown, start, end = focus(text, 0, question(Kind.LIST, "氢能", "加注站"))
    assert "建成氢能加注站8座" in shown == text[start:end]
    assert len(shown) <= MAX_SHOWN
