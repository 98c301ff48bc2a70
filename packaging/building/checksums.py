# SPDX-License-Identifier: Apache-2.0
"""Write SHA256SUMS over the installers, and end the build where one is too large.

The form is that of ``sha256sum``, which checks it with ``-c``. It covers all that lies in ``out``, from other runs too.
"""

from __future__ import annotations

from building.downloads import sha256_of
from building.recipe import Build, BuildError

NAME = "SHA256SUMS"
_SIGNATURES = (".sig", ".asc")
# What office people can be asked to download, in bytes: with all models, and with the light one only. A portable file is larger, because
# it is packed by a means that every PC can unpack by itself: the light zip of Windows has 318 MB, its set-up 245.
LIMIT, LIMIT_LIGHT = 450_000_000, 300_000_000
_PORTABLE = ("-portable.zip", "-portable.tar.zst")


def add(build: Build) -> None:
    """The step. Raises ``BuildError``: an installer over the limit, or none there."""
    found = sorted(
        path for path in build.out.glob("*") if path.is_file() and path.name != NAME and path.suffix not in _SIGNATURES
    )
    if not found:
        raise BuildError(f"{build.out} holds no installer.")
    lines = []
    for path in found:
        size = path.stat().st_size
        lines.append(f"{sha256_of(path)}  {path.name}\n")
        print(f"   {size / 1e6:6.1f} MB  {path.name}")
        limit = LIMIT_LIGHT if "light" in path.name else LIMIT
        if size > limit and not path.name.endswith(_PORTABLE):
            raise BuildError(f"{path.name} has {size / 1e6:.0f} MB; at most {limit / 1e6:.0f} are allowed.")
    (build.out / NAME).write_text("".join(lines), encoding="utf-8", newline="\n")
