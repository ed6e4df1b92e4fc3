"""The place a paper governs and the places around it: as the gazetteer has them, else as named."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from ingest.text.gazetteer import Chain, bare_name, gazetteer, is_wide

_LEVELS = frozenset("省市县区旗州盟")
# An unknown name with its level: former names, districts made for a purpose, places made up.
_PLACE = re.compile(
    r"(?P<place>(?:(?:(?![省市县区旗])[\u4e00-\u9fff]){2,12}?自治[区州县旗]|[\u4e00-\u9fff]{2,6}?[省市县区旗州盟]))"
    r"(?!委员|场|级|直|域|政|县|市|区)"
)
# “云溪市委……”: an organ of the place follows, no place within it.
_ORGAN_NEXT = re.compile("[委政人党法]")
# Outer places come first; none is named twice on its way inwards.
_RANKS = (
    re.compile(r"省$|自治区$|^(?:北京|天津|上海|重庆)市$"),
    re.compile(r"市$|州$|盟$|地区$"),
    re.compile(r"[县区旗市]$"),
)
# What may stand before the place that a title or an organ's name begins with.
_BEFORE = re.compile(r"[^\u4e00-\u9fff]*(?:(?<=\d)年度?)?(?:中共|中国共产党)?")
# What a title passes on is its issuer's own; what it quotes otherwise need not be.
_PASSES_ON = re.compile("(?:印发|发布|公布|下发)[《〈“]?")
# 佛山市场, 城东区域: other words, no place with its level.
_GOES_ON = re.compile("场(?![所馆地])|域")
# How a paper speaks of its own place: “我市”, else “全县” (a city is the first of “全省” too).
_SELF = (
    re.compile("[我本]([省市县区旗州盟])(?![场级域别、])"),
    re.compile("(?<![安完健])全([省市县区旗州盟])(?![场级域别、])"),
)
# Characters before 省市县区 that make a common noun or a pronoun, not a name.
_NOT_NAMES = frozenset(
    "我全本各该外跨强园地社城郊景港辖县市区省开新经范假管态游业化验际贸域治片山库的"
)
# What only words hold that happen to stand before 市, 县 or 区.
_NOT_IN_NAMES = re.compile(
    "^[和与及同向由在为对将把按到从省市县区州旗]|.和|[由或报所者年月日的等]|关于|印发|批转|按照|根据|依照|组织|出具|会同|部门|推进"
    "|推动|加快|加强|做好|促进|支持|规范|落实|实施|贯彻|解读|第.{1,3}[条章]"
)
# Kinds of area that end like a district's name.
_KINDS = re.compile(
    "(?:经济特|保税|行政|保护|勘查|滞洪|保卫|名胜|服务|作业|商务|禁牧|合作|试点|功能)区$"
)
# A district made for a purpose, behind its city or where an organ of it follows: 成都高新区.
_ZONE = re.compile(
    r"(?P<kind>(?:国家级?)?(?:高新(?:技术产业(?:开发)?)?区|经开区|(?:经济(?:技术)?|[\u4e00-\u9fff]{2})?开发区"
    r"|[\u4e00-\u9fff]{0,3}新区|[\u4e00-\u9fff]{2,8}(?:示范|试验|合作|管理)区))"
    r"(?P<organ>党?工委|管委会|管理委员会|[\u4e00-\u9fff]{0,6}(?:局|办公室)|人民政府)?"
)
_OF_CITY = re.compile("(?:高新区|经开区|开发区|新区)$")
_NEW_DISTRICT = re.compile("(?!国家|省级|城市|产业|工业|高新|各)[\u4e00-\u9fff]{2,4}新区$")
_NATIONAL = re.compile(
    r"[^\u4e00-\u9fff]*(?:中共中央|中央|国务院|全国人民代表大会|全国人大|最高人民|中华人民共和国|中国人民银行|中国证监会"
    r"|(?:教育|科技|科学技术|工业和信息化|公安|国家安全|民政|司法|财政|人社|人力资源(?:和)?社会保障|自然资源|国土资源"
    r"|生态环境|环境保护|住建|住房(?:和)?城乡建设|建设|交通运输|交通|铁道|水利|农业农村|农业|商务|文化和旅游|文化|卫生"
    r"|退役军人事务|应急管理)部(?!门)|(?:审计|海关总|新闻出版总)署|[\u4e00-\u9fff]{2,8}总局"
    r"|国家[\u4e00-\u9fff]{2,10}?(?:委员会|委|局|署|办公室))"
)
# Beyond these a hostile file would take long; no title is longer, no name is farther behind.
_MAX_TITLE, _MAX_TRIED = 200, 60
_MIN_STEM_COUNT = 3
# A longer name replaces a shorter one if it covers most of its occurrences.
_SAME_NAME_SHARE = 0.6
# How often a name stands with its suffix (“云溪县” of all “云溪”): 0.11 and more in thirteen papers
# of cities and counties, mostly under 0.1 for words that only stand before 市 and 区 in 1,500 laws.
_MIN_FULL_SHARE = 0.1


def is_national(*names: str) -> bool:
    """Whether a paper's title, issuer or number names an organ of the State.

    Such a paper holds everywhere, unless it governs a place of its own.
    """
    return any(map(_NATIONAL.match, names))


def find_regions(title: str, issuer: str, body: str) -> Chain:
    """The governed place last, those around it before it, the outermost first.

    Empty where it is unknown, and for the State's own papers, which ``is_national`` tells.
    """
    title = (title or body.lstrip().partition("\n")[0])[:_MAX_TITLE]
    words = f"{issuer}\n{title}\n{body}"
    titled, issuing = _leading(title, words), _leading(issuer, words)
    if titled:
        return _surrounded(issuing if issuing[-1:] == titled[-1:] else titled, words)
    if is_national(title, issuer):
        return ()
    level = _own_level(body)
    about = _first_known(title, words)
    own = about if about and about[-1].endswith(level) else ()
    named = issuing or _passed_on(title, words) or own or _frequent(body, level, words) or about
    return _surrounded(named, words)


def _own_level(body: str) -> str:
    spoken = (Counter(pattern.findall(body)).most_common(1) for pattern in _SELF)
    return next((level for found in spoken for level, _ in found), "")


def _leading(text: str, words: str) -> Chain:
    """The places that a title or an organ's name begins with: 湖南省益阳市桃江县……"""
    return _places_at(text, _name_begins(text, 0), words)


