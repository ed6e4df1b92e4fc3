"""Words in a paper that are addressed to a language model, not to the people who read it.

They are set aside before anything is made of the paper, so that they are neither retrieved nor
quoted nor shown to a model, teach no unit or word, and move no other passage. Only who is addressed
counts: a plain false statement cannot be told from the paper's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.content import Paragraph
from ingest.injection.instructions import Cut, cells, sentence_start, spoken
from ingest.injection.patterns import (
    CLOSING,
    GOES_ON,
    INSTRUCTION,
    LEADS_ON,
    SIGNS,
    TURN,
    WORDS,
    folded,
)
from ingest.text.headings import heading_mark

# How far a turn without an end goes: as far as a passage, in characters.
_TURN_REACH = 300
_ROLES = re.compile(r"system|user|assistant|\W")
# How many paragraphs on the next sign of a made-up conversation may stand.
_NEXT_SIGN = 8
# How much of two paragraphs or cells is looked at where an instruction may be parted.
_SEAM = 80


def set_aside(found: Sequence[Paragraph]) -> tuple[list[Paragraph], tuple[str, ...]]:
    """The paragraphs without what they say to a language model, and what that was.

    An instruction goes from the start of its sentence to the end of its paragraph or cell; a turn
    of a made-up conversation to its closing sign or, without one, to the next heading.
    """
    cuts = [spoken(paragraph.text) for paragraph in found]
    _add_parted(found, cuts)
    _add_following(found, cuts)
    kept: list[Paragraph] = []
    taken: list[str] = []
    pages: tuple[tuple[int, int], ...] = ()
    for paragraph, own in zip(found, map(_merged, cuts), strict=True):
        taken += [paragraph.text[cut.start : cut.end].strip() for cut in own]
        rest = _without(paragraph, own) if own else paragraph
        if rest.text.strip():
            # Pages that begin in what is set aside begin in what follows.
            kept.append(replace(rest, pages=(*((0, page) for _, page in pages), *rest.pages)))
            pages = ()
        else:
            pages += rest.pages
    return kept, tuple(taken)


def _add_parted(found: Sequence[Paragraph], cuts: list[list[Cut]]) -> None:
    """Add what is parted between two paragraphs, or two cells of a column."""
    for at in range(len(found) - 1):
        above, below = found[at].text, found[at + 1].text
        if cuts[at] or cuts[at + 1]:
            continue
        upper, lower = cells(above), cells(below)
        pairs = list(zip(upper, lower, strict=True)) if len(upper) == len(lower) > 1 else []
        for (start, end), (begin, stop) in [*pairs, (upper[-1], lower[0])]:
            if start == end or begin == stop:
                continue
            first = folded(above[max(start, end - _SEAM) : end], WORDS)
            second = folded(below[begin : min(stop, begin + _SEAM)], WORDS)
            match = INSTRUCTION.search(first + second)
            if match and match.start() < len(first) < match.end():
                cuts[at] = [Cut(sentence_start(above, start, end - 1), end)]
                cuts[at + 1] = [Cut(begin, stop)]
                break


def _add_following(found: Sequence[Paragraph], cuts: list[list[Cut]]) -> None:
    """Add the paragraphs that a turn or an instruction goes on into."""
    last = -1
    for at, own in enumerate(cuts):
        if at <= last:
            cuts[at] = [Cut(0, len(found[at].text))]
        elif own and own[-1].end == len(found[at].text):
            turn = any(cut.turn for cut in own)
            last = _turn_end(found, at) if turn else at + _leads_on(found, at, own[0])


def _leads_on(found: Sequence[Paragraph], at: int, cut: Cut) -> bool:
    if at + 1 == len(found) or heading_mark(found[at + 1].text):
        return False
    said = folded(found[at].text[cut.start : cut.end], WORDS)
    following = folded(found[at + 1].text, WORDS)
    return said.endswith(LEADS_ON) or GOES_ON.match(following) is not None


def _turn_end(found: Sequence[Paragraph], at: int) -> int:
    """The last paragraph of a made-up conversation that begins in paragraph ``at``."""
    last = at
    for place in _up_to_heading(found, at):
        if place - last > _NEXT_SIGN:
            break
        if TURN.search(folded(found[place].text, SIGNS)):
            last = place
    sign = folded(found[last].text, SIGNS)
    says = _ROLES.sub("", TURN.split(sign)[-1])
    if CLOSING.search(sign) or says:
        return last
    size = 0
    for place in _up_to_heading(found, last):
        size += len(found[place].text)
        if size > _TURN_REACH:
            break
        last = place
    return last


def _up_to_heading(found: Sequence[Paragraph], at: int) -> Iterator[int]:
    """The places of the paragraphs behind ``at`` in its section."""
    for place in range(at + 1, len(found)):
        if found[place].heading or heading_mark(found[place].text):
            return
        yield place


def _merged(cuts: Sequence[Cut]) -> list[Cut]:
    merged: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if merged and cut.start <= merged[-1].end:
            merged[-1] = Cut(merged[-1].start, max(cut.end, merged[-1].end))
        else:
            merged.append(cut)
    return merged


def _without(paragraph: Paragraph, cuts: Sequence[Cut]) -> Paragraph:
    text = paragraph.text
    ends = [0, *(cut.end for cut in cuts)]
    starts = [*(cut.start for cut in cuts), len(text)]
    kept = [text[end:start].rstrip(" \u3000") for end, start in zip(ends, starts, strict=True)]
    rest = "".join(kept).rstrip()

    def moved(offset: int) -> int:
        before = sum(min(cut.end, offset) - cut.start for cut in cuts if cut.start < offset)
        return min(offset - before, len(rest))

    return replace(
        paragraph, text=rest, pages=tuple((moved(at), page) for at, page in paragraph.pages)
    )
