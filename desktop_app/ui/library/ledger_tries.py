# SPDX-License-Identifier: Apache-2.0
"""Which files are being tried again, and what came of it.

A try ends when reading does. What a row says then follows from the row itself: a protected file that is still protected was given a wrong
password, one that failed as before was read again in vain.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop_app.contract.ledger import LedgerRow
from desktop_app.foundation.translation import tr


class Tries:
    """Of the time since the list was opened."""

    def __init__(self) -> None:
        self._tried: dict[str, str] = {}  # path -> the reason it had
        self._unlocked: set[str] = set()
        self.running = False

    def begin(self, rows: Iterable[LedgerRow], *, with_password: bool = False) -> None:
        """These files are tried again from now on."""
        paths = {row.path: row.reason for row in rows}
        self._tried.update(paths)
        if with_password:
            self._unlocked.update(paths)
        else:
            self._unlocked.difference_update(paths)
        self.running = True

    def end(self) -> None:
        """Reading has ended."""
        self.running = False

    def forget(self) -> None:
        """Start afresh."""
        self._tried.clear()
        self._unlocked.clear()
        self.running = False

    def is_wrong(self, row: LedgerRow) -> bool:
        """Whether a password was tried on this file and did not open it."""
        return not self.running and row.path in self._unlocked and row.needs_password

    def words(self, row: LedgerRow) -> str:
        """What is to be said of this file in place of its remedy, "" for nothing."""
        before = self._tried.get(row.path)
        if before is None:
            return ""
        if self.running:
            return tr("Trying the password…") if row.path in self._unlocked else tr("Being read again…")
        if self.is_wrong(row):
            return tr("Wrong password. Try another one.")
        return tr("Read again just now, with the same result.") if row.reason == before and row.state == "failed" else ""
