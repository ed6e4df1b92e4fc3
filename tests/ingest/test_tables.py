"""Tables flattened to tabs, and lists of people."""

from collections.abc import Callable

import pytest

from ingest.text.roster import RosterEntry, roster_entry, roster_runs
from ingest.types import Document, PassageKind

Read = Callable[[str], Document]

TABLE = "县区\t主导产业\t特色产业\n甲县\t新材料\t氢能\n乙区\t工程机械\t\n丙县\t绿色食品\t生物发酵"


def test_every_row_is_a_passage_under_the_names_of_the_columns(read: Read) -> None:
    document = read(f"一、布局\n下表列出各县区的产业。\n{TABLE}\n二、要求\n抓好落实。")
    rows = [p for p in document.passages if p.kind is PassageKind.ROWS]
    assert [row.text.split("\t")[0] for row in rows] == ["甲县", "乙区", "丙县"]
    assert {row.header for row in rows} == {"县区\t主导产业\t特色产业"}
    assert {row.section for row in rows} == {("一、布局",)}


def test_a_single_row_stands_for_itself(read: Read) -> None:
    document = read("一、总则\n抓好落实。\n县政府办公室\t2025年3月31日印发")
    assert document.passages[-1].text == "县政府办公室\t2025年3月31日印发"
    assert document.passages[-1].header == ""


def test_tables_of_two_sections_keep_their_own_header(read: Read) -> None:
    document = read(f"一、清单\n{TABLE}\n二、汇总\n县区\t个数\n甲县\t3\n乙区\t5")
    headers = {p.section[-1]: p.header for p in document.passages if p.header}
    assert headers == {"一、清单": "县区\t主导产业\t特色产业", "二、汇总": "县区\t个数"}


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("组  长：周  明  县委副书记、县长", RosterEntry("组长", "周明", "县委副书记、县长")),
        ("副组长：陈志远  副县长", RosterEntry("副组长", "陈志远", "副县长")),
        ("成　员：向　荣　县财政局局长", RosterEntry("成员", "向荣", "县财政局局长")),
        ("欧阳文华  县统计局局长", RosterEntry("", "欧阳文华", "县统计局局长")),
        ("阿依古丽·买买提  县卫健局局长", RosterEntry("", "阿依古丽·买买提", "县卫健局局长")),
        ("成员: 赵  勇  县人大常委会副主任 县委组织部副部长",
         RosterEntry("成员", "赵勇", "县人大常委会副主任 县委组织部副部长")),
    ],
)  # fmt: skip
def test_a_person_is_read(line: str, entry: RosterEntry) -> None:
    assert roster_entry(line) == entry


@pytest.mark.parametrize(
    "line",
    [
        "领导小组办公室设在县财政局。",
        "县财政局\t局长",
        "联系电话：6213108",
        "周明",
        "各乡镇： 请遵照执行。",
    ],
)
def test_what_is_no_person(line: str) -> None:
    assert roster_entry(line) is None


def test_a_roster_begins_with_a_role_and_has_three_people() -> None:
    people = ["组长：周明  县长", "陈志远  副县长", "李想  主任"]
    assert roster_runs(["名单如下", *people, "特此通知。"]) == {1, 2, 3}
    assert roster_runs(people[:2]) == frozenset()
    assert roster_runs(people[1:] * 2) == frozenset()


def test_people_of_one_role_stand_together(read: Read) -> None:
    people = "\n".join(
        ["组  长：周  明  县长", "副组长：陈志远  副县长", "向  荣  副县长", "成  员：李  想  主任"]
    )
    document = read(f"关于成立领导小组的通知\n各单位：\n成员名单如下：\n{people}\n特此通知。")
    rosters = [(p.header, p.text) for p in document.passages if p.kind is PassageKind.ROSTER]
    assert rosters == [
        ("组长", "组  长：周  明  县长"),
        ("副组长", "副组长：陈志远  副县长\n向  荣  副县长"),
        ("成员", "成  员：李  想  主任"),
    ]
