# SPDX-License-Identifier: Apache-2.0
"""The window as a whole: who hears whom, keys, panes, first start, memory of its shape, a dying engine."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import fake_engine
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.bridge.client import EngineClient
from desktop_app.contract.messages import Status
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui.look import theme
from desktop_app.ui.shell.closed_page import ClosedPage
from desktop_app.ui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]


def asked(window: MainWindow, qtbot: QtBot, question: str = "怎么请假？") -> None:
    window.conversation.ask(question)
    turn = window.conversation.turns[-1]
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    qtbot.waitUntil(lambda: turn.answer is None or turn.view.numbers() == [1, 2, 3, 4])


def press(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def drop_event(kind: type, paths_: list[str]):  # type: ignore[no-untyped-def]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths_])
    # Qt only borrows the data: it must outlive the event.
    event = kind(QPointF(400, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event.data_kept = data
    return event


def test_the_parts_are_filled_from_the_engine(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.conversations.heads) == 3)
    qtbot.waitUntil(lambda: window.strip.text == "1,496 of 2,053 files searchable", timeout=20_000)
    assert window.strip.findChild(QPushButton, "model").text() == "Qwen2.5-7B-Instruct-Q4_K_M ready · 4.4 GB"


def test_what_changed_meanwhile_is_read_at_start_and_shown(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("--index-holds")
    qtbot.waitUntil(lambda: "1,204 of 1,950 files · about 6 min left" in window.strip.text, timeout=20_000)
    asked(window, qtbot)
    assert window.conversation.turns[-1].answer is not None, "asking works while reading"


def test_an_older_library_that_opens_is_told_of(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.strip.text == "1,496 of 2,053 files searchable", timeout=20_000)
    window.client.renewing.emit(40, 100)
    assert "40 % done; questions and searches wait for it" in window.strip.text


def test_a_seal_opens_the_source_and_the_keys_walk_on(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    asked(window, qtbot)
    turn = window.conversation.turns[-1]
    assert not window.source.is_open
    qtbot.mouseClick(turn.view.viewport(), Qt.MouseButton.LeftButton, pos=turn.view.seal_rect(2).center())
    assert window.source.is_open
    assert turn.view.current == 2
    window.conversation.composer.edit.setFocus()  # where "[" and "]", which the keys were, typed brackets
    press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert turn.view.current == 3
    press(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    press(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert turn.view.current == 1
    assert window.conversation.composer.edit.toPlainText() == ""
    press(window, Qt.Key.Key_Escape)
    assert not window.source.is_open
    assert turn.view.current == 0


def test_the_viewer_is_there_before_a_source_is_opened(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert window.source._viewer is None
    asked(window, qtbot)
    qtbot.waitUntil(lambda: window.source.viewer().pid != 0)
    ready = window.source.viewer().pid
    window.source.show_citation(window.conversation.turns[-1].answer, 1)  # type: ignore[arg-type]
    assert window.source.panel()._viewer.pid == ready


def test_the_arrows_of_the_source_panel_move_the_seal(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    asked(window, qtbot)
    turn = window.conversation.turns[-1]
    window.source.show_citation(turn.answer, 1)  # type: ignore[arg-type]
    window.source.panel().go(1)
    assert turn.view.current == 2


def test_enter_presses_the_button_that_has_the_keyboard(open_window: Open, qtbot: QtBot) -> None:
    """Failed before: Qt presses buttons with the space key alone, outside of dialogs."""
    window = open_window()
    asked(window, qtbot)
    chip = window.conversation.turns[-1].pane.chips.chips[1]
    chip.setFocus()
    press(window, Qt.Key.Key_Return)
    assert window.source.is_open
    assert window.conversation.turns[-1].view.current == 2
    window.source.panel()._header._close.setFocus()
    press(window, Qt.Key.Key_Enter)
    assert not window.source.is_open


def test_escape_stops_the_answer_first(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.conversation.ask("forever")
    qtbot.waitUntil(lambda: len(window.conversation.turns[-1].view.text) > 30)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.conversation.running)


def test_keys_of_the_whole_window(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    control = Qt.KeyboardModifier.ControlModifier
    press(window, Qt.Key.Key_2, control)
    assert window.centre.currentWidget() is window.centre.search
    assert QApplication.focusWidget() is window.centre.search.field  # type: ignore[union-attr]
    press(window, Qt.Key.Key_1, control)
    assert window.centre.currentWidget() is window.conversation
    asked(window, qtbot)
    press(window, Qt.Key.Key_N, control)
    assert not window.conversation.turns
    window.conversations._list.setFocus()
    press(window, Qt.Key.Key_L, control)
    assert QApplication.focusWidget() is window.conversation.composer.edit
    press(window, Qt.Key.Key_K, control)
    assert window.dialogs.palette is not None
    assert window.dialogs.palette.isVisible()


def test_f6_goes_round_the_panes_and_back(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: bool(window.conversations.heads))
    asked(window, qtbot)
    window.source.show_citation(window.conversation.turns[-1].answer, 1)  # type: ignore[arg-type]
    window.commands.run("field")

    def pane() -> str:
        focus = QApplication.focusWidget()
        names = {"list": window.conversations, "library": window.library, "centre": window.centre, "source": window.source}
        return next((name for name, part in names.items() if focus is not None and part.isAncestorOf(focus)), "?")

    seen = [pane()]
    for _ in range(4):
        press(window, Qt.Key.Key_F6)
        seen.append(pane())
    assert seen == ["centre", "source", "list", "library", "centre"]
    press(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert pane() == "library"


def test_everything_that_takes_the_focus_has_a_name(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    asked(window, qtbot)
    window.centre.set_mode("search")
    window.centre.set_mode("ask")
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", lambda: "")())
    ]
    assert not nameless


def test_the_palette_runs_commands_and_opens_conversations(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: bool(window.conversations.heads))
    window.commands.run("palette")
    assert window.dialogs.palette is not None
    QTest.keyClicks(window.dialogs.palette.field, "dark")
    QTest.keyClick(window.dialogs.palette.field, Qt.Key.Key_Return)
    assert theme.current() is theme.DARK
    assert window.settings.text("theme") == "dark"
    window.commands.run("palette")
    QTest.keyClicks(window.dialogs.palette.field, "travel")
    QTest.keyClick(window.dialogs.palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.conversation.conversation == 2)


def test_escape_closes_the_palette_and_nothing_else(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    asked(window, qtbot)
    window.source.show_citation(window.conversation.turns[-1].answer, 1)  # type: ignore[arg-type]
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Escape)
    assert window.dialogs.palette is not None
    assert window.dialogs.palette.isHidden()
    assert window.source.is_open


def test_the_palette_gives_the_keyboard_back(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.centre.set_mode("search")
    field = window.centre.search_view().field
    qtbot.waitUntil(field.hasFocus)
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.dialogs.palette is not None
    assert window.dialogs.palette.field.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert field.hasFocus()


def test_a_click_beside_the_palette_puts_it_away_and_does_nothing_else(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.waitUntil(window.conversation.composer.edit.hasFocus)
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.dialogs.palette
    assert palette is not None
    place = window.top.pill.mapTo(window, window.top.pill.rect().center())
    below = window.childAt(place)
    QTest.mouseClick(below, Qt.MouseButton.LeftButton, pos=below.mapFrom(window, place))
    assert palette.isHidden()
    assert window.childAt(place) is not below, "the click went no further"
    assert window.conversation.composer.edit.hasFocus()


def test_escape_in_the_palette_stops_no_answer(open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window()
    window.conversation.ask("forever")
    turn = window.conversation.turns[-1]
    qtbot.waitUntil(lambda: len(turn.view.text) > 20)
    stop, stopped = window.conversation.stop, []
    monkeypatch.setattr(window.conversation, "stop", lambda: stopped.append(stop()))
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Escape)
    assert not stopped
    press(window, Qt.Key.Key_Escape)
    assert stopped
    qtbot.waitUntil(lambda: turn.over)


def test_the_language_changes_at_once_and_is_remembered(open_window: Open) -> None:
    window = open_window()
    window.appearance.choose_language("zh_CN")
    assert window.top.mode.buttons["ask"].text() == "提问"
    assert window.conversation.composer.edit.placeholderText() == "向您的文档提问…"
    assert window.settings.text("language") == "zh_CN"
    assert window.strip.findChild(QPushButton, "model").text().endswith("就绪 · 4.4 GB")


def test_every_command_has_its_title_in_the_language_of_the_moment(open_window: Open) -> None:
    """Also "Start again", which is listed only while the engine is stopped."""
    window = open_window()
    window.client.close()
    english = {command.id: command.title for command in window.commands.listed()}
    assert "restart" in english
    window.appearance.choose_language("zh_CN")
    chinese = {command.id: command.title for command in window.commands.listed()}
    same = [command for command in chinese if chinese[command] == english.get(command)]
    assert [command for command in same if not command.startswith(("language.", "conversation."))] == []  # names stay


def test_dropping_a_folder_anywhere_adds_it(open_window: Open, qtbot: QtBot, tmp_path) -> None:  # type: ignore[no-untyped-def]
    window = open_window()
    folder = tmp_path / "新 资料"
    folder.mkdir()
    entered = drop_event(QDragEnterEvent, [str(folder)])
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    assert window.drops.isVisible()
    QApplication.sendEvent(window, drop_event(QDropEvent, [str(folder)]))
    assert window.drops.isHidden()

    def there() -> bool:
        overview = window.runs.overview
        return overview is not None and str(folder) in [source.path for source in overview.sources]

    qtbot.waitUntil(there)


def test_dragging_words_is_not_dragging_files(open_window: Open) -> None:
    window = open_window()
    event = drop_event(QDragEnterEvent, [])
    event.ignore()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert window.drops.isHidden()


def test_the_first_start_shows_the_doors_once(open_window: Open, qtbot: QtBot, settings: Settings) -> None:
    settings.put("welcomed", False)
    window = open_window("--bare")
    assert window.centre.currentWidget() is window.centre.welcome
    window.centre.welcome.skipped.emit()  # type: ignore[union-attr]
    assert window.centre.currentWidget() is window.conversation
    assert settings.flag("welcomed")
    assert open_window("--bare").centre.welcome is None


def test_the_sample_door_adds_the_sample_office(open_window: Open, qtbot: QtBot, settings: Settings) -> None:
    settings.put("welcomed", False)
    window = open_window("--bare")
    window.centre.welcome.sample_requested.emit()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: window.centre.welcome is None)
    wanted = str(paths.sample_office())
    qtbot.waitUntil(lambda: [source.path for source in window.runs.overview.sources] == [wanted])  # type: ignore[union-attr]


def test_a_dead_engine_is_told_and_started_by_a_button(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    client = window.client
    asked(window, qtbot, "crash")
    qtbot.waitUntil(lambda: client.state == "ready", timeout=20_000)
    qtbot.waitUntil(lambda: "stopped" not in window.strip.text)
    asked(window, qtbot, "crash")
    qtbot.waitUntil(lambda: client.state == "stopped")
    assert "everything indexed so far is kept" in window.strip.text
    assert window.strip.findChild(QPushButton, "model").text() == "Qwen2.5-7B-Instruct-Q4_K_M"
    window.strip.findChild(QPushButton, "restart").click()
    qtbot.waitUntil(lambda: client.state == "ready", timeout=20_000)
    asked(window, qtbot)
    assert window.conversation.turns[-1].answer is not None


def test_a_library_in_use_elsewhere_takes_the_middle_until_it_is_free(
    day: QApplication, qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    lock = tmp_path / "in use"
    lock.touch()
    client = EngineClient("/资料/Office", command=fake_engine.command("--locked", str(lock)))
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    client.start()
    qtbot.waitUntil(lambda: isinstance(window.centre.currentWidget(), ClosedPage), timeout=20_000)
    page = window.centre.currentWidget()
    assert isinstance(page, ClosedPage)
    assert page.text.startswith("This library is already open in another window")
    assert not window.conversations.isVisible()
    assert "exit code" not in window.strip.text
    window.appearance.choose_language("zh_CN")
    assert page.text.startswith("这个资料库已在另一个窗口中打开")
    button = page.findChild(QPushButton)
    assert QApplication.focusWidget() is button
    with qtbot.waitSignal(client.stopped, timeout=20_000):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.isEnabled(), "still in use: it can be tried again"
    lock.unlink()
    button.click()
    qtbot.waitUntil(window.conversations.isVisible, timeout=20_000)
    assert window.centre.currentWidget() is window.conversation
    window.close()


def test_what_a_conversation_has_shown_is_let_go(open_window: Open, qtbot: QtBot) -> None:
    """Each answer stayed in memory for ever, with its widgets and passages: 22 MB in 100 questions."""
    window = open_window()
    asked(window, qtbot)
    turn = weakref.ref(window.conversation.turns[-1])
    window.centre.open_conversation()

    def gone() -> bool:
        gc.collect()
        return turn() is None

    qtbot.waitUntil(gone)


def test_size_and_splitters_are_remembered(open_window: Open, qtbot: QtBot, settings: Settings) -> None:
    window = open_window()
    window.resize(780, 640)  # the offscreen screen has 800 x 800
    window._parts.moveSplitter(310, 1)
    window._left.setSizes([300, 300])
    before = window._left.sizes()
    window.close()
    again = open_window()
    assert again.size() == window.size()
    assert again._parts.sizes()[0] == 310
    assert again._left.sizes() == before
    again.commands.run("library")
    again.close()
    assert open_window()._left.isHidden(), "also that the left side was hidden"


def test_a_damaged_memory_of_the_shape_is_no_obstacle(open_window: Open, settings: Settings) -> None:
    settings.put("window_geometry", "not base64 !!")
    settings.put("window_state", "x|y")
    assert open_window().isVisible()


def test_settings_that_cannot_be_saved_are_told(open_window: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window()

    def refuse(key: str, value: object) -> None:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(window.settings, "put", refuse)
    window.appearance.choose_theme("dark")
    assert theme.current() is theme.DARK
    assert "cannot write" in window.strip.text


def test_the_connection_count_reaches_the_pill(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert window.top.pill.text == "offline"
    window.connections.count_now()
    qtbot.waitUntil(lambda: window.top.pill.text in ("offline, 0 connections", "0 connections"))
    window.top.pill.set_connections(2)
    assert window.top.pill.text == "2 connections"


def test_a_model_that_was_chosen_is_loaded_and_shown(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.dialogs.llm_chosen.emit("")
    assert window.conversation.composer._model.text() == "No language model: quotes"
    window.dialogs.llm_chosen.emit("/模型/小.gguf")
    assert window.conversation.composer._model.text() == "小"


def test_that_there_is_no_model_is_said_once_on_a_page(open_window: Open, qtbot: QtBot, settings: Settings) -> None:
    settings.put("llm", "")
    window = open_window()
    window.strip.set_status(Status())
    window.strip.set_chosen_model("")
    window.conversation.ask("怎么请假？")
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    parts = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
    saying = [part.text() for part in parts if part.isVisible() and "language model" in part.text().lower()]
    assert saying == ["No language model: quotes"]


def test_the_frame_comes_before_the_parts(day: QApplication, qtbot: QtBot, settings: Settings, engine) -> None:  # type: ignore[no-untyped-def]
    window = MainWindow(settings, library="/资料/Office")
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.first_shown):
        window.show()
    assert not hasattr(window, "library")
    window.fill(engine())
    assert window.library.isVisible()
    window.close()


def test_asking_and_searching_each_keep_their_own_source(open_window: Open, qtbot: QtBot) -> None:
    """Failed before: whoever left the answer for a search had its citation 2/4 beside the hits (B8)."""
    window = open_window()
    asked(window, qtbot)
    source, turn = window.source, window.conversation.turns[-1]
    source.show_citation(turn.answer, 2)  # type: ignore[arg-type]
    window.commands.run("citation.next")
    window.commands.run("search")
    assert not source.is_open
    assert turn.view.current == 0
    view = window.centre.search_view()
    view.search("请假")
    qtbot.waitUntil(lambda: not view.searching and len(view.cards) > 1, timeout=20_000)
    source.show_passage(view.cards[0].passage)
    window.commands.run("ask")
    assert source.is_open
    assert source.panel()._header._count.text() == "3/4"
    assert turn.view.current == 3
    window.commands.run("search")
    assert source.panel()._shown is not None
    assert source.panel()._shown.path == view.cards[0].passage.path
    source.shut()
    window.commands.run("ask")
    window.commands.run("search")
    assert not source.is_open


def test_what_is_like_a_source_is_searched_for_beside_it(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    asked(window, qtbot)
    window.source.show_citation(window.conversation.turns[-1].answer, 2)  # type: ignore[arg-type]
    window.source.panel().more_like_this()
    assert window.centre.currentWidget() is window.centre.search
    assert window.source.is_open
    assert window.source.panel()._header._count.text() == "2/4"


def test_the_samples_are_in_reach_after_the_first_page_and_can_be_removed(open_window: Open, qtbot: QtBot) -> None:
    """Once that page was left without them, there was no door to them any more."""
    window = open_window("--bare")
    empty = window.conversation._empty
    assert empty.try_samples.isVisibleTo(window)
    assert "samples.remove" not in [command.id for command in window.commands.listed()]
    empty.try_samples.click()
    samples = str(paths.sample_office())
    qtbot.waitUntil(lambda: window.runs.overview.sources[0].path == samples if window.runs.overview.sources else False)  # type: ignore[union-attr]
    assert "samples.add" not in [command.id for command in window.commands.listed()]
    qtbot.waitUntil(lambda: empty.remove_samples.isVisibleTo(window))
    window.commands.run("samples.remove")
    assert window.library._line.isVisible()
    window.library._line.yes.click()
    qtbot.waitUntil(lambda: not window.runs.overview.sources, timeout=20_000)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: empty.try_samples.isVisibleTo(window))
    window.commands.run("samples.add")
    qtbot.waitUntil(lambda: bool(window.runs.overview.sources), timeout=20_000)  # type: ignore[union-attr]
