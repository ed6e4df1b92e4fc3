"""The places a question names, and which papers hold there."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate, zip_longest

from index.retrieval.tokeniser import UNKNOWN, Tokeniser
from ingest.metadata.region import is_national
from ingest.text.gazetteer import Chain, bare_name, gazetteer, is_wide
from ingest.types import Masthead

_LEVELS = "省市县区旗州镇乡"
_NAMED = re.compile(rf"[\u4e00-\u9fff]{{1,4}}(?:自治州|自治县|街道|[{_LEVELS}])")
_NO_PLACE = re.compile(
    "(?:园|地|社|城|景|郊|新|港|辖|小|片|灾|库|山|牧|林|矿|湾|老|主城|开发|经开|高新|示范|度假"
    "|试验|保护|功能|自贸|集聚|产业|工业|行政)区$"
    "|^(?:小|全|各|本|我|该|外|城|超|上|夜|菜|楼|股|门|都|跨|县|省|市|区|哪|几|两|多)|^(?:试点|重点|贫困|示范|先进|特色|中心|建制|边境|沿海|百强|省会|地级|县级)"
    "|[县市]区$|区县$|(?:下|老|家|故|同|异|他|城)乡$|[乡城村集县市区]镇$"
)
_QUOTED = re.compile("[“‘《「『][^”’》」』]{2,20}[”’》」』]")
# Names of the gazetteer that are words too: places only where the place around stands before them.
_WORDS_TOO = re.compile(
    "[新老]?城区|[郊矿林]区|[东西南北]区|城[中东西北]区|市中区|新市区|港口区|海港区|山城区|日照|开封|来宾|阿里"
    "|和县|平原|江南|古城|中原|河口|东湖|南湖|江北|江东|新[建城]|[临沿]河|滨海|大关"
)
# What makes other words of a name with its level, and of one without: 佛山市场, 岳阳楼, 中山大学.
_NO_LEVEL = re.compile("场(?![所馆地])|域")
_GOES_ON = re.compile("[省市县区旗州镇楼路街港湾]|乡(?!镇)|大道|大学|公园")
# Where a place stood whose words are done with.
_DONE = "⌂"
# Where a name stands in a text, and the name.
Named = tuple[int, int, str]


class Reach(IntEnum):
    """Whether a paper holds in a place: as its own, or as one of its province or of the State."""

    NONE = 0
    AROUND = 1
    OWN = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a question names it, with all the chains of places that the name can end."""

    name: str
    chains: tuple[Chain, ...]

    def reach(self, head: Masthead) -> Reach:
        """How a paper holds here."""
        region = head.region
        if any(chain[-1] == region and _agree(chain, head.regions) for chain in self.chains):
            return Reach.OWN
        if region:
            # A city's figures are not its counties': those of 益阳市 answer nothing on 安化县.
            around = (region,) in gazetteer().chains.get(region, ()) and any(
                region == chain[0] for chain in self.chains
            )
        else:
            around = is_national(head.title, head.issuer)
        return Reach.AROUND if around else Reach.NONE


def _agree(chain: Chain, regions: Chain) -> bool:
    """Whether two places of one name can be the same: what is known around them is not at odds."""
    ours, theirs = set(chain[:-1]), set(regions[:-1])
    return not ours or not theirs or bool(ours & theirs)


def places_named(
    folded: str, known: Iterable[str], tokeniser: Tokeniser, rarity: Callable[[str], float]
) -> tuple[tuple[Place, ...], str]:
    """The places in a normalised question, and the question without those known to be places.

    ``known`` are the places that papers govern: named also without 市 or 县. So are those of the
    gazetteer; any other is told by an unheard-of name before 市, 县 and the like. A place right
    before another one is around it, and left out. One that papers only speak of (“北京每月最高
    2000元” in a guide for all) stays in the question, as a word to be met.
    """
    rest = _QUOTED.sub(lambda quoted: "，" * len(quoted.group()), folded)
    words = {word for word, _ in tokeniser.tagged(rest)}
    sure: list[Named] = []
    for place in sorted(known, key=lambda name: -len(name)):
        sure += _governed(rest, place, words)
        rest = _blank(rest, sure)
    listed = list(_listed(rest, tokeniser))
    spoken_of = {name for _, _, name in listed if rarity(name) < 1.0}
    sure += listed
    others = _others(_blank(rest, sure), tokeniser, rarity)
    places = tuple(dict.fromkeys(_innermost(sorted([*sure, *others]))))
    for name in (name for _, _, name in sure if name not in spoken_of):
        folded = folded.replace(name, "，").replace(place_stem(name), "，")
    return places, folded


