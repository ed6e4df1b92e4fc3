"""Figures, years and dates in a text: their value, unit and what bounds them."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ingest.text.lists import any_of
from ingest.text.measures import MEASURES, SAME_MEASURES

_DIGITS = dict(
    zip("零〇○一二两三四五六七八九", (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二两三四五六七八九十百千"
_UNITS = any_of(MEASURES)
# A numeral of Chinese characters counts where a unit follows; “第一”, “一般”, “十分” count nothing.
_CHINESE = re.compile(
    rf"(?<![第\d.{_NUMERAL}万亿点唯统专单同逐万])(?P<percent>百分之)?"
    rf"(?P<number>[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?)(?P<scale>万亿|[万亿]?)"
    rf"(?=(?P<unit>(?!期|届|号|类|档|里|角|方|强)(?:{_UNITS}))|(?<=[亿])(?:以上|左右|大关|,|。|;|$))?"
)
_WORDS_OF_NUMERALS = re.compile(
    "一(?![年月次倍天日周万亿])|一次性|一年(?:累计|内|度|以来)|千(?=[瓦伏米克])|十分|百分(?!之)"
)
# “四成” is 40%, “一半” 50%, “万分之二” 0.2‰, “三分之一” 1/3.
_TENTHS = re.compile(
    r"(?<![\d.点一二三四五六七八九十百千万])([两\d一二三四五六七八九])成(?!不变|[员立为果本功长交品熟套效型绩都])"
)
_HALF = re.compile("(?<![过前后上下另])一半(?!以)")
_PARTS = re.compile(rf"([{_NUMERAL}万\d]+)分之([{_NUMERAL}]+(?:点[{_NUMERAL}]+)?|\d+(?:\.\d+)?)")
_SAID_IN_YEARS = re.compile("([12][〇零○0一二三四五六七八九]{3})(?=年)")
# “税收过亿元”
_BARE_SCALE = re.compile("(?<=[过破超])(?=[亿万]元)")
_RANGE = re.compile(r"(?<=[\d年月日%元亩家个])\s*(?:-{1,2}|—{1,2}|–|~|～|到)\s*(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_SPACE = re.compile(r"\s+")
# “总投资（万元）：286000” → “总投资：286000万元”.
_UNIT_IN_NAME = re.compile(
    r"\(((?:[万亿]?元|[^()\d,;。]{1,4})(?:/[^()]{1,2})?)\)(:?)(\d+(?:\.\d+)?)(?![\d.年月%个家级])"
)
_FIGURE = re.compile(
    rf"(?P<ratio>\d+(?:[:/]\d+)+)|(?<![a-z\d.])(?P<number>\d+(?:\.\d+)?)(?![a-z])"
    rf"(?P<scale>万亿|亿|千万|百万|万(?!吨级)|千(?![瓦伏米克])|百)?(?P<unit>{_UNITS})?"
)
_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})(?:年度?|(?=至(?:19|20)\d{2}年)))?(?:(?P<month>\d{1,2})月(?:份)?)?"
    r"(?:(?P<day>\d{1,2})日)?(?P<end>底|末|初|上旬|中旬|下旬)?(?P<side>以?前|之?前|以?后|起)?"
)
_SIDE_BEFORE = re.compile("(?:(?P<after>不早于|(?<!不)晚于)|不晚于|不迟于|(?<!不)早于)$")
_AT_LEAST = "不得?能?低于|不得?能?少于|不小于|至少|最少|最低|起码|高于|大于|下限为?"
_AT_MOST = (
    "不得?能?超过|不得?能?高于|不得?能?多于|不大于|最高|最多|至多|上限为?|封顶|低于|少于|小于"
    "|不足|最长|最迟|最晚|不到|可至|可达"
)
_BEFORE = re.compile(
    rf"(?:(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST})|(?P<over>超过?|突破|逾|(?<!不超)过)"
    r")[\u4e00-\u9fffa-z]{0,6}$|(?P<about>大?约|将?近)[为达]?$"
)
_AFTER = re.compile(
    r"(?:\([^()]*\))?(?:(?P<least>及?或?以上|(?:大关)?以上)|(?P<most>及?或?以下)|(?P<within>以内|之内|内)"
    r"|(?P<about>左右|上下))"
)
_FROM = re.compile(r"(?:由|从)[^,;。、\d由从]{0,12}(?:(?:19|20)\d{2}年度?的?)?$")
_CHANGED = re.compile(
    "(?:以[上下])?[^,;。、\\d]{0,2}?(?:提高|提升|降|调整|增|扩|压缩|延长|缩|减|升|改|涨)"
)
# The figures of a title or 文号 count nothing.
_NAMED_BY = re.compile(r"《[^》]*》|〔\d{4}〕\d+号")
_RANKED = re.compile("[前后末第]$")
_RANKS = frozenset("名位家个强%")
_SAME_UNIT = {other: first for first, *others in SAME_MEASURES for other in others}
_MANY = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
YEAR, DATE, RATIO = "年份", "日期", "比例"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: value in single units (1.2亿元 is 120000000 元), unit, and its bound.

    ``bound`` is “≥”, “≤”, “≈” or empty; a ``loose`` one (突破, 以内) may be left out. ``before`` is
    the value something starts from (“由31%提高到42%”). Years and dates have ``YEAR`` and ``DATE``
    for a unit, and for a bound the side of the date (前, 后, 底前).
    """

    value: Decimal | str
    unit: str
    bound: str
    loose: bool
    before: bool
    start: int
    end: int
    text: str

    def is_same(self, other: "Figure") -> bool:
        """Whether value and unit are equal; a date may leave its year to what stands before it."""
        if self.unit != DATE or other.unit != DATE:
            months = _in_months(self)
            return self.key == other.key or (months is not None and months == _in_months(other))
        year, day = str(self.value).split("-", 1)
        other_year, other_day = str(other.value).split("-", 1)
        return day == other_day and (year == other_year or not year or not other_year)

    @property
    def key(self) -> tuple[Decimal | str, str]:
        """What must be equal for two figures to be the same."""
        return self.value, self.unit


