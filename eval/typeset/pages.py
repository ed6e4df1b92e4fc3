"""Formats that show printed pages: PDF, pictures of pages, scans; and old Word files."""

import io
import re
import time
from dataclasses import replace

import numpy as np
from PIL import Image

from eval.typeset.paper import Options, Paper
from eval.typeset.soffice import convert
from eval.typeset.word import docx

_DPI = 200
_POINTS = 72
_MOST_TURNED = 0.5  # degrees
_NOISE = 5.0  # standard deviation of a grey value
_GREY_PAPER = 245
_QUALITY = 75
_BLACK = 150  # darker is black to a black-and-white scanner
_SPECKS = 40  # of dust, on a page
# Pillow writes the time of day unless it is given another.
_TIME = time.gmtime(1735689600)


def doc(paper: Paper, options: Options) -> bytes:
    """A Word 97 document, through LibreOffice."""
    return convert(_plain(paper, options), "docx", "doc")


def pdf(paper: Paper, options: Options) -> bytes:
    """A PDF with a text layer, through LibreOffice, without its time of day and random id."""
    made = convert(_plain(paper, options), "docx", "pdf")
    made = re.sub(rb"(?<=/CreationDate\(D:)\d{14}", b"20250101000000", made)
    return re.sub(rb"(?<=[</])[0-9A-F]{32}(?=[>\n])", b"0" * 32, made)


def _plain(paper: Paper, options: Options) -> bytes:
    """What is printed: the numbers as text, no comments beside the page."""
    return docx(paper, replace(options, numbered=False, tracked=False))


def pngs(paper: Paper, options: Options) -> list[bytes]:
    """A clean picture of each page."""
    return [_encoded(page, "PNG") for page in _rendered(pdf(paper, options))]


def jpgs(paper: Paper, options: Options) -> list[bytes]:
    """A scanned picture of each page."""
    return [_encoded(page, "JPEG", quality=_QUALITY) for page in _scanned(paper, options)]


def scan(paper: Paper, options: Options) -> bytes:
    """A PDF of scanned pages, turned a little and with noise; it has no text layer.

    A full page takes about 40 kB in black and white and 500 kB in grey.
    """
    first, *rest = _scanned(paper, options)
    if not options.grey:
        first, *rest = (page.point(_to_black).convert("1") for page in (first, *rest))
    times = {"creationDate": _TIME, "modDate": _TIME}
    return _encoded(first, "PDF", save_all=True, append_images=rest, resolution=_DPI, **times)


def _encoded(image: Image.Image, kind: str, **arguments: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **arguments)
    return target.getvalue()


def _rendered(data: bytes) -> list[Image.Image]:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        return [
            page.render(scale=_DPI / _POINTS, grayscale=True).to_pil().convert("L")
            for page in document
        ]


def _scanned(paper: Paper, options: Options) -> list[Image.Image]:
    random = np.random.default_rng(options.seed)
    return [_worn(page, random) for page in _rendered(pdf(paper, options))]


def _worn(page: Image.Image, random: np.random.Generator) -> Image.Image:
    angle = random.uniform(-_MOST_TURNED, _MOST_TURNED)
    turned = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(turned, dtype=np.float32) * (_GREY_PAPER / 255)
    grey += random.normal(0, _NOISE, grey.shape)
    for row, column in random.integers((0, 0), grey.shape, (_SPECKS, 2)):
        grey[row : row + 2, column : column + 2] = 0
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def _to_black(grey: int) -> int:
    return 255 if grey > _BLACK else 0
