"""Sentence boundaries of Chinese prose."""

import re
from collections.abc import Iterator

_END = re.compile(r"[。！？!?]+[”’」』）)〕］]*|\n+")
# A run-in heading (“丰富融合路径。”) says nothing alone; it stays with the sentence it heads.
_MAX_RUN_IN = 13
# “其中，……” counts what the sentence before it names; apart neither can be understood.
_GOES_ON = re.compile(r"\s*其中[，,：:]")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans of the sentences in ``text[start:end]``, outer white space left out."""
    stop = len(text) if end is None else end
    begin = start
    for match in _END.finditer(text, start, stop):
        run_in = match.end() - begin <= _MAX_RUN_IN and "，" not in text[begin : match.end()]
        goes_on = run_in or _GOES_ON.match(text, match.end())
        if goes_on and match.end() < stop and not match.group().startswith("\n"):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, stop)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
