"""An explanation as text."""

from collections.abc import Iterator

from service.explanation import ExplainedCandidate, ExplainedPart, Explanation


def as_text(explained: Explanation) -> str:
    """Line by line: the question as understood, what was weighed for each part, what decided."""
    return "\n".join(_lines(explained))


def _lines(explained: Explanation) -> Iterator[str]:
    yield f"问题：{explained.spelt}"
    if explained.remark:
        yield f"不是对文件的提问：{explained.remark}"
    for reading in explained.readings:
        yield f"理解为：{reading}"
    for part in explained.parts:
        yield ""
        yield from _part(part)
    if explained.reason:
        yield ""
        yield f"没有依据的原因：{explained.reason}"


def _part(part: ExplainedPart) -> Iterator[str]:
    yield f"■ {part.question}"
    yield f"  类别：{part.kind}；检索到 {part.passages} 段，候选 {part.candidates} 个"
    yield f"  词和权重：{'  '.join(f'{term} {weight:.2f}' for term, weight in part.terms.items())}"
    for name, value in part.particulars.items():
        yield f"  {name}：{value}"
    if part.note:
        yield f"  {part.note}"
    for number, candidate in enumerate(part.best, start=1):
        yield from _candidate(number, candidate)


def _candidate(number: int, candidate: ExplainedCandidate) -> Iterator[str]:
    verdict = "、".join(candidate.lacking) or "可作依据"
    yield f"  {number}. {candidate.total:.2f}（{verdict}；覆盖 {candidate.coverage:.2f}）"
    yield f"     {'  '.join(f'{name} {value:+.2f}' for name, value in candidate.parts.items())}"
    yield f"     〔{candidate.kind}〕{' › '.join((candidate.title, *candidate.section))}"
    yield f"     {' '.join(candidate.text.split())}"
