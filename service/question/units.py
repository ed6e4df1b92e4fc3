"""Units in a question: found by full or short name, and what is asked about their tasks."""

import re
from collections.abc import Iterable

from ingest.text.units import same_unit

_ENDING = re.compile(
    "局|委|办公室|办|厅|院|中心|公司|集团|社|联|会|政府|银行|支行|大队|所|站|部|馆"
)
_LEVELS = "省市县区"
_MAX_NAME = 16
_MIN_NAME = 3
_NO_NAME = re.compile("[^\u4e00-\u9fff（）()]|[的我们在是]|[局厅办].")
LEADING = re.compile("牵头|负责|主抓|领衔|主管|挑头|在管|分管")
SUPPORTING = re.compile("参与|配合|协助|协同")
_TASKED = re.compile("掺和|加入|责任|职责|任务|承担|管|抓|干|列入|分工|涉及")
_ASKS_WHO = re.compile(
    "谁|哪一?位|(?:哪|什么)[些个家几]*(?:单位|部门|局|委)|(?:单位|部门|人员|成员)(?:都|是|有|包括|为|分别)*(?:哪|什么)"
)
_ASKS_WHAT = re.compile("哪|什么|啥|几[个项件样]")
_ASKS_ELSE = re.compile(
    "多少|何时|怎么|如何|为什么|是否|吗|电话|哪[年天里儿]|什么(?:时候|意思|条件|标准)"
)
# “市工信局牵头的氢能产业目标是什么”: the unit only tells which industry is meant.
_TELLS_WHICH = re.compile(
    "(?:牵头|负责|参与|配合)的(?!(?:都|主要|具体)?(?:产业|任务|工作|领域|项目|事项|方面|事|有|是|哪|什么|几|$))"
)


def asked_unit(folded: str, known: Iterable[str]) -> str:
    """The unit whose tasks a normalised question asks for, as it names it; empty if none."""
    if _ASKS_WHO.search(folded) or _ASKS_ELSE.search(folded) or _TELLS_WHICH.search(folded):
        return ""
    roles = (LEADING, SUPPORTING, _TASKED)
    if not any(role.search(folded) for role in roles):
        return ""
    named = named_unit(folded, known)
    rest = folded.replace(named, "")
    asks = _ASKS_WHAT.search(rest) or len(rest) <= _MAX_NAME
    return named if named and asks and any(role.search(rest) for role in roles) else ""


def named_unit(folded: str, known: Iterable[str]) -> str:
    """The longest stretch of a normalised text that names one of the ``known`` units."""
    by_first: dict[str, list[str]] = {}
    for name in known:
        for written in (name, name[1:]) if name[0] in _LEVELS else (name,):
            by_first.setdefault(written[0], []).append(written)
    longest = ""
    exact = max((name for name in known if name in folded), key=len, default="")
    if exact:
        return exact
    for ending in _ENDING.finditer(folded):
        for start in range(max(0, ending.end() - _MAX_NAME), ending.end() - _MIN_NAME + 1):
            stretch = folded[start : ending.end()]
            if len(stretch) <= len(longest):
                break
            if _NO_NAME.search(stretch):
                continue
            if any(same_unit(stretch, name) for name in by_first.get(stretch[0], ())):
                longest = stretch
                break
    return longest
