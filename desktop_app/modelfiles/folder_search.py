# SPDX-License-Identifier: Apache-2.0
"""Finds the model folders of one kind below a folder.

Only small files are read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import EnvironmentProblem

_DEEPEST = 6
_MOST_FOLDERS = 20_000


def folders_below(root: str, holds: Callable[[Path], bool]) -> list[Path]:
    """Folders with a ``config.json`` for which ``holds`` is true. Below one that has been found nothing is looked for."""
    found: list[Path] = []
    waiting, seen = [(root, 0)], 0
    while waiting and seen < _MOST_FOLDERS:
        folder, depth = waiting.pop(0)
        seen += 1
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError:
            continue
        if any(entry.name == "config.json" for entry in entries) and holds(Path(folder)):
            found.append(Path(folder))
        elif depth < _DEEPEST:
            below = sorted(entry.path for entry in entries if not entry.name.startswith(".") and entry.is_dir())
            waiting.extend((path, depth + 1) for path in below)
    return found


def entry(folder: Path, name: str, kind: str, weights: Iterable[Path], check: Callable[[Path], None]) -> ModelEntry:
    """What a list says of a model folder; of one that ``check`` refuses, why."""
    size = sum(file.stat().st_size for file in weights)
    try:
        check(folder)
    except EnvironmentProblem as problem:
        data = {name: value for name, value in problem.data.items() if name != "path"}
        return ModelEntry(str(folder), name, kind, size, fits="no", problem=problem.code, data=data)
    return ModelEntry(str(folder), name, kind, size, memory=size)


def by_name(entries: Iterable[ModelEntry]) -> list[ModelEntry]:
    """In the order of a list: by name without regard to case, then by path."""
    return sorted(entries, key=lambda one: (one.name.casefold(), one.path))
