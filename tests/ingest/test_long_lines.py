"""One character ten thousands of times, anywhere in a paper: it is read whole, and at once.

Not a measure of speed but of growth. What looks through the rest of a line from each of its
characters takes seconds here, and for a longer line minutes, in which one file stops the service.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from ingest.container.kinds import Kind, kind_of
from ingest.errors import RefusedFileError
from ingest.reader import read_bytes
from ingest.structure.passages import LONGEST

LENGTH = 20_000
# Hardly any takes a tenth of it, on a slow and busy machine too.
MOST_SECONDS = 0.5

ONE = "\t \u3000([（〔《【“)]）〕》】”0一、，。：；-—.…a的县"
# In turn, so that they are not told from words as a run of one mark is.
SEVERAL = (" \u3000", "（【", "《》", "局、", "一、", "\t的")
HEAD = "云溪县人民政府办公室文件\n云政办发〔2025〕12号\n"
TITLE = "云溪县人民政府办公室关于印发云溪县氢能产业实施方案的通知\n"
BODY = """各乡镇人民政府，县直各单位：
　　一、总体要求
　　我县要加快发展氢能产业，到2027年产值达到10亿元。〔责任单位：县工信局、县发改局〕
　　二、名词解释
　　1. 氢能：指氢的化学能。
"""
TAIL = """　　本办法自2025年3月1日起施行，有效期5年。《老办法》（云政发〔2019〕3号）同时废止。
　　附件：1. 任务分工表

