# SPDX-License-Identifier: Apache-2.0
"""The card that says what a long run takes, and the hand on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.index_run import Forecast, IndexProgress
from desktop_app.contract.messages import Status
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.library_panel import LibraryPanel
from desktop_app.ui.library.run_card import RunCard
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.look import window_language
from desktop_app.ui.shell.indexing_throttle import IndexingThrottle
from desktop_app.ui.shell.status_strip import StatusStrip


def made(basis: str = "sampled", **changes: float) -> Forecast:
    fields: dict[str, float] = {
        "files": 1_950, "bytes": 4e9, "chunks": 80_000, "scans": 0, "seconds_low": 590, "seconds": 720, "seconds_high": 900,
        "disk": 340e6, "disk_left": 300e6, "memory": 1e9, "disk_free": 80e9, "memory_free": 6e9,
    }  # fmt: skip
    return Forecast(basis, **{**fields, **changes})  # type: ignore[arg-type]


READING = IndexProgress("reading", "/资料/报销制度.docx", 3, 1_950)


@pytest.fixture
def card(day: QApplication, qtbot: QtBot) -> RunCard:
    card = RunCard()
    qtbot.addWidget(card)
    card.resize(260, 120)
    card.set_progress(READING)
    return card


def test_it_says_what_the_run_takes_and_goes_with_it(card: RunCard) -> None:
    card.set_forecast(made("guessed"))
    assert card.isVisible()
    assert "few of them first" in card.words
    card.set_forecast(made(scans=12))
    assert card.title == "1,950 files"
    assert card.words == "10 to 15 min · 340 MB on disk\n12 scans, read last"
    window_language.use("zh_CN")
    card.retranslate()
    assert (card.title, card.words) == ("1,950 个文件", "10 至 15 分钟 · 占用磁盘 340 MB\n12 份扫描件，最后读取")
    card.set_progress(None)
    assert not card.isVisible()


def test_it_says_when_all_is_found_by_words(card: RunCard) -> None:
    card.set_forecast(made(words_low=62, words=70, words_high=80))
    assert card.words == "10 to 15 min · 340 MB on disk\nfindable by words in about 1 min"
    window_language.use("zh_CN")
    card.retranslate()
    assert card.words == "10 至 15 分钟 · 占用磁盘 340 MB\n约 1 分钟后可按关键词查找"
    card.set_forecast(made(words_low=580, words=700, words_high=890))
    assert "关键词" not in card.words, "about the whole run"
    card.set_forecast(made(seconds_low=5, seconds=20, seconds_high=40, words_low=1, words=2, words_high=3))
    assert "关键词" not in card.words, "both in less than a minute"


def test_it_tells_of_the_passages_that_get_vectors(card: RunCard) -> None:
    card.set_forecast(made())
    card.set_progress(IndexProgress("vectors", "", 1_200, 4_000, seconds=70.0, seconds_left=999.0, meaning_left=360.0))
    assert (card.title, card.words) == (
        "Findable by words",
        "meaning: 1,200 of 4,000 passages\nabout 6 min left",
    )
    window_language.use("zh_CN")
    card.retranslate()
    assert (card.title, card.words) == ("已可按关键词查找", "语义：4,000 段中已完成 1,200 段\n剩余约 6 分钟")
    window_language.use("en")
    card.set_progress(READING)  # scans
    assert card.title == "1,950 files"


def test_vectors_of_a_moment_need_no_card(card: RunCard) -> None:
    card.set_progress(IndexProgress("vectors", "", 20, 40, seconds=1.0, seconds_left=2.0))
    assert not card.isVisible()
    card.set_progress(IndexProgress("vectors", "", 20, 4_000, seconds=1.0, seconds_left=60.0))
    assert card.isVisible(), "an earlier run was stopped before it made them"


def test_a_run_of_a_moment_needs_no_card(card: RunCard) -> None:
    card.set_forecast(made(seconds=4, seconds_low=3, seconds_high=9))
    assert not card.isVisible()
    card.set_forecast(made("guessed", files=3))
    assert not card.isVisible()
    card.set_forecast(made(seconds=4, disk_free=100e6))
    assert card.isVisible()
    assert "100 MB" in card._warning.text()


def test_pause_stop_and_pace(card: RunCard, qtbot: QtBot) -> None:
    card.set_forecast(made())
    with qtbot.waitSignal(card.pause_requested) as asked:
        card._pause.click()
    assert asked.args == [True]
    card.set_paused(True)
    assert "Paused" in card.words
    with qtbot.waitSignal(card.pause_requested) as asked:
        card._pause.click()
    assert asked.args == [False]
    with qtbot.waitSignal(card.stop_requested):
        card._stop.click()
    gently = next(action for action in card._menu.actions() if action.text() == "Always gently")
    with qtbot.waitSignal(card.gentle_chosen) as asked:
        gently.trigger()
    assert asked.args == ["on"]
    card.set_gentle("on")
    assert card._pace.text() == "Always gently"


def test_a_standstill_offers_to_leave_the_file_out(card: RunCard, qtbot: QtBot) -> None:
    card.set_forecast(made())
    assert not card._first.isVisible()
    card.set_progress(IndexProgress("reading", "/资料/报销制度.docx", 3, 1_950, stalled=190.0, doing="reading"))
    assert card._warning.text() == "No progress for 3 min: reading 报销制度.docx"
    with qtbot.waitSignal(card.give_up_requested) as asked:
        card._first.click()
    assert asked.args == ["/资料/报销制度.docx"]
    card.set_progress(IndexProgress("reading", "/资料/b.docx", 3, 1_950, stalled=250.0, doing="embedding"))
    assert card._first.text() == "Start again"
    with qtbot.waitSignal(card.restart_requested):
        card._first.click()
    with qtbot.waitSignal(card.stop_requested):
        card._second.click()
    card.set_progress(IndexProgress("embedding", "/模型/bge-m3", 3, 1_950, stalled=250.0, doing="preparing"))
    assert card._warning.text() == "No progress for 4 min: preparing bge-m3"
    assert card._first.text() == "Start again"
    card.set_progress(READING)
    assert not card._first.isVisible()
    assert not card._warning.isVisible()


def test_a_change_of_model_is_told_with_its_own_time_not_with_that_of_reading(card: RunCard) -> None:
    card.set_forecast(made())
    card.set_progress(IndexProgress("embedding", "/模型/bge-m3", 300, 4_000, seconds=1.5))
    assert (card.title, card.words) == ("Preparing bge-m3", "300 of 4,000 passages")
    assert "prepared" in card._stop.toolTip()
    card.set_progress(IndexProgress("embedding", "/模型/bge-m3", 1_200, 4_000, seconds=40.0, seconds_left=360.0))
    assert card.words == "1,200 of 4,000 passages\nabout 6 min left"
    card.set_paused(True)
    assert card.words == "Paused · 1,200 of 4,000 passages"
    card.set_paused(False)
    window_language.use("zh_CN")
    card.retranslate()
    assert (card.title, card.words) == ("正在准备 bge-m3", "4,000 段中已完成 1,200 段\n剩余约 6 分钟")
    card.set_progress(IndexProgress("building", "/模型/bge-m3", 512, 4_000))
    assert card.isVisible()
    card.set_progress(READING)
    assert not card.isVisible()


def test_a_change_of_a_moment_needs_no_card(card: RunCard) -> None:
    for progress in (
        IndexProgress("measuring", "bge-m3", 300, 300),
        IndexProgress("embedding", "bge-m3", 200, 300, seconds=4.0, seconds_left=2.0),
    ):
        card.set_progress(progress)
        assert not card.isVisible()
    card.set_progress(IndexProgress("embedding", "bge-m3", 200, 3_000, seconds=4.0, seconds_left=60.0))
    assert card.isVisible()


# ---- with the panel and the strip -------------------------------------------------------------------------------------


def test_the_panel_hands_the_forecast_on_and_asks_the_engine(
    library_panel: LibraryPanel, runs: RunController, stub_client: StubClient
) -> None:
    runs.start()
    stub_client.open(messages.Index).take(messages.RunProgress(1, READING))
    stub_client.open(messages.Index).take(messages.RunForecast(1, made()))
    assert library_panel.card.isVisible()
    library_panel.card.give_up_requested.emit("/资料/慢.pdf")
    assert stub_client.all(messages.GiveUp)[0].path == "/资料/慢.pdf"
    library_panel.card.pause_requested.emit(True)
    assert stub_client.all(messages.Pause)[0].paused
    library_panel.card.stop_requested.emit()
    stub_client.operations[0].end_cancelled()
    assert not library_panel.card.isVisible()


def test_a_pause_of_an_earlier_start_shows_by_itself(
    library_panel: LibraryPanel, runs: RunController, stub_client: StubClient
) -> None:
    runs.start()
    stub_client.open(messages.Index).take(messages.RunProgress(1, IndexProgress("scanning", "/资料")))
    stub_client.status_changed.emit(Status(indexing="paused"))
    assert runs.paused
    assert library_panel.card.isVisible()
    assert "Paused" in library_panel.card.words


def test_an_engine_that_hangs_is_started_again_and_goes_on(
    library_panel: LibraryPanel, runs: RunController, stub_client: StubClient
) -> None:
    restarted: list[bool] = []
    stub_client.restart = lambda: restarted.append(True)  # type: ignore[attr-defined]
    runs.start()
    library_panel.card.restart_requested.emit()
    assert restarted == [True]
    stub_client.state = "stopped"
    stub_client.fail(messages.Index, EnvironmentProblem("engine_stopped", detail="restart"))
    assert not library_panel._line.isVisible()
    stub_client.state = "ready"
    stub_client.state_changed.emit("ready")
    assert len(stub_client.all(messages.Index)) == 2


def test_the_strip_says_why_it_goes_gently_and_what_stands_still(day: QApplication, qtbot: QtBot) -> None:
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.set_state("ready")
    strip.set_progress(READING)
    strip.set_status(Status(embedding="ready", indexing="running", gentle="battery"))
    assert strip._pace.text() == "gently, on battery"
    assert not strip._pace.isHidden()
    strip.set_status(Status(embedding="ready", indexing="running"))
    assert strip._pace.isHidden()
    strip.set_progress(IndexProgress("reading", "/资料/扫描.pdf", 3, 9, part=12, parts=200, seconds_left=300.0))
    assert strip.text == "Reading 扫描.pdf, page 12 of 200 · 3 of 9 files · about 5 min left"
    strip.set_progress(IndexProgress("reading", "/资料/扫描.pdf", 3, 9, stalled=300.0, doing="reading"))
    assert strip.text == "No progress for 5 min: reading 扫描.pdf"


def test_typing_is_told_once_in_a_while_and_only_while_reading(
    runs: RunController, stub_client: StubClient, qtbot: QtBot, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "settings.toml")
    throttle = IndexingThrottle(stub_client, settings, runs)  # type: ignore[arg-type]
    throttle.typed()
    assert stub_client.all(messages.Typing) == []
    runs.start()
    for _ in range(20):
        throttle.typed()
    assert len(stub_client.all(messages.Typing)) == 1
    throttle._recently_sent.timeout.emit()
    throttle._recently_sent.stop()
    throttle.typed()
    assert len(stub_client.all(messages.Typing)) == 2
    with qtbot.waitSignal(throttle.changed):
        throttle.choose("on")
    assert settings.text("indexing_throttle") == "on"
    assert stub_client.all(messages.Gentle)[0].gentle == "on"
