"""What public questions are judged by: small pure functions."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

FOLDS = 5


def fold_of(question: str) -> int:
    """The fold a question belongs to, 0 to 4: the same on every machine and in every order."""
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % FOLDS


def recall_at(gold: AbstractSet[str], found: Sequence[str], k: int) -> float | None:
    """1 where a gold passage is among the first ``k``, else 0; None of no gold at all.

    “A question can have several, and an article several equal ids: any one of them counts.”
    """
    if not gold:
        return None
    return float(not gold.isdisjoint(found[:k]))


def auc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """How often an answerable question scores above an unanswerable one; a tie counts half."""
    if not answerable or not unanswerable:
        return None
    ordered = sorted(unanswerable)
    below = sum(bisect_left(ordered, s) + bisect_right(ordered, s) for s in answerable)
    return below / (2 * len(ordered) * len(answerable))


def refused_at(
    answerable: Sequence[float], unanswerable: Sequence[float], false_refusals: float
) -> float | None:
    """The share of unanswerable questions refused, below the strictest threshold allowed.

    A threshold is allowed that refuses at most the share ``false_refusals`` of the answerable.
    """
    if not answerable or not unanswerable:
        return None
    threshold = sorted(answerable)[min(int(false_refusals * len(answerable)), len(answerable) - 1)]
    return sum(score < threshold for score in unanswerable) / len(unanswerable)
