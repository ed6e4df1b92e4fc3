"""Title, number, issuer, dates and place of a paper (GB/T 9704-2012 clauses 7.2 to 7.4)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.metadata.front import NUMBER, Front, read_front_lines
from ingest.metadata.region import find_regions
from ingest.metadata.term import find_term
from ingest.structure.closing import find_signature, organs, printed_on
from ingest.structure.titles import (
    MAX_NAME,
    derived_title,
    has_type,
    promulgated,
    squeezed,
    title_of,
)
from ingest.text.dates import DATE, WHOLE_DATE, iso
from ingest.text.headings import heading_mark
from ingest.types import Masthead

_ISSUER_IN_TITLE = re.compile(
    r"(?P<issuer>(?:中共)?[\u4e00-\u9fff、\s]{2,60}?)(?:关于|印发|公告$|通告$|令$)"
)
_ISSUER_LABELS = ("发文机关", "发文机构", "制发机关", "制定机关", "发文单位", "编制单位")
_TITLE_LABELS = ("标题", "名称", "信息名称", "文件名称")
_LAW_NUMBER = re.compile(
    r"日\s*(?P<number>[\u4e00-\u9fff]{2,20}?令\s*第\s*[\d一二三四五六七八九十百]{1,5}\s*号)"
)
_PASSED = re.compile("通过|修正|修订|公布|发布|批准|修改")
_LABEL_DATE = re.compile(r"((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_ADDRESSEE = re.compile(
    r"(?:各|全)[^。；]{1,200}|[^。；：:]{0,200}(?:单位|部门|机构|[局厅部委办会院府署队所站处科室校组员镇乡村企]|公司|集团|银行|中心"
    r"|园区|街道|学校|大学|社区|同志)(?:[（(][^（()）]*[）)])?"
)
_NO_ADDRESSEE = re.compile("各位|如下|以下|下列|通知|决定|公告|规定|要求|包括|分别")
_ATTACHMENTS = re.compile(r"附\s*件\s*[:：]\s*(?P<names>\S.*)")
_NUMBERING = re.compile(
    r"(?:^|(?<=\s)|(?<=[。；\u4e00-\u9fff）》]))\d{1,2}\s*(?:[.．](?!\d)|、)\s*"
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The masthead and the offset at which the body begins."""

    masthead: Masthead
    body_start: int


def read_front(
    paragraphs: Sequence[str], declared_title: str = "", first_heading: int | None = None
) -> Beginning:
    """Read the masthead from paragraphs that will be joined by one line break each.

    ``declared_title`` is what the format calls the title; it counts where the words show none,
    and where they show it among other words. ``first_heading`` is the position of the first
    heading, below the title, that the format declares.
    """
    front = read_front_lines(paragraphs, first_heading)
    body = "\n".join(paragraphs)
    title = _title(front, squeezed(declared_title), paragraphs)
    issuer = "、".join(dict.fromkeys(_issuers(front, title, paragraphs)))
    regions = find_regions(title, issuer, body)
    region = regions[-1] if regions else ""
    date = _date(front, paragraphs)
    term = find_term(body, date if len(_passed(front)) < 2 else "")
    masthead = Masthead(
        title=title or derived_title(body, region),
        title_derived=not title,
        issuer=issuer,
        number=_number(front),
        date=date,
        region=region,
        regions=regions,
        printed=next(filter(None, map(printed_on, reversed(paragraphs))), ""),
        addressee=_addressee(paragraphs, front.count),
        attachments=_attachments(paragraphs),
        effective=term.effective,
        valid_until=term.valid_until,
    )
    offset = sum(len(paragraph) + 1 for paragraph in paragraphs[: front.count])
    return Beginning(masthead, offset if title else 0)


def _title(front: Front, declared: str, paragraphs: Sequence[str]) -> str:
    shown = title_of(front.titles)
    if declared and has_type(declared) and declared in shown:
        return declared
    labelled = (squeezed(front.labels.get(label, "")) for label in _TITLE_LABELS)
    named = (name for name in (declared, *labelled) if 0 < len(name) <= MAX_NAME)
    return promulgated(shown, paragraphs) or shown or next(named, "")


def _number(front: Front) -> str:
    last = [match["number"] for line in front.history for match in _LAW_NUMBER.finditer(line)][-1:]
    labelled = [front.labels.get(label, "") for label in ("发文字号", "文号")]
    found = (NUMBER.fullmatch(squeezed(value)) for value in labelled)
    candidates = [*front.numbers, *last, *(match.group() for match in found if match), ""]
    return squeezed(candidates[0])


def _issuers(front: Front, title: str, paragraphs: Sequence[str]) -> Sequence[str]:
    """The red head, else what labels, the title or the signature say.

    Of joint issuers the red head may name the first alone; then the title names them all.
    """
    titled = _organs_of_title(front, title)
    if front.organs:
        return titled if set(front.organs) < set(titled) else front.organs
    for label in _ISSUER_LABELS:
        if front.labels.get(label):
            return re.split(r"[\s、,，;；]+", front.labels[label])
    signature = find_signature(paragraphs)
    return titled or (signature.organs if signature else ())


def _organs_of_title(front: Front, title: str) -> Sequence[str]:
    for line in (" ".join(front.titles), title):
        match = _ISSUER_IN_TITLE.match(line)
        named = organs(match["issuer"]) if match and "等" not in match["issuer"] else ()
        if named and squeezed(line).startswith(title):
            return named
    return ()


def _passed(front: Front) -> list[str]:
    """The days on which a law was passed, published or amended, as its head states them."""
    days: list[str] = []
    for line in front.history:
        dates = list(DATE.finditer(line))
        ends = [*(match.start() for match in dates[1:]), len(line)]
        days += [
            iso(m)
            for m, end in zip(dates, ends, strict=True)
            if _PASSED.search(line[m.end() : end])
        ]
    return sorted(filter(None, days))


def _date(front: Front, paragraphs: Sequence[str]) -> str:
    """The 成文日期: under the title, in a law's head, signed, or the last line that is a date."""
    if front.dates:
        return iso(front.dates[0])
    if passed := _passed(front):
        return passed[-1]
    signature = find_signature(paragraphs)
    if signature:
        return signature.date
    labelled = _LABEL_DATE.search(front.labels.get("成文日期", front.labels.get("成文时间", "")))
    if labelled:
        return "{}-{:0>2}-{:0>2}".format(*labelled.groups())
    dated = (WHOLE_DATE.fullmatch(line) for line in reversed(paragraphs))
    return next((iso(match) for match in dated if match), "")


def _addressee(paragraphs: Sequence[str], position: int) -> str:
    """The 主送机关: the line of organs right below the title, without its colon."""
    line = paragraphs[position] if position < len(paragraphs) else ""
    names = squeezed(line)[:-1]
    if not position or not line.endswith(("：", ":")) or heading_mark(line):
        return ""
    return names if _ADDRESSEE.fullmatch(names) and not _NO_ADDRESSEE.search(names) else ""


def _attachments(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The names listed after “附件：”, one a line or in one paragraph."""
    for position, paragraph in enumerate(paragraphs):
        match = _ATTACHMENTS.match(paragraph)
        if match:
            listed = [match["names"]]
            for line in paragraphs[position + 1 :]:
                if not re.match(r"\d{1,2}\s*[.．、]", line) or line.endswith("。"):
                    break
                listed.append(line)
            parts = (part for line in listed for part in _NUMBERING.split(line))
            return tuple(name for part in parts if (name := squeezed(part).rstrip("。；;")))
    return ()
