"""Printed pages to lines in reading order."""

import pytest

from ingest.content import Line
from ingest.layout.lines import read_pages
from ingest.layout.page import Fragment, Page, Rule
from ingest.layout.rows import units

SIZE = 16.0
PITCH = 28.0
LEFT, RIGHT = 80.0, 80.0 + 28 * SIZE
WIDTH, HEIGHT = 595.0, 842.0
TOP = 110.0
PROSE = (
    "各镇街要把项目建设摆在突出位置逐项明确责任单位和完成时限建立台账按月调度对进展缓慢的及时"
    "提醒督促确保年度任务全面完成同时做好要素保障优化审批流程让企业少跑腿"
)


def put(text: str, left: float, top: float, size: float = SIZE) -> Fragment:
    return Fragment(text, left, top, left + units(text) * size, top + size)


def page(*fragments: Fragment, rules: tuple[Rule, ...] = ()) -> Page:
    return Page(WIDTH, HEIGHT, fragments, rules)


def column(text: str, left: float, top: float, width: int, indent: int = 2) -> list[Fragment]:
    """A paragraph broken into lines of ``width`` characters."""
    lines = [put(text[: width - indent], left + indent * SIZE, top)]
    for number, start in enumerate(range(width - indent, len(text), width), 1):
        lines.append(put(text[start : start + width], left, top + number * PITCH))
    return lines


def body(top: float = TOP, paragraphs: int = 2) -> list[Fragment]:
    """Paragraphs over the whole width of a page."""
    found: list[Fragment] = []
    for _ in range(paragraphs):
        found += column(PROSE + "。", LEFT, top + len(found) * PITCH, 28)
    return found


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines]


def test_paragraph_lines() -> None:
    lines = read_pages([page(*body())]).lines
    assert [line.indented for line in lines] == [True, False, False] * 2
    assert [line.full for line in lines] == [True, True, False] * 2
    assert {line.page for line in lines} == {1}
    assert not any(line.after_blank for line in lines)


def test_fragments_of_a_line_are_joined() -> None:
    pieces = [
        put("投资", LEFT, TOP),
        put("3.2", LEFT + 2.25 * SIZE, TOP + 3, 12),
        put("亿元", LEFT + 3.7 * SIZE, TOP),
        put("open", LEFT + 6 * SIZE, TOP),
        put("data", LEFT + 8.3 * SIZE, TOP),
    ]
    assert texts(read_pages([page(*pieces[::-1])]).lines) == ["投资3.2亿元open data"]


@pytest.mark.parametrize(
    ("text", "gap", "expected"),
    [
        ("泽川市通知", 0.3, "泽川市通知"),
        ("通知", 4.0, "通知"),
        ("实施方案", 2.0, "实施方案"),
    ],
)
def test_stretched_titles(text: str, gap: float, expected: str) -> None:
    step = (1 + gap) * SIZE
    pieces = [put(char, 200 + step * at, TOP) for at, char in enumerate(text)]
    assert texts(read_pages([page(*pieces)]).lines) == [expected]


def test_padded_names_keep_their_spaces() -> None:
    pieces = [put("组长：周", LEFT, TOP), put("明", LEFT + 5 * SIZE, TOP)]
    pieces.append(put("县长", LEFT + 8 * SIZE, TOP))
    assert texts(read_pages([page(*pieces)]).lines) == ["组长：周  明    县长"]


def test_a_long_word_that_had_no_room_makes_the_line_before_it_full() -> None:
    short = body()
    short[1] = put(short[1].text[:24], LEFT, short[1].top)
    assert not read_pages([page(*short)]).lines[1].full
    short[2] = put("CewenAnswers平台。", LEFT, short[2].top)
    assert read_pages([page(*short)]).lines[1].full


def test_gap_above_a_line() -> None:
    lines = read_pages([page(*body(), put("二、保障措施", LEFT, TOP + 8 * PITCH))]).lines
    assert [line.after_blank for line in lines] == [False] * 6 + [True]


def test_a_short_page_borrows_its_margins() -> None:
    short = [
        put("（一）产业更强。", LEFT + 2 * SIZE, TOP),
        put("（二）园区更优。", LEFT + 2 * SIZE, TOP + PITCH),
    ]
    lines = read_pages([page(*body()), page(*short)]).lines
    assert [(line.page, line.indented, line.full) for line in lines[6:]] == [(2, True, False)] * 2


def test_two_columns_are_read_one_after_the_other() -> None:
    title = put("泽川市产业简报第十二期要目与本期重点", LEFT + 5 * SIZE, TOP)
    left = column("左栏" + PROSE, LEFT, TOP + 3 * PITCH, 13)
    right = column("右栏" + PROSE, LEFT + 15 * SIZE, TOP + 3 * PITCH + 9, 13)
    mixed = [part for pair in zip(left, right, strict=True) for part in pair]
    lines = read_pages([page(title, *mixed)]).lines
    assert texts(lines) == [title.text, *(f.text for f in left), *(f.text for f in right)]
    assert [line.full for line in lines[1:7]] == [True] * 6


