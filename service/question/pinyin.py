"""How Chinese characters sound, so that one typed for another can be told."""

import os
import re
from functools import cache

# 平翘舌、前后鼻音、n 和 l、h 和 f.
_NEAR = (
    ("^([zcs])h", r"\1"), ("ng$", "n"), ("^l", "n"),
    ("^hu$", "fu"), ("^hu(?=[ao])", "f"), ("^hui", "fei"), ("^hun", "fen"),
)  # fmt: skip


@cache
def sound(character: str) -> str:
    """The commonest reading of a character without its tone; what is no character is its own."""
    # Without the readings of phrases pypinyin takes 12 MB, not 56.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return lazy_pinyin(character)[0]


@cache
def near_sound(character: str) -> str:
    """The same for sounds that many speakers do not tell apart."""
    near = sound(character)
    for written, folded in _NEAR:
        near = re.sub(written, folded, near)
    return near


def near_sounds(word: str) -> tuple[str, ...]:
    """The near sound of every character."""
    return tuple(map(near_sound, word))
