"""What is said to the assistant that is no question to the papers, and the polite way back.

A pleasantry before or behind a real question is left out. What is nothing but a pleasantry, asks
about the assistant, wants an opinion, or wants something that no paper can give has a ``Manner``.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from ingest.text.normalise import normalise
from ingest.types import Document
from prompts import render
from service.question.intent import ASKING
from service.schemas import Turn


class Manner(StrEnum):
    """How a remark that is no question to the papers is met; the value names its template."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    ABOUT = "about"
    OPINION = "opinion"
    OUTSIDE = "outside"


# Of the 1,427 answerable dev and tuning questions, and of 14,380 public ones (LeCoQA, CMRC 2018,
# SQuAD in Chinese), these rules take none for a remark.
_TIME = "(?:早上|上午|中午|下午|晚上|周末|节日|新年)"
_WHOM = "(?:你|您|大家|各位|领导|老师|同志|专家|师傅|策问|小策)们?"
_SOFT = "(?:[啊呀哈呢吧呗嘛啦哦喔噢哟嘞咯哇诶哎嗯噻哒滴]|了(?!解))*"
# Said before or behind a question, or instead of one; the last one said tells the manner.
_PLEASANTRIES = (
    (
        Manner.FAREWELL,
        "再见|再会|拜拜|回头见|回见|(?:明天|下次|改天)(?:再)?[见聊问]|那?[就先](?:这样|到这里?)"
        "|byebye|bye|告辞|没(?:有)?(?:别的|其他的?)?(?:问题|事)(?![吗么])|先?不[聊问]|我先(?:走|忙|下线?)|晚安",
    ),
    (
        Manner.THANKS,
        f"(?:太|非常|十分|真是?|多)*(?:谢谢|谢|感谢|感激)(?:{_WHOM}|(?:不尽|的?(?:耐心|详细)?(?:解答|帮助|回答|支持|指教|指点)))*"
        f"|thanks?(?:you)?|thx|辛苦(?:{_WHOM})?|有劳|劳驾|麻烦(?:{_WHOM})?"
        "|好的?|(?:行|嗯|哦|噢|ok|收到|(?:我)?(?:明白|知道|了解|清楚|懂+|晓得))"
        f"|原来如此|(?:{_WHOM})?(?:回答得?|答得|说得|真|太|很)+(?:好|棒|厉害|聪明|专业|好用|不错)",
    ),
    (
        Manner.GREETING,
        f"(?:{_WHOM})+{_TIME}?[好安]吗?|{_TIME}[好安]|新年快乐|早安?|hello|hi|hey|[嗨嘿喂诶哎]|哈[喽啰罗]"
        "|在忙?(?:吗|么|不在?)|有人在?[吗么]|吃了[吗么没]|好久不见|打扰(?:你|您|一下)?|不好意思"
        "|(?:我|俺)?(?:有几?个(?:问题|事))?[想要有]?再?(?:请教|请问|咨询|问|打听)(?:[你您](?=[一下个问]))?(?:一?[下个])*(?:问题|事)?",
    ),
)
_PLEASANTRY = re.compile(
    "|".join(f"(?P<{manner}>(?:{words}){_SOFT})" for manner, words in _PLEASANTRIES)
)
# Not the marks that open a name: “你好，小镇” in quotation marks is no greeting.
_PAUSE = "[，,。.!！;；:：~～…、?？\\s\u2600-\u27bf\U0001f300-\U0001faff-]"
_OPENING = re.compile(
    f"(?:{_PLEASANTRY.pattern})(?:{_PAUSE}+|(?<!问)(?=请问|请教|我?想问|我?想请教|咨询|再问))"
    "|(?:还?想)?再(?:请)?(?:问|请教)(?:你|您|下|一下|一?个)*(?:问题)?"
    f"{_PAUSE}*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    f"(?:(?<={_PAUSE})(?:感谢|劳驾|辛苦|麻烦|拜托|再见|拜拜|在线等)|(?:非常|十分)感谢|多谢|谢谢)"
    f"(?:{_WHOM})?{_SOFT}{_PAUSE}*$"
)
_SIGN = re.compile(r"[\W_]")
_WORD = re.compile(r"[^\W_]")