def _passed_on(title: str, words: str) -> Chain:
    """The places that the title of the paper passed on begins with: 关于印发佛山市……"""
    begins = (_name_begins(title, opens.end()) for opens in _PASSES_ON.finditer(title))
    return next(filter(None, (_places_at(title, at, words) for at in begins)), ())


def _first_known(title: str, words: str) -> Chain:
    """The first places that a title names and the gazetteer knows."""
    begins = (at for at in range(len(title)) if len(gazetteer().starting(title, at)) > 2)
    return next(filter(None, (_places_at(title, at, words) for at in begins)), ())


def _name_begins(text: str, at: int) -> int:
    before = _BEFORE.match(text, at)
    return before.end() if before else at


def _places_at(text: str, at: int, words: str) -> Chain:
    """The chain of places written one after another from ``text[at]`` on."""
    found: Chain = ()
    last = at
    known, end = _known_at(text, at, found, words)
    while known:
        found, last, at = known, at, end
        known, end = _known_at(text, at, found, words)
    return _unknown_at(text, at, found, text[last:at])


def _known_at(text: str, at: int, around: Chain, words: str) -> tuple[Chain, int]:
    """The place of the gazetteer within ``around`` named at ``text[at]``, and where that ends."""
    name = gazetteer().starting(text, at)
    end = at + len(name)
    if name and not _GOES_ON.match(text, end):
        return _likeliest(_within(around, name), words), end
    bare = gazetteer().bare(text, at)
    end = at + len(bare)
    if not bare or text[end : end + 1] in _LEVELS:
        return (), at
    meant = {full: _within(around, full) for full in gazetteer().full[bare]}
    said = [full for full in meant if full in words]
    others = [full for full, chains in meant.items() if chains and (around or is_wide(chains[0]))]
    name = next((full for full in (*said, *others) if meant[full]), "")
    return _likeliest(meant.get(name, ()), words), end


def _within(around: Chain, name: str) -> tuple[Chain, ...]:
    chains = gazetteer().chains[name]
    return tuple(chain for chain in chains if not around or around[-1] in chain[:-1])


@lru_cache(maxsize=1)
def _provinces() -> tuple[str, ...]:
    return tuple(name for name, chains in gazetteer().chains.items() if chains[0] == (name,))


def _likeliest(chains: Sequence[Chain], words: str) -> Chain:
    """The one whose outer places the words name most often; what the likeliest share if several."""
    if len(chains) < 2:
        return chains[0] if chains else ()
    said = [sum(words.count(bare_name(outer)) for outer in chain[:-1]) for chain in chains]
    best = [chain for chain, often in zip(chains, said, strict=True) if often == max(said)]
    outer = zip(*(chain[:-1] for chain in best), strict=False)
    shared = takewhile(lambda places: len(set(places)) == 1, outer)
    return (*(places[0] for places in shared), best[0][-1]) if len(best) > 1 else best[0]