def test_a_form_is_no_pair_of_columns() -> None:
    rows = [
        ("单位名称：", "联系人："),
        ("地址：", "电话："),
        ("行业：", "邮编："),
        ("规模：", "传真："),
    ]
    pieces = [
        put(text, LEFT + side * 14 * SIZE, TOP + at * PITCH)
        for at, row in enumerate(rows)
        for side, text in enumerate(row)
    ]
    assert [line.text.split() for line in read_pages([page(*pieces)]).lines] == [
        list(row) for row in rows
    ]


@pytest.mark.parametrize("shape", ["— {} —", "第 {} 页 共 9 页", "{}/9", "{}", "- {} -"])
def test_page_numbers_go_to_the_margins(shape: str) -> None:
    for numbers in ([1], [1, 2, 3, 4]):
        pages = []
        for number in numbers:
            text = shape.format(number)
            foot = put(text, WIDTH / 2 - units(text) * 7, 780, 14)
            pages.append(page(*body(), foot))
        content = read_pages(pages)
        assert content.margins == tuple(shape.format(number) for number in numbers)
        assert len(content.lines) == 6 * len(numbers)


def test_running_headers() -> None:
    pages = [
        page(
            put("泽川市产业规划", LEFT if number % 2 else 400, 60, 10),
            put("内部资料" if number < 4 else "征求意见稿", 300, 72, 10),
            put(f"泽川  {number + 6}", LEFT, 790, 10),
            *body(),
        )
        for number in range(8)
    ]
    content = read_pages(pages)
    assert len(content.lines) == 6 * 8
    assert {"泽川市产业规划", "内部资料", "征求意见稿"} <= set(content.margins)


def test_headings_at_the_top_of_pages_are_no_headers() -> None:
    top = 95.0
    heads = {2: "附件1", 5: "附件2", 7: "主要任务", 9: "主要任务"}
    pages = [
        page(put(heads[n], LEFT, top), *body(top + PITCH)) if n in heads else page(*body(top))
        for n in range(12)
    ]
    content = read_pages(pages)
    assert content.margins == ()
    assert [text for text in texts(content.lines) if text in heads.values()] == list(heads.values())


def table(
    cells: list[list[str]], top: float, xs: tuple[float, ...] = (80, 140, 330, 520)
) -> tuple[list[Fragment], list[Rule]]:
    """A ruled table whose rows are two lines high; “/” breaks the line."""
    height = 2.4 * SIZE
    ys = [top + at * height for at in range(len(cells) + 1)]
    rules = [Rule(xs[0], y, xs[-1], y + 0.5) for y in ys]
    rules += [Rule(x, ys[0], x + 0.5, ys[-1]) for x in xs]
    pieces = [
        put(part, x + 3, y + 2 + line * 1.1 * SIZE)
        for row, y in zip(cells, ys, strict=False)
        for cell, x in zip(row, xs, strict=False)
        for line, part in enumerate(cell.split("/"))
        if part
    ]
    return pieces, rules


HEAD = ["序号", "项目", "责任单位"]


def test_ruled_table() -> None:
    pieces, rules = table(
        [HEAD, ["1", "望湖区水厂/扩建工程", ""], ["2", "Smart/Park", "市工信局"]], 300
    )
    lines = read_pages([page(*body(), *pieces, rules=tuple(rules))]).lines
    assert texts(lines)[6:] == [
        "序号\t项目\t责任单位",
        "1\t望湖区水厂扩建工程\t",
        "2\tSmart Park\t市工信局",
    ]
    assert not any(line.full for line in lines[6:])


def test_a_row_over_the_whole_width_is_text() -> None:
    pieces, rules = table([HEAD, ["", "", ""], ["1", "水厂", "市水利局"]], 300)
    high = 2.4 * SIZE
    rules = [rule for rule in rules if rule.right - rule.left > 1]
    for x in (80, 520):
        rules.append(Rule(x, 300, x + 0.5, 300 + 3 * high))
    for x in (140, 330):
        rules += [Rule(x, 300 + a * high, x + 0.5, 300 + (a + 1) * high) for a in (0, 2)]
    pieces.append(put("一、续建项目", 200, 300 + high + 5))
    lines = read_pages([page(*pieces, rules=tuple(rules))]).lines
    assert texts(lines) == ["序号\t项目\t责任单位", "一、续建项目", "1\t水厂\t市水利局"]


