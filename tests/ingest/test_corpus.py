"""The five real papers: what was read off them by eye, against what the reader gives.

Paper 002 lists the lead unit of 园区提质 among the supporting ones too, and paper 000 does so for
招商引资; the records say what the papers say.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.reader import read_file
from ingest.types import Document, LeadBasis, Masthead, PassageKind

Paper = Callable[[str], Document]

STATED, FIRST, SILENT = LeadBasis.STATED, LeadBasis.FIRST_LISTED, LeadBasis.NOT_STATED


@pytest.fixture(scope="module")
def paper(corpus_dir: Path) -> Paper:
    read: dict[str, Document] = {}

    def numbered(number: str) -> Document:
        if number not in read:
            [path] = corpus_dir.glob(f"{number}_*.txt")
            read[number] = read_file(path)
        return read[number]

    return numbered


MASTHEADS = {
    "001": Masthead("大力实施“产业强市”战略推进产业发展“千百十”工程实施方案", region="益阳市"),
    "002": Masthead("平江县产业培塑行动实施方案", region="平江县"),
    "003": Masthead(
        "中共桃江县委桃江县人民政府关于推进先进制造业高质量发展的意见",
        issuer="中共桃江县委桃江县人民政府",
        region="桃江县",
    ),
    "004": Masthead(
        "中共岳阳市委岳阳市人民政府关于加快建设“1+3+X”现代化产业体系的实施意见",
        issuer="中共岳阳市委",
        number="岳发〔2024〕6号",
        date="2024-05-26",
        region="岳阳市",
    ),
}


@pytest.mark.parametrize("number", MASTHEADS)
def test_mastheads(paper: Paper, number: str) -> None:
    assert paper(number).masthead == MASTHEADS[number]


def test_a_paper_without_title(paper: Paper) -> None:
    head = paper("000").masthead
    assert head.title_derived
    assert head.region == "大通湖区"
    assert head.title.startswith("大通湖区实施方案（“为不断推动")


@pytest.mark.parametrize(
    ("number", "levels"),
    [
        ("000", {4: 3, 5: 5, 6: 8, 8: 3}),
        ("001", {4: 4, 5: 17}),
        ("002", {4: 3, 5: 4, 6: 11, 8: 1}),
        ("003", {0: 2, 4: 11, 5: 22}),
        ("004", {0: 1, 4: 6, 5: 17, 6: 31}),
    ],
)
def test_sections_of_every_level(paper: Paper, number: str, levels: dict[int, int]) -> None:
    assert Counter(section.level for section in paper(number).sections) == levels


def test_a_heading_keeps_its_place_in_the_outline(paper: Paper) -> None:
    paths = [section.path for section in paper("004").sections]
    assert ("三、巩固延伸优势产业", "(三) 现代农业及绿色食品加工", "5. 食品制造") in paths
    assert ("五、前瞻布局未来产业", "（九）氢能产业") in paths


TOWNS = "各镇 南湾湖办事处 区直各单位 区大发集团 区生态公司"
RECORDS_000 = [
    ("植物提取", "", "大通湖产业开发区 区科技工信局", SILENT),
    ("光电产业", "", "大通湖产业开发区 区科技工信局", SILENT),
    ("现代农业", "区农业农村水利局", "区发改财政局 区科技工信局 区市场监管局", STATED),
    ("新能源", "区发改财政局", "区科技工信局 区自然资源局 区住房城乡建设局", STATED),
    ("生物医药", "区科技工信局",
     "区发改财政局 区自然资源局 区农业农村水利局 区教育卫生健康局 区市场监管局", STATED),
    ("文化旅游", "区文旅广体局", "区发改财政局 区科技工信局 区农业农村水利局 区自然资源局", STATED),
    ("壮大产业集群，提升创新质效", "", "区发改财政局 区科技工信局 区市场监管局", SILENT),
    ("加强招商引资，做好企业服务", "区科技工信局", "区发改财政局 区科技工信局", STATED),
    ("夯实要素支撑，优化营商环境", "",
     "区发改财政局 区自然资源局 区住房城乡建设局 区政务中心 各镇", SILENT),
    ("更大力度争项目", "区发改财政局", TOWNS, STATED),
    ("更高效率建项目", "区发改财政局 区科技工信局", TOWNS, STATED),
]  # fmt: skip
RECORDS_002 = [
    ("休闲食品", "县科技和工业信息化局", "县农业农村局 县商务粮食局"),
    ("石膏建材", "县科技和工业信息化局", "县发改局 平江高新技术产业园区管委会"),
    ("云母制品", "县科技和工业信息化局", "县商务粮食局"),
    ("电子信息", "县科技和工业信息化局", "县发改局 县商务粮食局 县自然资源局"),
    ("文化旅游", "县文化旅游广电体育局",
        "县发改局 县商务粮食局 县自然资源局 石牛寨国家地质公园管理处"),
    ("现代农业", "县农业农村局",
     "县发改局 县科技和工业信息化局 县水利局 县文化旅游广电体育局 县林业局"),
    ("电力能源", "县发改局", "县科技和工业信息化局 县自然资源局 国网平江供电公司"),
    ("生物医药", "县卫生健康局", "县发改局 县民政局 县自然资源局"),
    ("科技创新", "县科技和工业信息化局", "县农业农村局 县林业局"),
    ("招商引资", "县商务粮食局", "县发改局 县科技和工业信息化局 县贸促会 县工商联"),
    ("园区提质", "县发改局", "县发改局 县科技和工业信息化局 平江县高新技术产业园区管委会"),
    ("服务提升", "县发改局",
     "县科技和工业信息化局 县商务粮食局 县财政局 县统计局 县自然资源局 县市场监督管理局 县金融办 "
     "县行政审批服务局 人民银行平江支行 县优化办"),
]  # fmt: skip
COUNTIES = "各区县（市）人民政府（管委会） 园区（管委会）"
RECORDS_001 = [
    ("加强产业链群建设", "市工业和信息化局",
     (
         "市发展改革委 市科技局 市民政局 市农业农村局 市商务局 市文旅广体局 市卫生健康委 市"
         "林业局 市市场监管局"
     )),
    ("促进产业融合发展", "市发展改革委",
     "市工业和信息化局 市科技局 市农业农村局 市商务局 市文旅广体局 市林业局 市市场监管局"),
    ("加快建设“五好园区”", "市工业和信息化局",
     "市发展改革委 市科技局 市财政局 市住房城乡建设局 市自然资源和规划局"),
    ("引导科技创新攻关", "市科技局", "市发展改革委 市工业和信息化局 市市场监管局"),
    ("鼓励企业优化升级", "市工业和信息化局", "市发展改革委 市商务局 市政府金融办"),
    ("提升产品质量品牌", "市市场监管局", "市发展改革委 市科技局 市工业和信息化局"),
    ("强化项目谋划储备", "市发展改革委", "市科技局 市工业和信息化局 市商务局"),
    ("全力推进项目建设", "市发展改革委",
     "市工业和信息化局 市自然资源和规划局 市住房城乡建设局 市交通运输局 市政务管理服务局"),
]  # fmt: skip
RECORDS_004 = [
    ("现代化工", "市工信局", 10),
    ("港口物流", "市物流发展服务中心", 17),
    ("现代农业及绿色食品加工", "市农业农村局", 8),
    ("文体旅游", "市文旅广电局", 16),
    ("先进装备制造", "市工信局", 10),
    ("循环经济", "市发改委", 8),
    ("医药健康", "市卫健委", 12),
    ("生物制造", "市工信局", 12),
    ("氢能产业", "市工信局", 10),
]


def test_responsibilities_of_000(paper: Paper) -> None:
    found = paper("000").responsibilities
    assert [
        (r.task, " ".join(r.leads), " ".join(r.supports), r.basis) for r in found
    ] == RECORDS_000


def test_responsibilities_of_002(paper: Paper) -> None:
    found = paper("002").responsibilities
    assert [(r.task, " ".join(r.leads), " ".join(r.supports)) for r in found] == RECORDS_002
    assert {r.basis for r in found} == {STATED}


def test_responsibilities_of_001(paper: Paper) -> None:
    document = paper("001")
    by_rule = [r for r in document.responsibilities if r.basis is FIRST]
    assert [(r.task, " ".join(r.leads), " ".join(r.supports)) for r in by_rule] == [
        (task, lead, f"{supports} {COUNTIES}") for task, lead, supports in RECORDS_001
    ]
    assert {document.text[r.rule.start : r.rule.end] for r in by_rule if r.rule} == {
        "排第一的为牵头单位，下同"
    }
    others = [(r.task, r.leads, r.basis) for r in document.responsibilities if r not in by_rule]
    assert others == [
        ("农林牧渔业", ("市农业农村局",), STATED),
        ("制造业", ("市工业和信息化局",), STATED),
        ("建筑业", ("市住房城乡建设局",), STATED),
    ]


def test_responsibilities_of_004(paper: Paper) -> None:
    *by_rule, last = paper("004").responsibilities
    found = [(r.task, " ".join(r.leads), len(r.supports), r.basis) for r in by_rule]
    assert [(task, lead, count) for task, lead, count, _ in found] == RECORDS_004
    assert {basis for *_, basis in found} == {FIRST}
    assert by_rule[0].supports[-2:] == ("湖南石化公司", "相关县市区政府（管委会）及产业园区")
    assert (last.leads, last.basis) == (("市发改委",), STATED)


def test_responsibilities_of_003(paper: Paper) -> None:
    [record] = paper("003").responsibilities
    assert (record.task, record.leads) == ("精细化工产业", ("灰山港产业开发区",))


def test_the_table_of_004(paper: Paper) -> None:
    rows = [p for p in paper("004").passages if p.kind is PassageKind.ROWS]
    assert len(rows) == 13
    assert {row.header for row in rows} == {"县市区\t主导产业\t特色产业"}
    assert {row.section for row in rows} == {("附件 岳阳市各县市区主特产业布局表",)}
    names = [row.text.split("\t")[0] for row in rows]
    assert (names[0], names[-1]) == ("平江县", "屈原管理区")


def test_the_roster_of_003(paper: Paper) -> None:
    people: Counter[str] = Counter()
    for passage in paper("003").passages:
        if passage.kind is PassageKind.ROSTER:
            people[passage.header] += len(passage.text.split("\n"))
    assert people == {"顾问": 1, "组长": 1, "副组长": 2, "成员": 26}


def test_the_definitions_of_003(paper: Paper) -> None:
    definitions = [p for p in paper("003").passages if p.kind is PassageKind.DEFINITION]
    assert len(definitions) == 6
    assert definitions[0].section == ("附件1 名词解释", "一、先进制造业")


@pytest.mark.parametrize(
    ("number", "whole"),
    [
        ("002", "持续培强“国字号”“省字号”等平江品牌建设"),
        ("002", "福寿山国际旅游度假区"),
        ("002", "县商务粮食局、县财政局"),
        ("003", "高质量发展领导小组的通知"),
        ("004", "现提出如下实施意见"),
        ("004", "自主可控、安全可靠"),
        ("004", "打造深度融合的产业集群"),
        ("004", "市工信局、市财政局、市水利局"),
        ("004", "“湘商湘智回归”"),
    ],
)
def test_words_broken_by_a_page_are_whole_again(paper: Paper, number: str, whole: str) -> None:
    assert whole in paper(number).text
