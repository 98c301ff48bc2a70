# SPDX-License-Identifier: Apache-2.0
"""A folder of things that take long to make, shared by the test processes and kept between runs.

It lies in ``.pytest_cache/made`` of the checkout and is named by a hash of its makers: the source files and the versions of the
packages that make what is in it. When one of them changes, the next run begins with an empty folder and removes the old one.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]


def folder(name: str, *, packages: Iterable[str], sources: Iterable[Path], cache: Path | None = None) -> Path:
    """The folder for what ``packages`` and ``sources`` (Python files) make; empty when one of them has changed."""
    cache = cache or ROOT / ".pytest_cache" / "made"
    cache.mkdir(parents=True, exist_ok=True)
    made = hashlib.sha256(sys.version.encode())
    for package in packages:
        made.update(f"{package}=={_version(package)}\n".encode())
    for source in sorted(sources):
        made.update(source.name.encode())
        made.update(source.read_bytes())
    chosen = cache / f"{name}-{made.hexdigest()[:16]}"
    with alone(cache / name):
        for old in cache.glob(f"{name}-*"):
            if old != chosen:
                shutil.rmtree(old, ignore_errors=True)
        chosen.mkdir(exist_ok=True)
    return chosen


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Only one test process at a time makes what belongs at ``place``."""
    with FileLock(f"{place}.lock"):
        yield


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
