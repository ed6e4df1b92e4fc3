"""Who leads and who supports: every way a paper says so, and where it does not say."""

from collections.abc import Callable

import pytest

from ingest.types import Document, LeadBasis, Responsibility

Read = Callable[[str], Document]

STATED, FIRST, SILENT = LeadBasis.STATED, LeadBasis.FIRST_LISTED, LeadBasis.NOT_STATED
TASK = "（一）发展氢能产业。建设加氢站十二座。"


def records(read: Read, text: str) -> list[Responsibility]:
    return list(read(f"二、重点任务\n{text}\n三、附则\n抓好落实。").responsibilities)


def only(read: Read, text: str) -> Responsibility:
    [record] = records(read, text)
    return record


@pytest.mark.parametrize(
    ("clause", "units"),
    [
        ("（县发改局牵头，县财政局、县水利局按职责分工负责）", "县发改局 + 县财政局 县水利局"),
        ("（县发改局牵头、县财政局、县水利局按职能分工负责）", "县发改局 + 县财政局 县水利局"),
        ("（县发改局牵头，县财政局等按职责分工负责）", "县发改局 + 县财政局"),
        ("（县发改局牵头负责，县财政局配合）", "县发改局 + 县财政局"),
        ("（县发改局牵头，县财政局配合，2025年底前完成）", "县发改局 + 县财政局"),
        ("（县发改局牵头，县财政局负责落实，各镇配合）", "县发改局 + 县财政局 各镇"),
        ("（县发改局、县财政局牵头，各镇按职能分工负责）", "县发改局 县财政局 + 各镇"),
        ("（县发改局牵头）", "县发改局 +"),
        ("(县发改局牵头，县财政局配合)", "县发改局 + 县财政局"),
        ("〔牵头单位：县发改局；配合单位：县财政局、各镇〕", "县发改局 + 县财政局 各镇"),
        ("（牵头单位：县发改局；责任单位：县财政局、各镇）", "县发改局 + 县财政局 各镇"),
        ("（责任单位：县发改局牵头，县财政局配合）", "县发改局 + 县财政局"),
        ("（县委组织部牵头，县委编办、县教育局配合）", "县委组织部 + 县委编办 县教育局"),
        ("（县发改局牵头，县委组织部、县教育局配合）", "县发改局 + 县委组织部 县教育局"),
        ("（县发改局牵头，县督查落实办公室配合）", "县发改局 + 县督查落实办公室"),
        ("（县发改局牵头，各县（市、区）配合）", "县发改局 + 各县（市、区）"),
        ("（县发改局牵头，园区（管委会））", "县发改局 + 园区（管委会）"),
    ],
)
def test_a_bracket_says_who_leads(read: Read, clause: str, units: str) -> None:
    record = only(read, TASK + clause)
    assert f"{' '.join(record.leads)} + {' '.join(record.supports)}".strip() == units
    assert record.basis is STATED


@pytest.mark.parametrize(
    "clause",
    [
        "（县发改局、县财政局等负责）",
        "（县发改局、县财政局按职责分工负责）",
        "（责任单位：县发改局、县财政局）",
        "〔责任单位：县发改局、县财政局〕",
        "［责任部门：县发改局、县财政局］",
        "【责任单位：县发改局、县财政局】",
        "（责任单位：县发改局、县财政局等）",
    ],
)
def test_without_a_rule_nobody_is_said_to_lead(read: Read, clause: str) -> None:
    record = only(read, TASK + clause)
    assert record.leads == ()
    assert record.supports == ("县发改局", "县财政局")
    assert record.basis is SILENT
    assert record.rule is None


@pytest.mark.parametrize(
    "rule",
    [
        "排第一的为牵头单位，下同",
        "列首位的为牵头单位，下同",
        "排名第一的为牵头单位",
        "排在首位的是牵头单位，下同",
        "第一个单位为牵头单位，下同",
    ],
)
@pytest.mark.parametrize("before", ["，", "。", "；"])
def test_a_rule_stated_once_holds_from_there_on(read: Read, rule: str, before: str) -> None:
    text = (
        f"{TASK}〔责任单位：县发改局、县财政局{before}{rule}〕\n"
        "（二）办好教育。新建学校三所。〔责任单位：县教育局、"
        "县财政局〕"
    )
    document = read(f"二、重点任务\n{text}")
    first, second = document.responsibilities
    assert (first.leads, first.supports, first.basis) == (("县发改局",), ("县财政局",), FIRST)
    assert (second.leads, second.supports, second.basis) == (("县教育局",), ("县财政局",), FIRST)
    assert second.rule is not None
    assert document.text[second.rule.start : second.rule.end] == rule


