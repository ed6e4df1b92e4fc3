"""Word files: the numbers that Word counts, headings and titles."""

import pytest

from ingest.formats.word.numerals import numeral
from ingest.reader import read_bytes
from tests.ingest.word_xml import (
    content,
    level,
    lines,
    list_lines,
    numbered,
    numbering,
    p,
    package,
    r,
    styled,
    styles,
    table,
    tc,
)


def test_numbers_in_cells_count_even_where_they_stand_alone() -> None:
    row = [tc(p("", numbered(1))), "事项"]
    found = lines(table(row, row), numbering=numbering(level(0, "decimal", "%1")))
    assert found == ["1\t事项", "2\t事项"]


@pytest.mark.parametrize(
    ("style", "number", "expected"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 21, "二十一"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("japaneseCounting", 110, "一百一十"),
        ("chineseCountingThousand", 2010, "二千零一十"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographDigital", 20, "二〇"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 13, "子"),
        ("decimal", 12, "12"),
        ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 21, "㉑"),
        ("decimalEnclosedCircleChinese", 51, "51"),
        ("lowerLetter", 28, "bb"),
        ("upperLetter", 3, "C"),
        ("lowerRoman", 14, "xiv"),
        ("upperRoman", 4, "IV"),
        ("chineseCounting", 0, "零"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("ideographZodiacTraditional", 13, "丙子"),
        ("lowerLetter", 0, "0"),
        ("none", 4, ""),
        ("neverHeardOf", 4, "4"),
        ("upperRoman", 10**8, "100000000"),
    ],
)
def test_numerals(style: str, number: int, expected: str) -> None:
    assert numeral(number, style) == expected


OUTLINE = [
    level(0, "chineseCounting", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
]


@pytest.mark.parametrize(
    ("levels", "positions", "expected"),
    [
        (OUTLINE, [0, 1, 1, 2, 0, 1],
         ["一、甲", "（一）甲", "（二）甲", "1. 甲", "二、甲", "（一）甲"]),
        ([level(0, "chineseCountingThousand", "第%1条")], [0, 0], ["第一条 甲", "第二条 甲"]),
        ([level(0, "chineseCounting", "第%1条", '<w:suff w:val="nothing"/>')], [0], ["第一条甲"]),
        ([level(0, "decimal", "%1"), level(1, "decimal", "%1.%2")], [0, 1, 1],
         ["1 甲", "1.1 甲", "1.2 甲"]),
        ([level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>")],
         [0, 1], ["第一章 甲", "1.1 甲"]),
        ([level(0, "decimal", "%1、"), level(1, "decimal", "第%2条", '<w:lvlRestart w:val="0"/>')],
         [0, 1, 0, 1], ["1、甲", "第1条 甲", "2、甲", "第2条 甲"]),
        ([level(0, "decimal", "%1、"), level(1, "decimal", "（%2）"),
          level(2, "decimal", "%3)", '<w:lvlRestart w:val="1"/>')],
         [0, 1, 2, 1, 2, 0, 1, 2],
         ["1、甲", "（1）甲", "1)甲", "（2）甲", "2)甲", "2、甲", "（1）甲", "1)甲"]),
        ([level(0, "bullet", "\uf0b7")], [0], ["甲"]),
        ([level(0, "decimal", "%1.", start=5)], [0, 0], ["5. 甲", "6. 甲"]),
        ([level(0, "decimal", "%1."), level(1, "decimal", "%1.%2")], [1], ["1.1 甲"]),
    ],
)  # fmt: skip
def test_lists(levels: list[str], positions: list[int], expected: list[str]) -> None:
    assert list_lines(levels, *positions) == expected


def test_lists_that_share_their_levels_count_on_unless_restarted() -> None:
    on = '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    again = f'<w:num w:numId="3"><w:abstractNumId w:val="0"/>{override}</w:num>'
    other = level(0, "upperLetter", "%1)")
    own = (
        '<w:num w:numId="4"><w:abstractNumId w:val="0"/>'
        f'<w:lvlOverride w:ilvl="0">{other}</w:lvlOverride></w:num>'
    )
    found = list_lines(OUTLINE, 0, "2:0", "3:0", "3:0", "4:0", nums=on + again + own)
    assert found == ["一、甲", "二、甲", "一、甲", "二、甲", "C)甲"]


def test_numbers_come_through_styles_and_can_be_taken_away() -> None:
    in_list = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    named = styles(
        ("h1", "heading 1", "", in_list), ("h2", "heading 2", "h1", ""), ("sub", "款", "", in_list)
    )
    levels = numbering(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="h1"/>'),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="sub"/>'),
    )
    body = styled("总体要求", "h1") + styled("原则", "sub") + styled("步骤", "h2")
    body += styled("附则", "h1", numbered(0))
    found = content(body, styles=named, numbering=levels)
    expected = [("一、总体要求", 1), ("（一）原则", 0), ("二、步骤", 2), ("附则", 1)]
    assert [(line.text, line.heading) for line in found.lines] == expected


def test_a_list_style_lends_its_levels() -> None:
    named = styles(("ls", "列表", "", '<w:numPr><w:numId w:val="1"/></w:numPr>'))
    link = (
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="ls"/></w:abstractNum>'
        '<w:num w:numId="6"><w:abstractNumId w:val="5"/></w:num>'
    )
    parts = {"styles": named, "numbering": numbering(*OUTLINE, nums=link)}
    assert lines(p("甲", numbered(6)), **parts) == ["一、甲"]


def test_empty_and_deleted_paragraphs_of_a_list() -> None:
    """Word counts an empty paragraph, but not one that is deleted."""
    deleted = "<w:rPr><w:del/></w:rPr>" + numbered(1)
    body = p("甲", numbered(1)) + p(f"<w:del>{r('删')}</w:del>", deleted) + p("乙", numbered(1))
    body += p("", numbered(1)) + p("丙", numbered(1))
    assert lines(body, numbering=numbering(*OUTLINE)) == ["一、甲", "二、乙", "四、丙"]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (styled("总则", "a"), 1),
        (styled("总则", "b"), 2),
        (styled("总则", "c"), 2),
        (styled("总则", "d"), 3),
        (styled("总则", "Heading4"), 4),
        (styled("总则", "c", '<w:outlineLvl w:val="9"/>'), 0),
        (p("总则", '<w:outlineLvl w:val="0"/>'), 1),
        (p("总则", '<w:outlineLvl w:val="8"/>'), 6),
        (styled("抓好落实。", "a"), 0),
        (styled("县" * 61, "a"), 0),
        (styled("总则", "circle"), 0),
        (p("总则"), 0),
    ],
)
def test_headings_are_those_the_file_declares(paragraph: str, expected: int) -> None:
    named = styles(
        ("a", "heading 1", "", ""),
        ("b", "标题 2", "", ""),
        ("c", "自定", "b", ""),
        ("d", "自定二", "b", '<w:outlineLvl w:val="2"/>'),
        ("circle", "环", "circle", ""),
    )
    assert [line.heading for line in content(paragraph, styles=named).lines] == [expected]


