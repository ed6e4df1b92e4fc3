"""Pictures of pages: their text, tables, seals and kinds of file."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ingest.errors import RefusedFileError
from ingest.layout.page import Page

pytest.importorskip("rapidocr", reason="the optional part for reading pictures is not installed")
picture = pytest.importorskip("ingest.formats.ocr.reader")

ROOT = Path(__file__).parents[2]
FONTS = [
    path
    for path in map(Path, ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk"))
    for path in path.glob("Noto*CJK-Regular.ttc")
]
PIXELS_PER_POINT = 150 / 72
# In points; a part of a page is read sooner.
SIZE = (595.0, 330.0)
PROSE = (
    "云泽市人民政府办公室关于支持小微企业的通知",
    "　　为支持小微企业稳定发展，经市人民政府同意，",
    "现将有关事项通知如下：",
    "一、设立应急转贷资金",
    "　　资金规模为3.5亿元，单笔不超过500万元，期限",
    "不超过15天。（责任单位：市财政局、市金融办）",
)


def px(points: float) -> int:
    return round(points * PIXELS_PER_POINT)


@pytest.fixture(scope="module")
def font() -> Callable[[float], ImageFont.FreeTypeFont]:
    if not FONTS:
        pytest.skip("no Noto CJK font (fonts-noto-cjk) to draw pages with")
    return lambda points: ImageFont.truetype(str(FONTS[0]), px(points))


Font = Callable[[float], ImageFont.FreeTypeFont]


def drawn(font: Font, lines: tuple[str, ...], size: tuple[float, float] = SIZE) -> Image.Image:
    image = Image.new("RGB", (px(size[0]), px(size[1])), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((px(80), px(40 + 30 * number)), line, "black", font(18))
    return image


@pytest.fixture(scope="module")
def page(font: Font) -> Image.Image:
    return drawn(font, PROSE)


@pytest.fixture(scope="module")
def line(font: Font) -> Image.Image:
    """A picture of one line, read in a moment."""
    return drawn(font, ("泽川市氢能产业规划",), (300, 150))


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def text_of(page: Page) -> str:
    return "".join("".join(fragment.text.split()) for fragment in page.fragments)


def lines_of(data: bytes) -> list[str]:
    content = picture.read(data, lambda done, total: None)
    return [line.text for line in content.lines]


def alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def expected(lines: tuple[str, ...]) -> str:
    return "".join("".join(line.split()) for line in lines)


def test_a_page_is_read_line_by_line(page: Image.Image) -> None:
    found = picture.read_page(page, *SIZE)
    assert alike(text_of(found), expected(PROSE)) >= 0.98
    first, second, third = found.fragments[:3]
    # Points from the upper left corner; a line set in 18 points, the second indented by two.
    assert first.left == pytest.approx(80, abs=4)
    assert second.left == pytest.approx(80 + 36, abs=4)
    assert third.top - second.top == pytest.approx(30, abs=3)
    assert first.bottom - first.top == pytest.approx(18, abs=4)
    assert found.rules == ()


@pytest.mark.parametrize("gap", ["  ", "\u3000"])
def test_a_space_between_a_name_and_a_post_is_kept(font: Font, gap: str) -> None:
    # Two spaces of this font are narrower than half a character.
    lines = (
        f"沈国安{gap}县财政局局长",
        f"副组长：陆　明{gap}县教育局局长",
        "县财政局负责落实本通知",
    )
    found = lines_of(saved(drawn(font, lines, (400, 150))))
    assert [line.split() for line in found] == [line.split() for line in lines]


@pytest.mark.parametrize("degrees", [-1.5, 1.5])
def test_a_skewed_page_is_made_level(page: Image.Image, degrees: float) -> None:
    skewed = page.rotate(degrees, fillcolor="white", resample=Image.Resampling.BICUBIC)
    found = picture.read_page(skewed, *SIZE)
    assert alike(text_of(found), expected(PROSE)) >= 0.98
    starts = [fragment.left for fragment in (found.fragments[2], found.fragments[3])]
    assert starts[0] == pytest.approx(starts[1], abs=3)
    assert max(f.bottom - f.top for f in found.fragments) < 24


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_page_on_its_side_or_head_is_turned(page: Image.Image, degrees: int) -> None:
    turned = page.rotate(degrees, expand=True)
    sides = SIZE[::-1] if degrees == 90 else SIZE
    found = picture.read_page(turned, *sides)
    assert (found.width, found.height) == SIZE
    assert alike(text_of(found), expected(PROSE)) >= 0.98


def test_text_below_a_red_seal_is_read_and_a_red_head_is_kept(font: Font) -> None:
    image = drawn(font, ("", "", *PROSE))
    seal = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(seal)
    draw.text((px(80), px(30)), "云泽市人民政府文件", (220, 20, 30), font(36))
    draw.ellipse([px(200), px(150), px(320), px(270)], outline=(210, 30, 40), width=px(4))
    draw.ellipse([px(245), px(195), px(275), px(225)], fill=(210, 30, 40))
    found = picture.read_page(ImageChops.multiply(image, seal), *SIZE)
    assert alike(text_of(found), expected(("云泽市人民政府文件", *PROSE))) >= 0.98


ROWS = (
    ("序号", "项目名称", "牵头单位"),
    ("1", "氢能示范工程", "市发展改革委"),
    ("2", "低空经济", "市交通运输局"),
)


def table(font: Font, beside: float) -> Image.Image:
    """A table whose cells have ``beside`` points left and right of their text."""
    image = Image.new("RGB", (px(SIZE[0]), px(300)), "white")
    draw = ImageDraw.Draw(image)
    lefts = [60.0]
    for column in range(3):
        widest = max(font(14).getlength(row[column]) for row in ROWS) / PIXELS_PER_POINT
        lefts.append(lefts[-1] + widest + 2 * beside)
    for number, row in enumerate(ROWS):
        for left, text in zip(lefts, row, strict=False):
            draw.text((px(left + beside), px(60 + 28 * number)), text, "black", font(14))
    for number in range(4):
        y = px(56 + 28 * number)
        draw.line([px(lefts[0]), y, px(lefts[-1]), y], "black", 2)
    for left in lefts:
        draw.line([px(left), px(56), px(left), px(56 + 28 * 3)], "black", 2)
    return image


@pytest.mark.parametrize("beside", [2.5, 30.0])
@pytest.mark.parametrize("degrees", [0.0, 1.2])
def test_drawn_tables_become_rows(font: Font, beside: float, degrees: float) -> None:
    image = table(font, beside).rotate(
        degrees, fillcolor="white", resample=Image.Resampling.BICUBIC
    )
    assert lines_of(saved(image)) == ["\t".join(row) for row in ROWS]


def test_a_wide_gap_divides_a_line(font: Font) -> None:
    image = drawn(font, ("组长：周明　　　　　　副组长：李思远",))
    assert [f.text for f in picture.read_page(image, *SIZE).fragments] == [
        "组长：周明",
        "副组长：李思远",
    ]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("I;16", "PNG"), ("CMYK", "JPEG"), ("L", "JPEG")],
)
def test_pictures_of_every_depth_and_colour(line: Image.Image, mode: str, kind: str) -> None:
    if mode == "I;16":
        deep = line.convert("L").convert("I").point(lambda value: value * 257)
        data = saved(deep.convert("I;16"))
    else:
        data = saved(line.convert(mode), kind)
    assert lines_of(data) == ["泽川市氢能产业规划"]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_white(line: Image.Image, mode: str) -> None:
    clear = Image.new("L", line.size)
    clear.paste(255, mask=line.convert("L").point(lambda value: 255 * (value < 128)))
    ink = Image.new(mode, line.size, 0)
    ink.putalpha(clear)
    assert lines_of(saved(ink)) == ["泽川市氢能产业规划"]


def test_the_camera_says_which_way_is_up(line: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    data = saved(line.rotate(90, expand=True), "JPEG", exif=exif)
    assert lines_of(data) == ["泽川市氢能产业规划"]


def test_of_several_pictures_the_first_is_read(font: Font, line: Image.Image) -> None:
    other = drawn(font, ("第二张图片",), (300, 150))
    data = saved(line, save_all=True, append_images=[other])
    assert lines_of(data) == ["泽川市氢能产业规划"]


def test_a_long_picture_of_a_screen_is_read_in_parts(font: Font) -> None:
    lines = tuple(f"第{number}条内容是云泽市的规定" for number in range(101, 141))
    image = drawn(font, lines, (360, 1300))
    found = "".join(lines_of(saved(image)))
    assert alike("".join(found.split()), "".join(lines)) >= 0.98


@pytest.mark.parametrize(
    ("dpi", "width"),
    [((150, 150), 300), ((72, 72), 625), ((0, 0), 842), ((5000, 5000), 842), (None, 842)],
)
def test_a_resolution_counts_where_it_makes_a_page(
    line: Image.Image, dpi: tuple[int, int] | None, width: float
) -> None:
    # A page as low as this strip is none, so the strip is made square.
    square = line.resize((625, 600))
    data = saved(square, dpi=dpi) if dpi else saved(square)
    assert picture.page_size(picture.open_picture(data))[0] == pytest.approx(width, abs=1)


def png_of(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_picture_too_large_when_unpacked_is_refused(side: int) -> None:
    with pytest.raises(RefusedFileError, match=r"太大|超过上限"):
        lines_of(png_of(side, side))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("part", [0.01, 0.3, 0.7])
def test_a_damaged_picture_is_refused(line: Image.Image, kind: str, part: float) -> None:
    data = saved(line, kind)
    with pytest.raises(RefusedFileError, match="损坏"):
        lines_of(data[: int(len(data) * part)])


def test_a_picture_without_size_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="损坏"):
        lines_of(png_of(0, 0))


def test_a_picture_without_text_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="没有认出文字"):
        lines_of(saved(Image.new("RGB", (400, 300), "white")))


def test_a_page_without_text_is_an_empty_page() -> None:
    found = picture.read_page(Image.new("L", (600, 800), "white"), *SIZE)
    assert found == Page(*SIZE, ())


def in_a_new_process(before: str, data: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "page.png").write_bytes(data)
    code = (
        f"import sys, socket\n{before}\n"
        "from ingest.formats.ocr.reader import read\n"
        "from ingest.errors import RefusedFileError\n"
        f"data = open({str(folder / 'page.png')!r}, 'rb').read()\n"
        "try:\n    print(read(data, lambda done, total: None).lines[0].text)\n"
        "except RefusedFileError as error:\n    print('refused', error)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )


def test_it_reads_without_network_and_without_noise(line: Image.Image, tmp_path: Path) -> None:
    refuse = (
        "def refuse(*arguments, **named): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse"
    )
    done = in_a_new_process(refuse, saved(line), tmp_path)
    assert (done.stdout, done.stderr) == ("泽川市氢能产业规划\n", "")


@pytest.mark.parametrize("missing", ["rapidocr", "cv2"])
def test_a_missing_part_names_what_installs_it(
    line: Image.Image, tmp_path: Path, missing: str
) -> None:
    done = in_a_new_process(f"sys.modules[{missing!r}] = None", saved(line), tmp_path)
    assert done.stdout.startswith("refused")
    assert 'pip install "cewen[ocr]"' in done.stdout
