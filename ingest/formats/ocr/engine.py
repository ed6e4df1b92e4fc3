"""Where text stands in a picture and what it says, by rapidocr."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
import rapidocr
from numpy.typing import NDArray
from rapidocr import EngineType, RapidOCR

from ingest.formats.ocr.text import spaced

Pixels = NDArray[np.uint8]
Quads = NDArray[np.float32]

# In heights: the engine keeps something for every new width of a strip. Its process without this:
# 1068 MB after 8 pages, 1143 after 24; with 4: 1062 and 1063, as fast; with 8: a tenth slower.
_WIDTHS = 4
# An engine answers one caller at a time.
_BUSY = Lock()


def detect(pixels: Pixels) -> Quads:
    """The quadrilaterals of the lines of text in a picture.

    Args:
        pixels: height × width × 3, blue, green, red.

    Returns:
        n × 4 × 2: x and y in pixels of the corners, clockwise from the upper left of the text.
    """
    with _BUSY:
        found = _engine()(pixels, use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return np.empty((0, 4, 2), np.float32)
    return np.asarray(found.boxes, np.float32)


def recognise(strips: Sequence[Pixels]) -> list[tuple[str, float]]:
    """The text of each picture of one line and how sure it is, 0 to 1."""
    if not strips:
        return []
    with _BUSY:
        found = _engine().recognize_txt([_padded(strip) for strip in strips])
    texts = [
        spaced(text, [column for columns in words.word_cols for column in columns])
        for text, words in zip(found.txts, found.word_results, strict=True)
    ]
    return list(zip(texts, map(float, found.scores), strict=True))


def _padded(strip: Pixels) -> Pixels:
    """The strip made wider by its edge, so that few widths occur."""
    height, width = strip.shape[:2]
    more = -width % (_WIDTHS * height)
    return np.pad(strip, ((0, 0), (0, more), (0, 0)), mode="edge")


@cache
def _engine() -> RapidOCR:
    """The one engine of this process; it takes about a second to make and is then kept."""
    parameters = {
        "Global.log_level": "critical",
        "Global.return_word_box": True,
        "EngineConfig.openvino.inference_num_threads": len(os.sched_getaffinity(0)),
        "Det.engine_type": EngineType.OPENVINO,
        "Rec.engine_type": EngineType.OPENVINO,
        # Models named by their path are never looked for in the network.
        "Det.model_path": _model("det"),
        "Rec.model_path": _model("rec"),
    }
    return RapidOCR(params=parameters)


def _model(task: str) -> str:
    folder = Path(rapidocr.__file__).parent / "models"
    return str(max(folder.glob(f"*_{task}_*.onnx")))
