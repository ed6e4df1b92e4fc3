"""Physical lines to paragraphs: what is joined again, and what stays apart."""

import textwrap
from itertools import pairwise

import pytest

from ingest.formats.text import text_lines
from ingest.structure import paragraphs as lines


def paragraphs(raw: str) -> list[str]:
    return [paragraph.text for paragraph in lines.paragraphs(text_lines(raw))]


PROSE = (
    "全县规模以上工业企业研发投入强度达到百分之三，新增省级以上创新平台五个；推动链主企业与上下游企业共建"
    "检测中心，支持园区建设标准厂房，完善污水处理、供电、供气等配套设施，持续降低企业用能成本。"
    "建立重点项目清单，按月调度、按季通报，对进展缓慢的项目及时约谈，确保年度任务按期完成。"
)


def wrapped(paragraph: str, columns: int) -> list[str]:
    """A paragraph of full-width characters broken at a margin."""
    return textwrap.wrap(paragraph, columns, break_on_hyphens=False)


@pytest.mark.parametrize("columns", [24, 30, 36, 40])
def test_hard_wrapped_lines_are_joined(columns: int) -> None:
    raw = "\n".join(
        ["一、工作目标", *wrapped(PROSE, columns), "二、重点任务", *wrapped(PROSE, columns)]
    )
    assert paragraphs(raw) == ["一、工作目标", PROSE, "二、重点任务", PROSE]


@pytest.mark.parametrize(
    "gap", ["\n", "\n\n", "\n\n\n", "\f", "\n— 12 —\n", "\n\n- 3 -\n\n", "\n第3页\n"]
)
@pytest.mark.parametrize(
    "at", [at for at in range(24, len(PROSE), 13) if PROSE[at - 1] not in "。；"]
)
def test_a_page_break_anywhere_in_a_sentence(gap: str, at: int) -> None:
    assert paragraphs(PROSE[:at] + gap + PROSE[at:]) == [PROSE]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("支持企业申报“专精特", "新”称号"),
        ("执行《泽川市专项资金", "管理办法》的规定"),
        ("补助资金按比例拨付（含省级", "配套资金）到项目单位"),
        ("依据文件（泽政发〔2024〕", "6号）执行"),
        ("列入“省字", "号”品牌建设"),
    ],
)
def test_a_break_inside_quotes_or_brackets(first: str, second: str) -> None:
    assert paragraphs(f"{first}\n\n{second}") == [first + second]


def test_a_bracket_may_be_closed_by_the_other_width() -> None:
    assert paragraphs("（县财政局牵头，县审\n计局负责)") == ["（县财政局牵头，县审计局负责)"]


def test_a_list_of_numbers_broken_between_them_is_no_heading() -> None:
    assert paragraphs("序号为9、10、\n12、13的项目由县水利局负责。") == [
        "序号为9、10、12、13的项目由县水利局负责。"
    ]


def test_a_reference_to_an_annex_at_the_start_of_a_line_goes_on() -> None:
    lines = wrapped(PROSE, 30)
    raw = "\n".join([*lines, "领导小组负责统筹协调全县的工作，具体的成员名单和分工见", "附件2。"])
    assert paragraphs(raw) == [
        PROSE,
        "领导小组负责统筹协调全县的工作，具体的成员名单和分工见附件2。",
    ]


@pytest.mark.parametrize(
    "furniture",
    [
        "— 1 —",
        "-12-",
        "－ 3 －",
        "第 4 页",
        "第4页 共10页",
        "第 4 页 / 共 10 页",
        "—１—",
        "━━━━━━",
        "------",
        "=====",
    ],
)
def test_page_numbers_and_drawn_lines_go(furniture: str) -> None:
    assert paragraphs(f"一、总则\n{furniture}\n二、附则") == ["一、总则", "二、附则"]


@pytest.mark.parametrize("line", ["2025", "12", "100%", "3.5"])
def test_a_bare_figure_is_text(line: str) -> None:
    assert line in paragraphs(f"一、总则\n\n{line}\n\n二、附则")


@pytest.mark.parametrize(
    "lines",
    [
        ["一、总体要求", "（一）工作原则", "坚持统筹谋划、重点突破。"],
        ["（一）工作原则", "1. 稳中求进", "（1）分步实施"],
        ["第一章 总则", "第一条 为规范管理，制定本办法。", "第二条 本办法适用于全县。"],
        ["附件1", "名词解释"],
        ["【办理条件】", "1、具有独立法人资格；", "2、无重大失信记录。"],
        ["第一步 申报", "第二步 审核"],
        ["问：能否叠加？", "答：不能。"],
    ],
)
def test_headings_and_items_are_not_joined(lines: list[str]) -> None:
    assert paragraphs("\n".join(lines)) == lines


def test_a_heading_is_not_joined_though_the_lines_above_are_full() -> None:
    lines = wrapped(PROSE, 30)
    assert paragraphs("\n".join([*lines, "二、重点任务", *lines]))[1] == "二、重点任务"


