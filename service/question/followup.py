"""Follow-up questions (“那生物制造呢？”, “2035年呢”) completed from the conversation."""

import re
from collections.abc import Sequence

from service.question.intent import kind_of
from service.schemas import Turn

_ELLIPTIC = re.compile(
    r"^(?:那么?|还有|另外|再问一下|换成|如果是)?[，,]?(?P<topic>.{1,24}?)(?:这块|方面|这边)?的?"
    r"(?:[呢嘞那]|又?是多少|又?是谁|又是什么|又怎么样|又如何|怎么样)[？?。]?$"
)
# “省级的要多少家？” leaves out as much as “省级的呢？”.
_SHORT_ASKING = re.compile(
    r"^(?:那么?|请问)?(?P<topic>.{1,8}?)(?:这块|那块|方面)?的?(?:[呢嘞][，,]?|是|有|要|该|得|为|由|归|又)*"
    r"(?:多少|几|谁|哪)[^，。]{0,6}[？?]?$"
)
_PRONOUN = re.compile(r"^(?:那么?)?(?:它们?|他们?|其|这个|该|上述|里面|其中)")
_YEAR = re.compile(r"(?:到|至)?(?:19|20)\d{2}\s*年?")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,5}[省市县区]")
_VARIANT = re.compile("(?:[A-Za-z0-9]+|[一二三四五六甲乙丙丁])(?P<of>[类档级期批片])")
_LEVEL = re.compile("(?:国家|省|市|县|区|乡镇|村)一?级")
# What is asked about a thing, not a thing: “配合单位呢？” keeps the earlier subject.
_ATTRIBUTE = re.compile(
    "(?:配合|参与|协助|牵头|责任|主管|联系|咨询|监督|申请|申报)?的?(?:(?<=申[请报])材料|单位|部门|电话|地址|时间|期限|时限|目标|投资|面积"
    "|比例|标准|条件|流程|产值|增速|用量|金额|上限|下限|范围|对象)$|^(?:配合|参与|牵头)"
)
_POST = re.compile("(?:长|主任|书记|召集人|成员|顾问|负责人|联系人)$")
# “26年”, “三五年”: a year of this century, not a length of time.
_SHORT_YEAR = re.compile(
    "(?:^|(?<=[到至在比那，,、；市县区省业标]))"
    "([2-4][0-9]|[二三四][〇零一二三四五六七八九])年(?!以|内|期|来|左右|限|级|后|前|的[^目产])"
)
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SELF = re.compile("全[省市县区]|[我本][省市县区]")
_STARTS_OPEN = re.compile(r"^(?:那|它|其|这|该|上述|里面|还|又|再)")
_ENDS_OPEN = re.compile("[呢嘞那][？?。]?$")
# Where the words asked about end and the asking begins.
_ASKING = re.compile(
    r"(?:产业|工作|领域|项目|目标)?(?:的)?(?:由|是|归|有|要|到|在|，|应|该)?"
    r"(?:哪|谁|什么|啥|多[少大高长久]|几|何|怎|咋|牵头|负责|主管|责任|主导|特色|产值|目标|增速|规模|建成|参与|配合|组长|副组长|成员|召集人|办公室)"
)
_MAX_OPEN = 12
_MIN_SUBJECT = 4
_MAX_YEAR_OPEN = 16
# A follow-up leans on the last questions, not on all that was ever said; of each, on its end. One
# of 500 characters takes 10 ms to spell and to complete, so a thousand would take as many seconds.
TURNS = 6
_TURN_CHARACTERS = 500


def recent(history: Sequence[Turn]) -> list[Turn]:
    """The end of a conversation, as far as a later question may lean on it."""
    return [
        turn.model_copy(update={"content": turn.content[-_TURN_CHARACTERS:]})
        if turn.role == "user" and len(turn.content) > _TURN_CHARACTERS
        else turn
        for turn in history[-2 * TURNS :]
    ]


def complete(question: str, history: Sequence[Turn], places: Sequence[str] = ()) -> str:
    """The question as it would stand alone; unchanged when it already does.

    ``places`` are the places that papers govern; they are recognised also without 市 or 县.
    """
    said = [turn.content.strip() for turn in history if turn.role == "user"]
    asked = [full_years(each) for each in said if each]
    if not asked:
        return full_years(question)
    previous, place = asked[0], _find_place(asked[0], places)
    for following in [*asked[1:], full_years(question)]:
        completed = _complete_one(following.strip(), previous, places)
        if completed != following and place and not _find_place(completed, places):
            completed = f"{place}{completed}"
        previous, place = completed, _find_place(completed, places) or place
    return previous


def full_years(question: str) -> str:
    """“26年”, “三五年” as “2026年”, “2035年”."""
    return _SHORT_YEAR.sub(lambda year: f"20{year[1].translate(_DIGITS)}年", question)


def with_topic(question: str, history: Sequence[Turn]) -> str:
    """The question behind what was asked about before; empty where nothing was."""
    asked = [turn.content.strip() for turn in history if turn.role == "user"]
    topic = topic_of(asked[-1]) if asked else ""
    return f"{topic}，{question}" if topic else ""


