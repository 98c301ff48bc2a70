# SPDX-License-Identifier: Apache-2.0
"""What this machine took for reading, embedding and answering, remembered for the first forecast of the next run and of each answer.

``measured.json`` in the home folder: by machine (a home folder may be carried to another PC) the kinds of files, by model the pace
of embedding, and by language model the tokens a second that it reads and writes. Derived data: a file that cannot be read is started anew, one that cannot be written is not missed.
"""

from __future__ import annotations

import json
import logging
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from desktop_app.foundation import hardware, private
from desktop_app.indexing.forecasting.rates import Rates
from desktop_app.models.language_model import Speed

log = logging.getLogger(__name__)

_NONE = [0.0, 0.0]
_writing = threading.Lock()  # an index run and an answer may end at the same time


class MeasuredSpeeds:
    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _machine(self) -> str:
        return f"{hardware.detect().processor}, {hardware.cores()}"

    def rates(self, model: str) -> Rates:
        """What is remembered of this machine with ``model`` ("" for none)."""
        machine = self._read().get(self._machine, {})
        try:
            pace = machine.get("models", {}).get(model, {"embed": _NONE, "write": _NONE})
            return Rates.from_plain({"kinds": machine.get("kinds", {}), **pace})
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return Rates()

    def remember(self, model: str, run: Rates) -> None:
        """Take the measurements of a run into account for later ones."""
        if not run.kinds:
            return
        plain = self.rates(model).with_run(run).to_plain()
        with _writing:
            everything = self._read()
            machine = everything.setdefault(self._machine, {})
            machine["kinds"] = plain["kinds"]
            machine.setdefault("models", {})[model] = {"embed": plain["embed"], "write": plain["write"]}
            self._replace(everything)

    def speed(self, key: str) -> Speed:
        """Of the language model ``key`` (``models.speeds.model_key``) on this machine."""
        try:
            reads, writes = self._read().get(self._machine, {}).get("language models", {}).get(key, _NONE)
            return Speed(float(reads), float(writes))
        except (TypeError, ValueError, AttributeError):
            return Speed()

    def remember_speed(self, key: str, speed: Speed) -> None:
        with _writing:
            everything = self._read()
            machine = everything.setdefault(self._machine, {})
            models = machine.get("language models")
            machine["language models"] = {**(models if isinstance(models, dict) else {}), key: [speed.reads, speed.writes]}
            self._replace(everything)

    def _replace(self, everything: dict[str, Any]) -> None:
        try:
            private.replace_file(self._file, json.dumps(everything, ensure_ascii=False).encode())
        except OSError as error:
            log.info("what was measured cannot be kept: %s", error)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.info("what was measured earlier cannot be read: %s", error)
            return {}
        return found if isinstance(found, dict) and all(isinstance(one, dict) for one in found.values()) else {}
