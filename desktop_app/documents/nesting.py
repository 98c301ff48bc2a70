# SPDX-License-Identifier: Apache-2.0
"""Copies of files inside files, and the limits on unpacking them.

A member of an archive or a mail is copied into a scratch folder and read there by whichever reader fits. Limits are shared by everything
inside one file on disk, however deep, so that a bomb of a million small members, or of members that unpack to members, ends early.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEEPEST = 3  # a mail in a zip in a zip is met in offices; deeper nests are test files and traps
MOST_MEMBERS = 2_000  # the largest mailbox of a person's export that is still one file worth citing
MOST_UNPACKED = 500 << 20  # bytes of all members together, as much as the largest single file that is read
MOST_TURNS = 2  # a protected file that holds a flat package; more is a trap
HIGHEST_RATIO = 200  # unpacked : packed; Office files reach 30, text 10, plain zeros 1,000
RATIO_FROM = 10 << 20  # bytes: below this a high ratio harms nobody
_BLOCK = 1 << 20
_SCRATCH = "inkstone-reader-"
_UNSAFE = re.compile(r"[^\w.-]+")


class LimitReached(Exception):
    """No more may be unpacked; ``str()`` says which limit, for the ledger."""


@dataclass(slots=True)
class Budget:
    """What may still be unpacked: a number of members, and ``size`` in bytes of all of them."""

    members: int
    size: int


def full_budget() -> Budget:
    """The budget of a file on disk."""
    return Budget(MOST_MEMBERS, MOST_UNPACKED)


@contextmanager
def copied(name: str, blocks: Iterable[bytes], budget: Budget, alive: Callable[[], None]) -> Iterator[Path]:
    """A file made of ``blocks``, removed afterwards; of ``name`` only the suffix is taken. ``alive`` is called for every block.

    Raises ``LimitReached`` when ``budget`` is used up.
    """
    folder = scratch()
    try:
        path = folder / f"member{_suffix(name)}"
        with path.open("wb") as file:
            for block in blocks:
                budget.size -= len(block)
                if budget.size < 0:
                    raise LimitReached(f"unpacks to more than {MOST_UNPACKED >> 20} MB")
                file.write(block)
                alive()
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def scratch() -> Path:
    """A new folder for unpacked members, readable by this user only."""
    return Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-"))


def sweep(pid: int) -> None:
    """Remove what a reader process left behind when it was killed inside a container."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}{pid}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def blocks_of(data: bytes) -> Iterable[bytes]:
    """``data`` in blocks of a megabyte."""
    return (data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK))


def _suffix(name: str) -> str:
    suffix = _UNSAFE.sub("", os.path.splitext(name.replace("\\", "/").rsplit("/", 1)[-1])[1])
    return suffix.lower() if len(suffix) <= 12 else ""