def test_a_rule_does_not_reach_back(read: Read) -> None:
    text = (
        f"{TASK}（责任单位：县教育局、县财政局）\n（二）办好水利。"
        "修渠。（责任单位：县水利局、县财政局，排第一的为牵头单位，"
        "下同）"
    )
    assert [record.basis for record in records(read, text)] == [SILENT, FIRST]


def test_a_stated_lead_needs_no_rule(read: Read) -> None:
    text = (
        f"{TASK}（责任单位：县教育局、县财政局，排第一的为牵头单位，"
        "下同）\n（二）办好水利。修渠。（县水利局牵头，县财政局配合）"
    )
    assert records(read, text)[1].basis is STATED
    assert records(read, text)[1].rule is None


def test_the_task_is_the_heading_and_the_quote_is_the_bracket(read: Read) -> None:
    document = read(f"二、重点任务\n{TASK}（县发改局牵头，县财政局配合）")
    [record] = document.responsibilities
    assert record.task == "发展氢能产业"
    assert record.section == ("二、重点任务", "（一）发展氢能产业")
    assert document.text[record.quote.start : record.quote.end] == "（县发改局牵头，县财政局配合）"


def test_a_list_broken_over_lines_and_pages(read: Read) -> None:
    clause = "（责任单位：县发展和改\n革局、县工业和信\n\n— 7 —\n\n息化局、县财政\n局）"
    assert only(read, TASK + clause).supports == ("县发展和改革局", "县工业和信息化局", "县财政局")


def test_a_line_of_its_own_governs_the_section_whose_parts_have_none(read: Read) -> None:
    text = (
        "（一）现代农业\n抓好生产。\n1. 粮食生产。稳定播种面积，"
        "保障供给。\n2. 现代种业。建设良种基地，加强攻关。"
        "\n（责任单位：县农业农村局、县财政局）"
    )
    assert only(read, text).section == ("二、重点任务", "（一）现代农业")


def test_a_line_of_its_own_belongs_to_the_part_where_each_has_one(read: Read) -> None:
    text = (
        "（一）现代农业\n1. 粮食生产。稳定播种面积，保障供给。"
        "\n（县农业农村局牵头，县财政局配合）\n2. 现代种业。"
        "建设良种基地，加强攻关。\n（县科技局牵头，县财政局配合）"
    )
    assert [record.task for record in records(read, text)] == ["粮食生产", "现代种业"]


@pytest.mark.parametrize(
    ("sentence", "task", "lead"),
    [
        ("由县财政局牵头，各部门配合，力争年内建成。", "发展氢能产业", "县财政局"),
        ("县财政局牵头负责资金筹措，其他部门配合。", "资金筹措", "县财政局"),
        ("变电站建设由国网云溪县供电公司牵头。", "变电站建设", "国网云溪县供电公司"),
        ("县发展改革局牵头统筹体系建设工作。", "体系建设工作", "县发展改革局"),
    ],
)
def test_running_text_says_who_leads(read: Read, sentence: str, task: str, lead: str) -> None:
    record = only(read, f"（一）发展氢能产业。建设加氢站十二座。{sentence}")
    assert (record.task, record.leads, record.basis) == (task, (lead,), STATED)


def test_several_tasks_in_one_sentence(read: Read) -> None:
    text = "（一）用工保障。专业调整由县教育局牵头，招聘和补贴发放由县人社局牵头，县财政局配合。"
    assert [(record.task, record.leads) for record in records(read, text)] == [
        ("专业调整", ("县教育局",)),
        ("招聘和补贴发放", ("县人社局",)),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "推动龙头企业牵头组建产业链联盟，布局上下游企业。",
        "支持泽川重工集团牵头建设中试平台，年内投入运行。",
        "各牵头单位要建立完善统计监测目录。",
        "按照一个牵头单位、一套工作班子的模式推进。",
        "（名单见附件2），实行链长制。",
    ],
)
def test_what_only_speaks_of_leading(read: Read, sentence: str) -> None:
    assert records(read, f"（一）发展氢能产业。{sentence}") == []


def test_a_remark_in_brackets_is_no_responsibility(read: Read) -> None:
    assert records(read, "（一）发展氢能产业。建设加氢站（含合建站）十二座（以验收为准）。") == []
