"""The part of the report page that lists the cases that failed."""

from eval.answers.cases import KIND_LABELS, Case
from eval.answers.results import FAILURE_LABELS, CaseResult, Report, TopPassage
from eval.report.markup import Markup, element, join
from eval.report.report import failure_counts

# The page shows what an answer was made from; the JSON report has every passage in full.
_SHOWN_PASSAGES = 5
_SHOWN_CHARACTERS = 400


def failed_section(report: Report) -> Markup:
    """List the failed cases: the question, what was expected, what came, and the ranks."""
    if not report.failed:
        return join(element("h2", "未通过的用例"), element("p", "全部用例通过。", cls="soft"))
    chips = [
        element("span", f"{FAILURE_LABELS[failure]} {number}", cls="chip")
        for failure, number in failure_counts(report).items()
    ]
    return join(
        element("h2", f"未通过的用例（{len(report.failed)}）"),
        element("p", *chips, cls="chips"),
        *(_case(result) for result in report.failed),
    )


def _case(result: CaseResult) -> Markup:
    case = result.case
    return element(
        "article",
        _header(result),
        element("h3", case.question),
        element("dl", *_facts(result)),
        _passages(result),
        cls="case",
    )


def _header(result: CaseResult) -> Markup:
    case = result.case
    chips = [element("span", FAILURE_LABELS[each], cls="chip") for each in result.failures]
    kind = element("span", f"{case.kind} {KIND_LABELS[case.kind]}", cls="chip plain")
    if not case.answerable:
        return element("header", element("b", case.id), kind, *chips)
    rank = "前 10 段未命中" if result.rank is None else f"首个命中：第 {result.rank} 段"
    hit = element("span", rank, cls="chip plain" if result.rank is None else "chip good")
    return element("header", element("b", case.id), kind, *chips, hit)


def _facts(result: CaseResult) -> list[Markup]:
    case = result.case
    facts = [
        ("先前提问", "\n".join(case.history)),
        ("指定文件", "、".join(case.docs)),
        ("期望回答", _expected(case)),
        ("不得出现", "、".join(case.reject)),
        ("依据原文", join(*(element("blockquote", text) for text in case.evidence))),
        ("实际回答", _given(result)),
        ("引用", _citations(result)),
        ("错误", result.error),
    ]
    return [join(element("dt", name), element("dd", fact)) for name, fact in facts if fact]


def _expected(case: Case) -> str:
    if not case.answerable:
        return "拒答：文件中没有依据"
    return "；".join(" 或 ".join(f"“{option}”" for option in group) for group in case.answer)


def _given(result: CaseResult) -> str:
    if result.answer is None:
        return ""
    verdict = "（拒答）" if result.refused else ""
    return verdict + result.answer.answer


def _citations(result: CaseResult) -> str:
    if result.answer is None or result.refused:
        return ""
    quotes = [
        element(
            "blockquote", citation.quote, element("br"), _place(citation.title, citation.section)
        )
        for citation in result.answer.citations
    ]
    return join(*quotes) if quotes else "（无）"


def _passages(result: CaseResult) -> Markup:
    shown = result.passages[:_SHOWN_PASSAGES]
    if not shown:
        return join()
    items = [
        _passage(passage, place == result.rank) for place, passage in enumerate(shown, start=1)
    ]
    return element(
        "details", element("summary", f"检索到的前 {len(shown)} 段"), element("ol", *items)
    )


def _passage(passage: TopPassage, hit: bool) -> Markup:
    text = passage.text
    if len(text) > _SHOWN_CHARACTERS:
        text = text[:_SHOWN_CHARACTERS] + "…"
    marks = [element("span", "命中", cls="chip good"), " "] if hit else []
    return element(
        "li",
        *marks,
        _place(passage.paper, passage.section),
        element("br"),
        text,
        cls="hit" if hit else "",
    )


def _place(paper: str, section: tuple[str, ...]) -> Markup:
    return element("span", " › ".join((paper, *section)), cls="soft")
