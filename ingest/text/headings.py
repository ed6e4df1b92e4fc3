"""Marks by which an official paper shows its structure (GB/T 9704-2012 clause 7.3.3).

The clause numbers the levels “一、”, “（一）”, “1.”, “（1）”; regulations use 第X章, 第X节, 第X条.
"""

import re
from collections import Counter
from dataclasses import dataclass

_NUMERAL = "[一二三四五六七八九十百零〇○]{1,5}"
_ORDINAL = r"(?:[一二三四五六七八九十百千零〇○]{1,9}|\d{1,4})"
# Recognised text has a dash for 一 now and then.
_COUNT = f"(?:{_NUMERAL}|[—－ー])"
# “（一）至（三）项”, “（二）、（五）项”: items spoken of, not begun.
_OF_ITEMS = r"(?!\s*(?:[至到和或与及、]\s*[（(]|项(?!目)))"
# “一、二产业”, “三、四类区域”: numbers of other things.
_OF_NUMBERS = rf"(?!{_NUMERAL}(?:[、和类级线档期季次产])|[—－ー])"
_OF_ARTICLES = r"(?![第款项、，。；和及至的]|规定|所[称列述指规]|[或与到]第)"
# An annex is level 0 and so is 第X编. Levels 1 to 3 hold the parts of a regulation and the outer
# levels of a paper, so that both kinds nest in one outline.
_LEVELS = (
    (0, re.compile(rf"第\s*{_ORDINAL}\s*编[\s\u3000:：]*")),
    (
        1,
        re.compile(rf"第\s*{_ORDINAL}\s*(?:章|部分)[\s\u3000:：]*|事项\s*{_NUMERAL}[\s\u3000:：]+"),
    ),
    (2, re.compile(rf"第\s*{_ORDINAL}\s*节[\s\u3000]*")),
    (
        3,
        re.compile(rf"第\s*{_ORDINAL}\s*条(?:\s*之\s*{_NUMERAL}(?!\S))?{_OF_ARTICLES}[\s\u3000]*"),
    ),
    (4, re.compile(rf"{_COUNT}\s*(?:、|[.．](?!\d))\s*{_OF_NUMBERS}")),
    (5, re.compile(rf"(?:[（(]\s*{_COUNT}\s*[）)]|[㈠-㈩]){_OF_ITEMS}\s*、?\s*")),
    (6, re.compile(r"(?:\d{1,2}\s*(?:[.．](?!\d)|、)|[⒈-⒛])\s*")),
    (7, re.compile(rf"(?:[（(]\s*\d{{1,2}}\s*[）)]|[⑴-⒇]|\d{{1,2}}\s*[）)]){_OF_ITEMS}\s*、?\s*")),
    (9, re.compile(r"[①-⑳]\s*、?\s*")),
)
PART_LEVEL, ARTICLE_LEVEL, ITEM_LEVEL, RUN_IN_LEVEL = 2, 3, 6, 8

ANNEX = re.compile(rf"附\s*件(?:\s*+(?:\d{{1,2}}|{_NUMERAL}))?\s*[:：]?")
DOCUMENT_TYPES = re.compile(
    r"(?:通知|意见|方案|办法|规定|决定|公告|通告|通报|报告|请示|批复|函|纪要|细则|规划|计划|要点"
    r"|措施|政策|条例|准则|制度|预案|指南|清单|名单|目录|一览表|布局表|分工表|任务表|安排表|表"
    r"|决议|公报|议案)(?:[（(][^（()）]{2,12}[）)]){0,2}$"
)
# “植物提取。”, and in words of four: “坚持统筹谋划、重点突破。”
_RUN_IN = re.compile(
    r"(?P<title>[^\s，。；：:、,()（）]{2,12}|(?:[\u4e00-\u9fff]{2})?[\u4e00-\u9fff]{4}(?:、[\u4e00-\u9fff]{4}){1,3})"
    r"。(?=\s*\S)"
)
# Within a paragraph: “……。电子信息产业。……。新材料产业。……”, “制氢：……。储运：……”.
_INNER = re.compile(
    r"(?:(?<=[。：:])|^)(?P<title>[\u4e00-\u9fff“”]{2,12})(?P<mark>[。：:])(?=[^\s。]{10})"
)
_VERBS = re.compile(
    "加快|加强|加大|积极|推动|推进|推行|实施|大力|深化|构建|强化|落实|开展|完善|促进|支持|鼓励|建立|建设"
    "|打造|培育|发展|提升|提高|扩大|丰富|形成|做[大强优好]|抓|坚持|严格|注重|组织|制定|优化|健全|引导"
    "|其中|具体|包括|主要|例如|如下|即|[按以对从在由]|[一二三四五六七八九十]是"
)
_MIN_NAMES, _MIN_SUBJECTS = 3, 2
_LABEL = re.compile(r"【[^【】]{2,20}】")
# A numbered sentence is no heading: it sets a date in force, names who does what, or counts.
_SENTENCE = re.compile(
    r"^(?:本|该|此|请|各|凡|以上|特此|[一二三四五六七八九十]是)|自.*起|[局委办府院会]负责"
    r"|\d+(?:\.\d+)?\s*(?:[万亿]|元|%|％|个工作日|家|项|份)"
)
_MAX_HEADING = 40
_MAX_RUN_IN_HEADING = 30
_MAX_ITEM_HEADING = 18
_MIN_RUN_IN_TEXT = 10
_CELL = re.compile(r"[^\t]+")


