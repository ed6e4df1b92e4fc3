"""Headings: every level and way of writing them, and what only looks like one."""

from collections.abc import Callable

import pytest

from ingest.structure.blocks import plain_heading
from ingest.types import Document

Headings = Callable[[str], list[tuple[int, str]]]
Read = Callable[[str], Document]

BODY = "各单位要按照职责分工抓好落实。"
ANNEX, PART, DIVISION, ARTICLE, FIRST, SECOND, THIRD, FOURTH, RUN_IN, CIRCLED = range(10)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("附件1", ANNEX),
        ("附件 2：", ANNEX),
        ("附　件", ANNEX),
        ("附件一", ANNEX),
        ("第一章 总则", PART),
        ("第十二章　附　则", PART),
        ("第二编 分则", ANNEX),
        ("第一部分 总体思路", PART),
        ("事项一  补贴申领", PART),
        ("第三节 职责", DIVISION),
        ("一、总体要求", FIRST),
        ("二十一、保障措施", FIRST),
        ("（一）工作原则", SECOND),
        ("(一) 工作原则", SECOND),
        ("（ 十二 ）工作原则", SECOND),
        ("1. 新能源", THIRD),
        ("1．新能源", THIRD),
        ("12、新能源", THIRD),
        ("（1）新能源", FOURTH),
        ("(10) 新能源", FOURTH),
        ("—、总体要求", FIRST),
        ("一．总体要求", FIRST),
        ("(一）工作原则", SECOND),
        ("㈠工作原则", SECOND),
        ("（—）工作原则", SECOND),
        ("１．新能源", THIRD),
        ("⒈新能源", THIRD),
        ("⑴新能源", FOURTH),
        ("1）新能源", FOURTH),
        ("①新能源", CIRCLED),
    ],
)
def test_a_marked_line_is_a_heading(headings: Headings, line: str, level: int) -> None:
    assert headings(f"{line}\n{BODY}")[0] == (level, plain_heading(line))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("一、先进制造业：是指综合应用先进技术的制造业。", (FIRST, "一、先进制造业")),
        ("（一）加强统筹协调。成立领导小组，定期研究重大问题。", (SECOND, "（一）加强统筹协调")),
        ("1．新能源。以光伏、风电为重点发展清洁能源。", (THIRD, "1．新能源")),
        ("（1）审批时限。由二十八个工作日压缩至九个工作日。", (FOURTH, "（1）审批时限")),
        ("植物提取。以现有园区为牵引，延伸产业链条。", (RUN_IN, "植物提取")),
        ("【申报时间】每年两批，第一批四月受理。", (RUN_IN, "【申报时间】")),
        ("第一条 为规范资金管理，制定本办法。", (ARTICLE, "第一条")),
        ("第三十二条　本办法自印发之日起施行。", (ARTICLE, "第三十二条")),
        ("第一百二十条之一　资助前款活动的，处以罚款。", (ARTICLE, "第一百二十条之一")),
        ("第一千一百六十四条 本编调整侵权关系。", (ARTICLE, "第一千一百六十四条")),
        ("第12条 本办法自印发之日起施行。", (ARTICLE, "第12条")),
    ],
)
def test_a_heading_runs_into_its_paragraph(
    headings: Headings, line: str, found: tuple[int, str]
) -> None:
    assert headings(line) == [found]


@pytest.mark.parametrize(
    "line",
    [
        "按照第三条第二款的规定，由县财政局审核。",
        "第十条规定的项目不再受理。",
        "第三条和第五条同时适用。",
        "第六条、第十一条自七月一日起停止执行。",
        "根据附件1所列标准执行。",
        "详见前述（一）至（三）项。",
        "（一）至（三）项所列材料",
        "（二）、（五）项中的企业",
        "（三）项规定的情形",
        "第三条的规定不适用于企业",
        "第三条或第五条所列情形",
        "一、二、三产业融合发展",
        "三、四类区域",
        "一是抓好落实。二是加强统筹协调，形成工作合力。",
        "3.5%的增长目标已经实现。",
        "2025年，完成投资十亿元。",
        "10.6公顷建设用地完成供应。",
        "（此件公开发布）",
        "（县财政局、县审计局按职责分工负责）",
    ],
)
def test_a_reference_or_a_figure_is_no_heading(headings: Headings, line: str) -> None:
    assert headings(f"{BODY}\n{line}") == []


