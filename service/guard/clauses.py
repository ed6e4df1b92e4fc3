"""A text cut into clauses, each with its figures and with what it takes over from around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ingest.text.sentences import sentence_spans
from ingest.types import Passage, Span
from service.guard.claims import Source
from service.guard.figures import DATE, YEAR, Figure, figures, fold

_GROUP = re.compile(r"([;。!?]|\.{3,}|…)")
_PART = re.compile(r"(,|(?<!\d):|:(?!\d)|[()]|(?<=[^合兼一吞,])并(?=[^购且非网轨列排]))")
_SHORT_BRACKET = re.compile(r"\(([^()]{1,3})\)")
_TITLE = re.compile("《[^》]*》")
_ENDS = re.compile("[,;:()、。!?]")
_LIST = re.compile("、|和(?=\\d)|(?<=[元个家%年人座吨亩天])和")
_NO_SUBJECT = re.compile(
    r"(?:(?:19|20)\d{2}年?|\d{1,2}月|\d{1,2}日|以?前|底|末|至|到|在|于|其中|力争|预计|并且?|且|则|再|也|各|均|分别|同时|以及|又|将|要|须|可|能"
    r"|达到?|实现|完成|突破|超过?|提高|提升|增长|增加|扩大|降低?|减少?|增至|降至|压缩|不低于|不少于|不超过|不高于|至少|最高|最多|最长|最低|为|约|是|每年|年均|每|按|位于|地处|设在|选址|给予|奖励|补助|支持|资助|的|[:,、()])"
)
# “全部开业”, “期满复核”: what has no figure and is no longer takes its subject from before.
_BARE_PREDICATE = 4
_COUNTED_LIST = re.compile(
    r"(?P<about>[^,;。:]{0,60}?)(?P<role>牵头|参与|配合|负责)?的?共(?P<count>\d+)项:(?P<items>.+)$"
)
_AND_SO_ON = re.compile(r"等\d+项。?$")
# “较2024年下降”: the year compared with is not the year it holds for.
_COMPARED = re.compile(r"(?:较|比|同比)(?:19|20)\d{2}")
_MAX_RUN_IN = 13
_HAN = re.compile("[\u4e00-\u9fffa-z]{2}")
_COUNTED = re.compile("[\u4e00-\u9fff]\\d?[\u4e00-\u9fff]")
_RESPECTIVELY = re.compile("分别|依次")
_ITEM = r"[^,;:、。()]{1,24}"
_ITEMS = re.compile(rf"{_ITEM}(?:、{_ITEM})*(?:(?:、|和|及|与){_ITEM})")
_SHARED_PREFIX = re.compile(".*(?:的|对|为|将|与|在)(?=.)")
_GRADED = re.compile("^.{1,4}?([级类档期批])")
_COUNTED_NOUN = re.compile(r"\d+(?:个|项|大|类|条).*$")
_LABEL = re.compile(r"^([^:：,，;；。\s\d]{2,8}|.\s*.|.\s+.)\s*[:：]")
_ITEM_NUMBER = re.compile(r"\s*[（(]?[一二三四五六七八九十\d]+[）)、.．](?!\d)")
# “问：二手设备是否计入投资额？答：不计入。”
_ASKED = re.compile("(?P<can>能)(?:否|不能)|(?P<is>是)否")
_ANSWER = re.compile("答?[：:]?\\s*(?:(?P<no>不|否|没有)|可以|能|是)")
_LEAD_IN = re.compile(r"[^\n。]*[:：]\s*$")
_COUNT_COLUMN = re.compile("([个家户人间处座])数$")
_POST_OF = re.compile(
    r"((?:^|[:：、])\s*(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]\s+[\u4e00-\u9fff]))\s+(?=[\u4e00-\u9fff]{3})"
)
_ENDED = re.compile("[，。；]")
_UNIT_COLUMN = re.compile("^(?:计量)?单位$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its own words, and ``lead``, the texts it takes words over from, the nearest first.

    ``whole`` is the group of clauses it stands in, ``years`` those it holds for. ``index`` is the
    number of its sentence or row. A ``label`` stands before a colon;
    ``behind`` is the next clause of the group where that has no figure.
    """

    own: str
    lead: tuple[str, ...]
    whole: str
    figures: tuple[Figure, ...]
    years: frozenset[int]
    index: int = 0
    label: bool = False
    behind: str = ""

    @property
    def counts(self) -> tuple[Figure, ...]:
        """Figures other than years."""
        return tuple(figure for figure in self.figures if figure.unit != YEAR)


