"""PDF files: their text layer, drawings, and pages without text."""

import io
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.shared import Pt
from PIL import Image, ImageDraw

from ingest.content import Content
from ingest.errors import RefusedFileError
from ingest.formats.pdf import reader as pdf
from ingest.reader import read_bytes

SIZE = 16


def make(pages: Sequence[str], rotate: int = 0, extra: str = "") -> bytes:
    """A PDF of drawing commands, with a Chinese font that the reader's machine need not have."""
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        3: "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        "/DescendantFonts[4 0 R]>>",
        4: "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
        5: "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/ItalicAngle 0/Ascent 880"
        "/Descent -120/CapHeight 880/StemV 93/FontBBox[-25 -254 1000 880]>>",
    }
    for at, commands in enumerate(pages):
        objects[10 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}"
            f"/Contents {11 + 2 * at} 0 R/Resources<</Font<</F 3 0 R>>>>>>"
        )
        objects[11 + 2 * at] = f"<</Length {len(commands)}>>stream\n{commands}\nendstream"
    data, places = b"%PDF-1.4\n", {}
    for number, value in objects.items():
        places[number] = len(data)
        data += f"{number} 0 obj{value}endobj\n".encode()
    start = len(data)
    table = "".join(f"{n} 1\n{place:010} 00000 n \n" for n, place in places.items())
    trailer = f"trailer<</Size {max(objects) + 1}/Root 1 0 R{extra}>>"
    return (
        data
        + f"xref\n0 1\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{start}\n%%EOF".encode()
    )


def show(text: str, x: float, y: float, matrix: str = "1 0 0 1", more: str = "") -> str:
    code = text.encode("utf-16-be").hex()
    return f"BT {more} /F {SIZE} Tf {matrix} {x} {y} Tm <{code}> Tj ET\n"


def read(data: bytes) -> Content:
    return pdf.read(data, lambda done, total: None)


def texts(data: bytes) -> list[str]:
    return [line.text for line in read(data).lines]


def test_text_and_progress() -> None:
    seen: list[tuple[int, int]] = []
    pages = [show(f"第{n}条　本办法自印发之日起施行。", 100, 700) for n in "一二三"]
    content = pdf.read(make(pages), lambda done, total: seen.append((done, total)))
    assert [line.page for line in content.lines] == [1, 2, 3]
    assert content.lines[1].text == "第二条　本办法自印发之日起施行。"
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert content.title == ""


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (show("泽川市", 100, 700) + show("泽川市", 100.4, 700), ["泽川市"]),
        (show("泽川市", 100, 700) + show("样稿", 200, 300, "0.7 0.7 -0.7 0.7"), ["泽川市"]),
        (show("泽川市", 100, 700) + show("隐藏文字", 100, 600, more="3 Tr"), ["泽川市"]),
        (show("识别文字", 100, 600, more="3 Tr"), ["识别文字"]),
        (show("⽤⽔⼤户⻓期", 100, 700), ["用水大户长期"]),
        (show("打响品牌", 100, 700) + show("‘’", 90, 300), ["打响品牌", "‘’"]),
        ("", []),
    ],
    ids=[
        "printed twice",
        "watermark",
        "hidden",
        "scan with text",
        "radicals",
        "two lines",
        "empty",
    ],
)
def test_what_is_text(drawn: str, expected: list[str]) -> None:
    assert texts(make([drawn])) == expected


def test_marks_written_apart_stand_where_they_are_seen() -> None:
    line = show("响", 100, 700) + show("“", 116, 700) + show("”", 180, 700)
    line += show("桃花鱼", 132, 700) + show("品牌", 196, 700)
    assert texts(make([line])) == ["响“桃花鱼”品牌"]


def test_a_mark_of_another_font_between_the_characters_of_a_run() -> None:
    line = (
        show("”", 148, 700)
        + "BT /F 16 Tf 1 0 0 1 100 700 Tm [<684382b19c7c> -500 <54c1724c>] TJ ET"
    )
    assert texts(make([line])) == ["桃花鱼”品牌"]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("matrix", "first", "second"),
    [
        ("1 0 0 1", (100, 700), (100, 670)),
        ("0 1 -1 0", (100, 100), (130, 100)),
        ("-1 0 0 -1", (500, 100), (500, 130)),
        ("0 -1 1 0", (500, 700), (470, 700)),
    ],
    ids=["upright", "up", "upside down", "down"],
)
def test_turned_text(
    matrix: str, first: tuple[float, float], second: tuple[float, float], rotate: int
) -> None:
    drawn = show("（二）统筹推进", 0, 0, matrix).replace(" 0 0 Tm", " {} {} Tm".format(*second))
    drawn += show("（一）健全机制", 0, 0, matrix).replace(" 0 0 Tm", " {} {} Tm".format(*first))
    assert texts(make([drawn], rotate)) == ["（一）健全机制", "（二）统筹推进"]


def test_rare_characters_beside_what_is_off_the_page() -> None:
    drawn = show("𠮷", 100, 700) + show("页外", 700, 700)
    data = make([drawn]).replace(b"UniGB-UCS2-H", b"UniGB-UTF16-H")
    assert texts(data) == ["𠮷"]


def cells(rows: Sequence[Sequence[str]]) -> str:
    return "".join(
        show(cell, 104 + place * 120, 684 - at * 24)
        for at, row in enumerate(rows)
        for place, cell in enumerate(row)
        if cell
    )


