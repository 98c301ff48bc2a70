# SPDX-License-Identifier: Apache-2.0
"""One window for each home: a second start shows the first one.

The window holds a lock on ``window/lock`` in the home; the system frees it when its process ends, in whatever way, so that a dead window
never stands in the way of the next. Who finds it taken lays a request beside it and waits until the window has taken that away
(``ui.shell.show_requests``). The request holds what that start was given: the token of the desktop and the paths to ask about, divided by zero
bytes. A lock and a file instead of a socket: nothing listens, only this user can reach the home, and all of it is
done in 1 ms, before Qt is imported (filelock, which libraries are locked with, takes 38 ms to import).
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST, SHOWN, SILENT = "first", "shown", "silent"
REQUESTS = "show-*"  # what the window looks for in ``folder``
_LOOK_SECONDS = 0.03
# What a compositor gives to a start, and wants back from who brings a window to the front.
_ACTIVATION = "XDG_ACTIVATION_TOKEN"
_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)

_held: list[int] = []  # the descriptor of the lock, until this process ends


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """What other starts want of the window; ``paths`` of folders and files that they were given."""

    paths: tuple[str, ...] = ()


def folder(home: Path) -> Path:
    """Where lock and requests lie."""
    return home / "window"


def claim(home: Path, seconds: float, paths: Sequence[str] = ()) -> str:
    """``FIRST``: this process may open the window of ``home``. ``SHOWN``: the window there is has come to the front.
    ``SILENT``: it has not, within ``seconds``; it hangs. A window that is just being closed is waited for, and followed. ``paths``: what it
    is to ask about, absolute.
    """
    place = folder(home)
    request = place / f"show-{os.getpid()}"
    until = time.monotonic() + seconds
    asked = False
    try:
        place.mkdir(exist_ok=True)
        while not _lock(place / "lock"):
            if not asked:
                begun = place / f"begun-{os.getpid()}"  # half written it would be taken without its token
                begun.write_bytes(b"\0".join(map(os.fsencode, (os.environ.get(_ACTIVATION, ""), *paths))))
                begun.replace(request)
                asked = True
            elif not request.exists():
                return SHOWN
            if time.monotonic() > until:
                request.unlink(missing_ok=True)
                return SILENT
            time.sleep(_LOOK_SECONDS)
        request.unlink(missing_ok=True)  # of its own; those of others wait until the window listens
    except OSError:
        return FIRST  # a disk that is full or knows no locks: two windows are better than none
    return FIRST


def take_requests(home: Path) -> ShowRequest | None:
    """Take the requests to be shown away, which answers them; all in one, None where there were none."""
    requests = sorted(folder(home).glob(REQUESTS))
    asked: list[str] = []
    for request in requests:
        try:
            token, *paths = map(os.fsdecode, request.read_bytes().split(b"\0"))
            request.unlink()
        except OSError:
            continue  # its process has given up meanwhile
        asked += paths
        if token:
            os.environ[_ACTIVATION] = token
    return ShowRequest(tuple(dict.fromkeys(asked))) if requests else None


def _lock(path: Path) -> bool:
    """Whether this process holds the lock now. Raises ``OSError`` where there are no locks."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in _TAKEN:
            return False
        raise
    _held.append(descriptor)
    return True
