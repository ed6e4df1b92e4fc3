"""The title of a paper from the lines that may hold it (GB/T 9704-2012 clause 7.3.1)."""

import re
from collections.abc import Sequence

from ingest.structure.closing import is_imprint
from ingest.text.headings import ANNEX, DOCUMENT_TYPES, heading_mark, is_row

_STATUS = re.compile(r"[（(][^（()）]{0,4}(?:送审稿|征求意见稿|讨论稿|试行|草案|代拟稿|暂行)[）)]")
# Kinds that only a title ends in; in running lines these words are too common.
_MORE_TYPES = re.compile(
    r"(?:法|法典|令|标准|规程|规则|通则|规范|章程|纲要|守则|须知|公约|手册|问答|名录|台账|修正案|白皮书"
    r"|政策解读|》解读|关于.*(?:解释|说明|解读|情况|讲话))"
    r"(?:[（(][^（()）]{2,12}[）)]){0,2}$"
)
_LAW = re.compile("中华人民共和国.{1,30}(?:法|法典)")
# “关于印发……办法” goes on with “的通知”.
_PASSES_ON = re.compile("关于(?:印发|转发|批转|发布|公布|下发|修改|废止|批准|同意)")
_PASSED_ON = re.compile(r"(?:通知|公告|通告|决定|批复|函|意见|令)(?:[（(][^（()）]{2,12}[）)])?$")
_ORDER = re.compile("(?:令|命令)$")
_PROMULGATED = re.compile(r"《(?P<title>[^《》]{4,60})》[^。]{0,120}(?:公布|发布|施行|印发)")
_TYPE_IN_BODY = re.compile(
    r"(?:制定|制订|提出|出台)(?:如下|以下)?(?:本)?(?:[^，。；]{0,6}?)"
    r"(?P<type>实施方案|工作方案|行动方案|方案|实施意见|意见|办法|规定|细则|规划|计划|措施)"
)
_QUOTED_OPENING = 18
_MAX_TITLE, _MAX_INNER_TITLE = 120, 60
# What a format or a label calls the title, or a paper calls another, is longer than this by error.
MAX_NAME = 300


def title_of(lines: Sequence[str]) -> str:
    """The lines up to the one that ends in a kind of paper, as one; empty if none does."""
    words: list[str] = []
    for line in (squeezed(line) for line in lines):
        if words and line.startswith(words[-1]):
            words.pop()
        if words and _is_complete("".join(words), line):
            break
        words.append(line)
    title = "".join(words)
    return title if len(title) <= _MAX_TITLE and has_type(title) else ""


def has_type(title: str) -> bool:
    """Whether a title ends in a kind of paper."""
    if len(title) > MAX_NAME:
        return False
    return bool(DOCUMENT_TYPES.search(title) or _MORE_TYPES.search(title))


def _is_complete(so_far: str, following: str) -> bool:
    if _STATUS.fullmatch(following):
        return True
    if following[0] in "的》〉”）" or so_far.count("《") > so_far.count("》"):
        return False
    passes_on = _PASSES_ON.search(so_far) and not _PASSED_ON.search(so_far)
    if passes_on and _PASSED_ON.search(following):
        return False
    return bool(DOCUMENT_TYPES.search(so_far) or _LAW.fullmatch(so_far))


def promulgated(title: str, paragraphs: Sequence[str]) -> str:
    """The title of what an order (令) puts in force, where the order prints it; else empty."""
    if not _ORDER.search(title):
        return ""
    match = _PROMULGATED.search("\n".join(paragraphs[:8]))
    printed = match and any(squeezed(line) == match["title"] for line in paragraphs)
    return match["title"] if match and printed else ""


def derived_title(body: str, region: str) -> str:
    """A name for a paper without a title, from its kind and its opening words."""
    kind = _TYPE_IN_BODY.search(body)
    opening = re.split(r"[，。；\n]", body.strip())[0][:_QUOTED_OPENING]
    return f"{region}{kind['type'] if kind else '文件'}（“{opening}……”）"


def may_be_title(line: str) -> bool:
    """Whether a line inside a paper can be the title of what follows, or a part of it."""
    marked = is_row(line) or heading_mark(line) or ANNEX.fullmatch(line) or is_imprint(line)
    return not marked and len(line) <= _MAX_INNER_TITLE and not re.search("[。；：:]", line)


def is_title(line: str) -> bool:
    """Whether a line inside a paper is the title of what follows."""
    return may_be_title(line) and bool(DOCUMENT_TYPES.search(squeezed(line)))


def squeezed(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())
