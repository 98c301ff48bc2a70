# SPDX-License-Identifier: Apache-2.0
"""Where this machine gets Debian's packages from.

Lock files name a package below the mirror (``debian/pool/…``, ``debian-security/pool/…``); the mirror is the one that INKSTONE_DEBIAN_MIRROR
names, with both archives below it, or apt's own. So a firm builds from its own mirror, and a version that left the mirrors from an archive.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess

from building.recipe import BuildError

VARIABLE = "INKSTONE_DEBIAN_MIRROR"
_BELOW = re.compile(r".*/((?:debian|debian-security)/pool/.+)")


def address(path: str) -> str:
    """Of a file that a lock names. Raises ``BuildError`` where no mirror is known."""
    mirror = os.environ.get(VARIABLE)
    if mirror:
        return f"{mirror.rstrip('/')}/{path}"
    archive, _, rest = path.partition("/")
    for site in _sites():
        if site.rstrip("/").endswith(f"/{archive}"):
            return f"{site.rstrip('/')}/{rest}"
    raise BuildError(
        f"apt names no mirror that ends with /{archive}: set {VARIABLE} to an address with debian and debian-security below it."
    )


def below(found: str) -> str:
    """The part of an address that a lock names. Raises ``BuildError``."""
    match = _BELOW.fullmatch(found)
    if match is None:
        raise BuildError(f"{found} does not lie in debian/pool or debian-security/pool of a mirror.")
    return match[1]


@functools.cache
def _sites() -> list[str]:
    """apt's mirrors, in its order; none on a system without apt."""
    command = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    except FileNotFoundError:
        return []
