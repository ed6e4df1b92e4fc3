"""How well a candidate meets a question: one score, with its parts for whoever must decide."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.retrieval.synonyms import synonyms
from ingest.text.normalise import squeeze
from ingest.types import LeadBasis
from service.answer.bigrams import pair_weights, share_of_pairs
from service.answer.candidates import ITEM, Candidate, CandidateKind, body_of
from service.question.intent import PERCENT, Kind
from service.question.parse import Question, Term
from service.question.places import Reach, names_place

# What a word counts for, by where it stands and how. Learned on the dev and tuning cases, then
# rounded; what each brings is told by eval.ablation.
OWN, HEADING, AROUND, TITLE = 1.0, 0.85, 0.5, 0.5
SYNONYM, ABBREVIATED, PARTIAL = 0.9, 0.8, 0.7
_MIN_PAIR_SHARE = 0.5
PAIRS_BONUS = 0.64
TYPE_BONUS = 0.58
RETRIEVED_BONUS = 0.97
DEFINED_BONUS = 0.76
MEASURE_BONUS = 0.76
LEAD_BONUS = 1.0
COUNT_BONUS = 0.8
YEAR_PENALTY = 0.68
PLACE_PENALTY = 0.6
EMPTY_PENALTY = 0.74
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千两][个家项名万亿成倍]")
_DATE = re.compile(
    r"\d{4}年|\d{1,2}月|\d{1,2}日|\d个?(?:工作日|天|年|月|小时|分钟|周)|年底|年内|每[年季月周日]|适时|随时|立即|当[日天场]"
)
_YEAR = re.compile(r"(?<![\d比较以])((?:19|20)\d{2})(?=年|[-—－至到]|$)")
# “到2026年，……”: what follows in the section is of that year too.
_OPENING_YEAR = re.compile(r"(?:[^,，]{0,3}[到至在])?((?:19|20)\d{2})年[底末]?[,，]")
_LOOKED_BACK = 600
_DATED_TITLE = re.compile(r"((?:19|20)\d{2})年度?([\u4e00-\u9fff]{4})")
_UNIT = re.compile(
    "局|委|办|部门|政府|管委会|公司|中心|开发区|集团|院|单位|机构|机制|机关|企业|协会|组"
)
_SHARE = re.compile(r"%|‰|分之|倍|成|翻|\d[:/]\d")
_UNITS_ONLY = re.compile(r"[(〔\[【].*(?:局|委|办|部门|政府|中心|单位)[^。]{0,12}[)〕\]】]")
_PHONE = re.compile(r"\d{7,}|\d{3,4}-\d{6,}|1[0-9]{4,5}(?!\d)")
_BY_NAME = re.compile("名字|姓名|姓甚|叫啥|叫什么")
_ANYONE = re.compile("谁(?!.*(?:哪位|何人|职务|同志))")
_NAMED = re.compile("同志|联系人")
_POST = re.compile("任|负责人|联系|电话|书记|长|院士|教授|专家")
_EXPLAINS = re.compile(
    r"是指|[:,]指|即|指的是|\([^()、]*、[^()]*\)|“[^“”]*”[：:为]|、[^，,。、“]*“"
)
_DEFINING = r"[,，]?(?:是指|指的是|指|即|:|\((?![a-z]))"
_NEAR_SHARE = 0.2
_LISTS = (CandidateKind.ROW, CandidateKind.PERSON, CandidateKind.ITEMS, CandidateKind.OUTLINE)
_NUMBERING = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．])")
_LONG = 3
_TITLE = 8


@dataclass(frozen=True, slots=True)
class Score:
    """``total`` orders candidates; ``coverage`` (0 to 1) says how much of the question is met.

    ``reach`` says whether the paper holds in the places named; ``parts`` add up to the total.
    """

    total: float
    coverage: float
    typed: bool
    year_met: bool
    reach: Reach
    named: bool
    parts: Mapping[str, float]


class Scorer:
    """Scores the candidates of one question; their pairs of characters are weighed together."""

    def __init__(self, question: Question, candidates: Sequence[Candidate]) -> None:
        self._question = question
        self._pairs = pair_weights(question.text, [each.own for each in candidates])

    def score(self, candidate: Candidate) -> Score:
        """Score one candidate."""
        question = self._question
        coverage = _coverage(question, candidate)
        typed = _has_type(question, candidate)
        year_met = years_met(question, candidate)
        reach = _reach(question, candidate)
        parts = {
            "词语": coverage,
            "相邻两字": PAIRS_BONUS * share_of_pairs(self._pairs, candidate.own),
            "类型": TYPE_BONUS * typed,
            "检索": RETRIEVED_BONUS * candidate.retrieved,
            "定义": DEFINED_BONUS * _is_defined(question, candidate),
            "计量": MEASURE_BONUS * _has_measure(question, candidate),
            "项数": COUNT_BONUS * _counts_right(question, candidate),
            "牵头": _lead_bonus(question, candidate),
            "年份不符": -YEAR_PENALTY * (not year_met),
            "地区不符": -PLACE_PENALTY * (Reach.OWN - reach) / Reach.OWN,
            "没有内容": -EMPTY_PENALTY * _says_nothing(candidate),
            "只列单位": -EMPTY_PENALTY
            * (question.kind is not Kind.LEAD and _names_units(candidate)),
        }
        named = all(_named(word, candidate) for word in question.unheard)
        return Score(sum(parts.values()), coverage, typed, year_met, reach, named, parts)


def _counts_right(question: Question, candidate: Candidate) -> bool:
    """Whether a list has as many items as the question says there are."""
    if question.kind is not Kind.LIST or not question.listed:
        return False
    items = {len(candidate.parts), len(ITEM.findall(candidate.quote)), candidate.own.count("“")}
    items |= {
        len(re.findall("[、和与及]", part)) + 1
        for part in re.split("[,，;；。:：(（]", candidate.own)
    }
    return question.listed in items


def _lead_bonus(question: Question, candidate: Candidate) -> float:
    """A record of who leads answers that question best, above all one that names a lead."""
    if question.kind is not Kind.LEAD or candidate.record is None:
        return 0.0
    return LEAD_BONUS / (2 if candidate.record.basis is LeadBasis.NOT_STATED else 1)


def _names_units(candidate: Candidate) -> bool:
    """Whether a sentence only says which units are in charge."""
    own = candidate.own
    return candidate.kind is CandidateKind.SENTENCE and bool(_UNITS_ONLY.fullmatch(own))


def _says_nothing(candidate: Candidate) -> bool:
    """Whether a sentence is only a heading, a question, or announces what follows it."""
    if candidate.kind is not CandidateKind.SENTENCE:
        return False
    own = _NUMBERING.sub("", candidate.own)
    titled = own != candidate.own and len(own) <= _TITLE and not _NUMBER.search(own)
    return (
        titled
        or own.endswith((":", "?"))
        or own.startswith("问:")
        or own.strip("。;") in candidate.heading
    )


def _coverage(question: Question, candidate: Candidate) -> float:
    whole = sum(term.weight for term in question.terms)
    if not whole:
        return 0.0
    return sum(term.weight * _met(term, candidate) for term in question.terms) / whole


def _named(word: str, candidate: Candidate) -> bool:
    """Whether a candidate holds a noun that no paper has: in other words, or how it begins."""
    title = candidate.document.masthead.title.lower()
    texts = (candidate.own, candidate.heading, candidate.around, title)
    return any(word[:2] in text or says(text, word) for text in texts)


def said(term: Term, candidate: Candidate) -> float:
    """How well a candidate itself, or the headings over it, hold one word of the question."""
    return max(OWN * says(candidate.own, term.text), HEADING * says(candidate.heading, term.text))


def _met(term: Term, candidate: Candidate) -> float:
    """How well a candidate holds one word of the question, 0 to 1, by where the word stands."""
    places = (
        (OWN, candidate.own),
        (HEADING, candidate.heading),
        (HEADING if candidate.record else AROUND, candidate.around),
        (TITLE, candidate.document.masthead.title.lower()),
    )
    return max(weight * says(text, term.text) for weight, text in places)


def says(text: str, term: str) -> float:
    """Like ``_holds``, and a little less where only a synonym stands."""
    held = _holds(text, term)
    if held < SYNONYM and any(other in text for other in synonyms(term)):
        return SYNONYM
    return held


def _holds(text: str, term: str) -> float:
    """1 where the text holds the term, less where it holds only parts of a long one."""
    at = text.find(term)
    while at > 0 and text[at - 1] == "副" and term[0] != "副":
        at = text.find(term, at + 1)
    if at >= 0:
        return 1.0
    if _abbreviation(term).search(text):
        return ABBREVIATED
    if len(term) < _LONG:
        return 0.0
    pairs = [term[i : i + 2] for i in range(len(term) - 1)]
    share = sum(pair in text for pair in pairs) / len(pairs)
    return PARTIAL * share if share >= _MIN_PAIR_SHARE else 0.0


@lru_cache(maxsize=1024)
def _abbreviation(term: str) -> re.Pattern[str]:
    """技改 for 技术改造, 污水厂 for 污水处理厂, 工信局 for 工业和信息化局."""
    if not re.fullmatch("[\u4e00-\u9fff]{2,4}", term):
        return re.compile(re.escape(term))
    if term[-1] in "局委办厅":
        return re.compile("[\u4e00-\u9fff]{0,4}".join(term))
    if len(term) > 2:
        return re.compile(f"{term[:-1]}[\u4e00-\u9fff]{{1,3}}{term[-1]}")
    return re.compile(f"{term[0]}[\u4e00-\u9fff]和?{term[1]}[\u4e00-\u9fff]")


def _has_type(question: Question, candidate: Candidate) -> bool:
    """Whether the candidate holds the kind of thing that was asked for."""
    match question.kind:
        case Kind.TASKS_OF_UNIT:
            return _names_unit(candidate.own, question.unit)
        case Kind.LEAD:
            return candidate.kind is CandidateKind.RECORD or bool(_UNIT.search(candidate.own))
        case Kind.FIGURE:
            near = _near_terms(question, candidate, _NUMBER) or _has_measure(question, candidate)
            return (
                near and _about_attribute(question, candidate) and _right_unit(question, candidate)
            )
        case Kind.DATE:
            return _near_terms(question, candidate, _DATE)
        case Kind.PHONE:
            return bool(_PHONE.search(candidate.own))
        case Kind.PERSON:
            return _has_person(question, candidate)
        case Kind.DEFINITION:
            return _defines(question, candidate)
        case Kind.LIST:
            return candidate.kind in _LISTS or "、" in candidate.own or candidate.own.count("“") > 1
        case _:
            return True


def _about_attribute(question: Question, candidate: Candidate) -> bool:
    """Whether what is asked for (产值) is what the candidate or its heading counts."""
    if question.measure == "%" and PERCENT.search(question.attribute):
        return _right_unit(question, candidate)
    said = candidate.own + candidate.heading
    return not question.attribute or says(said, question.attribute) > 0


def _defines(question: Question, candidate: Candidate) -> bool:
    """Whether the candidate explains something, and holds the term in quotation marks."""
    explains = candidate.kind is CandidateKind.DEFINITION or _EXPLAINS.search(candidate.own)
    held = not question.quoted or any(term in candidate.own for term in question.quoted)
    return bool(explains) and held


def _is_defined(question: Question, candidate: Candidate) -> bool:
    """Whether the candidate begins by explaining the term that is asked for."""
    if question.kind is not Kind.DEFINITION:
        return False
    terms = question.quoted or tuple(term.text for term in question.terms)
    return any(re.search(rf"{re.escape(t)}[”’」》]?{_DEFINING}", candidate.own) for t in terms)


def _has_person(question: Question, candidate: Candidate) -> bool:
    if question.unit_of_role and not _names_unit(candidate.own, question.unit_of_role):
        return False
    if _BY_NAME.search(question.text):
        return candidate.kind is CandidateKind.PERSON or bool(_NAMED.search(candidate.own))
    if question.role:
        return _holds(candidate.own, question.role) == 1.0
    if candidate.kind in (CandidateKind.PERSON, CandidateKind.ROW):
        return True
    return bool(
        _POST.search(candidate.own)
        or (_ANYONE.search(question.text) and _UNIT.search(candidate.own))
    )


def _names_unit(text: str, unit: str) -> bool:
    """Whether a text names a unit, also by a longer name: 发改委, 发展和改革委员会."""
    return bool(re.search("[^,，。;；]{0,4}?".join(map(re.escape, unit)), text))


def _near_terms(question: Question, candidate: Candidate, wanted: re.Pattern[str]) -> bool:
    """Whether ``wanted`` stands in a part of the sentence with the terms, or beside one."""
    if candidate.kind is CandidateKind.ROW:
        return bool(wanted.search(squeeze(candidate.quote)))
    own = _NUMBERING.sub("", candidate.own)
    parts = re.split("[，,；;。：:]", own if wanted is _DATE else _YEAR.sub("", own))
    met = [sum(term.weight for term in question.terms if term.text in part) for part in parts]
    if not any(met):
        return bool(wanted.search(own))
    near = [i for i, gain in enumerate(met) if gain >= _NEAR_SHARE * max(met)]
    return any(wanted.search(part) for i in near for part in parts[max(0, i - 1) : i + 2])


def _right_unit(question: Question, candidate: Candidate) -> bool:
    """Money asked for is answered with money, a share with a share; other units may be worded."""
    if question.measure.endswith("元"):
        return bool(re.search(r"元|\d[万亿]|[百千万]亿", candidate.own))
    return question.measure != "%" or bool(_SHARE.search(candidate.own))


def _has_measure(question: Question, candidate: Candidate) -> bool:
    """Whether a figure of the unit asked for stands in the candidate or its column heading."""
    if not question.measure:
        return False
    measure = question.measure.replace("钱", "元")
    if candidate.kind is CandidateKind.ROW and measure in candidate.own:
        return True
    unit = "(?:%|百分之|个百分点)" if measure == "%" else re.escape(measure)
    return bool(re.search(rf"[\d一二三四五六七八九十百千万亿余多]{unit}", candidate.own))


def years_met(question: Question, candidate: Candidate) -> bool:
    """Whether the candidate speaks of the year asked for, itself or by what it stands in."""
    if not question.years:
        return True
    dated = _DATED_TITLE.search(candidate.document.masthead.title)
    if dated and re.search(rf"(?!{dated[1]})\d{{4}}年度?{dated[2]}", question.text):
        return False  # “2026年重点项目” of a paper on “2025年重点项目”
    if candidate.record is not None:
        return True
    own = _YEAR.findall(candidate.own)
    if own:
        return any(year in own or _within(year, candidate.own) for year in question.years)
    governing = _year_before(candidate)
    if governing:
        return governing in question.years
    near = candidate.around + candidate.heading
    if _YEAR.search(near):
        return any(year in near or _within(year, near) for year in question.years)
    return any(year in candidate.document.text for year in question.years)


def _year_before(candidate: Candidate) -> str:
    """The year with which a sentence before the candidate, in its section, opens."""
    if candidate.kind is CandidateKind.ROW:
        return ""
    body = body_of(candidate.document, candidate.section, candidate.start)
    begin = body.start if body else candidate.start
    text = candidate.document.text[max(begin, candidate.start - _LOOKED_BACK) : candidate.start]
    for sentence in reversed(re.split("[。；\n]", text)):
        opening = _OPENING_YEAR.match(squeeze(sentence))
        if opening:
            return opening[1]
    return ""


def _within(year: str, text: str) -> bool:
    spans = re.findall(r"((?:19|20)\d{2})年?[-—－至到~]((?:19|20)\d{2})", text)
    return any(first <= year <= last for first, last in spans)


def _reach(question: Question, candidate: Candidate) -> Reach:
    """How the candidate holds in every place named: by its paper, or by its own words.

    Whom a paper charges with a task, or lists by name, is of its own place alone.
    """
    said = f"{candidate.own}\n{candidate.heading}"
    least = Reach.OWN
    for place in question.places:
        reach = place.reach(candidate.document.masthead)
        if reach < Reach.OWN and names_place(said, place.name):
            reach = Reach.OWN
        least = min(least, reach)
    return Reach.NONE if least is Reach.AROUND and _names_charged(candidate) else least


def _names_charged(candidate: Candidate) -> bool:
    quotes = (record.quote for record in candidate.document.responsibilities)
    charged = (q.start < candidate.end and candidate.start < q.end for q in quotes)
    return candidate.kind is CandidateKind.PERSON or any(charged)
