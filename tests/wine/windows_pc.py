# SPDX-License-Identifier: Apache-2.0
"""A Windows PC played by Wine, for one test session.

Wine 8 lacks a few things of Windows that packages need, so small libraries of ``shims`` are put into its own folder, never into the
program: random numbers (bcryptprimitives), Windows' ICU (icuuc), DirectML, colour profiles (mscms), the complex functions of C99 that
NumPy calls, and the error of a lock that is taken. For the last two the C library is replaced by one that has them, and hands every other
name to a copy of Wine's own.

What Wine does not show is named where it is met, and left to the workflow that runs on Windows.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from PIL import Image

SHIMS = Path(__file__).resolve().parent / "shims"
NEEDED = ("wine", "Xvfb", "localedef", "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-objdump")
FOLDER = "家 用户　名😀"  # outside of any ANSI code page, with an ideographic space
_GCC = ("x86_64-w64-mingw32-gcc", "-O1", "-shared", "-static", "-s")
_COMPLEX = (
    *(
        "cabs",
        "carg",
        "cacos",
        "cacosh",
        "casin",
        "casinh",
        "catan",
        "catanh",
        "ccos",
        "ccosh",
        "cexp",
        "cimag",
        "clog",
        "conj",
    ),
    *("cpow", "cproj", "creal", "csin", "csinh", "csqrt", "ctan", "ctanh"),
)
_MARK = b"Wine builtin DLL"  # by which Wine knows its own libraries


def lacking(*more: str) -> str:
    """The first tool that is not installed; empty where all are. ``more``: needed beside the usual."""
    return next((tool for tool in (*NEEDED, *more) if shutil.which(tool) is None), "")


@contextlib.contextmanager
def display() -> Iterator[str]:
    """An X display of its own."""
    ready, told = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(told), "-screen", "0", "1280x900x24"], pass_fds=[told], stderr=subprocess.DEVNULL
    )
    os.close(told)
    try:
        with open(ready, encoding="ascii") as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def until(done: Callable[[], bool], otherwise: str, seconds: float = 180) -> None:
    """Wait for something to become so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, otherwise
        time.sleep(0.2)


class WindowsPC:
    """``wine``: the command, or tests/wine/wine32.sh. ``environment``: what a command on it needs, beside the usual."""

    def __init__(self, prefix: Path, display: str, wine: str = "wine") -> None:
        self.prefix = prefix
        self.wine = wine
        self.drive = prefix / "drive_c"
        self.environment = {
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=;ucrtbase,mscms=n,b",
            "DISPLAY": display,  # from the beginning: Wine's desktop belongs to one
            "LC_ALL": "C.UTF-8",  # in another one Wine could not name our files
            "HOME": str(prefix.with_name("home")),  # else the PC's desktop is this machine's
            "USER": "user",
            "INKSTONE_BUILD_CACHE": os.environ.get("INKSTONE_BUILD_CACHE", str(Path.home() / ".cache" / "inkstone-build")),
        }
        prefix.with_name("home").mkdir(exist_ok=True)
        self._locales = prefix.with_name("locales")
        self._wine("wineboot", "-i")
        self.set_version("win10")  # Wine 8 begins as Windows 7
        _add_shims(self.drive / "windows" / "system32", prefix)
        # Wine's services and desktop, started by a command, would hold on to its pipes after its end; these keep them running.
        nothing = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, **self.environment}}
        self._keepers = [
            subprocess.Popen([wine, *command], stdin=subprocess.PIPE, **nothing)
            for command in (("cmd",), ("explorer", "/desktop"))
        ]

    def in_chinese(self) -> dict[str, str]:
        """What makes a program see a Chinese Windows."""
        made = self._locales / "zh_CN.UTF-8"
        if not made.is_dir():
            self._locales.mkdir(exist_ok=True)
            subprocess.run(["localedef", "-i", "zh_CN", "-f", "UTF-8", str(made)], check=True, timeout=60)
        return {"LOCPATH": str(self._locales), "LC_ALL": "zh_CN.UTF-8"}

    def set_version(self, version: str) -> None:
        """Become another Windows: "win10", "win81" …"""
        self._wine("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", version, "/f")

    def install(self, tree: Path, name: str = "Inkstone") -> Path:
        """Lay a copy of ``tree`` into a folder with an odd name; hard links, because a tree has thousands of files."""
        target = self.drive / FOLDER / name
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(tree, target, copy_function=os.link)
        return target

    def named(self, path: Path) -> str:
        """A path of this machine, as a program on the PC is to be given it."""
        if path.is_relative_to(self.drive):
            return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(path).replace("/", "\\")

    def run(
        self,
        program: Path,
        *arguments: str,
        text: str = "",
        folder: Path | None = None,
        seconds: float = 300,
        **environment: str,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end, its output through pipes (Wine gives a Python no usable handle for a file of ours)."""
        return subprocess.run(
            [self.wine, str(program), *arguments],
            input=text.encode(),
            capture_output=True,
            env={**os.environ, **self.environment, **environment},
            cwd=folder,
            timeout=seconds,
            check=False,
        )

    def processes(self, name: str) -> list[int]:
        """The running processes on this PC whose command line names ``name``."""
        ours = f"WINEPREFIX={self.prefix}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if name.encode() in (folder / "cmdline").read_bytes() and ours in (folder / "environ").read_bytes().split(
                    b"\0"
                ):
                    found.append(int(folder.name))
        return found

    def photograph(self, program: Path, picture: Path, **environment: str) -> None:
        """Start the window in Chinese and save what the display shows, once nothing changes in it any more."""
        window = subprocess.Popen(
            [self.wine, str(program)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self.environment, **self.in_chinese(), **environment},
        )
        looking = {**os.environ, "DISPLAY": self.environment["DISPLAY"]}
        find = ["xdotool", "search", "--onlyvisible", "--name", "Inkstone"]
        seen = [b""]

        def is_done() -> bool:
            subprocess.run(["import", "-window", "root", str(picture)], env=looking, check=True)
            shown = Image.open(picture).convert("RGB")
            below = shown.crop((0, 90, *shown.size))  # the toolbar is there before the library has answered
            seen.append(shown.tobytes())
            return seen.pop(0) == seen[0] and len(below.getcolors(1 << 24) or ()) > 50

        try:
            until(lambda: subprocess.run(find, capture_output=True, env=looking, check=False).returncode == 0, "no window came")
            until(is_done, "the window stayed empty")
        finally:
            window.kill()
            window.wait()

    def switch_off(self) -> None:
        """End everything that runs on it."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._wine("wineboot", "-k")
        for keeper in self._keepers:
            keeper.communicate(timeout=60)

    def _wine(self, *command: str) -> bytes:
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            [self.wine, *command], input=b"", capture_output=True, env=environment, timeout=180, check=True
        ).stdout


