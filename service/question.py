"""What a question asks for, and the words an answer must meet."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.tokeniser import UNKNOWN, Tokeniser, normalise


class Kind(StrEnum):
    """What kind of answer a question wants."""

    LEAD = "lead"
    TASKS_OF_UNIT = "tasks_of_unit"
    PERSON = "person"
    PHONE = "phone"
    DATE = "date"
    FIGURE = "figure"
    DEFINITION = "definition"
    LIST = "list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Term:
    """A word the evidence should hold, with its share of the question's meaning."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; ``years`` are four digits, ``places`` as written."""

    text: str
    kind: Kind
    terms: tuple[Term, ...]
    years: tuple[str, ...]
    places: tuple[str, ...]
    unit: str = ""
    measure: str = ""
    role: str = ""
    attribute: str = ""
    quoted: tuple[str, ...] = ()


_UNIT = (
    r"[\u4e00-\u9fff]{1,12}?(?:局|委|办|厅|院|中心|公司|集团|社|联|会|政府|管委会|办公室|银行|支行)"
)
_TASKS_OF_UNIT = re.compile(
    rf"(?P<unit>{_UNIT})(?:是|在|都|要|具体|主要)?(?:牵头|负责|参与|配合|承担|主管)(?:负责|推进|的)?"
    rf"[^，。？]{{0,12}}(?:哪|什么|几)[^谁]{{0,4}}(?:产业|任务|工作|领域|项目|方面|事项|内容|职责|行业|个|些|$)"
    rf"|(?P<unit2>{_UNIT})(?:牵头|负责|参与|配合)的?(?:产业|任务|工作|领域|项目|事项)有?(?:哪|什么|几)"
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.LEAD, re.compile(
        "牵头|(?:谁|哪[^，。？]{0,5}|由.{1,6})挂帅|责任单位|主管(?:部门|单位)"
        "|谁[^，。？]{0,4}(?:挑头|领头|带头|领衔|主责|第一责任|审批|组织|实施|承办|办理|落实|受理|初审|审核|拨付)"
        "|谁[^，。？]{0,3}(?:负责|主抓|分管|在管|抓|管|推)|(?:由|归)谁(?!担任|任|出任|兼)"
        "|(?:哪|什么)[个些家几]*(?:单位|部门|局|委)")),
    (Kind.DEFINITION, re.compile(
        "什么是|[什啥]么?意思|是(?:个|种)?啥|是[个种]什么|指什么|指的是|是指|指哪|(?:怎么|如何)(?:理解|解释|定义|界定)|含义|何谓")),
    (Kind.PHONE, re.compile("电话|热线|联系方式|座机|号码")),
    (Kind.LIST, re.compile("哪些|哪几|有哪|哪[两三四五六七八九十]|名单")),
    (Kind.DATE, re.compile(
        "什么时候|何时|哪一?年|哪一?天|几月|几号|哪个月|什么时间|截止|多久|多长时间|期限|日期")),
    (Kind.FIGURE, re.compile(
        "多少|百分之几|几成|多大|多高|几[个家项件条名人座处亩倍批次类年天户亿万间]|占比|增幅|增速|文号|个数|数额|总额|几何|目标值|面积|户数|家数")),
    (Kind.PERSON, re.compile("谁|哪位|何人|什么人|什么职务|任什么职|担任什么|姓名|姓甚|叫什么名|叫啥名")),
    (Kind.LIST, re.compile("分别|包括|几个方面|各是|各有")),
)  # fmt: skip
_ASKING = re.compile(
    "(?:哪|几)[一两三四五六七八九十几]?[个家些位项条类种年天座处名张批次间]*|多少|(?:什么|啥)(?:时候|时间|意思|职务|人)?"
    "|百分之[几多少]*|怎么|如何|何时|有多[大高长]|多[大高长久]|谁|分别|各[是有]|这?一?块儿?(?=[，。由归谁哪的])"
)  # fmt: skip
_MEASURE = re.compile(
    r"(?:多少|几|第几)(?P<measure>个百分点|个工作日|万亩|万元|亿元|钱|[家个项件条名人座处亩倍批类户头吨元张万亿米公里%天年月日间])"
)
_PERCENT = re.compile("百分之|占比|比重|比例|增速|增幅|增长多少|增长率|转化率|覆盖率")
_ROLE = re.compile(
    r"(?P<role>[\u4e00-\u9fff]{1,8}?(?:长|书记|主任|召集人|顾问|负责人|联系人|成员|代表|专员|委员|经理|总监|主席|秘书))"
    r"(?:是|由|为|有|分别|都|叫|归)*(?:谁|哪|什么|何人|几|姓)"
)  # fmt: skip
# The year of a paper's number or title dates the paper, not what is asked about it.
_DATED_NAME = re.compile(r"[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]|《[^》]*》|〈[^〉]*〉")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)年?")
_MONTH = re.compile(r"(?<!\d)(\d{1,2}月)份?(?!\d)")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,6}(?:自治州|自治县|[省市县区旗])$")
_NO_PLACE = re.compile(
    r"(?:园|地|社|城|景|郊|新|港|辖|小|片|灾|库|山|牧|林|矿|湾|老|主城|开发|经开|高新|示范|度假|试验|保护|功能|自贸|集聚|产业|工业)区"
    r"$|^(?:全|各|本|我|该|外|城|超|上|夜|菜|楼|股|门|都|跨|县|省|市|区)"
)  # fmt: skip
_QUOTED = re.compile("[“‘《「『]([^”’》」』]{2,20})[”’》」』]")
_CONTENT = {
    "n": 1.0, "v": 0.45, "a": 0.4, "t": 0.5, "m": 0.6, "e": 1.0,
    UNKNOWN: 0.7, "j": 1.0, "l": 0.7, "i": 0.7, "b": 0.8, "s": 0.5, "g": 0.8,
}  # fmt: skip
_VERBAL_NOUN = 0.8
# What is asked about something, as the last word before the asking, tells most.
_ATTRIBUTE_WEIGHT = 1.5
_QUOTED_WEIGHT = 1.5
_BESIDE_QUOTED = 0.6
# Words that carry the asking, not the thing asked for.
_CUES = frozenset(
    (
        "牵头 负责 挂帅 主管 分管 归口 责任 单位 部门 主抓 参与 配合 一起 分工 分工负责 什么 哪些 多少 几个"
        " 几家 时候 分别 具体 主要 是指 指 意思 含义 理解 界定 怎么 如何 职务 担任 由谁 哪位 什么人 名单 文件"
        " 方案 里面 其中 情况 问题 要求 打算 计划 提出 规定 时间 目前 现在 请问 想 问 一下 告诉 介绍 说 说的"
        " 准备 安排 换成 换 列 一长串 看 层面 这块 一块 这一块 搞 定 有 要 是 能 可以 应该 需要 做 做到 达到"
        " 冲 到 提到 放在 放 设 在 来 里 最 抓 管 在管 干 哪家 哪个 各是 各 年间 年 每年 今年 个 家 目标"
        " 百分之 百分之几 两地 相关 领域 方面 局 区 市 县 省 镇 乡 牌子 名字 部分 事情 东西 内容 工作 所在"
        " 包括 方向 还有 全市 全县 全区 金额 数量 现行 发展 最多 最晚 最迟 最高 最低 多久 哪天 开始 必须 什么样 有关 一共 总共 大概 市里 县里 区里 又 评上"
        " 起码 至少 最少 不低于 不少于 不超过 以上 以下 左右 大约 回来 原话 规模 条线 这条线 知道 了解 个数 数额 总额 几何 请教"
        " 定义 附件 表里 附表 文中 列出 列出来 列举 里头 门槛 水平 指标 任务 事由 事儿 这项 这个 一次 每家 单位的"
    ).split()
)
_MIN_PART = 2
_FUNCTION_WORDS = (
    "要能会该应可得想需让被把给就都还才再又各从按在是有的了吗呢吧啊也很最说请下上里内后前时"
)
# How many there are (“五个千亿级产业”) is the asker's count; papers may write or split it otherwise.
_COUNT = re.compile("[一二三四五六七八九十两几]+[个家项条件类种名位座处批次大张]?")


