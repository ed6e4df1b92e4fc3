"""Pictures (.png, .jpg) and scanned pages: their text is recognised."""

import io
import struct
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

from ingest.content import Content, Report
from ingest.errors import RefusedFileError
from ingest.layout.lines import read_pages
from ingest.layout.page import Page

# An A4 page at 600 dpi has 35 million pixels; unpacked, these are 180 MB.
MAX_PIXELS = 60_000_000
# More pixels than A4 has at 350 dpi across its shorter side read no better, only slower.
_MAX_SHORT_SIDE = 2900
_A4 = 595.0, 842.0
# In points, about A6 to A2: the sizes of pages that a picture's resolution may claim.
_PAGE_SIDES = 250.0, 1700.0
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "F")
_SEE_THROUGH = ("LA", "PA", "RGBA", "La", "RGBa")
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
_MISSING = (
    "读图片和扫描件要用文字识别组件（rapidocr、opencv），现在没有安装；请在策问所在的目录运行"
    ' make install，或在策问的 Python 环境中运行 pip install "cewen[ocr]"，再重新导入。'
)


def read(data: bytes, report: Report) -> Content:
    """Read a picture of one page; of several pictures in one file, the first.

    Raises:
        RefusedFileError: damaged, far too large, or without any text; or the optional part for
            reading pictures is not installed.
    """
    image = open_picture(data)
    page = read_page(image, *page_size(image))
    if not page.fragments:
        raise RefusedFileError(
            "图片里没有认出文字；如果是文件的照片或扫描件，请换一张更清楚的（200 dpi 以上）再导入。"
        )
    report(1, 1)
    return read_pages([page])


def read_page(image: Image.Image, width: float, height: float) -> Page:
    """Read the picture of a page that is ``width`` × ``height`` points large.

    A page that lies on its side is turned, so the page read may be as wide as the picture is high.

    Raises:
        RefusedFileError: the optional part for reading pictures is not installed.
    """
    try:
        from ingest.formats.ocr.page import page_of
    except ImportError as error:
        raise RefusedFileError(_MISSING) from error
    return page_of(image, width, height)


def open_picture(data: bytes) -> Image.Image:
    """The picture in colours and the way up it was taken; its ``info`` may tell a resolution."""
    with warnings.catch_warnings():
        # What Pillow warns of is refused here by its size, or does no harm.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "MPO")) as file:
                _check_size(*file.size)
                return ImageOps.exif_transpose(_reduced(_in_colours(file)))
        except Image.DecompressionBombError as error:
            raise RefusedFileError(
                "图片展开后太大，可能是压缩炸弹，没有导入；请缩小后再导入。"
            ) from error
        except _UNREADABLE as error:
            raise RefusedFileError("图片损坏或不完整，打不开；请重新取得这份文件。") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise RefusedFileError(
            f"图片有 {width}×{height} 像素，超过上限（{MAX_PIXELS // 10_000} 万像素），没有导入；"
            "请缩小后再导入（A4 纸 300 dpi 约 870 万像素，已足够清楚）。"
        )


def _in_colours(image: Image.Image) -> Image.Image:
    """Any kind of picture as red, green and blue; what is transparent is white."""
    info = image.info
    if image.mode in _SIXTEEN_BITS:
        values = np.asarray(image, np.float32)
        result = Image.fromarray((values / (257 if values.max() > 255 else 1)).astype(np.uint8))
    elif image.mode in _SEE_THROUGH or "transparency" in info:
        opaque = image.convert("RGBA")
        result = Image.new("RGBA", image.size, "white")
        result.alpha_composite(opaque)
    else:
        result = image
    result = result.convert("RGB")
    result.info = {key: info[key] for key in ("dpi", "exif") if key in info}
    return result


def _reduced(image: Image.Image) -> Image.Image:
    short = min(image.size)
    if short <= _MAX_SHORT_SIDE:
        return image
    size = (
        image.width * _MAX_SHORT_SIDE // short,
        image.height * _MAX_SHORT_SIDE // short,
    )
    result = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
    dpi = [value * _MAX_SHORT_SIDE / short for value in image.info.get("dpi", ())]
    result.info = {**image.info, "dpi": tuple(dpi)}
    return result


def page_size(image: Image.Image) -> tuple[float, float]:
    """The page's width and height in points: as the picture says if it may be, else as A4."""
    least, most = _PAGE_SIDES
    dpi = image.info.get("dpi", ())
    if len(dpi) == 2 and all(0 < value < 10_000 for value in dpi):
        sides = (image.width / float(dpi[0]) * 72, image.height / float(dpi[1]) * 72)
        if least <= min(sides) and max(sides) <= most:
            return sides
    width = _A4[image.width > image.height]
    return width, width * image.height / image.width