def _add_shims(system: Path, place: Path) -> None:
    work = place / "shims"
    work.mkdir()
    _compile(system / "bcryptprimitives.dll", [SHIMS / "bcryptprimitives.c"], "-ladvapi32")
    for name in ("icuuc", "mscms"):
        _compile(system / f"{name}.dll", [SHIMS / f"{name}.c"])
    (work / "directml.def").write_text("LIBRARY DirectML.dll\nEXPORTS\nDMLCreateDevice1 @2 NONAME\n", encoding="ascii")
    _compile(system / "DirectML.dll", [SHIMS / "directml.c", work / "directml.def"])
    _add_c_library(system, work)


def _add_c_library(system: Path, work: Path) -> None:
    library = (system / "ucrtbase.dll").read_bytes()  # Wine's own
    assert _MARK in library
    (system / "ucrtbasw.dll").write_bytes(library.replace(_MARK, bytes(len(_MARK)), 1))
    long_double = {f"{name}l": name for name in _COMPLEX}  # Microsoft's has the size of a double, mingw's has not
    ours = {**{name: name for name in _COMPLEX}, **{f"{name}f": f"{name}f" for name in _COMPLEX}, **long_double}
    ours["_locking"] = "locking_with_errno"
    forwarded = [f'"{name}" = ucrtbasw.{name}' for name in _exports(system / "ucrtbasw.dll") if name not in ours]
    lines = ["LIBRARY ucrtbase.dll", "EXPORTS", *forwarded, *(f"{name} = {inside}" for name, inside in ours.items())]
    (work / "ucrtbase.def").write_text("\n".join(lines) + "\n", encoding="ascii")
    _compile(system / "ucrtbase.dll", [SHIMS / "ucrtbase.c", work / "ucrtbase.def"])


def _exports(library: Path) -> list[str]:
    listed = subprocess.run(
        ["x86_64-w64-mingw32-objdump", "-p", str(library)], capture_output=True, text=True, check=True
    ).stdout
    table = listed.partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return re.findall(r"^\s*\[\s*\d+\](?: \+base\[\s*\d+\])?\s+(?:[0-9a-f]+ )?(\S+)$", table, re.MULTILINE)


def _compile(target: Path, sources: Iterable[Path], *libraries: str) -> None:
    target.unlink(missing_ok=True)
    subprocess.run([*_GCC, *map(str, sources), "-o", str(target), *libraries], check=True, timeout=120)
