"""Turns text into vectors: with the built-in model, or any that sentence-transformers loads."""

import ctypes
import gc
import hashlib
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from index.embedding.builtin_model import NAME, block_telemetry, ensure_builtin_model, query_map
from index.embedding.runtime import SETTINGS, Network, Vectors
from index.errors import EncoderError, RebuildNeededError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["BUILTIN", "Backend", "Encoder", "EncoderError", "load_encoder"]

Backend = Literal["torch", "onnx", "openvino"]

BUILTIN = "builtin"

_BATCH = 4

_loading = threading.Lock()

_PASSAGE_PROMPTS = ("document", "passage", "corpus")


class Model(Protocol):
    """What makes vectors of unit length, float32."""

    dimension: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Of shape (len(texts), dimension)."""

    def query(self, text: str) -> Vectors:
        """Of shape (dimension,)."""


class Encoder:
    """A loaded model; safe to share between threads, which take turns.

    ``dimension`` is the length of a vector. ``identity`` names the model and changes
    with it: vectors made under different identities must not be compared. ``query_map``,
    of shape (dimension, dimension), turns the vectors of questions towards the passages that
    answer them.
    """

    def __init__(self, model: Model, identity: str, query_map: Vectors | None = None) -> None:
        self.identity = identity
        self.dimension = model.dimension
        self.model = model
        self._query_map = query_map
        self._turn = threading.Lock()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, float32 of shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._turn:
            return self.model.passages(texts)

    def encode_query(self, text: str) -> Vectors:
        """A vector of unit length, float32 of shape (dimension,), put through the query map."""
        vector = self.encode_unmapped_query(text)
        if self._query_map is None:
            return vector
        mapped = vector + vector @ self._query_map
        return np.asarray(mapped / np.linalg.norm(mapped), np.float32)

    def encode_unmapped_query(self, text: str) -> Vectors:
        """The model's own vector of a question, from which a query map is learned."""
        with self._turn:
            return self.model.query(text)


class _SentenceTransformer:
    """A model of sentence-transformers' own."""

    def __init__(self, model: "SentenceTransformer") -> None:
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._model = model
        self._passage_prompt = _passage_prompt(model.prompts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(
            self._model.encode_document(
                list(texts),
                prompt_name=self._passage_prompt,
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            ),
            np.float32,
        )

    def query(self, text: str) -> Vectors:
        return np.asarray(
            self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False),
            np.float32,
        )


def load_encoder(
    model: str,
    cache_dir: Path,
    backend: Backend = "torch",
    progress: Callable[[str, float], None] | None = None,
) -> Encoder:
    """Load a model: ``builtin``, a local folder, or a hub name.

    Args:
        model: what to load. A hub name is looked for in ``cache_dir`` first.
        cache_dir: the one folder written to.
        backend: what runs a model other than the built-in one, which always runs
            on OpenVINO. ``onnx`` and ``openvino`` need the exported file in the folder.
        progress: told, in Chinese, what is being done and how far it is (0 to 1).

    Raises:
        EncoderError: the model cannot be had, or is not an embedding model.
    """
    prepare_environment()
    if model == BUILTIN:
        folder = ensure_builtin_model(cache_dir, progress)
        return Encoder(_load_builtin(folder), NAME, query_map())
    local = Path(model).expanduser()
    where = str(local) if local.is_dir() else model
    loaded = _load(model, where, cache_dir, backend)
    return Encoder(_SentenceTransformer(loaded), _identity(model, where, cache_dir))


def _load_builtin(folder: Path) -> Network:
    try:
        loaded = Network(folder)
    except Exception as error:  # OpenVINO and tokenizers raise bare RuntimeError and Exception
        raise _cannot_load(BUILTIN, error) from error
    release_memory()
    return loaded


def _load(model: str, where: str, cache_dir: Path, backend: Backend) -> "SentenceTransformer":
    """Load quietly, and give back the memory that loading took."""
    try:
        loaded: SentenceTransformer = load_model("SentenceTransformer", where, cache_dir, backend)
    except Exception as error:  # the libraries below raise their own kinds and bare Exception
        raise _cannot_load(model, error) from error
    release_memory()
    return loaded


def load_model(kind: str, where: str, cache_dir: Path, backend: Backend) -> Any:
    """A model of the sentence-transformers class ``kind``, on the processor, without a word.

    The libraries below raise their own kinds and bare Exception.
    """
    with _quiet():
        import sentence_transformers

        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        return getattr(sentence_transformers, kind)(
            where,
            device="cpu",
            backend=backend,
            cache_folder=str(cache_dir),
            model_kwargs=_backend_settings(backend),
        )


def _backend_settings(backend: Backend) -> dict[str, Any]:
    """What a model is loaded with, by what runs it."""
    if backend == "openvino":
        return {"ov_config": dict(SETTINGS)}
    return {"provider": "CPUExecutionProvider"} if backend == "onnx" else {}


def _cannot_load(model: str, error: Exception) -> EncoderError:
    said = str(error).strip().splitlines() or [type(error).__name__]
    return EncoderError(
        "无法加载向量模型。请检查设置 model 的名称或文件夹是否为 sentence-transformers 模型；"
        "离线时请先把模型下载到本地并填写其文件夹路径，"
        "或将模型设置为 builtin 使用内置模型。",
        f"{model}：{said[0]}",
    )


def _passage_prompt(prompts: Mapping[str, str | None]) -> str | None:
    """The model's own prompt for passages, if it has one.

    sentence-transformers gives every model an empty prompt “document”, which would
    hide the “passage” prompt that E5 models come with.
    """
    return next((name for name in _PASSAGE_PROMPTS if prompts.get(name)), None)


def _identity(model: str, where: str, cache_dir: Path) -> str:
    """The model's name with a digest of its small files and the sizes of the large ones."""
    folder = Path(where)
    if not folder.is_dir():
        folder = _snapshot(where, cache_dir)
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(
                f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode()
            )
            if path.suffix == ".json" and path.name.startswith(("config", "modules", "sentence_")):
                digest.update(path.read_bytes())
    return f"{folder.name if folder == Path(where) else model}@{digest.hexdigest()[:16]}"


def _snapshot(name: str, cache_dir: Path) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, cache_dir=cache_dir, local_files_only=True))


def prepare_environment() -> None:
    """Settings the libraries read when they are imported; the administrator's own come first."""
    block_telemetry()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


@contextmanager
def _quiet() -> Iterator[None]:
    """Warnings off for the whole process: one at a time, or they would not be put back."""
    with _loading, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def release_memory() -> None:
    """Return freed heap to the system: parsing 250,000 pieces leaves about 300 MB of it."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def check_encoder(made_with: str, encoder: Encoder) -> None:
    """Raise RebuildNeededError unless the index was made with this encoder."""
    if made_with != encoder.identity:
        raise RebuildNeededError(
            f"索引是用模型 {made_with} 建的，现在设置的是 {encoder.identity}；"
            "请运行 cewen ingest --rebuild 重建索引，或把设置改回原来的模型。"
        )
