"""Who leads and who supports a task, as far as the text says so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.types import LeadBasis, Passage, Responsibility, Span

_OPEN, _CLOSE = "〔（(［\\[【", "〕）)］\\]】"
_OPENERS, _CLOSERS = "〔（(［[【", "〕）)］]】"
_LABEL = r"(?:责任单位|责任部门|责任主体|牵头单位|牵头部门|主责单位)"
_LABELLED = re.compile(rf"[{_OPEN}]?\s*{_LABEL}\s*[:：]")
# A scan may lose the bracket.
_LABELLED_ANYWHERE = re.compile(rf"(?:[{_OPEN}]|(?<=[。！]))\s*{_LABEL}\s*[:：]")
_NESTED = "[（(][^（()）]*[）)]"
_CLOSED = re.compile(rf"[{_CLOSE}][。；]?$")
# A bracket that ends a paragraph and says who is responsible; one inner bracket may be nested. Only
# looked for where the paragraph ends in a bracket, and a square one reaches no further than the
# next, so that no opening bracket is followed to the end of the paragraph for nothing.
_BRACKETED = re.compile(
    rf"(?:[〔（(［](?:[^（()）〔〕［］]|{_NESTED})*?|[\[【](?:[^（()）〔〕［］\[【]|{_NESTED})*?)"
    rf"(?:牵头(?:负责)?[，、；].*|(?:牵头|负责|配合|落实|实施)[^（()）〔〕［］]{{0,6}}){_CLOSED.pattern}"
)
_FIRST_LEADS = re.compile(
    r"(?:排|列)(?:名|列|位|序|在){0,4}(?:第一|首位|最前|前列)[^，。；]{0,6}(?:为|是)牵头[^，。；〔〕）)］]*"
    r"(?:，下同)?|第一(?:个|家)?单位为牵头[^，。；〔〕）)］]*(?:，下同)?"
)
_LEAD_CLAUSE = re.compile(r"(?P<units>[^，；。]+?)(?:共同|联合)?牵头")
_SUPPORT_LABEL = re.compile(r"(?:配合|协办|参与|支持|协同)(?:单位|部门)\s*[:：]")
_LABEL_SPLIT = re.compile(rf"{_LABEL}\s*[:：]")
# After “牵头单位：” the label “责任单位：” names those who support.
_SUPPORT_OF_LEAD = re.compile(rf"{_SUPPORT_LABEL.pattern}|责任(?:单位|部门)\s*[:：]")
_SUPPORT_END = re.compile(
    r"等?(?:单位|部门)?(?:按(?:照)?(?:各自)?(?:职责|职能)?(?:分工)?|分工|分别|共同|具体|抓好|做好|配合|协同|协助|参与|支持"
    r"|负责|落实|实施|推进|组织(?!部))++(?:(?:相关|有关|各项)?(?:工作|任务))?$"
)
# The words on how units share the work are no longer than this.
_MAX_SHARING = 60
_COMMA = re.compile(r"[、，,；;]\s*")
# What stands outside of brackets: no closing one comes next.
_OUTSIDE = re.compile(r"(?<![^（()）])[^（()）]++(?![）)])")
_RUNNING = re.compile(
    r"(?<![^，。；：、\n])(?P<subject>[^，。；：“”\n]{0,24}?)(?:由|(?<![^，。；：\n]))"
    r"(?P<units>[^，。；：由“”\n]{2,40}?)牵头"
    r"(?P<verb>负责|统筹|组织|实施|推进|抓好|承办|落实|开展)?(?P<object>[^，。；\n]{0,30})"
)
_HELPED = re.compile(
    "[，,](?P<units>[^，。；]{2,60}?)(?:紧密|密切|积极|全力|协同|共同)?(?:配合|参与|协助|协同)"
)
# “甲局、乙局等部门分工负责……”: several are named, and none of them leads.
_SHARED = re.compile(
    r"(?<![^，。；：\n])(?P<units>[^，。；：由“”\n]{2,200}?)(?:等(?:相关|有关)?(?:部门|单位))?"
    r"(?:按(?:照)?(?:各自)?职责)?分工负责(?P<object>[^，。；\n]{0,30})"
)
_UNIT_END = re.compile(
    r"(?:局|委|办|部|厅|院|中心|公司|集团|政府|管委会|办公室|镇|乡|街道|开发区|园区|高新区|经开区|联|会|社|行|署|队|处|科|站|馆|部门|单位)(?:[（(][^（()）]*[）)])?$"
)
_LEAD_COLUMN = re.compile(r"(?:牵头|主责|主办)(?:责任)?(?:单位|部门|科室)")
_DUTY_COLUMN = re.compile(r"(?:责任|承办|落实|实施|负责)(?:单位|部门|主体|科室)")
_SUPPORT_COLUMN = re.compile(r"(?:配合|协办|参与|协同|支持)(?:责任)?(?:单位|部门)")
_TASK_COLUMN = re.compile("任务|事项|项目|内容|措施|举措|指标|名称")
# What a scan makes of the bracket that closes a list of units.
_MISREAD_END = re.compile(r"(?<=[）)])[1lI|」』]$")
_WISH = re.compile("支持|鼓励|推动|引导|依托|组织|探索|争取|发挥")
_NUMBERING = re.compile(
    r"^(?:附件\S*\s+|第[^\s]{1,5}[章节条]\s*|[一二三四五六七八九十百]+、|[（(]\s*[一二三四五六七八九十百\d]+\s*[）)]\s*、?|\d+\s*[.．、])\s*"
)


@dataclass(frozen=True, slots=True)
class _Parsed:
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    basis: LeadBasis


def opens_responsibility(paragraph: str) -> bool:
    """Whether a paragraph of its own states who is responsible."""
    return bool(_LABELLED.match(paragraph)) or (
        paragraph[0] in "（(〔［" and trailing_responsibility(paragraph) == 0
    )


def trailing_responsibility(paragraph: str) -> int | None:
    """Where the closing bracket that says who is responsible begins; None if there is none."""
    labelled = list(_LABELLED_ANYWHERE.finditer(paragraph))
    if labelled:
        return labelled[-1].start()
    match = _BRACKETED.search(paragraph) if _CLOSED.search(paragraph[-2:]) else None
    return match.start() if match else None


def task_name(section: Sequence[str]) -> str:
    """The innermost heading without its numbering."""
    return _NUMBERING.sub("", section[-1]) if section else ""


def find_rule(text: str) -> Span | None:
    """The words by which a paper says once that the first unit listed leads."""
    match = _FIRST_LEADS.search(text)
    return Span(match.start(), match.end()) if match else None


def read_clause(
    text: str, start: int, end: int, section: tuple[str, ...], rule: Span | None
) -> Responsibility | None:
    """The record that the bracket or line ``text[start:end]`` states; None if it names no unit."""
    parsed = _parse(text[start:end], rule is not None and rule.start <= end)
    if not parsed.leads and not parsed.supports:
        return None
    by_rule = parsed.basis is LeadBasis.FIRST_LISTED
    return Responsibility(
        task=task_name(section), section=section, leads=parsed.leads, supports=parsed.supports,
        basis=parsed.basis, quote=Span(start, end), rule=rule if by_rule else None,
    )  # fmt: skip


def read_running(
    text: str, start: int, end: int, section: tuple[str, ...]
) -> Iterator[Responsibility]:
    """Records from running text: “……由甲牵头，乙配合”, “甲牵头负责……”, “甲、乙分工负责……”."""
    led = (_led(text, match, end, section) for match in _RUNNING.finditer(text, start, end))
    shared = (_shared(match, section) for match in _SHARED.finditer(text, start, end))
    found = [record for record in (*led, *shared) if record]
    yield from sorted(found, key=lambda record: record.quote.start)


def _led(
    text: str, match: re.Match[str], end: int, section: tuple[str, ...]
) -> Responsibility | None:
    leads = _units(match["units"])
    if not leads or not all(_is_unit(unit) for unit in leads):
        return None
    helped = _HELPED.match(text, match.end(), end)
    supports = _units(helped["units"]) if helped else ()
    named = match["subject"].strip() or (match["object"].strip() if match["verb"] else "")
    return Responsibility(
        task=named or task_name(section),
        section=section,
        leads=leads,
        supports=supports if all(_is_unit(unit) for unit in supports) else (),
        basis=LeadBasis.STATED,
        quote=Span(match.start(), helped.end() if helped else match.end()),
    )


def _shared(match: re.Match[str], section: tuple[str, ...]) -> Responsibility | None:
    units = _units(match["units"])
    if len(units) < 2 or not all(_is_unit(unit) for unit in units):
        return None
    return Responsibility(
        task=match["object"].strip() or task_name(section),
        section=section,
        leads=(),
        supports=units,
        basis=LeadBasis.NOT_STATED,
        quote=Span(match.start(), match.end()),
    )


def read_row(row: Passage, rule: Span | None) -> Responsibility | None:
    """The record of a table row.

    None unless a column is called 责任单位, 牵头单位 or the like and the row fills it.
    """
    merged = row.above.split("\t") if row.above else []
    cells = [*merged, *row.text.split("\t")[len(merged) :]]
    named = dict(zip(row.header.split("\t", len(cells)), cells, strict=False))
    leads = _column(named, _LEAD_COLUMN)
    shared = _column(named, _DUTY_COLUMN)
    supports = _column(named, _SUPPORT_COLUMN)
    first_leads = not leads and rule is not None and rule.start <= row.start
    if first_leads:
        leads, shared = shared[:1], shared[1:]
    if not leads and not shared:
        return None
    basis = LeadBasis.STATED if leads else LeadBasis.NOT_STATED
    return Responsibility(
        task=_task_of_row(named),
        section=row.section,
        leads=leads,
        supports=tuple(dict.fromkeys((*shared, *supports))),
        basis=LeadBasis.FIRST_LISTED if first_leads else basis,
        quote=Span(row.start, row.end),
        rule=rule if first_leads else None,
    )


def _column(named: Mapping[str, str], column: re.Pattern[str]) -> tuple[str, ...]:
    """The units in the columns whose names match."""
    cells = (cell for name, cell in named.items() if column.fullmatch("".join(name.split())))
    return _units("、".join(re.sub(r"\s+", "、", cell.strip()) for cell in cells))


def _task_of_row(named: Mapping[str, str]) -> str:
    """What the row is about: the column called 任务, 项目 or the like, else the first in words."""
    cells = {name: cell.strip() for name, cell in named.items() if cell.strip()}
    about = (cell for name, cell in cells.items() if _TASK_COLUMN.search(name))
    words = (
        cell for cell in cells.values() if not re.fullmatch(r"[\d.、一二三四五六七八九十]+", cell)
    )
    return next(about, "") or next(words, "")


def _parse(clause: str, first_leads: bool) -> _Parsed:
    inner = _FIRST_LEADS.sub("", _inside_bracket(clause)).strip("。； ")
    if _LABEL_SPLIT.match(inner):
        return _parse_labelled(inner, first_leads)
    lead = _LEAD_CLAUSE.match(inner)
    if lead:
        supports = _sharing(inner[lead.end() :].removeprefix("负责").lstrip("，,、；; "))
        return _Parsed(_units(lead["units"]), supports, LeadBasis.STATED)
    return _Parsed((), _sharing(inner), LeadBasis.NOT_STATED)


def _inside_bracket(clause: str) -> str:
    """The clause without the bracket around it, which may be left open."""
    bare = clause.strip("。； \u3000\t")
    if not bare or bare[0] not in _OPENERS:
        return bare
    closed = sum(char in _CLOSERS for char in bare) >= sum(char in _OPENERS for char in bare)
    return bare[1:-1] if closed and bare[-1] in _CLOSERS else bare[1:]


def _parse_labelled(inner: str, first_leads: bool) -> _Parsed:
    label = _LABEL_SPLIT.match(inner)
    body = inner[label.end() :] if label else inner
    names_lead = inner.startswith(("牵头", "主责"))
    head, *rest = (_SUPPORT_OF_LEAD if names_lead else _SUPPORT_LABEL).split(body)
    head = re.split(r"[；;。]\s*(?:以下|以上|排)", head)[0]
    if names_lead:
        return _Parsed(_units(head), _units("、".join(rest)), LeadBasis.STATED)
    stated = _LEAD_CLAUSE.match(head)
    if stated:
        return _parse(head, first_leads=False)
    units = _sharing(head) + _units("、".join(rest))
    if first_leads:
        return _Parsed(units[:1], units[1:], LeadBasis.FIRST_LISTED)
    return _Parsed((), units, LeadBasis.NOT_STATED)


def _sharing(listed: str) -> tuple[str, ...]:
    """Units without the words on how they share the work; behind these, only what is a unit."""
    found: list[str] = []
    said_how = False
    for name in map(str.strip, _listed(listed)):
        how = _SUPPORT_END.search(name, max(0, len(name) - _MAX_SHARING))
        bare = name[: how.start()] if how else name
        if not said_how or _is_unit(bare):
            found.append(bare)
        said_how = said_how or bare != name
    return _units("、".join(found))


def _is_unit(name: str) -> bool:
    return bool(_UNIT_END.search(name)) and not _WISH.match(name) and name[0] not in _OPENERS


def _listed(words: str) -> list[str]:
    """The parts of a list, divided by commas that do not stand in brackets."""
    return _OUTSIDE.sub(lambda part: _COMMA.sub("\n", part[0]), words).split("\n")


def _units(listed: str) -> tuple[str, ...]:
    names = (_MISREAD_END.sub("", re.sub(r"\s+", "", name)) for name in _listed(listed))
    names = (name.strip("等。，；:：") for name in names)
    return tuple(dict.fromkeys(name for name in names if 1 < len(name) <= 40))
