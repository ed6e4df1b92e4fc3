"""What a question asks for, and the words an answer must meet."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from index.retrieval.tokeniser import UNKNOWN, Tokeniser
from ingest.text.normalise import normalise
from service.question.intent import (
    ASKING,
    COUNT,
    CUES,
    FUNCTION_WORDS,
    MEASURE,
    PERCENT,
    ROLE,
    Kind,
    kind_of,
)
from service.question.places import Place, places_named
from service.question.units import asked_unit


@dataclass(frozen=True, slots=True)
class Term:
    """A word the evidence should hold, with its share of the question's meaning."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; ``years`` are four digits, ``places`` the innermost ones.

    ``asks`` counts its asking words: “多少家企业、多少钱” asks twice. ``listed`` is how many things
    it says there are (“哪五个产业”), 0 where it does not say. ``unheard`` are long nouns that no
    paper has.
    """

    text: str
    kind: Kind
    terms: tuple[Term, ...]
    years: tuple[str, ...]
    places: tuple[Place, ...]
    unit: str = ""
    measure: str = ""
    listed: int = 0
    role: str = ""
    attribute: str = ""
    quoted: tuple[str, ...] = ()
    asks: int = 1
    person: str = ""
    unit_of_role: str = ""
    unheard: tuple[str, ...] = ()


# The year of a paper's number or title dates the paper, not what is asked about it.
_DATED_NAME = re.compile(r"[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]|《[^》]*》|〈[^〉]*〉")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)年?")
_MONTH = re.compile(r"(?<!\d)(\d{1,2}月)份?(?!\d)")
_QUOTED = re.compile("[“‘《「『]([^”’》」』]{2,20})[”’》」』]")
# One character in quotation marks, as a part of a slogan: “1+3+X”里的“X”.
_QUOTED_SIGN = re.compile("“([^”])”")
_EACH = re.compile(
    "分别|各[是有自为要占达给补奖设建]|各(?=[^，。？类种级地方]{0,4}(?:多少|几|什么|哪))|比较|相比|哪个[更高低多少大小]"
)
_ASKS_TOGETHER = re.compile("分别|各[是有自]?|这?一?块儿?|大概|(?<=[多几])(?:少|个)(?=[多几])")
_POLITE = re.compile("请问|知道|告诉|现任|现在|[是的，,、和与请问]")
_OF_PEOPLE = (Kind.PERSON, Kind.DEFINITION, Kind.OTHER)
_ABOUT_PERSON = re.compile(
    "职务|职位|任职|什么职|(?<![责主])任(?![务何意命期])|兼(?![顾容并])|是谁|谁是|是干|什么人|何人|哪位|身份|头衔|干什么的|干嘛"
)
_HEAD_OF_UNIT = re.compile(
    "(?P<unit>[\u4e00-\u9fff]{1,6}?(?:局|委|办|厅|院|中心))的?(?:副?局长|副?主任|副?院长|书记|负责人)"
)
_CONTENT = {
    "n": 1.0, "v": 0.45, "a": 0.4, "t": 0.5, "m": 0.6, "e": 1.0,
    UNKNOWN: 0.7, "j": 1.0, "l": 0.7, "i": 0.7, "b": 0.8, "s": 0.5, "g": 0.8,
}  # fmt: skip
_VERBAL_NOUN = 0.8
# Of a word that no paper has and that names no thing: another way of saying it, most likely.
_UNHEARD = 0.4
_NAMES = ("n", UNKNOWN)
# “二类”, “甲级”: which of several, or how many kinds.
# What is asked for in words of money, that a paper may count in anything.
_MONEY = "钱"
_OF_MONEY = re.compile(
    "(?:投资?|借|贷|奖励?|补助?|补贴|拿|花|交|收费|资金|产值|收入|经费|营收)"
    "[^，。？、；]{0,6}多少(?!个|家|项|户|人|亩|次|天|年|%|比例|分)"
)
_NUMERALS = "两三四五六七八九十"
_REQUEST = re.compile("请(?:您|帮忙|帮我)?(?:分别)?(?:明确|说明|提供|介绍|查一?下|说一?下)")
# “一次性能补”, which a dictionary divides before 性.
_ONCE = re.compile("一次性(?=[能可给补奖])")
_HOW_MANY = re.compile(f"(?P<count>[{_NUMERALS}])(?:[个家大项条类种位所座张片园化]|方面)")
_ORDINAL = re.compile("[一二三四五六七甲乙丙丁a-z][类级档期批等]")
_ORDINAL_WEIGHT = 0.8
_QUOTED_WEIGHT = 1.5
_BESIDE_QUOTED = 0.6
_MIN_PART = 2
_MIN_LONG = 3
# Characters that may stand between what is asked about and the asking (“目标要达到”).
_MAX_BETWEEN = 5


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the papers teach for understanding a question.

    ``rarity`` gives a word's inverse passage frequency, 0 to 1. ``places`` are those that papers
    govern, ``units`` those with tasks, ``people`` those in rosters.
    """

    tokeniser: Tokeniser
    rarity: Callable[[str], float]
    places: Collection[str] = ()
    units: Collection[str] = ()
    people: Collection[str] = ()


