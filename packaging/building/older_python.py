# SPDX-License-Identifier: Apache-2.0
"""Compiles the Python of the ``older`` Linux installers, for glibc 2.28.

Debian 12's binaries ask for glibc 2.36, so its source packages are compiled once more, by the hashes in ``locks/debian-older.txt``, with
Debian's patches: Python, and what it is linked to where Debian's own file asks for more than 2.28 (expat, xz, SQLite, OpenSSL; libpng for the
desktop). The standard library stays that of Debian's package of the same version. ``older_python.sh`` is the recipe; what it made is kept in
the cache, by everything that decides what comes out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from building import debian_mirror, downloads, glibc, runtime_linux, zig
from building.recipe import OLDER_GLIBC, PYTHON, Build, BuildError

HERE = Path(__file__).resolve().parent
_RECIPE = HERE / "older_python.sh"
_TOOLS = {
    "dpkg-source": "dpkg-dev",
    "dpkg-deb": "dpkg",
    "make": "make",
    "cmake": "cmake",
    "perl": "perl",
    "tclsh": "tcl",
    "strip": "binutils",
}
# Taken from Debian as they are, to be linked to: the name for the linker, and the file in runtime/lib.
_AS_THEY_ARE = {"libz.so": "libz.so.1", "libbz2.so": "libbz2.so.1.0", "libffi.so": "libffi.so.8"}
_DESKTOP = "libpng16.so.16"


def add(build: Build) -> None:
    """The step: of an ``older`` build what Debian compiled is replaced. Raises ``BuildError``."""
    if not build.older:
        return
    missing = [package for tool, package in _TOOLS.items() if shutil.which(tool) is None]
    if missing:
        raise BuildError(f"Tools to compile Python are missing. On Debian: apt-get install -y {' '.join(missing)}")
    made = _made(build)
    library = build.runtime / "lib" / f"python{PYTHON}" / "lib-dynload"
    shutil.rmtree(library)
    shutil.copytree(made / "lib-dynload", library)
    program = build.runtime / "bin" / f"python{PYTHON}"
    shutil.copyfile(made / "bin" / program.name, program)
    for file in sorted((made / "lib").iterdir()):
        place = build.runtime / ("desktop" if file.name == _DESKTOP else "lib")
        shutil.copyfile(file, place / file.name)
    order = build.runtime / "desktop" / runtime_linux.ORDER
    text = order.read_text(encoding="utf-8")
    order.write_text(f"{_DESKTOP}\n{text}", encoding="utf-8")  # it needs none of the others
    for paper in sorted((made / "doc").iterdir()):
        shutil.copytree(paper, build.runtime / "share" / "doc" / paper.name, dirs_exist_ok=True)
    minor, which = glibc.needed(build.runtime)
    if minor > OLDER_GLIBC:
        raise BuildError(f"{which} asks for glibc 2.{minor}; an older build may ask for 2.{OLDER_GLIBC} at most.")


def _made(build: Build) -> Path:
    """What the recipe leaves, from the cache or compiled. Raises ``BuildError``."""
    kept = build.cache / f"python-older-{_key()}"
    if not kept.is_dir():
        with tempfile.TemporaryDirectory(dir=build.cache, prefix="python-") as place:
            work = Path(place)
            _lay_out(build, work)
            _compile(build, work)
            if not kept.is_dir():  # another build may have been quicker
                os.replace(work / "made", kept)
    return kept


def _key() -> str:
    parts = [_RECIPE.read_bytes(), runtime_linux.OLDER_LOCK.read_bytes(), str(zig.PIN).encode(), zig.TARGET.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _lay_out(build: Build, work: Path) -> None:
    """Sources, headers and libraries as the recipe expects them, and the licences beside what it makes."""
    for folder in ("source", "include", "lib", "made/doc", "packed"):
        (work / folder).mkdir(parents=True)
    for package in runtime_linux.locked(runtime_linux.OLDER_LOCK):
        if package.group in ("headers", "source", "tool"):
            file = downloads.file(debian_mirror.address(package.path), package.sha256, build.cache)
            (work / "packed" / file.name.replace("%2b", "+").replace("%7e", "~")).symlink_to(file)
    for packed in sorted((work / "packed").glob("*.dsc")):
        place = work / "source" / packed.name.split("_")[0]
        _run(["dpkg-source", "--no-check", "-x", str(packed), str(place)])
        paper = work / "made" / "doc" / place.name / "copyright"
        paper.parent.mkdir()
        shutil.copyfile(place / "debian" / "copyright", paper)
    for packed in sorted((work / "packed").glob("*.deb")):
        _run(["dpkg-deb", "-x", str(packed), str(work / "unpacked")])
    headers = work / "unpacked" / "usr" / "include"
    for header in (*headers.glob("*.h"), *headers.glob("*/*.h")):
        shutil.copyfile(header, work / "include" / header.name)
    for link, name in _AS_THEY_ARE.items():
        (work / "lib" / link).symlink_to(build.runtime / "lib" / name)
        (work / "lib" / name).symlink_to(build.runtime / "lib" / name)


def _compile(build: Build, work: Path) -> None:
    cores = len(os.sched_getaffinity(0))
    environment = {**zig.environment(build.cache), "LC_ALL": "C", "TZ": "UTC"}
    log = work / "log"
    with log.open("wb") as output:
        done = subprocess.run(
            ["sh", str(_RECIPE), str(cores)], cwd=work, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        raise BuildError("\n".join(["Python does not compile:", *said]))


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-2000:]}")