_YOU = "(?:你|您|侬|恁|策问|小策)(?:们|这个?)?(?:系统|助手|机器人|ai|家伙)?(?:个人|自己|本人)?"
_WHAT = "(?:什么|啥子?|么子|么事|哪个|哪些|哪样|哪方面|哪位|哪[里儿]|边个|谁|嘛)"
_MADE = "(?:开发|研发|制作|设计|发明|训练|做|造|弄)"
_ABOUT = "|".join((
    f"{_YOU}(?:到底|究竟|又)?(?:是|系|叫|姓|有)?(?:搞|做|干|弄)?个?{_WHAT}"
    "(?:人|名字?|东西|系统|来头|身份|用处?|功能|本[事领]|能力|的)*",
    f"{_YOU}(?:是|是不是)(?:一?个)?(?:真人|活人|人|机器人?|ai|人工智能|大?模型|chatgpt|deepseek"
    "|人工(?:客服)?|客服|程序)(?:还是(?:真人|人工|机器人?|ai|程序))?",
    f"(?:请)?(?:{_YOU})?(?:先)?(?:做)?(?:一?个|一下)?自我介绍(?:一下)?|(?:请)?介绍(?:一下|下)?{_YOU}",
    f"{_YOU}(?:都|还|到底|主要)*(?:能够?|会|可以|懂|晓得|知道)(?:[帮为给][助忙上到]?)?(?:我们?|咱们?|俺)?"
    "(?:做|干|办|弄|搞|整|回答|解答|解决|查|问|提供)*(?:到|得|些|点|一些)*"
    f"{_WHAT}(?:样|类|方面|的|忙|事情?|问题|内容|东西|活|文件|资料)*",
    f"{_YOU}(?:该|要)?(?:怎么|如何|咋个?)(?:使用|用|问)|(?:我)?(?:该|要)?(?:怎么|如何|咋)(?:向你|用你|跟你)?"
    "(?:提问|说话|聊天?)|(?:怎么|如何|咋个?)(?:使?用|问)(?:你|您)|这个?系统(?:怎么|如何|咋)用",
    f"(?:我)?(?:可以|能)(?:向)?(?:{_YOU})?问(?:{_YOU})?(?:些|点)?(?:什么|啥|哪些)(?:样的)?(?:问题)?",
    f"(?:是)?谁{_MADE}(?:的|了)?{_YOU}的?|{_YOU}是?(?:由)?(?:谁|哪家(?:公司)?){_MADE}(?:出来)?的?",
    f"{_YOU}(?:今年)?(?:几岁|多大)|{_YOU}(?:用的|背后|底层)*是?(?:什么|啥|哪个)大?模型|(?:{_YOU})?怎么称呼(?:{_YOU})?|{_YOU}的(?:名字|功能|作用|作者)(?:是|有)?(?:什么|啥|谁|哪些)?",
    "帮助|help|功能介绍|使用(?:说明|帮助|方法)",
))  # fmt: skip
_ASKS_ABOUT = re.compile(f"(?:{_ABOUT}){_SOFT}[吗么]?")

