# SPDX-License-Identifier: Apache-2.0
"""An X display for the tests of this folder, and the real program on it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from real_window import Open, RealWindow

from desktop_app.foundation import paths
from desktop_app.foundation.display import missing_libraries
from desktop_app.foundation.settings import Settings


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of a display that nobody else uses."""
    missing = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"no {' and '.join(missing)} here (sudo apt-get install -y xvfb xdotool)")
    ready, told = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(told), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(told,),
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    with os.fdopen(ready) as stream:
        number = stream.readline().strip()
    assert number, "Xvfb did not start"
    try:
        packages = _missing_libraries(f":{number}")
        if packages:
            pytest.skip(f"Qt cannot use an X display here (sudo apt-get install -y {' '.join(packages)})")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def _missing_libraries(display: str) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display)
        patch.delenv("QT_QPA_PLATFORM", raising=False)
        return missing_libraries()


@pytest.fixture
def open_real(display: str, home: Path, tmp_path: Path) -> Iterator[Open]:
    """Starts the program; what is left of it after the test is ended."""
    settings = Settings(paths.settings_file())
    settings.put("welcomed", True)
    settings.put("language", "en")
    opened: list[RealWindow] = []

    def start(*scripted: str, before: str = "", arguments: Sequence[str] = ()) -> RealWindow:
        errors = tmp_path / f"stderr-{len(opened)}.txt"
        window = RealWindow(display, errors, *scripted, before=before, arguments=arguments)
        opened.append(window)
        return window

    yield start
    for window in opened:
        window.end()
