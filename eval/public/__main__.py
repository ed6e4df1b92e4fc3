"""Measures retrieval and refusal on public questions, with the retrieval that users get."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from eval.answers.metrics import mean, median, p95
from eval.bench.figures import Figure, say, table
from eval.bench.ingest import MODELS
from eval.public.data import (
    Asked,
    PublicData,
    PublicSet,
    missing_files,
    read_cmrc,
    read_lecoqa,
    read_squad,
)
from eval.public.index import make_index
from eval.public.scores import auc, fold_of, recall_at, refused_at
from index.embedding.encoder import BUILTIN, Encoder, load_encoder
from index.search.search import Index
from service.answer.retrieve import EVIDENCE_DEPTH
from service.assistant import Assistant

# Constants are chosen, and the query map is learned, on the other folds.
HELD_OUT = 0
LECOQA_GOALS: Mapping[int, float | None] = {1: None, 10: 0.65, 100: 0.88}
CMRC_GOALS: Mapping[int, float | None] = {1: 0.97, 5: 0.995}
MEDIAN_GOAL = 15.0  # milliseconds
TIMED = 300
FALSE_REFUSALS = 0.10

# How sure the system is that the papers answer a question: the higher, the surer.
Confidence = Callable[[Index, str], float]


def public(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="存放公开数据的文件夹，内有 laws、lecoqa、cmrc2018、squad2_zh。"
        ),
    ],
    only: Annotated[
        list[PublicSet] | None, typer.Option(help="只测这一组，可以给出多次；默认全部。")
    ] = None,
    data_dir: Annotated[
        Path, typer.Option(help="内置模型和段落向量的存放处；下次不再生成。")
    ] = Path(".cache/bench"),
) -> None:
    """用公开数据测量检索和拒答；缺少数据时说明原因，退出码为 0。"""
    wanted = [each for each in only or PublicSet if _is_there(folder, each)]
    if not wanted:
        return
    encoder = load_encoder(BUILTIN, data_dir / MODELS)
    figures = [line for each in wanted for line in MEASURES[each](folder, encoder, data_dir)]
    typer.echo(table(figures))


def measure_lecoqa(folder: Path, encoder: Encoder, data_dir: Path) -> list[Figure]:
    """Recall over all national articles on the held-out questions; the time of a search.

    The other questions taught the encoder's query map and would flatter it.
    """
    data = read_lecoqa(folder)
    index = _index("LeCoQA", data, encoder, data_dir)
    held = [each for each in data.questions if fold_of(each.question) == HELD_OUT]
    found = [_search(index, each, max(LECOQA_GOALS)) for each in held]
    return [
        Figure("LeCoQA", f"{len(data.questions)} 问，{data.passages} 条"),
        *_recalls(f"LeCoQA 留出的 {len(held)} 问", held, found, LECOQA_GOALS),
        *_times(index, [each.question for each in data.questions[:TIMED]], data.passages),
    ]


def measure_cmrc(folder: Path, encoder: Encoder, data_dir: Path) -> list[Figure]:
    """Recall of the one passage that a question was written on."""
    data = read_cmrc(folder)
    index = _index("CMRC", data, encoder, data_dir)
    found = [_search(index, each, max(CMRC_GOALS)) for each in data.questions]
    return [
        Figure("CMRC 2018", f"{len(data.questions)} 问，{data.passages} 段"),
        *_recalls("CMRC", data.questions, found, CMRC_GOALS),
    ]


def measure_squad(folder: Path, encoder: Encoder, data_dir: Path) -> list[Figure]:
    """How well each confidence tells answerable questions apart, and whom the service refuses."""
    data = read_squad(folder)
    index = _index("SQuAD 2.0", data, encoder, data_dir)
    figures = [Figure("SQuAD 2.0 中文", f"{len(data.questions)} 问，{data.passages} 段")]
    answerable = [each.question for each in data.questions if each.gold]
    unanswerable = [each.question for each in data.questions if not each.gold]
    for name, confidence in CONFIDENCES.items():
        say(f"SQuAD 2.0：按{name}判断……")
        yes = [confidence(index, question) for question in answerable]
        no = [confidence(index, question) for question in unanswerable]
        figures += [
            Figure(f"拒答，按{name}：AUC", _told(auc(yes, no))),
            Figure(
                f"拒答，按{name}：误拒至多 {FALSE_REFUSALS:.0%} 时该拒已拒",
                _told(refused_at(yes, no, FALSE_REFUSALS)),
            ),
        ]
    say("SQuAD 2.0：不用大模型作答……")
    return [
        *figures,
        Figure("不用大模型作答：该拒已拒", _told(_refused(index, unanswerable))),
        Figure("不用大模型作答：误拒", _told(_refused(index, answerable))),
    ]


def best_cosine(index: Index, question: str) -> float:
    """How near the nearest passage is."""
    return max((hit.cosine for hit in index.search(question, EVIDENCE_DEPTH)), default=0.0)


CONFIDENCES: Mapping[str, Confidence] = {"最高余弦": best_cosine}
MEASURES: Mapping[PublicSet, Callable[[Path, Encoder, Path], list[Figure]]] = {
    PublicSet.LECOQA: measure_lecoqa,
    PublicSet.CMRC: measure_cmrc,
    PublicSet.SQUAD: measure_squad,
}


def _is_there(folder: Path, wanted: PublicSet) -> bool:
    missing = missing_files(folder, wanted)
    if missing:
        typer.echo(f"跳过 {wanted}：缺少 {'、'.join(map(str, missing))}；请检查给出的文件夹。")
    return not missing


def _index(name: str, data: PublicData, encoder: Encoder, data_dir: Path) -> Index:
    say(f"{name}：建立 {data.passages} 段的索引……")
    return make_index(data.papers, encoder, data_dir)


def _search(index: Index, asked: Asked, k: int) -> list[str]:
    return [hit.passage.id for hit in index.search(asked.question, k)]


def _refused(index: Index, questions: Sequence[str]) -> float | None:
    assistant = Assistant(lambda: index)
    return mean([assistant.answer(each).status == "no_evidence" for each in questions])


def _recalls(
    name: str,
    questions: Sequence[Asked],
    found: Sequence[Sequence[str]],
    goals: Mapping[int, float | None],
) -> list[Figure]:
    """Recall at each depth: the share of the questions of which any gold passage is found."""
    figures = []
    for k, goal in goals.items():
        recalls = [recall_at(a.gold, ids, k) for a, ids in zip(questions, found, strict=True)]
        value = mean([each for each in recalls if each is not None])
        met = None if goal is None or value is None else value >= goal
        figures.append(Figure(f"{name} R@{k}", _told(value), f"≥ {goal}" if goal else "", met))
    return figures


def _times(index: Index, questions: Sequence[str], passages: int) -> list[Figure]:
    """How long a search as for an answer takes; the first one, which warms up, is not counted."""
    index.search(questions[0], EVIDENCE_DEPTH)
    seconds = []
    busy = time.process_time()
    for question in questions:
        start = time.perf_counter()
        index.search(question, EVIDENCE_DEPTH)
        seconds.append(time.perf_counter() - start)
    busy = time.process_time() - busy
    middle, slow = (1000 * (f(seconds) or 0.0) for f in (median, p95))
    return [
        Figure(
            f"检索 {passages} 段，中位数",
            f"{middle:.1f} 毫秒",
            f"≤ {MEDIAN_GOAL:.0f} 毫秒",
            middle <= MEDIAN_GOAL,
        ),
        Figure(f"检索 {passages} 段，第 95 百分位", f"{slow:.1f} 毫秒"),
        Figure(f"检索 {passages} 段，处理器时间平均", f"{1000 * busy / len(seconds):.1f} 毫秒"),
    ]


def _told(value: float | None) -> str:
    return "无" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    typer.run(public)
