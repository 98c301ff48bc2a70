# SPDX-License-Identifier: Apache-2.0
"""Small trees for tests of the build steps."""

from __future__ import annotations

from pathlib import Path

from building.recipe import Build, System


def build_in(folder: Path, system: System = "linux", *, light: bool = False) -> Build:
    """A build with an empty tree and nothing in ``out``."""
    made = Build(
        system,
        light=light,
        version="1.0",
        epoch=1_000_000_000,
        work=folder / "work",
        out=folder / "out",
        cache=folder / "cache",
    )
    made.packages.mkdir(parents=True)
    made.out.mkdir()
    return made


def put(build: Build, name: str, text: str = "12345") -> Path:
    """A file of the tree."""
    path = build.tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