def read_question(text: str, known: Knowledge) -> Question:
    """Understand ``text``."""
    tokeniser, rarity = known.tokeniser, known.rarity
    folded = normalise(text)
    unit = asked_unit(folded, known.units)
    places, rest = places_named(folded, known.places, tokeniser, rarity)
    months = _MONTH.findall(rest)
    rest = _REQUEST.sub("，", _ONCE.sub("一次性，", rest))
    plain = ASKING.sub("，", _MONTH.sub("，", _YEAR.sub("，", rest)))
    tagged = _telling(tokeniser.tagged(plain))
    weights = _weights(tagged, rarity) | dict.fromkeys(months, 1.0)
    role = _role(folded, tokeniser)
    kind = Kind.TASKS_OF_UNIT if unit else kind_of(folded)
    if role and kind is Kind.LIST:
        kind = Kind.PERSON
    named = [pair for pair in tagged if pair[0] in weights]
    attribute = "" if kind is Kind.LEAD else _attribute(rest, named)
    quoted = tuple(normalise(words) for words in _QUOTED.findall(rest))
    quoted += tuple(f"“{sign}”" for sign in _QUOTED_SIGN.findall(rest))
    return Question(
        text=text,
        kind=kind,
        terms=tuple(_terms(weights, {words: rarity(words) for words in quoted})),
        years=tuple(dict.fromkeys(_YEAR.findall(_DATED_NAME.sub("", folded)))),
        places=places,
        unit=unit,
        measure=_measure(folded),
        listed=_listed(folded),
        role=role,
        attribute=attribute if attribute and rarity(attribute) < 1.0 else "",
        quoted=quoted,
        unit_of_role=_unit_of_role(rest),
        unheard=tuple(
            word
            for word, flag in tagged
            if word in weights
            and flag[:1] == "n"
            and len(word) >= _MIN_LONG
            and rarity(word) == 1.0
        ),
        person=max((name for name in known.people if name in folded), key=len, default="")
        if kind in _OF_PEOPLE and _ABOUT_PERSON.search(folded)
        else "",
        asks=len(ASKING.findall(_ASKS_TOGETHER.sub("", folded))) + bool(_EACH.search(folded)),
    )


def _telling(tagged: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Words long enough to mean something; guessed words lose the function words they caught."""
    bare = ((w.strip(FUNCTION_WORDS) if flag == UNKNOWN else w, flag) for w, flag in tagged)
    return [(word, flag) for word, flag in bare if len(word) >= _MIN_PART or word.isdigit()]


def _measure(folded: str) -> str:
    """What the figure asked for counts: “家”, “亩”, “%”; empty where left open."""
    if PERCENT.search(folded):
        return "%"
    match = MEASURE.search(folded)
    if match:
        return match["measure"].replace("钱", "元")
    return _MONEY if _OF_MONEY.search(folded) else ""


def _listed(folded: str) -> int:
    """How many things a question says there are: 5 of “哪五个”; 0 where it does not."""
    match = _HOW_MANY.search(folded)
    return _NUMERALS.index(match["count"]) + 2 if match else 0


def _role(folded: str, tokeniser: Tokeniser) -> str:
    """The post whose holder is asked for (“副组长”): the last word before “是谁”."""
    match = ROLE.search(folded)
    if not match:
        return ""
    words = [word for word, _ in tokeniser.tagged(match["role"])]
    ending = words[-1]
    return (
        words[-2] + ending if len(words) > 1 and (len(ending) < 2 or words[-2] == "副") else ending
    )


def _unit_of_role(folded: str) -> str:
    """The unit whose head is asked for: 县交通运输局 of “县交通运输局局长”."""
    match = _HEAD_OF_UNIT.search(folded)
    return _POLITE.split(match["unit"])[-1] if match else ""


def _terms(weights: dict[str, float], quoted: dict[str, float]) -> Iterable[Term]:
    for word, weight in weights.items():
        if word not in quoted and weight:
            yield Term(word, weight * (_BESIDE_QUOTED if quoted else 1.0))
    for words, rarity in quoted.items():
        yield Term(words, _QUOTED_WEIGHT * rarity)


def _weights(tagged: Sequence[tuple[str, str]], rarity: Callable[[str], float]) -> dict[str, float]:
    """The telling words and what each counts for; the asking words only where nothing else is."""
    found = {
        word: (_ORDINAL_WEIGHT if _ORDINAL.fullmatch(word) else _content(flag))
        * rarity(word)
        * (_UNHEARD if flag[:1] not in _NAMES and rarity(word) == 1.0 else 1.0)
        for word, flag in tagged
        if not COUNT.fullmatch(word) or (_ORDINAL.fullmatch(word) and rarity(word) < 1.0)
    }
    return {word: weight for word, weight in found.items() if word not in CUES} or found


def _content(flag: str) -> float:
    """What a word of this part of speech counts for, before its rarity."""
    return _VERBAL_NOUN if flag == "vn" else _CONTENT.get(flag[:1], 0.0)


def _attribute(rest: str, tagged: Sequence[tuple[str, str]]) -> str:
    """The telling noun right before the asking (“产值目标是多少”: 产值)."""
    asking = ASKING.search(rest)
    before = re.split("[，,。；？]", rest[: asking.start()])[-1] if asking else ""
    ends = {word: before.rfind(word) + len(word) for word, _ in tagged if word in before}
    last = max(ends, key=lambda word: ends[word], default="")
    noun = any(word == last and _content(flag) >= _VERBAL_NOUN for word, flag in tagged)
    return last if noun and len(before) - ends[last] <= _MAX_BETWEEN else ""
