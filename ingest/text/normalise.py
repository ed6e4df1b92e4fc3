"""Text made alike, so that words compare whatever their width, case and white space."""

import re
import unicodedata

CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_PADDED_NAME = re.compile(rf"(?<![{CJK}])([{CJK}])\s+([{CJK}])(?![{CJK}])")
_SPACE_IN_CJK = re.compile(rf"(?<=[{CJK}\d])[ \u3000]+(?=[{CJK}\d])")
# “二〇二六年”, as written in dates: digit by digit.
_CHINESE_YEAR = re.compile("[一二][〇零○0一二三四五六七八九]{3}(?=年)")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Fold width and case, write years in digits, and remove white space that only pads."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _CHINESE_YEAR.sub(lambda year: year.group().translate(_DIGITS), folded)
    return _SPACE_IN_CJK.sub("", _PADDED_NAME.sub(r"\1\2", folded))


def squeeze(text: str) -> str:
    """Normalised text without any white space, for comparing words."""
    return _SPACE.sub("", normalise(text))