def _in_months(figure: Figure) -> Decimal | None:
    """The length of a time given in years or months; None of other figures."""
    if isinstance(figure.value, str) or figure.unit not in ("年", "个月"):
        return None
    return figure.value * 12 if figure.unit == "年" else figure.value


def fold(text: str) -> str:
    """Text as it is compared: width, case, white space, ways of writing numerals levelled."""
    plain = _THOUSANDS.sub("", text)
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", plain).lower())
    plain = _PARTS.sub(_share, _HALF.sub("50%", _TENTHS.sub(_tenths, plain)))
    plain = _SAID_IN_YEARS.sub(
        lambda year: _digit_by_digit(year[1]),
        re.sub("[一二](?=[〇零○一二三四五六七八九]{3}年)", lambda m: str(_DIGITS[m[0]]), plain),
    )
    plain = _RANGE.sub("至", _CHINESE.sub(_in_digits, _BARE_SCALE.sub("1", plain)))
    return _UNIT_IN_NAME.sub(r"\2\3\1", plain)


def _tenths(match: re.Match[str]) -> str:
    return f"{_read(match[1]) * 10}%"


def _share(match: re.Match[str]) -> str:
    whole, part = match[1], match[2]
    if whole in ("百", "100"):
        return match.group()
    if whole in ("千", "万"):
        share = Decimal(str(_read(part))) / (10 if whole == "万" else 1)
        return f"{share.normalize():f}‰"
    return f"{_read(part)}/{_read(whole)}"


def _read(numeral: str) -> Decimal:
    """The value of a numeral in digits or in characters."""
    if numeral[0].isdigit():
        return Decimal(numeral)
    whole, _, rest = numeral.partition("点")
    return Decimal(str(_number(whole)) + ("." + _digit_by_digit(rest) if rest else ""))


