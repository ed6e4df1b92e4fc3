"""How a paper ends: signature and 成文日期, 版记 (GB/T 9704-2012 clause 7.3.5 and 7.4)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.text.dates import DATE, WHOLE_DATE, iso

_SUFFIX = (
    "(?:委员会|管委会|人民政府|政府|办公室|办公厅|指挥部|领导小组|专班|[局厅部委会院办署队所站行处社校]"
    "|中心|公司|集团|大学|学院)"
)
ORGAN = re.compile(rf"[\u4e00-\u9fff·（）()]{{1,40}}{_SUFFIX}(?:[（(]代章[）)])?")
_POST = re.compile(
    r"代?(?:[省市县区州镇乡部厅局院]长|主任|主席|总理|委员长|国家主席|中华人民共和国主席)"
    r"\s*+(?:[:：]\s*+)?[\u4e00-\u9fff·][\u4e00-\u9fff·\s]{1,8}"
)
_SIGNED = re.compile(
    rf"(?P<organ>[\u4e00-\u9fff·（）()\s\u3000]{{2,40}}?)\s*+{DATE.pattern}\s*(?:[（(][^（()）]{{2,20}}[）)])?"
)
_IMPRINT = re.compile(r"抄\s*[送报]\s*[:：]|主\s*题\s*词\s*[:：]|[（(]?共\s*印\s*\d+\s*份")
_PRINTED = re.compile(rf"{DATE.pattern}\s*印\s*[发制刷]")
_MAX_PRINTED_LINE = 60
# Ten organs sign together at the most; two stand on one line.
_MAX_SIGNING_LINES = 10


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines ``first`` to ``last`` that sign a paper; ``date`` is ISO, or empty."""

    organs: tuple[str, ...]
    date: str
    first: int
    last: int


def organs(line: str) -> tuple[str, ...]:
    """The organs a line consists of, joint ones apart; empty where it holds anything else."""
    parts = re.split(r"[\s\u3000、]+", line.strip())
    if len(parts) > 1 and all(ORGAN.fullmatch(part) and len(part) > 2 for part in parts):
        return tuple(parts)
    whole = "".join(line.split())
    return tuple(_parted(whole)) if ORGAN.fullmatch(whole) and len(whole) >= 4 else ()


def _parted(name: str) -> Iterator[str]:
    """“中共云溪县委云溪县人民政府”: two organs of one place without anything between."""
    place = name.removeprefix("中共")[:2]
    for match in re.finditer(f"(?:中共)?{re.escape(place)}", name[2:]):
        end = match.start() + 2
        if ORGAN.fullmatch(name[:end]):
            yield name[:end]
            yield from _parted(name[end:])
            return
    yield name


def find_signature(lines: Sequence[str]) -> Signature | None:
    """The first date of its own with the signing organs, or the person signing, above it."""
    for position, line in enumerate(lines):
        signed = _SIGNED.fullmatch(line)
        if signed and organs(signed["organ"]):
            return Signature(organs(signed["organ"]), iso(signed), position, position)
        dated = WHOLE_DATE.fullmatch(line)
        if dated:
            names, first = _signing(lines, position)
            if first < position:
                return Signature(names, iso(dated), first, position)
    return None


def _signing(lines: Sequence[str], end: int) -> tuple[tuple[str, ...], int]:
    """The organs right above line ``end`` and where they begin."""
    names: tuple[str, ...] = ()
    first = end
    while first > 0 and end - first < _MAX_SIGNING_LINES:
        above = lines[first - 1]
        if not (organs(above) or _POST.fullmatch(above)):
            break
        names = organs(above) + names
        first -= 1
    return names, first


def is_imprint(line: str) -> bool:
    """Whether a line belongs to the 版记: 抄送, 印发机关 and 印发日期, 印数."""
    return bool(_IMPRINT.match(line) or printed_on(line))


def printed_on(line: str) -> str:
    """The 印发日期 a line of the 版记 states, ISO; empty if none."""
    match = _PRINTED.search(line) if len(line) <= _MAX_PRINTED_LINE else None
    return iso(match) if match and not re.search("[，。；]", line) else ""
