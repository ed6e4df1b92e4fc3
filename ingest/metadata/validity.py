"""Which papers of a library another paper of it has put out of force."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from ingest.types import Document, Masthead, Repeal, RepealKind

_PUNCTUATION = re.compile(r"[\s《》〈〉<>“”\"'‘’、，,：:]")
_PASSED_ON = re.compile(
    r"(?P<before>.*?关于(?:印发|发布|公布|下发))(?P<inner>.+?)的(?:通知|公告|决定)$"
)
_ORDER = re.compile(r"令第\d+号")
_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Repealed:
    """That the paper ``by_document_id`` says with ``repeal`` that another no longer holds."""

    by_document_id: str
    kind: RepealKind
    repeal: Repeal


def find_invalid(documents: Iterable[Document]) -> dict[str, Repealed]:
    """The ids of the papers out of force, each with the newest paper that says so.

    A repeal means the paper of its 发文字号, or the one paper of its title where the number is not
    given or no paper has it; never the paper that says it, and no paper newer than that.
    """
    papers = [_Paper.of(document) for document in documents]
    papers.sort(key=lambda paper: (paper.head.date, paper.document.id))
    found: dict[str, Repealed] = {}
    for paper in papers:
        for repeal in paper.document.repeals:
            for target in _meant(repeal, paper, papers):
                by = paper.document.id
                found[target.document.id] = Repealed(by, repeal.kind, repeal)
    return found


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper with its number and titles as they are compared."""

    document: Document
    head: Masthead
    number: str
    titles: frozenset[str]
    issuers: frozenset[str]

    @classmethod
    def of(cls, document: Document) -> "_Paper":
        head = document.masthead
        titles = frozenset() if head.title_derived else _keys(head.title)
        names = (head.issuer, head.region, *head.issuer.split("、"))
        issuers = frozenset(_key(name) for name in names if name)
        return cls(document, head, _number_key(head.number), titles, issuers)


def _meant(repeal: Repeal, by: _Paper, papers: Sequence[_Paper]) -> list[_Paper]:
    number = _number_key(repeal.number)
    if number and number == by.number:
        return []
    same = [paper for paper in papers if number and paper.number == number and _may_end(by, paper)]
    # Many organs have an order of that number; other numbers name their organ.
    if same and not _ORDER.fullmatch(number):
        return same
    others = same or [paper for paper in papers if not (number and paper.number)]
    return _of_title(_keys(repeal.title), by, others) if repeal.title else []


def _may_end(by: _Paper, paper: _Paper) -> bool:
    """Dates must not contradict; a paper of the same title must be known to be older."""
    ours, theirs = by.head, paper.head
    if paper is by:
        return False
    if by.titles & paper.titles:
        return bool(theirs.date) and theirs.date < ours.date
    return not (ours.date and theirs.date) or theirs.date <= ours.date


def _of_title(wanted: frozenset[str], by: _Paper, others: Sequence[_Paper]) -> list[_Paper]:
    """All versions of the paper of exactly that title, or the one that adds only its issuer."""
    exact = [paper for paper in others if wanted & paper.titles and _may_end(by, paper)]
    if exact:
        return exact
    near = [paper for paper in others if _adds_issuer(wanted, paper, by) and _may_end(by, paper)]
    return near if len({paper.titles for paper in near}) == 1 else []


def _adds_issuer(wanted: frozenset[str], paper: _Paper, by: _Paper) -> bool:
    """Whether only an issuer stands before one of the titles; one left out is the speaker's own."""
    for title, other in product(paper.titles, wanted):
        longer, shorter = (title, other) if len(title) > len(other) else (other, title)
        if longer.endswith(shorter):
            added = longer.removesuffix(shorter)
            own = by.issuers | (paper.issuers if longer is other else frozenset())
            return added == _STATE or added in own
    return False


def _keys(title: str) -> frozenset[str]:
    """A title for comparing, and the title of what it only passes on: 关于印发……的通知."""
    whole = _key(title)
    passed_on = _PASSED_ON.fullmatch(whole)
    return frozenset({whole, passed_on["inner"]} if passed_on else {whole})


def _key(title: str) -> str:
    return _PUNCTUATION.sub("", title).replace("(", "（").replace(")", "）")


def _number_key(number: str) -> str:
    """A 发文字号 for comparing: one kind of brackets, no white space, no 第."""
    squeezed = "".join(number.split())
    written = re.sub(r"[〔\[［（(【〖〈<](\d{4})[〕\]］）)】〗〉>]第?", r"〔\1〕", squeezed)
    order = re.search(r"令第(\d+)号$|第(\d+)号令$", written)
    if order:
        return f"令第{int(order[1] or order[2])}号"
    return re.sub(r"(?<=〕)0+(?=\d)", "", written)
