"""The places a question names, so that no other place's paper answers it."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from index.tokeniser import UNKNOWN, Tokeniser

_LEVELS = "省市县区旗州镇乡"
_NAMED = re.compile(rf"[\u4e00-\u9fff]{{1,4}}(?:自治州|自治县|街道|[{_LEVELS}])")
_NO_PLACE = re.compile(
    "(?:园|地|社|城|景|郊|新|港|辖|小|片|灾|库|山|牧|林|矿|湾|老|主城|开发|经开|高新|示范|度假"
    "|试验|保护|功能|自贸|集聚|产业|工业|行政)区$"
    "|^(?:小|全|各|本|我|该|外|城|超|上|夜|菜|楼|股|门|都|跨|县|省|市|区|哪|几|两|多)|^(?:试点|重点|贫困|示范|先进|特色|中心|建制|边境|沿海|百强|省会|地级|县级)"
    "|[县市]区$|区县$|(?:下|老|家|故|同|异|他|城)乡$|[乡城村集县市区]镇$"
)
_QUOTED = re.compile("[“‘《「『][^”’》」』]{2,20}[”’》」』]")
# Where a known place stood.
_KNOWN = "⌂"


def places_named(
    folded: str, known: Iterable[str], tokeniser: Tokeniser, rarity: Callable[[str], float]
) -> tuple[str, ...]:
    """The places in a normalised question, as written; a place around another one is left out.

    ``known`` are the places that papers govern: named also without 市 or 县. Any other is told by
    jieba's dictionary, or by an unheard-of name before 市, 县 and the like.
    """
    found: list[str] = []
    rest = _QUOTED.sub("，", folded)
    for place in sorted(known, key=lambda name: -len(name)):
        stem = place_stem(place)
        bare = re.compile(f"{re.escape(stem)}(?![{_LEVELS}楼])")
        alone = bare.match(rest) or stem in {word for word, _ in tokeniser.tagged(rest)}
        if place in rest or (alone and bare.search(rest)):
            found.append(place)
            rest = bare.sub(_KNOWN, rest.replace(place, _KNOWN))
    others = list(_others(rest, tokeniser, rarity))
    inner = [
        place
        for place, after in zip_longest(others, others[1:])
        if f"{place}{_KNOWN}" not in rest and not (after and f"{place}{after}" in rest)
    ]
    return tuple(dict.fromkeys([*found, *inner]))


def place_stem(place: str) -> str:
    """A place's name without its level: 岳阳 of 岳阳市; 南县 stays, one character names nothing."""
    return place[:-1] if len(place) > 2 and place[-1] in _LEVELS else place


def names_place(text: str, place: str) -> bool:
    """Whether a text names the place; without its level only as one of a list (not 岳阳楼)."""
    listed = rf"{re.escape(place_stem(place))}(?=[、,，。;；和与及等的至]|$)"
    return place in text or bool(re.search(listed, text))


def _others(text: str, tokeniser: Tokeniser, rarity: Callable[[str], float]) -> Iterator[str]:
    """Names of places among the words, with the level where it is a word of its own.

    A name without its level counts where jieba's dictionary has it with one (长沙, not 东西).
    """
    tagged = tokeniser.tagged(text)
    before = ""
    for (word, flag), (after, _) in zip_longest(tagged, tagged[1:], fillvalue=("", "")):
        levelled = len(after) == 1 and after in _LEVELS
        name = word + after if levelled else word
        a_name = flag[:2] in ("ns", "nr") or (flag == UNKNOWN and len(name) > 2)
        a_noun = flag[:1] == "n" and not re.search("[nv]", before)
        unheard = not levelled or rarity(word) == 1.0
        named = _NAMED.fullmatch(name) and not _NO_PLACE.search(name)
        if named and (a_name or (a_noun and unheard)):
            yield name
        elif flag == "ns" and any(tokeniser.tag(word + level) == "ns" for level in _LEVELS):
            yield word
        before = flag
