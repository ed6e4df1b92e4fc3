"""Physical lines to paragraphs: hard-wrapped and page-broken lines are rejoined."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from ingest.content import Line, Paragraph
from ingest.injection.instructions import begins_instruction
from ingest.structure.responsibility import trailing_responsibility
from ingest.text.dates import WHOLE_DATE
from ingest.text.headings import ANNEX, DOCUMENT_TYPES, heading_mark, is_row
from ingest.text.roster import roster_entry, roster_runs

# Characters that are not seen: of no width, those that turn the writing round, tags.
_NOISE = re.compile(
    r"\[bookmark:[^\[\]]*\]"
    r"|[\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x1a\0\U000e0000-\U000e007f]"
)
# A longer run of one mark, or of white space, says nothing more.
_MAX_RUN = 50
_LONG_RUN = re.compile(rf"([^\w\t])\1{{{_MAX_RUN},}}|[^\S\t]{{{_MAX_RUN},}}")
_PAGE_NUMBER = re.compile(
    r"[—\-–－\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:[\s/，]*共\s*\d{1,4}\s*页)?[—\-–－\s]*"
)
# A scan reads “— 10 —” so.
_SCANNED_NUMBER = re.compile(r"一\s*\d{1,4}\s*一")
_SIGNED_DATE = re.compile(rf"[（(]{WHOLE_DATE.pattern}[）)]?")
_DASHED = re.compile(r"[—\-–－第]")
_RULE = re.compile(r"[\u2500-\u257f\-_=*＝—~\s]+")
_STARTS_NEW = re.compile(rf"{ANNEX.pattern}(?:(?<=[:：])|\s|$)|【|第[一二三四五六七八九十]+步")
_STANDS_ALONE = re.compile(rf"{ANNEX.pattern}|{WHOLE_DATE.pattern}|目\s*[录次]")
_FINAL = "。！？!?"
_PAUSE = "；;：:"
# Behind these nothing new can begin, not even what looks like a number: “9、10、⏎12、13的项目”.
_UNFINISHED = "、（(〔［[“‘《〈"
_OPEN_ENDED = "，、,（(〔［[“‘《〈—"
_CLOSING_START = "，。、；：！？）〕］”’》〉"
_BRACKETS = {"（": "）", "(": ")", "〔": "〕", "［": "］", "“": "”", "《": "》", "【": "】"}
# Typing mixes full and half width, so a bracket may be closed by the other width.
_CLOSERS = {"）": "（(", ")": "（(", "〕": "〔［", "］": "〔［", "”": "“", "》": "《", "】": "【"}
# How far ahead a closing bracket may stand and still belong to an open one.
_BRACKET_REACH = 300
# A 发文字号 and a red head (“……文件”) stand above the title and are no part of it.
_ENDS_NUMBER = "号件"
# A line of at least this many characters with a pause in it is prose, not a title or a name.
_PROSE_LINE = 24
# Lines this near the longest ones (in columns) were broken by the margin.
_MARGIN = 6
_MIN_WRAP_COLUMNS, _MAX_WRAP_COLUMNS = 40, 110
_MIN_WRAPPED_SHARE = 0.4
# Fewer lines may be alike in length by chance; so may the paragraphs of a format that knows them.
_MIN_LINES, _MIN_PARAGRAPHS = 8, 20
_ALIGNED = re.compile(r"[ \u3000]{2,}|\t")
# “周  明  县长”: a name of two characters set as wide as one of three.
_PADDED_NAME = re.compile(r"[\u4e00-\u9fff]\s+[\u4e00-\u9fff]\s")
_MIN_COLUMNS = 3
_MIN_ALIGNED_ROWS = 3


Ahead = Callable[[], str]


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Join printed lines into logical paragraphs.

    Table rows (cells divided by tabs), headings and roster lines stay on their own.
    """
    cleaned = _clean_lines(lines)
    width = _wrap_columns(cleaned)
    joined: list[Paragraph] = []
    first = previous = None
    for position, line in enumerate(cleaned):
        so_far = joined[-1].text if joined else ""
        if (first and previous and not begins_instruction(line.text)) and (
            _is_wrapped(so_far, first, previous, line)
            or _continues(so_far, previous, line, width, partial(_ahead, cleaned, position))
        ):
            joined[-1] = _extended(joined[-1], previous, line)
        else:
            pages = ((0, line.page),) if line.page else ()
            joined.append(Paragraph(line.text, line.heading, pages))
            first = line
        previous = line
    return joined


def _is_wrapped(so_far: str, first: Line, previous: Line, line: Line) -> bool:
    """Whether the page shows it: begun with an indent, a full line, on at the left side."""
    if not (first.indented and previous.full and not line.indented) or line.after_blank:
        return False
    if is_row(line.text) or line.heading or _STARTS_NEW.match(line.text):
        return False
    if so_far[-1] in _ENDS_NUMBER or _SIGNED_DATE.fullmatch(line.text):
        return False
    return heading_mark(line.text) is None or so_far[-1] not in _FINAL + _PAUSE


def _extended(paragraph: Paragraph, previous: Line, line: Line) -> Paragraph:
    text = _join(paragraph.text, line.text)
    turned = line.page != previous.page
    pages = ((len(text) - len(line.text), line.page),) if turned else ()
    return replace(paragraph, text=text, pages=paragraph.pages + pages)