def test_a_box_around_text_is_no_table() -> None:
    frame = (
        Rule(60, 90, 540, 90.5),
        Rule(60, 400, 540, 400.5),
        Rule(60, 90, 60.5, 400),
        Rule(540, 90, 540.5, 400),
    )
    assert read_pages([page(*body(), rules=frame)]).lines == read_pages([page(*body())]).lines


def test_a_table_goes_on_over_the_page() -> None:
    first, first_rules = table(
        [HEAD, ["1", "水厂", "市水利局"], ["2", "智慧园区一期，/含道路", "市工信局"]], 600
    )
    second, second_rules = table([HEAD, ["", "和管网", ""], ["3", "码头", "市交通局"]], TOP)
    content = read_pages(
        [
            page(*first, put("— 1 —", 280, 790, 12), rules=tuple(first_rules)),
            page(
                put("（续表）", 250, TOP - 25),
                *second,
                put("— 2 —", 280, 790, 12),
                rules=tuple(second_rules),
            ),
        ]
    )
    assert [(line.page, line.text) for line in content.lines] == [
        (1, "序号\t项目\t责任单位"),
        (1, "1\t水厂\t市水利局"),
        (1, "2\t智慧园区一期，含道路和管网\t市工信局"),
        (2, "3\t码头\t市交通局"),
    ]


def test_another_table_keeps_its_head() -> None:
    first, first_rules = table([HEAD, ["1", "水厂", "市水利局"]], TOP)
    second, second_rules = table([HEAD, ["1", "码头", "市交通局"]], 400)
    between = put("表2", LEFT, 350)
    lines = read_pages([page(*first, between, *second, rules=(*first_rules, *second_rules))]).lines
    assert texts(lines).count("序号\t项目\t责任单位") == 2


def aligned(rows: list[list[str]]) -> list[Fragment]:
    return [
        put(cell, LEFT + place * 9 * SIZE, TOP + at * PITCH)
        for at, row in enumerate(rows)
        for place, cell in enumerate(row)
        if cell
    ]


def test_columns_without_lines_are_a_table() -> None:
    rows = [
        ["年份", "产值", "税收"],
        ["2023", "120亿元", "8亿元"],
        ["2024", "", "9亿元"],
        ["2025", "160亿元", "11亿元"],
    ]
    lines = read_pages([page(*aligned(rows))]).lines
    assert texts(lines) == ["\t".join(row) for row in rows]


def test_two_rows_or_two_columns_are_no_table() -> None:
    for rows in ([["年份", "产值", "税收"]] * 2, [["年份", "产值"]] * 4):
        assert not any("\t" in text for text in texts(read_pages([page(*aligned(rows))]).lines))


def test_a_roster_is_no_table() -> None:
    rows = [
        ["组长：", "周明", "县长"],
        ["副组长：", "陈晓东", "副县长"],
        ["成员：", "李强", "县财政局局长"],
    ]
    assert not any("\t" in text for text in texts(read_pages([page(*aligned(rows))]).lines))


TITLES = ["一、总体要求", "二、主要任务", "三、保障措施"]


@pytest.mark.parametrize("leader", ["…" * 8, "." * 30, "·" * 12 + " ", None])
def test_contents_are_left_out(leader: str | None) -> None:
    pieces = [put("目", 250, TOP), put("录", 300, TOP)]
    for at, title in enumerate(TITLES, 1):
        text = title + leader + str(at) if leader else title
        pieces.append(put(text, LEFT, TOP + at * PITCH))
        if not leader:
            pieces.append(put(str(at), 500, TOP + at * PITCH))
    lines = read_pages([page(*pieces), page(*body())]).lines
    assert len(lines) == 6


def test_figures_in_text_are_no_contents() -> None:
    pieces = [put(title + "3", LEFT, TOP + at * PITCH) for at, title in enumerate(TITLES)]
    assert len(read_pages([page(*pieces)]).lines) == 3


def test_items_of_equal_length_are_not_full() -> None:
    names = ["望湖区人民政府", "泽川市教育体局", "泽川市民政事局", "泽川市水利厅局"]
    pieces = [put(name, LEFT, TOP + at * PITCH) for at, name in enumerate(names)]
    assert not any(line.full for line in read_pages([page(*pieces)]).lines)


def test_tables_that_touch_are_divided_where_all_columns_change() -> None:
    first, first_rules = table([HEAD, ["1", "水厂", "市水利局"]], 300)
    below = 300 + 2 * 2.4 * SIZE
    second, second_rules = table([["类别", "投资"], ["产业", "5亿元"]], below, (80, 260, 520))
    lines = read_pages([page(*first, *second, rules=(*first_rules, *second_rules))]).lines
    assert texts(lines)[2:] == ["类别\t投资", "产业\t5亿元"]


def test_nothing() -> None:
    assert read_pages([]).lines == ()
    assert read_pages([page(), page()]).lines == ()
