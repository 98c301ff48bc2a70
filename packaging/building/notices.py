# SPDX-License-Identifier: Apache-2.0
"""Write the licences of what is really in the tree.

    share/inkstone/THIRD_PARTY_NOTICES.md      shown by the window (``foundation.paths.notices``)

Packages say in their metadata what they are under (``packaging/third_party_notices.py`` reads it, and knows what lies inside of them);
Debian's say it in their copyright files. A licence that is unknown, or does not go with Apache-2.0, ends the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PathDistribution
from pathlib import Path

import third_party_notices
from packaging.utils import canonicalize_name
from third_party_notices import Inside, Package

from building.recipe import PYTHON, ROOT, Build, BuildError

NAME = "THIRD_PARTY_NOTICES.md"
_TEXTS = ROOT / "packaging" / "licences"
_QT = ("LGPL-3.0.txt", "GPL-3.0.txt")
# Licences that a package asks for and brings no text of, or not in its metadata: files of packaging/licences, or in the tree.
_FURTHER_TEXTS = {
    "pyside6-essentials": _QT,
    "shiboken6": _QT,
    "opencv-python-headless": ("packages/cv2/LICENSE*.txt", "LGPL-2.1.txt"),
    "shapely": ("LGPL-2.1.txt",),
    "onnxruntime": ("packages/onnxruntime/LICENSE", "packages/onnxruntime/ThirdPartyNotices.txt"),
}
# Beside what packages carry.
_INSIDE = (
    Inside(
        "Microsoft Visual C++ runtime",
        "its own terms: may be passed on with a program",
        "runtime",
        ("runtime/vcruntime140.dll",),
    ),
    Inside(
        "mingw-w64 and GCC runtime",
        "(ZPL-2.1 AND MIT) AND GPL-3.0-or-later WITH GCC-exception-3.1",
        "linked into Inkstone.exe, Inkstone.com and the libraries of llama.cpp; the exception lets it be used from any program",
        ("Inkstone.exe",),
    ),
    Inside(
        "NSIS, its plug-ins System, UserInfo, nsDialogs and nsExec, and LZMA",
        "Zlib; LZMA: CPL-1.0 with the exception of its authors for NSIS",
        "inside the set-up program and Uninstall.exe; the exception lets it be linked to any program, the source is at nsis.sourceforge.io",
        ("Inkstone.exe",),
    ),
)


def add(build: Build) -> None:
    """The step. Raises ``BuildError``."""
    found = packages(build)
    wrong = third_party_notices.problems(found)
    if wrong:
        raise BuildError("These licences do not go with Apache-2.0, or are not known:\n  " + "\n  ".join(wrong))
    parts = [*found, *runtime(build)]
    build.share.mkdir(parents=True, exist_ok=True)
    (build.share / NAME).write_text(third_party_notices.page(parts, inside(build)), encoding="utf-8", newline="\n")
    print(f"   {len(parts)} packages")


def packages(build: Build) -> list[Package]:
    """The Python packages of the tree, by name."""
    found = []
    for folder in build.packages.glob("*.dist-info"):
        known = PathDistribution(folder)
        name = canonicalize_name(known.metadata["Name"])
        files = [
            path for path in sorted(folder.rglob("*")) if path.is_file() and third_party_notices.is_licence_file(path.name)
        ]
        files += [path for pattern in _FURTHER_TEXTS.get(name, ()) for path in _further(build, pattern)]
        texts = tuple(path.read_text(encoding="utf-8", errors="replace").strip() for path in files)
        found.append(third_party_notices.package(name, known, texts))
    return sorted(found, key=lambda package: package.name)


def _further(build: Build, pattern: str) -> Iterator[Path]:
    paths = sorted(build.tree.glob(pattern)) if "/" in pattern else [_TEXTS / pattern]
    if not paths:
        raise BuildError(f"The tree has no {pattern}, which holds a licence.")
    yield from paths


def inside(build: Build) -> list[Inside]:
    """What no metadata lists and is in the tree."""
    return [one for one in (*third_party_notices.INSIDE, *_INSIDE) if any(any(build.tree.glob(glob)) for glob in one.globs)]


def runtime(build: Build) -> list[Package]:
    """Python, and on Linux Debian's packages that it and Qt need."""
    papers = build.runtime / "share" / "doc"
    debian = [_debian(build, folder / "copyright") for folder in sorted(papers.glob("*"))] if papers.is_dir() else []
    own = next((path for name in ("LICENSE.txt", "LICENSE") for path in build.runtime.rglob(name)), None)
    if debian or own is None:
        return debian
    text = own.read_text(encoding="utf-8", errors="replace").strip()
    return [Package("python", python_version(build), "PSF-2.0", (text,), "https://www.python.org")]


def _debian(build: Build, file: Path) -> Package:
    from building import runtime_linux

    name = file.parent.name
    versions = {package.name: package.version for package in runtime_linux.locked(runtime_linux.lock_file(build))}
    text = file.read_text(encoding="utf-8", errors="replace").strip()
    # Of the package as a whole; single files, most of them of its tests, may have another one.
    whole = re.search(r"^Files: *\*\n(?:\S.*\n|\s+\S.*\n)*?License: *(\S.*)$", text, re.MULTILINE)
    licence = "PSF-2.0" if "python" in name else whole[1] if whole is not None else "see its text"
    return Package(name, versions.get(name, ""), licence, (text,), "https://www.debian.org")


def python_version(build: Build) -> str:
    """Of the Python in the tree; where it cannot be told, without the patch release."""
    library = build.runtime / f"python{PYTHON.replace('.', '')}.dll"
    if library.is_file():
        said = re.search(rb"3\x00\.\x001\x001\x00\.\x00((?:\d\x00){1,2})(?=\x00\x00)", library.read_bytes())
        if said is not None:
            return f"{PYTHON}.{said[1].decode('utf-16-le')}"
    return PYTHON
