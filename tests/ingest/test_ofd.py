"""OFD (GB/T 33190-2016): the words where they are printed, in reading order."""

import io
import shutil
import subprocess
import zipfile
from importlib.util import find_spec

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.container.kinds import Kind, kind_of
from ingest.content import Content
from ingest.errors import RefusedFileError
from ingest.formats.ofd.reader import read

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(x: float, y: float, words: str, more: str = "", size: float = 5) -> str:
    """A TextObject with its corner at x, y in millimetres, its characters set one em apart."""
    steps = f'DeltaX="g {len(words) - 1} {size}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="1" Font="2" Size="{size}" {more}'
        f' Boundary="{x} {y} {len(words) * size} {size}">'
        f'<ofd:TextCode X="0" Y="{0.88 * size}" {steps}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def path(x: float, y: float, data: str) -> str:
    return (
        f'<ofd:PathObject ID="9" Boundary="{x} {y} 100 100" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page(*objects: str, head: str = "") -> str:
    layer = f'<ofd:Layer ID="3">{"".join(objects)}</ofd:Layer>'
    return f"<ofd:Page {NAMESPACE}>{head}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def composite_unit(content: str) -> str:
    """Resources that hold the composite unit 7."""
    unit = f'<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{content}</ofd:Content>'
    return (
        f'<ofd:Res {NAMESPACE} BaseLoc="."><ofd:CompositeGraphicUnits>{unit}'
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )


def ofd(*documents: list[str], common: str = "", **parts: str | bytes) -> bytes:
    """An OFD file of some documents of some pages; ``parts`` stand beside each Document.xml."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        bodies = ""
        for number, pages in enumerate(documents):
            bodies += (
                f"<ofd:DocBody><ofd:DocRoot>Doc_{number}/Document.xml</ofd:DocRoot></ofd:DocBody>"
            )
            places = "".join(
                f'<ofd:Page ID="{at}" BaseLoc="P{at}.xml"/>' for at in range(len(pages))
            )
            package.writestr(
                f"Doc_{number}/Document.xml",
                f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea>"
                f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
                f"{common}</ofd:CommonData><ofd:Pages>{places}</ofd:Pages></ofd:Document>",
            )
            for at, words in enumerate(pages):
                package.writestr(f"Doc_{number}/P{at}.xml", words)
            for name, words in parts.items():
                package.writestr(f"Doc_{number}/{name}", words)
        package.writestr("OFD.xml", f"<ofd:OFD {NAMESPACE}>{bodies}</ofd:OFD>")
    return stream.getvalue()


def content(data: bytes) -> Content:
    return read(data, lambda done, total: None)


def lines(*objects: str, **parts: str | bytes) -> list[str]:
    return [line.text for line in content(ofd([page(*objects)], **parts)).lines]  # type: ignore[arg-type]


def test_lines_stand_in_reading_order_whatever_the_order_of_the_file() -> None:
    file = ofd([page(text(30, 60, "第二行的文字。"), text(30, 40, "第一行的文字。"))])
    assert kind_of(file, "文件.ofd") is Kind.OFD
    assert [line.text for line in content(file).lines] == ["第一行的文字。", "第二行的文字。"]


def test_characters_set_one_by_one_make_a_line() -> None:
    assert lines(*(text(30 + 5 * at, 40, char) for at, char in enumerate("供水条例"))) == [
        "供水条例"
    ]


@pytest.mark.parametrize(
    ("deltas", "words"),
    [('DeltaX="g 3 5"', "供水条例"), ('DeltaX="5 g 1 5 5"', "供水条例"), ("", "供水条例")],
)
def test_steps_between_characters(deltas: str, words: str) -> None:
    code = f'<ofd:TextCode X="0" Y="4.4" {deltas}>{words}</ofd:TextCode>'
    whole = (
        f'<ofd:TextObject ID="1" Font="2" Size="5" Boundary="30 40 20 5">{code}</ofd:TextObject>'
    )
    assert lines(whole, text(50, 40, "（试行）")) == ["供水条例（试行）"]


def test_drawn_lines_make_a_table() -> None:
    grid = [path(25, 50 + 12 * at, "M 0 0 L 100 0") for at in range(3)]
    grid += [path(25 + 50 * at, 50, "M 0 0 L 0 24") for at in range(3)]
    cells = [("乡镇", "数量（处）"), ("东岭镇", "3")]
    words = [text(28 + 50 * c, 53 + 12 * r, cells[r][c]) for r in (0, 1) for c in (0, 1)]
    assert lines(*grid, *words) == ["乡镇\t数量（处）", "东岭镇\t3"]


@pytest.mark.parametrize(
    "hidden",
    [
        text(30, 60, "看不见的字", 'Visible="false"'),
        text(30, 60, "看不见的字", 'Alpha="0"'),
        text(60, 120, "内部资料", 'CTM="0.7 0.7 -0.7 0.7 0 0"', size=20),
    ],
    ids=["invisible", "without colour", "watermark"],
)
def test_what_is_not_the_text_is_left_out(hidden: str) -> None:
    assert lines(text(30, 40, "由县水务局负责。"), hidden) == ["由县水务局负责。"]


def test_transforms_of_objects_and_composites() -> None:
    resources = composite_unit(text(0, 0, "里面的文字。"))
    composite = (
        '<ofd:CompositeObject ID="5" ResourceID="7" Boundary="30 40 9 9" CTM="1 0 0 1 0 20"/>'
    )
    larger = text(30, 80, "放大的文字。", 'CTM="1.5 0 0 1.5 0 0"')
    common = "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>"
    data = ofd([page(larger, composite)], common=common, **{"Res.xml": resources})
    assert [line.text for line in content(data).lines] == ["里面的文字。", "放大的文字。"]


def test_templates_lie_below_their_pages() -> None:
    pages = [page(text(30, 60, "正文。"), head='<ofd:Template TemplateID="50"/>')]
    common = '<ofd:TemplatePage ID="50" BaseLoc="T.xml"/>'
    data = ofd(pages, common=common, **{"T.xml": page(text(30, 40, "青河县人民政府文件"))})
    assert [line.text for line in content(data).lines] == ["青河县人民政府文件", "正文。"]


def test_every_document_and_page_counts() -> None:
    told: list[tuple[int, int]] = []
    pages = [[page(text(30, 40, f"{words}。"))] for words in ("第一份", "第二份")]
    found = read(ofd(*pages), lambda done, total: told.append((done, total)))
    assert [(line.page, line.text) for line in found.lines] == [(1, "第一份。"), (2, "第二份。")]
    assert told == [(1, 2), (2, 2)]


def scan() -> bytes:
    """A picture of one line of print."""
    command = ["fc-match", "-f", "%{file}", "Noto Sans CJK SC"]
    found = shutil.which(command[0])
    font_file = subprocess.check_output(command, text=True) if found else ""
    if "CJK" not in font_file:
        pytest.skip("a Chinese font draws the scan for this test")
    picture = Image.new("RGB", (1240, 1754), "white")
    font = ImageFont.truetype(font_file, 48)
    ImageDraw.Draw(picture).text((200, 300), "由县水务局负责组织实施", font=font, fill="black")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def scanned(picture: bytes) -> bytes:
    media = (
        '<ofd:MultiMedia ID="8" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    )
    resources = f"<ofd:Res {NAMESPACE}><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>"
    image = '<ofd:ImageObject ID="6" ResourceID="8" Boundary="0 0 210 297"/>'
    common = "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>"
    return ofd([page(image)], common=common, **{"Res.xml": resources, "a.png": picture})


def test_a_scanned_page_is_recognised() -> None:
    if not find_spec("rapidocr"):
        pytest.skip("the extra “ocr” reads pictures")
    assert "水务局负责" in "".join(line.text for line in content(scanned(scan())).lines)


NESTED = '<ofd:CompositeObject ID="5" ResourceID="7" Boundary="0 0 9 9"/>'
RESOURCES = "<ofd:PublicRes>Res.xml</ofd:PublicRes>"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\3\4 no zip", "损坏"),
        (ofd([page()])[:400], "损坏"),
        (ofd(["<ofd:Page"]), "损坏"),
        (ofd([]), "没有页面"),
        (ofd([page()]).replace(b"Doc_0/P0.xml", b"Doc_0/Q0.xml"), "缺少"),
        (scanned(b"no picture"), "图片打不开"),
        (
            ofd([page(NESTED)], common=RESOURCES, **{"Res.xml": composite_unit(NESTED * 2)}),
            "嵌套太深",
        ),
    ],
    ids=["no zip", "cut", "broken xml", "no pages", "missing page", "broken picture", "endless"],
)
def test_damaged_and_hostile_files_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(RefusedFileError, match=message):
        content(data)
