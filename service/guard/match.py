"""Holds one clause of a claim against the clauses of a passage."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.retrieval.tokeniser import Tokeniser
from service.guard.claims import Evidence
from service.guard.clauses import Clause, has_subject, level
from service.guard.compare import CONTRADICTED, QUALIFIED, Fault, affirmed, figures_fault, turned
from service.guard.figures import DATE, YEAR, figures, fold
from service.guard.rivals import rival
from service.guard.roles import LEAD, SUPPORT, Role, Units, same, without_units
from service.guard.view import View
from service.guard.words import GENERIC, GRADE, STRONG, Words, content, of_class, says

_TEXTS_KEPT = 2048
# A clause that no clause of a passage has anything to do with.
UNTOUCHED = -2
_MAX_LABEL = 6
# Characters that two clauses share where they are made alike.
_RUN = 4
_LEADING = re.compile("牵头|主责|领衔")
_LED_BY = re.compile("由([^,;由]{1,20}?)(?:共同|联合)?(?:牵头|主责|领衔)")
# Names alone affirm and deny nothing.
_BARE = 2
# For so many words one act may be worded otherwise; one always where a figure is met.
_FEW = 3
_PLACE = re.compile("[\u4e00-\u9fff]{2}[县区市镇]")
# A place with what is there.
_PLACE_OF = re.compile(_PLACE.pattern + "[\u4e00-\u9fff]{2}")
_MODAL = re.compile("不能|不得|不会|不再|可以|会被|没有|应当|必须")
_BEHIND_FIGURE = re.compile("(?:及?以[上下内]|之?内|左右|之?前|之?后|底前)?的?")
TITLE = re.compile("《([^》]+)》")
NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[(（]\d{4}[〕\])）]\d+号")
POST = re.compile(
    "[副总]?(?:组长|召集人|主任|局长|县长|区长|市长|镇长|书记|部长|行长|总经理|链长|顾问|联系人)"
)
_APPOINTED = re.compile("兼任|担任|兼|任(?=[副总]?(?:组长|召集人|主任|顾问|链长))")
_NAME = re.compile(
    "(?:由|是|为)(?P<one>[\u4e00-\u9fff]{2,3})(?:同志)?(?=兼|担任|任)"
    "|[局县区市组]长(?:是|为|由)?(?P<two>[\u4e00-\u9fff]{2,3}?)(?:同志)?(?=兼|担任|任)"
)


class Matcher:
    """Finds the clause of a passage that says what a clause of a claim says."""

    def __init__(self, tokeniser: Tokeniser, units: Sequence[str], people: Sequence[str]) -> None:
        self._tokeniser = tokeniser
        self.units = Units(level(unit) for unit in units)
        self.people = re.compile("|".join(map(re.escape, map(fold, people))) or "(?!)")
        self.content = lru_cache(maxsize=_TEXTS_KEPT)(self._read_content)

    def says_something(self, clause: Clause) -> bool:
        """Whether there is anything in a clause to check."""
        own = clause.own
        named = self.units.named(own) or self.people.search(own) or POST.search(own)
        if NUMBER.fullmatch(clause.own):
            return False
        return bool(clause.counts or named or self.content(clause.own) or GRADE.search(clause.own))

    def _read_content(self, text: str) -> tuple[tuple[str, bool], ...]:
        """The words of a clause apart from its figures and units."""
        text = NUMBER.sub(",", TITLE.sub(",", text))
        text = POST.sub(",", _MODAL.sub(",", text))
        bare = self.people.sub(",", without_units(text, self.units.named(text)))
        for figure in sorted(figures(bare), key=lambda f: -f.start):
            bare = f"{bare[: figure.start]},{bare[figure.end :]}"
        return tuple(content(bare, self._tokeniser))

    def in_view(self, clause: Clause, view: View) -> list[Evidence] | Fault:
        """What carries a clause in a passage, or the fault nearest to being none."""
        fault, most = Fault(UNTOUCHED, ""), (0, 0)
        for said, each in self._candidates(clause, view):
            if fault.far >= CONTRADICTED and said < most:
                break
            found = self._fault(clause, each, view)
            if found is None:
                return [view.evidence(each.index)]
            if found.far > fault.far:
                fault, most = found, said
        return fault

    def _candidates(self, clause: Clause, view: View) -> list[tuple[tuple[int, int], Clause]]:
        """The clauses that may carry one; for one without a figure, those that say most first.

        Each has how many of its words it says, and how many pairs of characters.
        """
        words = self.content(clause.own)
        if clause.counts or not words:
            return [((0, 0), each) for each in view.clauses]
        names = [*self.people.findall(clause.own), *POST.findall(clause.own)]
        names += [unit for _, _, unit in self.units.named(clause.own)]
        said_by = [*(word for word, _ in words), *names]
        pairs = {clause.own[i : i + 2] for i in range(len(clause.own) - 1)}
        said = [
            (
                (
                    sum(says(each.own, word) + (word in each.own) for word in said_by),
                    sum(pair in each.own for pair in pairs),
                ),
                each,
            )
            for each in view.clauses
        ]
        found = [each for each in said if each[0][0]]
        return sorted(found, key=lambda each: each[0], reverse=True)

    def in_order(self, pieces: Sequence[Clause], view: View, index: int) -> bool:
        """Whether the pieces of a clause stand one after the other in one sentence."""
        clauses = iter([each for each in view.clauses if each.index == index])
        rest = next(clauses, None)
        for piece in pieces:
            while rest is not None and self._fault(piece, rest, view) is not None:
                rest = next(clauses, None)
        return rest is not None

    def _fault(self, clause: Clause, other: Clause, view: View) -> Fault | None:
        """What a clause says that ``other`` does not; None where it stands."""
        words = self.content(clause.own)
        return (
            figures_fault(clause, other, view)
            or self._names_fault(clause, other, view)
            or self._roles_fault(clause, other)
            or self._words_fault(clause, other, view, words)
            or self._topic_fault(clause, other, view, words)
            or self._cell_fault(clause, other, view)
            or self._item_fault(clause, other, words)
            or (None if self._only_names(clause, words) else turned(clause, other, view))
            or rival(clause, other, view, words, self.content)
        )

    def _names_fault(self, clause: Clause, other: Clause, view: View) -> Fault | None:
        """A unit, person, post, grade or title that does not stand with ``other``."""
        taken = "".join(f"{text}," for text in (other.own, *other.lead))
        acting = bool(self.units.roles(clause.own))
        units = [unit for _, _, unit in self.units.named(clause.own)]
        missing = [
            unit for unit in units if not self._names(unit, other, "" if acting else view.named)
        ]
        missing += [
            name for name in self._claimed_people(clause) if not self._has_person(name, other)
        ]
        missing += [post for post in POST.findall(clause.own) if not _has_post(post, other, view)]
        missing += of_class(clause.own, (other.own, *other.lead, view.head))
        missing += [t for t in TITLE.findall(clause.own) if t not in taken + view.head]
        return Fault(2, f"原文这里没有“{missing[0]}”") if missing else None

    def _claimed_people(self, clause: Clause) -> list[str]:
        named = [match["one"] or match["two"] for match in _NAME.finditer(clause.own)]
        return [*self.people.findall(clause.own), *(n for n in named if not POST.search(n))]

    def _has_person(self, name: str, other: Clause) -> bool:
        """Whether a person is named: in the clause itself where that appoints or names anyone."""
        if _APPOINTED.search(other.own) or self.people.search(other.own):
            return name in other.own
        return any(name in text for text in (other.own, *other.lead))

    def _roles_fault(self, clause: Clause, other: Clause) -> Fault | None:
        if _LEADING.search(clause.own) and not self._leads_here(clause, other):
            return Fault(2, "原文没有写明由其牵头")
        for role in self.units.roles(clause.own):
            if role.role == SUPPORT and not self._supports_here(role, other):
                return Fault(2, f"原文没有写明“{role.unit}”配合")
        return None

    def _words_fault(self, clause: Clause, other: Clause, view: View, words: Words) -> Fault | None:
        """A word that neither ``other``, what it takes over, nor the headings say."""
        known = self._known(clause, other, view)
        missed = [each for each in words if not says(known, each[0])]
        if missed and self._about_the_same(clause, other):
            earlier = other.whole[: max(0, other.whole.find(other.own))]
            missed = [each for each in missed if not says(earlier, each[0])]
        anywhere = view.text + view.head
        missed = [m for m in missed if m[0] not in GENERIC or not says(anywhere, m[0])]
        if not missed:
            return None
        things = [word for word, thing in missed if thing]
        if things:
            return Fault(3, f"原文这里没有“{things[0]}”")
        allowed = max(bool(clause.counts), len(words) // _FEW) if view.cited else 0
        displaced = any(says(view.text, word) or word in STRONG for word, _ in missed)
        if displaced or len(missed) > allowed:
            return Fault(4, f"原文这里没有“{missed[0][0]}”")
        return None

    def _known(self, clause: Clause, other: Clause, view: View) -> str:
        """All that may say the words of a claim."""
        if _LEADING.search(clause.own) and any(thing for _, thing in self.content(other.own)):
            return other.own + view.head
        said = [other.own]
        said += (text for text in other.lead if not any(_parallel(text, each) for each in said))
        known = "".join(f"{text}," for text in said) + view.head
        if not clause.counts and not other.counts:
            beside = other.whole[: max(0, other.whole.find(other.own))].rpartition(",")[0]
            beside = beside.rpartition(",")[2]
        else:
            beside = other.behind if clause.counts and other.counts else ""
        if POST.search(other.own + beside) or self.units.named(beside):
            return known
        if _parallel(beside, other.own):
            return known
        return known + beside

    def _topic_fault(self, clause: Clause, other: Clause, view: View, words: Words) -> Fault | None:
        """What a clause without a subject is about, where ``other`` is about something else."""
        if any(thing for _, thing in words) and has_subject(clause.own):
            return None
        topic = next((found for text in clause.lead if (found := self.content(text))), ())
        if not topic:
            return None
        known = self._known(clause, other, view) + other.whole
        anywhere = view.text + view.head
        unsaid = [word for word, _ in topic if not says(known, word)]
        missed = [word for word in unsaid if says(anywhere, word) or len(unsaid) == len(topic)]
        missed += of_class(",".join(clause.lead), (known,))
        if not clause.counts:
            said = [f for text in (other.whole, *other.lead) for f in figures(text)]
            asked = [f for f in figures(clause.lead[0]) if f.unit != YEAR]
            missed += [f.text for f in asked if not any(f.is_same(each) for each in said)]
        return Fault(4, f"原文这里说的不是“{missed[0]}”") if missed else None

    def _cell_fault(self, clause: Clause, other: Clause, view: View) -> Fault | None:
        """A column that a claim names and takes another column's content for."""
        if clause.counts or "\t" not in view.source.header:
            return None
        for cell in view.clauses:
            name, _, value = cell.own.partition(":")
            name = name.partition("(")[0]
            apart = cell.index != other.index or cell.own == cell.whole
            if apart or not name or name not in clause.own:
                continue
            words = [w for w, _ in self.content(clause.own) if w not in name]
            if words and not any(says(value, word) for word in words):
                return Fault(3, f"原文“{name}”一栏没有这样的内容")
        return None

    def _item_fault(self, clause: Clause, other: Clause, words: Words) -> Fault | None:
        """A place taken for another's in a list (“甲县发酵基地、乙区研发基地”)."""
        items = [item for item in other.own.split("、") if _PLACE_OF.search(item)]
        if len(items) < 2 or items != other.own.split("、"):
            return None
        for place in _PLACE.findall(clause.own):
            here = "".join(item for item in items if place in item)
            away = [word for word, _ in words if word in other.own and word not in here]
            if here and away:
                return Fault(3, f"原文这里“{place}”说的不是“{away[0]}”")
        return None

    def _only_names(self, clause: Clause, words: Words) -> bool:
        bare = len(words) <= _BARE and all(thing for _, thing in words)
        return bare and not clause.counts and not QUALIFIED.search(affirmed(clause.own))

    def _leads_here(self, clause: Clause, other: Clause) -> bool:
        """Whether who leads in a claim leads in a clause of the paper."""
        wanted = [role.unit for role in self.units.roles(clause.own) if role.role == LEAD]
        leads = [role.unit for role in self.units.roles(other.own) if role.role == LEAD]
        if wanted:
            return all(any(same(unit, each) for each in leads) for unit in wanted)
        by, led = _LED_BY.search(clause.own), _LEADING.search(other.own)
        if led is None or by is None:
            return led is not None
        return by[1] in other.own[: led.start()] or any(same(by[1], unit) for unit in leads)

    def _supports_here(self, role: Role, other: Clause) -> bool:
        return any(
            each.role == SUPPORT and same(role.unit, each.unit)
            for each in self.units.roles(other.own)
        )

    def _about_the_same(self, clause: Clause, other: Clause) -> bool:
        """Whether a claim names all that a clause of the paper counts."""
        words = [word for word, _ in self.content(other.own)]
        return bool(other.counts and words) and all(says(clause.own, word) for word in words)

    def _names(self, unit: str, other: Clause, head: str) -> bool:
        """Whether a unit is named where ``other`` stands; the nearest text with a unit counts."""
        for text in (other.own, *other.lead, head):
            if unit in text:
                return True
            named = self.units.named(text)
            if named:
                return any(same(unit, each) for _, _, each in named)
        return False


