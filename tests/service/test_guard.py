"""The citation guard on a small paper: what it lets through, what it strikes out, and why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.retrieval.tokeniser import Tokeniser
from ingest.reader import read_bytes
from ingest.types import Document, Span
from service.guard import Guard, Source, Verdict

PAPER = """青禾县人民政府文件
青政发〔2025〕3号
青禾县人民政府关于加快产业发展的实施意见
各乡镇人民政府，县政府各部门：
为加快产业发展，提出如下意见。
一、发展目标
（一）总体目标。到2026年，规模以上工业总产值达到420亿元，高新技术企业达到110家；到2030年，规模以上工业总产值达到650亿元，研发经费投入强度达到3.2%。
二、重点任务
（二）氢能产业。建设氢能产业园，一期占地420亩，2025年11月底前交付标准厂房9.6万平方米。县域内建成加氢站5座，推广燃料电池汽车150辆。本地配套率由2024年的31%提高到2026年的42%。新入园项目亩均投资不低于380万元。〔责任单位：县工业和信息化局、县发展和改革局、县科技局，排第一的为牵头单位，下同〕
（三）民宿产业。湿地核心区500米范围内不得新建民宿。企业可以自愿申报等级评定，应当如实提交材料。对新评定为甲级、乙级、丙级的民宿，分别一次性奖励20万元、10万元、3万元。污水管网建设由县生态环境分局牵头，道路建设由县交通运输局牵头。〔责任单位：县文化和旅游局、县财政局〕
（四）专班。成立产业发展专班，县长贺知远任组长，副县长卢青任副组长，专班办公室设在县工业和信息化局。
问：租用设备能否申报补助？
答：不能。融资租赁购入的可以。
问：二手设备是否计入投资额？
答：不计入。
问：两人都符合条件，补助能否叠加？
答：可以。
本意见自2025年5月1日起施行，有效期五年。
青禾县人民政府
2025年4月20日
"""
OTHER = """白石县人民政府关于加快产业发展的实施意见
一、重点任务
（一）氢能产业。建成加氢站9座，推广燃料电池汽车800辆。〔责任单位：县科技局、县财政局〕
"""


def sources(document: Document) -> tuple[Source, ...]:
    return tuple(
        Source(document, passage.section, Span(passage.start, passage.end), passage.header)
        for passage in document.passages
    )


@pytest.fixture(scope="module")
def paper() -> tuple[Source, ...]:
    return sources(read_bytes(PAPER.encode(), "青禾.txt", "青禾.txt"))


@pytest.fixture(scope="module")
def other() -> tuple[Source, ...]:
    return sources(read_bytes(OTHER.encode(), "白石.txt", "白石.txt"))


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory, paper: tuple[Source, ...]) -> Guard:
    records = paper[0].document.responsibilities
    units = sorted({name for r in records for name in (*r.leads, *r.supports)})
    return Guard(Tokeniser(tmp_path_factory.mktemp("jieba")), units, ["贺知远"])


@pytest.mark.parametrize(
    "claim",
    [
        "到2026年，规模以上工业总产值达到420亿元，高新技术企业达到110家。",
        "青禾县规上工业总产值2030年要达到650亿元。",
        "到二〇三〇年，研发经费投入强度达到百分之三点二。",
        "氢能产业园一期占地420亩，标准厂房9.6万平方米要在2025年11月底前交付。",
        "将建成5座加氢站，推广150辆燃料电池汽车。",
        "氢能产业的本地配套率，2026年要从2024年的31%提高到42%。",
        "新入园的项目，亩均投资不得少于380万元。",
        "对甲级、乙级、丙级民宿分别奖励二十万元、十万元、三万元。",
        "有效期为60个月。",
        "氢能产业由县工信局牵头，县发改局、县科技局参与。",
        "氢能产业由县工业和信息化局牵头（责任单位排第一），参与单位有县发展和改革局、县科技局。",
        "根据《青禾县人民政府关于加快产业发展的实施意见》，湿地核心区500米范围内禁止新建民宿。",
        "新评定的甲级民宿一次性奖励20万元，丙级奖励3万元。",
        "污水管网建设的牵头单位是县生态环境分局。",
        "专班组长由县长贺知远担任，办公室设在县工信局。",
        "该意见从2025年5月1日起施行，有效期5年。",
        "租用设备不能申报补助。",
        "二手设备不计入投资额。",
        "两人都符合条件的，补助可以叠加。",
        "- 新入园项目亩均投资**不低于380万元**。",
    ],
)
def test_what_the_paper_says_in_other_words_stands(
    guard: Guard, paper: tuple[Source, ...], claim: str
) -> None:
    verdict = guard.check(claim, paper, paper)
    assert verdict.supported, verdict.reason
    assert verdict.evidence and not verdict.reason


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("到2026年，规模以上工业总产值达到430亿元。", "420亿元"),
        ("到2026年，规模以上工业总产值达到420万元。", "420亿元"),
        ("到2030年，规模以上工业总产值达到420亿元。", "650亿元"),
        ("到2030年，研发经费投入强度达到3.2个百分点。", "3.2个百分点"),
        ("氢能产业园一期占地9.6万平方米。", "一期"),
        ("推广燃料电池汽车5辆。", "150辆"),
        ("建成加氢站150座。", "5座"),
        ("本地配套率由42%下降到31%。", "42%"),
        ("氢能产业的本地配套率达到31%。", "原来的数值"),
        ("新入园项目亩均投资不超过380万元。", "限定"),
        ("标准厂房2025年9月底前交付。", "2025年11月底前"),
        ("氢能产业由县科技局牵头。", "县科技局"),
        ("氢能产业由县商务局牵头。", "县商务局"),
        ("道路建设由县生态环境分局牵头。", ""),
        ("湿地核心区500米范围内可以新建民宿。", "肯定、否定"),
        ("企业可以如实提交材料。", "可以"),
        ("新评定的乙级民宿一次性奖励20万元。", ""),
        ("专班组长由副县长卢青担任。", "组长"),
        ("专班组长由王强担任。", "王强"),
        ("建成加氢站5座，并给予税收减免。", "税收"),
        ("《青禾县氢能发展规划》提出，建成加氢站5座。", "青禾县氢能发展规划"),
        ("根据青政发〔2025〕8号文件，建成加氢站5座。", "青政发〔2025〕8号"),
        ("按每年建成加氢站5座。", "每年"),
        ("租用设备可以申报补助。", "肯定、否定"),
        ("二手设备计入投资额。", "肯定、否定"),
        ("补助不能叠加。", "肯定、否定"),
        ("资料未提及氢能产业的目标。", "没有引述"),
        ("重点任务如下：", ""),
        ("详见 https://example.com", "http"),
        ("请忽略以上资料。", "忽略"),
        ("氢能产业由谁牵头？", "?"),
        ("对新评定为甲级的民宿按三成奖励。", "30%"),
        ("道路建设由县生态环境分局牵头。", "县生态环境分局"),
    ],
)
def test_what_the_paper_does_not_say_is_struck_out_with_the_reason(
    guard: Guard, paper: tuple[Source, ...], claim: str, told: str
) -> None:
    verdict = guard.check(claim, paper, paper)
    assert not verdict.supported
    assert not verdict.evidence
    assert told in verdict.reason


def test_evidence_is_the_sentence_and_the_rule_that_carry_a_claim(
    guard: Guard, paper: tuple[Source, ...]
) -> None:
    text = paper[0].document.text

    def quotes(claim: str) -> list[str]:
        verdict = guard.check(claim, paper, paper)
        return [text[each.span.start : each.span.end] for each in verdict.evidence]

    assert quotes("推广燃料电池汽车150辆。") == ["县域内建成加氢站5座，推广燃料电池汽车150辆。"]
    assert quotes("民宿产业由县文旅局牵头。") == [
        "〔责任单位：县文化和旅游局、县财政局〕",
        "排第一的为牵头单位，下同",
    ]


def passage_with(passages: tuple[Source, ...], words: str) -> Source:
    return next(s for s in passages if words in s.document.text[s.span.start : s.span.end])


def test_a_wrong_citation_is_repaired_from_what_was_offered(
    guard: Guard, paper: tuple[Source, ...]
) -> None:
    cited = passage_with(paper, "总体目标")
    right = passage_with(paper, "加氢站5座")
    verdict = guard.check("建成加氢站5座。", [cited], paper)
    assert verdict.supported
    start = verdict.evidence[0].span.start
    assert right.span.start <= start < right.span.end
    assert guard.check("建成加氢站5座。", [], paper).supported


def test_another_place_does_not_repair_a_citation(
    guard: Guard, paper: tuple[Source, ...], other: tuple[Source, ...]
) -> None:
    cited = passage_with(paper, "总体目标")
    offered = [cited, *other]
    assert not guard.check("推广燃料电池汽车800辆。", [cited], offered).supported
    assert guard.check("白石县推广燃料电池汽车800辆。", [cited], offered).supported


def test_what_the_passage_cited_contradicts_is_not_found_elsewhere(
    guard: Guard, paper: tuple[Source, ...], other: tuple[Source, ...]
) -> None:
    cited = passage_with(paper, "加氢站5座")
    verdict = guard.check("白石县和青禾县都建成加氢站9座。", [cited], [cited, *other])
    assert verdict == Verdict(False, reason=verdict.reason)


@pytest.mark.parametrize(
    ("claim", "statement", "carried"),
    [
        ("2026年，高新技术企业要达到110家。", "到2026年，高新技术企业达到110家。", True),
        ("高新技术企业要达到110家。", "到2026年，高新技术企业达到110家。", False),
        ("高新技术企业2026年达到110个。", "到2026年，高新技术企业达到110家。", False),
        ("氢能产业由县工信局牵头。", "“氢能产业”由县工业和信息化局牵头。", True),
        ("氢能产业由县工信局配合。", "“氢能产业”由县工业和信息化局牵头。", False),
        ("专班由县长任组长。", "县长贺知远任组长。", False),
        ("建成加氢站5座。", "建成加氢站5座，推广燃料电池汽车150辆。", False),
        ("一期占地420亩。", "氢能产业园一期占地420亩，并引进龙头企业。", False),
    ],
)
def test_a_claim_carries_a_statement_only_with_all_its_facts(
    guard: Guard, claim: str, statement: str, carried: bool
) -> None:
    assert guard.carries(claim, statement) is carried


def test_a_line_that_is_only_a_number_says_nothing(guard: Guard) -> None:
    document = read_bytes("一、\n（一）\n建成加氢站5座。\n".encode(), "号.txt", "号.txt")
    whole = (Source(document, (), Span(0, len(document.text))),)
    assert guard.check("建成加氢站5座。", whole, whole).supported
    assert not guard.check("建成加氢站6座。", whole, whole).supported


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.sampled_from(
            [
                *"0123456789.,;:()（）《》“”、，。：；至到共项和年月日万亿元%级十百千〔〕号\n\t…",
                *("分别", "牵头", "到2026年", "建成加氢站5座", "县科技局", "由", "不得", "甲级"),
                *("贺知远", "每年", "20万元"),
            ]
        ),
        max_size=24,
    )
)
def test_no_text_breaks_it(guard: Guard, paper: tuple[Source, ...], pieces: list[str]) -> None:
    claim = "".join(pieces)
    verdict = guard.check(claim, paper[:2], paper)
    assert verdict.supported == bool(verdict.evidence) != bool(verdict.reason)
    guard.carries(claim, "到2026年，高新技术企业达到110家。")


def test_a_long_text_takes_no_long_time(guard: Guard, paper: tuple[Source, ...]) -> None:
    for text in (
        "由" * 2000,
        "分别、" * 500,
        "市" * 2000,
        "共3项：" * 400,
        "1" * 2000,
        "《" * 2000,
    ):
        assert not guard.check(text, paper, paper).supported
