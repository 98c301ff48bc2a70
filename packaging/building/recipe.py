# SPDX-License-Identifier: Apache-2.0
"""What is built, for which system, and where it lies meanwhile.

Every step is a function that takes a ``Build`` and changes its tree or writes into ``out``. The tree is what a PC gets, by any of the
installers, the same names on every system:

    <tree>/
      Inkstone.exe, Inkstone.com     Windows: the launcher without and with a console
      bin/inkstone                   Linux: the start script
      runtime/                       Python, with its standard library
      packages/                      what stands on PyPI, unpacked wheels
      program/desktop_app/           Inkstone, its resources inside
      share/inkstone/                models made ready, notices (``foundation.paths.prepared``)
      installed.toml                 form, version, light or whole (``foundation.installed``); which makes a folder an installed one
      LICENSE, SBOM.cdx.json, MANIFEST.toml
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
System = Literal["windows", "linux", "macos"]
PYTHON = "3.11"
"""The Python that all wheels are made for."""
IDENTIFIER = "org.inkstone.Inkstone"
"""The program to Linux desktops and software centres, and to macOS. The project has no domain yet: one who publishes it puts their own here."""


def pip(verb: str, *options: str) -> list[str]:
    """The beginning of a command of this environment's pip."""
    return [sys.executable, "-m", "pip", verb, "--quiet", "--disable-pip-version-check", *options]


OLDER_GLIBC = 28
"""glibc 2.28 is the least that an ``older`` build may ask for: that of Debian 10 and of UOS 20."""


class BuildError(Exception):
    """A step cannot go on; the text is a sentence for the builder: what, which file, what to do."""


@dataclass(frozen=True, slots=True)
class Build:
    """One run. ``epoch``: seconds since 1970 of the commit, the time of every file that is packed. ``light``: MiniLM only.
    ``older``: of Linux, for systems with glibc 2.28 or newer."""

    system: System
    light: bool
    version: str
    epoch: int
    work: Path
    out: Path
    cache: Path
    older: bool = False

    @property
    def tree(self) -> Path:
        """What the installers pack; named Inkstone, as its folder on the PC."""
        return self.work / "Inkstone"

    @property
    def packages(self) -> Path:
        """Unpacked wheels."""
        return self.tree / "packages"

    @property
    def program(self) -> Path:
        """The folder that holds desktop_app."""
        return self.tree / "program"

    @property
    def runtime(self) -> Path:
        """Python."""
        return self.tree / "runtime"

    @property
    def share(self) -> Path:
        """What is prepared for all users."""
        return self.tree / "share" / "inkstone"

    @property
    def name(self) -> str:
        """The beginning of every file name in ``out``, as ``Inkstone-0.1.0-windows-light``."""
        return f"Inkstone-{self.version}-{self.variant}"

    @property
    def variant(self) -> str:
        """System and contents, as ``linux-older-light``."""
        return f"{self.system}{'-older' if self.older else ''}{'-light' if self.light else ''}"


Step = Callable[[Build], None]


def plan(system: System, *, light: bool, out: Path, older: bool = False, work: Path | None = None) -> Build:
    """The build of the commit that is checked out."""
    version = _version()
    cache = Path(os.environ.get("INKSTONE_BUILD_CACHE") or Path.home() / ".cache" / "inkstone-build")
    build = Build(system, light, version, _epoch(), work or Path(), out, cache, older)
    return build if work else replace(build, work=ROOT / "build" / "installers" / build.variant)


def _version() -> str:
    for line in (ROOT / "desktop_app" / "__init__.py").read_text(encoding="utf-8").splitlines():
        if line.startswith("__version__"):
            return line.split('"')[1]
    raise BuildError(f"{ROOT / 'desktop_app' / '__init__.py'} names no version.")


def _epoch() -> int:
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    done = subprocess.run(["git", "-C", str(ROOT), "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError("The time of the commit is not known: build in a git checkout, or set SOURCE_DATE_EPOCH.")
    return int(done.stdout)