def counts_things(clause: Clause) -> bool:
    """Whether the figures of a clause count things, not years or grades (“30亿级”)."""
    return all(figure.unit not in ("年", "级") for figure in clause.counts)


def pieces_of(clause: Clause) -> list[Clause]:
    """A clause of several figures cut behind each but the last."""
    ends = [figure.end for figure in clause.counts[:-1] if figure.unit != DATE]
    found: list[Clause] = []
    start = 0
    if any(figure.unit == "级" for figure in clause.counts):
        return [clause]
    for end in [*ends, len(clause.own)]:
        until = _BEHIND_FIGURE.match(clause.own, end)
        stop = until.end() if until and end < len(clause.own) else end
        own = clause.own[start:stop]
        lead = (found[-1].own, *clause.lead) if found else clause.lead
        found.append(replace(clause, own=own, lead=lead, figures=figures(own)))
        start = stop
    return found


def _parallel(one: str, other: str) -> bool:
    """Whether two clauses say the like of two things (“支持甲创建……，支持乙创建……”)."""
    run = any(one[i : i + _RUN] in other for i in range(len(one) - _RUN + 1))
    return run or (len(one) > _MAX_LABEL and one[:2] == other[:2])


def _has_post(post: str, other: Clause, view: View) -> bool:
    """Whether a post is named where ``other`` stands: itself, else the nearest, or as a label."""
    texts = [other.own, *other.lead, view.head]
    nearest = next((found for text in texts if (found := POST.findall(text))), [])
    labels = [text for text in other.lead if len(text) <= _MAX_LABEL]
    return post in nearest or any(post in POST.findall(label) for label in labels)
