# SPDX-License-Identifier: Apache-2.0
"""Write the lock files of the Debian packages that the Linux installers carry.

    apt-get update && python packaging/debian_lock.py [older]

Run on Debian 12, whose apt says which version of each is current, where it lies below the mirror, and its hash. ``older``: for the installers
of older systems, from an apt of its own: Python's sources and what stays as it is from Debian 12, the libraries of the desktop from Debian 11.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from building import debian_mirror
from building.recipe import BuildError
from building.runtime_linux import LOCK, OLDER_LOCK

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
# Of the older installers: taken as they are; compiled anew (source packages); only to compile with.
OLDER_PYTHON = ("zlib1g", "libffi8", "libbz2-1.0", "libpython3.11-minimal", "libpython3.11-stdlib", "python3.11-minimal")
OLDER_SOURCE = ("expat", "xz-utils", "sqlite3", "libpng1.6", "openssl", "python3.11")
OLDER_HEADERS = ("zlib1g-dev", "libffi-dev", "libbz2-dev")
_ANSWER = re.compile(r"'(?P<address>[^']+)' (?P<file>\S+) \d+ SHA256:(?P<sha256>[0-9a-f]{64})")
_DOWNLOAD = ("download", "--print-uris")
_SOURCE = ("source", "--download-only", "--print-uris")


class File(NamedTuple):
    """Where apt would get a file, under which name, and its hash."""

    address: str
    name: str
    sha256: str

    def line(self, group: str) -> str:
        """Of a lock file. Raises ``BuildError``."""
        return f"{group} {self.sha256} {debian_mirror.below(self.address)}\n"


def ask(question: tuple[str, ...], names: tuple[str, ...], options: tuple[str, ...] = ()) -> list[File]:
    """What apt would download for ``names``; of packages in their order. Raises ``BuildError``."""
    done = subprocess.run(["apt-get", *options, *question, *names], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(done.stderr.strip())
    order = [name.partition("=")[0] for name in names]
    files = [File(*match.groups()) for match in _ANSWER.finditer(done.stdout)]
    return sorted(files, key=lambda file: order.index(package) if (package := file.name.split("_")[0]) in order else 0)


def current() -> str:
    """The lock of the installers for Debian 12 and later. Raises ``BuildError``."""
    groups = (("python", PYTHON), ("desktop", DESKTOP), ("tool", TOOL))
    return "".join(file.line(group) for group, names in groups for file in ask(_DOWNLOAD, names))


def older() -> str:
    """The lock of the installers for older systems. Raises ``BuildError``."""
    with tempfile.TemporaryDirectory(prefix="inkstone-apt-") as place:
        new = _own_apt(Path(place) / "new", "bookworm", "bookworm-updates", "bookworm-security")
        old = _own_apt(Path(place) / "old", "bullseye", "bullseye-security")
        lines, versions = [], {}
        for name in OLDER_SOURCE:
            files = _sources(name, new)
            versions[name] = next(file.name.split("_")[1].removesuffix(".dsc") for file in files if file.name.endswith(".dsc"))
            lines += [file.line("source") for file in files]
        same = tuple(  # the standard library of just the interpreter that is compiled
            f"{name}={versions['python3.11']}" if "python3.11" in name else name for name in OLDER_PYTHON
        )
        desktop = tuple(name for name in DESKTOP if name != "libpng16-16")  # asks for glibc 2.29: compiled with the sources
        for group, names, apt in (
            ("python", same, new),
            ("headers", OLDER_HEADERS, new),
            ("tool", TOOL, new),
            ("desktop", desktop, old),
        ):
            lines += [file.line(group) for file in ask(_DOWNLOAD, names, apt)]
        return "".join(lines)


def _own_apt(place: Path, *suites: str) -> tuple[str, ...]:
    """Options for an apt that knows these suites alone, on the mirror of this machine."""
    lists = place / "lists" / "partial"
    lists.mkdir(parents=True)
    sources = place / "sources.list"
    signed = "[arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    with sources.open("w", encoding="utf-8") as text:
        for suite in suites:
            archive = debian_mirror.address("debian-security" if suite.endswith("-security") else "debian")
            text.writelines(f"{kind} {signed} {archive} {suite} main\n" for kind in ("deb", "deb-src"))
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": lists.parent,
        "Dir::State::status": "/dev/null",
        "Dir::Cache": place / "cache",
    }
    options = tuple(part for name, value in settings.items() for part in ("-o", f"{name}={value}"))
    done = subprocess.run(["apt-get", *options, "update"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(done.stderr.strip())
    return options


def _sources(name: str, apt: tuple[str, ...]) -> list[File]:
    """The files of the newest source package that the mirror has whole. Not every mirror has the sources of the security archive."""
    for wanted in (name, f"{name}/bookworm"):
        files = ask(_SOURCE, (wanted,), apt)
        if all(_is_there(file.address) for file in files):
            return files
        print(f"The mirror lacks {', '.join(file.name for file in files if not _is_there(file.address))}.", file=sys.stderr)
    raise BuildError(f"The mirror has no sources of {name}: name another one by {debian_mirror.VARIABLE}.")


def _is_there(address: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=60):
            return True
    except (urllib.error.URLError, OSError):
        return False


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["older"]:
            OLDER_LOCK.write_text(older(), encoding="utf-8")
        else:
            LOCK.write_text(current(), encoding="utf-8")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
