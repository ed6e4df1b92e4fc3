"""One paper set in every format, each file read back with the library of its format."""

import io
import re
import shutil
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
import typer
from lxml import etree, html
from python_calamine import CalamineWorkbook

from eval.typeset import Format, Options, Paper, TypesetError, read_paper, set_in
from eval.typeset.__main__ import main
from eval.typeset.paper import Item, Role, Table
from eval.typeset.samples import SAMPLES, write_samples
from eval.typeset.soffice import convert
from eval.typeset.tables import joined_cells

TEXT = """云岭市人民政府文件
云政发〔2025〕12号
云岭市人民政府关于加快发展竹产业的实施意见
（2025年4月8日）
各县（区）人民政府，市政府各部门：
为推动竹产业高质量发展，结合我市实际，提出如下意见，请各县（区）各部门认真抓好贯彻落实。
一、总体要求
（一）发展思路。以龙头企业为牵引，到2027年全市竹产业总产值达到120亿元。
（二）发展目标。新增竹林基地8万亩，带动5万户农户增收。
二、重点任务
（三）建设基地。每年改造低产竹林2万亩，验收合格的每亩补助300元。
1. 道路建设。新修竹林道路260公里，其中主干道路90公里。
2. 良种繁育。建设苗圃3处，面积不少于400亩，由市林业局牵头。
（四）培育企业。
1. 支持技改。对设备投资额300万元以上的项目按10%给予补助。
三、名单
组  长：周  明  市委副书记、市长
副组长：陈志远  副市长
李  想  市林业局局长
附件：竹产业重点项目表
云岭市人民政府
2025年4月8日
附件
竹产业重点项目表
县区	序号	项目名称	投资（万元）
青竹县	1	竹材板材园	3600
青竹县	2	竹笋加工线	980
白溪区	3	竹炭新材料	1250
合计		3个项目	5830
云岭市人民政府办公室	2025年4月9日印发
"""
TABLE_TEXT = "\n".join(
    ["竹产业重点项目表", *[line for line in TEXT.split("\n") if "\t" in line][:5]]
)
WORDS = re.sub(r"\s", "", TEXT)

needs_soffice = pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def paper() -> Paper:
    return read_paper(TEXT)


def only(format_: Format, paper: Paper, options: Options | None = None) -> bytes:
    (data,) = set_in(format_, paper, options or Options()).values()
    return data


@pytest.fixture(scope="module")
def pdf(paper: Paper) -> bytes:
    if not shutil.which("soffice"):
        pytest.skip("needs LibreOffice")
    return only(Format.PDF, paper)


def test_the_parts_of_a_paper_are_told(paper: Paper) -> None:
    roles = {block.text: block.role for block in paper.blocks if isinstance(block, Item)}
    assert roles["云岭市人民政府文件"] is Role.RED_HEAD
    assert roles["云岭市人民政府关于加快发展竹产业的实施意见"] is Role.TITLE
    assert roles["（2025年4月8日）"] is Role.SUBTITLE
    assert roles["各县（区）人民政府，市政府各部门："] is Role.SALUTATION
    assert roles["李  想  市林业局局长"] is Role.ROSTER
    assert roles["云岭市人民政府"] is Role.SIGNATURE
    assert roles["2025年4月8日"] is Role.SIGNED
    assert roles["竹产业重点项目表"] is Role.ANNEX_TITLE
    assert roles["云岭市人民政府办公室\t2025年4月9日印发"] is Role.IMPRINT


def test_broken_lines_are_joined_unless_they_are_to_be_kept() -> None:
    text = (
        "一、总则\n全市各级各部门要认真贯彻落实本意见提出的各项任务，切实加强组织领导，强\n化责任。"
    )
    joined, kept = read_paper(text), read_paper(text, keep_lines=True)
    assert (len(joined.blocks), len(kept.blocks)) == (2, 3)


def body_words(data: bytes) -> list[str]:
    """Paragraphs and tables in order, each cell once, with tracked insertions."""
    body = docx.Document(io.BytesIO(data)).element.body
    kinds = ".//w:p[not(ancestor::w:tbl)] | .//w:tc[not(w:tcPr/w:vMerge[not(@w:val)])]//w:p"
    return ["".join(p.xpath(".//w:t//text()")) for p in body.xpath(kinds)]


