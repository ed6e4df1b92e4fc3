"""Measures the citation guard: true sentences struck out, and false ones let through."""

import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from eval.answers.cases import CaseError, load_all
from eval.answers.metrics import median, p95
from eval.answers.text import display_width, pad, squeeze
from eval.bench.figures import say
from index.search.search import Index
from ingest.text.sentences import sentence_spans
from ingest.text.units import same_unit
from ingest.types import Document, Passage, PassageKind, Span
from service.assistant import Assistant
from service.documents.warnings import unwarned
from service.guard import Guard, Source
from service.settings import load_settings
from service.workspace import Workspace

OFFERED = 8
_FIELDS = {"id": str, "docs": list, "evidence": str, "claim": str, "supported": bool, "kind": str}
_SEED = 5
_MIN_SENTENCE = 12
_FIGURE = re.compile(
    r"(?<![\d.〔])(\d+(?:\.\d+)?)([万亿]?元|%|家|个|万?亩|万?吨|座|年|项|人|万?人次|万?平方米)"
)
_OTHER_UNITS = {
    "万元": "亿元", "亿元": "万元", "元": "万元", "%": "个百分点", "家": "个百分点", "个": "亩",
    "亩": "平方公里", "万亩": "亩", "吨": "万吨", "万吨": "吨", "座": "家", "项": "亿元",
    "人": "万人", "万人次": "人次", "万平方米": "亩", "平方米": "平方公里",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence about the papers in ``docs``, and whether the passage of ``evidence`` says it."""

    id: str
    docs: tuple[str, ...]
    evidence: str
    text: str
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, what the guard said, and how long it took."""

    claim: Claim
    supported: bool
    reason: str
    milliseconds: float


def load_claims(paths: Sequence[Path]) -> tuple[Claim, ...]:
    """Read case files of one JSON object a line.

    Raises:
        CaseError: a file cannot be read, or a case in it is not sound.
    """
    found: dict[str, Claim] = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CaseError(path, 0, f"无法读取用例文件（{error}）", "请检查路径和编码") from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                claim = _claim(line, path, number)
                if claim.id in found:
                    raise CaseError(path, number, f"编号“{claim.id}”重复", "请改用未用过的编号")
                found[claim.id] = claim
    return tuple(found.values())


def _claim(line: str, path: Path, number: int) -> Claim:
    try:
        case = json.loads(line)
        sound = case.keys() == _FIELDS.keys() and all(
            isinstance(case[name], kind) and (case[name] or kind is bool)
            for name, kind in _FIELDS.items()
        )
    except (ValueError, AttributeError, TypeError):
        sound = False
    if not sound:
        fields = "、".join(_FIELDS)
        raise CaseError(path, number, "不是合格的用例", f"请写 JSON 对象，含 {fields}，不留空")
    return Claim(
        case["id"], tuple(case["docs"]), squeeze(case["evidence"]), case["claim"],
        case["supported"], case["kind"],
    )  # fmt: skip


def verbatim(index: Index, every: int) -> Iterator[Claim]:
    """Each ``every``-th sentence of the papers' prose, as a true claim."""
    sentences = (
        (document, document.text[start:end])
        for document in index.documents.values()
        for passage in document.passages
        if passage.kind in (PassageKind.PROSE, PassageKind.DEFINITION)
        for start, end in sentence_spans(document.text, passage.start, passage.end)
        if end - start >= _MIN_SENTENCE and document.text[end - 1] == "。"
    )
    for number, (document, sentence) in enumerate(sentences):
        if number % every == 0:
            text = squeeze(sentence)
            yield Claim(f"v-{number}", (document.name,), text, text, True, "verbatim")


def swapped(claims: Iterable[Claim], index: Index) -> Iterator[Claim]:
    """False claims: true ones with one figure, unit, year or organisation of theirs exchanged."""
    chance = random.Random(_SEED)
    for claim in claims:
        found = _passage_of(claim, index)
        if found is None or not claim.supported:
            continue
        document, passage = found
        for kind, text in _swaps(claim.text, document, passage, index.units, chance):
            yield replace(claim, id=f"{claim.id}-{kind}", text=text, supported=False, kind=kind)


def _swaps(
    text: str, document: Document, passage: Passage, units: Sequence[str], chance: random.Random
) -> Iterator[tuple[str, str]]:
    figures = list(_FIGURE.finditer(text))
    others = [match.groups() for match in _FIGURE.finditer(squeeze(passage.text))]
    for match in figures:
        value, unit = match.groups()
        kind = "swapped_year" if unit == "年" and len(value) == 4 else "swapped_figure"
        said = {each[1] for each in figures}
        alike = {v for v, u in others if u == unit and (len(v) == 4) == (len(value) == 4)}
        choice = sorted(alike - said)
        if choice:
            yield kind, text[: match.start(1)] + chance.choice(choice) + text[match.end(1) :]
        if unit in _OTHER_UNITS:
            yield "swapped_unit", text[: match.start(2)] + _OTHER_UNITS[unit] + text[match.end(2) :]
    named = [unit for unit in units if unit in text]
    if named:
        away = [
            unit
            for unit in units
            if unit[-1] in "局委"
            and unit not in document.text
            and not any(same_unit(unit, each) for each in named)
        ]
        if away:
            yield "swapped_organisation", text.replace(max(named, key=len), chance.choice(away))


def answers(index: Index, paths: Sequence[Path]) -> Iterator[tuple[Claim, tuple[Source, ...]]]:
    """The sentences of the answers without a language model, true by how they are made."""
    assistant = Assistant(lambda: index)
    names = {document.name for document in index.documents.values()}
    for case in load_all(paths):
        if not set(case.docs) <= names:
            continue
        answer = unwarned(assistant.answer(case.question))
        cited = {citation.index: citation for citation in answer.citations}
        for number, sentence in enumerate(answer.sentences):
            sources = tuple(
                _source_at(index.documents[c.document_id], c.section, Span(c.start, c.end))
                for each in sentence.citations
                for c in [cited[each]]
            )
            claim = Claim(f"{case.id}-{number}", case.docs, "", sentence.text, True, "answer")
            yield claim, sources


def judge(index: Index, claims: Iterable[Claim]) -> Iterator[Judged]:
    """Check each claim against the passage of its evidence and the best others found for it."""
    guard = Guard(index.tokeniser, index.units, index.people)
    for claim in claims:
        found = _passage_of(claim, index)
        if found is None:
            continue
        right = _source(*found)
        hits = (_source(hit.document, hit.passage) for hit in index.search(claim.text, OFFERED + 1))
        others = [source for source in hits if source != right]
        yield _judged(guard, claim, (right,), (right, *others[: OFFERED - 1]))


def _judged(
    guard: Guard, claim: Claim, cited: Sequence[Source], offered: Sequence[Source]
) -> Judged:
    start = time.perf_counter()
    verdict = guard.check(claim.text, cited, offered)
    took = 1000 * (time.perf_counter() - start)
    return Judged(claim, verdict.supported, verdict.reason, took)


def _passage_of(claim: Claim, index: Index) -> tuple[Document, Passage] | None:
    """The first passage that has the evidence of a claim, in a paper that the claim names."""
    for document in index.documents.values():
        for passage in document.passages if document.name in claim.docs else ():
            if claim.evidence in squeeze(document.text[passage.start : passage.end]):
                return document, passage
    return None


def _source(document: Document, passage: Passage) -> Source:
    return Source(document, passage.section, Span(passage.start, passage.end), passage.header)


def _source_at(document: Document, section: tuple[str, ...], span: Span) -> Source:
    rows = (p for p in document.passages if p.start <= span.start < p.end)
    return Source(document, section, span, next((row.header for row in rows), ""))


def table(judged: Sequence[Judged]) -> str:
    """Per kind: how many true and false ones, how many of each were judged wrongly."""
    rows: list[tuple[str, ...]] = [("类别", "真", "误删", "假", "漏过")]
    for kind, each in {**_by_kind(judged), "合计": judged}.items():
        rows.append((kind, *map(str, _counts(each))))
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            pad(cell, width, right=i > 0)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    times = [each.milliseconds for each in judged]
    middle, slow = median(times) or 0.0, p95(times) or 0.0
    return "\n".join([*lines, f"每句：中位数 {middle:.1f} 毫秒，第 95 百分位 {slow:.1f} 毫秒"])


def to_json(judged: Sequence[Judged]) -> str:
    """The same figures and every sentence judged wrongly."""
    names = ("true", "struck", "false", "let_through")
    times = [each.milliseconds for each in judged]
    report = {
        "kinds": {
            kind: dict(zip(names, _counts(each), strict=True))
            for kind, each in _by_kind(judged).items()
        },
        "total": dict(zip(names, _counts(judged), strict=True)),
        "median_ms": median(times),
        "p95_ms": p95(times),
        "wrong": [
            {"id": each.claim.id, "claim": each.claim.text, "supported": each.supported,
             "reason": each.reason}
            for each in judged
            if each.supported != each.claim.supported
        ],
    }  # fmt: skip
    return json.dumps(report, ensure_ascii=False, indent=2)


def _by_kind(judged: Sequence[Judged]) -> Mapping[str, Sequence[Judged]]:
    kinds = dict.fromkeys(each.claim.kind for each in judged)
    return {kind: [each for each in judged if each.claim.kind == kind] for kind in kinds}


def _counts(judged: Sequence[Judged]) -> tuple[int, int, int, int]:
    """True ones, true ones struck out, false ones, false ones let through."""
    true = [each for each in judged if each.claim.supported]
    false = [each for each in judged if not each.claim.supported]
    return (
        len(true), sum(not each.supported for each in true),
        len(false), sum(each.supported for each in false),
    )  # fmt: skip


def claims(  # noqa: PLR0913, PLR0917  each is an option of the command
    cases: Annotated[
        list[Path], typer.Argument(metavar="CASES.jsonl...", help="用例文件，每行一句。")
    ],
    data_dir: Annotated[
        Path | None, typer.Option(envvar="CEWEN_DATA_DIR", help="数据目录，默认 ./data。")
    ] = None,
    every: Annotated[int, typer.Option(min=0, help="原文每隔几句取一句作真句，0 为不取。")] = 0,
    swap: Annotated[
        bool, typer.Option(help="把真句里的数字、单位、年份、单位名称换掉作假句。")
    ] = False,
    asked: Annotated[
        list[Path] | None, typer.Option(help="提问用例，不用大模型作答，各句应当都通过。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """测量引用核对：真句误删多少，假句漏过多少。"""
    try:
        given = load_claims(cases)
        settings = load_settings(**({"data_dir": data_dir} if data_dir else {}))
        index = Workspace(settings).index()
        if index is None:
            say("错误：数据目录里没有文件。请先用 cewen ingest 导入。")
            raise typer.Exit(1)
        true = [*given, *(verbatim(index, every) if every else ())]
        judged = list(judge(index, [*true, *(swapped(true, index) if swap else ())]))
        guard = Guard(index.tokeniser, index.units, index.people)
        judged += [_judged(guard, *each, each[1]) for each in answers(index, asked or [])]
    except CaseError as error:
        say(f"错误：{error}")
        raise typer.Exit(2) from error
    missing = len(given) - sum(each.claim in given for each in judged)
    if missing:
        say(f"跳过 {missing} 句：所依据的文件不在数据目录里。")
    if not judged:
        raise typer.Exit(1)
    typer.echo(to_json(judged) if as_json else table(judged))


if __name__ == "__main__":
    typer.run(claims)
