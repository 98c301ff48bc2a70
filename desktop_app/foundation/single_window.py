# SPDX-License-Identifier: Apache-2.0
"""One window for each home: a second start shows the first one.

The window holds a lock on ``window/lock`` in the home; the system frees it when its process ends, in whatever way, so that a dead window
never stands in the way of the next. Who finds it taken lays a request beside it and waits until the window has taken that away
(``ui.shell.show_requests``). A lock and a file instead of a socket: nothing listens, only this user can reach the home, and all of it is
done in 1 ms, before Qt is imported (filelock, which libraries are locked with, takes 38 ms to import).
"""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path

FIRST, SHOWN, SILENT = "first", "shown", "silent"
REQUESTS = "show-*"  # what the window looks for in ``folder``
_LOOK_SECONDS = 0.03
# What a compositor gives to a start, and wants back from who brings a window to the front.
_ACTIVATION = "XDG_ACTIVATION_TOKEN"
_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)

_held: list[int] = []  # the descriptor of the lock, until this process ends


def folder(home: Path) -> Path:
    """Where lock and requests lie."""
    return home / "window"


def claim(home: Path, seconds: float) -> str:
    """``FIRST``: this process may open the window of ``home``. ``SHOWN``: the window there is has come to the front.
    ``SILENT``: it has not, within ``seconds``; it hangs. A window that is just being closed is waited for, and followed.
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
                begun.write_text(os.environ.get(_ACTIVATION, ""), encoding="utf-8")
                begun.replace(request)
                asked = True
            elif not request.exists():
                return SHOWN
            if time.monotonic() > until:
                request.unlink(missing_ok=True)
                return SILENT
            time.sleep(_LOOK_SECONDS)
        take_requests(home)
    except OSError:
        return FIRST  # a disk that is full or knows no locks: two windows are better than none
    return FIRST


def take_requests(home: Path) -> bool:
    """Take the requests to be shown away, which answers them; whether there were any."""
    requests = list(folder(home).glob(REQUESTS))
    for request in requests:
        try:
            token = request.read_text(encoding="utf-8")
            request.unlink()
        except (OSError, ValueError):
            continue  # its process has given up meanwhile
        if token:
            os.environ[_ACTIVATION] = token
    return bool(requests)


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
