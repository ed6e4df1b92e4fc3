"""From when to when a paper is in force, where it fixes the days itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.text.dates import DATE, iso

_OWN = r"(?:^|(?<=[。；\n，）条、]))\s*+(?:[本该][\u4e00-\u9fff]{1,8}?(?:[（(]试行[）)])?\s*+)?"
_ISSUED = r"(?P<issued>(?:本[\u4e00-\u9fff]{1,8}?)?(?:印发|发布|公布|颁布|成文|下发|发文)之日)"
_DAY = rf"(?:{DATE.pattern}|{_ISSUED})"
_IN_FORCE = "(?:正式|开始|起)*(?:施行|试行|实施|执行|生效)"
_EFFECTIVE = rf"{_OWN}自\s*{_DAY}\s*起\s*{_IN_FORCE}"
_FROM = re.compile(_EFFECTIVE, re.M)
_SELF = r"本[\u4e00-\u9fff]{1,8}?(?:[（(]试行[）)])?的?"
_VALID = r"(?:试行期|有效期)限?"
# A term is the paper's own only right behind the day it begins, or behind “本办法”.
_UNTIL = re.compile(
    rf"(?:{_EFFECTIVE}[，,。；]\s*(?:{_SELF})?|{_SELF}){_VALID}"
    r"(?:[\d一二两三四五六七八九十]{1,2}年[，,（(])?\s*(?:截?至|截止到?|到|为至)\s*"
    r"(?P<until>\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)",
    re.M,
)
_YEARS = re.compile(
    rf"(?:{_EFFECTIVE}[，,。；]\s*(?:{_SELF})?|{_SELF}){_VALID}\s*+(?:[为是]\s*+)?"
    r"(?P<years>\d{1,2}|[一二两三四五六七八九十])\s*年",
    re.M,
)
_NUMERALS = {"两": 2} | {numeral: i for i, numeral in enumerate("一二三四五六七八九十", start=1)}


@dataclass(frozen=True, slots=True)
class Term:
    """The first and the last day in force, ISO; empty where the paper does not fix them."""

    effective: str
    valid_until: str


def find_term(body: str, issued: str) -> Term:
    """Read “自……起施行，有效期……” from a paper issued on day ``issued`` (ISO, or empty)."""
    effective = _only(issued if match["issued"] else iso(match) for match in _FROM.finditer(body))
    ends = (DATE.match(match["until"]) for match in _UNTIL.finditer(body))
    until = _only(iso(end) for end in ends if end)
    years = _only(match["years"] for match in _YEARS.finditer(body))
    if not until and years and effective:
        until = _last_day(effective, _NUMERALS.get(years) or int(years))
    return Term(effective, until)


def _only(found: Iterator[str]) -> str:
    """What all agree on; empty where they differ."""
    values = set(found)
    return values.pop() if len(values) == 1 else ""


def _last_day(first: str, years: int) -> str:
    """The day before the one on which so many years are full."""
    day = date.fromisoformat(first)
    try:
        end = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        end = date(day.year + years, 3, 1)
    return (end - timedelta(days=1)).isoformat()
