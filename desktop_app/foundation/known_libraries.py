# SPDX-License-Identifier: Apache-2.0
"""The libraries this user has opened, with the names they were given.

``libraries.toml`` in the home folder: derived from use, so that a file that cannot be read is begun anew. The window shows a library's name
before the engine is there; the truth about it stands in its library.toml.
"""

from __future__ import annotations

import logging
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.foundation import paths, private

log = logging.getLogger(__name__)

FILE = "libraries.toml"
_MOST = 100  # remembered; those used longest ago are dropped


@dataclass(frozen=True, slots=True)
class KnownLibrary:
    """``name``: "" for that of its folder. ``used``: seconds since the epoch, 0.0 when never opened here."""

    folder: str
    name: str = ""
    used: float = 0.0


class KnownLibraries:
    """Read when asked for; each change is written at once. What cannot be written is not missed."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> list[KnownLibrary]:
        """Those used last come first."""
        try:
            found = tomllib.loads(self._file.read_text(encoding="utf-8"))["library"]
            known = [KnownLibrary(str(one["folder"]), str(one["name"]), float(one["used"])) for one in found]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("the list of libraries cannot be read: %s", type(error).__name__)
            return []
        return sorted(known, key=lambda one: -one.used)

    def name_of(self, folder: str) -> str:
        """The name that a library was given, "" where it has none or is not known."""
        return next((one.name for one in self.all() if paths.same(one.folder, folder)), "")

    def opened(self, folder: str) -> None:
        """A library was opened just now."""
        self._put(replace(self._get(folder), used=time.time()))

    def add(self, folder: str, name: str = "") -> None:
        """Know a library; one that is known keeps when it was used."""
        self._put(replace(self._get(folder), name=name))

    def moved(self, folder: str, target: str) -> None:
        """A library lies elsewhere now."""
        known = self._get(folder)
        self.forget(folder)
        self._put(replace(known, folder=target))

    def forget(self, folder: str) -> None:
        """No longer list a library; its folder is not touched."""
        self._write([one for one in self.all() if not paths.same(one.folder, folder)])

    def _get(self, folder: str) -> KnownLibrary:
        return next((one for one in self.all() if paths.same(one.folder, folder)), KnownLibrary(folder))

    def _put(self, library: KnownLibrary) -> None:
        self._write([library, *(one for one in self.all() if not paths.same(one.folder, library.folder))][:_MOST])

    def _write(self, libraries: list[KnownLibrary]) -> None:
        import tomli_w

        listed = [{"folder": one.folder, "name": one.name, "used": one.used} for one in libraries]
        try:
            private.replace_file(self._file, tomli_w.dumps({"library": listed}).encode())
        except (OSError, UnicodeEncodeError) as error:  # a name that is not written in the encoding of this system
            log.warning("the list of libraries cannot be written: %s", error)
