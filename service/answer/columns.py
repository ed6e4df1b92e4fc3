"""Which columns of a table a question asks for."""

import re
from collections.abc import Sequence

from index.retrieval.synonyms import synonyms
from ingest.text.normalise import squeeze
from service.question.intent import Kind
from service.question.parse import Question

_YEAR = re.compile(r"(?:19|20)\d{2}")
_UNIT_OF_FIGURES = re.compile(r"[(（][^)）]*[)）]")
# What the names of columns say that answer a kind of question.
_OF_KIND = {
    Kind.LEAD: re.compile("单位|部门|牵头|责任|机关"),
    Kind.PHONE: re.compile("电话|联系"),
    Kind.PERSON: re.compile("人|姓名|负责"),
    Kind.DATE: re.compile("时间|日期|期限|工期|时限|节点|时候"),
}
_SHORT = 120
# Columns that say what a row is about, and that a question names to say which one it means.
_NAMES_ROW = re.compile(
    "(?:项目|任务|事项|指标|单位|企业|条款|支持)?(?:名称|类别|类型)|项目|任务|事项|指标|条款"
)


def asked_columns(names: Sequence[str], length: int, question: Question) -> list[str]:
    """The columns to show of a row of ``length`` characters: never those of another year.

    A question that asks once and names a column wants that one. Of a long row only the columns
    are shown that the question names or that suit its kind.
    """
    fitting = [name for name in names if name and not _other_year(name, question.years)]
    text = squeeze(question.text)
    plain = {name: squeeze(_UNIT_OF_FIGURES.sub("", name)) for name in fitting}
    exact = [p for p in plain.values() if p in text and not _NAMES_ROW.fullmatch(p)]
    if exact and question.asks == 1:
        return [name for name in fitting if any(asked in plain[name] for asked in exact)]
    if length <= _SHORT:
        return fitting
    wanted = _OF_KIND.get(question.kind)
    named = [name for name in fitting if _is_named(name, text, question)]
    return named or [name for name in fitting if wanted and wanted.search(name)] or fitting


def _other_year(name: str, years: Sequence[str]) -> bool:
    written = _YEAR.findall(name)
    return bool(years and written) and not set(written) & set(years)


def _is_named(name: str, text: str, question: Question) -> bool:
    plain = squeeze(_UNIT_OF_FIGURES.sub("", name))
    by_year = bool(set(_YEAR.findall(name)) & set(question.years))
    by_word = plain in text or any(other in text for other in synonyms(plain))
    return by_year or by_word or bool(question.attribute and question.attribute in plain)
