"""The place a paper governs and the places around it, as far as the paper names them."""

import re
from collections import Counter

PROVINCES = (
    "北京市|天津市|上海市|重庆市|河北省|山西省|辽宁省|吉林省|黑龙江省|江苏省|浙江省|安徽省|福建省|江西省"
    "|山东省|河南省|湖北省|湖南省|广东省|海南省|四川省|贵州省|云南省|陕西省|甘肃省|青海省|台湾省"
    "|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区"
)
_PLACE = (
    r"(?:(?:(?![省市县区旗])[\u4e00-\u9fff]){2,12}?自治[区州县旗]|[\u4e00-\u9fff]{2,6}?[省市县区旗州盟])"
    r"(?!委员|场|级|直|域|政|县|市|区)"
)
_PLACE_IN_TITLE = re.compile(rf"(?:中共)?(?P<place>{_PLACE})")
# “云溪市委……”: an organ of the place follows, no place within it.
_NEXT_PLACE = re.compile(rf"(?![委政人党法])(?P<place>{_PLACE})")
# Outer places come first; none is named twice on its way inwards.
_RANKS = (
    re.compile(r"省$|自治区$|^(?:北京|天津|上海|重庆)市$"),
    re.compile(r"市$|州$|盟$|地区$"),
    re.compile(r"[县区旗市]$"),
)
# How a paper speaks of its own place: “我市”, “全县”.
_SELF = re.compile(r"(?<![安完健])[我全本]([省市县区旗州])(?![场级域别])")
# Characters before 省市县区 that make a common noun or a pronoun, not a name.
_NOT_NAMES = frozenset(
    "我全本各该外跨强园地社城郊景港辖县市区省开新经范假管态游业化验际贸域治片山库的"
)
# Kinds of area that end like a district's name.
_KINDS = re.compile("(?:保税|行政|保护|勘查|滞洪|保卫|名胜|服务|作业|商务|禁牧|合作|试点|功能)区$")
_MIN_STEM_COUNT = 3
# A longer name replaces a shorter one if it covers most of its occurrences.
_SAME_NAME_SHARE = 0.6
# How often a name stands with its suffix (“云溪县” of all “云溪”): 0.11 and more in thirteen papers
# of cities and counties, mostly under 0.1 for words that only stand before 市 and 区 in 1,500 laws.
_MIN_FULL_SHARE = 0.1


def find_regions(title: str, issuer: str, body: str) -> tuple[str, ...]:
    """The governed place last, those around it before it, the outermost first; empty if unknown."""
    named = _leading_places(title)
    if not named:
        place = _frequent_place(body)
        named = (place,) if place else _leading_places(issuer)
    elif len(named) == 1:
        named = _within(issuer, named[0]) or named
    return _surrounded(named, f"{issuer}\n{body}") if named else ()


def _leading_places(text: str) -> tuple[str, ...]:
    """The chain of places a title or a name begins with: 湖南省益阳市桃江县……"""
    found: list[str] = []
    rank = 0
    match = _PLACE_IN_TITLE.match(text)
    while match and _is_name(match["place"]):
        level = _rank(match["place"], rank)
        if level is None:
            break
        found.append(match["place"])
        rank = level + 1
        match = _NEXT_PLACE.match(text, match.end()) if rank < len(_RANKS) else None
    return tuple(found)


def _rank(place: str, lowest: int) -> int | None:
    return next((i for i in range(lowest, len(_RANKS)) if _RANKS[i].search(place)), None)


def _is_name(place: str) -> bool:
    return "自治" in place or (place[-2] not in _NOT_NAMES and not _KINDS.search(place))


def _within(issuer: str, place: str) -> tuple[str, ...]:
    """The issuer's chain of places, if it ends in ``place``."""
    chain = _leading_places(issuer)
    return chain if chain[-1:] == (place,) else ()


def _surrounded(named: tuple[str, ...], text: str) -> tuple[str, ...]:
    """``named`` with the outer places that the text writes right before it."""
    if _RANKS[0].search(named[0]):
        return named
    outer = re.compile(
        rf"(?:(?P<province>{PROVINCES})|(?<![\u4e00-\u9fff]))"
        rf"(?P<city>(?:(?![省市县区从到在向为由经对])[\u4e00-\u9fff]){{2,8}}?(?:市|自治州))?"
        rf"{re.escape(named[0])}"
    )
    found = {
        (match["province"] or "", match["city"] or "")
        for match in outer.finditer(text)
        if match["province"] or (match["city"] and _is_name(match["city"]))
    }
    fullest = max(found, key=lambda pair: (all(pair), bool(pair[0]), pair), default=("", ""))
    agreed = all(_agree(pair, fullest) for pair in found)
    return (*(place for place in fullest if place), *named) if agreed else named


def _agree(some: tuple[str, str], others: tuple[str, str]) -> bool:
    return all(not a or not b or a == b for a, b in zip(some, others, strict=True))


def _frequent_place(text: str) -> str:
    """The place of the level the paper speaks of (“我市”) whose name stands most often."""
    levels = Counter(_SELF.findall(text)).most_common(1)
    if not levels:
        return ""
    suffix = levels[0][0]
    names = {
        text[match.start() - length : match.start()]
        for match in re.finditer(suffix, text)
        for length in (2, 3, 4)
        if match.start() >= length and text[match.start() - 1] not in _NOT_NAMES
    }
    counts = {name: text.count(name) for name in names if re.fullmatch(r"[\u4e00-\u9fff]+", name)}
    stems = sorted(name for name in counts if len(name) == 2 and counts[name] >= _MIN_STEM_COUNT)
    if not stems:
        return ""
    stem = max(stems, key=lambda name: counts[name])
    longer = [
        n for n in counts if n.endswith(stem) and counts[n] >= _SAME_NAME_SHARE * counts[stem]
    ]
    place = f"{max(longer, key=len)}{suffix}"
    if suffix == "省":
        return place if place in PROVINCES.split("|") else ""
    full = len(re.findall(rf"{place}(?![场级直域政县市区])", text))
    return place if full >= _MIN_FULL_SHARE * counts[stem] else ""
