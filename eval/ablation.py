"""Measures what each piece of the answer pipeline is worth, by running the cases without it.

    python -m eval.ablation DATA_DIR=CASES.jsonl DATA_DIR=CASES.jsonl

A piece is switched off in this process, by putting something else in the place of a constant or
a function.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from unittest import mock

import typer

from eval.answers.cases import Case, CaseError, load_all
from eval.answers.results import CaseResult
from eval.answers.run import AssistantLike, missing_papers, run
from eval.answers.summary import ANSWERS, FALSE_REFUSALS, HIT, REFUSALS
from eval.bench.figures import say
from eval.report.compare import Change, compare
from eval.report.compare_report import points, probability
from eval.report.report import percent, table
from index.embedding.encoder import Encoder
from index.errors import EncoderError, StoreError
from service.assistant import open_assistant
from service.question.places import Reach
from service.settings import SettingsError, load_settings

_NEVER = re.compile("(?!)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece by name; ``off`` maps what it hangs on to what switches it off."""

    name: str
    off: Mapping[str, object]


# A constant is named where it is used, which is not always where it is defined.
PIECES = (
    Piece(
        "检索：提问映射",
        {"index.embedding.encoder.Encoder.encode_query": Encoder.encode_unmapped_query},
    ),
    Piece("检索：相邻两字", {"index.retrieval.tokeniser._RUN": _NEVER}),
    Piece("检索：向量（只用 BM25）", {"index.retrieval.fusion.DENSE_SHARE": 0.0}),
    Piece("检索：BM25（只用向量）", {"index.retrieval.fusion.DENSE_SHARE": 1.0}),
    Piece("同义词（检索和打分）", {"index.retrieval.synonyms._OTHERS": {}}),
    Piece(
        "追问的补全",
        {
            "service.question.understand.complete": lambda question, *_: question,
            "service.question.understand.with_topic": lambda *_: "",
        },
    ),
    Piece(
        "拆开并列的问题", {"service.question.understand.decompose": lambda question, *_: [question]}
    ),
    Piece("打分：标题里的词", {"service.answer.scoring.HEADING": 0.0}),
    Piece("打分：所在段落里的词", {"service.answer.scoring.AROUND": 0.0}),
    Piece("打分：文件标题里的词", {"service.answer.scoring.TITLE": 0.0}),
    Piece("打分：缩略", {"service.answer.scoring.ABBREVIATED": 0.0}),
    Piece("打分：长词的一部分", {"service.answer.scoring.PARTIAL": 0.0}),
    Piece("打分：相邻两字", {"service.answer.scoring.PAIRS_BONUS": 0.0}),
    Piece("打分：所问类型的内容", {"service.answer.scoring.TYPE_BONUS": 0.0}),
    Piece("打分：检索得分", {"service.answer.scoring.RETRIEVED_BONUS": 0.0}),
    Piece("打分：所问名词的解释", {"service.answer.scoring.DEFINED_BONUS": 0.0}),
    Piece("打分：所问单位的数字", {"service.answer.scoring.MEASURE_BONUS": 0.0}),
    Piece("打分：责任单位记录", {"service.answer.scoring.LEAD_BONUS": 0.0}),
    Piece("打分：问到的项数", {"service.answer.scoring.COUNT_BONUS": 0.0}),
    Piece("打分：年份不符", {"service.answer.scoring.YEAR_PENALTY": 0.0}),
    Piece("打分：地区不符", {"service.answer.scoring.PLACE_PENALTY": 0.0}),
    Piece("打分：没有内容的句子", {"service.answer.scoring.EMPTY_PENALTY": 0.0}),
    Piece(
        "摘取相关的分句",
        {
            "service.answer.statements.focus": lambda text, start, _: (
                text,
                start,
                start + len(text),
            )
        },
    ),
    Piece("差不多好的第二条", {"service.answer.select.NEARLY": -1.0}),
    Piece(
        "拒答：覆盖度",
        {
            "service.answer.select.MIN_COVERAGE": 0.0,
            "service.answer.select.MIN_COVERAGE_LOOSE": 0.0,
        },
    ),
    Piece("拒答：所问类型的内容", {"service.answer.scoring._has_type": lambda *_: True}),
    Piece("拒答：年份相符", {"service.answer.scoring.years_met": lambda *_: True}),
    Piece("拒答：地区相符", {"service.answer.scoring._reach": lambda *_: Reach.OWN}),
    Piece("拒答：库中没有的长名词", {"service.answer.scoring._named": lambda *_: True}),
)

