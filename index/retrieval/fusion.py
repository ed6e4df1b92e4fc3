"""Two rankings to one."""

from collections import defaultdict

from index.retrieval.dense import Ranked

# Share of the dense ranking. R@10 on LeCoQA (64,665 articles; 994 questions with maps learned
# without their fold | the 231 held out), then hit@1 and hit@5 on the dev and tuning cases, over
# five real papers (335 cases) and over the samples (376):
#
#                                        LeCoQA        papers     samples
#   words, 0.3, before the query map    .612 | .610    311 333    308 368
#   words, 0.3                          .634 | .641    311 331    306 370
#   words, 0.4                          .648 | .654    311 330    311 369
#   words, 0.5                          .710 | .723    310 329    310 369
#   words and pairs, 0.3                .645 | .649    317 333    313 372
#   words and pairs, 0.35               .651 | .654    319 332    313 373
#   words and pairs, 0.4                .661 | .671    315 331    313 373
#   words and pairs, 0.5                .720 | .736    311 331    313 371
#   from the mean vector, pairs, 0.4    .662 | .654    317 333    311 371
#   from the mean vector, pairs, 0.5    .722 | .706    312 331    312 373
#
# R@100 is .91 whatever the share: two lists of 50 are all within the first 100. Longer lists make
# it worse (0.85 at 0.5 and 100), as cosines are scaled from the last of their list. Reciprocal
# rank fusion forgets by how much a passage leads: docs/设计.md.
DENSE_SHARE = 0.4


def convex_combination(dense: Ranked, sparse: Ranked) -> Ranked:
    """Fuse two rankings by their scores, each scaled to 0..1; equal scores are ordered by position.

    Cosines are scaled by their range, BM25 scores (which begin at 0) by their best.
    """
    fused: defaultdict[int, float] = defaultdict(float)
    if dense:
        best, least = dense[0][1], dense[-1][1]
        for position, score in dense:
            fused[position] += DENSE_SHARE * (
                (score - least) / (best - least) if best > least else 1.0
            )
    if sparse:
        for position, score in sparse:
            fused[position] += (1 - DENSE_SHARE) * score / sparse[0][1]
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
