"""Markdown: its signs go, the words and numbers of the paper stay."""

import pytest

from ingest.content import Content, Line
from ingest.errors import NothingToReadError, RefusedFileError
from ingest.formats.markdown.reader import read


def content(text: str) -> Content:
    return read(text.encode(), lambda done, total: None)


def texts(text: str) -> list[str]:
    return [line.text for line in content(text).lines]


@pytest.mark.parametrize(
    ("text", "title", "headings"),
    [
        ("# 关于**印发**方案的通知\n## 一、总则 ##\n正文", "关于印发方案的通知", [1, 2, 0]),
        ("供水条例\n====\n总则\n---\n正文", "供水条例", [1, 2, 0]),
        ("##总则\n#hashtag\n####### 七", "", [2, 0, 0]),
        ('---\ntitle: "供水办法"\ntags: [a]\n---\n正文', "供水办法", [0]),
        ("#\n\n##\n正文", "", [0]),
    ],
)
def test_headings_and_title(text: str, title: str, headings: list[int]) -> None:
    found = content(text)
    assert found.title == title
    assert [line.heading for line in found.lines] == headings


@pytest.mark.parametrize("text", ["---\ntitle: 目录\n---\n", "---\n---\n<!-- 空 -->\n\n"])
def test_front_matter_alone_is_nothing_to_read(text: str) -> None:
    with pytest.raises(NothingToReadError, match="没有正文"):
        content(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一、总则\n（一）目标\n1. 新建\n2.改造\n1．全角",
         ["一、总则", "（一）目标", "1. 新建", "2.改造", "1．全角"]),
        ("- 甲\n* 乙\n  + 丙\n- [x] 丁", ["甲", "乙", "丙", "丁"]),
        ("> 引文\n>> 二层\n5 > 3", ["引文", "二层", "5 > 3"]),
        ("甲\n\n---\n\n***\n乙", ["甲", "乙"]),
        ("```\n# 不是标题\n**原样**\n```\n后", ["# 不是标题", "**原样**", "后"]),
        ("前<!-- 注\n释 -->后", ["前后"]),
        ("甲<br>乙  \n丙\\\n丁", ["甲", "乙", "丙", "丁"]),
        ("[1]: https://a.b\n正文[1]", ["正文[1]"]),
    ],
)  # fmt: skip
def test_blocks(text: str, lines: list[str]) -> None:
    assert texts(text) == lines


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**牵头单位**：*县水务局*、__县财政局__、~~县局~~", "牵头单位：县水务局、县财政局、县局"),
        ("见[办法](http://a.b/c_(d) '题')和![图](x.png)，<https://a.b>", "见办法和图，https://a.b"),
        ("40*4=160，20*8=160，a_b_c，`x*y*z`，5\\*6", "40*4=160，20*8=160，a_b_c，x*y*z，5*6"),
        ("青政发[2025]8号，投资&lt;5%，a<b 且 c>d，10<sup>4</sup>m",
         "青政发[2025]8号，投资<5%，a<b 且 c>d，10⁴m"),
        ('<p align="center"><font color=red>通知</font></p>', "通知"),
    ],
)  # fmt: skip
def test_signs_in_a_line(text: str, words: str) -> None:
    assert texts(text) == [words]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| 乡镇 | 数量<br>（处） |\n|:--|--:|\n| 东岭 | **3** |\n|西塘|4|\n正文",
         ["乡镇\t数量 （处）", "东岭\t3", "西塘\t4", "正文"]),
        ("甲|乙\n-|-\n1|2", ["甲\t乙", "1\t2"]),
        ("|甲|乙|丙|\n|-|-|-|\n|1||a\\|b|", ["甲\t乙\t丙", "1\t\ta|b"]),
        ("<table><tr><th>甲</th><th>乙</th></tr><tr><td>1</td><td>2</td></tr></table>",
         ["甲\t乙", "1\t2"]),
    ],
)  # fmt: skip
def test_tables(text: str, rows: list[str]) -> None:
    assert texts(text) == rows


def test_only_lines_of_one_paragraph_may_go_on() -> None:
    lines = content("第一行\n第二行\n- 列表\n\n第三行\n　　第四行").lines
    assert [line.full for line in lines] == [None, False, False, False, False]
    assert lines[3] == Line("第三行", after_blank=True, full=False)


@pytest.mark.parametrize("data", [b"", b"\0\1\2\3" * 40])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedFileError):
        read(data, lambda done, total: None)
