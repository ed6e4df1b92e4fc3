"""What a model streams, to sentences and the numbers of the passages they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Reasoning that some servers leave in the text; an end without a beginning ends it too.
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"\A.*?</think>", re.DOTALL)
_MARK = re.compile(r"\s*[\[【［](?:资料\s*)?(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)[\]】］]")
_END = re.compile(rf"(?:[。！？!?；;]+[”’」』）)]*)(?:{_MARK.pattern})*|\n+")
_ITEM = r"[-*•·]\s+|#{1,6}\s+|>\s*|\d{1,2}(?:[.．]\s*|[、)）])(?!\d)"
_DRESS = re.compile(rf"^\s*(?:{_ITEM})|\*\*|__|`+")


@dataclass(frozen=True, slots=True)
class Drafted:
    """One sentence as a model wrote it; ``numbers`` are the passages it cites, counted from 1."""

    text: str
    numbers: tuple[int, ...]


class SentenceStream:
    """Cuts text that comes in pieces into sentences, each as soon as it is whole."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> Iterator[Drafted]:
        """Take a piece; the sentences that are whole now.

        The marks of a sentence may follow its full stop, so it is whole when another begins.
        """
        self._text += piece
        if self._text.rfind("<think>") > self._text.rfind("</think>"):
            return
        self._text = _without_thinking(self._text)
        start = 0
        for end in _END.finditer(self._text):
            rest = self._text[end.end() :].lstrip()
            if not rest or (rest[0] in "[【［" and not end.group().endswith("\n")):
                break
            yield from _drafted(self._text[start : end.end()])
            start = end.end()
        self._text = self._text[start:]

    def finish(self) -> Iterator[Drafted]:
        """What is left when nothing more comes."""
        text, self._text = _without_thinking(self._text), ""
        start = 0
        for end in _END.finditer(text):
            yield from _drafted(text[start : end.end()])
            start = end.end()
        yield from _drafted(text[start:])


def _without_thinking(text: str) -> str:
    return _THOUGHT.sub("", _THINKING.sub("", text))


def _drafted(text: str) -> Iterator[Drafted]:
    numbers = [int(n) for found in _MARK.findall(text) for n in re.findall(r"\d+", found)]
    plain = _DRESS.sub("", _MARK.sub("", text)).strip()
    if plain.strip("。，；：:,;.…- "):
        yield Drafted(plain, tuple(dict.fromkeys(numbers)))