def read_claim(text: str) -> list[Clause]:
    """The clauses of a claim: a label belongs to what follows it, a list is counted and divided."""
    return [each for part in _divided(level(text)) for each in read_text(part, join=True)]


def level(text: str) -> str:
    """Text as it is compared, whose titles and short brackets no clause ends in: 首台（套）."""
    plain = _SHORT_BRACKET.sub(r"\1", fold(text))
    return _TITLE.sub(lambda title: _ENDS.sub("", title[0]), plain)


def _divided(claim: str) -> list[str]:
    """“某局牵头的共2项：甲、乙” as one clause for each item; the count must be theirs."""
    match = _COUNTED_LIST.match(claim)
    if not match:
        return [claim]
    listed = _AND_SO_ON.sub("", match["items"])
    items = [
        item for item in re.split(";" if ";" in listed else "、", listed.rstrip("。;")) if item
    ]
    more = listed != match["items"]
    if int(match["count"]) != len(items) and not (more and int(match["count"]) > len(items)):
        return [claim]
    role, about = match["role"], (match["about"] or "").rstrip("的")
    if role:
        return [f"{item}由{about}{role}" for item in items]
    return [*([about] if about else []), *items]


def read_text(
    text: str, index: int = 0, over: tuple[str, ...] = (), join: bool = False
) -> list[Clause]:
    """The clauses of one sentence or several; ``over`` is what stands over all of them."""
    found: list[Clause] = []
    run_in: tuple[str, ...] = ()
    groups = [*_GROUP.split(_each_apart(level(text))), ""]
    for group, mark in zip(groups[::2], groups[1::2], strict=True):
        before = len(found)
        for part, label in _parts(group, join):
            counted = figures(part)
            years = frozenset(int(str(f.value)) for f in counted if f.unit == YEAR)
            if not years or _COMPARED.search(part):
                years |= found[-1].years if found else frozenset()
            opens = label and len(found) == before
            lead = () if opens else _leans_on(part, found, before)
            for opening in found[before : before + 1]:
                if opening.own not in lead and (opening.label or not opening.counts):
                    lead += (opening.own,)
            lead += run_in
            found.append(
                Clause(part, tuple(dict.fromkeys(lead)), group, counted, years, index, label)
            )
        found[before:] = [
            replace(each, behind=after.own if after and not after.counts else "")
            for each, after in zip_longest(found[before:], found[before + 1 :])
        ]
        alone = len(found) == before + 1 and not found[-1].counts
        if alone and mark != ";" and len(group) <= _MAX_RUN_IN:
            run_in = (*run_in, group)
    return [replace(each, lead=each.lead + over) for each in found] if over else found


def _parts(group: str, join: bool) -> Iterator[tuple[str, bool]]:
    """The clauses of a group, and whether each is a label; joined, a label opens the next."""
    pieces = [*_PART.split(group), ""]
    label = ""
    for text, mark in zip(pieces[::2], pieces[1::2], strict=True):
        if join and mark == ":" and text:
            label += f"{text}:"
            continue
        for part in _apart(label + text):
            if part:
                yield part, mark == ":"
        label = ""


def _leans_on(part: str, before: Sequence[Clause], group: int) -> tuple[str, ...]:
    """The clauses that a clause takes words over from; the group begins at ``before[group]``."""
    if not before:
        return ()
    last = before[-1]
    if has_subject(part) and not part.startswith("其中"):
        return (
            (last.own, *last.lead)
            if len(before) > group and (last.label or not _counts(last, part))
            else ()
        )
    taken: list[str] = []
    for each in reversed(before):
        taken.append(each.own)
        if each.label or has_subject(each.own):
            return (*taken, *each.lead)
    return tuple(taken)


def _counts(clause: Clause, after: str) -> bool:
    """Whether a clause has a figure, or a date where the one after has a date of its own."""
    dated = any(figure.unit == DATE for figure in figures(after))
    return any(figure.unit != DATE or dated for figure in clause.counts)


