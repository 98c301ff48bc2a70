# SPDX-License-Identifier: Apache-2.0
"""What reading a kind of file costs and gives, measured and remembered.

A kind is a file name's ending ("pdf"), or "ocr" for all scans and pictures. Chunks and seconds are ratios to the weight of a file, its bytes
and ``FILE_WEIGHT``, because its size is all that is known before it is read; for scans, where a small file may hold a large page, they are ratios to files. The guesses that a new machine starts
with carry the first forecast only, until a sample of the folder was read: 800 bytes a chunk of plain text, embedding 60 chunks/s
(all-MiniLM-L6-v2, torch, float32, 2 cores).
"""

from __future__ import annotations

import os

import msgspec

OCR = "ocr"
FILE_WEIGHT = 500  # bytes that a file counts as beside its own: a note of 7 bytes gives a chunk as one of 800 does
_KEPT = 200  # kinds that are remembered; of a folder with more, those seen most
_EMBED = 1 / 60  # seconds a chunk


class Kind(msgspec.Struct, frozen=True, array_like=True):
    """Sums over files of one kind that were read: ``seconds`` of one reader, ``chunks`` they gave."""

    files: float = 0.0
    bytes: float = 0.0
    seconds: float = 0.0
    chunks: float = 0.0

    @property
    def weight(self) -> float:
        """Bytes, and ``FILE_WEIGHT`` for each file."""
        return self.bytes + FILE_WEIGHT * self.files

    def plus(self, other: Kind, share: float = 1.0) -> Kind:
        """The sums of both, the other's counting as ``share`` of its own."""
        return Kind(
            *(a + share * b for a, b in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True))
        )


_GUESSED = {"txt": Kind(1, 8_000, 0.005, 10), "md": Kind(1, 8_000, 0.005, 10), OCR: Kind(1, 300_000, 3.0, 2)}
_GUESSED_ELSE = Kind(1, 100_000, 0.03, 10)


class Rates(msgspec.Struct, frozen=True):
    """Measurements of one machine; ``embed``: (seconds, chunks) of one model, the rests of the gentle mode left out."""

    kinds: dict[str, Kind] = {}
    embed: tuple[float, float] = (0.0, 0.0)

    def kind(self, name: str) -> Kind:
        """The sums remembered of a kind, or a guess."""
        known = self.kinds.get(name)
        if known is not None and known.files:
            return known
        return _GUESSED.get(name, _GUESSED_ELSE)

    def embed_seconds(self) -> float:
        """Seconds a chunk."""
        seconds, chunks = self.embed
        return seconds / chunks if chunks else _EMBED

    def with_run(self, run: Rates) -> Rates:
        """What is remembered after a run: the run in full, and half of what was known before."""
        kinds = {**self.kinds, **{name: kind.plus(self.kinds.get(name, Kind()), 0.5) for name, kind in run.kinds.items()}}
        most = sorted(kinds, key=lambda name: -kinds[name].files)[:_KEPT]
        (seconds, chunks), (more_seconds, more_chunks) = self.embed, run.embed
        embed = (seconds / 2 + more_seconds, chunks / 2 + more_chunks) if more_chunks else self.embed
        return Rates({name: kinds[name] for name in most}, embed)


def kind_of(path: str, *, ocr: bool = False) -> str:
    """The kind of a file; ``ocr``: its text has to be recognised."""
    return OCR if ocr else os.path.splitext(path)[1].lower().lstrip(".")
