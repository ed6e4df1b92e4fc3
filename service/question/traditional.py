"""Traditional characters made simplified."""

from collections.abc import Collection
from functools import cache
from typing import Any


def simplified(text: str, kept: Collection[str]) -> str:
    """``text`` in simplified characters; unchanged where all its traditional ones are ``kept``.

    Only GB 2312 is sure to be simplified; within it some characters are both (乾, 著).
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        converted: str = _converter().convert(text)
        traditional = {old for old, new in zip(text, converted, strict=False) if old != new}
        return converted if traditional.difference(kept) else text
    return text


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
