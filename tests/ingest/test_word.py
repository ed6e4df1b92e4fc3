"""Word files: what the reader of the final paper sees, and nothing else."""

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from ingest.content import Line
from ingest.formats.word.reader import read
from ingest.reader import no_report, read_bytes
from ingest.types import PassageKind
from tests.ingest.word_xml import (
    NAMESPACES,
    WORD_TYPE,
    code,
    content,
    lines,
    made,
    mark,
    p,
    package,
    r,
    styled,
    styles,
    table,
    tc,
    with_parts,
)


def test_paragraphs_come_in_order_with_what_the_format_knows_of_them() -> None:
    found = content(
        p("第一段。") + p("") + p("第二段。", '<w:ind w:firstLineChars="200"/>') + p("　　第三段。")
        + p(r("第四") + "<w:r><w:br/></w:r>" + r("换行")) + p("<w:r><w:tab/></w:r>" + r("第五"))
    )  # fmt: skip
    assert found.lines == (
        Line("第一段。", full=False),
        Line("第二段。", after_blank=True, indented=True, full=False),
        Line("第三段。", indented=True, full=False),
        Line("第四", full=False),
        Line("换行", full=False),
        Line("第五", indented=True, full=False),
    )


def test_a_tab_parts_words_and_several_leave_wide_gaps() -> None:
    tab = "<w:r><w:tab/></w:r>"
    assert lines(p(r("联系人：") + tab + r("张三"))) == ["联系人： 张三"]
    assert lines(p(r("组长：") + tab + r("张三") + tab + tab + r("县长"))) == ["组长：  张三  县长"]


def test_columns_laid_out_by_tabs_become_a_table_but_a_roster_does_not() -> None:
    def columns(*rows: str) -> bytes:
        tab = "<w:r><w:tab/></w:r>"
        return package("".join(p(tab.join(r(cell) for cell in row.split())) for row in rows))

    rows = read_bytes(columns("县区 产业 产值", "甲县 氢能 3亿", "乙县 光伏 5亿"), "表.docx", "")
    assert {passage.kind for passage in rows.passages} == {PassageKind.ROWS}
    people = columns("组长： 张三丰 县长", "副组长： 李四光 副县长", "成员： 王五一 县财政局局长")
    assert {passage.kind for passage in read_bytes(people, "人.docx", "").passages} == {
        PassageKind.ROSTER
    }


@pytest.mark.parametrize(
    "inner",
    [
        f"<w:sdt><w:sdtPr/><w:sdtContent>{r('留')}</w:sdtContent></w:sdt>",
        f"<w:hyperlink>{r('留')}</w:hyperlink>",
        f"<w:smartTag>{r('留')}</w:smartTag>",
        f"<w:ins>{r('留')}</w:ins>",
        f"<w:moveTo>{r('留')}</w:moveTo>",
        f'<w:fldSimple w:instr="DATE">{r("留")}</w:fldSimple>',
        mark("begin") + code("DATE") + mark("separate") + r("留") + mark("end"),
        f"<w:r><w:ruby><w:rt>{r('liu')}</w:rt><w:rubyBase>{r('留')}</w:rubyBase></w:ruby></w:r>",
        '<w:r><w:sym w:font="宋体" w:char="7559"/></w:r>',
        mark("begin") + r("留"),
        mark("begin") + mark("separate") + r("留", "") + f"<w:del>{mark('end')}</w:del>",
    ],
)
def test_text_in_wrappers_is_kept(inner: str) -> None:
    assert lines(p(r("前") + inner) + p("后")) == ["前留", "后"]


@pytest.mark.parametrize(
    "inner",
    [
        '<w:del><w:r><w:delText>删</w:delText></w:r></w:del>',
        f"<w:del>{r('删')}</w:del>",
        f"<w:moveFrom>{r('移')}</w:moveFrom>",
        '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
        mark("begin") + code("MERGEFIELD 名") + mark("end"),
        r("隐", "<w:vanish/>"),
        '<w:r><w:footnoteReference w:id="9"/></w:r>',
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
        '<w:r><w:sym w:char="FFFFFFFFFF"/></w:r>',
    ],
)  # fmt: skip
def test_what_the_final_paper_does_not_show_is_left_out(inner: str) -> None:
    assert lines(p(r("前") + inner + r("后", '<w:vanish w:val="0"/>'))) == ["前后"]


