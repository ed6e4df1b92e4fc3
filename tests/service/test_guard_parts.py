"""The parts of the citation guard, one by one: words, clauses, figures beside figures, units."""

import pytest

from index.retrieval.tokeniser import Tokeniser
from ingest.reader import read_bytes
from ingest.types import LeadBasis, Responsibility, Span
from service.guard.claims import Source
from service.guard.clauses import Clause, read_claim, read_source
from service.guard.compare import affirmed, denies, figures_fault, turned
from service.guard.figures import fold
from service.guard.match import counts_things, pieces_of
from service.guard.rivals import rival
from service.guard.roles import DUTY, LEAD, SUPPORT, Role, Units, holds, unled, without_units
from service.guard.view import View, may_stand_in, quoted, view_of
from service.guard.words import content, covered, of_class, says

PAPER = """青禾县人民政府关于加快产业发展的实施意见
一、重点任务
（一）氢能产业。建成加氢站5座，推广燃料电池汽车150辆。企业可以自愿申报，应当如实提交材料。
（二）重点项目。
项目名称\t责任单位\t总投资（万元）
氢能产业园\t县工业和信息化局\t38000
"""
UNITS = Units(["县工业和信息化局", "县科技局"])


@pytest.fixture(scope="module")
def tokeniser(tmp_path_factory: pytest.TempPathFactory) -> Tokeniser:
    return Tokeniser(tmp_path_factory.mktemp("jieba"))


@pytest.fixture(scope="module")
def views() -> list[View]:
    paper = read_bytes(PAPER.encode(), "青禾.txt", "青禾.txt")
    return [
        view_of(Source(paper, passage.section, Span(passage.start, passage.end), passage.header))
        for passage in paper.passages
    ]


@pytest.fixture
def prose(views: list[View]) -> View:
    return next(view for view in views if "加氢站" in view.text)


def one(text: str) -> Clause:
    [clause] = read_claim(text)
    return clause


def beside(view: View, words: str) -> Clause:
    return next(clause for clause in view.clauses if words in clause.own)


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("建成加氢站5座", "加氢站", True),
        ("竣工投产", "完工", True),  # one meaning
        ("加入社会保险", "社保", True),  # shortened
        ("副组长贺知远", "组长", False),
        ("组长贺知远", "副组长", False),
        ("不得新建", "禁止", True),
        ("推广燃料电池汽车", "公交车", False),
        ("研发经费投入", "研发费", True),
    ],
)
def test_whether_a_text_says_a_word(text: str, word: str, said: bool) -> None:
    assert says(text, word) is said


def test_what_says_nothing_is_no_content(tokeniser: Tokeniser) -> None:
    words = dict(content("到2026年全市力争建成加氢站", tokeniser))
    assert "加氢站" in words or "加氢" in words
    assert not {"全市", "力争", "2026"} & set(words)


def test_what_tells_which_of_several_must_be_the_nearest_such() -> None:
    assert list(of_class("对甲级民宿奖励", ["对乙级民宿奖励", "甲级"])) == ["甲级"]
    assert list(of_class("对甲级民宿奖励", ["民宿奖励", "甲级乙级"])) == []
    assert list(of_class("民宿奖励", ["乙级"])) == []


def test_a_word_counts_twice_where_it_stands_and_once_where_another_does() -> None:
    assert covered("建成加氢站", [("加氢站", True)]) == 2
    assert covered("竣工投产", [("完工", False)]) == 1
    assert covered("竣工投产", [("民宿", True), ("项目", True)]) == 0


def test_a_counted_list_is_a_clause_for_each_item() -> None:
    clauses = read_claim("县科技局牵头的共2项：氢能产业、民宿产业。")
    assert [clause.own for clause in clauses] == [
        "氢能产业由县科技局牵头",
        "民宿产业由县科技局牵头",
    ]
    counted = read_claim("县科技局牵头的共3项：氢能产业、民宿产业。")
    assert not any(clause.own == "氢能产业由县科技局牵头" for clause in counted)


def test_a_clause_takes_over_the_year_and_the_label_before_it() -> None:
    first, second = read_claim("到2026年，产值达到420亿元，企业达到110家。")[-2:]
    assert first.years == second.years == {2026}
    assert [figure.unit for figure in second.counts] == ["家"]
    labelled = read_claim("总投资：38000万元")[-1]
    assert "总投资" in "".join((labelled.own, *labelled.lead))


