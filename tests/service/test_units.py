"""Units by their full and short names, and questions about their tasks."""

import pytest

from ingest.text.units import same_unit
from service.question.units import asked_unit, named_unit

KNOWN = ("市工业和信息化局", "市邮政管理局", "县委目标绩效办", "区妇联", "市住建局")


@pytest.mark.parametrize(
    ("asked", "written", "same"),
    [
        ("市工信局", "市工业和信息化局", True),
        ("岳阳市工信局", "市工业和信息化局", True),
        ("工信局", "市工业和信息化局", True),
        ("市发改委", "市发展和改革委员会", True),
        ("市教育局", "市卫生健康委", False),
        ("市公安局", "市公安交警支队", False),
    ],
)
def test_one_unit_under_two_names(asked: str, written: str, same: bool) -> None:
    assert same_unit(asked, written) is same


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("岳阳 市邮政管理局 责任产业", "市邮政管理局"),
        ("县委目标绩效办在方案里管哪件事?", "县委目标绩效办"),
        ("区妇联参与配合什么工作?", "区妇联"),
        ("市住建局列入了哪些产业的责任单位名单?", "市住建局"),
        ("氢能产业由哪个单位牵头?", ""),
        ("市工信局牵头的氢能产业目标是什么?", ""),
        ("市工信局的电话是多少?", ""),
        ("市统计局牵头哪些产业?", ""),
        ("市工业和信息化局牵头哪些任务?", "市工业和信息化局"),
        ("市住建局主任是哪一位,负责什么?", ""),
    ],
)
def test_whose_tasks_are_asked_for(text: str, unit: str) -> None:
    assert asked_unit(text, KNOWN) == unit


def test_a_sentence_about_a_unit_is_not_its_name() -> None:
    assert named_unit("市里科技专项的钱,我们市住建局管哪些", KNOWN) == "市住建局"
