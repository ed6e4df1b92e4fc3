"""The steps from passages to an answer, one by one: candidates, statements, wording."""

import pytest

from index.retrieval.tokeniser import Tokeniser
from index.search.search import Hit
from ingest.reader import read_bytes
from ingest.types import Document, LeadBasis, Responsibility, Span
from service.answer.candidates import (
    Candidate,
    CandidateKind,
    about_person,
    body_of,
    gather,
    record_candidate,
    rows_of_table,
)
from service.answer.statements import Statement, cite, number, placed, section_at, state
from service.answer.wording import lead_sentence, row_name, row_sentence, tasks_sentence
from service.question.parse import Knowledge, Question, read_question

PAPER = """青禾县人民政府文件
青政发〔2025〕3号
青禾县人民政府关于加快产业发展的实施意见
各乡镇人民政府，县政府各部门：
一、发展目标
（一）总体目标。到2026年，规模以上工业总产值达到420亿元；到2030年达到650亿元。
二、重点任务
（一）氢能产业。建成加氢站5座。〔责任单位：县工业和信息化局、县科技局，排第一的为牵头单位，下同〕
（二）支持措施
1.贷款贴息；
2.场地补助；
3.人才奖励。
三、重点项目
项目名称\t责任单位\t总投资（万元）
氢能产业园\t县工业和信息化局\t38000
湿地民宿群\t县文化和旅游局\t12000
四、组织领导
成立产业发展专班。
组  长：贺知远  县委副书记、县长
副组长：卢  青  副县长
成  员：李  明  县财政局局长
青禾县人民政府
2025年4月20日
附件
政策问答
问：企业怎样申报？
答：每年3月申报。
"""


@pytest.fixture(scope="module")
def paper() -> Document:
    return read_bytes(PAPER.encode(), "青禾.txt", "青禾.txt")


@pytest.fixture(scope="module")
def hits(paper: Document) -> list[Hit]:
    return [Hit(passage, paper, 1.0, 1.0) for passage in paper.passages]


