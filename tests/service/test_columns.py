"""Which columns of a table are shown."""

from service.answer.columns import asked_columns
from service.question.intent import Kind
from service.question.parse import Question

COLUMNS = ("项目名称", "总投资（万元）", "2025年", "2026年", "责任单位")


def asked(
    text: str, kind: Kind = Kind.FIGURE, years: tuple[str, ...] = (), asks: int = 1
) -> Question:
    return Question(text, kind, (), years, (), asks=asks)


def test_a_column_of_another_year_is_never_shown() -> None:
    shown = asked_columns(COLUMNS, 60, asked("2026年投多少", years=("2026",)))
    assert shown == ["2026年"]


def test_the_column_named_is_shown_alone() -> None:
    assert asked_columns(COLUMNS, 60, asked("责任单位是哪家", Kind.LEAD)) == ["责任单位"]


def test_a_short_row_is_shown_whole_where_no_column_is_named() -> None:
    assert asked_columns(COLUMNS, 60, asked("谁来做", Kind.LEAD)) == list(COLUMNS)


def test_of_a_long_row_what_suits_the_question_is_shown() -> None:
    assert asked_columns(COLUMNS, 300, asked("谁来做", Kind.LEAD)) == ["责任单位"]
    assert asked_columns(COLUMNS, 300, asked("总投资多少", asks=2)) == ["总投资（万元）"]