STROKES = "".join(
    [f"100 {y} m 340 {y} l S\n" for y in (700, 676, 652)]
    + [f"{x} 700 m {x} 652 l S\n" for x in (100, 220, 340)]
)
BOXES = "".join(f"{x} {y} 120 24 re S\n" for x in (100, 220) for y in (652, 676))
FILLED = "".join(
    [f"100 {y} 240 0.6 re f\n" for y in (700, 676, 652)]
    + [f"{x} 652 0.6 48 re f\n" for x in (100, 220, 340)]
)
SCALED = "q 2 0 0 2 0 0 cm " + "".join(
    f"{x} {y} 60 12 re S\n" for x in (50, 110) for y in (326, 338)
)
SCALED += "Q\n"


@pytest.mark.parametrize(
    "drawing",
    [STROKES, BOXES, FILLED, SCALED],
    ids=["lines", "boxes", "thin boxes", "scaled boxes"],
)
def test_drawn_tables(drawing: str) -> None:
    rows = [["项目", "责任单位"], ["望湖区水厂", "市水利局"]]
    assert texts(make([drawing + cells(rows)])) == ["\t".join(row) for row in rows]


@pytest.mark.parametrize(
    "drawing",
    [
        "1 1 1 RG " + STROKES,
        "1 1 1 rg " + BOXES.replace("S", "f"),
        "0.8 g " + BOXES.replace("S", "f"),
    ],
    ids=["white lines", "white boxes", "shading"],
)
def test_what_draws_no_table(drawing: str) -> None:
    assert not any("\t" in text for text in texts(make([drawing + cells([["项目", "单位"]])])))


def test_words_that_touch_a_line_are_divided_by_it() -> None:
    full = [["一二三四五六七", "八九十"], ["甲乙丙丁戊己庚", "辛壬癸"]]
    drawn = "".join(show("".join(row), 108, 684 - at * 24) for at, row in enumerate(full))
    assert texts(make([STROKES + drawn])) == ["\t".join(row) for row in full]


def saved(document: pypdfium2.PdfDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_refusals() -> None:
    with pytest.raises(RefusedFileError, match="损坏"):
        read(b"%PDF-1.7\n" + b"\0" * 100)
    encrypted = make(
        [show("泽川市", 100, 700)],
        extra=f"/ID[<{'00' * 16}><{'00' * 16}>]/Encrypt"
        f"<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>",
    )
    with pytest.raises(RefusedFileError, match="密码"):
        read(encrypted)


def picture_pdf(text: str, font: str) -> bytes:
    from PIL import ImageFont

    image = Image.new("RGB", (1654, 2339), "white")
    ImageDraw.Draw(image).text((300, 400), text, fill="black", font=ImageFont.truetype(font, 60))
    out = io.BytesIO()
    image.save(out, "PDF", resolution=200)
    return out.getvalue()


FONTS = [*Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc")]


@pytest.mark.skipif(not FONTS, reason="no Chinese font on this machine")
@pytest.mark.skipif(find_spec("rapidocr") is None, reason="OCR is not installed")
def test_scanned_pages_among_printed_ones() -> None:
    scan = pypdfium2.PdfDocument(picture_pdf("泽川市重点项目清单", str(FONTS[0])))
    whole = pypdfium2.PdfDocument(make([show("关于印发清单的通知", 100, 700)]))
    whole.import_pages(scan)
    data = saved(whole)
    scan.close()
    whole.close()
    assert [(line.page, line.text) for line in read(data).lines] == [
        (1, "关于印发清单的通知"),
        (2, "泽川市重点项目清单"),
    ]


PAPER = """泽川市冷链物流发展实施方案

为贯彻落实上级部署，加快补齐冷链物流短板，结合我市实际，制定本方案。
一、总体要求
坚持政府引导、企业主体，用三年时间建成覆盖城乡的冷链物流网络，服务全市农产品出村进城，让群众吃得放心。到2027年，全市冷库容量达到60万立方米，果蔬冷链流通率达到35%以上。
二、主要任务
（一）建设骨干基地。在望湖区规划建设冷链物流骨干基地，完善仓储、分拣、检测等功能，带动周边县区形成一小时配送圈。（市商务局牵头，市发改委、望湖区人民政府配合）
（二）完善产地设施。支持家庭农场、合作社建设产地冷藏保鲜设施，对符合条件的按造价给予补助。（市农业农村局牵头，市财政局配合）
三、保障措施
加强组织领导，定期调度，压实责任。
"""


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_printed_paper_reads_as_its_text(tmp_path: Path) -> None:
    document = docx.Document()
    for text in filter(None, PAPER.split("\n")):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.add_run(text).font.size = Pt(SIZE)
    document.save(str(tmp_path / "paper.docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "paper.docx")], check=True, capture_output=True)
    printed = read_bytes((tmp_path / "paper.pdf").read_bytes(), "paper.pdf", "")
    typed = read_bytes(PAPER.encode(), "paper.txt", "")
    assert "".join(printed.text.split()) == "".join(typed.text.split())
    assert [s.path for s in printed.sections] == [s.path for s in typed.sections]
    assert [(r.leads, r.supports) for r in printed.responsibilities] == [
        (r.leads, r.supports) for r in typed.responsibilities
    ]
    assert typed.responsibilities
