"""Questions to begin with: drawn from the ingested papers, and known to be answered by them."""

import re

from index.search.search import Index
from ingest.types import Document, LeadBasis, PassageKind
from service.answer.pipeline import find_answer

_MOST = 4
_TRIED = 24
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]\s*")
_NAME = re.compile("[\u4e00-\u9fff]{2,12}")
_DEFINED = re.compile('^[“"]?(?P<name>[\u4e00-\u9fff]{2,12})[”"]?(?:[：:]|，?是指)')
# “到2030年，……，产值达到400亿元”: what is said to reach a figure.
_AIM = re.compile(
    "到(?P<year>20\\d\\d)年[^。；\n]{0,40}?[，、](?P<what>[\u4e00-\u9fff]{2,12}?)(?:达到|突破)\\d"
)
_GENERAL = re.compile("总体|目标|要求|思路")


def suggestions(index: Index) -> tuple[str, ...]:
    """Up to four questions of different kinds and papers, each with an answer."""
    papers = [(_who_leads(each), _how_much(each), _what_is(each)) for each in _in_order(index)]
    # Another kind for each paper at first, then the other kinds.
    by_turns = [
        kinds[(place + turn) % len(kinds)]
        for turn in range(3)
        for place, kinds in enumerate(papers)
    ]
    found: list[str] = []
    for question in list(dict.fromkeys(filter(None, by_turns)))[:_TRIED]:
        if len(found) < _MOST and find_answer(index, question).answer.status == "answered":
            found.append(question)
    return tuple(found)


def _in_order(index: Index) -> list[Document]:
    return sorted(index.documents.values(), key=lambda each: (each.masthead.title, each.id))


def _who_leads(document: Document) -> str:
    for record in document.responsibilities:
        if record.basis is not LeadBasis.NOT_STATED and _NAME.fullmatch(record.task):
            return f"{document.masthead.region}{record.task}由哪个单位牵头？"
    return ""


def _how_much(document: Document) -> str:
    for section in document.sections:
        name = _NUMBERING.sub("", section.path[-1])
        aim = _AIM.search(document.text, section.start, section.end)
        if section.level > 1 and aim and _NAME.fullmatch(name):
            of_what = "" if _GENERAL.search(name) else name
            return f"{document.masthead.region}{of_what}到{aim['year']}年{aim['what']}达到多少？"
    return ""


def _what_is(document: Document) -> str:
    for passage in document.passages:
        defined = _DEFINED.match(passage.text) if passage.kind is PassageKind.DEFINITION else None
        if defined:
            return f"什么是{defined['name']}？"
    return ""
