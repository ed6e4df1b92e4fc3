"""The value of a spreadsheet's cell as a person sees it."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

Value = int | float | str | bool | datetime.date | datetime.time | datetime.timedelta

# Excel keeps 15 digits; what stands behind them is the noise of binary fractions.
_DIGITS = ".15g"
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\[\]]*\]')
_PATTERN = re.compile(r"[#0?,]*[#0?](?:\.([0#?]+))?")
# Fractions, exponents and formats that shift the decimal point are shown as plain numbers.
_UNUSUAL = re.compile(r"[/!@Ee]|General|,(?![#0?])", re.I)
# No spreadsheet program lets anyone write a longer number format.
_MAX_CODE = 255


def shown(value: Value, code: str) -> str:
    """``value`` in the words of its number format ``code``; thousands are not divided."""
    code = code if len(code) <= _MAX_CODE else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(Decimal(format(value, _DIGITS)), code)
    if isinstance(value, datetime.date):
        return _date(value, code)
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return " ".join(value.split()).replace("\0", "")


def _number(value: Decimal, code: str) -> str:
    sections = code.split(";")
    negative = value < 0 and len(sections) > 1
    words = _QUOTED.sub(lambda match: match[1] or match[2] or "", sections[1 if negative else 0])
    pattern = _PATTERN.search(words)
    if not pattern or _UNUSUAL.search(words):
        return _plain(value)
    value = abs(value) if negative else value
    value = value * 100 if "%" in words else value
    digits = pattern[1] or ""
    rounded = value.quantize(Decimal(1).scaleb(-len(digits)), ROUND_HALF_UP)
    least = len(digits.rstrip("#?"))
    whole, _, part = format(rounded, "f").partition(".")
    part = part[:least] + part[least:].rstrip("0")
    number = f"{whole}.{part}" if part else whole
    return f"{words[: pattern.start()]}{number}{words[pattern.end() :]}".strip()


def _plain(value: Decimal) -> str:
    words = format(value, "f")
    return words.rstrip("0").rstrip(".") if "." in words else words


def _date(value: datetime.date, code: str) -> str:
    lower = _QUOTED.sub(lambda match: match[1] or match[2] or "", code).lower()
    has_day = not code or "d" in lower or "y" not in lower
    if "年" in lower:
        words = f"{value.year}年{value.month}月" + (f"{value.day}日" if has_day else "")
    else:
        words = value.strftime("%Y-%m-%d" if has_day else "%Y-%m")
    if isinstance(value, datetime.datetime) and (value.hour or value.minute):
        words += value.strftime(" %H:%M")
    return words