@dataclass(frozen=True, slots=True)
class HeadingMark:
    """The numbering at the start of a line: its level and where the words begin."""

    level: int
    length: int


def heading_mark(line: str) -> HeadingMark | None:
    """The level mark a line begins with, if it begins with one."""
    for level, pattern in _LEVELS:
        match = pattern.match(line)
        if match and (match.end() < len(line) or level <= ARTICLE_LEVEL):
            return HeadingMark(level, match.end())
    return None


def heading_length(line: str, mark: HeadingMark) -> int:
    """How much of a marked line is the heading itself; 0 where it is only a numbered sentence.

    A heading may run into its paragraph: “1．新能源。以……为重点” has the heading “1．新能源”.
    An article (第X条) has no words of its own; its number is the heading.
    """
    if mark.level == ARTICLE_LEVEL:
        return len(line[: mark.length].rstrip())
    stop = re.compile(r"[。；：:！？]").search(line, mark.length)
    if stop is None:
        return len(line) if len(line) <= _MAX_HEADING and line[-1] not in "，、" else 0
    words = line[mark.length : stop.start()]
    runs_in = stop.group() in "。：:" and stop.end() < len(line)
    longest = _MAX_ITEM_HEADING if mark.level >= ITEM_LEVEL else _MAX_RUN_IN_HEADING
    if not runs_in or len(words) > longest or _SENTENCE.search(words):
        return 0
    return stop.start()


def run_in_heading(line: str) -> int:
    """The length of an unnumbered heading that runs into its paragraph; 0 if there is none."""
    label = _LABEL.match(line)
    if label:
        return label.end()
    match = _RUN_IN.match(line)
    if not match or _SENTENCE.search(match["title"]):
        return 0
    return match.end("title") if len(line) > match.end() + _MIN_RUN_IN_TEXT else 0


def inner_headings(paragraph: str) -> list[tuple[int, int]]:
    """Where subjects begin and end by which a paragraph is divided; none unless there are several.

    Closed by “：” two will do; closed by “。” they must be three that end alike, as short sentences
    stand between long ones too.
    """
    found = [m for m in _INNER.finditer(paragraph) if not _VERBS.match(m["title"])]
    subjects = [match for match in found if match["mark"] != "。"]
    names = [match for match in found if match["mark"] == "。"]
    alike = Counter(match["title"][-2:] for match in names).most_common(1)
    names = [match for match in names if alike[0] == (match["title"][-2:], alike[0][1])]
    several = [
        *(subjects if len(subjects) >= _MIN_SUBJECTS else ()),
        *(names if len(names) >= _MIN_NAMES else ()),
    ]
    return sorted(match.span("title") for match in several)


def is_row(line: str) -> bool:
    """Whether a line is a row of a table flattened to tabs: two or more filled cells."""
    return "\t" in line and len(cells(line)) > 1


def cells(line: str) -> list[str]:
    """The filled cells of a row, outer white space removed."""
    return [cell.strip() for cell in _CELL.findall(line) if cell.strip()]