_WORDS = "[^，。？！,?!;；谁哪何啥]"
_START = "(?:^|(?<=[，。？！,?!;；]))"
_END = f"{_SOFT}[吗么不]?{_SOFT}(?=[\\W_]|$)"
# Possessive, as all of these in a row can be read in more than one way.
_PLEASE = (
    "(?:能不能|能否|可不可以|可否|可以|会不会|[请能会快]|麻烦|劳烦|帮忙|[帮给替为][我咱俺]们?|帮|我?想让"
    "|[你您我咱俺]们?)*+"
)
_FOR = f"(?:[给替为就以关]{_WORDS}{{1,16}}?)?"
_ONE = "(?:[一两几]?[个首篇段份封幅张则副句]|点儿?|一下|下)"
_FUN = "(?:笑话|段子|故事|小品|相声|谜语|诗词?|歌|音乐|快板|顺口溜)(?:来?听听?)?"
_PIECE = (
    f"(?:{_FUN}|绝句|律诗|[七五][律绝]|歌?词|对联|春联|散文|作文|小说|文章|讲话稿?|发言稿?|演讲稿?|致辞|主持词|新闻稿?"
    "|稿子?|(?:汇报|发言)材料|心得(?:体会)?|感想|检讨书?|总结|述职报告|邮件|(?:感谢|慰问)?信|倡议书|祝福语?|文案|标语"
    f"|简历|论文|代码|程序|脚本|函数|网页|公式|ppt|幻灯片|图片?|画|海报|视频|剧本|表格)(?:[给送夸赞]{_WORDS}{{1,8}})?"
)
_WRITE = "(?:写|作|创作|编写?|代?拟|代写|起草|撰写|赋|做|画|生成|润色)"
_DAY = "(?:今[天日晚早儿]|明[天日晚早儿]|后天|昨天|现在|这两天|这几天|周末|下周|最近|外面|外边)"
_FALLS = "[下落][大小暴]?[雨雪]"
_HOW = "(?:怎么样|怎样|如何|咋样|好不好|预报)"
_NUMBER = "(?:\\d[\\d.,]*%?|[零一二三四五六七八九十百千两]+)"
_SUM = f"{_NUMBER}(?:\\s*(?:[-+*/×÷x^]|加上?|减去?|乘以?|除以?)\\s*{_NUMBER})+"
# What no paper can give: writing, translating, weather, the hour, sums, entertainment.
_OUTSIDE = re.compile(
    "|".join((
        f"{_START}{_PLEASE}{_FOR}{_WRITE}{_WORDS}{{0,4}}?{_ONE}{_WORDS}{{0,24}}?{_PIECE}{_END}",
        f"{_START}(?=[^，。]{{0,6}}(?:[帮给替请你您]|能不能|可不可以)){_PLEASE}{_FOR}{_WRITE}"
        f"{_WORDS}{{0,24}}?{_PIECE}{_END}",
        f"{_START}{_PLEASE}(?:来|整|讲|说|唱|放|播|背|想?听){_ONE}{_WORDS}{{0,8}}?{_FUN}{_END}",
        f"{_START}{_PLEASE}(?:[写作吟背赋]诗(?:一首)?|讲笑话|讲故事|唱歌|跳舞|下棋|(?:教我?)?(?:编程|写代码)|聊天|画画){_END}"
        f"|{_START}{_PLEASE}画一?[个只张幅朵]{_WORDS}{{0,10}}{_END}",
        f"{_START}{_PLEASE}(?:[把将]{_WORDS}{{0,20}}?)?(?:翻译|译成|润色|改写|续写)(?:[成为]{_WORDS}{{1,8}}|一?下|出来)?"
        f"(?:[这那下上]{_WORDS}{{1,8}}|[英日法中俄][文语])?{_END}",
        f"(?:[英日法俄韩德]语|英文|日文|外语)(?:怎么|如何|咋)[说写讲]{_END}",
        f"{_DAY}{_WORDS}{{0,8}}?(?:天气{_HOW}?|[会要]?(?:不[会要])?(?:[下落]不)?{_FALLS}|(?:气温|温度)(?:多少)?|(?:几|多少)度"
        f"|[冷热](?:不[冷热])?|带伞){_END}",
        f"{_START}(?:{_WORDS}{{0,6}}?天气{_HOW}|[下落]不{_FALLS}{_WORDS}{{0,4}}?){_END}",
        f"{_START}{_PLEASE}(?:告诉|知道|看看?)?(?:现在|这会儿|北京时间|此刻)是?(?:几点钟?|[什啥]么?时[间候]|几时){_END}"
        f"|{_START}几点钟?了{_END}",
        f"{_START}{_PLEASE}(?:今天|今日|明天|昨天|现在)是?(?:[阴农阳]历)?(?:几月)?"
        f"(?:几[号日]|星期几|礼拜几|周几|什么日子){_END}",
        f"{_START}{_PLEASE}[计口]?算(?:一?下|个|算|一算|出)?{_PAUSE}*{_SUM}(?:等于|是|得|=)*(?:多少|几)?{_END}"
        f"|{_START}{_SUM}\\s*(?:等于|是|得|=)+\\s*(?:多少|几)?{_END}",
        f"{_START}{_PLEASE}推荐{_ONE}?{_WORDS}{{0,8}}?(?:股票|电影|电视剧|餐馆|饭店|美食|歌|游戏){_END}",
        f"{_START}{_PLEASE}(?:陪我?|跟我|和我)(?:聊|说|玩){_WORDS}{{0,4}}{_END}",
    ))
)  # fmt: skip

