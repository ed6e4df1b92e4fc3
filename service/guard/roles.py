"""Units in a text, and whether they lead, support or are responsible."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.text.units import same_unit
from ingest.types import LeadBasis, Responsibility
from service.guard.clauses import level

_UNIT = re.compile(
    "(?:[省市县区州镇]|(?:(?![由在为是将的和与及向报经日月])[\u4e00-\u9fff]){2,4}?[省市县区州镇](?=人民政府|政府|委|[\u4e00-\u9fff]{1,8}局))"
    "[^,;:、。()“”《》\\d由级在的将为向报是任会同及和与a-z内境辖属直全各]{0,3}?"
    "[^,;:、。()“”《》\\d由级在的将为向报是任会同a-z内境辖属直全各]{1,10}?"
    "(?:管委会|人民政府|政府|办公室|委员会|健康委|改革委|分局|(?<![布格结大全当])局(?!长.{0,1}[由是为]?$|面|限)|改委|健委|资委|督查室|委(?=[,、。;牵配参负]|$)|厅(?!室)|支队|大队|供电公司|联合会|工商联)"
)
_PLACE = re.compile("[一-鿿]{1,4}[省市县区]")
_NO_UNIT = re.compile("领导小组|专班|指挥部|应当|本地|级")
_LEADS = re.compile("牵头|主责|领衔|第一责任|挂帅|主抓")
_LEAD_NAMED = re.compile("(?:牵头|主责)(?:责任)?(?:单位|部门)")
_SUPPORTS = re.compile("配合|参与|协助|协同")
_RESPONSIBLE = re.compile("责任单位|责任部门|责任主体|负责|承担")
UNLED = re.compile("(?:没有|未)(?:写明|明确|注明|说明|指明|规定)[^,。]{0,8}牵头")
LEAD, SUPPORT, DUTY = "牵头", "配合", "负责"


@dataclass(frozen=True, slots=True)
class Role:
    """What a text says a unit does."""

    unit: str
    role: str


@lru_cache(maxsize=65536)
def same(one: str, other: str) -> bool:
    """Whether two names mean one unit; remembered, as the same few names come up again."""
    return same_unit(one, other)


class Units:
    """Finds the names of units: those known from the papers, and what reads like one."""

    def __init__(self, known: Iterable[str]) -> None:
        names = sorted(
            {name for name in known if len(name) > 2 and not _PLACE.fullmatch(name)},
            key=len,
            reverse=True,
        )
        self._known = re.compile("|".join(map(re.escape, names)) or "(?!)")

    def named(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and name of each unit in a folded text, in order."""
        found = [(*match.span(), match.group()) for match in self._known.finditer(text)]
        for match in _UNIT.finditer(text):
            apart = all(match.end() <= start or match.start() >= end for start, end, _ in found)
            if apart and not _NO_UNIT.search(match.group()):
                found.append((*match.span(), match.group()))
        return sorted(found)

    def roles(self, text: str) -> list[Role]:
        """Units of one clause with the role that it gives them; none where it gives no role."""
        units = self.named(text)
        lead, support = _LEADS.search(text), _SUPPORTS.search(text)
        if not units:
            return []
        if lead:
            behind = _LEAD_NAMED.search(text)
            return [
                Role(unit, LEAD) for start, end, unit in units if end <= lead.start() or behind
            ] + [
                Role(unit, SUPPORT)
                for start, _, unit in units
                if not behind and start >= lead.end() and support and support.start() > start
            ]
        if support:
            return [Role(unit, SUPPORT) for _, _, unit in units]
        if _RESPONSIBLE.search(text):
            return [Role(unit, DUTY) for _, _, unit in units]
        return []


def holds(role: Role, record: Responsibility) -> bool:
    """Whether a record gives the unit the role."""
    units = {
        LEAD: record.leads,
        SUPPORT: record.supports,
        DUTY: (*record.leads, *record.supports),
    }[role.role]
    return any(same(role.unit, level(unit)) for unit in units)


def without_units(text: str, units: Sequence[tuple[int, int, str]]) -> str:
    """A text with a comma in place of each unit."""
    for start, end, _ in reversed(units):
        text = f"{text[:start]},{text[end:]}"
    return text


def unled(record: Responsibility) -> bool:
    """Whether a record leaves open who leads."""
    return record.basis is LeadBasis.NOT_STATED
