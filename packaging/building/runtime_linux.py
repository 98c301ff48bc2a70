# SPDX-License-Identifier: Apache-2.0
"""Puts Debian's own Python 3.11 into the tree of Linux.

    runtime/bin/python3.11      looks for its libraries in ../lib first (DT_RPATH), so that the folder may lie anywhere
    runtime/lib/                its standard library, and the libraries it is linked to
    runtime/desktop/            what Qt expects of a desktop; ``foundation.display`` loads those that the system lacks
    runtime/share/doc/          the licence of each package

No variable such as LD_LIBRARY_PATH is set: a document that is opened in another program would hand it on to that. The libraries of
the desktop stay behind the system's own because an older fontconfig or glib breaks what is loaded beside it, such as the desktop's theme.
Never glibc: it belongs to the system's kernel and loader.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from building import debian_mirror, downloads
from building.recipe import PYTHON, ROOT, Build, BuildError

LOCK = ROOT / "packaging" / "locks" / "debian.txt"
OLDER_LOCK = ROOT / "packaging" / "locks" / "debian-older.txt"
ORDER = "order.txt"
"""In runtime/desktop: the libraries there, each after those it needs."""
_LINE = re.compile(
    r"(?P<group>python|desktop|tool|headers|source) (?P<sha256>[0-9a-f]{64}) "
    r"(?P<path>\S+/(?P<name>[^/_]+)_(?P<version>[^/_]+?)(?:_[^/_]+\.deb|\.dsc|\.(?:orig|debian)(?:-\w+)?\.tar\.\w+(?:\.asc)?))"
)
# Modules whose libraries are not carried, and what only Python's own tests and Debian's installation use.
_LEFT_OUT = (
    *("_crypt", "_curses", "_curses_panel", "_dbm", "nis", "ossaudiodev", "readline", "xxlimited", "xxlimited_35"),
    *("_ctypes_test", "_testbuffer", "_testcapi", "_testclinic", "_testimportmultiple", "_testinternalcapi", "_testmultiphase"),
    *("_xxtestfuzz", "_xxsubinterpreters"),
)
_UNUSED_LIBRARIES = ("libgio-2.0.so.0", "libgmodule-2.0.so.0", "libgobject-2.0.so.0", "libbrotlienc.so.1", "libexpatw.so.1")
_NOT_OURS = ("sitecustomize.py", "EXTERNALLY-MANAGED", "_distutils_system_mod.py")
# Used with our fontconfig alone: where its Debian package puts fonts, and a person their own.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""
# From dist-packages of this Python to what lies beside it. Read with -I too, and by every role, which starts the same Python.
_PATHS = "../../../../packages\n../../../../program\n"


class Package(NamedTuple):
    """A line of a lock file: a Debian package for amd64 or a file of a source package, ``path`` below the mirror."""

    group: str
    name: str
    version: str
    sha256: str
    path: str


def lock_file(build: Build) -> Path:
    """The lock file of what is built."""
    return OLDER_LOCK if build.older else LOCK


def locked(lock: Path = LOCK) -> list[Package]:
    """The Debian packages, in the order in which their libraries are loaded. Raises ``BuildError``."""
    found = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise BuildError(
                f"{lock}, line {number} pins no package: {line!r}. Write the file anew with packaging/debian_lock.py."
            )
        found.append(Package(match["group"], match["name"], unquote(match["version"]), match["sha256"], match["path"]))
    return found


def add(build: Build) -> None:
    """Raises ``BuildError``: a package that cannot be had, or is not what it was."""
    if shutil.which("dpkg-deb") is None:
        raise BuildError("dpkg-deb is missing, which unpacks Debian's Python: install the package dpkg.")
    shutil.rmtree(build.runtime, ignore_errors=True)
    unpacked = build.work / "debian"
    shutil.rmtree(unpacked, ignore_errors=True)
    packages = [package for package in locked(lock_file(build)) if package.group not in ("headers", "source")]  # step older
    for package in packages:
        _unpack(package, unpacked / package.name, build.cache)
    patchelf = unpacked / "patchelf" / "usr" / "bin" / "patchelf"
    _add_python(unpacked, build.runtime, patchelf)
    desktop = build.runtime / "desktop"
    order: list[str] = []
    for package in packages:
        if package.group == "tool":
            continue
        names = _add_libraries(
            unpacked / package.name, build.runtime / "lib" if package.group == "python" else desktop, patchelf
        )
        order += names if package.group == "desktop" else []
        paper = unpacked / package.name / "usr" / "share" / "doc" / package.name / "copyright"
        if not paper.parent.is_symlink():  # to that of another package here, made from the same source
            place = build.runtime / "share" / "doc" / package.name
            place.mkdir(parents=True)
            shutil.copyfile(paper, place / "copyright")
    (desktop / ORDER).write_text("".join(f"{name}\n" for name in order), encoding="utf-8")
    (desktop / "fonts.conf").write_text(_FONTS, encoding="utf-8")
    shutil.rmtree(unpacked)


def _unpack(package: Package, place: Path, cache: Path) -> None:
    try:
        file = downloads.file(debian_mirror.address(package.path), package.sha256, cache)
    except BuildError as error:
        raise BuildError(
            f"{error} Where Debian's mirror no longer has {package.name} {package.version}, write the lock file anew on Debian 12:"
            " apt-get update && python packaging/debian_lock.py (with older, for older systems)"
        ) from error
    place.mkdir(parents=True)
    done = subprocess.run(["dpkg-deb", "-x", str(file), str(place)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{file} cannot be unpacked: {done.stderr.strip()}")


def _add_python(unpacked: Path, runtime: Path, patchelf: Path) -> None:
    name = f"python{PYTHON}"
    library = runtime / "lib" / name
    for package in ("libpython3.11-minimal", "libpython3.11-stdlib"):
        shutil.copytree(unpacked / package / "usr" / "lib" / name, library, symlinks=True, dirs_exist_ok=True)
    for file in _NOT_OURS:
        (library / file).unlink()
    for module in _LEFT_OUT:
        (library / "lib-dynload" / f"{module}.cpython-311-x86_64-linux-gnu.so").unlink()
    for link in [path for path in library.rglob("*") if path.is_symlink()]:
        target = link.resolve()
        link.unlink()
        shutil.copyfile(target, link)
    packages = library / "dist-packages"
    packages.mkdir(exist_ok=True)
    (packages / "inkstone.pth").write_text(_PATHS, encoding="utf-8")
    program = runtime / "bin" / name
    program.parent.mkdir(parents=True)
    shutil.copyfile(unpacked / "python3.11-minimal" / "usr" / "bin" / name, program)
    program.chmod(0o755)
    # DT_RPATH, not the newer RUNPATH: it holds for the extension modules too, which have none of their own.
    _run(patchelf, "--force-rpath", "--set-rpath", "$ORIGIN/../lib", str(program))


def _add_libraries(package: Path, place: Path, patchelf: Path) -> list[str]:
    """Copy the shared libraries of a package under the names they are asked for by; returns these names."""
    place.mkdir(parents=True, exist_ok=True)
    names = []
    for file in sorted(_libraries(package)):
        name = _run(patchelf, "--print-soname", str(file))
        if name and name not in _UNUSED_LIBRARIES:
            shutil.copyfile(file, place / name)
            names.append(name)
    return names


def _libraries(package: Path) -> Iterator[Path]:
    for folder in ("lib", "usr/lib"):
        for path in (package / folder / "x86_64-linux-gnu").glob("*.so*"):
            if path.is_file() and not path.is_symlink():
                yield path


def _run(patchelf: Path, *arguments: str) -> str:
    done = subprocess.run([str(patchelf), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"patchelf {' '.join(arguments)} failed: {done.stderr.strip()}")
    return done.stdout.strip()
