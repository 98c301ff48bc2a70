# SPDX-License-Identifier: Apache-2.0
"""“Ask Inkstone” and “Open with”: the program is started with paths, whether or not its window is open, and asks before it adds them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from real_window import ROOT, Open, RealWindow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

QUESTION = "window.findChild(__import__('desktop_app.ui.library.asked_paths', fromlist=['x']).AskedPaths)"
SOURCES = "[source.path for source in window.runs.overview.sources]"
SCOPE = "list(window.conversation.composer.scope.scope.below)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "合同 2026\n甲方"  # a line break is a letter of a name here
    made.mkdir()
    (made / "租赁合同.txt").write_text("租赁期限为五年。\n", encoding="utf-8")
    (made / "note.txt").write_text("A parking space costs 90 euros a month.\n", encoding="utf-8")
    return made


def started(window: RealWindow, *arguments: str | Path) -> None:
    """A second start, as the desktop makes it."""
    second = subprocess.run(
        [sys.executable, "-m", "desktop_app", *arguments],
        env=window.environment,
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (second.returncode, second.stdout, second.stderr) == (0, b"", b"")


def test_a_folder_is_added_only_after_a_yes(open_real: Open, folder: Path) -> None:
    window = open_real(arguments=["--add", str(folder)])
    window.until(f"{QUESTION} is not None and {QUESTION}.isVisible()")
    assert "合同 2026" in window.ask(f"{QUESTION}.words.text()")
    assert window.ask(f"{QUESTION}.no.hasFocus()"), "Enter must not add anything by itself"
    window.keys("Escape")
    window.until(f"not {QUESTION}.isVisible()")
    assert window.ask(SOURCES) == []
    # Its window is open now: the next start tells it.
    started(window, "--add", folder)
    window.until(f"{QUESTION}.isVisible()")
    window.click(f"{QUESTION}.yes")
    window.until(f"{SOURCES} == [{str(folder)!r}]")
    window.until(f"{SCOPE} == [{str(folder)!r}]")
    # “Open with” on one of its files, which is in the library by now.
    started(window, folder / "note.txt")
    window.until(f"{QUESTION}.isVisible()")
    assert not window.ask(f"{QUESTION}.add.isVisible()")
    window.click(f"{QUESTION}.yes")
    window.until(f"{SCOPE} == [{str(folder / 'note.txt')!r}]")
    assert window.ask(SOURCES) == [str(folder)]
    assert window.close() == 0


def test_several_files_are_one_question(open_real: Open, folder: Path) -> None:
    window = open_real("--index-steps", "1")
    for name in ("租赁合同.txt", "note.txt"):
        started(window, folder / name)
    window.until(f"{QUESTION} is not None and len({QUESTION}.paths) == 2")
    assert "2 in all" in window.ask(f"{QUESTION}.words.text()")
    window.click(f"{QUESTION}.no")
    window.until(f"not {QUESTION}.isVisible()")
    assert window.ask(f"{QUESTION}.paths") == []
    assert window.close() == 0


def test_a_path_that_is_not_there_is_told(open_real: Open, tmp_path: Path) -> None:
    window = open_real("--index-steps", "1")
    environment = {**window.environment, "QT_QPA_PLATFORM": "", "DISPLAY": ""}
    second = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--add", tmp_path / "gone"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 2
    assert "does not exist" in second.stderr
    assert window.ask(f"{QUESTION} is None")
    assert window.close() == 0
