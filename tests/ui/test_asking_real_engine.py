# SPDX-License-Identifier: Apache-2.0
"""The window on a real engine: asking an empty library, asking while it is read, naming with "@", deleting on the way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages as m
from desktop_app.contract.ledger import Scope
from desktop_app.foundation.settings import Settings
from desktop_app.ui.figures.figure_actions import FigureActions
from desktop_app.ui.figures.form_chips import FormChips
from desktop_app.ui.shell.main_window import MainWindow

pytestmark = pytest.mark.slow

LIMIT = 60_000  # ms
TEXTS = {
    "人事/员工手册.txt": "员工年休假为十五天。",
    "合同/采购合同.txt": "合同编号是 HT-2024-018。付款期限为三十日。",
    "合同/旧/旧合同.txt": "付款期限为六十日。",
}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "办公室"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "资料库"
    folder.mkdir()
    (folder / "library.toml").write_text('format = 1\nembedding = "none"\n', encoding="utf-8")
    return folder


@pytest.fixture
def window(day: QApplication, qtbot: QtBot, settings: Settings, library: Path) -> Iterator[MainWindow]:
    settings.put("llm", "")
    client = EngineClient(str(library))
    made = MainWindow(settings, client)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    client.start()
    qtbot.waitUntil(lambda: made.runs.overview is not None, timeout=LIMIT)
    yield made
    made.close()


def test_an_empty_library_answers_once_it_is_read(window: MainWindow, qtbot: QtBot, office: Path) -> None:
    panel = window.conversation
    panel.ask("年休假有多少天？")
    qtbot.waitUntil(lambda: not panel.running, timeout=LIMIT)
    turn = panel.turns[0]
    assert turn.pane.unread.words.text().startswith("There is nothing in your library yet.")
    window.runs.add([str(office)])
    qtbot.waitUntil(lambda: turn.answer is not None and turn.answer.found, timeout=LIMIT)
    assert "十五天" in turn.answer.text
    qtbot.waitUntil(lambda: not panel.running, timeout=LIMIT)
    assert len(panel.turns) == 1


def test_a_subfolder_that_is_named_is_all_that_is_asked(window: MainWindow, qtbot: QtBot, office: Path) -> None:
    window.runs.add([str(office)])
    qtbot.waitUntil(lambda: window.runs.overview.counts.get("indexed", 0) == 3, timeout=LIMIT)  # type: ignore[union-attr]
    panel, edit = window.conversation, window.conversation.composer.edit
    edit.setFocus()
    QTest.keyClicks(edit, "@j")
    popup = panel.mentions.popup
    assert popup is not None
    qtbot.waitUntil(lambda: bool(popup.shown) and popup.shown[0].words == "旧", timeout=LIMIT)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert panel.composer.scope.scope == Scope((str(office / "合同" / "旧"),))
    edit.insertPlainText("付款期限是多久？")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.running, timeout=LIMIT)
    answer = panel.turns[0].answer
    assert answer is not None
    assert [Path(one.path).name for one in answer.citations] == ["旧合同.txt"]


def test_the_menu_of_a_file_sums_it_up(window: MainWindow, qtbot: QtBot, office: Path) -> None:
    handbook = office / "手册.md"
    handbook.write_text(
        "# 手册\n\n## 休假\n\n员工每年有**十五天**带薪年休假。\n\n## 报销\n\n差旅费用应当在三十日内报销。\n", encoding="utf-8"
    )
    window.runs.add([str(office)])
    qtbot.waitUntil(lambda: window.runs.overview.counts.get("indexed", 0) == 4, timeout=LIMIT)  # type: ignore[union-attr]
    window.source.show_file(str(handbook))
    window.source.panel()._menu.summary_wanted.emit()
    panel = window.conversation
    qtbot.waitUntil(lambda: bool(panel.turns) and not panel.running, timeout=LIMIT)
    answer = panel.turns[0].answer
    assert answer is not None
    assert (answer.question, answer.mode) == ("Summarize “手册.md”", "summary")
    assert panel.composer.scope.scope == Scope((str(handbook),))
    assert "2 sections" in answer.text, "in the language of the question, whatever the file is called"
    view = panel.turns[0].pane.quotes.view
    qtbot.waitUntil(lambda: bool(view.toPlainText()), timeout=LIMIT)
    shown = view.toPlainText()
    assert "*" not in shown
    assert [
        line for line in ("休假", "员工每年有十五天带薪年休假。", "报销", "差旅费用应当在三十日内报销。") if line not in shown
    ] == []


def test_what_was_deleted_is_gone_after_closing_at_once(
    window: MainWindow, qtbot: QtBot, settings: Settings, library: Path
) -> None:
    window.conversation.ask("年休假有多少天？")
    qtbot.waitUntil(lambda: len(window.conversations.heads) == 1 and not window.conversation.running, timeout=LIMIT)
    window.conversations.delete(window.conversations.heads[0].id)
    window.close()
    qtbot.waitUntil(lambda: window.client.state == "stopped", timeout=LIMIT)
    client = EngineClient(str(library))
    client.start()
    operation = client.request(m.Conversations)
    found: list[m.ConversationsResult] = []
    operation.succeeded.connect(found.append)
    qtbot.waitUntil(lambda: operation.over, timeout=LIMIT)
    assert found[0].conversations == []
    client.close()


def test_a_computed_answer_is_changed_by_its_chips_and_shown_in_its_sheet(
    window: MainWindow, qtbot: QtBot, office: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Order", "City", "Amount (EUR)"), *((f"O-{n}", "Bern" if n % 2 else "Graz", n) for n in range(1, 31))):
        sheet.append(row)
    book.save(office / "orders.xlsx")
    window.runs.add([str(office)])
    qtbot.waitUntil(lambda: window.runs.overview.counts.get("indexed", 0) == 4, timeout=LIMIT)  # type: ignore[union-attr]
    panel = window.conversation
    panel.ask("What is the total amount of the orders from Bern?")
    qtbot.waitUntil(lambda: not panel.running, timeout=LIMIT)
    turn = panel.turns[0]
    assert turn.answer is not None
    assert turn.answer.computed is not None
    assert turn.answer.computed.value == 225
    form, actions = turn.pane.findChildren(FormChips)[0], turn.pane.findChildren(FigureActions)[0]
    qtbot.waitUntil(form.more.isEnabled, timeout=LIMIT)
    chip = form.chip("condition 0")
    assert chip is not None
    QTest.keyClick(chip.words, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not panel.running and turn.answer is not None and turn.answer.computed.value == 465, timeout=LIMIT)  # type: ignore[union-attr]
    assert turn.view.text.startswith("**465 EUR**")
    assert len(panel.turns) == 1
    assert turn.pane.foot._answers == (2, 2)
    turn.pane.foot.stepped.emit(-1)  # the answer before is still there
    assert [one.words.text() for one in form.chips] == ["Sum", "Amount (EUR)", "City = Bern"]
    actions.rows.click()
    qtbot.waitUntil(lambda: window.source.panel().views.shown_sheet() is not None, timeout=LIMIT)
    grid = window.source.panel().views.shown_sheet()
    assert grid is not None
    qtbot.waitUntil(lambda: grid.model.marks is not None, timeout=LIMIT)
    marked = {row for row in range(31) if grid.model.strength(row, 2)}
    assert marked == set(range(1, 31, 2))