@pytest.mark.parametrize("options", [Options(merged=False), Options(merged=False, tracked=True)])
def test_a_word_document_has_the_words(paper: Paper, options: Options) -> None:
    assert squeezed("".join(body_words(only(Format.DOCX, paper, options)))) == WORDS


def test_a_word_document_is_printed_as_the_standard_says(paper: Paper) -> None:
    document = docx.Document(io.BytesIO(only(Format.DOCX, paper)))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 35, 28, 26]
    head, number = document.paragraphs[:2]
    assert str(head.runs[0].font.color.rgb) == "E60012"
    assert "pBdr" in number._p.xml
    assert 'w:eastAsia="仿宋_GB2312"' in document.paragraphs[5]._p.xml
    assert 'w:firstLineChars="200"' in document.paragraphs[5]._p.xml
    assert "PAGE" in section.even_page_footer.paragraphs[0]._p.xml
    assert section.header.paragraphs[0].text == "云岭市人民政府"


def test_equal_cells_are_joined_and_the_header_is_repeated(paper: Paper) -> None:
    (table,) = docx.Document(io.BytesIO(only(Format.DOCX, paper))).tables
    assert table.cell(1, 0)._tc is table.cell(2, 0)._tc
    assert table.cell(4, 0)._tc is table.cell(4, 1)._tc
    assert "tblHeader" in table.rows[0]._tr.xml


def test_cells_are_joined_below_and_to_the_right() -> None:
    table = Table((("县", "项目", "数"), ("甲", "一", "1"), ("甲", "二", "1"), ("合计", "", "2")))
    found = [
        (area.row, area.column, area.last_row, area.last_column)
        for area in joined_cells(table, True)
    ]
    assert found == [(1, 0, 2, 0), (3, 0, 3, 1)]
    assert [area.row for area in joined_cells(table, False)] == [3]


@needs_soffice
def test_automatic_numbers_are_those_of_the_text(paper: Paper) -> None:
    data = only(Format.DOCX, paper, Options(numbered=True, merged=False))
    words = "".join(body_words(data))
    assert not re.search("一、|（[一二三四]）|1\\. ", words)
    assert squeezed(convert(data, "docx", "txt").decode("utf-8-sig")) == WORDS


def test_tracked_changes_and_a_comment_stand_in_the_file(paper: Paper) -> None:
    data = only(Format.DOCX, paper, Options(tracked=True))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml").decode()
        comments = package.read("word/comments.xml").decode()
    assert re.search("<w:ins ", body)
    assert re.search("<w:delText>[^<]+", body)
    assert "已与有关单位核对" in comments


@pytest.mark.parametrize("format_", [Format.DOCX, Format.HTML, Format.TXT])
def test_the_same_paper_gives_the_same_bytes(paper: Paper, format_: Format) -> None:
    assert only(format_, paper) == only(format_, paper)


def test_a_pdf_has_a_text_layer_and_page_numbers(pdf: bytes, paper: Paper) -> None:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [squeezed(page.get_textpage().get_text_bounded()) for page in document]
    assert "—1—" in pages[0]
    assert "—2—" in pages[1]
    text = re.sub("—[0-9]—", "", "".join(pages)).replace("云岭市人民政府", "")
    assert sorted(text) == sorted(WORDS.replace("青竹县2", "2").replace("云岭市人民政府", ""))
    convert.cache_clear()
    assert only(Format.PDF, paper) == pdf


def test_a_scan_is_pictures_alone(pdf: bytes, paper: Paper) -> None:
    data = only(Format.SCAN, paper)
    with pypdfium2.PdfDocument(data) as document, pypdfium2.PdfDocument(pdf) as printed:
        assert len(document) == len(printed)
        assert all(page.get_textpage().count_chars() == 0 for page in document)
        assert [round(side) for side in document[0].get_size()] == [595, 842]
        assert len(data) < 150_000 * len(document)
    assert only(Format.SCAN, paper) == data
    assert only(Format.SCAN, paper, Options(seed=1)) != data


