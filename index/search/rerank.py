"""Puts the best passages found in a better order, for those who have a CrossEncoder."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.embedding.encoder import Backend, load_model, prepare_environment, release_memory
from index.errors import EncoderError
from index.retrieval.dense import Ranked

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Scores = npt.NDArray[np.float32]

# Passages read anew for each question: twice what an answer looks at (12). Each costs a pass
# through the model. Not measured: no such model comes with the system.
RERANK_DEPTH = 24
# As for passages in index/embedding/encoder.py.
_BATCH = 4
_CLASSIFIER = "ForSequenceClassification"


class Reranker(Protocol):
    """Reads a question and a passage together; ``identity`` names what reads."""

    identity: str

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """How well each text answers the question, 0 to 1: float32 of shape (len(texts),)."""
        ...


class CrossEncoderReranker:
    """A loaded CrossEncoder with one output; safe to share between threads, which take turns."""

    def __init__(self, model: "CrossEncoder", identity: str) -> None:
        self.identity = identity
        self._model = model
        self._turn = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """How well each text answers the question, 0 to 1: float32 of shape (len(texts),)."""
        if not texts:
            return np.empty(0, np.float32)
        from torch import sigmoid

        with self._turn:
            return np.asarray(
                self._model.predict(
                    [(question, text) for text in texts],
                    batch_size=_BATCH,
                    activation_fn=sigmoid,  # some models come with none
                    show_progress_bar=False,
                ),
                np.float32,
            )


def load_reranker(model: str, cache_dir: Path, backend: Backend = "torch") -> CrossEncoderReranker:
    """Load a CrossEncoder: a local folder, or a hub name, looked for in ``cache_dir`` first.

    Raises:
        EncoderError: the model cannot be had, or does not score pairs of texts.
    """
    prepare_environment()
    local = Path(model).expanduser()
    where = str(local) if local.is_dir() else model
    try:
        loaded: CrossEncoder = load_model("CrossEncoder", where, cache_dir, backend)
    except Exception as error:  # the libraries below raise their own kinds and bare Exception
        raise _cannot_load(model, str(error) or type(error).__name__) from error
    if not _scores_pairs(loaded):
        raise _cannot_load(model, "它不是给“问题—段落”打一个分的模型")
    release_memory()
    return CrossEncoderReranker(loaded, model)


def reordered(ranked: Ranked, scores: Sequence[float]) -> Ranked:
    """A ranking whose first ``len(scores)`` are ordered anew, equal ones by position.

    The rest follow in their order, their scores scaled to stay below the least of these.
    """
    if not scores:
        return ranked
    first, rest = ranked[: len(scores)], ranked[len(scores) :]
    read = [(position, score) for (position, _), score in zip(first, scores, strict=True)]
    read.sort(key=lambda item: (-item[1], item[0]))
    least, best_left = read[-1][1], first[-1][1] or 1.0
    return [*read, *((position, least * (score / best_left)) for position, score in rest)]


def _scores_pairs(model: "CrossEncoder") -> bool:
    """Whether it was trained to give one score.

    The library makes a CrossEncoder of any model, with a last layer of random weights.
    """
    made_as = getattr(model.config, "architectures", None) or ()
    trained = len(model) > 1 or not made_as or any(name.endswith(_CLASSIFIER) for name in made_as)
    return bool(trained and model.num_labels == 1)


def _cannot_load(model: str, reason: str) -> EncoderError:
    return EncoderError(
        "无法加载重排模型。"
        "请检查设置 rerank_model 的名称或文件夹是否为 sentence-transformers 的 CrossEncoder 模型；"
        "离线时请先把模型下载到本地并填写其文件夹路径，或把 rerank_model 留空，不用重排。",
        f"{model}：{reason.strip().splitlines()[0]}",
    )
