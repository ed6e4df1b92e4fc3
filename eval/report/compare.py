"""The same cases under two settings, A and B, case against case."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers.metrics import Proportion, mcnemar, proportion
from eval.answers.results import CaseResult
from eval.answers.summary import FALSE_REFUSALS, JUDGEMENTS


@dataclass(frozen=True, slots=True)
class Change:
    """One metric under A and under B, over the cases to which it applies under both.

    ``won`` and ``lost`` hold the ids of the cases that are better, or worse, under B.
    """

    name: str
    a: Proportion
    b: Proportion
    won: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def difference(self) -> float:
        """B less A."""
        return self.b.rate - self.a.rate

    @property
    def p(self) -> float:
        """How likely chance alone makes such a difference (exact McNemar test, two-sided)."""
        return mcnemar(len(self.won), len(self.lost))


def compare(a: Sequence[CaseResult], b: Sequence[CaseResult]) -> dict[str, Change]:
    """The changes by metric, in the order of reports; metrics that apply to no case left out.

    Args:
        a: The results under A.
        b: The results of the same cases under B, in the same order.
    """
    changes = {name: _change(name, a, b) for name in JUDGEMENTS}
    return {name: change for name, change in changes.items() if change}


def _change(name: str, a: Sequence[CaseResult], b: Sequence[CaseResult]) -> Change | None:
    judge = JUDGEMENTS[name]
    judged = [(x.case.id, judge(x), judge(y)) for x, y in zip(a, b, strict=True)]
    both = [(case, x, y) for case, x, y in judged if x is not None and y is not None]
    before, after = proportion([x for _, x, _ in both]), proportion([y for _, _, y in both])
    if before is None or after is None:
        return None
    gained = tuple(case for case, x, y in both if y and not x)
    gone = tuple(case for case, x, y in both if x and not y)
    won, lost = (gone, gained) if name == FALSE_REFUSALS else (gained, gone)
    return Change(name, before, after, won, lost)