def read_question(
    text: str, tokeniser: Tokeniser, rarity: Callable[[str], float], known_places: Iterable[str]
) -> Question:
    """Understand ``text``; ``rarity`` gives a word's inverse passage frequency, 0 to 1."""
    folded = normalise(text)
    unit = _asked_unit(folded)
    places = _places(folded, known_places, tokeniser)
    rest = folded
    for place in places:
        rest = rest.replace(place, "，").replace(place_stem(place), "，")
    months = _MONTH.findall(rest)
    plain = _ASKING.sub("，", _MONTH.sub("，", _YEAR.sub("，", rest)))
    tagged = _telling(tokeniser.tagged(plain))
    weights = _weights(tagged, rarity) | dict.fromkeys(months, 1.0)
    attribute = _attribute(rest, [pair for pair in tagged if pair[0] in weights])
    quoted = tuple(normalise(words) for words in _QUOTED.findall(rest))
    return Question(
        text=text,
        kind=Kind.TASKS_OF_UNIT if unit else _kind(folded),
        terms=tuple(_terms(weights, attribute, {words: rarity(words) for words in quoted})),
        years=tuple(dict.fromkeys(_YEAR.findall(_DATED_NAME.sub("", folded)))),
        places=places,
        unit=unit,
        measure=_measure(folded),
        role=_role(folded, tokeniser),
        attribute=attribute if attribute and rarity(attribute) < 1.0 else "",
        quoted=quoted,
    )


