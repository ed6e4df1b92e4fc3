"""The five real papers: what their golden files do not say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.reader import read_file
from ingest.types import Document, LeadBasis, PassageKind

Paper = Callable[[str], Document]


@pytest.fixture(scope="module")
def paper(corpus_dir: Path) -> Paper:
    read: dict[str, Document] = {}

    def numbered(number: str) -> Document:
        if number not in read:
            [path] = corpus_dir.glob(f"{number}_*.txt")
            read[number] = read_file(path)
        return read[number]

    return numbered


def test_a_paper_without_title(paper: Paper) -> None:
    head = paper("000").masthead
    assert head.title_derived
    assert head.region == "大通湖区"
    assert head.title.startswith("大通湖区实施方案（“为不断推动")


def test_a_heading_keeps_its_place_in_the_outline(paper: Paper) -> None:
    paths = [section.path for section in paper("004").sections]
    assert ("三、巩固延伸优势产业", "(三) 现代农业及绿色食品加工", "5. 食品制造") in paths
    assert ("五、前瞻布局未来产业", "（九）氢能产业") in paths


def test_the_rule_by_which_the_first_leads_is_quoted(paper: Paper) -> None:
    document = paper("001")
    by_rule = [r for r in document.responsibilities if r.basis is LeadBasis.FIRST_LISTED]
    assert {document.text[r.rule.start : r.rule.end] for r in by_rule if r.rule} == {
        "排第一的为牵头单位，下同"
    }
    assert len(by_rule) == 8


def test_the_table_of_004(paper: Paper) -> None:
    rows = [p for p in paper("004").passages if p.kind is PassageKind.ROWS]
    assert len(rows) == 13
    assert {row.header for row in rows} == {"县市区\t主导产业\t特色产业"}
    assert {row.section for row in rows} == {("附件 岳阳市各县市区主特产业布局表",)}
    names = [row.text.split("\t")[0] for row in rows]
    assert (names[0], names[-1]) == ("平江县", "屈原管理区")


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
