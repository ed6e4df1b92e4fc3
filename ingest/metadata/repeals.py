"""Which other papers a paper puts out of force, as far as it names them.

“《甲办法》（云政发〔2019〕3号）同时废止” names one. “以前规定与本办法不一致的，以本办法为准”
names none, and a paper of which only an article falls stays in force.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.metadata.front import NUMBER
from ingest.structure.titles import has_type, squeezed
from ingest.text.headings import ANNEX, cells, heading_mark, is_row
from ingest.types import Repeal, RepealKind, Span

_SENTENCE = re.compile(r"[^。；;！\n]+")
_TITLE = r"《\s*+(?P<title>(?:[^《》\n]|《[^《》\n]*》){2,150}?)\s*+》"
_BRACKET = r"[（(](?P<bracket>[^（()）\n]*(?:[（(][^（()）\n]*[）)][^（()）\n]*)*)[）)]"
_NAMED = re.compile(rf"{_TITLE}(?:\s*{_BRACKET})?|(?P<number>{NUMBER.pattern})(?:文件|文|通知)?")
_ORDER = re.compile(r"[\u4e00-\u9fff]{2,20}?(?:令\s*第\s*\d{1,4}\s*号|第\s*\d{1,4}\s*号令)")
# In the frame of a sentence each name is one private character, so that commas inside do not count.
_N = "\ue000"
_END = "(?:废止|失效|不再(?:执行|施行|适用|有效)|(?:停止|终止)(?:执行|施行|使用))"
_HOW = "(?:同时|即行|一并|予以|均|相应|也|现|自行|自动|全部|随之|即|宣布|正式|届时)*"
_WHEN = r"(?:[自从于][^，,\ue000]{0,24}?(?:起|时|后|日))?"
_BESIDES = r"(?:等[^，,\ue000]{0,16})?(?:文件|通知)?(?:[（(][^（()）]{0,30}[）)])?"
_ENDS = re.compile(
    rf"{_N}{_BESIDES}[，,]?\s*+(?:{_WHEN}[，,]?\s*+)?{_HOW}{_END}(?![的前后期时之者手程日])"
)
_ENDING = re.compile(
    rf"(?<![不未拟得])(?:废止|宣布失效|停止执行)(?:了|以下|下列)?(?P<whose>[^，,\ue000]{{0,30}}){_N}"
)
_PAPER = r"本[\u4e00-\u9fff]{1,8}?"
_REPLACES = re.compile(rf"{_PAPER}(?:代替|替代|取代)(?P<whose>[^，,\ue000]{{0,30}}){_N}")
_REPLACED = re.compile(
    rf"{_N}{_BESIDES}[，,]?\s*+(?:{_WHEN}[，,]?\s*+)?(?:由|被){_PAPER}(?:代替|替代|取代)"
)
_NEXT = re.compile(r"\s*+(?:(?:、|，|,|和|及|以及|与)\s*+)?(?:原?[\u4e00-\u9fff、\d〔〕]{0,40}?)")
_BASIS = re.compile(
    "(?:根据|依据|按照|依照|遵照|贯彻|落实|执行|参照|结合|是否|如果|若|拟|建议|提请)[^，,]{0,12}$"
)
# What _BASIS finds is no longer.
_MAX_BASIS = 14
_NOT_OF = re.compile("根据|依据|按照|依照|规定|程序|部分|条款|第.{1,6}[条章款项]")
_PARTLY = re.compile(r"\s*(?:第.{1,8}[条章款项]|中|的(?:部分|有关|第|附件)|附件|有关|部分|内)")
_LIST_TITLE = re.compile("(?:废止|失效|停止执行)[^。，；：《]{0,30}(?:目录|清单|名单|一览表)")
_LIST_OPENS = re.compile("(?:废止|失效|停止执行)[^。；]{0,40}[：:]$")
_KEEPS = re.compile("继续有效|保留|修改|修订|不得|拟")
_NUMBERING = re.compile(
    r"(?<!\s)\s*+(?:[（(]?[\d一二三四五六七八九十百]{1,4}[）)]?\s*+[、.．]?|[①-⑳])\s*+(?=[《\u4e00-\u9fff])"
)
_NUMBERED = re.compile(rf"[（(]([^（()）]*{NUMBER.pattern}[^（()）]*)[）)]")
_BEFORE_NUMBER = re.compile(r"[^，。；\t]{3,}$")
_MAX_UNQUOTED = 100
_OLD_ONE = re.compile(
    rf"原(?P<type>方案|办法|意见|规定|通知|细则|措施|规划|计划|清单|目录|政策){_WHEN}{_HOW}{_END}"
)
_MAX_LEFT = 8


@dataclass(frozen=True, slots=True)
class _Name:
    title: str
    number: str

    @property
    def is_paper(self) -> bool:
        return bool(self.number) or has_type(self.title)


def read_repeals(text: str) -> tuple[Repeal, ...]:
    """The papers that ``text`` ends or replaces, each once, in the order of the text."""
    found: dict[tuple[str, str], Repeal] = {}
    for repeal in sorted([*_in_sentences(text), *_in_lists(text)], key=lambda r: r.quote.start):
        found.setdefault((repeal.title, repeal.number), repeal)
    # With its number the text names a paper more fully than by its title alone.
    numbered = "\n".join(repeal.title for repeal in found.values() if repeal.number)
    return tuple(each for each in found.values() if each.number or each.title not in numbered)


def _in_sentences(text: str) -> Iterator[Repeal]:
    for match in _SENTENCE.finditer(text):
        sentence = match.group().replace(_N, " ")
        if not re.search("废止|失效|不再|停止|终止|代替|替代|取代", sentence):
            continue
        quote = _trimmed(text, match.start(), match.end())
        for kind, name in _said(sentence):
            if name.is_paper:
                yield Repeal(name.title, name.number, kind, quote)
        if old := _OLD_ONE.search(sentence):
            yield from _spoken_of_before(sentence[: old.start()], old["type"], quote)


def _spoken_of_before(before: str, type_: str, quote: Span) -> Iterator[Repeal]:
    """“甲清单（云发改〔2024〕8号）……，原清单不再执行”: the one paper of this type named before."""
    named = [name for name, _, _ in _unquoted(before) if name.title.endswith(type_)]
    if len(named) == 1:
        yield Repeal(named[0].title, named[0].number, RepealKind.REPEALED, quote)


def _unquoted(words: str) -> Iterator[tuple[_Name, int, int]]:
    """Titles without quotation marks before a bracket with their number, and where both stand."""
    end = 0
    for bracket in _NUMBERED.finditer(words):
        first = max(end, bracket.start() - _MAX_UNQUOTED)
        title = _BEFORE_NUMBER.search(words, first, bracket.start())
        number = NUMBER.search(bracket[1])
        if title and number:
            end = bracket.end()
            yield _Name(squeezed(title.group()), squeezed(number.group())), title.start(), end


def _said(sentence: str) -> Iterator[tuple[RepealKind, _Name]]:
    names = [_name(match) for match in _NAMED.finditer(sentence)]
    frame = _NAMED.sub(_N, sentence)
    lists = _lists(frame)
    name_at = dict(zip((at for listed in lists for at in listed), names, strict=True))
    patterns = (
        (RepealKind.REPEALED, _ENDS, False),
        (RepealKind.REPLACED, _REPLACED, False),
        (RepealKind.REPEALED, _ENDING, True),
        (RepealKind.REPLACED, _REPLACES, True),
    )
    for kind, pattern, forward in patterns:
        ends = {
            match.end() - 1 if forward else match.start()
            for match in pattern.finditer(frame)
            if not (forward and _NOT_OF.search(match["whose"]))
        }
        for listed in lists:
            said = [n for n, at in enumerate(listed) if at in ends]
            if said and forward:
                yield from ((kind, name_at[at]) for at in _whole(frame, listed[said[0] :]))
            elif said:
                yield from ((kind, name_at[at]) for at in _ended(frame, listed[: said[-1] + 1]))


def _name(match: re.Match[str]) -> _Name:
    number = match["number"] or ""
    inside = NUMBER.search(match["bracket"] or "") or _ORDER.search(match["bracket"] or "")
    if inside:
        number = inside.group()
    return _Name(squeezed(match["title"] or ""), squeezed(number))


def _lists(frame: str) -> list[list[int]]:
    """Where the names stand in a frame, those of one list together."""
    lists: list[list[int]] = []
    for match in re.finditer(_N, frame):
        at = match.start()
        if lists and _NEXT.fullmatch(frame, lists[-1][-1] + 1, at):
            lists[-1].append(at)
        else:
            lists.append([at])
    return lists


def _ended(frame: str, listed: Sequence[int]) -> Sequence[int]:
    """The names of a list that end behind it; what a basis is quoted for is none of them."""
    first = listed[0]
    if not _BASIS.search(frame, max(0, first - _MAX_BASIS), first):
        return listed
    comma = re.compile("[，,]").search(frame, first)
    return [at for at in listed if comma and comma.start() < at]


def _whole(frame: str, listed: Sequence[int]) -> Sequence[int]:
    """The names of a list, without papers that fall only in part."""
    return [at for at in listed if not _PARTLY.match(frame, at + 1)]


def _in_lists(text: str) -> Iterator[Repeal]:
    """Lines and rows below “……废止的文件目录” or “决定废止下列文件：”."""
    listing = False
    for match in re.finditer(r"[^\n]+", text):
        line = match.group()
        if _opens_list(line):
            listing = True
        elif listing:
            names = list(_listed(line))
            for name in names:
                quote = _trimmed(text, match.start(), match.end())
                yield Repeal(name.title, name.number, RepealKind.REPEALED, quote)
            listing = bool(names) or is_row(line) or len(_NAMED.sub("", line)) <= _MAX_LEFT


def _opens_list(line: str) -> bool:
    if _KEEPS.search(line) or is_row(line):
        return False
    opens = _LIST_OPENS.search(line) and re.search("下列|以下|如下|目录|清单", line)
    return bool(opens or (_LIST_TITLE.search(line) and len(line) <= 60 and "《" not in line))


def _listed(line: str) -> Iterator[_Name]:
    """The papers a line consists of; none where it says more than their names."""
    if ANNEX.fullmatch(line):
        return
    if is_row(line):
        yield from _in_row(cells(line))
        return
    words = _NUMBERING.sub("", line, count=1)
    quoted = [_name(match) for match in _NAMED.finditer(words)]
    left = re.sub(r"[\s、，,；;。和及]", "", _NAMED.sub("", words))
    unquoted = next(_unquoted(words), None)
    if quoted and quoted[0].title and len(left) <= _MAX_LEFT:
        yield from (name for name in quoted if name.is_paper)
    elif unquoted and unquoted[1] == 0 and len(words) - unquoted[2] <= _MAX_LEFT:
        yield unquoted[0]
    elif heading_mark(line) and has_type(words.rstrip("；。;")):
        yield _Name(squeezed(words).rstrip("；。;"), "")


def _in_row(row: Sequence[str]) -> Iterator[_Name]:
    """A row of a list: the cell with the title and the one with the 发文字号."""
    numbers = [match.group() for cell in row if (match := NUMBER.fullmatch(cell))]
    for cell in row:
        quoted = _NAMED.search(cell)
        if quoted and quoted["title"]:
            name = _name(quoted)
            yield _Name(name.title, name.number or squeezed(next(iter(numbers), "")))
            return
    titles = [cell for cell in row if len(cell) >= 6 and has_type(cell)]
    if titles and not NUMBER.fullmatch(titles[0]):
        yield _Name(squeezed(titles[0]), squeezed(next(iter(numbers), "")))


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
