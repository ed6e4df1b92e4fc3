"""A question that asks several things, or of several places, split into one for each."""

import re
from collections.abc import Sequence

from service.question.followup import complete, topic_of
from service.schemas import Turn

_AND = re.compile("[和与跟、及]")
_SEVERAL = re.compile(
    "分别|各[是有自为]?|两地|两县|两市|比(?![例重])|哪个[更高低大小多少]|相比|区别|差别|都"
)
_JOINED = re.compile(
    "分别|两地|各自|各(?=[是有为设占要给奖补达由])|相比|(?<![成首新于宜丰昌])都(?=[是有为要])"
)
_MIN_SUBJECT = 3
# What is asked beyond these is left out, so that a long question does not take long.
_MAX_PARTS = 6
_TWO_ATTRIBUTES = re.compile(
    r"(?P<head>.+的)(?P<first>[^的和与跟、，]{2,12})[和与跟、](?P<second>[^的和与跟、，]{2,12})"
    r"(?:分别|各自?|都)(?P<tail>[是为有].*)"
)
_TWO_SUBJECTS = re.compile(
    r"(?P<head>)(?P<first>[^的和与跟、，]{2,14})[和与跟](?P<second>[^的和与跟、，]{2,14}?)"
    r"(?P<tail>(?:的[^和与跟、，]{0,12})?(?:分别|各自|各(?=[是为有])).*)"
)
_ASKS = re.compile("谁|哪|多[少大高长久远]|几|什么|啥|[如为几]何|何[时处地单部]|怎|吗|咋|呢[？?]")
_INTRODUCTION = re.compile(
    "^(?:您好|你好|我们?是|本人|各位|麻烦|劳驾)[^谁哪多几什啥何怎如？?]*[，,。！](?=.{4})"
)
_OWN_CITY = re.compile("市里|市级|全市|我市")
_CLAUSE = re.compile("[^？?，,、；;。]+[？?，,、；;。]*")
_ELLIPTIC = re.compile("呢[？?]?$")
_POINTING = re.compile(
    "^(?:那么?|另外|还有|以及|同时|并且|而且)?(?:其中|它们?|其|这个|该|里面)?的?"
)
# What the first clause asks of its subject, which the later one asks another thing of.
_ASKED = re.compile(
    "的?(?:计划)?(?:总?投资额?|总?产值|总?收入|总?面积|增速|比例|金额|[上下]限|数量|规模|目标|名额|电话|时间|期限)+$"
)
_YEAR = re.compile(r"(?:到|至)?(?:19|20)\d{2}年?")


def decompose(question: str, places: Sequence[str]) -> list[str]:
    """The questions that ``question`` holds, each complete in itself.

    ``places`` are the places papers govern; they are recognised also without 市 or 县.
    """
    whole: list[str] = []
    for part in _clauses(question):
        whole.append(_in_context(part, whole, places))
    placed = [each for part in whole or [question] for each in _by_place(part, places)]
    parts = [each for part in placed for each in _by_attribute(part)]
    return list(dict.fromkeys(parts))[:_MAX_PARTS]


def _clauses(question: str) -> list[str]:
    """The clauses that each ask something, each with those before it that ask nothing."""
    found: list[str] = []
    leading = ""
    for clause in _CLAUSE.findall(_INTRODUCTION.sub("", question) or question):
        leading += clause
        if _ASKS.search(clause):
            found.append(leading)
            leading = ""
    if leading and found:
        found[-1] += leading
    return [clause.strip("，,、；; ") for clause in found or [question]]


def _in_context(clause: str, before: Sequence[str], places: Sequence[str]) -> str:
    """A later clause with what the first one is about, but for the place or year it changes."""
    if not before:
        return clause
    if _ELLIPTIC.search(clause):
        completed = complete(clause, [Turn(role="user", content=before[-1])], places)
        place = _named(before[0], places)[:1] if not _named(completed, places) else []
        return f"{place[0][1]}{completed}" if place else completed
    topic = _ASKED.sub("", topic_of(before[0]))
    if _YEAR.search(clause):
        topic = _YEAR.sub("", topic)
    if _named(clause, places):
        for _, name in _named(topic, places):
            topic = re.sub(f"{re.escape(name)}[省市县区]?", "", topic)
        topic = _OWN_CITY.sub("", topic)
    topic = topic.strip("，,、的 ")
    clause = _POINTING.sub("", clause)
    return f"{topic}，{clause}" if topic else clause


def _by_attribute(question: str) -> list[str]:
    """“……的比例和上限各是多少” asks twice of one thing, “甲和乙的时限各是多少” of two."""
    for pattern in (_TWO_ATTRIBUTES, _TWO_SUBJECTS):
        match = pattern.fullmatch(question)
        if match:
            head, first, second, tail = match.group("head", "first", "second", "tail")
            if len(first) > len(second) and first[-2:] == second[-2:]:
                head, first = first[: -len(second)], first[-len(second) :]
            elif len(second) - len(first) >= _MIN_SUBJECT >= len(first):  # 上海和广州租房……
                second, tail = second[: len(first)], f"{second[len(first) :]}{tail}"
            return [f"{head}{each}{tail}" for each in (first, second)]
    return [question]


def _by_place(question: str, places: Sequence[str]) -> list[str]:
    """One question for each of two or more places named; the question itself otherwise."""
    cities = [place for place in places if place.endswith("市")]
    if len(cities) == 1 and cities[0][:-1] not in question and _named(question, places):
        question = _OWN_CITY.sub(cities[0], question)
    named = _named(question, places)
    if len(named) < 2 or not _SEVERAL.search(question):
        return [question]
    plain = _JOINED.sub("", question)
    halves = _halves(plain, [name for _, name in named])
    if halves:
        return halves
    return [_only(plain, name, [other for _, other in named if other != name]) for _, name in named]


def _named(question: str, places: Sequence[str]) -> list[tuple[int, str]]:
    """Where each place is named and how, in order."""
    found = {}
    for place in places:
        name = place if place in question else place[:-1]
        if len(name) > 1 and name in question:
            found[question.find(name)] = name
    return sorted(found.items())


def _halves(question: str, names: Sequence[str]) -> list[str]:
    """“……，甲……和乙……的目标是多少”: each half keeps its own subject and what is common."""
    cut = question.find(names[1]) if len(names) == 2 else -1
    start = question.find(names[0])
    if cut < 1 or start < 0 or not _AND.match(question[cut - 1]):
        return []
    common, first, second = question[:start], question[start : cut - 1], question[cut:]
    if len(first) - len(names[0]) < _MIN_SUBJECT:
        return []
    return [f"{common}{first}{_common_ending(first, second)}", f"{common}{second}"]


def _common_ending(first: str, second: str) -> str:
    """What follows in ``second`` on the words that ``first`` ends with, else on its last 的."""
    for length in range(len(first), 1, -1):
        at = second.find(first[-length:])
        if at >= 0:
            return second[at + length :]
    return second[second.rfind("的") :] if "的" in second else ""


def _only(question: str, name: str, others: Sequence[str]) -> str:
    for other in others:
        question = re.sub(rf"{_AND.pattern}?{re.escape(other)}[省市县区]?", "", question)
    return re.sub(rf"^{_AND.pattern}|(?<={re.escape(name)}){_AND.pattern}", "", question)
