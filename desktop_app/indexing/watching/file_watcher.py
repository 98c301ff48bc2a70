# SPDX-License-Identifier: Apache-2.0
"""Watches the sources of a library and reports which have changed.

Looking at them is left to an ordinary run.

    events   one thread: the system's notifications (watchfiles) for folders on this machine's disks; those about excluded, hidden
             and temporary files are dropped; the rest is gathered until it is quiet (``change_debouncer``) and reported as root paths
    probe    one thread: every 15 s one ``stat`` a source: a disk that was plugged in or pulled out, a single picked file that has
             changed. Where the system reports nothing (network shares) or has no room for so many folders (inotify), the whole source
             is reported every 10 minutes, or every 20 times as long as walking it takes, whichever is longer

Notifications break off at a file name that is not valid text (old zip archives leave such names on Linux). They are asked for anew at
once, and every folder they were for counts as changed, because what else they would have reported is lost. Where they break off again and
again, the folders are looked at now and then, and each such look asks for notifications anew.

A share that hangs holds up the probe thread only. Nothing is read or written here.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.foundation import windows_paths
from desktop_app.indexing.excludes import Matcher, never_entered
from desktop_app.indexing.scan import is_temporary
from desktop_app.indexing.watching import mounts
from desktop_app.indexing.watching.change_debouncer import ChangeDebouncer
from desktop_app.library.stores.below import is_below

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

log = logging.getLogger(__name__)

_STEP_MS = 500  # between two looks at what the system reported; also how late a change is noticed at most
_PROBE_SECONDS = 15.0
_PERIODIC_SECONDS = 600.0
_TIMES_THE_WALK = 20
_MOST_BREAKS = 5  # of notifications within ``_BREAKS_SECONDS``; then they rest until the next look
_BREAKS_SECONDS = 60.0

# What one ``stat`` says of a source: device and inode, for a file also its size and time; None when it cannot be reached.
_Look = tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What to watch: picked folders and files, the rules of what is left out, Inkstone's own folders, and how long walking a root takes
    (seconds)."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    rules: ExcludeRules = field(default_factory=ExcludeRules)
    own: tuple[str, ...] = ()
    walks: Callable[[str], float] = lambda _root: 0.0

    @property
    def roots(self) -> tuple[str, ...]:
        """Folders and files."""
        return self.folders + self.files


class FileWatcher:
    """``changed`` is called with the roots that have changed, from a thread of this object. ``clock`` in seconds."""

    def __init__(
        self,
        changed: Callable[[list[str]], None],
        gathering: ChangeDebouncer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed = changed
        self._gathering = gathering or ChangeDebouncer()
        self._clock = clock
        self._guard = threading.Lock()
        self._watched = Watched()
        self._filter = _Filter(self._watched)
        self._stale = threading.Event()  # the notifications are not for the roots of now
        self._closed = threading.Event()
        self._wake = threading.Event()
        self._probe_now = threading.Event()
        self._looks: dict[str, _Look] = {}
        self._periodic: dict[str, float] = {}  # root -> when it was last reported, for those the system reports nothing of
        self._breaks: list[float] = []  # when notifications broke off, lately
        self._notify: RustNotify | None = None
        self._real: dict[str, str] = {}  # root as the system reports it -> root as it was picked
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads."""
        for name, work in (("events", self._events), ("probe", self._probes)):
            thread = threading.Thread(target=work, name=f"watch-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def watch(self, watched: Watched) -> None:
        """Watch these from now on; returns at once. What is already watched loses no event."""
        with self._guard:
            same_roots = watched.roots == self._watched.roots
            self._watched = watched
            self._filter = _Filter(watched)
        if not same_roots:
            self._attend()

    def close(self) -> None:
        """Stop, without waiting; nothing is reported any more."""
        self._closed.set()
        self._wake.set()
        self._probe_now.set()

    def join(self, seconds: float) -> bool:
        """After ``close``: whether all threads have ended within this time."""
        for thread in self._threads:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in self._threads)

    def _attend(self) -> None:
        self._stale.set()
        self._wake.set()
        self._probe_now.set()

    # ---- notifications ----------------------------------------------------------------------------------------------

    def is_set(self) -> bool:
        """Asked by watchfiles every ``_STEP_MS`` whether to come back: closed, other roots, or something to report."""
        with self._guard:
            due = self._gathering.is_due(self._clock())
        return due or self._closed.is_set() or self._stale.is_set()

    def _events(self) -> None:
        while not self._closed.is_set():
            if self._stale.is_set():
                self._stale.clear()
                self._renew()
            if self._notify is None:
                self._wake.wait(_STEP_MS / 1000 if self._has_news() else None)
                self._wake.clear()
            else:
                self._receive(self._notify)
            self._report_if_due()
        if self._notify is not None:
            self._notify.close()

    def _receive(self, notify: RustNotify) -> None:
        try:
            changes = notify.watch(_STEP_MS, _STEP_MS, 0, self)
        except (OSError, RuntimeError) as error:
            log.warning("notifications have broken off: %s", error)
            notify.close()
            self._notify = None
            self._go_on()
            return
        if isinstance(changes, str):
            return
        self._note_all(path for _, path in changes)

    def _go_on(self) -> None:
        """After a break: ask anew first and report then, so that no change falls between."""
        now = self._clock()
        with self._guard:
            notified = [root for root in self._watched.folders if root not in self._periodic]
            self._breaks = [*(at for at in self._breaks if now - at < _BREAKS_SECONDS), now]
            often = len(self._breaks) >= _MOST_BREAKS
        if often:
            self._give_up(notified)
        else:
            self._renew()
        for root in notified:
            self.note(root)

    def _note_all(self, paths: Iterable[str]) -> None:
        with self._guard:
            roots = {root for path in paths if (root := self._filter.root(self._as_picked(path)))}
        for root in roots:
            self.note(root)

    def _as_picked(self, path: str) -> str:
        for real, root in self._real.items():
            if path == real or is_below(path, real):
                return root + path[len(real) :]
        return path

    def _renew(self) -> None:
        """Notifications for the roots of now; the old ones end after the new ones are there."""
        with self._guard:
            folders = self._watched.folders
        # The table of mounts first: looking at a share that is away may take minutes.
        local = [root for root in folders if not mounts.is_remote(root) and os.path.isdir(windows_paths.extended(root))]
        before, self._notify, notified = self._notify, None, local
        if not self._open(local):
            notified = [root for root in local if self._open([root])]
            notified = notified if self._open(notified) else []
        # As macOS and Windows report them.
        real = {place: root for root in notified for place in (os.path.realpath(root), windows_paths.extended(root))}
        with self._guard:
            self._real = {place: root for place, root in real.items() if place != root}
            for root in notified:
                self._periodic.pop(root, None)
        self._give_up([root for root in folders if root not in notified])
        if before is not None:
            self._take_the_last(before, notified)

    def _take_the_last(self, before: RustNotify, notified: Sequence[str]) -> None:
        """What earlier notifications have not reported yet; where they broke off, that may be anything."""
        try:
            changes = before.watch(1, 1, 1, None)
        except (OSError, RuntimeError) as error:
            log.warning("notifications have broken off: %s", error)
            for root in notified:
                self.note(root)
        else:
            if not isinstance(changes, str):
                self._note_all(path for _, path in changes)
        finally:
            before.close()

    def _open(self, roots: list[str]) -> bool:
        from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

        if self._notify is not None:
            self._notify.close()
            self._notify = None
        if not roots:
            return True
        try:
            self._notify = RustNotify(list(map(windows_paths.extended, roots)), False, False, 0, True, True)
        except (OSError, RuntimeError, WatchfilesRustInternalError) as error:
            log.warning("%d folders cannot be watched, they are looked at now and then: %s", len(roots), error)
            return False
        return True

    def _give_up(self, roots: Sequence[str]) -> None:
        now = self._clock()
        with self._guard:
            known = set(self._watched.roots)
            self._periodic = {root: self._periodic.get(root, now) for root in {*self._periodic, *roots} if root in known}

    def note(self, root: str) -> None:
        """This root has changed."""
        with self._guard:
            self._gathering.note(root, self._clock())
        self._wake.set()

    def _has_news(self) -> bool:
        with self._guard:
            return self._gathering.has_news

    def _report_if_due(self) -> None:
        with self._guard:
            roots = self._gathering.take() if self._gathering.is_due(self._clock()) else []
            known = set(self._watched.roots)
        roots = [root for root in roots if root in known]
        if roots and not self._closed.is_set():
            self._changed(roots)

    # ---- a look now and then ----------------------------------------------------------------------------------------

    def _probes(self) -> None:
        while not self._closed.is_set():
            self.probe()
            self._probe_now.wait(_PROBE_SECONDS)
            self._probe_now.clear()

    def probe(self) -> None:
        """One look at every root; the first look at one only remembers."""
        with self._guard:
            watched = self._watched
        for root in watched.roots:
            look = _look(root)
            if self._closed.is_set():
                return
            with self._guard:
                first = root not in self._looks
                before = self._looks.get(root)
                self._looks[root] = look
            if not first and look != before:
                self.note(root)
                if look is None or before is None or look[:2] != before[:2]:
                    self._stale.set()  # another disk, or none: notifications must be asked for anew
        now = self._clock()
        with self._guard:
            self._looks = {root: look for root, look in self._looks.items() if root in watched.roots}
            late = [
                root
                for root, last in self._periodic.items()
                if now - last >= max(_PERIODIC_SECONDS, _TIMES_THE_WALK * watched.walks(root)) and self._looks.get(root)
            ]
            self._periodic.update(dict.fromkeys(late, now))
            if late and self._breaks:
                self._breaks.clear()
                self._stale.set()
        for root in late:
            self.note(root)
        if self._stale.is_set():
            self._wake.set()


def _look(root: str) -> _Look:
    try:
        status = os.stat(windows_paths.extended(root))
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        return status.st_dev, status.st_ino
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


class _Filter:
    """Which root a changed path belongs to, when a run would look at it at all."""

    def __init__(self, watched: Watched) -> None:
        self._roots = sorted(watched.roots, key=len, reverse=True)
        self._matcher = Matcher(watched.rules)
        self._passed_over = never_entered(*watched.own)

    def root(self, path: str) -> str:
        """The root, or "" for a path that is left out."""
        root = next((one for one in self._roots if path == one or is_below(path, one)), "")
        if not root or path == root:
            return root
        name = os.path.basename(path)
        if is_temporary(name) or any(
            is_below(path, folder) or path == folder for folder in self._passed_over if folder != root
        ):
            return ""
        parts = path[len(root) :].replace(os.sep, "/").strip("/").split("/")
        if self._matcher.hidden and any(part.startswith(".") for part in parts):
            return ""
        if any(self._matcher.folder("/".join(parts[:n])) for n in range(1, len(parts) + 1)):
            return ""
        return "" if self._matcher.file("/".join(parts), name) else root
