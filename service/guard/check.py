"""Whether the passages cited say what a sentence says."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.retrieval.tokeniser import Tokeniser
from ingest.types import Responsibility
from service.guard.claims import Evidence, Source, Verdict
from service.guard.clauses import Clause, read_claim
from service.guard.compare import CONTRADICTED, Fault, denies
from service.guard.figures import fold
from service.guard.match import (
    NUMBER,
    POST,
    TITLE,
    UNTOUCHED,
    Matcher,
    counts_things,
    pieces_of,
)
from service.guard.roles import UNLED, Role, holds, same, unled, without_units
from service.guard.view import View, may_stand_in, quoted, view_of
from service.guard.words import covered, of_class, says

_SOURCES_KEPT = 512
_NOTHING = re.compile(
    "(?:资料|文件|材料|原文|文中|上述|片段|段落|依据|内容)[^,。]{0,12}(?:未|没有|不)[^,。]{0,6}(?:提及|提到|说明|涉及|包含|找到|给出|列出|提供|明确|写明|规定|载明)"
    "|(?:未|没有|无法)(?:能)?(?:找到|查到|检索到|确定|回答|判断|得知|提供)"
)
_NO_CLAIM = re.compile(
    r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|org|net|gov)|</?[a-z]|[{}`$\\|=]|\(\"|\?$|忽略|系统提示|提示词|以上资料|作为.{0,4}(?:ai|助手|模型)"
)
_OPENING = re.compile(
    r"^(?:根据|依据|按照|依照)(?:《[^》]*》(?:\([^()]*号\))?|[\u4e00-\u9fff]{1,8}[〔\[(]\d{4}[〕\])]\d+号"
    r"|[^,;。:\d]{0,20}(?:文件|规定|资料|材料|原文|意见|方案|通知|办法|要求))[^,;。:\d]{0,10},"
    "|^(?:您好|你好)[,!。]|^(?:答|结论|综上所述|综上|因此|所以|即|另外|此外|同时)[:,]"
)
_LIST_MARK = re.compile(r"^(?:[-*#•·]+|\d{1,2}[.、)](?!\d))+")
# “链长制是指”, which a dictionary divides before 制.
_DEFINES = re.compile("(?<=[^,:;])(?=是指|指的是)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_ABOUT = re.compile("[^\\d]{2,12}(?:方面|领域|来看|而言)")
_ROLE_WORDS = re.compile("牵头|配合|参与|负责")


class Guard:
    """Checks sentences against passages. Keeps the last sources read, at most 512."""

    def __init__(self, tokeniser: Tokeniser, units: Sequence[str], people: Sequence[str]) -> None:
        self._match = Matcher(tokeniser, units, people)
        self._view = lru_cache(maxsize=_SOURCES_KEPT)(view_of)

    def check(self, claim: str, cited: Sequence[Source], offered: Sequence[Source]) -> Verdict:
        """Whether ``cited``, or else the passages ``offered``, say what ``claim`` says.

        ``claim`` is one sentence without its citation marks. A sentence that states nothing of the
        papers (“如下：”, “资料未提及”) or that no passage can carry (links, code, instructions) is
        not supported. Each clause must stand in one of the passages.
        """
        folded = _DEFINES.sub(":", _LIST_MARK.sub("", fold(claim)).replace("*", ""))
        if not UNLED.search(folded) and _NOTHING.search(folded):
            return Verdict(False, reason="这句话没有引述文件内容")
        if match := _NO_CLAIM.search(folded):
            return Verdict(False, reason=f"“{match.group()}”不是文件内容")
        views = [self._view(source) for source in cited]
        found = self._against(folded, views) if views else Fault(-1, "没有可以核对的原文")
        if isinstance(found, Fault) and found.far < CONTRADICTED:
            others = [
                replace(self._view(each), cited=False) for each in offered if each not in cited
            ]
            near = [each for each in others if not views or may_stand_in(folded, each, views)]
            again = self._against(folded, views, near) if near else found
            found = again if isinstance(again, tuple) or not views else found
        if isinstance(found, Fault):
            return Verdict(False, reason=found.reason)
        return Verdict(True, found)

    def carries(self, claim: str, statement: str) -> bool:
        """Whether ``claim`` says all facts and nearly all words that ``statement`` says."""
        said, wanted = read_claim(claim), read_claim(statement)
        whole = fold(claim)
        counted = {figure.key for clause in said for figure in clause.figures}
        if any(figure.key not in counted for clause in wanted for figure in clause.figures):
            return False
        roles = [role for clause in said for role in self._match.units.roles(clause.own)]
        for clause in wanted:
            given = self._match.units.roles(clause.own)
            if any(
                not any(each.role == role.role and same(role.unit, each.unit) for each in roles)
                for role in given
            ):
                return False
            named = [unit for _, _, unit in self._match.units.named(clause.own)]
            others = [unit for _, _, unit in self._match.units.named(whole)]
            if any(not any(same(unit, other) for other in others) for unit in named):
                return False
            if any(name not in whole for name in self._match.people.findall(clause.own)):
                return False
        words = [word for clause in wanted for word, _ in self._match.content(clause.own)]
        missed = [word for word in words if not says(whole, word)]
        return len(missed) <= 0.2 * len(words)

    def _against(
        self, claim: str, views: Sequence[View], others: Sequence[View] = ()
    ) -> tuple[Evidence, ...] | Fault:
        """What carries each clause; ``others`` are passages that the claim does not cite."""
        missing = _titles(claim, [*views, *others])
        if missing:
            return Fault(0, missing)
        literal = quoted(claim, [*views, *others])
        if literal:
            return literal
        evidence: list[Evidence] = []
        clauses = read_claim(_OPENING.sub("", claim))
        first = (
            [word for word, thing in self._match.content(clauses[0].own) if thing]
            if clauses
            else []
        )
        for clause in clauses:
            near = self._of_the_same(clause, first, others, evidence)
            found = self._clause(clause, [*views, *near])
            if isinstance(found, Fault):
                return found
            evidence += (each for each in found if each not in evidence)
        if not evidence:
            return Fault(0, "这句话没有可以核对的内容")
        fault = _unsaid_year(claim, evidence, [*views, *others]) or self._repeated(claim, evidence)
        return fault or tuple(evidence)

    def _repeated(self, claim: str, evidence: Sequence[Evidence]) -> Fault | None:
        """A unit named more often than where the claim rests: one of them is another's place."""
        said = "".join(
            fold(each.document.text[each.span.start : each.span.end]) for each in evidence
        )
        known = [unit for _, _, unit in self._match.units.named(said)]
        named = [unit for _, _, unit in self._match.units.named(claim)]
        for unit in named:
            times = sum(same(unit, other) for other in named)
            if times > 1 and times > sum(same(unit, other) for other in known):
                return Fault(CONTRADICTED, f"原文中“{unit}”没有这么多处")
        return None

    def _of_the_same(
        self, clause: Clause, first: Sequence[str], views: Sequence[View], last: Sequence[Evidence]
    ) -> list[View]:
        """The passages not cited that a clause may rest on.

        They are the one that carried the clause before it, those that speak of what the sentence
        opened with, and any where the clause itself names several things.
        """
        if not last or sum(thing for _, thing in self._match.content(clause.own)) > 1:
            return list(views)
        return [
            each
            for each in views
            if each.holds(last[-1]) or all(says(each.text + each.head, word) for word in first)
        ]

    def _clause(self, clause: Clause, views: Sequence[View]) -> list[Evidence] | Fault:
        """What carries one clause; nothing for one that only opens or joins."""
        if UNLED.search(clause.own):
            return self._unled(clause, views)
        roles = self._match.units.roles(clause.own)
        fault = Fault(UNTOUCHED, "")
        if roles:
            found = self._by_record(clause, roles, views)
            if isinstance(found, list):
                return found
            fault = found
        opens = _ABOUT.fullmatch(clause.own) and self._touched(clause, views)
        if opens or not self._match.says_something(clause):
            return []
        heading = self._heading(clause, views)
        if heading:
            return heading
        for view in views:
            found = self._match.in_view(clause, view)
            if isinstance(found, list):
                return found
            if found.far > fault.far:
                fault = found
        found = self._piece_by_piece(clause, views)
        if found:
            return found
        if fault.far >= CONTRADICTED:
            return fault
        told = fault if fault.reason else Fault(UNTOUCHED, self._unsaid(clause, views))
        return self._contradicted(clause, views) or told

    def _unsaid(self, clause: Clause, views: Sequence[View]) -> str:
        """The first figure or word of a clause that no passage has."""
        words = [figure.text for figure in clause.counts]
        words += [word for word, _ in self._match.content(clause.own)]
        for word in words:
            if not any(says(view.text + view.head, word) for view in views):
                return f"原文没有“{word}”"
        return "原文没有这样的内容"

    def _piece_by_piece(self, clause: Clause, views: Sequence[View]) -> list[Evidence]:
        """The sentence that has the figures of a clause in clauses of its own, in that order."""
        pieces = pieces_of(clause)
        if len(pieces) < 2 or not (self._match.content(pieces[0].own) or counts_things(pieces[0])):
            return []
        return next(
            (
                [view.evidence(index)]
                for view in views
                for index in range(len(view.spans))
                if self._match.in_order(pieces, view, index)
            ),
            [],
        )

    def _contradicted(self, clause: Clause, views: Sequence[View]) -> Fault | None:
        """A figure of the papers that the words fit where the claim has another one."""
        units = {figure.unit for figure in clause.counts}
        words = [word for word, _ in self._match.content(clause.own)]
        for view in views if words else ():
            for other in view.clauses:
                known = "".join((other.own, *other.lead)) + view.head
                figure = next((f for f in other.counts if f.unit in units), None)
                same_one = any(f.is_same(each) for f in other.counts for each in clause.counts)
                if figure and not same_one and all(says(known, word) for word in words):
                    return Fault(CONTRADICTED, f"原文中与此相应的是“{figure.text}”")
        return None

    def _heading(self, clause: Clause, views: Sequence[View]) -> list[Evidence]:
        """The passage under the heading or title that a clause only repeats."""
        own = clause.own
        telling = denies(own) or POST.search(own) or _ROLE_WORDS.search(own)
        if clause.counts or telling or self._match.units.named(own):
            return []
        words = [word for word, _ in self._match.content(own)]
        under = (v for v in views if words and all(says(v.head, word) for word in words))
        return [view.evidence(0) for view in under if view.spans][:1]

    def _touched(self, clause: Clause, views: Sequence[View]) -> bool:
        """Whether a passage has half the words of an opening like “粮油加工方面”."""
        words = self._match.content(clause.own)
        return any(covered(view.text + view.head, words) >= len(words) for view in views)

    def _by_record(
        self, clause: Clause, roles: Sequence[Role], views: Sequence[View]
    ) -> list[Evidence] | Fault:
        """The record of who leads that gives all units of a clause their role."""
        bare = without_units(clause.own, self._match.units.named(clause.own))
        words = self._match.content(bare)
        about = [*words] or [each for text in clause.lead for each in self._match.content(text)]
        fault = Fault(0, f"原文没有写明“{roles[0].unit}”{roles[0].role}")
        for view in views:
            for record in view.records:
                wrong = next((role for role in roles if not holds(role, record)), None)
                known = (
                    fold("".join((record.task, *record.section))) + view.head + view.quote(record)
                )
                known += view.text if _of_section(record) else ""
                missed = [word for word, _ in about if not says(known, word)]
                missed += list(of_class(bare, (known,)))
                if wrong and not missed:
                    fault = Fault(6, f"原文没有写明“{wrong.unit}”{wrong.role}")
                if not wrong and not missed:
                    return view.recorded(record)
        return fault

    def _unled(self, clause: Clause, views: Sequence[View]) -> list[Evidence] | Fault:
        for view in views:
            for record in view.records:
                if unled(record):
                    return view.recorded(record)
        return Fault(1, "原文写明了牵头单位")


def _unsaid_year(claim: str, evidence: Sequence[Evidence], views: Sequence[View]) -> Fault | None:
    """A year of the claim that none of the passages it rests on has, nor the date of its paper."""
    used = [view for view in views if any(view.holds(each) for each in evidence)]
    dates = (view.source.document.masthead.date for view in used)
    known = "".join((*(view.text + view.head for view in used), *dates))
    for year in _YEAR.findall(claim):
        if year not in known:
            return Fault(CONTRADICTED, f"原文没有“{year}年”")
    return None


def _titles(claim: str, views: Sequence[View]) -> str:
    """A title or 文号 in the claim that no passage or paper has."""
    named = [*TITLE.findall(claim), *NUMBER.findall(claim)]
    for name in named:
        bare = name.removeprefix("根据").removeprefix("依据").removeprefix("按照")
        if not any(bare in view.text or bare in view.head for view in views):
            return f"原文没有“{bare}”"
    return ""


def _of_section(record: Responsibility) -> bool:
    """Whether a record speaks of a whole section, not of one thing named in running text."""
    return bool(record.section) and fold(record.task) in fold(record.section[-1])
