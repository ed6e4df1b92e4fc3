"""The built-in model at work, on OpenVINO and ``tokenizers`` alone: no torch is loaded for it."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embedding.builtin_model import PROMPTS

Vectors = npt.NDArray[np.float32]

# float32 between the int8 layers, so that machines with and without bfloat16 agree.
SETTINGS = {"INFERENCE_PRECISION_HINT": "f32"}
# Passages of 192 tokens on 2 cores: 83 a second in batches of 4, 8 and 32, and 1.02, 1.05 and
# 1.17 GB resident after 700 texts.
_BATCH = 4
_LONGEST = 512
# Tokens are padded to a multiple, so that few shapes occur.
_PAD_TO = 32
_PADDING = 1


class Network:
    """The exported model in ``folder``: mean of the last hidden states, of unit length.

    Vectors are those that sentence-transformers makes with the same folder, to the sixth digit.
    """

    def __init__(self, folder: Path) -> None:
        import openvino
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(os.fspath(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding(
            pad_id=_PADDING, pad_token="<pad>", pad_to_multiple_of=_PAD_TO
        )
        core = openvino.Core()
        network = core.read_model(folder / "openvino" / "openvino_model.xml")
        self._inputs = [each.get_any_name() for each in network.inputs]
        self._network = core.compile_model(network, "CPU", SETTINGS)
        self.dimension = int(self._network.outputs[0].get_partial_shape()[-1].get_length())

    def passages(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape (len(texts), dimension)."""
        return self._encode([PROMPTS["passage"] + text for text in texts])

    def query(self, text: str) -> Vectors:
        """float32 of shape (dimension,)."""
        return np.asarray(self._encode([PROMPTS["query"] + text])[0])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """In batches of texts of like length."""
        found = np.empty((len(texts), self.dimension), np.float32)
        order = np.argsort([-len(text) for text in texts], kind="stable")
        for start in range(0, len(texts), _BATCH):
            some = order[start : start + _BATCH]
            tokens = self._tokenizer.encode_batch([texts[at] for at in some])
            ids = np.array([each.ids for each in tokens], np.int64)
            mask = np.array([each.attention_mask for each in tokens], np.int64)
            hidden = self._network(dict(zip(self._inputs, (ids, mask), strict=True)))[0]
            weight = mask[:, :, None].astype(np.float32)
            mean = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
            found[some] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return found
