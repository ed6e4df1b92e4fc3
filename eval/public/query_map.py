"""Learns the linear map that the built-in encoder applies to the vectors of questions.

    python -m eval.public.query_map ../shared/bench index/query_map.npy

It is learned from citizens' questions on articles of national law (LeCoQA, MIT; the fold that
``eval.public`` reports is left out) and from CMRC 2018 (CC BY-SA 4.0), whose questions also hold
it near nought. Passages keep their vectors, so no index has to be built again.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer

from eval.bench.figures import say
from eval.bench.ingest import MODELS
from eval.public.__main__ import HELD_OUT
from eval.public.data import Asked, PublicData, PublicSet, missing_files, read_cmrc, read_lecoqa
from eval.public.index import indexed_texts, kept_vectors
from eval.public.scores import fold_of
from index.embedding.encoder import BUILTIN, Encoder, load_encoder

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

HARD, RANDOM = 200, 300  # wrong passages for each question: the nearest, and others
OTHERS = 800  # questions of CMRC, about as many as of LeCoQA
EPOCHS, BATCH, RATE = 8, 64, 1e-3
TEMPERATURE, SHRINK, ANCHOR = 0.01, 0.01, 10.0
# Of the map that was learned: at 1 questions on policy papers lose, below 0.5 those on law.
STRENGTH = 0.75
SEED = 0


@dataclass(frozen=True, slots=True)
class Lessons:
    """Questions and passages as vectors of unit length, one a row; where each answer stands."""

    questions: FloatArray
    passages: FloatArray
    gold: tuple[IntArray, ...]


def query_map(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="公开数据的文件夹，内有 laws、lecoqa、cmrc2018。"),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="写出的 .npy 文件。")],
    data_dir: Annotated[
        Path, typer.Option(help="内置模型和段落向量的存放处，与 eval.public 相同。")
    ] = Path(".cache/bench"),
) -> None:
    """学习提问向量的线性映射。没有段落向量时先编码六万多条法律条文，2 核约二十分钟。"""
    missing = [
        p for each in (PublicSet.LECOQA, PublicSet.CMRC) for p in missing_files(folder, each)
    ]
    if missing:
        say(f"缺少 {'、'.join(map(str, missing))}；请检查给出的文件夹。")
        raise typer.Exit(1)
    encoder = load_encoder(BUILTIN, data_dir / MODELS)
    rng = np.random.default_rng(SEED)
    laws, others = read_lecoqa(folder), read_cmrc(folder)
    law = lessons(laws, learnable(laws), encoder, data_dir)
    chosen = rng.permutation(np.array(learnable(others), object))[:OTHERS].tolist()
    other = lessons(others, chosen, encoder, data_dir)
    say("学习……")
    np.save(out, (STRENGTH * learn(law, other, rng)).astype(np.float16))


def learnable(data: PublicData) -> list[Asked]:
    """The questions outside the fold that is measured on."""
    return [each for each in data.questions if fold_of(each.question) != HELD_OUT]


def lessons(data: PublicData, questions: list[Asked], encoder: Encoder, data_dir: Path) -> Lessons:
    """Vectors of ``questions``, before any map, and of all passages of ``data``."""
    ids = (passage.id for paper in data.papers for passage in paper.passages)
    at = {passage: position for position, passage in enumerate(ids)}
    return Lessons(
        np.stack([encoder.encode_unmapped_query(each.question) for each in questions]),
        kept_vectors(indexed_texts(data.papers), encoder, data_dir / "vectors"),
        tuple(np.array(sorted(at[one] for one in each.gold), np.int64) for each in questions),
    )


def joined(first: Lessons, second: Lessons) -> Lessons:
    """Both, each question against the passages of both."""
    shift = len(first.passages)
    return Lessons(
        np.concatenate([first.questions, second.questions]),
        np.concatenate([first.passages, second.passages]),
        (*first.gold, *(gold + shift for gold in second.gold)),
    )


def wrong_passages(taught: Lessons, rng: np.random.Generator) -> IntArray:
    """For each question the ``HARD`` nearest passages that do not answer, and ``RANDOM`` more."""
    found = np.empty((len(taught.questions), HARD + RANDOM), np.int64)
    for row, (question, gold) in enumerate(zip(taught.questions, taught.gold, strict=True)):
        scores = taught.passages @ question
        scores[gold] = -1.0
        others = rng.choice(len(taught.passages), RANDOM + len(gold), replace=False)
        found[row, :HARD] = np.argpartition(-scores, HARD)[:HARD]
        found[row, HARD:] = others[~np.isin(others, gold)][:RANDOM]
    return found


def learn(law: Lessons, other: Lessons, rng: np.random.Generator) -> FloatArray:
    """The map, of shape (dimension, dimension); the questions of ``other`` should stay put."""
    import torch
    from torch.nn import functional

    torch.manual_seed(SEED)
    taught = joined(law, other)
    wrong = wrong_passages(taught, rng)
    questions, kept = torch.from_numpy(taught.questions), torch.from_numpy(other.questions)
    passages = torch.from_numpy(taught.passages)
    weights = torch.nn.Parameter(torch.zeros(questions.shape[1], questions.shape[1]))
    optimiser = torch.optim.AdamW([weights], lr=RATE, weight_decay=0.0)
    steps = EPOCHS * (len(questions) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _half_cosine(steps))
    for _ in range(EPOCHS):
        order = rng.permutation(len(questions))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            right = [rng.choice(taught.gold[each]) for each in chosen]
            seen = passages[np.column_stack([right, wrong[chosen]])]
            asked = questions[chosen]
            asked = functional.normalize(asked + asked @ weights, dim=-1)
            scores = torch.bmm(seen, asked[:, :, None])[..., 0] / TEMPERATURE
            loss = functional.cross_entropy(scores, torch.zeros(BATCH, dtype=torch.long))
            loss = loss + SHRINK * (weights**2).sum()
            loss = loss + ANCHOR * ((kept @ weights) ** 2).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return np.asarray(weights.detach().numpy(), np.float32)


def _half_cosine(steps: int) -> Callable[[int], float]:
    """The share of the rate at each step, falling from 1 to 0."""
    return lambda step: 0.5 * (1 + math.cos(math.pi * step / steps))


if __name__ == "__main__":
    typer.run(query_map)
