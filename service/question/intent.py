"""How questions are asked: the words that ask, and what each way of asking wants to know."""

import re
from enum import StrEnum


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
MEASURE = re.compile(
    "(?:多少|几|第几)(?P<measure>个百分点|个工作日|万亩|万元|亿元|钱"
    "|[家个项件条名人座处亩倍批类户头吨元张万亿米公里%天年月日间份套台周层场所])"
)
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
_CUES = """
亿元 万元 公里 千伏 平方米 那座 那个 那条 那份 这份 干到 后头 到底 东西
牵头 负责 挂帅 主管 分管 归口 责任 单位 部门 主抓 参与 配合 一起 分工 分工负责
什么 哪些 多少 几个 几家 时候 分别 具体 主要 是指 指 意思 含义 理解 界定 怎么
如何 职务 担任 由谁 哪位 什么人 名单 文件 方案 里面 其中 情况 问题 要求 打算
计划 提出 规定 时间 目前 现在 请问 想 问 一下 告诉 介绍 说 说的 准备 安排
换 列 看 层面 这块 一块 这一块 搞 定 有 要 是 能 可以 应该 需要
做 全年 本年 当年
一年 一天 一个月 做到 达到 冲 到 提到 放在 放 设 在 来 里 最 抓 管 在管 干 哪家 哪个
各是 各 年间 年 每年 今年 个 家 目标 百分之 百分之几 两地 相关 领域 方面 局
区 市 县 省 镇 乡 名字 部分 事情 东西 内容 工作 所在 包括 方向 还有
全市 全县 全区 金额 数量 现行 发展 最多 最晚 最迟 最高 最低 多久 哪天 开始
牵头单位 责任单位 牵头部门 主管部门 责任部门 配合单位 参与单位 责任主体 项目名称
列明 告知 简述 必须 什么样 有关 一共 总共 大概 市里 县里 区里 又 起码 至少 最少 不低于
不少于 不超过 以上 以下 左右 大约 回来 原话 规模 条线 这条线 知道 了解 个数
数额 总额 几何 请教 定义 附件 表里 附表 文中 列出 列出来 列举 里头 门槛 水平
县区 区县 市县 领头 打头 挑头 带头 领衔 掺和 说法 一份 麻烦 帮忙
目标值 期限内 两件事 三件事 指标 任务 事由 事儿 这项 这个 一次 每家 单位的
"""
# Words that carry the asking, not the thing asked for.
CUES = frozenset(_CUES.split())


def kind_of(question: str) -> Kind:
    """What a normalised question wants to know."""
    return next((kind for kind, words in _KINDS if re.search(words, question)), Kind.OTHER)
