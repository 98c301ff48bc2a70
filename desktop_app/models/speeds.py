# SPDX-License-Identifier: Apache-2.0
"""Speed of each language model on this PC, from its last generations.

A model is known by its file's name and size: that stays when the file is moved, and two models of one name and size, versions of the same
one, are as fast as each other. Half of a new measurement counts: the first after a start includes reading the weights from the disk, and
other programs take their share, but a PC that has become slower must show within a few questions.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.models.language_model import Speed

_LEAST_READ, _LEAST_WRITTEN = 64, 16  # tokens; shorter ones measure the beginning and the end
_NEW_SHARE = 0.5


class SpeedStore(Protocol):
    """Where speeds are remembered, by ``model_key``."""

    def speed(self, key: str, /) -> Speed:
        """Zeros where nothing was measured."""
        ...

    def remember_speed(self, key: str, speed: Speed, /) -> None:
        """Replace what was remembered."""
        ...


class SpeedsInMemory:
    """Speeds of this run of the program only."""

    def __init__(self) -> None:
        self._speeds: dict[str, Speed] = {}

    def speed(self, key: str, /) -> Speed:
        """Zeros where nothing was measured."""
        return self._speeds.get(key, Speed())

    def remember_speed(self, key: str, speed: Speed, /) -> None:
        """Until the program ends."""
        self._speeds[key] = speed


def model_key(path: str, size: int) -> str:
    """``size`` in bytes, of all parts."""
    return f"{os.path.basename(path)}, {size}"


def take_into_account(
    store: SpeedStore, key: str, *, read: int = 0, read_seconds: float = 0.0, written: int = 0, write_seconds: float = 0.0
) -> None:
    """Remember what a generation shows: ``read`` tokens in ``read_seconds``, ``written`` ones in ``write_seconds``."""
    known = store.speed(key)
    now = Speed(
        _mixed(known.reads, read, read_seconds, _LEAST_READ), _mixed(known.writes, written, write_seconds, _LEAST_WRITTEN)
    )
    if now != known:
        store.remember_speed(key, now)


def _mixed(known: float, tokens: int, seconds: float, least: int) -> float:
    if tokens < least or seconds <= 0:
        return known
    measured = tokens / seconds
    return round(known + (measured - known) * _NEW_SHARE if known else measured, 1)


def with_speeds(entries: Sequence[ModelEntry], store: SpeedStore) -> list[ModelEntry]:
    """``entries`` with what was measured of the language models among them."""
    return [_with_speed(entry, store) if entry.kind == "llm" else entry for entry in entries]


def _with_speed(entry: ModelEntry, store: SpeedStore) -> ModelEntry:
    speed = store.speed(model_key(entry.path, entry.size))
    return replace(entry, reads=speed.reads, writes=speed.writes)
