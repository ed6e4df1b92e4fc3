"""A clause of a claim beside a clause of a paper: figures, years, direction, obligation."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from service.guard.clauses import Clause
from service.guard.figures import DATE, RATIO, YEAR, Figure, figures
from service.guard.view import View
from service.guard.words import says

# From here on a fault means that the passage speaks of it and says otherwise.
CONTRADICTED = 5
_EACH = re.compile(r"每(?:年|月|季度?|半年|半个?月|周|日|天|\d+个月)")
_EACH_WRITTEN = {
    "每年": "每年|年度|年均|每个?自然年|1年|年产|年处理",
    "每月": "每月|/月|月均",
    "每日": "每日|每天|按日|日均",
    "每天": "每日|每天|按日",
}
_TIMES = ("年", "天", "个工作日", "个月", "小时", "分钟")
_HIGH = re.compile("以上|(?<!不)高于|(?<!不)超过|不低于|不少于")
_LOW = re.compile("以下|(?<!不)低于|不足|不超过|不高于|(?<!不)少于")
_UP = re.compile(
    "提高|提升|增长|上升|增加(?!值)|扩大|增至|升至|升到|延长|翻番|新增|上浮|(?<!以)上调|加价"
)
_DOWN = re.compile(
    "降低|下降|减少|降至|降到|降为|压缩|缩减|缩短|减至|(?<!以)下调|下浮|淘汰|减到|降价"
)
_BOUNDS = re.compile(
    "不得?能?(?:低于|少于|小于|高于|多于|大于|超过)|不断|不同|不仅|不动产|不定期|未来|未成年|不足|不限于|不良|不含"
)
_NOT = re.compile(
    "不|未|没有|无(?!人|偿|线|锡|缝|废)|禁止|严禁|停止|停发|暂缓|中止|终止|搁置|缓建|免(?=收|费|交|征|于)|失效|废止|作废|非"
)
_MUST = re.compile("应当?(?![用急届对收付变])|必须|务必|须(?!要)|需要?(?=[提在于按经])")
_MAY = re.compile("可以|允许|自愿|可(?![获得享按靠持再行视观达比选])")
_RANGE = re.compile(r"(\d{4})年?度?至(\d{4})年?")
# “不废止” denies nothing.
_DOUBLY = re.compile("(?:不得?|未|没有|不会|不能|不再)(?:废止|作废|失效|停止|停发|禁止)")
QUALIFIED = re.compile(f"{_NOT.pattern}|{_MUST.pattern}|{_MAY.pattern}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a clause does not stand; the furthest of all attempts is told."""

    far: int
    reason: str


def affirmed(text: str) -> str:
    """A text without the bounds and words that only look like a negation (不超过, 不断)."""
    return _BOUNDS.sub("", _DOUBLY.sub("", text))


def denies(text: str) -> bool:
    """Whether a text denies or forbids something."""
    return bool(_NOT.search(affirmed(text)))


def figures_fault(clause: Clause, other: Clause, view: View) -> Fault | None:
    """The first figure, year or bound of ``clause`` that ``other`` has not."""
    for figure in clause.counts:
        alike = [each for each in other.figures if each.is_same(figure)]
        if figure.unit == DATE and not any(each.unit == DATE for each in other.figures):
            alike = _dated_before(figure, clause, other)
        dated = any(each.unit == YEAR for each in other.figures)
        if figure.unit == "年" and len(clause.counts) > 1 and not alike and not dated:
            alike = [f for f in figures(other.whole) if f.is_same(figure)]
        if not figure.unit and "\t" in view.source.header:
            alike = [each for each in other.figures if _bare(each) == figure.text]
        if not alike:
            far = 0 if figure.text in view.text else -1
            return Fault(
                far,
                f"原文没有“{figure.text}”" if far < 0 else f"“{figure.text}”在原文中说的不是这一项",
            )
        if not any(_same_bound(figure, each, other.own) for each in alike):
            return Fault(6, f"“{figure.text}”的限定与原文不符")
        if not figure.before and all(each.before for each in alike) and not _dates(clause, other):
            return Fault(6, f"“{figure.text}”在原文中是原来的数值")
        if figure.before and not any(each.before for each in alike):
            return Fault(6, f"“{figure.text}”在原文中不是原来的数值")
    return _years_fault(clause, other, view)


def _dated_before(figure: Figure, clause: Clause, other: Clause) -> list[Figure]:
    """A date that stands before a clause, or beside a figure the only one of its group."""
    if all(each.unit == DATE for each in clause.counts):
        alone = [text for text in other.lead[:1] if len(text) <= len(figure.text) + 1]
        return [each for text in alone for each in figures(text) if each.is_same(figure)]
    around = [each for each in figures(other.whole) if each.unit == DATE]
    if len({each.value for each in around}) > 1:
        around = [each for text in other.lead[:1] for each in figures(text)]
    return [each for each in around if each.is_same(figure)]


