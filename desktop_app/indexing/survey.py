# SPDX-License-Identifier: Apache-2.0
"""First part of a run: compares each source on the disk with the ledger.

    reachable?  -> walk and ledger side by side -> still reachable?  -> deleted files leave the ledger, new ones enter as "pending"

What needs no reading is settled on the way. What does is kept as ledger ids (8 bytes a file), so that 100,000 new files cost no
memory here; their rows stand in the ledger before the first is read. A root that cannot be reached, also from the middle of the
walk on or while its files are read, is offline: nothing of it is removed. So is a disk mounted somewhere below a root.

A file that is gone while one of the same size appeared may have been moved: it is kept until that one's content is known
(``claim``), and leaves at the end of the run (``finish``).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Sequence

from desktop_app.contract.document import SourceFile
from desktop_app.foundation import windows_paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import excludes, mounted, sources
from desktop_app.indexing.plan import NEW, OUTSIDE, PASSING, SKIP, LedgerComparison, is_closed
from desktop_app.indexing.read_queue import FilesToRead
from desktop_app.indexing.scan import Walk
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.below import is_below
from desktop_app.library.stores.planning_queries import Due

_AT_ONCE = 500

Unopened = tuple[SourceFile, str, str]
"""A file that is not opened: (file, ledger reason, detail)."""


class Survey:
    """``files`` is what will be read; ``offline``: roots out of reach; ``walked``: seconds that the walk of each root took.

    ``claim`` and ``in_reach`` may be called from several threads.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        cancel: Cancellation,
        *,
        recipe: str,
        retry: Collection[str] = (),
        passing: Sequence[str] = PASSING,
        own: Sequence[str] = (),
    ) -> None:
        """``passing``: reasons of failures to try again; ``own``: folders of Inkstone itself, which are never walked."""
        self._catalogue = catalogue
        self._cancel = cancel
        self._recipe = recipe
        self._retry = retry
        self._passing = passing
        self._matcher = excludes.Matcher(excludes.load(catalogue))
        self._passed_over = excludes.never_entered(*own)
        self._devices: dict[str, int] = {}  # of the roots that were reached
        self._mounts: dict[str, int] = {}  # device of what is mounted below them
        self._closed: list[str] = []
        self._lost: set[str] = set()
        self._changed: set[int] = set()
        self._left: list[tuple[int, int]] = []  # (ledger id, size) of what was not seen any more
        self._gone: set[int] = set()  # those of them that may turn up elsewhere
        self._guard = threading.Lock()
        self.files = FilesToRead()
        self.offline: list[str] = []
        self.unchanged = self.removed = 0
        self.walked: dict[str, float] = {}  # seconds for each root

    def look_at(self, root: str) -> list[Unopened]:  # noqa: C901 - one story: look, compare, look again
        """Compare one root, a known source or a place inside one; returns what is not to be opened and has no ledger row that says so."""
        began, device = time.monotonic(), sources.device(root)
        if not self._can_be_reached(root, device):
            self._set_offline(root)
            return []
        mounts = mounted.remembered(self._catalogue, root)
        away = {place for place in mounts if self._is_unmounted(place)}
        if root in away:
            self._set_offline(root)
            return []
        self._catalogue.sources.set_online(root, online=True, device=device)
        walk = Walk(root, self._cancel, self._matcher, self._passed_over)
        known = self._catalogue.planning.rows(root, recipe=self._recipe, outside=OUTSIDE, passing=self._passing)
        walk.closed += sorted(away)
        comparison = LedgerComparison()
        new, unopened = list[SourceFile](), list[Unopened]()
        gone, waited = list[tuple[int, int]](), list[int]()
        for kind, item, row in comparison.differences(walk, known, walk.closed, self._retry):
            if item is None:
                if row[4] == Due.PENDING:
                    waited.append(row[3])
                else:
                    gone.append((row[3], row[1]))
            elif kind == NEW:
                new.append(SourceFile(item[0], item[1], item[2]))
                if len(new) >= _AT_ONCE:
                    self._catalogue.files.put_pending(new)
                    new.clear()
            elif kind == SKIP:
                unopened.append((SourceFile(*item[:3]), item[3], item[4]))
            elif row[4] != Due.PENDING:  # those that wait are found by their state
                self._changed.add(row[3])
                searchable = row[6] > 0 and (row[1], row[2]) == (item[1], item[2])
                self.files.add(row[3], item[0], item[1], item[2] if searchable else 0)
        if root in walk.closed or sources.device(root) != device:
            # It went away while it was walked: what was not seen any more is not gone.
            self._set_offline(root)
            return []
        self._note_mounts(root, mounts | walk.mounts, away)
        self._catalogue.files.put_pending(new)
        self._devices[root] = device
        self.walked[root] = time.monotonic() - began
        self._closed += walk.closed
        self._remove(waited)
        self._left += gone
        self.unchanged += comparison.unchanged
        return unopened

    def collect(self) -> None:
        """After the last root: every file that waits joins what is to be read, and what cannot have been moved leaves."""
        for root in self._devices:
            for file_id, size, path in self._catalogue.planning.pending(root):
                if not is_closed(path, self._closed):
                    self.files.add(file_id, path, size)
        if self._left:
            arrived = self.files.sizes
            self._gone = {file_id for file_id, size in self._left if size in arrived}
            self._remove([file_id for file_id, size in self._left if size not in arrived])
            self._left.clear()

    # ---- while files are read ---------------------------------------------------------------------------------------

    def claim(self, file_id: int) -> bool:
        """Whether the file of this ledger id is gone, so that another one may be its new place; true once."""
        with self._guard:
            if file_id not in self._gone:
                return False
            self._gone.discard(file_id)
            return True

    def is_gone(self, file_id: int) -> bool:
        """Whether ``claim`` would be true."""
        with self._guard:
            return file_id in self._gone

    def is_settled(self, file_id: int) -> bool:
        """Whether the text of this ledger id stays what it is during this run."""
        return file_id not in self._changed

    def in_reach(self, path: str) -> bool:
        """Whether the root of this file, or what is mounted there, is still there: asked when a file cannot be read, before that is held against the file."""
        if self.is_lost(path):
            return False
        for mount, device in self._mounts.items():
            if is_below(path, mount) and sources.device(mount) != device:
                return self._lose(mount)
        root = next((one for one in self._devices if path == one or is_below(path, one)), "")
        place = windows_paths.extended(root)
        if not root or (os.path.lexists(place) and sources.device(root) == self._devices[root]):
            return True
        if not self._catalogue.sources.was_folder(root) and os.path.isdir(os.path.dirname(place)):
            return True
        return self._lose(root)

    def is_lost(self, path: str) -> bool:
        """Whether it was out of reach when it was last looked at."""
        if not self._lost:  # asked for every file
            return False
        with self._guard:
            return any(path == root or is_below(path, root) for root in self._lost)

    # ---- after reading ----------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """What is gone and was not found elsewhere leaves; roots that went away meanwhile are offline."""
        for root in self._lost:
            self._set_offline(root)
        self._remove(sorted(self._gone))

    # ---- small steps ------------------------------------------------------------------------------------------------

    def _can_be_reached(self, root: str, device: int) -> bool:
        was_folder, was_device = self._catalogue.sources.was_folder(root), self._catalogue.sources.device(root)
        saw_files = False
        place = windows_paths.extended(root)
        if os.path.isdir(place):
            try:
                os.scandir(place).close()
            except OSError:
                return False
            if was_device not in (0, device):
                saw_files = self._sees_files(root)
        return sources.reachable(root, was_folder=was_folder, was_device=was_device, saw_files=saw_files)

    def _is_unmounted(self, place: str) -> bool:
        """Whether what was mounted at ``place`` is away; files lying there now are taken for what has come in its stead."""
        return not mounted.shows_another_disk(place) and not self._sees_files(place)

    def _note_mounts(self, root: str, seen: set[str], away: set[str]) -> None:
        """After the walk of ``root``: what is mounted below it is remembered; what went away before or meanwhile is offline."""
        for place in sorted(away):
            self._set_offline(place)
        for place in seen - away:
            if self._is_unmounted(place):
                self._lose(place)
            elif mounted.shows_another_disk(place):
                self._mounts[place] = sources.device(place)
        mounted.remember(self._catalogue, root, {place for place in seen if place in {*away, *self._lost, *self._mounts}})

    def _sees_files(self, folder: str) -> bool:
        """Whether anything there would be read."""
        return any(not found[3] for found in Walk(folder, self._cancel, self._matcher, self._passed_over))

    def _lose(self, root: str) -> bool:
        """The root is out of reach from now on; always False."""
        with self._guard:
            self._lost.add(root)
        return False

    def _set_offline(self, root: str) -> None:
        self._catalogue.sources.set_online(root, online=False)
        self.offline.append(root)

    def _remove(self, file_ids: Sequence[int]) -> None:
        """Forget ledger rows, unless their root went away."""
        if self._lost:
            records = (self._catalogue.files.record(file_id) for file_id in file_ids)
            file_ids = [record.id for record in records if record is not None and not self.is_lost(record.file.path)]
        self._catalogue.files.remove(file_ids)
        self.removed += len(file_ids)
