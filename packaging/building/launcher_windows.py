# SPDX-License-Identifier: Apache-2.0
"""Compile Inkstone.exe and Inkstone.com, the launchers of Windows.

The C source, the version resource and the manifest lie in ``packaging/windows``; the compiler is mingw-w64, on Windows too. The icon is
drawn from the program's own SVG in all sizes that Windows shows, from the list of processes (16) to large tiles (256).
"""

from __future__ import annotations

import os
import shutil
import string
import subprocess
import sys
from pathlib import Path

from building.recipe import ROOT, Build, BuildError

SOURCES = ROOT / "packaging" / "windows"
ICON_PIXELS = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_FLAGS = ("-O2", "-s", "-Wall", "-Werror", "-static", "-municode", "-fno-ident")
_LINKER = "-Wl,--no-insert-timestamp,--dynamicbase,--nxcompat,--high-entropy-va"


def add(build: Build) -> None:
    """Put both launchers into the tree. Raises ``BuildError``."""
    place = build.work / "launcher"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    icon(place / "inkstone.ico")
    for name, kind in (("Inkstone.exe", ("-mwindows", "-DWINDOW")), ("Inkstone.com", ("-mconsole",))):
        _compile(build, place, name, kind)


def _compile(build: Build, place: Path, name: str, kind: tuple[str, ...]) -> None:
    numbers = [*build.version.split("."), "0", "0"][:4]
    words = {"numbers": ",".join(numbers), "dotted": ".".join(numbers), "version": build.version, "name": name}
    for source in ("launcher.rc", "launcher.manifest"):
        template = string.Template((SOURCES / source).read_text(encoding="utf-8"))
        (place / source).write_text(template.substitute(words), encoding="utf-8")
    shutil.copyfile(SOURCES / "launcher.c", place / "launcher.c")
    made = f"made-{name}.exe"  # gcc would add .exe to a name that ends on .com
    run(place, tool("windres"), "launcher.rc", "-O", "coff", "-o", "resources.o")
    run(place, tool("gcc"), *_FLAGS, *kind, _LINKER, "launcher.c", "resources.o", "-o", made)
    shutil.copyfile(place / made, build.tree / name)


def tool(name: str) -> str:
    """A tool of mingw-w64 on this machine. Raises ``BuildError``."""
    names = (f"x86_64-w64-mingw32-{name}", *((name,) if sys.platform == "win32" else ()))
    for candidate in names:
        if found := shutil.which(candidate):
            return found
    raise BuildError(f"{names[0]} is missing: install mingw-w64 (apt-get install -y mingw-w64).")


def run(folder: Path, *command: str) -> None:
    """Run a tool in ``folder``, without paths of this machine in its command line. Raises ``BuildError`` with what it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{Path(command[0]).name} ended with {done.returncode}:\n{done.stderr.strip()}")


def icon(file: Path) -> None:
    """Draw the program's icon in all sizes into one ``.ico``. Needs PySide6 and Pillow; no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from PIL import Image
        from PySide6.QtCore import QBuffer, QSize
        from PySide6.QtGui import QGuiApplication, QImageReader
    except ImportError as error:
        raise BuildError(f"The icon cannot be drawn ({error}): build with the Python of the virtual environment.") from error
    import io

    keep = QGuiApplication.instance() or QGuiApplication([])
    pictures = []
    for pixels in ICON_PIXELS:
        reader = QImageReader(str(ROOT / "resources" / "icons" / "inkstone.svg"))
        reader.setScaledSize(QSize(pixels, pixels))
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        if not reader.read().save(buffer, "PNG"):
            raise BuildError(f"{reader.fileName()} cannot be drawn: {reader.errorString()}")
        pictures.append(Image.open(io.BytesIO(buffer.data().data())).convert("RGBA"))
    del keep
    sizes = [picture.size for picture in pictures]
    pictures[-1].save(file, format="ICO", sizes=sizes, append_images=pictures[:-1])