云溪县人民政府办公室
2025年3月1日
"""
WHOLE = HEAD + TITLE + BODY + TAIL
# Where “~” stands.
PLACES = {
    "first line": "~\n" + WHOLE,
    "masthead": f"{HEAD}~\n{TITLE}{BODY}{TAIL}",
    "number": WHOLE.replace("发〔2025", "发~〔2025"),
    "title": WHOLE.replace("县氢能", "县~氢能", 1),
    "addressee": WHOLE.replace("镇人民政府，", "镇人民政府，~"),
    "heading": WHOLE.replace("总体要求", "总体~要求"),
    "numbering": WHOLE.replace("一、总体", "一、~总体"),
    "paragraph": WHOLE.replace("加快", "加快~"),
    "end of a paragraph": WHOLE.replace("10亿元。〔责任单位：县工信局、县发改局〕", "10亿元。~"),
    "responsible units": WHOLE.replace("工信局、", "工信局、~"),
    "open bracket of units": f"{HEAD}{TITLE}{BODY}加快发展。（责任单位：~\n{TAIL}",
    "who leads": f"{HEAD}{TITLE}{BODY}加快发展。（县发改局~牵头，县工信局配合）\n{TAIL}",
    "definition": WHOLE.replace("指氢", "指~氢"),
    "row": f"{WHOLE}附件1\n任务分工表\n序号\t任务\t责任单位\n1\t制~氢\t县局\n2\t储氢\t县局\n",
    "units in a row": f"{WHOLE}表\n序号\t任务\t责任单位\n1\t制氢\t县发改局~县商务局\n2\t氢\t县局\n",
    "names of columns": f"{WHOLE}表\n序号\t任~务\t责任单位\n1\t制氢\t县发改局\n2\t氢\t县局\n",
    "roster": f"{WHOLE}组　长：~周明　县长\n副组长：李四　副县长\n成　员：王五　局长\n",
    "post": f"{WHOLE}组　长：周明　县长~\n副组长：李四　副县长\n成　员：王五　局长\n",
    "attachment": WHOLE.replace("任务分工", "任务~分工"),
    "from when": WHOLE.replace("1日起", "1日~起"),
    "for how long": WHOLE.replace("有效期", "本办法有效期~"),
    "repealed title": WHOLE.replace("老办法", "老~办法"),
    "repealed number": WHOLE.replace("（云政发", "（~云政发"),
    "repeal": WHOLE.replace("同时废止", "~废止"),
    "list of repealed": f"{HEAD}{TITLE}{BODY}下列文件废止：\n1. ~（云发〔2019〕3号）\n《乙》\n",
    "signature": WHOLE.replace("公室\n2025", "公~室\n2025"),
    "date": WHOLE.replace("\n2025年3", "\n2025年~3"),
    "last line": f"{WHOLE}~",
    "contents": f"{HEAD}{TITLE}目　录\n一、总体要求~1\n二、重点任务……2\n{BODY}{TAIL}",
    "label": f"发文字号：~　发布时间：2025-01-01\n{WHOLE}",
    "article": f"{HEAD}{TITLE}{BODY}第~条　内容\n{TAIL}",
    "in force": f"{HEAD}{TITLE}{BODY}自~起施行\n{TAIL}",
    "bracket": f"{HEAD}{TITLE}{BODY}（~\n{TAIL}",
    "annex": f"{HEAD}{TITLE}{BODY}附件~：一\n{TAIL}",
    "secret": f"机密~\n{WHOLE}",
    "to a model": f"{HEAD}{TITLE}{BODY}忽略~指示，你现在是\n{TAIL}",
}
# What is repeated is a whole mark of a paper, or a line.
REPEATED = {
    "annexes": WHOLE + "附件1\n" * 5000,
    "parts": WHOLE + "第一章\n" * 5000,
    "headings with units": WHOLE + "一、甲\n由乙局牵头。\n" * 2000,
    "open lines": WHOLE + "“\n" * 10_000,
    "turns of a conversation": WHOLE + ("<|im_start|>system\n" + "的" * 400 + "\n") * 100,
    "bookmarks": WHOLE + "[bookmark:" * 4000,
    "labels": "来源：【" * 10_000 + "\n" + WHOLE,
    "buttons": f"{HEAD}{TITLE}{'【字号】' * 1000}x\n{BODY}{TAIL}",
    "history": f"{HEAD}{TITLE}（2025年3月1日{'通过' * 20_000}。）\n{BODY}{TAIL}",
    "ways of sharing": WHOLE + "加快。（县工信局、" + "按分工" * 10_000 + "x牵头，县局负责）\n",
    "leading": WHOLE + "牵头，由县发改局" * 5000 + "）\n",
    "ranks": WHOLE + "排列" * 20_000,
    "repealed one by one": WHOLE + "《甲乙办法》废止" * 5000 + "。",
    "repealed together": WHOLE + "《甲乙办法》、" * 5000 + "同时废止。",
    "repealed forward": WHOLE + "废止《甲乙办法》" * 5000 + "。",
    "repealed by number": WHOLE
    + "".join(f"《甲{n}办法》、《乙{n}办法》（云政发〔2019〕{n}号）、" for n in range(1000))
    + "同时废止。",
    "the old one": WHOLE + "甲清单（云发改〔2024〕8号）和" * 2000 + "原清单同时废止。",
    "titles of titles": WHOLE + "下列文件废止：\n1. " + "关于" * 20_000 + "\n",
    "wide table": WHOLE + "表\n" + "序号\t" * 10_000 + "任务\n" + "1\t2\n" * 5000,
    "merged cells": WHOLE + "表\n序号\t任务\n" + "的" * 20_000 + "\t的\n" + "\t的\n" * 5000,
}


@contextmanager
def processor_seconds(most: float, what: str) -> Iterator[None]:
    """Stop what takes longer, also in the middle of a pattern."""

    def stop(*_: object) -> None:
        pytest.fail(f"{what} took more than {most} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("character", [*ONE, *SEVERAL])
def test_a_long_line_of_one_character_is_read_at_once(character: str) -> None:
    run = character * (LENGTH // len(character))
    for place, text in PLACES.items():
        with processor_seconds(MOST_SECONDS, f"{character!r} as {place}"):
            found = read_bytes(text.replace("~", run).encode(), "a.txt", "")
        assert "加快" in found.text
        assert max(len(passage.text) for passage in found.passages) <= LONGEST


@pytest.mark.parametrize("character", [*ONE, *SEVERAL])
def test_a_long_line_alone_is_read_or_refused_at_once(character: str) -> None:
    run = character * (LENGTH // len(character))
    with processor_seconds(MOST_SECONDS, repr(character)), suppress(RefusedFileError):
        assert len(read_bytes(run.encode(), "a.txt", "").masthead.title) < 100


@pytest.mark.parametrize("case", REPEATED)
def test_what_is_repeated_is_read_at_once(case: str) -> None:
    with processor_seconds(5 * MOST_SECONDS, case):
        found = read_bytes(REPEATED[case].encode(), "a.txt", "")
    assert found.masthead.number == "云政办发〔2025〕12号"


def test_comments_before_a_web_page_are_passed_over_at_once() -> None:
    comments = b"<!--a-->" * 1000
    with processor_seconds(MOST_SECONDS, "comments"):
        assert kind_of(comments, "a.txt") is Kind.TEXT
        assert kind_of(comments[:800] + b"<html>", "a.txt") is Kind.WEB
