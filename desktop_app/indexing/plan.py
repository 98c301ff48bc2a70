# SPDX-License-Identifier: Apache-2.0
"""Compares files on the disk with the ledger: what a run has to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from desktop_app.indexing.scan import Found
from desktop_app.library.stores.below import is_below
from desktop_app.library.stores.planning_queries import Due, Known

# Reasons not to open a file that lie outside it: without them it is read, although it has not changed.
OUTSIDE = ("hidden", "temporary", "excluded", "not_allowed")
# Failures that may pass without the file changing: another program had it open, the PC was too busy, a library was missing.
PASSING = ("unreadable", "timed_out", "crashed", "component_missing", "being_written")
# Those of them that cost nothing to try again whenever something else changes.
AFTER_CHANGE = ("unreadable", "being_written")
ALL = "*"

# What is to be done about a file: read it, as a new one or again; write down why it is not opened; forget it.
NEW, CHANGED, SKIP, GONE = "new", "changed", "skip", "gone"
# What is to be done, what was found (None: gone), and its ledger row (for one that is new: a row of nothing).
Difference = tuple[str, Found | None, Known]
_NOTHING: Known = ("", 0, 0, 0, 0, "", 0)


class LedgerComparison:
    """``unchanged`` counts the files without a difference, up to where ``differences`` was followed."""

    def __init__(self) -> None:
        self.unchanged = 0

    def differences(
        self, found: Iterable[Found], known: Iterator[Known], closed: Sequence[str], retry: Collection[str] = ()
    ) -> Iterator[Difference]:
        """Both in path order. ``closed``: folders that could not be listed (their files are kept); may grow while ``found`` is
        followed. ``retry``: paths whose failure is tried again, or "*" for all."""
        retry_all = ALL in retry
        row = next(known, None)
        for item in found:
            path = item[0]
            while row is not None and row[0] < path:
                if not closed or not is_closed(row[0], closed):
                    yield GONE, None, row
                row = next(known, None)
            if row is None or row[0] != path:
                yield (SKIP if item[3] else NEW), item, _NOTHING
                continue
            due = row[4]
            if item[3]:
                # Chunks of an earlier reading stay when the file only cannot be looked at now.
                if row[5] == item[3]:
                    self.unchanged += 1
                else:
                    yield SKIP, item, row
            elif row[1] != item[1] or row[2] != item[2] or (due and (due != Due.ONLY_ON_RETRY or retry_all or path in retry)):
                yield CHANGED, item, row
            else:
                self.unchanged += 1
            row = next(known, None)
        while row is not None:
            if not is_closed(row[0], closed):
                yield GONE, None, row
            row = next(known, None)


def is_closed(path: str, closed: Sequence[str]) -> bool:
    """Whether ``path`` lies in a folder that could not be listed."""
    return any(is_below(path, folder) for folder in closed)
