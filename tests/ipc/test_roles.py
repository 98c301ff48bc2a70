# SPDX-License-Identifier: Apache-2.0
"""A role is started by Python from a checkout, by the launcher of an installed program on Windows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.foundation.installed import Installation
from desktop_app.ipc import roles


def test_a_checkout_starts_python() -> None:
    assert roles.command("reader", "--fast")[:1] == [sys.executable]
    assert roles.command("reader", "--fast")[-5:] == ["-m", "desktop_app", "--role", "reader", "--fast"]


def test_an_installed_program_on_windows_starts_its_launcher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(roles, "installation", lambda: Installation(tmp_path, "setup", "0.1.0", light=False))
    monkeypatch.setattr(sys, "platform", "win32")
    assert roles.command("reader", "--fast") == [str(tmp_path / "Inkstone.exe"), "--role", "reader", "--fast"]


def test_a_child_of_a_window_without_a_console_can_still_write_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened by double click, the window has no standard error; a child that inherited that would fail at its first warning."""
    monkeypatch.setattr(sys, "stderr", None)
    child = roles.launch([sys.executable, "-c", "import sys; print('noise', file=sys.stderr, flush=True); print('done')"])
    assert child.communicate(timeout=30)[0].strip() == b"done"
    assert roles._our_stderr() == subprocess.DEVNULL