@needs_soffice
@pytest.mark.parametrize("format_", [Format.PNG, Format.JPG])
def test_pages_are_pictures(paper: Paper, format_: Format) -> None:
    files = set_in(format_, paper)
    assert list(files) == [f"-{number}.{format_}" for number in range(1, len(files) + 1)]
    assert files[f"-1.{format_}"].startswith((b"\x89PNG", b"\xff\xd8\xff"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_web_page_has_the_paper_among_the_furniture(paper: Paper, encoding: str) -> None:
    page = html.fromstring(only(Format.HTML, paper, Options(merged=False, encoding=encoding)))
    (article,) = page.find_class("article")
    assert squeezed(article.text_content()) == "打印本页关闭窗口分享到微信分享到微博" + WORDS
    assert page.findtext(".//h1") == paper.masthead.title
    assert page.findtext("head/title") == f"{paper.masthead.title}_政府信息公开"
    assert article.xpath(".//td[@colspan='2']/text()") == ["合计"]


def test_a_web_page_joins_cells(paper: Paper) -> None:
    page = html.fromstring(only(Format.HTML, paper))
    assert page.xpath("//td[@rowspan='2']/text()") == ["青竹县"]


def test_ofd_prints_what_the_pdf_prints(pdf: bytes, paper: Paper) -> None:
    space = {"ofd": "http://www.ofdspec.org/2016"}
    with zipfile.ZipFile(io.BytesIO(only(Format.OFD, paper))) as package:
        root = etree.fromstring(package.read("OFD.xml"))
        names = [name for name in package.namelist() if name.endswith("Content.xml")]
        pages = [etree.fromstring(package.read(name)) for name in names]
    assert root.findtext(".//ofd:Title", namespaces=space) == paper.masthead.title
    with pypdfium2.PdfDocument(pdf) as document:
        printed = [squeezed(page.get_textpage().get_text_bounded()) for page in document]
    codes = [page.findall(".//ofd:TextCode", space) for page in pages]
    assert [squeezed("".join(code.text or "" for code in page)) for page in codes] == printed
    assert any(page.findall(".//ofd:PathObject", space) for page in pages)
    for code in (code for page in codes for code in page):
        steps = re.sub(r"g (\d+) \S+", lambda m: "x " * int(m[1]), code.get("DeltaX", ""))
        assert len(steps.split()) == len(code.text or "") - 1


def test_a_workbook_has_the_rows_and_joined_cells() -> None:
    data = only(Format.XLSX, read_paper(TABLE_TEXT))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[0][0] == "竹产业重点项目表"
    assert rows[2] == ["青竹县", 1, "竹材板材园", 3600]
    assert rows[3][0] == ""
    assert ((2, 0), (3, 0)) in sheet.merged_cell_ranges


def test_a_paper_of_prose_is_no_workbook(paper: Paper) -> None:
    with pytest.raises(TypesetError, match="不适合排成表格"):
        set_in(Format.XLSX, paper)


def test_plain_text_is_the_source(paper: Paper) -> None:
    assert only(Format.TXT, paper).decode("gb18030") == TEXT.replace("\n", "\r\n")


@needs_soffice
def test_an_old_word_document(paper: Paper) -> None:
    assert only(Format.DOC, paper).startswith(b"\xd0\xcf\x11\xe0")


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TypesetError, match="apt-get install libreoffice-writer-nogui"):
        convert(b"", "docx", "pdf")


def test_the_command_writes_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "意见.txt"
    source.write_text(TEXT, encoding="utf-8")
    main(source, tmp_path / "out", to="docx,html,txt")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["意见.docx", "意见.html", "意见.txt"]
    assert "意见.docx" in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        main(source, tmp_path / "out", to="docx,wps")
    assert "没有“wps”这种格式" in capsys.readouterr().err


@needs_soffice
def test_the_samples_are_set_from_their_sources(tmp_path: Path) -> None:
    for made in write_samples(tmp_path):
        kept = SAMPLES / made.name
        assert contents(made) == contents(kept), f"{kept} is not what make samples writes"


def contents(path: Path) -> object:
    """What a file holds, but for what depends on the versions of programs."""
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}
    if path.suffix in (".html", ".txt"):
        return path.read_bytes()
    return path.exists()
