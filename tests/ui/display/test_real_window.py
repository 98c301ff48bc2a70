# SPDX-License-Identifier: Apache-2.0
"""A day with the real program, on a real display, by keys and mouse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import office
import psutil
import pytest
from real_window import ROOT, Open, RealWindow

pytestmark = pytest.mark.slow

CHIPS = "[one for one in window.conversation.turns[-1].findChildren(__import__('desktop_app.ui.widgets.citation_chip', fromlist=['x']).CitationChip) if one.isVisible()]"
FILES_READ = "not window.runs.running and sum(window.runs.overview.counts.get(state, 0) for state in ('indexed', 'partial'))"
_DRAG = """
import sys
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class Folder(QLabel):
    def mouseMoveEvent(self, event):
        drag = QDrag(self)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

app = QApplication([])
label = Folder("a folder")
label.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
label.setGeometry(1400, 850, 180, 120)
label.show()
app.processEvents()
print("shown", flush=True)
app.exec()
"""


def asked(window: RealWindow, question: str) -> None:
    """Type a question, press Enter, wait for the end of its answer."""
    before = window.ask("len(window.conversation.turns)")
    window.click("window.conversation.composer.edit")
    window.type(question)
    window.until(f"window.conversation.composer.edit.toPlainText() == {question!r}")
    window.keys("Return")
    window.until(f"len(window.conversation.turns) == {before + 1} and window.conversation.turns[-1].over")


def test_drop_ask_click_leave_come_back_and_a_killed_engine(open_real: Open, tmp_path: Path) -> None:
    folder = tmp_path / "Office 办公室"
    office.make(folder)
    window = open_real()
    # A folder is dragged from another program and dropped onto the window.
    with subprocess.Popen(
        [sys.executable, "-c", _DRAG, str(folder)], env=window.environment, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "shown\n"
        x, y = window.ask("spot(window.centre)")
        window.tool("mousemove", "1480", "900", "mousedown", "1", "mousemove", "1470", "880")
        step = 0
        while not window.ask("window.drops.isVisible()"):  # the drag begins when the other program comes to it
            step += 1
            assert step < 500, "the window never saw it"
            along = min(step, 10)
            window.tool("mousemove", str(1470 + (x - 1470) * along // 10 + step % 3), str(880 + (y - 880) * along // 10))
        window.tool("mouseup", "1")
        window.until("bool(window.runs.overview.sources)")
        other.kill()
    window.until(f"{FILES_READ} == {len(office.FACTS)}")
    # Each fact is asked for, and its citation opens its file with the words marked.
    for name, (question, quote) in office.FACTS.items():
        asked(window, question)
        assert window.ask("window.conversation.turns[-1].answer.found"), question
        window.ask(f"chips.clear() or chips.extend([one for one in {CHIPS} if one.citation.path.endswith({name!r})])")
        assert window.ask("len(chips)"), f"{question}: no citation of {name}"
        window.click("chips[0]")
        window.until(f"window.source.is_open and str(window.source.panel()._shown.path).endswith({name!r})")
        window.until("bool(window.source.panel().marked_text())", 30)
        assert quote.split()[0].casefold() in window.ask("window.source.panel().marked_text()").casefold(), name
    # Another conversation, and back by a click on the first.
    window.keys("ctrl+n")
    window.until("not window.conversation.turns")
    window.until("len(window.conversations.heads) == 1")
    rows = "window.conversations._list.model()"
    first = f"next(row for row in range({rows}.rowCount()) if {rows}.index(row, 0).flags() & Qt.ItemFlag.ItemIsSelectable)"
    row = f"window.conversations._list.visualRect({rows}.index({first}, 0)).center()"
    x, y = window.ask(f"[*spot(window.conversations._list.viewport(), {row}.x(), {row}.y())]")
    window.tool("mousemove", str(x), str(y), "click", "1")
    window.until(f"len(window.conversation.turns) == {len(office.FACTS)}")
    # The engine is killed; it comes back by itself and answers.
    engine = window.ask("client.pid")
    os.kill(engine, signal.SIGKILL)
    window.until(f"client.state == 'ready' and client.pid not in (0, {engine})")
    asked(window, office.FACTS["Rules.docx"][0])
    assert window.ask("window.conversation.turns[-1].answer.found")
    children = psutil.Process(window.process.pid).children(recursive=True)
    assert children
    assert window.close() == 0
    _, left = psutil.wait_procs(children, timeout=20)
    assert left == [], "all of it ends with the window"


def test_a_second_start_brings_the_window_to_the_front(open_real: Open) -> None:
    window = open_real("--index-steps", "1")
    window.ask("window.hide()")
    second = subprocess.run(
        [sys.executable, "-m", "desktop_app"], env=window.environment, cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert (second.returncode, second.stdout, second.stderr) == (0, b"", b"")
    window.until("window.isVisible()", 20)
    assert window.close() == 0


def test_what_an_input_method_composes_is_sent_only_when_it_is_done(open_real: Open) -> None:
    """Enter belongs to the input method as long as it composes."""
    window = open_real("--index-steps", "1")
    window.click("window.conversation.composer.edit")
    window.ask("composed('zen me qing jia')")
    window.keys("Return")
    assert window.ask("len(window.conversation.turns)") == 0
    window.ask("composed('', '怎么请假？')")
    assert window.ask("window.conversation.composer.edit.toPlainText()") == "怎么请假？"
    window.keys("Return")
    window.until("len(window.conversation.turns) == 1 and window.conversation.turns[0].over")
    assert window.close() == 0


def test_an_answer_is_stopped_and_its_question_stays(open_real: Open) -> None:
    window = open_real("--index-steps", "1")
    window.click("window.conversation.composer.edit")
    window.type("forever")
    window.keys("Return")
    window.until("len(window.conversation.turns) == 1 and len(window.conversation.turns[0].view.text) > 30")
    window.keys("Escape")
    window.until("not window.conversation.running")
    assert window.ask("window.conversation.turns[0].question") == "forever"
    assert window.close() == 0


def test_a_disk_that_is_full_is_said_and_the_window_stays(open_real: Open, home: Path, tmp_path: Path) -> None:
    """The library's disk holds two megabytes."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here (mount is not permitted)")
    try:
        from desktop_app.foundation import paths
        from desktop_app.foundation.settings import Settings

        Settings(paths.settings_file()).put("library", str(small / "library"))
        documents = tmp_path / "documents"
        documents.mkdir()
        for number in range(60):
            words = "\n".join(f"Clause {number}.{line}: the fee is {number * line} euros a month." for line in range(600))
            (documents / f"{number}.txt").write_text(words, encoding="utf-8")
        window = open_real()
        window.ask(f"window.runs.add([{str(documents)!r}])")
        window.until("getattr(window.strip._problem, 'code', '') == 'disk_full'")
        assert window.ask("window.isVisible()")
        assert window.ask("window.runs.overview.sources[0].path") == str(documents), "what was there before can be read"
        window.keys("ctrl+n")
        assert window.close() == 0
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_5_000_files_that_fail_and_10_000_conversations(open_real: Open) -> None:
    """The window goes on answering keys and clicks."""
    window = open_real("--index-steps", "1", "--failing", "5000", "--conversations", "10000")
    window.until("len(window.conversations.heads) == 10000")
    window.ask("window.dialogs.show_ledger()")
    window.until("window.dialogs.ledger.isVisible()")
    window.until(
        "window.dialogs.ledger.findChild(__import__('PySide6.QtWidgets', fromlist=['x']).QAbstractItemView).model().rowCount() > 100"
    )
    window.ask("window.dialogs.ledger.close()")
    window.focus()
    asked(window, "hotel")
    window.keys("ctrl+n")
    window.until("not window.conversation.turns")
    assert window.close() == 0
