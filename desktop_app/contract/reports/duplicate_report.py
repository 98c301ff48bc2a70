# SPDX-License-Identifier: Apache-2.0
"""Groups of copies and versions, as a comparison reports them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    """``modified`` in seconds since the epoch, ``size`` in bytes; ``similarity`` 0..1 to the newest of its group."""

    path: str
    modified: float
    size: int
    similarity: float
    newest: bool


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """``kind``: "exact" or "near". Files newest first; of a near group every copy of each version."""

    kind: str
    files: tuple[DuplicateFile, ...]


@dataclass(frozen=True, slots=True)
class DuplicateReport:
    """``compared``: files that were looked at; exact groups first, larger ones before smaller ones."""

    groups: tuple[DuplicateGroup, ...]
    compared: int
    seconds: float