# Whom an opinion is asked of, and what makes the question one of opinion.
_JUDGE = re.compile(
    "[你您恁侬][^，。？]{0,4}?(?:觉[得着]|认为|感觉|以为|之见|猜|[说看](?!的|到|过|一?下))"
)
_GRADE = "(?:合理|靠谱|现实|可行|科学|合适|妥当|值得|划算|应该|过分|可信|公平|行得通)"
_GOOD = "(?:好|强|差|厉害|优秀|出色|漂亮|牛)"
_BETTER = f"[更最](?:{_GOOD}|靠谱|有(?:前[途景]|潜力|优势)|适合|合适|合理|值得|重要|划算)"
_DONE = "(?:能不能|能否|[能会])(?:够|按期|如期|真的?)*(?:实现|完成|达到|做到|成功)(?:得了)?"
_OR_NOT = f"[合靠现可科值该中][^，。]?不(?:中|{_GRADE})"
_FINE = "(?:[好行]不[好行]|[好行][吗么])"
_VERDICT = re.compile(
    f"是[否不]是?(?:[太够很真]|切实|真的)?{_GRADE}|{_GRADE}(?:[吗么不否嘛]|$)|{_OR_NOT}|{_BETTER}|{_DONE}(?:[吗么不]|$)"
    "|太[高低大小多少]|[高低大小难]不[高低大小难]|[高低大小]了[吗么没]|前景(?:怎么样|如何)"
    "|应该[^，。谁哪何啥]*[吗么]$|有(?:前[途景]|希望|潜力|必要|优势|道理)[吗么不]"
)
# Of these one need not say whom one asks: papers do not judge themselves.
_OWN_WORK = (
    "(?:目标|指标|政策|规划|计划|方案|举措|文件|意见|办法|[亿万]元?)的?"
    "(?:[定写]得|到底|究竟|真的?|是否|是不是)*[太够]?"
)
_ONESELF = "[你您](?:们|个人|自己|本人)*"
_OPINION = re.compile(
    "|".join((
        f"{_ONESELF}(?:对[^，。？]{{1,24}})?(?:(?:怎么|如何|咋)(?:看|评价?)|怎么想|有(?:什么|何|啥)(?:看法|意见|想法|高见))",
        f"{_ONESELF}的(?:看法|观点|见解|意见|评价)(?:是什么|如何)?{_END}",
        f"{_ONESELF}(?:觉得|认为|感觉|以为)(?:呢|{_WORDS}{{0,24}}?(?:{_FINE}|怎么样|如何|咋样)){_END}",
        f"{_START}(?:请|帮我|给我|来)*(?:(?:点评|评价|评论)(?:一下|下|这|那)|评一?评|锐评)",
        "[你您](?:会|更|比较)*(?:建议|推荐|支持|赞成|同意|喜欢|看好)(?![的单])",
        f"{_OWN_WORK}(?:{_FINE}|[高低大小]不[高低大小]|(?<=太)[高低大小多少]了?|能(?:不能|否)(?:如期|按期)?(?:实现|完成|达到)){_END}",
        f"(?:{_OWN_WORK}|{_START}[这那]?(?:个|样{_WORDS}{{0,3}})?)"
        f"(?:{_GRADE}[吗么不否嘛]?|{_OR_NOT}|{_DONE}[吗么不]){_END}",
        f"(?:谁|哪一?[个家边里市县区])[市县区]?[^，。？]{{0,6}}?"
        f"(?:(?:搞|干|做|办|抓|弄|发展|建设|经营)[得的][更最]?|更|最(?!强|差)){_GOOD}些?{_END}",
    ))
)  # fmt: skip
_CLAUSE = re.compile("[，,。？?！!；;\\s]+")
_YES_OR_NO = re.compile("[吗么]$|是否|有没有|是不是")