def _complete_one(question: str, previous: str, places: Sequence[str]) -> str:
    match = _ELLIPTIC.match(re.sub("(?<=呢)[，,].{1,8}$", "", question))
    if match and not _stands_alone(match, places):
        return _replace_topic(previous, match["topic"], places)
    short = _SHORT_ASKING.match(question)
    level = _LEVEL.match(short["topic"]) if short else None
    if level and _LEVEL.search(previous):
        return _LEVEL.sub(level.group(), previous, count=1)
    year = _YEAR.search(question)
    if year and _YEAR.search(previous) and len(question) <= _MAX_YEAR_OPEN:
        moved = _YEAR.sub(year.group(), previous, count=1)
        return _move_place(moved, _find_place(question, places), places)
    if short and not _PRONOUN.match(question) and kind_of(question) is kind_of(previous):
        return _replace_topic(previous, short["topic"], places)
    if _PRONOUN.match(question):
        rest = _PRONOUN.sub("", question)
        return f"{topic_of(previous)}{rest}"
    if _STARTS_OPEN.match(question) or _lacks_subject(question, places):
        return f"{topic_of(previous)}{re.sub('^那么?', '', question)}"
    return question


def _stands_alone(asked: re.Match[str], places: Sequence[str]) -> bool:
    """Whether “临溪县2026年氢能产值是多少？” asks of a place and a thing of its own."""
    topic = asked["topic"]
    place = _find_place(topic, places)
    if not place or _ENDS_OPEN.search(asked.group()):
        return False
    named = _YEAR.sub("", topic.partition(place)[2].lstrip("省市县区的"))
    return len(named) >= _MIN_SUBJECT


def _lacks_subject(question: str, places: Sequence[str]) -> bool:
    """Whether a short question names too little to stand alone (“总投资是多少？”)."""
    asking = _ASKING.search(question)
    named = len(question[: asking.start()]) if asking else len(question)
    return len(question) <= _MAX_OPEN and named < _MIN_SUBJECT and not _find_place(question, places)


def _replace_topic(previous: str, topic: str, places: Sequence[str]) -> str:
    """Put what is now asked about in the place of its like: a year, a place, else the subject."""
    if _YEAR.fullmatch(topic) and _YEAR.search(previous):
        return _YEAR.sub(topic, previous, count=1)
    if _LEVEL.fullmatch(topic) and _LEVEL.search(previous):
        return _LEVEL.sub(topic.replace("一级", "级"), previous, count=1)
    if _ATTRIBUTE.search(topic) and _shared_ending(topic, previous) in ("", "单位", "部门"):
        return f"{topic_of(previous)}的{topic}是什么？"
    variant = _VARIANT.match(topic)
    if variant:
        same = re.search(rf"[A-Za-z0-9一二三四五六甲乙丙丁]+{variant['of']}", previous)
        if same:
            return previous.replace(same.group(), variant.group(), 1)
    shared = _shared_ending(topic, previous)
    if shared and shared != topic:
        end = previous.find(shared) + len(shared)
        start = end - len(shared) if _POST.search(topic) else _start_of_thing(previous, end, places)
        return _joined(previous[:start], topic) + previous[end:]
    place = _find_place(topic, places)
    old_place = _find_place(previous, places)
    if place and old_place and len(topic) <= len(place) + 1:
        head, rest = previous.split(old_place, 1)
        return _joined(head, topic) + rest
    start, end = _subject(previous, places)
    return _joined(previous[:start], topic) + previous[end:] if end > start else topic + previous


def _joined(head: str, topic: str) -> str:
    """``topic`` behind ``head``, without repeating what one ends and the other begins with."""
    shared = (n for n in range(min(len(head), len(topic)), 0, -1) if head.endswith(topic[:n]))
    return head + topic[next(shared, 0) :]


def _start_of_thing(previous: str, end: int, places: Sequence[str]) -> int:
    """Where the words for a thing that end at ``end`` begin: behind a place or a comma."""
    subject, _ = _subject(previous, places)
    comma = max(previous.rfind(mark, 0, end) for mark in "，,、")
    return max(subject if subject < end else 0, comma + 1)


def _move_place(previous: str, place: str, places: Sequence[str]) -> str:
    """The earlier question asked of another place."""
    old = _find_place(previous, places) or next(iter(_SELF.findall(previous)), "")
    if not place or place in previous:
        return previous
    return previous.replace(old, place, 1) if old else f"{place}{previous}"


def _shared_ending(topic: str, previous: str) -> str:
    """The longest ending of ``topic`` (two characters or more) that stands in ``previous``."""
    endings = (topic[i:] for i in range(len(topic) - 1))
    return next((ending for ending in endings if ending in previous), "")


def _find_place(text: str, places: Sequence[str]) -> str:
    for place in sorted(places, key=len, reverse=True):
        for name in (place, place[:-1]):
            if len(name) > 1 and name in text:
                return name
    match = _PLACE.search(text)
    return match.group() if match else ""


def _subject(previous: str, places: Sequence[str]) -> tuple[int, int]:
    """The words a question is about: behind its place, up to its year or the asking."""
    place = _find_place(previous, places)
    start = previous.find(place) + len(place)
    year = _YEAR.search(previous, start)
    if year and year.start() - start <= 1:
        start = year.end()
        year = None
    while start < len(previous) and previous[start] in "的，、在 要市县区":
        start += 1
    asking = _ASKING.search(previous, start)
    ends = [match.start() for match in (year, asking) if match]
    return start, min(ends, default=start)


def topic_of(previous: str) -> str:
    """The earlier question without its asking part, as context for an open one."""
    asking = _ASKING.search(previous)
    return previous[: asking.start()] if asking and asking.start() else previous.rstrip("？?。")
