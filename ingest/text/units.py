"""Names of units, in full or shortened."""

import re

from ingest.text.normalise import squeeze

_PLACE = re.compile("^[\u4e00-\u9fff]{2,5}?(?=[省市县区])")
_LEVELS = "省市县区"
_MIN_NAME = 3


def same_unit(asked: str, written: str) -> bool:
    """Whether two names mean one unit: one may shorten the other (市工信局, 市工业和信息化局)."""
    asked, written = squeeze(asked), squeeze(written)
    if asked == written:
        return True
    asked = _PLACE.sub("", asked)
    if asked[:1] not in _LEVELS and written[:1] in _LEVELS:
        written = written[1:]
    short, long = sorted((asked, written), key=len)
    if short[:1] != long[:1] or len(short) < _MIN_NAME:
        return short == long
    letters = iter(long)
    return all(letter in letters for letter in short) and short[-1] in long[-3:]