def _bare(figure: Figure) -> str:
    """A figure as a table's cell has it, without scale and unit."""
    return figure.text.rstrip("".join(set(figure.text) - set("0123456789.")))


def _dates(clause: Clause, other: Clause) -> bool:
    """Whether a clause dates the value something starts from, as the paper does."""
    return bool(
        {f.key for f in clause.figures if f.unit == YEAR}
        & {f.key for f in other.figures if f.unit == YEAR}
    )


def _same_bound(figure: Figure, other: Figure, text: str) -> bool:
    if figure.unit == DATE:
        return not figure.bound or figure.bound == other.bound
    if figure.bound == other.bound:
        return True
    if not figure.bound:
        return other.loose
    if figure.loose and figure.bound == "≤" and figure.unit in _TIMES:
        return not other.bound
    return (
        figure.bound == "≤"
        and bool(re.search("上限|最高|最多|最长|封顶|期限|限额", text))
        and not other.bound
    )


def _years_fault(clause: Clause, other: Clause, view: View) -> Fault | None:
    own = [figure for figure in clause.figures if figure.unit == YEAR]
    years = {int(str(figure.value)) for figure in own}
    held = other.years
    for figure in own:
        year = int(str(figure.value))
        if year not in held and (held or str(year) not in view.head + ",".join(other.lead)):
            return Fault(1, f"“{figure.text}”与原文不符")
        if figure.bound and not _sided(figure, other):
            return Fault(1, f"“{figure.text}”与原文不符")
    if not own and clause.years and held and not clause.years & held:
        return Fault(1, f"“{min(clause.years)}年”与原文不符")
    ranges, others = (
        _RANGE.findall(",".join((clause.own, *clause.lead))),
        _RANGE.findall("".join((other.own, *other.lead, view.head))),
    )
    if any(each not in others for each in ranges):
        return Fault(1, "年份的起止与原文不符")
    if len(years) == 1 and _RANGE.search(other.own) and len(held) == 2 and years < held:
        return Fault(1, "年份的起止与原文不符")
    return None


def _sided(figure: Figure, other: Clause) -> bool:
    texts = (other.own, *other.lead)
    return any(
        each.key == figure.key and each.bound == figure.bound
        for text in texts
        for each in figures(text)
    )


def turned(clause: Clause, other: Clause, view: View) -> Fault | None:
    """Direction, rate, negation or obligation that is not the paper's."""
    own, said = clause.own, other.own
    around = "".join((said, *other.lead))
    for rate in _EACH.findall(own):
        if not re.search(_EACH_WRITTEN.get(rate, re.escape(rate)), around + other.whole):
            return Fault(5, f"原文这里没有“{rate}”")
    for one, opposite in ((_UP, _DOWN), (_DOWN, _UP)):
        match = one.search(own)
        turned = opposite.search(said) or _falls(other) == (one is _UP)
        if match and not opposite.search(own) and turned and not one.search(said):
            return Fault(5, f"“{match.group()}”与原文相反")
    for low, high in ((_LOW, _HIGH), (_HIGH, _LOW)) if not clause.counts else ():
        if low.search(own) and not high.search(own) and high.search(said) and not low.search(said):
            return Fault(5, "高于、低于与原文不符")
    row = "\t" in view.source.header and other.own == other.whole and not other.figures
    if _negation_fault(clause, said, around) and not (row and not _NOT.search(own)):
        return Fault(5, "肯定、否定与原文不符")
    asked = said if _MUST.search(said) else around
    if _MAY.search(own) and _MUST.search(asked) and not _MAY.search(asked):
        return Fault(5, "“可以”与原文的要求不符")
    if _MUST.search(own) and _MAY.search(said) and not _MUST.search(said):
        return Fault(5, "原文只说“可以”")
    return None


def _falls(other: Clause) -> bool | None:
    """Whether a clause goes from a greater value to a smaller one; None where from none."""
    for before, after in pairwise(other.counts):
        if before.before and before.unit == after.unit and before.unit not in (DATE, RATIO):
            return Decimal(before.value) > Decimal(after.value)
    return None


def _negation_fault(clause: Clause, said: str, around: str) -> bool:
    """Whether one denies what the other affirms; what leads to a figure may deny before it."""
    own = clause.own
    negated, denied = (_NOT.search(affirmed(text)) for text in (own, said))
    if negated and not denied:
        plain = affirmed(own)
        return not clause.counts or not says(around, plain[negated.start() : negated.end() + 2])
    return bool(denied and not negated)
