# SPDX-License-Identifier: Apache-2.0
"""Writes E5S1 files: the form of the default model, with few numbers, random or given."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS, TYPES = 64, 2, 4, 128, 32, 2
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0), ("▁ink", -4.0), ("s", -5.0), ("墨", -6.5)]
ROWS = len(PIECES) + 3  # the word table has a few more than pieces
_BLOCK = 32


def q4(numbers: NDArray[np.float32]) -> bytes:
    """As ggml stores Q4_0."""
    blocks = numbers.reshape(-1, _BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scales = (largest / -8).astype("<f2")
    halves = np.clip(np.round(blocks / np.where(scales == 0, 1, scales).astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    packed = halves[:, :16] | (halves[:, 16:] << 4)
    return b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales, packed, strict=True))


def tensors(seed: int = 5) -> dict[str, tuple[int, NDArray[np.float32]]]:
    """Name -> (type, numbers)."""
    random = np.random.default_rng(seed)

    def some(*shape: int, around: float = 0.0) -> NDArray[np.float32]:
        return (around + random.normal(0, 0.2, shape)).astype(np.float32)

    made = {
        "emb.word": (1, some(ROWS, HIDDEN)),
        "emb.pos": (0, some(POSITIONS, HIDDEN)),
        "emb.type": (0, some(TYPES, HIDDEN)),
        "emb.ln.w": (0, some(HIDDEN, around=1)),
        "emb.ln.b": (0, some(HIDDEN)),
    }
    for number in range(LAYERS):
        for part, outputs, inputs in (
            *((part, HIDDEN, HIDDEN) for part in ("q", "k", "v", "ao")),
            ("fi", FEED_FORWARD, HIDDEN),
            ("fo", HIDDEN, FEED_FORWARD),
        ):
            made[f"l{number}.{part}.w"] = (1, some(outputs, inputs))
            made[f"l{number}.{part}.b"] = (0, some(outputs))
        for part in ("aln", "oln"):
            made[f"l{number}.{part}.w"] = (0, some(HIDDEN, around=1))
            made[f"l{number}.{part}.b"] = (0, some(HIDDEN))
    return made


def content(
    stored: dict[str, tuple[int, NDArray[np.float32]]] | None = None,
    *,
    magic: bytes = b"E5S1",
    version: int = 1,
    special: tuple[int, ...] = (0, 2, 1, 3),
) -> bytes:
    stored = tensors() if stored is None else stored
    sizes = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, ROWS, POSITIONS, TYPES)
    header = magic + struct.pack("<I7ifi", version, *sizes, 1e-12, _BLOCK)
    texts = [piece.encode() for piece, _ in PIECES]
    offsets = np.cumsum([0, *map(len, texts)])
    tokenizer = struct.pack("<5iQ", len(PIECES), *special, int(offsets[-1]))
    tokenizer += offsets.astype("<u4").tobytes() + np.array([score for _, score in PIECES], "<f4").tobytes() + b"".join(texts)
    characters = struct.pack("<IB2I", 0xFB01, 2, ord("f"), ord("i"))
    characters = struct.pack("<iI", 1, len(characters)) + characters
    data = {name: q4(numbers) if kind == 1 else numbers.astype("<f4").tobytes() for name, (kind, numbers) in stored.items()}
    place = len(header + tokenizer + characters) + 4 + sum(2 + len(name) + 21 for name in stored)
    directory = struct.pack("<i", len(stored))
    for name, (kind, numbers) in stored.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, numbers.size, place, len(data[name]))
        place += len(data[name])
    return header + tokenizer + characters + directory + b"".join(data.values())


def write(file: Path) -> Path:
    file.write_bytes(content())
    return file