def test_a_heading_broken_by_hand_is_one_line() -> None:
    broken = p(r("第一章") + "<w:r><w:br/></w:r>" + r("总则"), '<w:outlineLvl w:val="0"/>')
    assert lines(broken) == ["第一章总则"]


def test_the_title_is_what_stands_first_in_the_style_title() -> None:
    named = styles(("t", "Title", "", '<w:outlineLvl w:val="0"/>'), ("own", "大标题", "t", ""))
    title = styled("某县人民政府关于", "t") + styled("印发氢能方案的通知", "own")
    found = content(title + p("正文。") + styled("氢能方案", "t"), styles=named)
    assert found.title == "某县人民政府关于印发氢能方案的通知"
    assert [(line.text, line.heading) for line in found.lines][:2] == [
        ("某县人民政府关于", 0),
        ("印发氢能方案的通知", 0),
    ]


def test_a_whole_paper_gets_its_outline_from_counted_numbers() -> None:
    body = p("某县关于发展氢能产业的实施方案") + p("总体要求", numbered(1)) + p("坚持创新。")
    body += p("重点任务", numbered(1)) + p("建设加氢站", numbered(1, 1)) + p("年内建成三座。")
    document = read_bytes(package(body, numbering=numbering(*OUTLINE)), "方案.docx", "")
    assert document.masthead.title == "某县关于发展氢能产业的实施方案"
    assert [section.path[-1] for section in document.sections] == [
        "一、总体要求",
        "二、重点任务",
        "（一）建设加氢站",
    ]