@pytest.mark.parametrize(
    "line",
    [
        "1、具有独立法人资格，近三年无失信记录；",
        "2、项目竣工后十二个月内提出申报。",
        "（一）A类项目，研发总投入一千万元以上，支持二百万元；",
        "（一）市财政局负责资金拨付。其他部门配合。",
        "一、本方案自印发之日起施行。有效期三年。",
        "3．总投资10亿元以上的项目。",
        "（二）请于月底前报送。逾期不再受理。",
        (
            "1. 申报单位应当如实提供材料，不得弄虚作假，违者取消资格并追回全部已经拨付的补助"
            "资金，记入档案"
        ),
    ],
)
def test_a_numbered_sentence_is_no_heading(headings: Headings, line: str) -> None:
    assert headings(f"{BODY}\n{line}") == []


@pytest.mark.parametrize(
    "annexes",
    [
        "附件：1. 名词解释\n2. 领导小组成员名单",
        "附件：1．名词解释\n　　　2．领导小组成员名单",
        "附件：产业布局表",
    ],
)
def test_a_list_of_annexes_gives_no_heading_and_ends_the_sections(read: Read, annexes: str) -> None:
    document = read(f"一、总体要求\n{BODY}\n{annexes}\n")
    assert [section.path for section in document.sections] == [("一、总体要求",)]
    assert document.sections[0].end == document.text.index("附件")
    assert document.passages[-1].section == ()


def test_levels_nest_and_close(read: Read) -> None:
    lines = [
        "一、甲项",
        "（一）乙项",
        "1. 丙项",
        "（1）丁项",
        BODY,
        "（二）戊项",
        BODY,
        "二、己项",
        BODY,
    ]
    paths = [section.path for section in read("\n".join(lines)).sections]
    assert paths == [
        ("一、甲项",),
        ("一、甲项", "（一）乙项"),
        ("一、甲项", "（一）乙项", "1. 丙项"),
        ("一、甲项", "（一）乙项", "1. 丙项", "（1）丁项"),
        ("一、甲项", "（二）戊项"),
        ("二、己项",),
    ]


def test_a_section_ends_where_the_next_of_its_level_begins(read: Read) -> None:
    document = read(f"一、甲项\n（一）乙项\n{BODY}\n二、丙项\n{BODY}")
    outer, inner, last = document.sections
    assert document.text[inner.start : inner.end] == f"（一）乙项\n{BODY}\n"
    assert outer.end == inner.end == last.start
    assert last.end == len(document.text)


def test_articles_stand_under_chapters_and_items_stay_in_them(read: Read) -> None:
    text = (
        f"第一章 总则\n第一条 {BODY}\n第二条 分为下列两类：\n"
        "（一）甲类，十万元；\n（二）乙类，五万元。\n第二章 附则\n"
        f"第三条 {BODY}"
    )
    document = read(text)
    assert [section.path[-1] for section in document.sections] == [
        "第一章 总则", "第一条", "第二条", "第二章 附则", "第三条",
    ]  # fmt: skip
    [second] = [p for p in document.passages if p.section[-1:] == ("第二条",)]
    assert second.text.endswith("（二）乙类，五万元。")


def test_an_annex_takes_its_title_from_the_next_lines(read: Read) -> None:
    document = read(
        f"一、甲项\n{BODY}\n附件2\n关于成立工作专班的\n通知\n各单位：\n{BODY}\n一、乙项\n{BODY}"
    )
    assert document.sections[1].path == ("附件2 关于成立工作专班的通知",)
    assert document.sections[2].path == ("附件2 关于成立工作专班的通知", "一、乙项")


