"""Answers and explanations as text."""

from collections.abc import Iterator

from service.documents.info import where
from service.documents.warnings import note
from service.explanation import ExplainedCandidate, ExplainedPart, Explanation
from service.schemas import AI_LABEL, Answer, ExplainedAnswer, Sentence


def of_answer(answer: Answer) -> str:
    """Sentence by sentence with its citations, the words cited, and why, where that was asked."""
    lines = [_marked(sentence) for sentence in answer.sentences] or [answer.answer]
    lines += [f"（{answer.notice}）"] if answer.notice else []
    lines += [f"（{AI_LABEL}）"] if answer.ai_generated else []
    for citation in answer.citations:
        lines += ["", f"[{citation.index}] {where(citation)}", f"    “{citation.quote}”"]
    if answer.nearest:
        lines += ["", "最接近的章节：", *(f"  · {where(citation)}" for citation in answer.nearest)]
    if isinstance(answer, ExplainedAnswer):
        lines += ["", of_explanation(answer.explanation)]
    return "\n".join(lines)


def _marked(sentence: Sentence) -> str:
    """A sentence with its citations, or why it is not to be believed."""
    if not sentence.supported:
        return f"✗ {sentence.text}（{sentence.reason}；请勿采用）"
    return f"{sentence.text}{''.join(f'[{index}]' for index in sentence.citations)}"


def of_explanation(explained: Explanation) -> str:
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
    place = " › ".join((candidate.title, *candidate.section))
    yield f"     〔{candidate.kind}〕{place}{note(candidate.warning)}"
    yield f"     {' '.join(candidate.text.split())}"
