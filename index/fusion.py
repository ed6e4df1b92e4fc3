"""Two rankings to one."""

from collections import defaultdict
from collections.abc import Sequence

from index.dense import Ranked

RANK_CONSTANT = 60


def reciprocal_rank_fusion(rankings: Sequence[tuple[float, Ranked]]) -> Ranked:
    """Fuse weighted rankings; equal scores are ordered by position."""
    fused: defaultdict[int, float] = defaultdict(float)
    for weight, ranking in rankings:
        for rank, (position, _) in enumerate(ranking, start=1):
            fused[position] += weight / (RANK_CONSTANT + rank)
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