def _digit_by_digit(year: str) -> str:
    return "".join(str(_DIGITS.get(char, char)) for char in year)


def _in_digits(match: re.Match[str]) -> str:
    written = match["number"] + match["scale"]
    counted = (
        match["percent"] or match["unit"] or (match["scale"] and match.end() < len(match.string))
    )
    if not counted or _WORDS_OF_NUMERALS.match(match.string, match.start("number")):
        return match.group()
    whole, _, part = match["number"].partition("点")
    value = str(_number(whole)) + ("." + _digit_by_digit(part) if part else "")
    return value + match["scale"] + ("%" if match["percent"] else "") if written else match.group()


def _number(numeral: str) -> int:
    total = last = 0
    for char in numeral:
        if char in _TENS:
            total += (last or 1) * _TENS[char]
            last = 0
        else:
            last = (
                last * 10 + _DIGITS[char]
                if last and len(numeral) > 2 and not total
                else _DIGITS[char]
            )
    return total + last


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """All figures of a folded text, in order; a year or a date is one figure for each part."""
    text = _NAMED_BY.sub(lambda name: "、" * len(name[0]), text)
    found: list[Figure] = []
    taken = 0
    month = ""
    for match in _FIGURE.finditer(text):
        if match.start() < taken:
            continue
        date = _DATE.match(text, match.start())
        if date and (date["year"] or date["month"] or (date["day"] and month)):
            month = date["month"] or month
            found += _dated(date, month, _SIDE_BEFORE.search(text, 0, match.start()))
            taken = date.end()
        else:
            found.append(_figure(text, match))
            taken = match.end()
    return tuple(found)


def _dated(date: re.Match[str], month: str, before: re.Match[str] | None) -> list[Figure]:
    side = "" if not before else "后" if before["after"] else "前"
    side = side or (date["end"] or "").replace("末", "底") + (date["side"] or "").strip("以之")
    parts: list[tuple[Decimal | str, str, str]] = []
    last = month and (date["day"] or date["month"])
    if date["year"]:
        parts.append((Decimal(date["year"]), YEAR, "" if last else side))
    if last:
        day = date["day"] or ""
        year = date["year"] or ""
        parts.append((f"{year}-{int(month)}-{int(day) if day else ''}", DATE, side))
    return [
        Figure(value, unit, bound, False, False, date.start(), date.end(), date.group())
        for value, unit, bound in parts
    ]


def _figure(text: str, match: re.Match[str]) -> Figure:
    if match["ratio"]:
        return Figure(match["ratio"], RATIO, "", False, False, *match.span(), match.group())
    unit = match["unit"] or ""
    value = Decimal(match["number"]) * _MANY[match["scale"] or ""]
    before = _BEFORE.search(text, max(0, match.start() - 10), match.start())
    after = _AFTER.match(text, match.end())
    bound, loose = _bound(before, after)
    started = _FROM.search(text[max(0, match.start() - 22) : match.start()])
    started = started if _CHANGED.match(text, match.end()) else None
    ranked = _RANKED.search(text, max(0, match.start() - 1), match.start())
    unit = ranked[0] + unit if ranked and (ranked[0] == "第" or unit in _RANKS) else unit
    if not unit and match["scale"] in ("亿", "万亿"):
        unit = "元"
    return Figure(
        value.normalize(), _SAME_UNIT.get(unit, unit), bound, loose, bool(started),
        match.start(), match.end(), match.group(),
    )  # fmt: skip


def _bound(before: re.Match[str] | None, after: re.Match[str] | None) -> tuple[str, bool]:
    if (before and before["least"]) or (after and after["least"]):
        return "≥", False
    if (before and before["most"]) or (after and after["most"]):
        return "≤", False
    if (before and before["about"]) or (after and after["about"]):
        return "≈", False
    if before and before["over"]:
        return "≥", True
    return ("≤", True) if after and after["within"] else ("", False)
