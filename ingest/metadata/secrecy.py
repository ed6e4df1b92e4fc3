"""Files marked 秘密, 机密 or 绝密 are refused (GB/T 9704-2012 clause 7.2.2).

A mark is a whole line, a page header or footer, or the cell behind a label, never a word in a
sentence or a title. A bare “机密” counts only where marks stand: in the first lines of a page,
in headers and footers.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from ingest.content import Content, Line
from ingest.errors import RefusedFileError
from ingest.text.headings import cells

_LEVEL = "(?P<level>(?:绝|絕|机|機|秘|祕)密)级?"
# What text recognition makes of ★; 大, 女 and x only before a term.
_STAR = "[★☆✩✪✭✮✯✰⭐*·•※✱✳]"
_WEAK_STAR = "[女大文太水x×X+]"
_TERM = r"(?:[\d一二三四五六七八九十]{1,3}个?[年月日天](?:以内)?|长期|启封[前后]?|解密前|永久)"
_COPY = r"(?:(?:No|NO|№|编号|份号|第)?[.:：]?\d{1,8}+(?:号|份)?)"
_URGENCY = "(?:特急|加急|特提|平急|急件|紧急)"
_LABEL = "(?:文件)?(?:密级(?:和保密期限)?|(?:秘密|保密|涉密)等级|密别)[:|丨]?"
_NUMBER = r"(?:[\u4e00-\u9fff]{1,12}[〔\[(【]\d{4}[〕\])】]第?\d{1,4}号)"
# Possessive, as a long row of digits could be divided into copy numbers in many ways.
_BEFORE = rf"[\[(【〔{{]*+(?:{_COPY}|{_URGENCY}|(?P<label>{_LABEL}))*+[\[(【〔{{]*"
_DETAIL = r"(?:紧急程度|签发人|保密期限|期限|份号|编号):?.*"
_AFTER = rf"[\])】〕}}]*(?:\(.*\)|{_URGENCY}|{_COPY}|{_NUMBER}|{_DETAIL})*+"
_STARRED = rf"(?P<star>(?:{_STAR}{{1,2}}|{_WEAK_STAR}(?={_TERM}))?)(?P<term>{_TERM}?)"
_SIGNED = re.compile(f"{_BEFORE}{_LEVEL}{_STARRED}{_AFTER}")
_LABELLED = re.compile(_LABEL)
_VALUE = rf"{_LEVEL}(?P<star>{_STAR}?)(?P<term>{_TERM}?)"
_CELL = re.compile(_VALUE)
# Beside a red head or a number: apart from it by white space, and with its star.
_APART = re.compile(rf"(?<!\S)(?P<mark>[绝絕机機秘祕]\s?密\s?{_STAR}\s?(?:{_TERM})?)(?!\S)")
# Marks stand in the top corner, above red head and title.
_ZONE_LINES = 12
_MAX_LINE = 200
_SENTENCE = re.compile("[。；，]")


def check(content: Content) -> None:
    """Refuse a file that is marked secret.

    Raises:
        RefusedFileError: marked; the message names the mark and nothing else of the file.
    """
    mark = next(_marks(content), "")
    if mark:
        raise RefusedFileError(
            f"文件标有“{mark}”，涉密文件不能导入，内容没有保存；请在涉密系统中处理，"
            "已经解密或标错的，请由定密单位更正标志后再导入。"
        )


def is_mark(line: str) -> bool:
    """Whether a line among the first of a paper is a mark of secrecy and nothing else."""
    return bool(_SIGNED.fullmatch(_squeezed(line)))


def _marks(content: Content) -> Iterator[str]:
    for text in content.margins:
        yield from _mark(text, bare=True)
    zone = set(_zone(content.lines))
    for position, line in enumerate(content.lines):
        yield from _mark(line.text, bare=position in zone)


def _zone(lines: Sequence[Line]) -> Iterator[int]:
    """Positions of the first lines of the paper, up to its first sentence, and of each page."""
    filled = [position for position, line in enumerate(lines) if line.text.strip()]
    for position in filled[:_ZONE_LINES]:
        if _SENTENCE.search(lines[position].text):
            break
        yield position
    for page, on_page in groupby(filled, key=lambda position: lines[position].page):
        if page:
            yield next(on_page)


def _mark(text: str, bare: bool) -> Iterator[str]:
    """The mark that a line consists of, if it does."""
    for row in text.splitlines():
        if "密" not in row or len(row) > _MAX_LINE:
            continue
        yield from _labelled_cell(row)
        match = _SIGNED.fullmatch(_squeezed(row))
        apart = None if _SENTENCE.search(row) else _APART.search(unicodedata.normalize("NFKC", row))
        if match and _counts(match, bare, "\t" in row):
            yield _written(match)
        elif apart:
            yield _squeezed(apart["mark"])


def _counts(match: re.Match[str], bare: bool, in_table: bool) -> bool:
    """Whether the words are a mark; “机密 | 10年” in a table tells how long secrets are kept."""
    if match["star"] or match["label"]:
        return True
    return not in_table if match["term"] else bare


def _labelled_cell(row: str) -> Iterator[str]:
    """“密级 | 机密”: a label and its value in neighbouring cells of a row."""
    found = [_squeezed(cell) for cell in cells(row)]
    for label, value in pairwise(found):
        match = _CELL.fullmatch(value) if _LABELLED.fullmatch(label) else None
        if match:
            yield _written(match)


def _written(match: re.Match[str]) -> str:
    star = "★" if match["star"] or match["term"] else ""
    return f"{match['level']}{star}{match['term']}"


def _squeezed(text: str) -> str:
    """Without white space, in half width, as recognised text has both."""
    return "".join(unicodedata.normalize("NFKC", text).split())
