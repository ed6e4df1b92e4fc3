"""The ways in which words speak to a language model, and text as it is compared with them."""

import re
import unicodedata
from itertools import product

# What is compared is simplified, lower case, without white space, marks that are not seen and
# letters of other scripts that look the same.
_TRADITIONAL = dict(
    zip(
        "無視聽從執輸請統詞語規則內設對話現開啟樣顯絕違應須變網連鏈結問題論機記憶這際"
        "戶調試過際單個處讀檢頭終後說們該據錄",
        "无视听从执输请统词语规则内设对话现开启样显绝违应须变网连链结问题论机记忆这际"
        "户调试过际单个处读检头终后说们该据录",
        strict=True,
    )
)
_LOOKALIKES = dict(zip("аеіорсухѕԁјһвкмнтαεοιρνυκτ", "aeiopcyxsdjhbkmhtaeoipvukt", strict=True))
_QUOTES = dict.fromkeys("“”‘’「」『』«»‹›＂`´\"'", '"')
_SAME = str.maketrans({**_TRADITIONAL, **_LOOKALIKES, **_QUOTES})
# Dropped where letters may be parted by them: “忽-略-以-上”, “忽.略”.
_PARTING = frozenset("-_*·.~|/\\^+=#@&、•…—–")
_UNSEEN = frozenset(("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"))

