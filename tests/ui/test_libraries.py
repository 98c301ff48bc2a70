# SPDX-License-Identifier: Apache-2.0
"""The page of libraries, on real libraries and the real maintenance process beside a scripted engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import fake_engine
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.bridge.client import EngineClient
from desktop_app.foundation import known_libraries, paths, translation
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.foundation.settings import Settings
from desktop_app.ipc.message import Done
from desktop_app.library.library import Library
from desktop_app.ui.libraries.libraries_dialog import LibrariesDialog
from desktop_app.ui.libraries.library_card import LibraryCard
from desktop_app.ui.libraries.library_jobs import LibraryJobs
from desktop_app.ui.shell.main_window import MainWindow
from tests.made_libraries import damaged, made

LIMIT = 20_000  # ms: two processes are started in turn

Open = Callable[[str], EngineClient]


@pytest.fixture
def client(qtbot: QtBot, tmp_path: Path) -> Iterator[EngineClient]:
    """A scripted engine on a real library, which it does not touch."""
    folder = made(tmp_path / "库 甲", "合同室")
    client = EngineClient(folder, command=fake_engine.command())
    with qtbot.waitSignal(client.state_changed, timeout=LIMIT, check_params_cb=lambda state: state == "ready"):
        client.start()
    yield client
    client.close()


@pytest.fixture
def known() -> KnownLibraries:
    return KnownLibraries(paths.home() / known_libraries.FILE)


@pytest.fixture
def jobs(client: EngineClient, settings: Settings, known: KnownLibraries) -> Iterator[LibraryJobs]:
    jobs = LibraryJobs(client, settings, known)
    yield jobs
    jobs.close()


@pytest.fixture
def dialog(day: QApplication, qtbot: QtBot, jobs: LibraryJobs, known: KnownLibraries, tmp_path: Path) -> LibrariesDialog:
    other = made(tmp_path / "库 乙", "人事", 5)
    known.add(other, "人事")
    dialog = LibrariesDialog(jobs)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.listed, timeout=LIMIT):
        dialog.open_fresh()
    return dialog


def card(dialog: LibrariesDialog, name: str) -> LibraryCard:
    return next(card for card in dialog.cards if card.facts.name == name)


def over(qtbot: QtBot, jobs: LibraryJobs) -> None:
    qtbot.waitUntil(lambda: jobs.job is not None and jobs.job.over, timeout=LIMIT)


def test_all_libraries_with_name_place_and_size(dialog: LibrariesDialog, client: EngineClient) -> None:
    assert [one.facts.name for one in dialog.cards] == ["合同室", "人事"]
    mine, other = dialog.cards
    assert mine.open.isHidden()
    assert not mine.backup.isHidden()
    assert not other.open.isHidden()
    assert "5 files" in other.about.text()
    translation.use("zh_CN")
    dialog.retranslate()
    assert "5 个文件" in dialog.cards[1].about.text()


def test_a_missing_library_says_so_and_can_be_taken_off_the_list(
    qtbot: QtBot, dialog: LibrariesDialog, known: KnownLibraries
) -> None:
    known.add("/media/没有/归档", "归档")
    with qtbot.waitSignal(dialog.listed, timeout=LIMIT):
        dialog.open_fresh()
    gone = card(dialog, "归档")
    assert "not connected" in gone.about.text()
    assert gone.open.isHidden()
    with qtbot.waitSignal(dialog.listed, timeout=LIMIT):
        gone.wanted.emit("forget")
    assert known.name_of("/media/没有/归档") == ""


def test_switching_ends_the_engine_first(
    qtbot: QtBot, dialog: LibrariesDialog, jobs: LibraryJobs, client: EngineClient, settings: Settings
) -> None:
    with qtbot.waitSignal(jobs.reopen_requested, timeout=LIMIT) as wanted:
        card(dialog, "人事").open.click()
        assert client.state == "stopped"
    assert wanted.args == [card(dialog, "人事").facts.folder]
    assert client.pid == 0
    assert settings.text("library") == wanted.args[0]


def test_a_deleted_conversation_is_gone_before_the_engine_is_ended(
    day: QApplication, qtbot: QtBot, client: EngineClient, settings: Settings, tmp_path: Path
) -> None:
    """The way back is open for ten seconds; the engine may be ended sooner, for another library or a check of this one."""
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    client.state_changed.emit("ready")
    qtbot.waitUntil(lambda: len(window.conversations.heads) > 1, timeout=LIMIT)
    gone = window.conversations.heads[0].id
    window.conversations._undo_time.setInterval(600_000)
    window.conversations.delete(gone)
    with qtbot.waitSignal(window.conversations.deleted, timeout=LIMIT) as deleted:
        window.dialogs.library_jobs().check(client.library)
        assert client.state == "stopped"
    assert deleted.args == [gone]
    qtbot.waitUntil(lambda: client.state == "ready" and window.conversations._looking is None, timeout=LIMIT)
    window.close()


def test_a_backup_is_made_while_the_engine_works_and_restored(
    qtbot: QtBot,
    dialog: LibrariesDialog,
    jobs: LibraryJobs,
    client: EngineClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "备份.inkstone"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file)[: -len(".inkstone")], ""))
    card(dialog, "合同室").backup.click()
    over(qtbot, jobs)
    assert client.state == "ready"
    assert file.is_file()
    assert "backed up" in dialog.bar.words.text()
    dialog.bar.second.click()
    assert dialog.bar.isHidden()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    dialog.restore.click()
    qtbot.waitUntil(lambda: not dialog.bar.isHidden(), timeout=LIMIT)
    assert "3 files" in dialog.bar.about.text()
    dialog.bar.first.click()
    over(qtbot, jobs)
    assert "restored" in dialog.bar.words.text()
    with qtbot.waitSignal(jobs.reopen_requested, timeout=LIMIT) as wanted:
        dialog.bar.first.click()
    library = Library(Path(wanted.args[0]))
    try:
        assert library.catalogue.chunks.count() == 3
    finally:
        library.close()


def test_the_open_library_is_moved_and_opened_where_it_lies_then(
    qtbot: QtBot,
    dialog: LibrariesDialog,
    jobs: LibraryJobs,
    client: EngineClient,
    known: KnownLibraries,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.put("library", client.library)
    (tmp_path / "移动硬盘").mkdir()
    before = client.library
    dialog.ask_move(card(dialog, "合同室").facts, str(tmp_path / "移动硬盘"))
    assert "合同室" in dialog.bar.words.text()
    with qtbot.waitSignal(jobs.reopen_requested, timeout=LIMIT) as wanted:
        dialog.bar.first.click()
    assert wanted.args == [str(tmp_path / "移动硬盘" / "合同室")]
    assert not Path(before).exists()
    assert known.name_of(wanted.args[0]) == "合同室"
    assert settings.text("library") == wanted.args[0]


@pytest.mark.parametrize("alone", [True, False], ids=["renamed", "copied"])
def test_a_move_that_ends_while_the_window_closes_is_found_by_the_next(
    qtbot: QtBot,
    jobs: LibraryJobs,
    client: EngineClient,
    known: KnownLibraries,
    settings: Settings,
    tmp_path: Path,
    alone: bool,
) -> None:
    """The window does not see its end any more."""
    before, target = Path(client.library), tmp_path / "移动硬盘" / "合同室"
    settings.put("library", client.library)
    known.add(client.library, "合同室")
    if not alone:
        (before / "别人的.txt").write_text("留下")
    jobs.move(client.library, "合同室", str(target))
    done = threading.Event()
    link = jobs._maintenance._link
    link.arrived.connect(
        lambda: done.set() if isinstance(link.queue[-1][1], Done) else None, Qt.ConnectionType.DirectConnection
    )
    qtbot.waitUntil(lambda: bool(jobs._maintenance._open), timeout=LIMIT)
    assert done.wait(LIMIT / 1000)  # and Qt's loop does not turn
    jobs.close()
    assert jobs.job is not None
    assert jobs.job.stopped
    assert Settings(paths.settings_file()).text("library") == str(target)
    assert [(one.folder, one.name) for one in known.all()] == [(str(target), "合同室")]
    library = Library(target)
    try:
        assert library.catalogue.chunks.count() == 3
    finally:
        library.close()


def test_a_failed_move_leaves_it_and_the_engine_goes_on(
    qtbot: QtBot, dialog: LibrariesDialog, jobs: LibraryJobs, client: EngineClient, tmp_path: Path
) -> None:
    (tmp_path / "只读").mkdir()
    (tmp_path / "只读" / "满").write_text("x")
    jobs.move(client.library, "合同室", str(tmp_path / "只读"))
    over(qtbot, jobs)
    assert "not empty" in dialog.bar.words.text()
    qtbot.waitUntil(lambda: client.state == "ready", timeout=LIMIT)
    assert (Path(client.library) / "catalogue.sqlite").exists()


def test_closing_the_window_during_a_check_starts_nothing(qtbot: QtBot, jobs: LibraryJobs, client: EngineClient) -> None:
    started: list[int] = []
    jobs.check(client.library)
    qtbot.waitUntil(lambda: bool(jobs._maintenance._open), timeout=LIMIT)
    client.state_changed.connect(lambda *_: started.append(client.pid))
    jobs.close()
    jobs.describe()
    assert client.state == "stopped"
    assert started == []
    assert jobs._maintenance._open == {}


def test_damage_is_found_and_repaired(qtbot: QtBot, dialog: LibrariesDialog, jobs: LibraryJobs, client: EngineClient) -> None:
    damaged(client.library)
    card(dialog, "合同室").wanted.emit("check")
    over(qtbot, jobs)
    assert "needs repair" in dialog.bar.words.text()
    with qtbot.waitSignal(jobs.repaired, timeout=LIMIT):
        dialog.bar.first.click()
    qtbot.waitUntil(lambda: "is repaired" in dialog.bar.words.text(), timeout=LIMIT)
    assert "read again" in dialog.bar.about.text()
    qtbot.waitUntil(lambda: client.state == "ready", timeout=LIMIT)


def test_one_in_use_elsewhere_says_so(qtbot: QtBot, dialog: LibrariesDialog, jobs: LibraryJobs) -> None:
    facts = card(dialog, "人事").facts
    library = Library(Path(facts.folder))
    try:
        jobs.check(facts.folder, facts.name)
        over(qtbot, jobs)
    finally:
        library.close()
    assert "open in another window" in dialog.bar.words.text()


def test_another_name_for_one_and_esc_for_none(qtbot: QtBot, dialog: LibrariesDialog, known: KnownLibraries) -> None:
    other = card(dialog, "人事")
    other.begin_rename()
    qtbot.keyClick(other.edit, Qt.Key.Key_Escape)
    assert other.edit.isHidden()
    assert dialog.isVisible()
    other.begin_rename()
    other.edit.setText("人力资源")
    with qtbot.waitSignal(dialog.listed, timeout=LIMIT):
        qtbot.keyClick(other.edit, Qt.Key.Key_Return)
    assert card(dialog, "人力资源").facts.folder == other.facts.folder
    assert known.name_of(other.facts.folder) == "人力资源"


def test_a_new_one_lies_below_home(qtbot: QtBot, dialog: LibrariesDialog, jobs: LibraryJobs, known: KnownLibraries) -> None:
    dialog.new.click()
    assert not dialog._make_button.isEnabled()
    dialog.name.setText("合同/2026")
    assert "合同_2026" in dialog._place.text()
    with qtbot.waitSignal(jobs.reopen_requested, timeout=LIMIT) as wanted:
        dialog._make_button.click()
    assert wanted.args == [str(paths.home() / "libraries" / "合同_2026")]
    assert known.name_of(wanted.args[0]) == "合同/2026"


def test_a_folder_that_holds_none_is_not_opened(
    qtbot: QtBot, dialog: LibrariesDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "空"))
    dialog.add.click()
    qtbot.waitUntil(lambda: "There is no library" in dialog._note.text(), timeout=LIMIT)


def test_the_name_in_the_top_bar_opens_a_menu_of_libraries(
    day: QApplication, qtbot: QtBot, client: EngineClient, settings: Settings, known: KnownLibraries, tmp_path: Path
) -> None:
    known.add(client.library, "合同室")
    known.add("/资料/人事", "人事 & 行政")
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    assert window.top.library.name == "合同室"
    menu = window.top.library.menu_of_libraries()
    assert [action.text() for action in menu.actions() if action.text()] == ["合同室", "人事 && 行政", "Libraries…"]
    with qtbot.waitSignal(window.reopen_requested, timeout=LIMIT) as wanted:
        menu.actions()[1].trigger()
    assert wanted.args == ["/资料/人事"]


@pytest.mark.slow
def test_a_damaged_library_is_repaired_from_the_page_that_says_so(
    day: QApplication, qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    """With the real engine, which cannot open it before and can afterwards."""
    folder = Path(made(tmp_path / "合同室", "合同室"))
    (folder / "catalogue.sqlite").write_bytes(b"overwritten by something else " * 500)
    client = EngineClient(str(folder))
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    client.start()
    qtbot.waitUntil(lambda: window._closed is not None, timeout=LIMIT)
    page = window._closed
    assert page is not None
    qtbot.waitUntil(page._repair.isVisible)
    page._repair.click()
    bar = window.dialogs.libraries.bar
    qtbot.waitUntil(lambda: "needs repair" in bar.words.text(), timeout=LIMIT)
    bar.first.click()
    qtbot.waitUntil(lambda: "is repaired" in bar.words.text(), timeout=LIMIT)
    assert "add them again" in bar.about.text()
    qtbot.waitUntil(lambda: window.runs.overview is not None, timeout=60_000)
    window.close()


@pytest.mark.slow
@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_switching_shows_a_new_window_on_the_other_library(
    day: QApplication,
    qtbot: QtBot,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    desktop_keys: set[str],
) -> None:
    """With the real engine: the old window closes, also where closing leaves it in the tray; what was typed in it is still there on
    coming back, a conversation that was deleted in it is not, and the key calls the new one."""
    from desktop_app.foundation import single_window
    from desktop_app.ui.attention import tray_icon
    from desktop_app.ui.shell import app

    single_window.folder(paths.home()).mkdir(parents=True)
    first, second = (made(tmp_path / name, name) for name in ("合同室", "人事"))
    for folder in (first, second):
        library = Library(Path(folder))
        library.put_embedding("none", fingerprint="", dimension=0)
        library.close()
    said: list[str] = []
    monkeypatch.setattr(tray_icon, "available", lambda: True)
    monkeypatch.setattr(tray_icon.TrayIcon, "tell", lambda _self, words: said.append(words))
    settings.put("tray_icon", True)
    settings.put("close_to_tray", True)
    settings.put("hot_key", "Ctrl+Alt+I")

    def ready() -> MainWindow:
        qtbot.waitUntil(lambda: len(app._windows) == 1 and app._windows[0]._filled, timeout=LIMIT)
        window = app._windows[0]
        qtbot.waitUntil(lambda: window.runs.overview is not None, timeout=60_000)
        return window

    old = app.open_window(settings, first)
    try:
        ready().conversation.ask("合同")
        qtbot.waitUntil(lambda: not old.conversation.running and len(old.conversations.heads) == 1, timeout=60_000)
        old.conversations.delete(old.conversations.heads[0].id)
        old.conversation.composer.edit.setPlainText("写到一半的问题")
        with qtbot.waitSignal(old.reopen_requested, timeout=LIMIT):
            old.dialogs.library_jobs().switch(second)
        new = ready()
        assert new.client.library == second
        assert old.client.state == "stopped"
        assert said == []
        assert desktop_keys == {"Ctrl+Alt+I"}
        assert new.strip.text.count("already used") == 0
        assert new.top.library.name == "人事"
        assert new.conversation.composer.edit.toPlainText() == ""
        with qtbot.waitSignal(new.reopen_requested, timeout=LIMIT):
            new.dialogs.library_jobs().switch(first)
        again = ready()
        qtbot.waitUntil(lambda: again.conversations._looking is None)
        assert again.conversations.heads == []
        assert again.conversation.composer.edit.toPlainText() == "写到一半的问题"
    finally:
        for window in list(app._windows):
            window.close_for_good()
            app._windows.remove(window)