def test_padding_inside_a_heading_does_not_show(headings: Headings) -> None:
    assert headings(f"附件1\n名 词 解 释\n一、甲项：{BODY}")[0] == (ANNEX, "附件1 名词解释")


def test_definitions_are_known_by_their_annex(read: Read) -> None:
    document = read(
        "一、总则\n"
        + BODY
        + "\n附件1\n名词解释\n一、链长制：是指由领导担任链长的制度。\n二、中试：是指中间试验。"
    )
    kinds = [(p.section[-1], p.kind.value) for p in document.passages]
    assert kinds == [
        ("一、总则", "prose"),
        ("一、链长制", "definition"),
        ("二、中试", "definition"),
    ]


@pytest.mark.parametrize("number", ["第三章", "第 三 章", "第三节"])
def test_a_part_may_have_its_words_on_the_next_line(headings: Headings, number: str) -> None:
    text = f"第一条 {BODY}\n{number}\n监督管理\n第二条 {BODY}"
    assert [name for _, name in headings(text)] == [
        "第一条", f"{plain_heading(number)} 监督管理", "第二条",
    ]  # fmt: skip


def test_an_article_may_have_its_words_on_the_next_line(read: Read) -> None:
    document = read(f"第一条\n{BODY}\n第二条\n{BODY}\n")
    assert [section.path for section in document.sections] == [("第一条",), ("第二条",)]


@pytest.mark.parametrize(
    "contents",
    [
        "目　录\n一、甲项\n（一）乙项\n二、丙项",
        "目录\n一、甲项……1\n（一）乙项……2\n二、丙项……3",
        "目次\n一、甲项\t1\n（一）乙项\t2\n二、丙项\t3",
    ],
)
def test_a_contents_page_is_no_outline(read: Read, contents: str) -> None:
    body = f"一、甲项\n（一）乙项\n{BODY}\n二、丙项\n{BODY}\n"
    document = read(f"云溪县水利发展规划\n{contents}\n{body}")
    assert [s.path[-1] for s in document.sections] == ["一、甲项", "（一）乙项", "二、丙项"]
    assert document.sections[0].start == document.text.rindex("一、甲项")


def test_signature_and_imprint_belong_to_no_section(read: Read) -> None:
    closing = (
        "云溪县水利局\n2025年3月1日\n（此件公开发布）\n抄送：县委办公室。\n"
        "云溪县水利局办公室　　2025年3月2日印发"
    )
    document = read(f"一、总体要求\n{BODY}\n{closing}\n")
    [section] = document.sections
    assert document.text[section.start : section.end] == f"一、总体要求\n{BODY}\n"
    assert document.passages[-1].section == ()


@pytest.mark.parametrize(
    ("title", "outer"),
    [
        ("关于印发《云溪县水库管理办法》的通知", ()),
        ("关于加强水库管理的通知", ("云溪县水库管理办法",)),
    ],
)
def test_what_a_notice_passes_on_stands_under_a_title_not_yet_named(
    read: Read, title: str, outer: tuple[str, ...]
) -> None:
    notice = f"各单位：\n{BODY}\n云溪县水利局\n2025年3月1日"
    rules = f"云溪县水库管理办法\n第一章 总则\n第一条 {BODY}"
    sections = read(f"{title}\n{notice}\n{rules}\n").sections
    assert sections[-1].path == (*outer, "第一章 总则", "第一条")


def test_books_hold_chapters(read: Read) -> None:
    text = f"第一编 总则\n第一章 目的\n第一条 {BODY}\n第二编 分则\n第二章 罚则\n第二条 {BODY}"
    paths = [section.path for section in read(text).sections if section.level == ARTICLE]
    assert paths == [
        ("第一编 总则", "第一章 目的", "第一条"),
        ("第二编 分则", "第二章 罚则", "第二条"),
    ]


@pytest.mark.parametrize(
    ("heading", "plain"),
    [("第一章　总　则", "第一章 总则"), ("第一章总则", "第一章总则"), ("名 词 解 释", "名词解释")],
)
def test_plain_headings(heading: str, plain: str) -> None:
    assert plain_heading(heading) == plain