def has_subject(part: str) -> bool:
    """Whether a clause names, before its first figure, what the figure counts."""
    counted = next((f for f in figures(part) if f.unit not in (YEAR, DATE)), None)
    if counted:
        named = _HAN.search(_NO_SUBJECT.sub("", part[: counted.start]))
        # “28座小型水库”: what is counted stands behind the figure.
        return bool(named or (not counted.start and _COUNTED.match(part, counted.end)))
    return len(_NO_SUBJECT.sub("", part)) > _BARE_PREDICATE


def _apart(part: str) -> list[str]:
    """The parts of a list each of which has a figure of its own (“2026年8亿元、2027年15亿元”)."""
    pieces = _LIST.split(part)
    if len(pieces) < 2 or not all(figures(p) and p[-1] not in "省市县区" for p in pieces):
        return [part]
    # “博士每月3000元、硕士每月1500元发放补贴”: what stands behind the last figure is said of all.
    behind = pieces[-1][figures(pieces[-1])[-1].end :]
    ended = all(figures(piece)[-1].end == len(piece) for piece in pieces[:-1])
    return [*(piece + behind for piece in pieces[:-1]), pieces[-1]] if ended else pieces


def _each_apart(text: str) -> str:
    """“甲级、乙级的分别奖励20万元、10万元” as one clause for each pair."""
    for word in _RESPECTIVELY.finditer(text):
        start = max(text.rfind(mark, 0, word.start()) for mark in ";。") + 1
        ends = [at for mark in ";。" if (at := text.find(mark, word.end())) >= 0]
        end = min(ends, default=len(text))
        values = _longest_list(text[word.end() : end])
        names = _longest_list(text[start : word.start()], len(values))
        if len(values) > 1 and len(names) == len(values):
            said = _paired(text[start : word.start()], names, text[word.end() : end], values)
            return text[:start] + said + _each_apart(text[end:])
    return text


def _longest_list(text: str, length: int = 0) -> list[str]:
    """The items of the last list of ``length`` items (of any, the first one, where 0)."""
    lists = [re.split("[、和及与]", match.group()) for match in _ITEMS.finditer(text)]
    if length:
        return next((items for items in reversed(lists) if len(items) == length), [])
    return next(iter(lists), [])


def _paired(before: str, names: Sequence[str], after: str, values: Sequence[str]) -> str:
    """One clause for each pair; all take the words that stand with the first or the last."""
    at = before.rfind("、".join(names[:2])[: len(names[0]) + 1])
    until = before.find(names[-1], at) + len(names[-1])
    prefix, noun = _SHARED_PREFIX.match(names[0]), _shared_noun(names)
    first = after.find(values[0])
    last = after.find(values[-1], first) + len(values[-1])
    verb, ending = _around_figure(values[0])[0], _around_figure(values[-1])[1]
    said = []
    for i, (name, value) in enumerate(zip(names, values, strict=True)):
        whole_name = (
            (prefix[0] if prefix and i else "") + name + (noun if i < len(names) - 1 else "")
        )
        whole_value = (verb if i else "") + value + (ending if i < len(values) - 1 else "")
        said.append(f"{before[:at]}{whole_name}{before[until:]}{after[:first]}{whole_value}")
    return ";".join(said) + after[last:]


def _shared_noun(names: Sequence[str]) -> str:
    """The noun that the last name ends with and all share: 企业 of 国家级、省级企业."""
    graded = _GRADED.match(names[-1])
    if graded and names[0].endswith(graded[1]):
        return names[-1][graded.end() :]
    counted = _COUNTED_NOUN.search(names[-1])
    return counted[0] if counted else ""


def _around_figure(value: str) -> tuple[str, str]:
    found = [figure for figure in figures(value) if figure.unit != "次"]
    return (value[: found[0].start], value[found[-1].end :]) if found else ("", "")


