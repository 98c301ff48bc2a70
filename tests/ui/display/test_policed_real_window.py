# SPDX-License-Identifier: Apache-2.0
"""The real program under a policy, on a display: nothing is copied, and an error in the policy is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from real_window import LIMIT, ROOT, Open

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Policed = Callable[[str], Path]
CLIPBOARD = "app.clipboard().text()"


def test_nothing_is_copied_out_of_the_window(open_real: Open, policed: Policed) -> None:
    policed("copy = false\n")
    window = open_real("--index-steps", "1")
    window.click("window.conversation.composer.edit")
    window.type("hotel")
    window.keys("ctrl+a", "ctrl+c")
    window.until("'does not allow anything to be copied' in window.strip.text", 20)
    assert window.ask(CLIPBOARD) == ""
    assert window.ask("app.clipboard().text(app.clipboard().Mode.Selection)") == ""
    window.ask("app.clipboard().setText('by any other way')")
    window.until(f"{CLIPBOARD} == ''", 20)
    assert window.ask("app.startDragDistance()") > 100_000
    assert window.close() == 0


def test_what_others_copy_stays_on_the_clipboard(open_real: Open, policed: Policed, display: str) -> None:
    policed("copy = false\n")
    window = open_real("--index-steps", "1")
    code = "import desktop_app.bridge; from PySide6.QtWidgets import QApplication; app = QApplication([]); app.clipboard().setText('theirs'); print('put', flush=True); app.exec()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=window.environment, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        window.until(f"{CLIPBOARD} == 'theirs'", 20)
        window.click("window.conversation.composer.edit")
        window.keys("ctrl+v")
        window.until("window.conversation.composer.edit.toPlainText() == 'theirs'", 20)
        assert window.ask(CLIPBOARD) == "theirs"
        other.kill()
    assert window.close() == 0


def test_a_broken_policy_is_told_in_a_box_and_nothing_opens(display: str, policed: Policed, home: Path) -> None:
    file = policed("copy = 'no'\n")
    environment = {**os.environ, "DISPLAY": display, "LANG": "C.UTF-8"}
    environment.pop("QT_QPA_PLATFORM", None)
    with subprocess.Popen(
        [sys.executable, "-m", "desktop_app"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            to_it = ("search", "--sync", "--onlyvisible", "--name", "Inkstone", "windowfocus", "--sync")
            for keys in (to_it, ("key", "Return")):
                subprocess.run(["xdotool", *keys], env=environment, check=True, timeout=60)
            assert program.wait(LIMIT) == 3
        finally:
            program.kill()
        assert program.stderr is not None
        assert f"Line 1 of the policy file “{file}”" in program.stderr.read()
    assert not (home / "libraries").exists()