def place_stem(place: str) -> str:
    """A place's name without its level: 岳阳 of 岳阳市; 南县 stays, one character names nothing."""
    return place[:-1] if len(place) > 2 and place[-1] in _LEVELS else place


def names_place(text: str, place: str) -> bool:
    """Whether a text names the place; without its level only as one of a list (not 岳阳楼)."""
    listed = rf"{re.escape(place_stem(place))}(?=[、,，。;；和与及等的至]|$)"
    return place in text or bool(re.search(listed, text))


def _blank(text: str, named: Iterable[Named]) -> str:
    for start, end, _ in named:
        text = text[:start] + _DONE * (end - start) + text[end:]
    return text


def _innermost(named: Sequence[Named]) -> Iterator[Place]:
    """The places, each with those right before it that can be around it; they are left out."""
    around: Chain = ()
    for (_, end, name), following in zip_longest(named, named[1:], fillvalue=(-1, -1, "")):
        chains = tuple(chain for chain in _chains(name) if _lies_in(chain, around))
        if end == following[0] and _may_lie_in(following[2], name):
            around = (*around, name)
        else:
            yield Place(name, chains or ((*around, name),))
            around = ()


def _may_lie_in(name: str, outer: str) -> bool:
    chains = tuple(_chains(name))
    return not chains or any(_lies_in(chain, (outer,)) for chain in chains)


def _lies_in(chain: Chain, around: Chain) -> bool:
    return set(map(bare_name, around)) <= set(map(bare_name, chain[:-1]))


def _chains(name: str) -> Iterator[Chain]:
    """What a name can mean, with its level or without it."""
    for full in (name, *gazetteer().full.get(name, ())):
        yield from gazetteer().chains.get(full, ())


def _governed(text: str, place: str, words: Collection[str]) -> Iterator[Named]:
    """Where a text names a place that papers govern; without its level if that is a word of it."""
    stem = place_stem(place)
    bare = rf"{re.escape(stem)}(?![{_LEVELS}楼])"
    alone = stem in words or re.match(bare, text)
    for match in re.finditer(f"{re.escape(place)}|{bare}" if alone else re.escape(place), text):
        yield (match.start(), match.end(), place)


def _listed(text: str, tokeniser: Tokeniser) -> Iterator[Named]:
    """Where a text names places of the gazetteer, at the beginning of a word or behind another."""
    starts = accumulate((len(word) for word, _ in tokeniser.tagged(text)), initial=0)
    words = dict(zip(starts, [*tokeniser.tagged(text), ("", "")], strict=True))
    at, before = 0, ""
    while at < len(text):
        name = _listed_at(text, at, words, before) if before or at in words else ""
        if name:
            yield (at, at + len(name), name)
        at, before = at + max(len(name), 1), name


def _listed_at(text: str, at: int, words: Mapping[int, tuple[str, str]], before: str) -> str:
    """The name of a place of the gazetteer at ``text[at]``; empty if it is no place there."""
    name = gazetteer().starting(text, at)
    end = at + len(name)
    if not name or (len(name) == 2 and end not in words) or _NO_LEVEL.match(text, end):
        name, flag = words.get(at, ("", ""))
        said = flag == "ns" or any(map(is_wide, _chains(name)))
        if name not in gazetteer().full or not said or _GOES_ON.match(text, at + len(name)):
            return ""
    return name if before or not _WORDS_TOO.fullmatch(name) else ""


def _others(text: str, tokeniser: Tokeniser, rarity: Callable[[str], float]) -> Iterator[Named]:
    """Where a text names other places, with the level, which may be a word of its own."""
    tagged = tokeniser.tagged(text)
    before, at = "", 0
    for (word, flag), (after, _) in zip_longest(tagged, tagged[1:], fillvalue=("", "")):
        levelled = len(after) == 1 and after in _LEVELS
        name = word + after if levelled else word
        a_name = flag[:2] in ("ns", "nr") or (flag == UNKNOWN and len(name) > 2)
        a_noun = flag[:1] == "n" and not re.search("[nv]", before)
        unheard = not levelled or rarity(word) == 1.0
        no_place = _NO_PLACE.search(name) or _WORDS_TOO.fullmatch(name)
        named = _NAMED.fullmatch(name) and not no_place
        if named and (a_name or (a_noun and unheard)):
            yield (at, at + len(name), name)
        before, at = flag, at + len(word)