def _telling(tagged: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Words long enough to mean something; what jieba guessed loses the function words it caught."""
    bare = ((w.strip(_FUNCTION_WORDS) if flag == UNKNOWN else w, flag) for w, flag in tagged)
    return [(word, flag) for word, flag in bare if len(word) >= _MIN_PART or word.isdigit()]


def _asked_unit(folded: str) -> str:
    match = _TASKS_OF_UNIT.search(folded)
    return (match["unit"] or match["unit2"]) if match else ""


def _measure(folded: str) -> str:
    """What the figure asked for counts: “家”, “亩”, “%”; empty where the question leaves it open."""
    if _PERCENT.search(folded):
        return "%"
    match = _MEASURE.search(folded)
    return match["measure"].replace("钱", "元") if match else ""


def _role(folded: str, tokeniser: Tokeniser) -> str:
    """The post whose holder is asked for (“副组长”): the last word before “是谁”."""
    match = _ROLE.search(folded)
    if not match:
        return ""
    words = [word for word, _ in tokeniser.tagged(match["role"])]
    ending = words[-1]
    return (
        words[-2] + ending if len(words) > 1 and (len(ending) < 2 or words[-2] == "副") else ending
    )


def _kind(folded: str) -> Kind:
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), Kind.OTHER)


def _places(folded: str, known: Iterable[str], tokeniser: Tokeniser) -> tuple[str, ...]:
    """Places the question names: those the papers govern, and whatever is written like one."""
    found: list[str] = []
    rest = _QUOTED.sub("，", folded)
    for place in sorted(known, key=lambda name: -len(name)):
        stem = place_stem(place)
        if place in rest or (stem in rest and not re.search(f"{stem}[省市县区旗楼]", rest)):
            found.append(place)
            rest = rest.replace(place, "，").replace(stem, "，")
    for word, flag in tokeniser.tagged(rest):
        if _PLACE.match(word) and flag[:1] == "n" and not _NO_PLACE.search(word):
            found.append(word)
    return tuple(dict.fromkeys(found))


def place_stem(place: str) -> str:
    """A place's name without its level: 岳阳 of 岳阳市; 南县 stays, one character names nothing."""
    return place[:-1] if len(place) > 2 else place


def _terms(weights: dict[str, float], attribute: str, quoted: dict[str, float]) -> Iterable[Term]:
    for word, weight in weights.items():
        factor = _ATTRIBUTE_WEIGHT if word == attribute else 1.0
        if word not in quoted and weight:
            yield Term(word, weight * factor * (_BESIDE_QUOTED if quoted else 1.0))
    for words, rarity in quoted.items():
        yield Term(words, _QUOTED_WEIGHT * rarity)


def _weights(tagged: Sequence[tuple[str, str]], rarity: Callable[[str], float]) -> dict[str, float]:
    """The telling words and what each counts for; the asking words only where nothing else is."""
    found = {
        word: (_VERBAL_NOUN if flag == "vn" else _CONTENT.get(flag[:1], 0.0)) * rarity(word)
        for word, flag in tagged
        if not _COUNT.fullmatch(word)
    }
    return {word: weight for word, weight in found.items() if word not in _CUES} or found


def _attribute(rest: str, tagged: Sequence[tuple[str, str]]) -> str:
    """The last telling noun before the asking (“产值目标是多少”: 产值)."""
    asking = _ASKING.search(rest)
    before = rest[: asking.start()] if asking else ""
    ends = {
        word: before.rfind(word) + len(word)
        for word, flag in tagged
        if word in before and _CONTENT.get(flag[:1], 0.0) >= _VERBAL_NOUN
    }
    return max(ends, key=lambda word: ends[word]) if ends else ""
