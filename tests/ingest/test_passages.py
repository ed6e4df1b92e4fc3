"""Passages: where they are cut, and that nothing is lost between them."""

from collections.abc import Callable

from ingest.structure.passages import MAX_CHARACTERS
from ingest.types import Document, Passage, PassageKind

Read = Callable[[str], Document]

SENTENCE = "县财政局每年安排专项资金，用于支持企业技术改造和创新平台建设。"


def texts(document: Document) -> list[str]:
    return [passage.text for passage in document.passages]


def test_a_heading_stays_with_the_first_passage_of_its_section(read: Read) -> None:
    document = read(
        f"一、总体要求\n{SENTENCE}\n（一）目标。{SENTENCE}\n（二）原则\n1. 稳步推进。{SENTENCE}"
    )
    assert texts(document) == [
        f"一、总体要求\n{SENTENCE}",
        f"（一）目标。{SENTENCE}",
        f"1. 稳步推进。{SENTENCE}",
    ]


def test_paragraphs_of_a_section_are_packed_while_they_fit(read: Read) -> None:
    document = read("一、总体要求\n" + "\n".join([SENTENCE] * 3))
    assert texts(document) == ["一、总体要求\n" + "\n".join([SENTENCE] * 3)]


def test_a_long_paragraph_is_cut_between_sentences(read: Read) -> None:
    found = texts(read("一、总体要求\n" + SENTENCE * 20))
    assert len(found) > 1
    assert all(len(text) <= MAX_CHARACTERS and text.endswith("。") for text in found)
    assert "".join(found) == "一、总体要求\n" + SENTENCE * 20


def test_a_sentence_longer_than_the_limit_stays_whole(read: Read) -> None:
    long = "统筹" * MAX_CHARACTERS + "。"
    assert long in texts(read(f"一、总体要求\n{SENTENCE * 9}{long}{SENTENCE}"))


def test_the_bracket_that_says_who_leads_stays_with_its_paragraph(read: Read) -> None:
    fill = SENTENCE * (MAX_CHARACTERS // len(SENTENCE) - 1)
    bracket = "（县发展改革局牵头，县工业和信息化局、县财政局、县审计局、县统计局按职责分工负责）"
    assert texts(read(f"（一）发展产业。{fill}{bracket}"))[-1].endswith(bracket)


def test_ids_and_positions_count_through_the_paper(read: Read) -> None:
    document = read(f"一、甲项\n{SENTENCE}\n二、乙项\n{SENTENCE}")
    assert [(p.id, p.position) for p in document.passages] == [
        (f"{document.id}-0", 0),
        (f"{document.id}-1", 1),
    ]
    assert {p.document_id for p in document.passages} == {document.id}


def test_people_beyond_the_limit_go_to_a_next_passage_under_their_role(read: Read) -> None:
    people = "\n".join(f"陈志{n}  县{'某' * 20}局局长" for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯")
    document = read(
        f"关于成立领导小组的通知\n名单如下：\n组长：周明  县长\n成员：李想  主任\n{people}"
    )
    rosters: list[Passage] = [p for p in document.passages if p.kind is PassageKind.ROSTER]
    assert [p.header for p in rosters] == ["组长", "成员", "成员"]
    assert all(len(p.text) <= MAX_CHARACTERS for p in rosters)


def test_counts_named_by_the_sentence_before_stay_with_it(read: Read) -> None:
    fill = SENTENCE * ((MAX_CHARACTERS - 20) // len(SENTENCE))
    pair = "全市新增企业二十家。其中，制造业十五家、建筑业五家。"
    assert any(pair in text for text in texts(read(f"一、总体要求\n{fill}{pair}")))
