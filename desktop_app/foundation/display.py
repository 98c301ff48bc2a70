# SPDX-License-Identifier: Apache-2.0
"""Whether a window can be opened on this system.

Asked before Qt is loaded, because Qt ends the whole process where it cannot. An installed program brings the libraries that Qt expects of
a Linux desktop; they are loaded only where the system has none of its own, so that no other program ever meets them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from desktop_app.foundation.installed import installation

# What Qt's own wheels expect of a Linux system, and the Debian package that has it.
_NEEDED = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
_NEEDED_ON_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
}


def present() -> bool:
    """Whether there is a display. A chosen Qt platform ("offscreen", "vnc") counts as one."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def load_brought_libraries(folder: Path | None = None) -> list[str]:
    """Load what Qt expects and this system lacks from ``folder``, by default the one of the installed program; returns their names.

    A library that is loaded already is the one that Qt's own libraries then get, wherever it lies.
    """
    if folder is None:
        here = installation()
        if here is None or sys.platform != "linux":
            return []
        folder = here.root / "runtime" / "desktop"
    try:
        names = (folder / "order.txt").read_text(encoding="utf-8").split()
    except OSError:
        return []
    loaded = []
    for name in names:
        if not _loads(name):
            with contextlib.suppress(OSError):  # told by ``missing_libraries``
                ctypes.CDLL(str(folder / name))
                loaded.append(name)
    if "libfontconfig.so.1" in loaded:  # a system without it has no description of its fonts either
        os.environ.setdefault("FONTCONFIG_FILE", str(folder / "fonts.conf"))
    return loaded


def missing_libraries() -> list[str]:
    """Debian packages whose libraries Qt needs here and does not find."""
    if sys.platform != "linux":
        return []
    needed = dict(_NEEDED)
    if os.environ.get("DISPLAY") and not os.environ.get("QT_QPA_PLATFORM"):
        needed |= _NEEDED_ON_X11
    return [package for library, package in needed.items() if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    # ``make`` asks before it starts: prints the packages to install, one line.
    packages = missing_libraries()
    sys.stdout.write(" ".join(packages) + "\n" if packages else "")
    sys.exit(1 if packages else 0)
