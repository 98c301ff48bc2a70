# SPDX-License-Identifier: Apache-2.0
"""Keeps named presets in ``presets.json`` in the home folder."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import msgspec

from desktop_app.contract.preset import BALANCED, FIRST_WORD, Preset
from desktop_app.foundation import private
from desktop_app.foundation.errors import Problem, as_problem, disk_problem

log = logging.getLogger(__name__)


class PresetStore:
    """Named presets in the order of their names."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._presets = _read(file)

    @property
    def all(self) -> list[Preset]:
        """The named presets, by their names."""
        return list(self._presets)

    def put(self, preset: Preset) -> Problem | None:
        """Keep it under its name, in place of another one of that name; what kept it from being written is returned."""
        others = [other for other in self._presets if other.name != preset.name]
        self._presets = sorted([*others, preset], key=lambda one: one.name.casefold())
        return self._write()

    def remove(self, name: str) -> Problem | None:
        """Forget a preset; one that is not there is no error."""
        self._presets = [preset for preset in self._presets if preset.name != name]
        return self._write()

    def _write(self) -> Problem | None:
        try:
            private.replace_file(self._file, msgspec.json.encode(self._presets))
        except OSError as error:
            log.warning("presets cannot be saved: %s", error)
            return disk_problem(error, self._file.parent) or as_problem(error)
        return None


def _read(file: Path) -> list[Preset]:
    try:
        found = msgspec.json.decode(file.read_bytes(), type=list[Preset])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        log.warning("presets in %s are not readable: %s", file, error)
        return []
    return [one if one.first_word in FIRST_WORD else replace(one, first_word=BALANCED) for one in found if one.name]
