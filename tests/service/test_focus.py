"""Long evidence cut to the words that answer."""

from service.asking import Kind
from service.focus import MAX_SHOWN, focus, of_years
from service.question import Question, Term


def question(kind: Kind, *terms: str, years: tuple[str, ...] = ()) -> Question:
    return Question("", kind, tuple(Term(text, 1.0) for text in terms), years, ())


def test_only_the_year_asked_for_is_kept() -> None:
    text = "到2026年，产值突破3000亿元；到2035年，产值突破10000亿元。"
    start, end = of_years(text, 0, len(text), ("2035",))
    assert text[start:end] == "到2035年，产值突破10000亿元。"


def test_a_sentence_of_one_year_stays_whole() -> None:
    text = "2024年，新建项目3个，续建项目5个。"
    assert of_years(text, 0, len(text), ("2024",)) == (0, len(text))


def test_a_figure_is_shown_without_its_neighbour_clause() -> None:
    text = "第一产业增加值增长3.5%；规模工业增加值增长7%。"
    start, end = focus(text, 100, question(Kind.FIGURE, "规模", "工业"))
    assert text[start - 100 : end - 100] == "规模工业增加值增长7%。"


def test_a_long_text_is_cut_around_the_terms() -> None:
    text = "，".join([*(f"第{i}项说明" for i in range(60)), "建成氢能加注站8座", "其他"]) + "。"
    start, end = focus(text, 0, question(Kind.LIST, "氢能", "加注站"))
    assert "建成氢能加注站8座" in text[start:end]
    assert end - start <= MAX_SHOWN