def read_source(source: Source) -> tuple[list[Clause], list[Span]]:
    """The clauses of a passage, and the spans of the sentences or rows that they index."""
    text, span = source.document.text, source.span
    if "\t" in source.header:
        return _read_rows(source)
    found: list[Clause] = []
    spans: list[Span] = []
    label = fold(source.header)
    over = _stands_over(text, span.start)
    asked = question = run_in = ""
    for start, end in sentence_spans(text, span.start, span.end):
        sentence = text[start:end]
        numbered = _ITEM_NUMBER.match(sentence)
        if not _ENDED.search(sentence):
            sentence = _POST_OF.sub(r"\1，", sentence)
        sentence = _ITEM_NUMBER.sub("", sentence, count=1) if numbered else sentence
        labelled = _LABEL.match(sentence)
        if labelled:
            label = fold(labelled[1]) + ":"
        elif "。" in sentence or "；" in sentence:
            label = ""
        if not numbered:
            over = ""
        above = tuple(text for text in (label if not labelled else "", over, run_in) if text)
        answer = _ANSWER.match(sentence) if asked else None
        if answer:
            found += read_text(_affirmed(asked, answer), len(spans))
            above += (_ASKED.sub("", level(asked)),)
        elif question and sentence.startswith("答"):
            above += (level(question),)
        question = sentence if sentence.endswith(("？", "?")) else ""
        asked = question if _ASKED.search(question) else ""
        read = read_text("" if asked else sentence, len(spans), above)
        run_in = run_in or (_run_in(read) if not spans else "")
        found += read
        spans.append(Span(start, end))
        if sentence.endswith(("：", ":")):
            over = fold(sentence)
    return found, spans


def _run_in(clauses: Sequence[Clause]) -> str:
    """The heading that a passage begins with (“重大科技专项。”), which holds for all of it."""
    first = next(iter(clauses), None)
    heads = first and first.own == first.whole and len(first.own) <= _MAX_RUN_IN
    return first.own if first and heads and len(clauses) > 1 and not first.figures else ""


def _affirmed(question: str, answer: re.Match[str]) -> str:
    """A question that is answered by yes or no as the statement it makes."""
    denied = answer["no"] is not None
    said = {"能": "不能" if denied else "可以", "是": "不" if denied else ""}
    return _ASKED.sub(lambda match: said[match["can"] or match["is"]], question.rstrip("？?"))


def _stands_over(text: str, start: int) -> str:
    """The words that introduce a list (“对新认定的平台给予补助：”) where a passage begins in it."""
    before = text[max(0, start - 400) : start].rstrip()
    lines = before.split("\n")
    if not _ITEM_NUMBER.match(text, start):
        return ""
    return next((fold(line) for line in reversed(lines) if _LEAD_IN.fullmatch(line)), "")


def _read_rows(source: Source) -> tuple[list[Clause], list[Span]]:
    names = source.header.split("\t")
    text, start = source.document.text, source.span.start
    found: list[Clause] = []
    spans: list[Span] = []
    for line in text[start : source.span.end].split("\n"):
        if line.strip():
            cells = [cell.strip() for cell in line.split("\t")]
            merged = _merged(source, start)
            cells[: len(merged)] = merged
            found += _row(names, cells, len(spans))
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found, spans


def _merged(source: Source, start: int) -> list[str]:
    """The cells that a row takes over from the rows above it."""
    row = next((p for p in source.document.passages if p.start <= start < p.end), None)
    return row.above.split("\t") if isinstance(row, Passage) and row.above else []


def _row(names: Sequence[str], cells: Sequence[str], index: int) -> Iterator[Clause]:
    """A clause for each cell, led by the cells in words, and one for the whole row."""
    units = dict(zip(names, cells, strict=False))
    unit = next((cell for name, cell in units.items() if _UNIT_COLUMN.match(name)), "")
    named = [
        fold(f"{name}：{cell}{(unit or _counted(name)) if _bare(cell) else ''}")
        for name, cell in zip([*names, *[""] * len(cells)], cells, strict=False)
        if cell
    ]
    key = tuple(cell for cell in named if not figures(cell.split(":", 1)[-1]))
    whole = ",".join(named)
    yield Clause(whole, (), whole, (), frozenset(), index)
    for cell in named:
        parts = [part for part in re.split("[,;]", cell.partition(":")[2]) if figures(part)]
        found = figures(cell) if len(parts) < 2 else ()
        years = frozenset(int(str(f.value)) for f in figures(cell) if f.unit == YEAR)
        yield Clause(cell, key, whole, found, years, index)
        name = cell.partition(":")[0]
        for part in parts if len(parts) > 1 else ():
            yield Clause(f"{name}:{part}", key, whole, figures(part), years, index)


def _counted(name: str) -> str:
    """The unit in the name of a column: 个 of 项目个数."""
    match = _COUNT_COLUMN.search(name)
    return match[1] if match else ""


def _bare(cell: str) -> bool:
    return bool(re.fullmatch(r"[\d.,]+", cell))
