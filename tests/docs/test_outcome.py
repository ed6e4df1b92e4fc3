"""The comparison of what is printed with what came sees what it should, and nothing else."""

import json

import pytest

from tests.docs.outcome import compared

REAL = {
    "id": "86bd2bfd2635",
    "score": 0.8134,
    "page": None,
    "section": ["一", "二"],
    "found": [{"quote": "到2035年，产值突破1000亿元。", "index": 1}, {"quote": "", "index": 2}],
    "request_id": "66ee1a2bd4ef4308",
}


@pytest.mark.parametrize(
    "printed",
    [
        json.dumps(REAL),
        '{"id": "86bd2bfd2635", …}',
        '{…, "request_id": "0123456789abcdef"}',
        '{"id": "86bd2bfd2635","score":0.81,…,"section": ["一", …], …}',
        '{…, "found": [\n{"quote": "到2035年，…", …},\n…\n], …}',
    ],
)
def test_what_came_is_what_is_printed(printed: str) -> None:
    assert compared(printed, json.dumps(REAL), "json") == []


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ('{"id": "86bd2bfd2634", …}', 'id: "86bd2bfd2634", not "86bd2bfd2635"'),
        ('{"score": 0.9, …}', "score: 0.9, not 0.8134"),
        ('{"page": 1, …}', "page: 1, not null"),
        ('{"page": "null", …}', 'page: "null", not null'),
        ('{"section": ["一"], …}', "section: 1 elements, not 2"),
        ('{"section": ["一", "二", "三"], …}', "section: 3 elements, not 2"),
        ('{"section": "一、二", …}', 'section: "一、二", not'),
        ('{"found": [{"index": 1}, …], …}', "found[0]: fields ['index'], not ['quote', 'index']"),
        ('{"found": [{"quote": "到2030年…", …}, …], …}', 'found[0].quote: "到2030年…", not'),
        ('{"id": "86bd2bfd2635", "id": "86bd2bfd2635", …}', ": fields ['id', 'id'], not ['id']"),
        ('{"page": null, "id": "86bd2bfd2635", …}', ": fields ['page', 'id'], not ['id', 'page']"),
        ('{"request_id": "66ee", …}', 'request_id: "66ee", not'),
        ('{"id": "86bd2bfd2635"}', ": fields ['id'], not"),
        ('{"title": "", …}', ": fields ['title'], not []"),
    ],
)
def test_every_departure_is_told(printed: str, said: str) -> None:
    [difference] = compared(printed, json.dumps(REAL), "json")
    assert difference.said.startswith(said)


def test_what_differs_can_be_printed_instead() -> None:
    printed = '{"id": "86bd", …}'
    [difference] = compared(printed, json.dumps(REAL), "json")
    mended = printed[: difference.start] + str(difference.real) + printed[difference.end :]
    assert mended == '{"id": "86bd2bfd2635", …}'


@pytest.mark.parametrize("printed", ['{"id": ', "[1, 2"])
def test_what_is_no_json_is_told(printed: str) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        compared(printed, "{}", "json")


def test_lines_are_looked_for_among_all_that_came() -> None:
    came = "甲\n已导入  新细则.txt\n共 1 份文件：已导入 1。\n"
    assert compared("已导入  新细则.txt\n共 … 份文件：…\n", came, "text") == []
    [wrong] = compared("已导入  新细则.txt\n共 2 份文件\n", came, "text")
    assert wrong.said.startswith("“共 2 份文件”, not “共 1 份文件")
    assert (wrong.start, wrong.real) == (13, "共 1 份文件：已导入 1。")
    assert len(compared("甲\n乙\n", "", "text")) == 2
