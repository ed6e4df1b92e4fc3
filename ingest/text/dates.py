"""Dates as official papers write them: 2025年3月1日, 二〇二五年三月一日."""

import re
from datetime import date

_DIGITS = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "O": "0",
}
_YEAR = r"(?:(?:19|20)\s?\d\s?\d|[一二][〇○零O九][〇○零O一二三四五六七八九]{2})"
_DAY = r"(?:\d\s?\d?|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
DATE = re.compile(rf"(?P<year>{_YEAR})\s*年\s*(?P<month>{_DAY})\s*月\s*(?P<day>{_DAY})\s*日")
WHOLE_DATE = re.compile(rf"[（(]?\s*{DATE.pattern}\s*[）)]?")


def iso(match: re.Match[str]) -> str:
    """A match of DATE as YYYY-MM-DD; empty where the calendar has no such day."""
    numbers = [_number(match[name]) for name in ("year", "month", "day")]
    try:
        return date(*numbers).isoformat()
    except ValueError:
        return ""


def _number(written: str) -> int:
    """A year digit by digit, a month or day with 十."""
    digits = "".join(written.split())
    if "十" in digits:
        tens, ones = digits.split("十")
        return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
    return int("".join(_DIGITS.get(digit, digit) for digit in digits))
