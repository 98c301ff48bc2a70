# SPDX-License-Identifier: Apache-2.0
"""What is known of a library without opening it, and what a check found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """``files`` of its ledger; ``size``: bytes of its folder. ``problem``: a code of ``foundation.errors`` why it cannot be opened now
    ("library_missing", "library_locked", "library_newer", "library_damaged"), "" where it can; what is not known then is 0 or ""."""

    folder: str
    name: str
    files: int = 0
    size: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup says of itself. ``made``: seconds since the epoch; ``size``: bytes that a restored library takes before its vector
    index is built again."""

    file: str
    name: str
    made: float
    files: int
    conversations: int
    size: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found, or that a repair did; ``code``: of ``wording.library_texts``, ``count``: how many it concerns."""

    code: str
    count: int = 0
    detail: str = ""