@pytest.mark.parametrize("line", ["附件：1. 名词解释", "附件1", "【办理条件】", "第二步  县级初审"])
def test_what_opens_a_part_is_not_joined_though_the_line_above_is_full(line: str) -> None:
    full = wrapped(PROSE, 30)[:-1]
    assert paragraphs("\n".join([*full, line]))[-1] == line


@pytest.mark.parametrize(
    "roster",
    [
        ["组  长：周  明  县委副书记、县长", "副组长：陈志远  副县长", "李  想  县政府办公室主任"],
        [
            "组  长：周  明  县委副书记，县人民政府党组书记、县长、县人武部第一书记",
            "副组长：陈志远  县委常委，县人民政府党组副书记、常务副县长、国防动员办主任",
            "李  想  县政府办公室主任",
        ],
    ],
)
def test_roster_lines_stay_apart(roster: list[str]) -> None:
    assert paragraphs("\n".join(roster)) == roster


def test_what_follows_a_roster_is_not_joined_to_its_last_line() -> None:
    lines = [
        "组  长：周  明  县委副书记、县长",
        "胡雄武  县政府办公室党组书记、主任、县政府金融工作办公室主任",
        "领导小组办公室设在县财政局。",
    ]
    assert paragraphs("\n".join(lines)) == lines


def test_a_definition_broken_by_a_page_before_its_first_comma() -> None:
    start = "三、灯塔工厂：是指在第四次工业革命关键技术规模化应用方面走在前列、具有"
    assert paragraphs(f"{start}\n\n示范作用的工厂。") == [f"{start}示范作用的工厂。"]


def test_whom_a_paper_is_for_is_not_joined_to_its_title() -> None:
    lines = ["关于支持民营经济、个体工商户高质量发展若干措施的通知", "各乡镇人民政府，县直各单位："]
    assert paragraphs("\n".join(lines)) == lines


def test_a_wrapped_title_is_one_line() -> None:
    assert paragraphs("关于进一步推动全县民营\n经济高质量发展的实施意见\n\n各乡镇：") == [
        "关于进一步推动全县民营经济高质量发展的实施意见",
        "各乡镇：",
    ]


def test_an_issuer_above_the_title_may_be_joined_but_the_number_is_not() -> None:
    found = paragraphs("禾政发〔2025〕9号\n关于加强水库管理的通知\n各乡镇：")
    assert found == ["禾政发〔2025〕9号", "关于加强水库管理的通知", "各乡镇："]


def test_rows_stay_apart_and_keep_their_tabs() -> None:
    rows = ["县区\t主导产业\t特色产业", "临溪县\t新材料\t氢能", "北渚区\t工程机械，轨道交通\t低空"]
    assert paragraphs("\n".join(rows)) == rows


def test_cells_aligned_by_spaces_become_a_row_the_header_too() -> None:
    raw = (
        "指标名称    单位    2024年  2025年\n民宿数量    家      386     460\n"
        "客房数量    间      41      49\n收入        亿元    5.8     7.2"
    )
    assert [line.split("\t") for line in paragraphs(raw)] == [
        ["指标名称", "单位", "2024年", "2025年"],
        ["民宿数量", "家", "386", "460"],
        ["客房数量", "间", "41", "49"],
        ["收入", "亿元", "5.8", "7.2"],
    ]


def test_padded_names_are_no_table_though_no_role_is_given() -> None:
    people = ["赵  勇  县财政局局长", "周  明  县审计局局长", "向  荣  县统计局局长"]
    assert paragraphs("\n".join(people)) == people


def test_short_lines_are_not_taken_for_wrapped_ones() -> None:
    lines = [
        "县财政局（排名不分先后）",
        *(f"县{name}局驻点工作专班" for name in ("教育", "民政", "水利", "林业") * 2),
    ]
    assert paragraphs("\n".join(lines)) == lines


def test_an_indented_line_begins_a_paragraph() -> None:
    first, second = "甲" * 20 + "，推动各项工作落地见效", "乙" * 20 + "，推动各项工作落地见效"
    assert paragraphs(f"{first}\n　　{second}") == [first, second]


def test_no_character_is_lost_but_white_space_and_page_numbers() -> None:
    raw = "\n".join(wrapped(PROSE, 20))
    assert "".join(paragraphs(raw)) == PROSE


def test_latin_words_keep_a_space_and_figures_do_not_get_one() -> None:
    start = "全面推进数字化转型，支持县内企业参与建设国际化的Open"
    assert paragraphs(f"{start}\nSource社区，确保在20\n25年前完成。") == [
        f"{start} Source社区，确保在2025年前完成。"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x85"])
def test_every_line_ending(end: str) -> None:
    assert paragraphs(f"一、总则{end}二、附则") == ["一、总则", "二、附则"]


def test_invisible_characters_go() -> None:
    assert paragraphs("[bookmark: _GoBack]一、总\u200b则\ufeff") == ["一、总则"]


def test_nothing_gives_nothing() -> None:
    assert paragraphs(" \n\t\n") == []
    assert all(first != second for first, second in pairwise(paragraphs("甲。\n\n\n乙。")))