_EXAMPLE_TASK = range(3, 13)  # characters


def manner_of(said: str) -> Manner | None:
    """How to meet ``said`` where it is no question to the papers; None where it is one."""
    question = normalise(plain(said)).strip()
    bare = _SIGN.sub("", normalise(said))
    manner = None
    while bare and (match := _PLEASANTRY.match(bare)):
        manner, bare = Manner(str(match.lastgroup)), bare[match.end() :]
    if not bare:
        return manner
    if _ASKS_ABOUT.fullmatch(bare):
        return Manner.ABOUT
    outside = _OUTSIDE.search(question)
    if outside and not ASKING.search(question[: outside.start()] + question[outside.end() :]):
        return Manner.OUTSIDE
    return None if _beside_opinion(question) is None else Manner.OPINION


def plain(said: str) -> str:
    """A question without the pleasantries before and behind it; as it is where nothing is left."""
    whole = said.strip()
    start = 0
    while match := _OPENING.match(whole, start):
        if not _WORD.search(whole, match.end()):
            return whole
        start = match.end()
    return _CLOSING.sub("", whole[start:]).rstrip() or whole[start:]


def plain_history(history: Sequence[Turn]) -> list[Turn]:
    """A conversation without what a later question cannot lean on."""
    turns = []
    for turn in history:
        content = plain(turn.content)
        manner = manner_of(content) if turn.role == "user" else None
        if manner is Manner.OPINION:
            content = "，".join(_beside_opinion(normalise(content)) or ())
        if content and manner in (None, Manner.OPINION):
            turns.append(turn.model_copy(update={"content": content}))
    return turns


def polite_reply(manner: Manner, documents: Iterable[Document]) -> str:
    """What to say to ``manner``, with a question that the papers answer as an example."""
    if manner not in (Manner.GREETING, Manner.ABOUT, Manner.OUTSIDE):
        return render(manner)
    question = _example(documents)
    return render(manner, example=render("example", question=question) if question else "")


def _example(documents: Iterable[Document]) -> str:
    """A question that begins with a task whose lead a paper names; empty where none does."""
    records = (record for document in documents for record in document.responsibilities)
    tasks = (r.task for r in records if r.leads and len(r.task) in _EXAMPLE_TASK)
    task = next(tasks, "")
    return render("example_lead", task=task) if task else ""


def _beside_opinion(question: str) -> list[str] | None:
    """The clauses beside the one that asks for a judgement; None where a fact is asked for."""
    clauses = [clause for clause in _CLAUSE.split(question) if clause]
    judged = _VERDICT if _JUDGE.search(question) else _OPINION
    beside = [c for c in clauses if not judged.search(c) and not _OPINION.search(c)]
    asked = any(ASKING.search(c) or _YES_OR_NO.search(c) for c in beside)
    return None if asked or len(beside) == len(clauses) else beside