def test_a_row_is_read_with_the_names_of_its_columns(views: list[View]) -> None:
    [row] = [view for view in views if view.source.header]
    clauses, spans = read_source(row.source)
    assert len(spans) == 1
    assert any("总投资" in c.own and any(f.unit == "元" for f in c.counts) for c in clauses)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("不得新建", True),
        ("不超过300万元", False),
        ("不断扩大", False),
        ("未明确牵头单位", True),
        ("不得废止", False),
        ("自愿申报", False),
    ],
)
def test_what_denies_and_what_only_looks_so(text: str, denied: bool) -> None:
    assert denies(text) is denied
    assert "不超过" not in affirmed(text)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("建成加氢站5座", None),
        ("建成加氢站6座", "原文没有“6座”"),
        ("建成加氢站不超过5座", "“5座”的限定与原文不符"),
        ("到2027年建成加氢站5座", "“2027年”与原文不符"),
    ],
)
def test_figures_beside_those_of_the_paper(prose: View, claim: str, said: str | None) -> None:
    clause = read_claim(claim)[-1]
    fault = figures_fault(clause, beside(prose, "加氢站"), prose)
    assert (fault.reason if fault else None) == said


@pytest.mark.parametrize(
    ("claim", "paper", "said"),
    [
        ("企业可以自愿申报", "自愿申报", None),
        ("企业不可以自愿申报", "自愿申报", "肯定、否定与原文不符"),
        ("必须自愿申报", "自愿申报", "原文只说“可以”"),
        ("可以如实提交材料", "如实提交", "“可以”与原文的要求不符"),
        ("应当如实提交材料", "如实提交", None),
    ],
)
def test_obligation_and_denial_are_the_paper_s(
    prose: View, claim: str, paper: str, said: str | None
) -> None:
    fault = turned(one(claim), beside(prose, paper), prose)
    assert (fault.reason if fault else None) == said


def test_a_clause_of_several_figures_is_cut_behind_each_but_the_last() -> None:
    clause = one("建成加氢站5座推广汽车150辆")
    assert [piece.own for piece in pieces_of(clause)] == ["建成加氢站5座", "推广汽车150辆"]
    assert counts_things(clause)
    assert not counts_things(one("打造30亿级产业"))


def test_another_figure_that_the_words_fit_better_is_a_rival(tokeniser: Tokeniser) -> None:
    def read(text: str) -> list[tuple[str, bool]]:
        return list(content(text, tokeniser))

    paper = read_bytes(
        "甲县方案\n一、目标\n甲站建桩5座。乙站建桩9座。\n".encode(), "甲.txt", "甲.txt"
    )
    [view] = [
        view_of(Source(paper, p.section, Span(p.start, p.end)))
        for p in paper.passages
        if "5座" in p.text
    ]
    claim = one("乙站建桩5座")
    fault = rival(claim, beside(view, "甲站"), view, read(claim.own), read)
    assert fault and "9座" in fault.reason
    right = one("甲站建桩5座")
    assert rival(right, beside(view, "甲站"), view, read(right.own), read) is None


def test_units_and_their_roles_are_found() -> None:
    text = fold("氢能产业由县工业和信息化局牵头，县科技局配合。")
    assert [name for _, _, name in UNITS.named(text)] == ["县工业和信息化局", "县科技局"]
    roles = [role for clause in read_claim(text) for role in UNITS.roles(clause.own)]
    assert Role("县工业和信息化局", LEAD) in roles
    assert Role("县科技局", SUPPORT) in roles
    bare = without_units(text, UNITS.named(text))
    assert "县科技局" not in bare
    assert "氢能产业" in bare


def test_a_record_holds_a_role_under_a_shortened_name() -> None:
    record = Responsibility(
        "氢能产业", (), ("县工业和信息化局",), ("县科技局",), LeadBasis.STATED, Span(0, 1)
    )
    assert holds(Role("县工信局", LEAD), record)
    assert not holds(Role("县科技局", LEAD), record)
    assert holds(Role("县科技局", SUPPORT), record)
    assert holds(Role("县科技局", DUTY), record)
    assert not holds(Role("县财政局", DUTY), record)
    assert not unled(record)


def test_words_taken_whole_from_a_passage_are_quoted(prose: View) -> None:
    [evidence] = quoted(fold("建成加氢站5座，推广燃料电池汽车150辆。"), [prose])
    assert "建成加氢站5座" in evidence.document.text[evidence.span.start : evidence.span.end]
    assert prose.holds(evidence)
    assert quoted(fold("建成加氢站6座，推广燃料电池汽车150辆。"), [prose]) == ()


def test_a_passage_not_cited_stands_in_only_for_the_same_place(views: list[View]) -> None:
    ours = [view for view in views if view.clauses]
    text = PAPER.replace("青禾县", "白石县")
    other = read_bytes(text.encode(), "白石.txt", "白石.txt")
    theirs = view_of(Source(other, other.passages[0].section, Span(0, len(other.text))))
    assert may_stand_in(fold("建成加氢站5座"), ours[0], ours)
    assert not may_stand_in(fold("建成加氢站5座"), theirs, ours)