@pytest.fixture(scope="module")
def known(paper: Document, tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    tokeniser = Tokeniser(tmp_path_factory.mktemp("jieba"), ["氢能产业"])
    return Knowledge(tokeniser, lambda word: 0.5, ("青禾县",), (), ("贺知远", "卢青"))


def of_kind(candidates: list[Candidate], kind: CandidateKind) -> list[Candidate]:
    return [each for each in candidates if each.kind is kind]


def asked(text: str, known: Knowledge) -> Question:
    return read_question(text, known)


def test_sentences_rows_and_people_are_candidates(hits: list[Hit], known: Knowledge) -> None:
    found = gather(hits, asked("建成多少座加氢站？", known))
    quotes = {each.quote for each in of_kind(found, CandidateKind.SENTENCE)}
    assert "（一）氢能产业。" in quotes or any("建成加氢站5座" in quote for quote in quotes)
    assert [row_name(row) for row in of_kind(found, CandidateKind.ROW)] == [
        "氢能产业园",
        "湿地民宿群",
    ]
    people = [each.entry for each in of_kind(found, CandidateKind.PERSON) if each.entry]
    assert [(each.role, each.name) for each in people] == [
        ("组长", "贺知远"),
        ("副组长", "卢青"),
        ("成员", "李明"),
    ]


def test_what_is_quoted_is_what_stands_in_the_paper(
    hits: list[Hit], paper: Document, known: Knowledge
) -> None:
    for question in ("哪些措施？", "由谁牵头？", "文号是多少？"):
        for each in gather(hits, asked(question, known)):
            assert each.quote == paper.text[each.start : each.end]
            assert each.quote.strip()


def test_a_question_in_the_paper_leads_to_its_answer(hits: list[Hit], known: Knowledge) -> None:
    sentences = of_kind(gather(hits, asked("何时申报？", known)), CandidateKind.SENTENCE)
    assert not any(each.quote.endswith("？") for each in sentences)
    [answer] = [each for each in sentences if "每年3月" in each.quote]
    assert "企业怎样申报?" in answer.heading


@pytest.mark.parametrize(
    ("question", "kind", "there"),
    [
        ("氢能产业由谁牵头？", CandidateKind.RECORD, True),
        ("建成多少座加氢站？", CandidateKind.RECORD, False),
        ("有哪些支持措施？", CandidateKind.ITEMS, True),
        ("建成多少座加氢站？", CandidateKind.ITEMS, False),
        ("有哪些重点任务？", CandidateKind.OUTLINE, True),
        ("由谁牵头？", CandidateKind.OUTLINE, False),
    ],
)
def test_kinds_of_candidates_go_with_kinds_of_questions(
    hits: list[Hit], known: Knowledge, question: str, kind: CandidateKind, there: bool
) -> None:
    assert bool(of_kind(gather(hits, asked(question, known)), kind)) is there


def test_the_masthead_answers_only_what_is_asked_of_the_paper(
    hits: list[Hit], known: Knowledge
) -> None:
    number_of = [each.quote for each in gather(hits, asked("文号是什么？", known))]
    assert "青政发〔2025〕3号" in number_of
    assert "2025年4月20日" in number_of
    named = [each for each in gather(hits, asked("文号是什么？", known)) if "文号" in each.own]
    assert [each.quote for each in named] == ["青政发〔2025〕3号"]
    others = [each.own for each in gather(hits, asked("加氢站建几座？", known))]
    assert not any("文号" in own for own in others)


def test_a_person_is_looked_for_in_every_roster(paper: Document, known: Knowledge) -> None:
    found = about_person(asked("卢青是什么职务？", known), [], [paper])
    assert [each.entry.post for each in found if each.entry] == ["副县长"]


def test_a_row_knows_the_rows_of_its_table(hits: list[Hit], known: Knowledge) -> None:
    question = asked("有哪些项目？", known)
    [first, _] = of_kind(gather(hits, question), CandidateKind.ROW)
    assert [row_name(row) for row in rows_of_table(first, question)] == ["氢能产业园", "湿地民宿群"]


def test_a_section_is_the_last_one_of_its_name_before_a_place(paper: Document) -> None:
    section = next(each for each in paper.sections if each.path[-1].startswith("三、"))
    assert body_of(paper, section.path, section.start) == section
    assert body_of(paper, section.path, section.start - 1) is None
    assert body_of(paper, (), section.start) is None
    assert section_at(paper, section.start) == section.path
    assert section_at(paper, 0) == ()


def test_who_leads_rests_on_the_line_and_on_the_rule(paper: Document, known: Knowledge) -> None:
    [record, *_] = paper.responsibilities
    statement = state(asked("氢能产业由谁牵头？", known), record_candidate(paper, record))
    assert "县工业和信息化局" in statement.text
    assert record.rule is not None
    spans = [span for _, _, span in statement.evidence]
    assert record.quote in spans
    assert record.rule in spans


def test_equal_evidence_shares_a_number_and_repeats_are_left_out(paper: Document) -> None:
    one, other = (paper, (), Span(0, 4)), (paper, (), Span(4, 8))
    statements = [
        Statement("甲。", (one,)),
        Statement("乙。", (other, one)),
        Statement("甲。", (one,)),
    ]
    sentences, citations = number(statements)
    assert [(each.text, each.citations) for each in sentences] == [("甲。", (1,)), ("乙。", (2, 1))]
    assert [(each.index, each.start, each.end) for each in citations] == [(1, 0, 4), (2, 4, 8)]


def test_a_citation_says_where_it_stands(paper: Document) -> None:
    start = paper.text.index("建成加氢站")
    cited = cite(1, paper, (), Span(start, start + 7))
    assert cited.quote == "建成加氢站5座"
    assert cited.section[-1].startswith("（一）氢能产业")
    assert cited.document_number == "青政发〔2025〕3号"


def test_a_place_is_named_only_where_several_answer(paper: Document) -> None:
    text = PAPER.replace("青禾县", "白石县")
    other = read_bytes(text.encode(), "白石.txt", "白石.txt")
    ours, theirs = (Statement("5座。", ((each, (), Span(0, 4)),)) for each in (paper, other))
    assert [each.text for each in placed([ours, ours])] == ["5座。", "5座。"]
    assert [each.text for each in placed([ours, theirs])] == ["青禾县：5座。", "白石县：5座。"]
    said = Statement("青禾县建5座。", ours.evidence)
    assert [each.text for each in placed([said, theirs])] == ["青禾县建5座。", "白石县：5座。"]


def record(basis: LeadBasis, leads: tuple[str, ...], supports: tuple[str, ...]) -> Responsibility:
    return Responsibility("氢能产业", (), leads, supports, basis, Span(0, 1))


def test_the_lead_is_worded_by_what_is_known_of_it() -> None:
    stated = lead_sentence(record(LeadBasis.STATED, ("县工信局",), ("县科技局",)))
    listed = lead_sentence(record(LeadBasis.FIRST_LISTED, ("县工信局",), ("县科技局",)))
    unsaid = lead_sentence(record(LeadBasis.NOT_STATED, (), ("县工信局", "县科技局")))
    assert "“氢能产业”" in stated and "县工信局" in stated and "县科技局" in stated
    assert len({stated, listed, unsaid}) == 3
    assert "县工信局、县科技局" in unsaid
    alone = lead_sentence(record(LeadBasis.STATED, ("县工信局",), ()))
    assert "县科技局" not in alone


def test_tasks_are_counted_once_each_and_a_long_list_is_cut_with_its_count() -> None:
    assert "2" in tasks_sentence("县科技局", "牵头", ["氢能", "民宿", "氢能"])
    long = tasks_sentence("县科技局", "牵头", [f"{'任务' * 10}{i}" for i in range(30)])
    assert "等30项" in long


def test_a_row_shows_its_name_and_the_columns_asked_for(hits: list[Hit], known: Knowledge) -> None:
    rows = of_kind(gather(hits, asked("总投资多少？", known)), CandidateKind.ROW)
    assert (
        row_sentence(rows[0], ["总投资（万元）"]) == "项目名称：氢能产业园；总投资（万元）：38000。"
    )
    assert row_sentence(rows[0], []) == (
        "项目名称：氢能产业园；责任单位：县工业和信息化局；总投资（万元）：38000。"
    )
