# SPDX-License-Identifier: Apache-2.0
"""Make an embeddable Python for Windows of the current patch release.

    python packaging/windows_python.py FILE.zip        # by Python 3.11; prints the zip's SHA-256

python.org compiled its last 3.11 for Windows in 2024 (3.11.9). python-build-standalone compiles each later one; this takes its archive, by
hash, and lays it out as python.org's embeddable package is: flat, the standard library as bytecode in python311.zip. The build takes it
by INKSTONE_WINDOWS_PYTHON and INKSTONE_WINDOWS_PYTHON_SHA256. Two runs give the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import marshal
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from building import downloads
from building.recipe import PYTHON, BuildError, plan

ADDRESS = (
    "https://github.com/astral-sh/python-build-standalone/releases/download/20260901/"
    "cpython-3.11.16%2B20260901-x86_64-pc-windows-msvc-install_only.tar.gz"
)
SHA256 = "6be524fa6752af802146a4adc7d098565425b0b1c166e19a5a7a4c8cccb86bf6"
_NOT_NEEDED = {
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "site-packages",
    "test",
    "tkinter",
    "turtledemo",
    "turtle.py",
    "__pycache__",
}
_WHEN = (1980, 1, 1, 0, 0, 0)


def embeddable(archive: Path) -> bytes:
    """The zip. Raises ``BuildError`` where the archive is laid out in another way than expected."""
    flat: dict[str, bytes] = {}
    library: dict[str, bytes] = {}
    with tarfile.open(archive) as content:
        for member in content:
            path = PurePosixPath(member.name)
            data = content.extractfile(member)
            if data is None or path.parts[0] != "python":
                continue
            if path.parts[1] == "Lib":
                if _NOT_NEEDED.isdisjoint(path.parts) and path.suffix == ".py":
                    name = PurePosixPath(*path.parts[2:]).as_posix()
                    library[f"{name}c"] = bytecode(data.read(), name)
            elif (len(path.parts) == 2 or path.parts[1] == "DLLs") and _wanted(path):
                flat[path.name] = data.read()
    if "python311.dll" not in flat or "os.pyc" not in library:
        raise BuildError(
            f"{archive.name} holds no python311.dll or no standard library: it is laid out in another way than expected."
        )
    flat["python311.zip"] = zipped(library)
    return zipped(flat)


def _wanted(path: PurePosixPath) -> bool:
    module = path.suffix in (".dll", ".pyd") and not path.name.startswith(("_test", "_ctypes_test", "_tkinter", "tcl", "tk"))
    return module or path.name == "LICENSE.txt"


def bytecode(source: bytes, name: str) -> bytes:
    """Compiled, and never held against the source again, which is not there."""
    code = importlib.util.decode_source(source)

    return (
        importlib.util.MAGIC_NUMBER
        + (1).to_bytes(4, "little")
        + importlib.util.source_hash(source)
        + marshal.dumps(compile(code, name, "exec", dont_inherit=True))
    )


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files, the same for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            packed.writestr(entry, files[name])
    return made.getvalue()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if f"{sys.version_info.major}.{sys.version_info.minor}" != PYTHON:
        print(
            f"This is Python {sys.version.split()[0]}: bytecode of {PYTHON} is written by Python {PYTHON} alone.",
            file=sys.stderr,
        )
        return 1
    out = Path(arguments[0])
    try:
        made = embeddable(downloads.file(ADDRESS, SHA256, plan("windows", light=False, out=out.parent).cache))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    out.write_bytes(made)
    print(hashlib.sha256(made).hexdigest())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
