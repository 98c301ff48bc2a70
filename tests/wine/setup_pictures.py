# SPDX-License-Identifier: Apache-2.0
"""Take the pictures of the Windows set-up program for docs/install, under Wine on a display of its own.

    .venv/bin/python tests/wine/setup_pictures.py SETUP.exe

Needs Xvfb, xdotool, ImageMagick and a Wine with its 32-bit part (INKSTONE_WINE names another command than ``wine``, as tests/wine/wine32.sh).
Installs and removes Inkstone in a prefix of its own, once a language.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageColor

OUT = Path(__file__).resolve().parents[2] / "docs" / "install" / "pictures"
WINE = os.environ.get("INKSTONE_WINE", "wine")
PAPER = "#FBF3EA"
FONT = "Noto Sans CJK SC"
STANDING_IN = ("宋体", "SimSun", "Verdana", "Tahoma", "MS Shell Dlg", "MS Shell Dlg 2", "Microsoft Sans Serif", "Segoe UI")
# Pictures of the pages, and what is pressed on each to go on.
PAGES = (("1-welcome", "alt+n"), ("2-options", "alt+n"), ("3-folder", "alt+i alt+n"))


@contextlib.contextmanager
def display() -> Iterator[str]:
    """An X display of its own."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "900x700x24"], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class Pc:
    """A Wine prefix on a display."""

    def __init__(self, folder: Path, screen: str) -> None:
        (folder / "home").mkdir()
        self.environment = {
            **os.environ,
            "DISPLAY": screen,
            "WINEPREFIX": str(folder / "pc"),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "LC_ALL": "C.UTF-8",
            "USER": "user",
            "HOME": str(folder / "home"),
            "INKSTONE_BUILD_CACHE": os.environ.get("INKSTONE_BUILD_CACHE", str(Path.home() / ".cache" / "inkstone-build")),
        }
        names = "".join(f'"{name}"="{FONT}"\r\n' for name in STANDING_IN)
        fonts = folder / "fonts.reg"
        fonts.write_text(
            "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Wine\\Fonts\\Replacements]\r\n" + names,
            encoding="utf-16",
        )
        self.run("winecfg", "-v", "win10")
        self.run("regedit", f"Z:{fonts}")

    def run(self, *words: str) -> None:
        subprocess.run([WINE, *words], env=self.environment, capture_output=True, timeout=300, check=True)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([WINE, *words], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def press(self, keys: str) -> None:
        subprocess.run(["xdotool", "key", *keys.split()], env=self.environment, check=True)

    def window(self) -> Image.Image:
        """The window as it shows now; an empty picture where there is none."""
        made = subprocess.run(["import", "-window", "root", "png:-"], env=self.environment, capture_output=True, check=True)
        middle = Image.open(io.BytesIO(made.stdout)).convert("RGB").crop((140, 0, 780, 690))  # without icons of the desktop
        around = ImageChops.difference(middle, Image.new("RGB", middle.size, middle.getpixel((0, 0)))).getbbox()
        return middle.crop(around or (0, 0, 1, 1))

    def turned(self, before: Image.Image, keys: str = "") -> Image.Image:
        """The next page, shown to its end; ``keys`` are pressed until it comes."""
        until = time.monotonic() + 600
        while time.monotonic() < until:
            if keys:
                self.press(keys)
            time.sleep(4)
            now = self.window()
            if now.width > 400 and now.tobytes() == self.window().tobytes() and now.tobytes() != before.tobytes():
                return now
        raise TimeoutError("The set-up program shows nothing new.")


def has_side(page: Image.Image) -> bool:
    """Whether it is the first or the last page, which have a picture at their side."""
    return page.getpixel((60, 60)) == ImageColor.getrgb(PAPER)


def main(setup: Path) -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made, display() as screen:
        pc = Pc(Path(made), screen)
        for language in ("zh", "en"):
            running = pc.start("explorer", f"/desktop=pictures-{language},900x700", f"Z:{setup}", f"/LANG={language}")
            page = pc.turned(Image.new("RGB", (1, 1)))
            for name, keys in PAGES:
                page.quantize(64).save(OUT / f"setup-{name}-{language}.png", optimize=True)
                page = pc.turned(page, keys)
            while not has_side(page):  # files are being unpacked, or the cursor blinked
                page = pc.turned(page, "alt+i alt+n")
            page.quantize(64).save(OUT / f"setup-4-done-{language}.png", optimize=True)
            pc.press("alt+s")  # not started afterwards
            pc.press("Return")
            running.terminate()
            place = Path(made) / "pc" / "drive_c" / "users" / "user" / "AppData" / "Local" / "Programs" / "Inkstone"
            pc.run(f"Z:{place / 'Uninstall.exe'}", "/S")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
