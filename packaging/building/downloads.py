# SPDX-License-Identifier: Apache-2.0
"""Downloads that are pinned by SHA-256 and kept under their hash.

A file lies at ``cache/<hash>/<name>`` and is checked each time it is taken: one that is broken is thrown away and got again, and one
that arrives broken is never kept. Wheels come by pip, which reads the hashes of the lock files itself.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from building.recipe import PYTHON, BuildError, System, pip

# Which wheels pip takes: the first that exists, of Linux that for the oldest glibc; Debian 12 has 2.36.
PLATFORMS: dict[System, tuple[str, ...]] = {
    "windows": ("win_amd64",),
    "linux": (
        *("manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64"),
        *(f"manylinux_2_{minor}_x86_64" for minor in range(5, 37)),
    ),
    "macos": ("macosx_14_0_arm64",),
}
_LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+) --hash=sha256:(?P<sha256>[0-9a-f]{64})")


class Pin(NamedTuple):
    """One line of a lock file."""

    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


def pins(lock: Path) -> list[Pin]:
    """The lines of a lock file. Raises ``BuildError``."""
    try:
        lines = lock.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BuildError(f"{lock} cannot be read ({error.strerror}): write it with packaging/lock.py.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise BuildError(f"{lock}, line {number} pins nothing: {line!r}. Write the file anew with packaging/lock.py.")
        found.append(Pin(**match.groupdict()))
    return found


def target_flags(system: System) -> list[str]:
    """What makes pip choose wheels for ``system`` and never build from source."""
    platforms = [flag for platform in PLATFORMS[system] for flag in ("--platform", platform)]
    abis = [flag for abi in ("cp" + PYTHON.replace(".", ""), "abi3", "none") for flag in ("--abi", abi)]
    return ["--only-binary", ":all:", "--no-deps", "--python-version", PYTHON, "--implementation", "cp", *abis, *platforms]


def wheels(wanted: Iterable[Pin], system: System, cache: Path) -> list[Path]:
    """The wheels of these pins, in their order; what the cache lacks is downloaded. Raises ``BuildError``."""
    wanted = list(wanted)
    missing = [pin for pin in wanted if kept(pin.sha256, cache) is None]
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="arriving-") as place:
            _pip_download(missing, target_flags(system), Path(place))
            for arrived in sorted(Path(place).glob("*.whl")):
                keep(arrived, sha256_of(arrived), cache)
    found = [kept(pin.sha256, cache) for pin in wanted]
    for pin, path in zip(wanted, found, strict=True):
        if path is None:
            raise BuildError(f"pip brought no file of {pin.name} {pin.version} with the hash of the lock file.")
    return [path for path in found if path is not None]


def source(pin: Pin, cache: Path, tools: Iterable[Pin] = ()) -> Path:
    """The source archive of a package, of which only files are taken. Raises ``BuildError``.

    pip compares the hash first and then asks the archive for its name and needs, with ``tools``, which build it, in plain Python, and
    this environment's setuptools: pip alone would download others, unpinned.
    """
    found = kept(pin.sha256, cache)
    if found is not None:
        return found
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="arriving-") as place:
        folder = Path(place)
        for wheel in wheels(tools, "linux", cache):
            shutil.unpack_archive(wheel, folder / "tools", format="zip")
        _pip_download([pin], ["--no-deps", "--no-build-isolation", "--no-binary", ":all:"], folder)
        arrived = sorted(folder.glob("*.tar.gz"))
        if not arrived:
            raise BuildError(f"pip brought no source archive of {pin.name} {pin.version}.")
        return keep(arrived[0], pin.sha256, cache)


def _pip_download(missing: list[Pin], flags: list[str], folder: Path) -> None:
    listed = folder / "wanted.txt"
    listed.write_text("".join(f"{pin}\n" for pin in missing), encoding="utf-8")
    command = pip("download", "--require-hashes", *flags, "--dest", str(folder), "--requirement", str(listed))
    environment = {**os.environ, "PYTHONPATH": str(folder / "tools")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode == 0:
        return
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    if "DO NOT MATCH THE HASHES" in done.stderr:
        broken = next((line for line in said if re.search(r"==\S+ from ", line)), "a package")
        raise BuildError(
            f"A download is broken or is not what was pinned, and is not kept: {broken.split(' from ')[0]}. Try again."
        )
    problem = next(
        (line for line in said if line.startswith("ERROR:")), said[-1] if said else f"pip ended with {done.returncode}"
    )
    raise BuildError(f"Packages could not be downloaded: {problem}")


def file(address: str, sha256: str, cache: Path) -> Path:
    """A plain file from an address, by its hash. Raises ``BuildError``."""
    path = kept(sha256, cache)
    if path is not None:
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="arriving-") as place:
        arrived = Path(place) / address.rpartition("/")[2]
        try:
            with urllib.request.urlopen(address, timeout=60) as answer, arrived.open("wb") as output:
                shutil.copyfileobj(answer, output)
        except (OSError, ValueError) as error:
            raise BuildError(f"{address} could not be downloaded ({error}).") from error
        return keep(arrived, sha256, cache)


def kept(sha256: str, cache: Path) -> Path | None:
    """The file of this hash in the cache, or None; a broken one is removed."""
    folder = cache / sha256
    for path in sorted(folder.glob("*")):
        if sha256_of(path) == sha256:
            return path
        print(f"   {path} is broken: removed, and got again.")
        shutil.rmtree(folder)
        return None
    return None


def keep(path: Path, sha256: str, cache: Path) -> Path:
    """Move a file into the cache. Raises ``BuildError`` where its hash is another one; then it is not kept."""
    found = sha256_of(path)
    if found != sha256:
        raise BuildError(
            f"{path.name} is broken or is not what was pinned: its SHA-256 is {found}, not {sha256}. It is not kept; try again."
        )
    folder = cache / sha256
    folder.mkdir(parents=True, exist_ok=True)
    return Path(os.replace(path, folder / path.name) or folder / path.name)


def sha256_of(path: Path) -> str:
    """Of a file, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
