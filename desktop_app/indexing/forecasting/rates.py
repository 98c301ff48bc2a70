# SPDX-License-Identifier: Apache-2.0
"""What this machine needs for a kind of file, and what such a file gives: measured in each run, remembered for the next forecast.

A kind is a file name's ending ("pdf"), or "ocr:" and the ending for scans and pictures, whose reading is another matter. Everything
is a ratio to the bytes of the file, because the size is all that is known of a file before it is read.

The figures a new machine starts with are rough on purpose: they only carry the first forecast, until a sample of the folder was read.
They were taken from the shared test documents on 2 cores; embedding: 60 chunks/s (all-MiniLM-L6-v2, torch, float32, 2 cores), for models
whose backends were not compared on this machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

OCR = "ocr:"
_KEPT = 200  # kinds that are remembered; of a folder with more, those seen most
# A remembered figure counts as so many seconds or files at the most, so that a faster machine or other documents are noticed.
_MOST_FILES = 400
_MOST_CHUNKS = 20_000

# Chunks a byte. Texts: 785 bytes of text a chunk on average; documents hold pictures and packing besides.
_CHUNKS = {
    "txt": 1 / 800,
    "md": 1 / 800,
    "csv": 1 / 900,
    "html": 1 / 2_000,
    "pdf": 1 / 9_000,
    "docx": 1 / 8_000,
    "xlsx": 1 / 6_000,
}
_CHUNKS_ELSE, _CHUNKS_OCR = 1 / 12_000, 1 / 150_000
# Seconds a byte of one reader, besides what every file costs: opening, hashing, the way to the reader process and back.
_SECONDS = {"txt": 5e-8, "md": 5e-8, "csv": 1e-7, "pdf": 2e-7}
_SECONDS_ELSE, _SECONDS_OCR = 3e-7, 1e-5
_SECONDS_A_FILE = 0.004
_EMBED = 1 / 60
_WRITE = 1 / 1_500


@dataclass(slots=True)
class Kind:
    """Sums over the files of one kind that were read: ``seconds`` of one reader, ``chunks`` they gave."""

    files: float = 0.0
    bytes: float = 0.0
    seconds: float = 0.0
    chunks: float = 0.0


@dataclass(slots=True)
class Rates:
    """``embed`` and ``write``: (seconds, chunks), the seconds being those in which the stage worked. Of one machine and one model."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    embed: tuple[float, float] = (0.0, 0.0)
    write: tuple[float, float] = (0.0, 0.0)

    @property
    def measured(self) -> bool:
        """Whether anything is remembered here; else every figure is a guess."""
        return bool(self.kinds)

    def chunks(self, kind: str) -> float:
        """Chunks a byte."""
        known = self.kinds.get(kind)
        if known is not None and known.bytes:
            return known.chunks / known.bytes
        return _CHUNKS_OCR if kind.startswith(OCR) else _CHUNKS.get(kind, _CHUNKS_ELSE)

    def seconds(self, kind: str, size: float) -> float:
        """Seconds of one reader for a file of ``size`` bytes."""
        known = self.kinds.get(kind)
        if known is not None and known.bytes:
            return _SECONDS_A_FILE + size * max(0.0, known.seconds - known.files * _SECONDS_A_FILE) / known.bytes
        a_byte = _SECONDS_OCR if kind.startswith(OCR) else _SECONDS.get(kind, _SECONDS_ELSE)
        return _SECONDS_A_FILE + size * a_byte

    def embed_seconds(self) -> float:
        """Seconds a chunk."""
        seconds, chunks = self.embed
        return seconds / chunks if chunks else _EMBED

    def write_seconds(self) -> float:
        seconds, chunks = self.write
        return seconds / chunks if chunks else _WRITE

    def with_embedding(self, rate: float) -> Rates:
        """``rate``: texts a second when the model was measured, for the time until a run has told more. 0.0: it was not."""
        return self if self.embed[1] or not rate else replace(self, embed=(1.0, rate))

    def with_run(self, run: Rates) -> Rates:
        """What is remembered after a run: the newer measurement counts in full, the older one up to a limit."""
        kinds = {name: _limited(kind) for name, kind in self.kinds.items()}
        for name, kind in run.kinds.items():
            old = kinds.get(name, Kind())
            kinds[name] = Kind(
                old.files + kind.files, old.bytes + kind.bytes, old.seconds + kind.seconds, old.chunks + kind.chunks
            )
        most = sorted(kinds, key=lambda name: -kinds[name].files)[:_KEPT]
        return Rates({name: kinds[name] for name in most}, _joined(self.embed, run.embed), _joined(self.write, run.write))

    def to_plain(self) -> dict[str, Any]:
        kinds = {name: [kind.files, kind.bytes, kind.seconds, kind.chunks] for name, kind in self.kinds.items()}
        return {"kinds": kinds, "embed": list(self.embed), "write": list(self.write)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Rates:
        """Raises ``ValueError``, ``TypeError`` or ``KeyError`` for what is none."""
        kinds = {str(name): Kind(*map(float, values)) for name, values in plain["kinds"].items()}
        embed, write = plain["embed"], plain["write"]
        return cls(kinds, (float(embed[0]), float(embed[1])), (float(write[0]), float(write[1])))


def kind_of(path: str, *, ocr: bool = False) -> str:
    ending = os.path.splitext(path)[1].lower().lstrip(".")
    return OCR + ending if ocr else ending


def _limited(kind: Kind) -> Kind:
    share = min(1.0, _MOST_FILES / kind.files) if kind.files else 1.0
    return Kind(kind.files * share, kind.bytes * share, kind.seconds * share, kind.chunks * share)


def _joined(old: tuple[float, float], new: tuple[float, float]) -> tuple[float, float]:
    # A run of a few chunks pays for the start of the model and says little.
    share = min(1.0, _MOST_CHUNKS / old[1]) if old[1] else 1.0
    return old[0] * share + new[0], old[1] * share + new[1]
