"""Title, number, issuer, date and place of a paper (GB/T 9704-2012 clauses 7.2 and 7.3)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.marks import ANNEX, DOCUMENT_TYPES, heading_mark, is_row
from ingest.structure import plain_heading
from ingest.types import Masthead

_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}\s*[〔\[［（(]\s*(?:19|20)\d{2}\s*[〕\]］）)]\s*第?\s*\d{1,4}\s*号"
)
_DATE = re.compile(r"[（(]?\s*((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*[）)]?")
_RED_HEAD = re.compile(r"(?P<issuer>[\u4e00-\u9fff\s]{3,30})文件")
_ISSUER_IN_TITLE = re.compile(r"(?P<issuer>(?:中共)?[\u4e00-\u9fff]{2,28}?)(?:关于|印发)")
_ORGAN = re.compile(r"(?:委|政府|办公室|局|厅|部|会|院|办)$")
_STATUS = re.compile(r"[（(][^（()）]{0,4}(?:送审稿|征求意见稿|讨论稿|试行|草案|代拟稿|暂行)[）)]")
_PLACE_IN_TITLE = re.compile(
    r"(?:中共)?(?P<place>[\u4e00-\u9fff]{2,12}?自治[州县旗]|[\u4e00-\u9fff]{2,6}?[省市县区旗州])"
    r"(?!委员|场|级|直|域|政|县|市|区)"
)
# How a paper speaks of its own place: “我市”, “全县”.
_SELF = re.compile(r"[我全本]([省市县区旗州])")
# Characters before 省市县区 that make a common noun or a pronoun, not a name.
_NOT_NAMES = frozenset(
    "我全本各该外跨强园地社城郊景港辖县市区省开新经范假管态游业化验际贸域治片山库"
)
_MIN_STEM_COUNT = 3
# A longer name replaces a shorter one if it covers most of its occurrences.
_SAME_NAME_SHARE = 0.6
_TYPE_IN_BODY = re.compile(
    r"(?:制定|制订|提出|出台)(?:如下|以下)?(?:本)?(?:[^，。；]{0,6}?)"
    r"(?P<type>实施方案|工作方案|行动方案|方案|实施意见|意见|办法|规定|细则|规划|计划|措施)"
)
_MAX_FRONT = 16
_QUOTED_OPENING = 18


@dataclass(frozen=True, slots=True)
class Front:
    """The masthead and the offset at which the body begins."""

    masthead: Masthead
    body_start: int


def read_front(paragraphs: Sequence[str], declared_title: str = "") -> Front:
    """Read the masthead from paragraphs that will be joined by one line break each.

    ``declared_title`` is what the format calls the title; it counts where the words show none.
    """
    count = _front_count(paragraphs)
    front = [plain_heading(paragraph) for paragraph in paragraphs[:count]]
    body = "\n".join(paragraphs)
    title = _title(front) or re.sub(r"\s+", "", declared_title)
    region = _region(title, body)
    masthead = Masthead(
        title=title or _derived_title(body, region),
        title_derived=not title,
        issuer=_issuer(front, title),
        number=_first_number(front),
        date=_date(front, paragraphs),
        region=region,
    )
    offset = sum(len(paragraph) + 1 for paragraph in paragraphs[:count])
    return Front(masthead, offset if title else 0)


def _front_count(paragraphs: Sequence[str]) -> int:
    """How many paragraphs stand before the first heading, sentence or salutation."""
    for position, paragraph in enumerate(paragraphs[:_MAX_FRONT]):
        if heading_mark(paragraph) or is_row(paragraph) or re.search("[。；：:]$|，", paragraph):
            return position
    return 0


def _title(front: Sequence[str]) -> str:
    words: list[str] = []
    for line in front:
        if ANNEX.fullmatch(line) or _NUMBER.search(line) or _DATE.fullmatch(line):
            continue
        if _RED_HEAD.fullmatch(line) or re.match("密级|紧急|签发|★|机密|秘密|绝密|特急|加急", line):
            continue
        if line == "文件":
            words = []
            continue
        if words and line.startswith(words[-1]):
            words.pop()
        if words and (DOCUMENT_TYPES.search(words[-1]) or _STATUS.fullmatch(line)):
            break
        words.append(line)
    title = re.sub(r"\s+", "", "".join(words))
    return title if DOCUMENT_TYPES.search(title) else ""


def _first_number(front: Sequence[str]) -> str:
    found = (_NUMBER.search(line) for line in front)
    return next((re.sub(r"\s+", "", match.group()) for match in found if match), "")


def _issuer(front: Sequence[str], title: str) -> str:
    for line in front:
        match = _RED_HEAD.fullmatch(line)
        if match:
            return re.sub(r"\s+", "", match["issuer"])
    match = _ISSUER_IN_TITLE.match(title)
    return match["issuer"] if match and _ORGAN.search(match["issuer"]) else ""


def _date(front: Sequence[str], paragraphs: Sequence[str]) -> str:
    """The 成文日期: under the title, or the last line that is a date and nothing else."""
    for line in [*front, *reversed(paragraphs)]:
        match = _DATE.fullmatch(line.strip())
        if match:
            year, month, day = (int(part) for part in match.groups())
            return f"{year:04d}-{month:02d}-{day:02d}" if month <= 12 and day <= 31 else ""
    return ""


def _region(title: str, body: str) -> str:
    match = _PLACE_IN_TITLE.match(title)
    if match and ("自治" in match["place"] or match["place"][-2] not in _NOT_NAMES):
        return str(match["place"])
    return _frequent_place(body)


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
    return f"{max(longer, key=len)}{suffix}"


def _derived_title(body: str, region: str) -> str:
    """A name for a paper without a title, from its kind and its opening words."""
    kind = _TYPE_IN_BODY.search(body)
    opening = re.split(r"[，。；\n]", body.strip())[0][:_QUOTED_OPENING]
    return f"{region}{kind['type'] if kind else '文件'}（“{opening}……”）"
