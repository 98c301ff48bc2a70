"""What this machine took for reading and embedding, remembered from run to run for the first forecast of the next.

``measured.json`` in the home folder: by machine (a home folder may be carried to another PC) the kinds of files, and by model the pace
of embedding. Derived data: a file that cannot be read is started anew, one that cannot be written is not missed.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from desktop_app.foundation import hardware, private
from desktop_app.indexing.rates import Rates

log = logging.getLogger(__name__)

_NONE = [0.0, 0.0]


class MeasuredSpeeds:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._machine = f"{hardware.detect().processor}, {hardware.cores()}"

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
        everything = self._read()
        machine = everything.setdefault(self._machine, {})
        machine["kinds"] = plain["kinds"]
        machine.setdefault("models", {})[model] = {"embed": plain["embed"], "write": plain["write"]}
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