def _unknown_at(text: str, at: int, around: Chain, written: str) -> Chain:
    """``around``, that ends as ``written`` right before, with the places it does not know."""
    zone = _ZONE.match(text, at) if around else None
    by_name = written not in gazetteer().chains and _OF_CITY.search(zone["kind"]) if zone else None
    if zone and (zone["organ"] or by_name):
        return (*around, f"{written}{zone['kind']}")
    found, rank = around, _rank(around[-1], 0) + 1 if around else 0
    match = _PLACE.match(text, at)
    while match and not (found and _ORGAN_NEXT.match(text, at)) and _is_name(match["place"]):
        level = _rank(match["place"], rank)
        if level == len(_RANKS):
            break
        found, rank, at = (*found, match["place"]), level + 1, match.end()
        match = _PLACE.match(text, at)
    return found


def _rank(place: str, lowest: int) -> int:
    """How far inwards a place stands, not before ``lowest``; the number of ranks if nowhere."""
    ranks = range(lowest, len(_RANKS))
    return next((i for i in ranks if _RANKS[i].search(place)), len(_RANKS))


def _is_name(place: str) -> bool:
    """Whether an unknown name may be one."""
    if _NOT_IN_NAMES.search(place) or gazetteer().ending(place, len(place)):
        return False
    if "自治" in place or _NEW_DISTRICT.fullmatch(place):
        return True
    return place[-2] not in _NOT_NAMES and not _KINDS.search(place)


def _surrounded(named: Chain, text: str) -> Chain:
    """``named`` with the outer places that the text writes right before it."""
    if not named or _RANKS[0].search(named[0]):
        return named
    outer = re.compile(
        rf"(?:(?P<province>{'|'.join(_provinces())})|(?<![\u4e00-\u9fff]))"
        rf"(?P<city>(?:(?![省市县区从到在向为由经对])[\u4e00-\u9fff]){{2,8}}?(?:市|自治州))?"
        rf"{re.escape(named[0])}"
    )
    found = {
        (match["province"] or "", match["city"] or "")
        for match in outer.finditer(text)
        if match["province"] or (match["city"] and _may_be_city(match["city"]))
    }
    fullest = max(found, key=lambda pair: (all(pair), bool(pair[0]), pair), default=("", ""))
    if all(_agree(pair, fullest) for pair in found):
        named = (*filter(None, fullest), *named)
    known = gazetteer().chains.get(named[0], ())
    return (*known[0], *named[1:]) if len(known) == 1 else named


def _may_be_city(name: str) -> bool:
    return name in gazetteer().chains or _is_name(name)


def _agree(some: tuple[str, str], others: tuple[str, str]) -> bool:
    return all(not a or not b or a == b for a, b in zip(some, others, strict=True))


def _frequent(text: str, level: str, words: str) -> Chain:
    """The place of the level that the paper speaks of (“我市”) whose name stands most often."""
    if not level:
        return ()
    known: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for match in re.finditer(level, text):
        at = match.start()
        if name := gazetteer().ending(text, match.end()):
            known[name] += 1
        elif level != "省" and at and text[at - 1] not in _NOT_NAMES:
            others.update(text[at - length : at] for length in (2, 3, 4) if at >= length)
    other = _unheard(others, text, level)
    if other and text.count(other) > max(known.values(), default=0):
        return (other,)
    often = Counter(
        {name: text.count(bare_name(name)) for name, _ in known.most_common(_MAX_TRIED)}
    )
    (name, first), (_, second) = [*often.most_common(2), ("", 0), ("", 0)][:2]
    return _likeliest(gazetteer().chains[name], words) if first > second else ()


def _unheard(before: Counter[str], text: str, level: str) -> str:
    """The name of what stands most often before the level; a place's stands mostly with it."""
    counts = {
        name: text.count(name)
        for name, _ in before.most_common(_MAX_TRIED)
        if re.fullmatch(r"[\u4e00-\u9fff]+", name) and not _NOT_IN_NAMES.search(name)
    }
    stems = [name for name in counts if len(name) == 2 and counts[name] >= _MIN_STEM_COUNT]
    if not stems:
        return ""
    stem = max(sorted(stems), key=lambda name: counts[name])
    least = _SAME_NAME_SHARE * counts[stem]
    longer = (name for name in counts if name.endswith(stem) and counts[name] >= least)
    name = f"{max(longer, key=len)}{level}"
    full = len(re.findall(rf"{name}(?![场级直域政县市区])", text))
    return name if _is_name(name) and full >= _MIN_FULL_SHARE * counts[stem] else ""
