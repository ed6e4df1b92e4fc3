"""How questions are asked: the words that ask, and what each way of asking wants to know."""

import re
from enum import StrEnum
from pathlib import Path

from ingest.text.lists import any_of, word_list
from ingest.text.measures import MEASURES


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


# The first that matches; what is asked for by name comes before what is asked for by number.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.LEAD,
        "牵头|(?:谁|哪[^，。？]{0,5}|由.{1,6})挂帅|责任单位|主管(?:部门|单位)|(?:单位|部门|机关)(?:都|是|有|为|包括)*(?:哪|什么|谁)"
        "|谁[^，。？]{0,4}(?:挑头|领头|带头|打头|领衔|主责|第一责任|审批|组织|实施|承办|办理|落实|受理"
        "|初审|审核|拨付)|谁[^，。？]{0,3}(?:负责|主抓|分管|在管|抓|管|推)"
        "|何(?:单位|部门|机构)|[^，。？]管还是|(?:由|归)谁(?!来?担任|来?任|来?出任|兼|来?当|来?做)|(?:哪|什么)[个些家几]*(?:单位|部门|局|委)",
    ),
    (
        Kind.DEFINITION,
        "什么是|什么叫|啥叫|叫做什么|[什啥]么?意思|是(?:个|种)?啥|是[个种]什么|指什么|指的是|是指|指哪|含义|何谓"
        "|(?:怎么|如何)(?:理解|解释|定义|界定)|才(?:能?算|叫)|界定|口径|认定标准|请解释|解释一下|释义|什么概念|啥概念|定义$",
    ),
    (Kind.PHONE, "电话|热线|联系方式|座机|号码"),
    (
        Kind.LIST,
        "哪些|哪几|有哪|哪[两三四五六七八九十]|名单|列(?:一下|出|举|全|个单)|罗列|一一列|都有谁|有些什么|有什么",
    ),
    (
        Kind.DATE,
        "什么时候|何时|哪一?年|哪一?天|几月|几号|哪个月|什么时间|截止|多久|多长时间|期限|日期",
    ),
    (
        Kind.FIGURE,
        "多少|百分之几|几成|多大|多高|几[个家项件条名人座处亩倍批次类年天户亿万间份套台周层张场所]|占比|增幅|增速"
        "|文号|个数|数额|总额|几何|目标值|面积|户数|家数",
    ),
    (
        Kind.PERSON,
        "谁|哪位|何人|什么人|什么职务|任什么职|担任什么|姓名|姓甚|叫什么名|叫啥名",
    ),
    (Kind.LIST, "分别|包括|几个方面|各是|各有|构成$"),
)
ASKING = re.compile(
    "(?:哪|几)[一两三四五六七八九十几]?[个家些位项条类种年天座处名张批次间]*|多少"
    "|(?:什么|啥)(?:时候|时间|意思|职务|人)?|百分之[几多少]*|怎么|如何|何时|有多[大高长]"
    "|多[大高长久]|谁|分别|各[是有]|这?一?块儿?(?=[，。由归谁哪的])"
)
MEASURE = re.compile(rf"(?:多少|几|第几)(?P<measure>[万亿]?(?:{any_of(MEASURES)})|[万亿钱张])")
PERCENT = re.compile("百分之|占比|比重|比例|增速|增幅|增长多少|增长率|转化率|覆盖率")
ROLE = re.compile(
    r"(?P<role>[\u4e00-\u9fff]{1,8}?(?:长|书记|主任|召集人|顾问|负责人|联系人|成员|代表|专员"
    "|委员|经理|总监|主席|秘书))(?:是|由|为|有|分别|都|叫|归)*(?:谁|哪|什么|何人|几|姓)"
)
# How many there are (“五个千亿级产业”) is the asker's count; papers may write it otherwise.
COUNT = re.compile("[一二三四五六七八九十两几]+[个家项条件类种名位座处批次大张]?")
# What a guessed word may have caught at its ends (“要建”, “高企要”).
FUNCTION_WORDS = (
    "要能会该应可得想需让被把给就都还才再又各从按在是有的了吗呢吧啊也很最说请下上里内后前时"
)
# Words that carry the asking, not the thing asked for.
CUES = word_list(Path(__file__).with_name("cues.txt"))


def kind_of(question: str) -> Kind:
    """What a normalised question wants to know."""
    return next((kind for kind, words in _KINDS if re.search(words, question)), Kind.OTHER)