_MODEL = (
    "(?:ai|人工智能|智能|问答|聊天|对话|虚拟)(?:助手|助理|机器人|系统)|大?语言模型|大模型|ai模型"
    "|chatgpt|gpt|llms?"
)
_ANY_MODEL = f"(?:{_MODEL}|ai|人工智能|助手|模型|机器人|智能体)"
# What is forbidden, or feared of a model, is said of it and not to it.
_FEARED = ("防止", "避免", "诱导", "诱使", "导致", "致使")
_FEARED_OF = ("", "其", "系统", "模型", "大模型", "语言模型", "大语言模型", "智能体", "人工智能")
_FORBIDDEN = ("不得", "不能", "不可", "不应", "严禁", "禁止", "切勿")
_NOT_DENIED = "".join(
    f"(?<!{words})" for words in (*_FORBIDDEN, *map("".join, product(_FEARED, _FEARED_OF)))
)
_IGNORE = (
    "忽略|忽视|无视|忘记|忘掉|忘却|不要理会|不必理会|不用理会|别管|不要管|抛开|抛弃|丢弃|推翻|绕过"
)
# Looked for first: the many words that may not stand before it take long to rule out.
_BEGINS = f"(?=[{''.join(dict.fromkeys(word[0] for word in _IGNORE.split('|')))}])"
_BEFORE = (
    "(?:掉|了|你|您|的|所有|全部|一切|任何|其他|其它|这些|那些|以上|上述|上面|上文|之前|以前|前面|此前"
    "|先前|前述|原有|原来|原先|既有|已有|系统|收到|接收到|给定|给出|内置|开发者){1,7}?"
)
_ORDERS = (
    "指示|指令|提示词|提示语|系统提示|系统消息|系统设定|人设|预设|设定|上下文|prompt|instruction"
)
_ENGLISH_BEFORE = (
    "previous|prior|above|earlier|preceding|existing|foregoing|system|original|initial"
)
_ENGLISH_ANY = f"(?:all|any|of|the|your|my|every|these|those|other|given|and|{_ENGLISH_BEFORE})"
INSTRUCTION = re.compile(
    "|".join(
        (
            # what it was told no longer holds
            f"{_BEGINS}{_NOT_DENIED}(?:{_IGNORE}){_BEFORE}(?:{_ORDERS})",
            r"(?:^|[。!?;:,\"(\n])(?:请|你|您|现在|务必|必须|直接|一律)*"
            f"(?:{_IGNORE}){_BEFORE}(?:提示|要求|规则|规定|约束|命令|限制|内容|资料|文件|文档|信息|文本|答案)"
            "(?=[^。]{0,60}(?:回答|输出|回复|你|您|模型|助手))",
            "(?:以上|上述|前面|之前|此前)的?(?:所有|全部)?(?:系统)?(?:指令|提示词|系统提示)"
            "(?:均|都|全部|一律|已)*(?:作废|无效|失效|取消|终止|结束|到此)",
            # what it is now
            f"你现在是(?!否|不|在)|现在你是(?!否|不)|[你您](?:现在|将|就|须|必须|只能|不再|要)*"
            f"(?:是|扮演|充当|成为|变成|作为)(?:一?[个名位])?[^。!?;,]{{0,16}}(?:{_MODEL}|助手|机器人)",
            "从(?:现在|此刻|这里)(?:开始|起),?(?:请你|你(?:是|将|扮演|必须|只能|不再|的回答)|一律|只回答|只输出|所有回答)",
            f"(?:如果|若|假如|倘若|假设)[你您]是一?[个名]?[^。,;]{{0,8}}{_ANY_MODEL}",
            f"(?:作为|身为)(?:一?[个名位])?{_ANY_MODEL},?(?:请(?![求示])|[你您])",
            "(?:进入|启用|开启|切换[到至为]?)(?:dan|越狱|无限制|上帝|jailbreak|开发者)模式",
            # it is called
            f'(?:^|[。!?;:"(\\n\\[【*#]|致|注意)(?:各位|亲爱的|尊敬的|所有|本)?{_ANY_MODEL}[,:!]'
            "(?:[你您]|请(?![求示])|务必|忽略|无视|无论用户)",
            f"致(?:所有|各位|正在[^。,:]{{0,10}}的)?(?:{_MODEL})[:,!]",
            f"(?:读到|看到|阅读|读取|处理|检索|引用|总结|概括)(?:到|了)?[本这此][^。,;]{{0,8}}的{_ANY_MODEL}",
            f"{_ANY_MODEL}(?:读到|看到|读取到)[本这此]",
            # what it is to write
            "(?:请|务必|一律|记得|[你您])[^。;]{0,6}在[你您]?的?(?:所有|全部|每[个次条])?(?:回答|输出)的?"
            "(?:中|里|内|时|末尾|结尾|最后|开头)[^。;]{0,8}(?:附上|加上|添加|加入|附带|插入|包含|推荐|放上|引导|声称|提到)",
            "(?:回答|输出)[^。;]{0,10}(?:附上|加上|添加|附带|插入)[^。;]{0,10}(?:链接|连结|网址|https?:|www)",
            '(?:只|仅|一律|始终|永远|务必|必须)[需能要可须]?(?:回答|输出|回复)(?:用户|我)?[是为]?[:,]?"',
            "(?:无论|不论|不管)[^。;]{0,8}(?:问|提问|询问)[^。;]{0,15}(?:回答|输出|回复)",
            "(?:当|如果|若|每当|一旦|只要)有?(?:用户|提问者|使用者|人问|被问)[^。;]{0,24},"
            "(?:请|[你您]|都|一律|均|应|就|则|务必|必须|直接|只)*(?:回答|输出)",
            "[你您]的新?(?:任务|角色|身份|指令|指示|设定|回答|输出|系统提示)(?:是|为|:|必须|应|只能|中|里|务必)",
            "(?:请|[你您])[^。;,]{0,6}(?:输出|打印|重复|复述|泄露|透露|显示|说出)[^。;,]{0,8}(?:系统提示|提示词|[你您]的(?:指令|指示|设定|规则))",
            "(?:新|隐藏|真正|真实|最终|机密)的?(?:指令|系统提示|提示词)(?:是|如下|为|:)",
            "(?:按照?|遵循|遵守|执行|服从|听从)(?:以下|下列|下面|如下|我)的?(?:新|隐藏)?的?(?:指令|提示词|系统提示)",
            # in English, without its spaces
            f"(?:ignore|disregard|forget|override|bypass){_ENGLISH_ANY}{{1,6}}?(?:instruct|prompt|directi)",
            f"(?:ignore|disregard|forget|override){_ENGLISH_ANY}{{0,4}}?(?:{_ENGLISH_BEFORE}){_ENGLISH_ANY}{{0,3}}?"
            "(?:rule|guideline|context|message|text|command|content|document|constraint)",
            "(?:ignore|disregard|forget)everything",
            "youarenow[a-z]{0,30}(?:assistant|chatbot|model|jailbr|unrestrict|developermode)|youarenowdan",
            "youarean?[a-z]{0,25}(?:assistant|chatbot|languagemodel)",
            'newinstructions?(?:are|is|:)|systemprompt|(?:respond|reply|answer|output)(?:only|exactly)?with:?"',
            "(?:if|when|whenever)(?:the|a)?users?asks",
            "asan?(?:ai|largelanguage|language)(?:language)?model,?(?:you|please|ignore)",
            "(?:dear|attention|note|noteto),?:?(?:all)?(?:aimodel|aiassistant|aisystem|llms|languagemodel|chatgpt)",
            "(?:reveal|repeat|print|output)(?:your|the)(?:system|initial|hidden)(?:prompt|instruction)",
        )
    )
)
_ROLE = "system|assistant|human|developer"
# Signs by which programs part what different speakers say to a model, and imitations of them.
TURN = re.compile(
    r"<\|[a-z_]{2,20}\|>|\[/?inst\]|<{1,2}/?sys>{1,2}"
    r"|</?(?:system|assistant|human|instructions?|prompt|im_start|im_end|query|tool_?calls?)[^>]{0,30}>"
    r"|</?(?:资料|系统|用户|助手|指令|问题|提示词)[^>]{0,40}>"
    rf"|(?<!#)#{{2,6}}(?:{_ROLE}|instructions?|指令|系统|助手)(?::|$)"
    rf"|^[\[【(*#]*(?:{_ROLE})(?:message|prompt|override|note)?[\]】)*]*:(?=.{{12}}|$)"
    r"|(?:系统|开发者)(?:消息|指令|提示词|指示|命令)[\]】)*]*:|^[\[【(*#]*(?:系统|开发者)(?:消息|指令|提示词)[\]】)*]*$"
    r"|^[\[【(*]系统提示[\]】)*]|^系统提示:(?=.{0,80}(?:你|回答|忽略|无视|助手|模型|输出))"
    r"|^[\[【(*]*(?:ai|智能|问答|聊天)?助手[\]】)*]*:"
)
# What ends a turn.
CLOSING = re.compile(r"<\|(?:im_end|end\w*|eot\w*)\|>|\[/inst\]|</[^>]{2,40}>|<</sys>>")
# An instruction that ends so, or is followed by such a paragraph, goes on in the next one.
LEADS_ON = tuple(':,"')
GOES_ON = re.compile(
    '(?:请|并|改为|只|直接|然后)*(?:回答|答案|输出|回复|answer|output|response)[:"]'
)


class Fold(dict[int, str | None]):
    """A table for str.translate that also drops what is not seen."""

    def __init__(self, dropped: frozenset[str]) -> None:
        super().__init__(_SAME)
        self._dropped = dropped

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        unseen = unicodedata.category(char) in _UNSEEN
        self[code] = None if unseen or char in self._dropped else char
        return self[code]


# For signs every mark counts; for words those that part letters do not.
SIGNS, WORDS = Fold(frozenset()), Fold(_PARTING)


def folded(text: str, fold: Fold) -> str:
    """Text as it is compared; each of its characters can be folded by itself."""
    return unicodedata.normalize("NFKD", text).lower().translate(fold)
