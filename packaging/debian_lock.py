# SPDX-License-Identifier: Apache-2.0
"""Write the lock file of the Debian packages that the Linux installers carry.

    apt-get update && python packaging/debian_lock.py

Run on Debian 12, whose apt says which version of each is current, where it lies below the mirror, and its hash.
"""

from __future__ import annotations

import re
import subprocess
import sys

from building import debian_mirror
from building.runtime_linux import LOCK

# Debian's Python and the libraries it is linked to. Always ours: its modules are made for these versions. libgomp is what llama.cpp is
# linked to, gcc-12-base has its licence.
PYTHON = (
    *("gcc-12-base", "libgomp1"),
    *("zlib1g", "libexpat1", "libssl3", "libffi8", "libsqlite3-0", "libbz2-1.0", "liblzma5", "libuuid1"),
    *("libpython3.11-minimal", "libpython3.11-stdlib", "python3.11-minimal"),
)
# What Qt's wheels expect of a desktop, each after those it needs itself: loaded in this order, where the system has none of its own.
DESKTOP = (
    *("libpcre2-8-0", "libglib2.0-0", "libdbus-1-3", "libpng16-16", "libbrotli1", "libfreetype6", "libfontconfig1"),
    *("libmd0", "libbsd0", "libxau6", "libxdmcp6", "libxcb1", "libx11-6", "libx11-xcb1", "libxcb-render0", "libxcb-shm0"),
    *("libxcb-util1", "libxcb-image0", "libxcb-render-util0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1"),
    *("libxcb-randr0", "libxcb-shape0", "libxcb-sync1", "libxcb-xfixes0", "libxcb-xkb1", "libxkbcommon0", "libxkbcommon-x11-0"),
    *("libwayland-client0", "libwayland-cursor0", "libglvnd0", "libglx0", "libgl1", "libegl1"),
)
TOOL = ("patchelf",)
_ANSWER = re.compile(r"'(?P<address>[^']+)' (?P<name>[^_]+)_\S+ \d+ SHA256:(?P<sha256>[0-9a-f]{64})")


def main() -> int:
    asked = [*PYTHON, *DESKTOP, *TOOL]
    done = subprocess.run(["apt-get", "download", "--print-uris", *asked], capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip(), file=sys.stderr)
        return 1
    found = {match["name"]: match for match in _ANSWER.finditer(done.stdout)}
    lines = []
    for group, names in (("python", PYTHON), ("desktop", DESKTOP), ("tool", TOOL)):
        for name in names:
            path = debian_mirror.below(found[name]["address"])
            lines.append(f"{group} {found[name]['sha256']} {path}\n")
    LOCK.write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
