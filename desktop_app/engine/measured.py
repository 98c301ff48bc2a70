# SPDX-License-Identifier: Apache-2.0
"""Speeds measured on this machine, remembered for later forecasts.

``measured.json`` in the home folder: by machine (a home folder may be carried to another PC) what kinds of files cost and give, by
embedding model its pace, and by language model the tokens a second that it reads and writes. Derived data: a file that cannot be read is
started anew, one that cannot be written is not missed.
"""

from __future__ import annotations

import logging
import threading
from functools import cached_property
from pathlib import Path

import msgspec

from desktop_app.foundation import hardware, private
from desktop_app.indexing.forecasting.rates import Kind, Rates
from desktop_app.models.language_model import Speed

log = logging.getLogger(__name__)

_writing = threading.Lock()  # an index run and an answer may end at the same time


class _Embedding(msgspec.Struct):
    embed: tuple[float, float] = (0.0, 0.0)


class _Machine(msgspec.Struct):
    kinds: dict[str, Kind] = {}
    models: dict[str, _Embedding] = {}
    language_models: dict[str, tuple[float, float]] = msgspec.field(default_factory=dict, name="language models")


class MeasuredSpeeds:
    """The file of measured speeds. Thread-safe."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _name(self) -> str:
        return f"{hardware.detect().processor}, {hardware.cores()}"

    def rates(self, model: str, rate: float = 0.0) -> Rates:
        """What is remembered of this machine with an embedding ``model`` ("" for none). ``rate``: texts a second when the model's backends
        were compared, which counts until a run has measured more; 0.0: they were not."""
        machine = self._read().get(self._name, _Machine())
        embed = machine.models.get(model, _Embedding()).embed
        return Rates(machine.kinds, embed if embed[1] or not rate else (1.0, rate))

    def embedding_rate(self, fingerprint: str) -> float:
        """Passages a second that runs made vectors of with this embedding model, whichever backend computed them; 0.0: none did yet."""
        models = self._read().get(self._name, _Machine()).models
        runs = [kept.embed for name, kept in models.items() if name.partition(":")[0] == fingerprint]
        return max((chunks / seconds for seconds, chunks in runs if seconds > 0), default=0.0)

    def remember(self, model: str, run: Rates) -> None:
        """Take the measurements of a run into account for later ones."""
        if not run.kinds:
            return
        with _writing:
            everything = self._read()
            machine = everything.setdefault(self._name, _Machine())
            rates = Rates(machine.kinds, machine.models.get(model, _Embedding()).embed).with_run(run)
            machine.kinds, machine.models[model] = rates.kinds, _Embedding(rates.embed)
            self._write(everything)

    def speed(self, key: str) -> Speed:
        """Of the language model ``key`` (``models.speeds.model_key``) on this machine."""
        return Speed(*self._read().get(self._name, _Machine()).language_models.get(key, ()))

    def remember_speed(self, key: str, speed: Speed) -> None:
        """Of a language model, in place of what was known."""
        with _writing:
            everything = self._read()
            everything.setdefault(self._name, _Machine()).language_models[key] = speed.reads, speed.writes
            self._write(everything)

    def _write(self, everything: dict[str, _Machine]) -> None:
        try:
            private.replace_file(self._file, msgspec.json.encode(everything))
        except OSError as error:
            log.info("what was measured cannot be kept: %s", error)

    def _read(self) -> dict[str, _Machine]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, _Machine])
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
            log.info("what was measured earlier cannot be read: %s", error)
            return {}
