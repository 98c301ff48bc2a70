# SPDX-License-Identifier: Apache-2.0
"""Nothing overlaps, nothing is cut: from the smallest window to 3840 x 2160, in both languages.

A scale of 150 or 200 % is a smaller window to the program: 1920 x 1080 at 200 % is 960 x 540.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from layout_faults import faults
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTableView, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.conversation_panel import ConversationPanel
from desktop_app.ui.library.ledger_model import FILE, REASON
from desktop_app.ui.look import theme
from desktop_app.ui.shell.main_window import MainWindow

SIZES = (
    (640, 400), (683, 700), (760, 520), (900, 600), (910, 512), (960, 540), (1024, 768), (1080, 700), (1280, 800), (1366, 768),
    (1920, 1080), (2560, 1440), (3840, 2160),
)  # fmt: skip
LANGUAGES = ("en", "zh_CN")
_TURNS = 10


@pytest.fixture
def window(day: QApplication, qtbot: QtBot, engine, settings: Settings) -> MainWindow:  # type: ignore[no-untyped-def]
    client = engine()
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    client.state_changed.emit("ready")
    client.status_changed.emit(client.status)
    qtbot.waitUntil(lambda: bool(window.conversations.heads) and window.runs.overview is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.runs.running, timeout=20_000)
    window.connections.watch(False)
    return window


def answered(window: MainWindow, qtbot: QtBot) -> ConversationPanel:
    window.conversation.ask("怎么请假？")
    qtbot.waitUntil(lambda: window.conversation.turns[-1].over, timeout=20_000)
    return window.conversation


def settled(window: QWidget, size: tuple[int, int]) -> list[str]:
    """What is wrong at a size, once everything has found its place: a wrapped text that grows moves what is below it later."""
    window.resize(*size)
    wrong = ["not looked at"]
    for _ in range(_TURNS):
        QApplication.processEvents()
        if not (wrong := faults(window)):
            break
    return [f"{window.width()} x {window.height()}: {fault}" for fault in wrong]


def walk(window: MainWindow, sizes: tuple[tuple[int, int], ...] = SIZES) -> list[str]:
    """What is wrong at any of the sizes, in any language."""
    found = []
    for language in LANGUAGES:
        window.appearance.choose_language(language)
        found += [f"{language} {fault}" for size in sizes for fault in settled(window, size)]
    return found


def test_an_answer(window: MainWindow, qtbot: QtBot) -> None:
    answered(window, qtbot)
    assert walk(window) == []


def test_an_answer_and_its_source(window: MainWindow, qtbot: QtBot) -> None:
    panel = answered(window, qtbot)
    window.source.show_citation(panel.turns[-1].answer, 2)  # type: ignore[arg-type]
    assert walk(window) == []


def test_a_search_and_its_source(window: MainWindow, qtbot: QtBot) -> None:
    window.centre.set_mode("search")
    view = window.centre.search_view()
    view.search("请假 hotel")
    qtbot.waitUntil(lambda: not view.searching, timeout=20_000)
    assert walk(window) == []
    window.source.show_passage(view.cards[0].passage)
    assert walk(window) == []


def test_an_empty_conversation(window: MainWindow) -> None:
    window.centre.open_conversation()
    assert walk(window) == []


def test_the_first_page(day: QApplication, qtbot: QtBot, engine: Callable[..., object], settings: Settings) -> None:
    settings.put("welcomed", False)
    window = MainWindow(settings, engine("--bare"))  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    assert walk(window) == []


def test_the_left_side_as_a_page(window: MainWindow) -> None:
    window.resize(640, 400)
    window.commands.run("library")
    assert window.conversations.isVisible()
    assert walk(window, ((640, 400), (660, 700))) == []


def test_a_citation_opens_as_a_page_and_escape_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    panel = answered(window, qtbot)
    window.resize(900, 600)
    window.source.show_citation(panel.turns[-1].answer, 1)  # type: ignore[arg-type]
    assert window.source.isVisible()
    assert not window.centre.isVisible()
    assert window.source.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert window.centre.isVisible()
    assert not window.source.isVisible()
    assert QApplication.focusWidget() is panel.composer.edit


def test_whoever_wants_the_search_or_another_conversation_gets_it(window: MainWindow, qtbot: QtBot) -> None:
    panel = answered(window, qtbot)
    window.resize(640, 400)
    for wanted in (lambda: window.commands.run("search"), lambda: window.conversations.opened.emit(2)):
        window.centre.set_mode("ask")
        window.source.show_citation(panel.turns[-1].answer, 1)  # type: ignore[arg-type]
        assert not window.centre.isVisible()
        wanted()
        assert window.centre.isVisible()
    window.commands.run("library")
    assert not window.centre.isVisible()
    window.conversations.opened.emit(1)
    assert window.centre.isVisible()
    assert not window.conversations.isVisible()


def test_a_line_of_text_never_gets_too_long(window: MainWindow, qtbot: QtBot) -> None:
    """65 to 75 Latin characters, however wide the window."""
    answered(window, qtbot)
    window.resize(3840, 2160)
    QApplication.processEvents()
    document = window.conversation.turns[-1].view.document()
    lengths = []
    block = document.begin()
    while block.isValid():
        layout, text = block.layout(), block.text()
        lines = [layout.lineAt(number) for number in range(layout.lineCount() - 1)]  # the last one may be short
        lengths += [
            len(text[line.textStart() :][: line.textLength()].strip())
            for line in lines
            if text.startswith("For business travel")
        ]
        block = block.next()
    assert lengths
    assert 60 <= max(lengths) <= 85, max(lengths)


@pytest.fixture(params=[150, 200])
def large_text(day: QApplication, request: pytest.FixtureRequest) -> Iterator[int]:
    """The size of text in per cent, in force while the test runs."""
    theme.set_text_zoom(day, request.param)
    yield request.param
    theme.set_text_zoom(day, 100)


_LARGE_SIZES = ((900, 600), (1280, 800), (1920, 1080))


def test_large_text(large_text: int, window: MainWindow, qtbot: QtBot) -> None:
    """An answer, its source, a search: nothing is cut, and lines keep their distance."""
    panel = answered(window, qtbot)
    assert walk(window, _LARGE_SIZES) == []
    window.source.show_citation(panel.turns[-1].answer, 2)  # type: ignore[arg-type]
    assert walk(window, _LARGE_SIZES) == []
    window.centre.set_mode("search")
    view = window.centre.search_view()
    view.search("请假 hotel")
    qtbot.waitUntil(lambda: not view.searching, timeout=20_000)
    assert walk(window, _LARGE_SIZES) == []


def test_text_that_grows_while_the_window_is_open(window: MainWindow, qtbot: QtBot, day: QApplication) -> None:
    """At 200 % a window of 1280 has room for what one of 640 has, at once and back again."""
    panel = answered(window, qtbot)
    window.source.show_citation(panel.turns[-1].answer, 2)  # type: ignore[arg-type]
    assert walk(window, ((1280, 800),)) == []
    assert window.centre.isVisible()
    strip = window.strip.height()
    try:
        theme.set_text_zoom(day, 200)
        assert walk(window, ((1280, 800),)) == []
        assert not window.centre.isVisible()
        assert window.strip.height() == 2 * strip
        first = panel.turns[-1].view.document().begin()
        assert first.blockFormat().lineHeight() >= theme.scaled(theme.READING_PX), "lines lie over one another"
    finally:
        theme.set_text_zoom(day, 100)
    assert walk(window, ((1280, 800),)) == []
    assert window.centre.isVisible()
    assert window.strip.height() == strip


def test_pages_with_large_text(large_text: int, window: MainWindow) -> None:
    """Controls of the settings stand below their words, columns of the ledger keep names that can be told apart."""
    for command in ("settings", "ledger", "rules"):
        window.commands.run(command)
    window.dialogs.settings.resize(784, 700)
    window.dialogs.ledger.resize(784, 700)
    QApplication.processEvents()
    for row in window.dialogs.settings.rows[:4]:
        assert row.width() <= window.dialogs.settings.width()
        assert row.title.width() >= theme.scaled(150), row.setting.key
        assert row.mapTo(window.dialogs.settings, row.rect().bottomRight()).x() < 784
    table = window.dialogs.ledger.findChild(QTableView)
    assert table.columnWidth(FILE) >= theme.scaled(90)
    assert table.columnWidth(REASON) >= theme.scaled(90)
    assert settled(window.dialogs.rules, (640, 560)) == []


@pytest.mark.parametrize("command", ["settings", "models", "ledger", "rules", "duplicates", "help", "libraries"])
def test_the_other_windows(window: MainWindow, command: str) -> None:
    """Those of pages and lists, as small as they get and on a small office screen."""
    found = []
    for language in LANGUAGES:
        window.appearance.choose_language(language)
        window.commands.run(command)
        shown = [one for one in window.findChildren(QDialog) if one.isVisible()]
        assert shown
        for dialog in shown:
            found += [f"{language} {fault}" for size in ((640, 400), (900, 560)) for fault in settled(dialog, size)]
    assert found == []