def test_hidden_styles_hide_their_text() -> None:
    hidden = styles(("a", "暗", "", "")).replace("</w:pPr>", "</w:pPr><w:rPr><w:vanish/></w:rPr>")
    assert lines(
        styled("暗", "a") + p(r("明") + r("暗", '<w:rStyle w:val="a"/>')), styles=hidden
    ) == ["明"]


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next() -> None:
    deleted = "<w:rPr><w:del/></w:rPr>"
    assert lines(p("前半", deleted) + p("后半。") + p("末段。", deleted)) == [
        "前半后半。",
        "末段。",
    ]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{p('某县人民政府文件')}{p('某政〔2031〕3号')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert lines(p(f"<w:r>{both}</w:r>") + p("正文")) == [
        "某县人民政府文件",
        "某政〔2031〕3号",
        "正文",
    ]
    art = '<w:r><w:pict><v:shape><v:textpath string="红头文件"/></v:shape></w:pict></w:r>'
    assert lines(p(art)) == ["红头文件"]


def test_a_table_of_contents_is_left_out_by_field_by_style_and_by_control() -> None:
    entry = p(mark("begin") + code("TOC \\o") + mark("separate") + r("一、总则 1")) + p(
        "二、附则 2"
    )
    after = p(mark("end") + r("一、总则"))
    assert lines(p("目　录") + entry + after) == ["一、总则"]
    toc = styles(("21", "toc 1", "", ""))
    assert lines(p("目录") + styled("一、总则 1", "21") + p("一、总则"), styles=toc) == ["一、总则"]
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    control = (
        f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{p('总则 1')}</w:sdtContent></w:sdt>"
    )
    assert lines(control + p("一、总则")) == ["一、总则"]


def test_notes_follow_the_paragraph_that_refers_to_them() -> None:
    document = docx.Document()
    notes = (
        f'<w:footnotes {NAMESPACES}><w:footnote w:type="separator" w:id="0">{p("线")}</w:footnote>'
        f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>" + r(" “双碳”：指两个目标。"))}'
        "</w:footnote></w:footnotes>"
    )
    name, kind = PackURI("/word/footnotes.xml"), f"{WORD_TYPE}.footnotes+xml"
    document.part.relate_to(Part(name, kind, notes.encode(), document.part.package), RT.FOOTNOTES)
    body = p(r("实现双碳") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + r("。")) + p("下一段。")
    data = with_parts(
        made(document), document=f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    )
    found = [line.text for line in read(data, no_report).lines]
    assert found == ["实现双碳。", "“双碳”：指两个目标。", "下一段。"]


def test_headers_and_footers_go_to_the_margins() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    document.sections[0].header.paragraphs[0].text = "机密★1年"
    document.sections[0].footer.paragraphs[0].text = "内部资料"
    found = read(made(document), no_report)
    assert set(found.margins) == {"机密★1年", "内部资料"}
    assert [line.text for line in found.lines] == ["正文"]


SPAN2, DOWN, ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["甲", "乙"], ["1", ""]], ["甲\t乙", "1\t"]),
        ([[tc("甲", SPAN2), "乙"], ["1", "2", "3"]], ["甲\t\t乙", "1\t2\t3"]),
        ([[tc("甲", DOWN), "乙"], [tc("", ON), "丙"]], ["甲\t乙", "\t丙"]),
        ([[tc(p("甲") + p("") + p("乙")), "丁"]], ["甲 乙\t丁"]),
        ([[tc(p(r("丙") + "<w:r><w:br/></w:r>" + r("丁"))), "戊"]], ["丙 丁\t戊"]),
        ([[tc(p(r("甲") + "<w:r><w:tab/></w:r>" + r("乙"))), "丙"]], ["甲 乙\t丙"]),
        ([[tc(table(["里", "外"]) + p("后")), "丙"]], ["里 外 后\t丙"]),
        ([["标题"], [tc(p("一段。") + p("二段。"))]], ["标题", "一段。", "二段。"]),
        ([[tc(table(["里", "外"]) + p(""))]], ["里\t外"]),
    ],
)  # fmt: skip
def test_tables(rows: list[list[str]], expected: list[str]) -> None:
    assert lines(table(*rows)) == expected


def test_deleted_rows_are_left_out_and_left_out_columns_stay_empty() -> None:
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr>{tc('删')}{tc('去')}</w:tr>"
    shifted = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc("甲")}{tc("乙")}</w:tr>'
    assert lines(f"<w:tbl>{deleted}{shifted}</w:tbl>") == ["\t甲\t乙"]


def test_blocks_in_wrappers_are_read() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    def either(inner: str) -> str:
        return (
            f"<mc:AlternateContent><mc:Choice>{inner}</mc:Choice>"
            f"<mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>"
        )

    body = control(p("一")) + f"<w:customXml>{p('二')}</w:customXml>" + either(p("三"))
    row = f"<w:tr>{tc('四')}{control(tc('五'))}{either(tc('六'))}</w:tr>"
    assert lines(f"{body}<w:tbl>{control(row)}</w:tbl>") == ["一", "二", "三", "四\t五\t六"]
