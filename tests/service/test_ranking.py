"""Passages found are ranked by what in them answers."""

import pytest

from service.assistant import Assistant
from service.workspace import Workspace


@pytest.mark.parametrize(
    ("question", "fragment"),
    [
        ("亩均评价排D类的企业，电价加多少？", "电价每千瓦时加价0.1元"),
        ("科技专项资金哪些支出不能列？", "不得用于支付罚款"),
        ("技改补助资金拨付的事找市财政局谁问，电话多少？", "温佳禾"),
    ],
)
def test_what_answers_comes_before_what_is_only_near(
    samples_workspace: Workspace, question: str, fragment: str
) -> None:
    index = samples_workspace.index()
    assert index is not None
    assert fragment not in index.search(question, 1)[0].passage.text
    found = Assistant(samples_workspace.index).search(question, 5)
    assert fragment in found[0].text
    scores = [result.score for result in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score < 1.0 for score in scores)
