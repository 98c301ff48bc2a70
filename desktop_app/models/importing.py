# SPDX-License-Identifier: Apache-2.0
"""Copies a model into the model folder: whole, or not at all.

It is written beside its place first. What is there under that name already, with the same size, is the same model and is not copied again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from desktop_app.foundation import private
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.modelfiles.gguf import read_header

CopyProgress = Callable[[int, int], None]
"""Called with the bytes copied so far and those in all."""

_BLOCK = 8 << 20


def copy_model(path: str, folder: str, progress: CopyProgress, cancel: Cancellation) -> str:
    """Copy a GGUF with all its parts, or a model's folder, into ``folder``; returns its new path.

    Raises ``Cancelled``, ``UsageProblem("path_missing")``, and ``EnvironmentProblem``: disk_full, library_read_only, gguf_part_missing.
    """
    if not os.path.exists(path):
        raise UsageProblem("path_missing", path=path)
    source = Path(path)
    target = Path(folder) / source.name
    pairs = _pairs(source, target)
    total = sum(file.stat().st_size for file, _ in pairs)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not all(_same(file, there) for file, there in pairs):
            if shutil.disk_usage(folder).free <= total:
                raise EnvironmentProblem("disk_full", path=folder)
            target = _free(target)
            _copy_all(_pairs(source, target), total, progress, cancel)
    except OSError as error:
        raise disk_problem(error, folder) or error from error
    return str(target)


def _pairs(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Each file of a model, and where it goes."""
    if source.is_dir():
        files = sorted(file for file in source.rglob("*") if file.is_file())
        return [(file, target / file.relative_to(source)) for file in files]
    parts = [Path(part) for part in read_header(str(source)).parts]
    return [(part, target.with_name(part.name) if len(parts) > 1 else target) for part in parts]


def _same(file: Path, there: Path) -> bool:
    return there.is_file() and there.stat().st_size == file.stat().st_size


def _free(target: Path) -> Path:
    """``target``, or in a folder of its own where another model has that name: parts of a model must keep theirs."""
    number, free = 2, target
    while free.exists():
        free = target.with_name(f"{target.stem} ({number})") / target.name
        number += 1
    return free


def _copy_all(pairs: list[tuple[Path, Path]], total: int, progress: CopyProgress, cancel: Cancellation) -> None:
    done, made = 0, list[Path]()
    try:
        for file, target in pairs:
            target.parent.mkdir(parents=True, exist_ok=True)
            making = target.with_name(f"{target.name}.copying")
            made.append(making)
            with file.open("rb") as source, making.open("wb") as copy:
                while block := source.read(_BLOCK):
                    cancel.check()
                    copy.write(block)
                    done += len(block)
                    progress(done, total)
                copy.flush()
                os.fsync(copy.fileno())
        for making, (_, target) in zip(made, pairs, strict=True):
            private.replace(making, target)
    finally:
        for making in made:
            making.unlink(missing_ok=True)
