# SPDX-License-Identifier: Apache-2.0
"""Whether an installer put the program here, and in which form.

An installed program lies in one folder (``packaging/building/recipe.py`` draws it) that holds ``installed.toml``:

    form = "setup"          "setup" Windows set-up, "portable" zip or archive whose data stay beside it, "package" .deb or .rpm, "app" macOS
    version = "0.1.0"
    light = false           true: with the light embedding model only

A checkout has no such file. Read once a process; a file that cannot be read counts as none, because the program must start.
"""

from __future__ import annotations

import functools
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = "installed.toml"
_READ_64 = 0x20019 | 0x0100  # winreg.KEY_READ | winreg.KEY_WOW64_64KEY


@dataclass(frozen=True, slots=True)
class Installation:
    """``root``: the folder of the whole program."""

    root: Path
    form: str
    version: str
    light: bool

    @property
    def portable_home(self) -> Path | None:
        """Where a portable program keeps what is the user's; None for the other forms."""
        return self.root / "data" if self.form == "portable" else None

    @property
    def for_all_users(self) -> bool:
        """Whether every user of the PC has it; of the Windows set-up its note in the registry tells."""
        if self.form == "setup":
            return _folder_for_all_users().rstrip("\\").lower() == str(self.root).lower()
        return self.form == "package"

    @property
    def starter(self) -> Path:
        """What a person or a desktop entry starts."""
        return self.root / "Inkstone.exe" if sys.platform == "win32" else self.root / "bin" / "inkstone"


@functools.cache
def installation() -> Installation | None:
    """How the running program was installed; None in a checkout."""
    root = Path(__file__).resolve().parents[3]
    try:
        stored = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Installation(root, str(stored.get("form", "")), str(stored.get("version", "")), stored.get("light") is True)


def _folder_for_all_users() -> str:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"Software\Inkstone", access=_READ_64) as key:
                return str(winreg.QueryValueEx(key, "Folder")[0])
        except OSError:
            pass  # not installed for all
    return ""
