"""Whether another figure of a passage fits a claim better than the one it would rest on."""

from collections.abc import Callable

from service.guard.clauses import Clause, has_subject
from service.guard.compare import CONTRADICTED, Fault
from service.guard.figures import DATE, YEAR, figures
from service.guard.view import View
from service.guard.words import Words, covered, says

Content = Callable[[str], Words]


def rival(
    clause: Clause, other: Clause, view: View, words: Words, content: Content
) -> Fault | None:
    """Another figure of the same unit that the ``words`` of a clause fit better than ``other``.

    Years and bounds that the claim does not share are no rivals, nor is any where it has figures
    of several units, all of which ``other`` has. ``content`` reads the words of a text.
    """
    units = {figure.unit for figure in clause.counts} - {DATE, YEAR}
    if units and not clause.years and _one_of_a_series(other, view):
        return Fault(CONTRADICTED, "原文分年份列出，这句话没有写明年份")
    if not units or len({figure.unit for figure in clause.counts}) > 1:
        return None
    keys = {figure.key for figure in clause.counts}
    bounds = {figure.bound for figure in clause.counts if figure.bound}
    around = content(clause.whole[: clause.whole.find(clause.own) + len(clause.own)])
    fit = _fitness(clause, other, words, around, content)
    for each in view.clauses:
        figure = next((f for f in each.counts if f.unit in units), None)
        if figure is None or (figure.bound and bounds and figure.bound not in bounds):
            continue
        follows = other.own in each.lead and each.years == other.years
        elsewhen = clause.years & other.years and each.years.isdisjoint(clause.years)
        if follows or elsewhen or keys & {f.key for f in each.counts}:
            continue
        if _fitness(clause, each, words, around, content) > fit:
            return Fault(CONTRADICTED, f"原文中与此相应的是“{figure.text}”")
    return None


def _fitness(
    clause: Clause, other: Clause, words: Words, around: Words, content: Content
) -> tuple[int, int, int, int]:
    """How well a clause of the paper fits: its words, those around it, nothing else named."""
    asked = ",".join((clause.whole, *clause.lead))
    named = next((found for text in (other.own, *other.lead) if (found := content(text))), ())
    strange = sum(thing and not says(asked, word) for word, thing in named)
    own = other.own if has_subject(other.own) else ",".join((other.own, *other.lead))
    return (
        _fit(clause, other, words),
        _alike(clause, other, around),
        covered(own, words),
        -strange,
    )


def _one_of_a_series(other: Clause, view: View) -> bool:
    """Whether a clause is for one year of several that stand beside it (“其中2026年1500亩、……”)."""
    units = {figure.unit for figure in other.counts}
    years = {
        each.years
        for each in view.clauses
        if each.whole == other.whole
        and units & {figure.unit for figure in each.counts}
        and any(figure.unit == YEAR for figure in each.figures)
    }
    dated = any(figure.unit == YEAR for figure in other.figures)
    return dated and other.years in years and len(years) > 1


def _fit(clause: Clause, other: Clause, words: Words) -> int:
    """How many words, and the year, of a claim a clause of the paper has."""
    named = {figure.key for figure in clause.figures if figure.unit == YEAR}
    dated = {figure.key for figure in other.figures if figure.unit == YEAR}
    years = {int(str(value)) for value, _ in named}
    said = ",".join((other.own, *other.lead))
    return covered(said, words) + (
        2 if named and named <= dated else bool(named and years <= other.years)
    )


def _alike(clause: Clause, other: Clause, words: Words) -> int:
    """How many words, and the year, of all the sentence a group of clauses has."""
    said = ",".join((other.whole, *other.lead))
    end = clause.whole.find(clause.own)
    counted = {figure.key for figure in figures(clause.whole[:end]) if figure.unit != YEAR}
    held = {figure.key for figure in figures(other.whole)}
    dated = bool(clause.years and clause.years <= other.years)
    return covered(said, words) + 2 * dated + len(counted & held)