def _clean_lines(lines: Sequence[Line]) -> list[Line]:
    cleaned: list[Line] = []
    blank = False
    for line in lines:
        text = _LONG_RUN.sub(lambda run: run[0][:_MAX_RUN], _NOISE.sub("", line.text))
        text = text.strip(" \u3000\xa0\n") if "\t" in text else text.strip()
        blank = blank or line.after_blank
        if not text.strip() or _is_page_furniture(text):
            blank = True
            continue
        cleaned.append(replace(line, text=text.rstrip("\t"), after_blank=blank))
        blank = False
    return _tabbed(cleaned)


def _tabbed(lines: list[Line]) -> list[Line]:
    """Rows whose cells are aligned by runs of spaces get tabs in their place."""
    result = list(lines)
    people = roster_runs([line.text for line in lines])

    def columns(position: int) -> int:
        text = lines[position].text
        named = position in people or _PADDED_NAME.match(text)
        return 0 if named else len(_ALIGNED.split(text))

    for count, run in groupby(range(len(lines)), columns):
        rows = list(run)
        if count >= _MIN_COLUMNS and len(rows) >= _MIN_ALIGNED_ROWS:
            for row in rows:
                result[row] = replace(lines[row], text=_ALIGNED.sub("\t", lines[row].text))
    return result


def _is_page_furniture(text: str) -> bool:
    """A page number or a drawn line: part of the page, not of the text."""
    page_number = _PAGE_NUMBER.fullmatch(text) and _DASHED.search(text)
    return bool(page_number or _RULE.fullmatch(text) or _SCANNED_NUMBER.fullmatch(text))


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _wrap_columns(lines: list[Line]) -> int | None:
    """The column at which the lines were hard-wrapped; None where they were not."""
    printed = [line for line in lines if not is_row(line.text)]
    widths = sorted(_columns(line.text) for line in printed)
    paragraphs_known = any(line.full is not None for line in printed)
    if len(widths) < (_MIN_PARAGRAPHS if paragraphs_known else _MIN_LINES):
        return None
    widest = widths[int(len(widths) * 0.95)]
    if not _MIN_WRAP_COLUMNS <= widest <= _MAX_WRAP_COLUMNS:
        return None
    full = [line for line in printed if abs(_columns(line.text) - widest) <= _MARGIN]
    broken = sum(line.text[-1] not in _FINAL + _PAUSE for line in full)
    wrapped = len(full) >= len(widths) * _MIN_WRAPPED_SHARE and broken * 2 >= len(full)
    return widest - _MARGIN if wrapped else None


def _ahead(lines: list[Line], position: int) -> str:
    """What follows from ``position`` on, as far as a closing bracket is looked for."""
    text = ""
    for at in range(position, len(lines)):
        if len(text) >= _BRACKET_REACH or is_row(lines[at].text):
            break
        text += lines[at].text
    return text[:_BRACKET_REACH]


def _continues(so_far: str, previous: Line, line: Line, width: int | None, ahead: Ahead) -> bool:
    """Whether ``line`` goes on with the paragraph ``so_far``, whose last line is ``previous``."""
    if is_row(previous.text) or is_row(line.text) or _STANDS_ALONE.fullmatch(so_far):
        return False
    if previous.heading or line.heading or _SIGNED_DATE.fullmatch(line.text):
        return False
    if line.text[0] in _CLOSING_START or so_far[-1] in _UNFINISHED:
        return True
    if _closes_open_bracket(so_far, ahead):
        return True
    if roster_entry(line.text) and roster_entry(previous.text):
        return False
    if heading_mark(line.text) or _STARTS_NEW.match(line.text) or so_far[-1] in _FINAL:
        return False
    if so_far[-1] in _CLOSERS and trailing_responsibility(so_far) is not None:
        return False
    if so_far[-1] in _OPEN_ENDED:
        return True
    full = previous.full or (width is not None and _columns(previous.text) >= width)
    if so_far[-1] in _PAUSE:
        return full and so_far[-1] in "；;" and not line.indented
    if _ends_title(so_far, line):
        return True
    if line.indented and not previous.indented and not full:
        return False
    unknown = previous.full is None and not roster_entry(previous.text)
    return full or (unknown and _is_prose(so_far))


def _is_prose(text: str) -> bool:
    if len(text) < _PROSE_LINE:
        return False
    return bool(re.search("[，。；]", text)) or ("、" in text and not DOCUMENT_TYPES.search(text))


def _closes_open_bracket(so_far: str, ahead: Ahead) -> bool:
    opened: list[str] = []
    for char in so_far[-_BRACKET_REACH:]:
        if char in _BRACKETS:
            opened.append(char)
        elif char in _CLOSERS and opened and opened[-1] in _CLOSERS[char]:
            opened.pop()
    if not opened:
        return False
    depth = 0
    for char in ahead():
        if char in _CLOSERS and opened[-1] in _CLOSERS[char]:
            if depth == 0:
                return True
            depth -= 1
        elif _BRACKETS.get(char) == _BRACKETS[opened[-1]]:
            depth += 1
    return False


def _ends_title(so_far: str, line: Line) -> bool:
    """A title wrapped over two lines: only the second ends in the kind of paper."""
    return (
        not line.after_blank
        and not re.search("[，。；]", so_far + line.text)
        and len(line.text) < _PROSE_LINE
        and len(so_far) >= 8
        and so_far.rstrip("）)")[-1:] not in _ENDS_NUMBER
        and not so_far.startswith("签发人")
        and bool(DOCUMENT_TYPES.search(line.text))
        and not DOCUMENT_TYPES.search(so_far)
    )


def _join(left: str, right: str) -> str:
    latin = left[-1].isascii() and left[-1].isalnum() and right[0].isascii() and right[0].isalnum()
    return f"{left} {right}" if latin and left[-1].isalpha() else left + right