Asked = tuple[AssistantLike, tuple[Case, ...]]
_HEADS = (
    "去掉的部分", ANSWERS, HIT.format(1), FALSE_REFUSALS, REFUSALS,
    "答案正确的差（百分点）", "变对", "变错", "p",
)  # fmt: skip


class AblationError(Exception):
    """A figure cannot be taken; the message says why, in Chinese."""


def ablation(
    groups: Annotated[
        list[str],
        typer.Argument(
            metavar="DATA_DIR=CASES.jsonl...", help="数据目录和在其上运行的用例文件，可以多组。"
        ),
    ],
) -> None:
    """逐一去掉问答流程的各个部分，运行同样的用例，列出各部分的作用。"""
    try:
        typer.echo(table(measure(_open(groups), PIECES)))
    except (AblationError, CaseError, SettingsError, StoreError, EncoderError) as error:
        say(f"错误：{error}")
        raise typer.Exit(1) from error


def measure(asked: Sequence[Asked], pieces: Sequence[Piece]) -> list[Sequence[str]]:
    """The rows of the table, under its heads: everything, then without each of the pieces.

    Raises:
        AblationError: What a piece hangs on is there no more, which is told before anything is
            run; or a case ended in an error, as where a function has new arguments.
    """
    for piece in pieces:
        with without(piece):
            pass
    whole = _results(asked, "全部")
    shares = _shares(compare(whole, whole))
    rows: list[Sequence[str]] = [_HEADS, ("（全部都在）", *shares, "", "", "", "")]
    for number, piece in enumerate(pieces, start=1):
        say(f"{number}/{len(pieces)}  {piece.name}")
        with without(piece):
            changes = compare(whole, _results(asked, piece.name))
        rows.append((piece.name, *_shares(changes), *_difference(changes[ANSWERS])))
    return rows


@contextmanager
def without(piece: Piece) -> Iterator[None]:
    """Switch a piece off for as long as the context lasts.

    Raises:
        AblationError: What it hangs on is there no more.
    """
    with ExitStack() as stack:
        for target, value in piece.off.items():
            try:
                stack.enter_context(mock.patch(target, value))
            except (AttributeError, ImportError) as error:
                raise AblationError(
                    f"“{piece.name}”改不了 {target}（{error}）；请更正 eval/ablation.py 的 PIECES。"
                ) from error
        yield


def _open(groups: Sequence[str]) -> list[Asked]:
    paths: dict[str, list[Path]] = {}
    for group in groups:
        folder, equals, path = group.partition("=")
        if not (folder and equals and path):
            raise AblationError(f"“{group}”不是“数据目录=用例文件”的形式。")
        paths.setdefault(folder, []).append(Path(path))
    load_all([path for some in paths.values() for path in some])  # no id twice over all
    asked = [
        (open_assistant(load_settings(data_dir=folder)), load_all(some))
        for folder, some in paths.items()
    ]
    missing = [name for assistant, cases in asked for name in missing_papers(assistant, cases)]
    if missing:
        raise AblationError(f"用例涉及的文件尚未入库：{'、'.join(missing)}。")
    if not any(case.answer for _, cases in asked for case in cases):
        raise AblationError("用例都没有写 answer，无从判断答案。")
    return list(asked)


def _results(asked: Sequence[Asked], name: str) -> list[CaseResult]:
    results = [result for assistant, cases in asked for result in run(assistant, cases).results]
    broken = next((result for result in results if result.error), None)
    if broken:
        raise AblationError(f"{name}：用例 {broken.case.id} {broken.error}")
    return results


def _shares(changes: Mapping[str, Change]) -> list[str]:
    names = (ANSWERS, HIT.format(1), FALSE_REFUSALS, REFUSALS)
    return [percent(changes[name].b if name in changes else None) for name in names]


def _difference(change: Change) -> list[str]:
    won, lost = len(change.won), len(change.lost)
    return [points(change), str(won), str(lost), probability(change.p)]


if __name__ == "__main__":
    typer.run(ablation)
