"""The report as one HTML page that opens offline: no script, nothing loaded."""

from datetime import datetime

from eval.answers.metrics import Proportion
from eval.answers.results import Latency, Report, Summary
from eval.answers.summary import ANSWERS, CITATIONS, FALSE_REFUSALS, HIT, MRR_DEPTH, REFUSALS, rates
from eval.report.failed import failed_section
from eval.report.markup import Markup, element, join, style
from eval.report.report import Settings, count, decimal, duration, groups, interval, percent
from eval.report.style import CSS

# The page loads nothing; should an escape ever fail, the browser still runs no script.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_CARDS = (HIT.format(1), HIT.format(5), ANSWERS, CITATIONS, REFUSALS, FALSE_REFUSALS)
_METHOD = (
    "命中：检索到的段落出自指定文件并含有依据原文（比较时去掉空白）。"
    "答案正确：回答前 200 字内每个要点至少出现一种说法，且没有出现判错的字样。"
    "引用正确：已作答的问题中，至少一条引用落在依据原文上。"
    "该拒已拒：文件中没有依据的问题被如实拒答。误拒：有依据的问题被拒答，越低越好。"
    "区间为 95% 威尔逊置信区间；“—”表示该项不适用。"
)
_UNCHECKED = "本次未取得文件原文，引用须完整包含依据原文才算正确，结果偏严。"


def to_html(report: Report, settings: Settings, created: datetime) -> str:
    """Lay a report out as a self-contained page, in Chinese, with all text escaped.

    Args:
        report: The report.
        settings: What was under test: model, index generation, thresholds and the like.
        created: When the run ended.
    """
    head = element(
        "head",
        element("meta", attributes={"charset": "utf-8"}),
        element("meta", attributes={"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        element(
            "meta",
            attributes={"name": "viewport", "content": "width=device-width, initial-scale=1"},
        ),
        element("title", "策问评测报告"),
        style(CSS),
    )
    body = element(
        "body",
        _opening(report, created),
        _cards(report.overall),
        _bars("按类别", groups(report), report.overall),
        _bars("按文件", list(report.by_document.items()), report.overall),
        _latency(report),
        failed_section(report),
        _settings(settings),
        element("footer", _METHOD, "" if report.source_checked else _UNCHECKED),
    )
    page = element("html", head, body, attributes={"lang": "zh-CN"})
    return f"<!DOCTYPE html>\n{page}\n"


def _opening(report: Report, created: datetime) -> Markup:
    facts = (
        f"{created:%Y-%m-%d %H:%M} · {report.overall.cases} 个用例，"
        f"{report.overall.failed} 个未通过"
    )
    notes = []
    if report.missing:
        names = "、".join(report.missing)
        notes.append(f"用例涉及的文件尚未入库，以下数字不可采信：{names}")
    if report.errors:
        notes.append(f"有 {report.errors} 个用例运行出错，已按未通过计。")
    return join(
        element("h1", "策问评测报告"),
        element("p", facts, cls="meta"),
        *(element("p", note, cls="note") for note in notes),
    )


def _cards(overall: Summary) -> Markup:
    shares = rates(overall)
    cards = [_card(name, shares[name]) for name in _CARDS]
    mrr = element(
        "div",
        element("span", f"MRR@{MRR_DEPTH}", cls="soft"),
        element("b", decimal(overall.mrr)),
        element("span", "首个命中名次", cls="soft"),
        element("span", "的倒数均值", cls="soft"),
        cls="card",
    )
    return element("section", *cards[:2], mrr, *cards[2:], cls="cards")


def _card(name: str, share: Proportion | None) -> Markup:
    whisker = element("div", cls="whisker") if share is None else _whisker(share)
    return element(
        "div",
        element("span", name, cls="soft"),
        element("b", percent(share)),
        whisker,
        element("span", count(share), cls="soft"),
        element("span", interval(share), cls="soft"),
        cls="card",
    )


def _whisker(share: Proportion) -> Markup:
    place = f"left:{share.low:.2%};width:{share.high - share.low:.2%}"
    return element(
        "div",
        element("i", attributes={"style": place}),
        element("u", attributes={"style": f"left:{share.rate:.2%}"}),
        cls="whisker",
    )


def _bars(title: str, named: list[tuple[str, Summary]], overall: Summary) -> Markup:
    heads = ("", "用例", "未通过", "MRR", *rates(overall))
    rows = [_bar_row(name, summary, "") for name, summary in named]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", head) for head in heads))),
        element("tbody", *rows, _bar_row("合计", overall, "total")),
    )
    return join(element("h2", title), element("div", table, cls="scroll"))


def _bar_row(name: str, summary: Summary, cls: str) -> Markup:
    numbers = (str(summary.cases), str(summary.failed), decimal(summary.mrr))
    return element(
        "tr",
        element("th", name),
        *(element("td", number) for number in numbers),
        *(_bar(share, label == FALSE_REFUSALS) for label, share in rates(summary).items()),
        cls=cls,
    )


def _bar(share: Proportion | None, lower_is_better: bool) -> Markup:
    if share is None:
        return element("td", percent(share), cls="bar soft")
    fill = element(
        "i",
        cls="low" if lower_is_better else "",
        attributes={"style": f"width:{share.rate:.2%}"},
    )
    title = f"{count(share)}，95% 区间 {interval(share)}"
    return element(
        "td",
        percent(share),
        element("span", fill, cls="track"),
        cls="bar",
        attributes={"title": title},
    )


def _latency(report: Report) -> Markup:
    heads = ("", "中位数", "第 95 百分位")
    named = (("检索", report.overall.retrieval), ("回答", report.overall.answering))
    table = element(
        "table",
        element("thead", element("tr", *(element("th", head) for head in heads))),
        element("tbody", *(_latency_row(name, latency) for name, latency in named)),
    )
    return join(element("h2", "耗时"), element("div", table, cls="scroll narrow"))


def _latency_row(name: str, latency: Latency) -> Markup:
    times = (duration(latency.median), duration(latency.p95))
    return element("tr", element("th", name), *(element("td", time) for time in times))


def _settings(settings: Settings) -> Markup:
    if not settings:
        return join()
    pairs = [
        join(element("dt", key), element("dd", "—" if value is None else str(value)))
        for key, value in settings.items()
    ]
    box = element("dl", *pairs)
    return join(element("h2", "被测系统"), element("div", box, cls="case"))
