# SPDX-License-Identifier: Apache-2.0
"""Missing system libraries are told by the package that has them, before Qt ends the process over them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.foundation import display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packages are named on Linux only")


def test_what_loads_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_NEEDED", {"libc.so.6": "libc6", "libinkstone-没有.so.9": "inkstone-missing"})
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.missing_libraries() == ["inkstone-missing"]


def test_x11_libraries_are_needed_on_x11_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_NEEDED", {})
    monkeypatch.setattr(display, "_NEEDED_ON_X11", {"libinkstone-xcb.so.9": "inkstone-xcb"})
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert display.missing_libraries() == ["inkstone-xcb"]
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display.missing_libraries() == []


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_is_present_where_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(other, raising=False)
    assert not display.present()
    monkeypatch.setenv(name, "x")
    assert display.present()


def test_make_can_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    missing = display.missing_libraries()
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app.foundation.display"], capture_output=True, text=True, check=False, cwd=root
    )
    assert (done.stdout.split(), done.returncode) == (missing, 1 if missing else 0)


def test_what_the_system_lacks_is_loaded_from_the_installed_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    here = next(line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libm.so" in line)
    brought = tmp_path / "资料 夹"
    brought.mkdir()
    shutil.copyfile(here, brought / "libinkstone-made-up.so.1")
    (brought / "order.txt").write_text("libc.so.6\nlibinkstone-made-up.so.1\nlibinkstone-gone.so.1\n", encoding="utf-8")
    assert display.load_brought_libraries(brought) == ["libinkstone-made-up.so.1"]
    assert "FONTCONFIG_FILE" not in os.environ
    loaded = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert "libinkstone-made-up.so.1" in loaded


def test_a_checkout_brings_no_libraries() -> None:
    assert display.load_brought_libraries() == []
