"""Where a text speaks to a language model."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.injection.patterns import INSTRUCTION, SIGNS, TURN, WORDS, Fold, folded

_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}")
# A bracket ends a sentence too, as “（县财政局牵头）” does, and white space behind a word: it parts
# the paragraphs of a cell.
_STOP = re.compile(r"[。！？!?；;\n\t\u3000）〕】][”’」』]*|\.\s|(?<=[\u4e00-\u9fff]{2})\s+")


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a paragraph that speaks to a language model; ``turn`` if it imitates a turn."""

    start: int
    end: int
    turn: bool = False


def is_instruction(text: str) -> bool:
    """Whether a text tells a language model what to do."""
    return bool(spoken(text))


def begins_instruction(line: str) -> bool:
    """Whether a line tells a language model what to do from its beginning on."""
    return any(cut.start == 0 for cut in spoken(line))


def spoken(text: str) -> list[Cut]:
    """Where a paragraph speaks to a language model, each to the end of its cell."""
    places = cells(text)
    found = [cut for start, end in places if start < end for cut in _found(text, start, end)]
    return found or (_found(text, 0, len(text)) if len(places) > 1 else [])


def _found(text: str, start: int, end: int) -> list[Cut]:
    """Where a cell or a row first speaks to one: from its sentence to the end of its cell."""
    part = text[start:end]
    spans = [
        (_search(part, TURN, SIGNS), True),
        (_search(part, INSTRUCTION, WORDS), False),
        (next(_packed(part), None), False),
    ]
    return [
        Cut(sentence_start(text, start, start + span[0]), _cell_end(text, start + span[1]), turn)
        for span, turn in spans
        if span
    ]


def _search(text: str, pattern: re.Pattern[str], fold: Fold) -> tuple[int, int] | None:
    match = pattern.search(folded(text, fold))
    if not match:
        return None
    places = [at for at, char in enumerate(text) for _ in folded(char, fold)]
    return places[match.start()], places[match.end() - 1] + 1


def _packed(text: str) -> Iterator[tuple[int, int]]:
    """Instructions in base64, which models read as they read Chinese."""
    for match in _BASE64.finditer(text):
        packed = match.group()
        try:
            plain = base64.b64decode(packed[: len(packed) // 4 * 4]).decode("utf-8", "ignore")
        except binascii.Error:
            continue
        if INSTRUCTION.search(folded(plain, WORDS)):
            yield match.span()


def sentence_start(text: str, start: int, at: int) -> int:
    """Where the sentence begins that holds ``at``, in the part of the text from ``start`` on."""
    return max((stop.end() for stop in _STOP.finditer(text, start, at)), default=start)


def _cell_end(text: str, at: int) -> int:
    tab = text.find("\t", at)
    return len(text) if tab < 0 else tab


def cells(row: str) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end; of other text, where it does."""
    ends = [*(match.start() for match in re.finditer("\t", row)), len(row)]
    return list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))
