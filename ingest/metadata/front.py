"""What stands before a paper's text: its lines told apart (GB/T 9704-2012 clause 7.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.metadata.secrecy import is_mark
from ingest.structure.blocks import plain_heading
from ingest.structure.closing import organs
from ingest.structure.titles import squeezed
from ingest.text.dates import DATE, WHOLE_DATE
from ingest.text.headings import ANNEX, cells, heading_mark, is_row, run_in_heading

_OPEN, _CLOSE = r"〔\[［（(【〖〈<", r"〕\]］）)】〗〉>"
NUMBER = re.compile(
    rf"[\u4e00-\u9fff](?:\s?[\u4e00-\u9fff]){{0,14}}+(?:[（(][\u4e00-\u9fff]{{1,4}}[）)][\u4e00-\u9fff]{{0,4}})?\s*[{_OPEN}]\s*(?:19|20)\s?\d\s?\d\s*[{_CLOSE}]"
    r"\s*+(?:第\s*+)?\d{1,4}\s*号"
)
_COUNT = r"第\s*[\d一二三四五六七八九十百]{1,5}\s*号"
# “第12号” below “……令”, “2025年第3号” below “……公告”, “〔2025〕3号” below “……纪要”
_BARE_NUMBER = re.compile(
    rf"[（(]?(?:(?:19|20)\d{{2}}\s*年\s*)?{_COUNT}[）)]?"
    rf"|[{_OPEN}]\s*(?:19|20)\d{{2}}\s*[{_CLOSE}]\s*+(?:第\s*+)?\d{{1,4}}\s*号"
)
_ORDER = re.compile(r"(?P<organ>[\u4e00-\u9fff]{2,30}?)(?:命令|令|公告|通告|纪要)")
_NUMBERED_ORDER = re.compile(rf"(?P<title>{_ORDER.pattern})\s*(?P<number>{_BARE_NUMBER.pattern})")
_URGENCY = r"(?:特急|加急|特提|平急|急件)"
_RED_HEAD = re.compile(r"(?P<organ>[\u4e00-\u9fff\s]{3,60}?)\s*+文\s*件")
_NUMBER_LINE = re.compile(
    rf"(?:{_URGENCY}\s*+)?(?:(?P<head>[\u4e00-\u9fff\s]{{3,60}}?)\s*+文\s*件\s*)?"
    rf"(?P<number>{NUMBER.pattern})\s*(?:签\s*发\s*人?.*)?"
)
_CORNER = re.compile(
    rf"(?:\d{{4,8}}\s*)?(?:{_URGENCY}|紧急程度.*)|\d{{4,8}}|密级.*|签\s*发.*|[（(].{{0,4}}此件.*[）)]"
    r"|目\s*[录次]|第\s*[\d一二三四五六七八九十百]{1,5}\s*[期次]"
)
# What a web page or a catalogue says about a paper: “发文字号：……　发布时间：……”
_LABEL = (
    r"(?:索\s*引\s*号|主题分类|信息分类|分\s*类|发文机[关构]|发布机构|发文单位|制[发定]机关|编制单位|信息来源|来\s*源"
    r"|发文字号|文\s*号|文件编号|成文[日时][期间]|发文日期|发布[日时][期间]|公布日期|生成日期|时\s*间|日\s*期|标\s*题"
    r"|名\s*称|信息名称|文件名称|作\s*者|责任编辑|编辑|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量|率)?|字[号体](?:大小)?"
    r"|公开(?:方式|范围|形式)|有效性|效力状态|主题词|体裁|分享到?|统一登记号|登记号|关键词)"
)
_LABELLED = re.compile(
    rf"(?:^|(?<=[\s【\[]))[【\[]?(?P<label>{_LABEL})[】\]]?\s*[:：]\s*+[】\]]?"
    rf"(?P<value>(?:[^\s【\[]++|[\s【\[]++(?!{_LABEL}[】\]]?\s*[:：]))*+)"
)
_NAVIGATION = re.compile(
    r".*[>＞»›].*|(?:网站)?首页|您?(?:当前|现在)?的?(?:所在)?位置.*|[大中小](?:\s*[大中小])*"
    r"|(?>[【\[]\s*(?:字[号体].{0,8}|打印.{0,4}|关闭.{0,4}|收藏|分享.{0,4}|返回.{0,4}|[大中小]|.{0,4}纠错)\s*[】\]]\s*)+"
    r"|打印(?:本页)?|关闭(?:窗口)?|收藏|分享|返回.{0,4}"
)
# Where and when a law was passed and amended stands below its title.
_HISTORY = re.compile(
    rf"[（(]?\s*+(?:根据\s*+)?自?{DATE.pattern}(?!\s*[，,])(?=[^。]*+\Z)[^。]*"
    r"(?:通过|修正|修订|公布|发布|批准|施行|废止|修改|决定)[^。]*"
)
_NO_BRACKETS = str.maketrans("", "", "（()）")
_MAX_FRONT = 16
_MAX_LINES = 80


@dataclass(slots=True)
class Front:
    """The lines before the text, by what they are; ``count`` is how many paragraphs they are."""

    titles: list[str] = field(default_factory=list)
    organs: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    dates: list[re.Match[str]] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    count: int = 0


def read_front_lines(paragraphs: Sequence[str], first_heading: int | None) -> Front:
    """Sort the paragraphs before the first heading, row, sentence or salutation.

    ``first_heading`` is the position of the first heading that the format itself declares.
    """
    front = Front()
    told = 0
    for position, paragraph in enumerate(paragraphs[:_MAX_LINES]):
        labels = _labels(paragraph)
        front.labels = labels | front.labels
        if labels or _HISTORY.fullmatch(paragraph):
            front.history += [] if labels else [paragraph]
            continue
        if position == first_heading or _is_text(paragraph):
            front.count = position
            return front
        _sort(front, paragraph)
        told += 1
        if told > _MAX_FRONT:
            break
    return Front(labels=front.labels)


def _is_text(paragraph: str) -> bool:
    labelled = run_in_heading(paragraph) and not _NAVIGATION.fullmatch(paragraph)
    marked = labelled or heading_mark(paragraph) or is_row(paragraph)
    return bool(marked or re.search("[。；：:]$|，", paragraph))


def _labels(paragraph: str) -> dict[str, str]:
    """What a line or a row of labels says, by label."""
    found = cells(paragraph)
    if len(found) > 1 and all(re.fullmatch(f"{_LABEL}[:：]?", label) for label in found[::2]):
        pairs = zip(found[::2], found[1::2], strict=False)
        return {squeezed(label).rstrip(":："): value for label, value in pairs}
    matches = list(_LABELLED.finditer(paragraph))
    if not matches or paragraph[: matches[0].start()].strip():
        return {}
    return {squeezed(match["label"]): match["value"].strip() for match in matches}


def _sort(front: Front, paragraph: str) -> None:
    """Put one line where it belongs; a corner mark or a way through a site belongs nowhere."""
    line = plain_heading(paragraph)
    numbered = _NUMBER_LINE.fullmatch(line)
    ordered = _NUMBERED_ORDER.fullmatch(line)
    red_head = _RED_HEAD.fullmatch(line)
    dated = WHOLE_DATE.fullmatch(line)
    if numbered:
        front.numbers.append(squeezed(numbered["number"]))
        _put_red_head(front, numbered["head"] or "")
    elif ordered:
        front.numbers.append(squeezed(line).translate(_NO_BRACKETS))
        front.organs += organs(ordered["organ"])
        front.titles.append(ordered["title"])
    elif _BARE_NUMBER.fullmatch(line):
        front.numbers.append(_bare_number(front, line))
    elif dated:
        front.dates.append(dated)
    elif red_head or line == "文件":
        _put_red_head(front, paragraph[: paragraph.rindex("文")])
    elif not _is_nothing(line):
        front.titles.append(paragraph)


def _is_nothing(line: str) -> bool:
    skipped = (ANNEX, _CORNER, _NAVIGATION)
    return is_mark(line) or any(pattern.fullmatch(line) for pattern in skipped)


def _put_red_head(front: Front, words: str) -> None:
    """What stood above a red head or a number is the rest of it: joint issuers, one a line."""
    above = [name for line in front.titles for name in organs(line)]
    if not words.strip() and not all(organs(line) for line in front.titles):
        return
    if front.titles and len(above) >= len(front.titles):
        front.organs += above
    elif whole := organs("".join([*front.titles, words])):
        words, front.organs = "", [*front.organs, *whole]
    if words.strip():
        front.organs += organs(words) or (squeezed(words),)
    front.titles.clear()


def _bare_number(front: Front, line: str) -> str:
    """“第12号” belongs to the line above it: “云溪县人民政府令第12号”."""
    number = squeezed(line).strip("（()）")
    above = squeezed(front.titles[-1]) if front.titles else ""
    order = _ORDER.fullmatch(above)
    if not order:
        return number
    front.organs += organs(order["organ"])
    return above + number if re.search("[令告]$", above) else number
