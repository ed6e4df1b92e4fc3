"""Turns a packed multilingual-e5-small into an int8 OpenVINO network."""

import errno
import logging
import os
import shutil
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.embedding.e5s1 import BLOCK_WEIGHTS, PackedModel

if TYPE_CHECKING:
    from openvino import Model
    from torch import Tensor
    from torch.nn import Module
    from transformers import BertConfig, BertModel

FloatArray = npt.NDArray[np.float32]
TokenIds = dict[str, npt.NDArray[np.int64]]

# A network is 121 MB.
_SMALLEST_FREE = 130 * 2**20

_WORDS = "emb.word"
_EMBEDDINGS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def bert_config(packed: PackedModel) -> "BertConfig":
    """The network's sizes as transformers writes them."""
    from transformers import BertConfig

    sizes, vocabulary = packed.sizes, packed.vocabulary
    return BertConfig(
        architectures=["BertModel"],
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.token_types,
        layer_norm_eps=sizes.epsilon,
        pad_token_id=vocabulary.pad,
        bos_token_id=vocabulary.bos,
        eos_token_id=vocabulary.eos,
    )


def bert_name(name: str) -> str:
    """The name BertModel has for a tensor of the file, ``l3.q.w`` for example."""
    if name == _WORDS:
        return "embeddings.word_embeddings.weight"
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    ending = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER_PARTS[part]}.{ending}"


def float_network(packed: PackedModel) -> "Model":
    """The network with inputs ``input_ids`` and ``attention_mask``, output ``last_hidden_state``.

    The word embeddings stay as the file has them, four bits in an int8 with a scale
    for every 32, and are widened after the lookup: the runtime would otherwise keep
    all 250,037 x 384 of them as float32, 384 MB.
    """
    import openvino
    import torch

    example = torch.ones((2, 16), dtype=torch.long)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer's remarks on transformers' own code
        network = openvino.convert_model(
            _traceable(packed), example_input={"input_ids": example, "attention_mask": example}
        )
    network.outputs[0].get_tensor().set_names({"last_hidden_state"})
    return network


def quantise(network: "Model", examples: Sequence[TokenIds]) -> "Model":
    """Int8 weights and activations; ``examples`` set the range of the activations."""
    import nncf

    logging.getLogger("nncf").setLevel(logging.ERROR)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # its progress bars
        return nncf.quantize(
            network,
            nncf.Dataset(list(examples)),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(examples),
        )


def last_hidden(network: "Model", examples: Sequence[TokenIds]) -> list[FloatArray]:
    """The last hidden states of each example, float32 of shape (tokens, hidden)."""
    import openvino

    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(network, "CPU", settings)
    return [compiled(example)[0][0].copy() for example in examples]


def save_network(network: "Model", folder: Path) -> "Model":
    """Write the network where sentence-transformers' openvino backend looks for it.

    Returns the network as it reads back.

    Raises:
        OSError: the disk is full; OpenVINO itself says only that something went wrong.
    """
    import openvino

    target = folder / "openvino" / "openvino_model.xml"
    target.parent.mkdir()
    try:
        openvino.save_model(network, target, compress_to_fp16=False)
        return openvino.Core().read_model(target)
    except RuntimeError as error:
        if shutil.disk_usage(folder).free < _SMALLEST_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def _bert(packed: PackedModel) -> "BertModel":
    """BertModel with the file's weights, its word embeddings left out."""
    import torch
    from transformers import BertModel

    config = bert_config(packed)
    config.vocab_size = packed.vocabulary.pad + 1  # the embeddings are made elsewhere
    bert = BertModel(config, add_pooling_layer=False)
    shapes = {name: weight.shape for name, weight in bert.state_dict().items()}
    state = {
        bert_name(name): torch.from_numpy(tensor.values()).reshape(shapes[bert_name(name)])
        for name, tensor in packed.tensors.items()
        if name != _WORDS
    }
    bert.load_state_dict(state, strict=False)
    bert.embeddings.word_embeddings = torch.nn.Identity()
    return bert


def _traceable(packed: PackedModel) -> "Module":
    import torch
    from torch.nn import functional

    words = packed.tensors[_WORDS]
    if words.scales is None:
        raise ValueError(f"{_WORDS} is not quantised")
    rows = packed.sizes.vocabulary
    bert = _bert(packed)
    weights = torch.from_numpy(words.weights.reshape(rows, -1))
    scales = torch.from_numpy(words.scales.reshape(rows, -1))

    class Traceable(torch.nn.Module):  # type: ignore[misc]  # torch is not analysed
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.encoder = bert.embeddings, bert.encoder
            self.register_buffer("weights", weights)
            self.register_buffer("scales", scales)

        def forward(self, input_ids: "Tensor", attention_mask: "Tensor") -> "Tensor":
            blocks = functional.embedding(input_ids, self.weights).unflatten(
                -1, (-1, BLOCK_WEIGHTS)
            )
            widths = functional.embedding(input_ids, self.scales).unsqueeze(-1)
            embedded = (blocks.float() * widths.float()).flatten(-2)
            hidden = self.embeddings(inputs_embeds=embedded)
            hole = torch.finfo(torch.float32).min
            mask = (1.0 - attention_mask[:, None, None, :].float()) * hole
            states: Tensor = self.encoder(hidden, attention_mask=mask).last_hidden_state
            return states

    return Traceable().eval()
