"""The words of a claim, and whether a text says them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from index.retrieval.synonyms import GROUPS
from index.retrieval.tokeniser import UNKNOWN, Tokeniser
from ingest.text.lists import others_of, word_groups, word_list

_HERE = Path(__file__).parent
# What officials and models wrap a fact in; says nothing by itself.
_PLAIN = word_list(_HERE / "plain.txt")
_OTHERS = others_of(*GROUPS, *word_groups(_HERE / "alike.txt"))
# So general that it may stand anywhere in the passage.
GENERIC = word_list(_HERE / "generic.txt")
# What a guessed word caught of those around it (“率要”, “夜可获”).
_CAUGHT = re.compile(
    "[要将可获须需应已拟均各再还也后共其该约仍是多能每内那和得满完给到了过会让做另]"
)
# Acts that no paper may be taken to mean when it does not say them.
STRONG = word_list(_HERE / "strong.txt")
# Which of several: never taken from elsewhere in the paper.
GRADE = re.compile(
    r"[a-z甲乙丙丁一二三四五六\d]+[类级档](?!别)|第[一二三四五六七八九十\d]+[批期次届类产]|国家级|[省市县区镇]级|首次|重新|一般|首期|[一二三]期"
    "|其他|其它|[东西南北](?:片区|岸|区|部|城)"
)
_DEPARTMENT = re.compile(
    "(?!有关|相关|主管|责任|牵头|配合|负责|参与|职能|业务)[\u4e00-\u9fff]{2}部门"
)
_CLASSES = (GRADE, _DEPARTMENT)
_WORD = re.compile("[a-z0-9\u3400-\u4dbf\u4e00-\u9fff]")
# A word after one of these says another thing: 副组长 is no 组长.
_TURNED = "副不非未无"
# “提出申请” says no more than 申请.
_COMPOUND = 4
_ENDINGS = "费款金额量率数类型化性者"
# Words, and whether each names a thing.
Words = Sequence[tuple[str, bool]]
_LOOSE = ("v", "a", "d", "f", "z", "i", "t", "vn", "ad", "an")
_NO_CONTENT = ("u", "p", "c", "r", "y", "o", "e", "k", "h", "m", "q", "w")


@lru_cache(maxsize=16384)
def says(text: str, word: str) -> bool:
    """Whether a folded text holds a word, another for it, or what it shortens."""
    return (
        _holds(text, word)
        or any(_holds(text, other) for other in _OTHERS.get(word, ()))
        or _shortened(text, word)
    )


def _holds(text: str, word: str) -> bool:
    at = text.find(word)
    while at > 0 and text[at - 1] in _TURNED and word[0] not in _TURNED:
        at = text.find(word, at + 1)
    return at >= 0


def _shortened(text: str, word: str) -> bool:
    """Whether the word's characters stand close together in order (社保 in 社会保险)."""
    if len(word) < 2 or not word.isalpha() or word.isascii():
        return False
    if len(word) == _COMPOUND and all(
        half in _PLAIN or _holds(text, half) for half in (word[:2], word[2:])
    ):
        return True
    gap = "[^,;。]{0,5}" if len(word) > 2 else "[^,;。]{0,2}"
    straight = "" if word[0] == "副" else "(?<!副)"
    if re.search(straight + gap.join(word), text):
        return True
    if len(word) == 3 and word[-1] in _ENDINGS and word[:2] in text:
        return True
    if len(word) > 3 and word[-2:] in GENERIC and word[:-2] in text:
        return True
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    ends = word[:2] in text and word[-2:] in text
    return len(word) > 3 and ends and sum(pair in text for pair in pairs) >= 0.6 * len(pairs)


def content(text: str, tokeniser: Tokeniser) -> Iterator[tuple[str, bool]]:
    """The words that say something, and whether each names a thing (or only an act or quality)."""
    for word, tag in tokeniser.tagged(text):
        if len(word) < 2 or word in _PLAIN or not _WORD.search(word) or tag[:1] in _NO_CONTENT:
            continue
        bare = _CAUGHT.sub("", word) if tag == UNKNOWN else word
        if len(bare) > 1 and not word.replace(".", "").isdigit():
            yield bare, tag[:1] not in _LOOSE


def of_class(text: str, nearest: Iterable[str]) -> Iterator[str]:
    """Words of ``text`` that tell which of several, and that the nearest such text lacks."""
    for kind in _CLASSES:
        wanted = kind.findall(text)
        if not wanted:
            continue
        held = next((found for each in nearest if (found := kind.findall(each))), [])
        yield from (word for word in wanted if word not in held)


def covered(text: str, words: Words) -> int:
    """How well a text says words: 2 for each that it has, 1 for each that it words otherwise."""
    telling = [word for word, _ in words if word not in GENERIC]
    return sum(says(text, word) + (word in text) for word in telling)
