# SPDX-License-Identifier: Apache-2.0
"""How a conversation is answered: three speeds, what stands below "More", and presets with a name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.contract.preset import DEFAULT, QUICK, THOROUGH, Preset
from desktop_app.foundation import paths
from desktop_app.ui.conversation.composer import Composer
from desktop_app.ui.conversation.preset_popup import PresetPopup, speed
from desktop_app.ui.conversation.preset_store import PresetStore
from desktop_app.ui.look import window_language

CONTRACTS = Preset("合同", 0.3, 400, 6, "逐条列出。", THOROUGH)


@pytest.fixture
def store(tmp_path: Path) -> PresetStore:
    return PresetStore(tmp_path / "presets.json")


@pytest.fixture
def popup(day: QApplication, qtbot: QtBot, store: PresetStore) -> PresetPopup:
    popup = PresetPopup(store)
    qtbot.addWidget(popup)
    return popup


def test_it_begins_with_the_three_speeds(popup: PresetPopup) -> None:
    assert popup.preset() == DEFAULT
    assert [button.text() for button in popup.speeds.values()] == ["Quick", "Balanced", "Thorough"]
    assert popup._more.isHidden()
    popup.line.click()
    assert not popup._more.isHidden()


def test_a_speed_is_told_at_once_and_the_rest_when_it_closes(popup: PresetPopup, qtbot: QtBot) -> None:
    with qtbot.waitSignal(popup.changed) as told:
        popup.speeds[QUICK].click()
    assert told.args == [Preset(first_word=QUICK)]
    assert popup._about.text() == "The written answer begins after about 4 s; the model reads few passages."
    with qtbot.assertNotEmitted(popup.changed):
        popup.instruction.setPlainText("  Be short. ")
        popup.longest.setValue(300)
    with qtbot.waitSignal(popup.changed) as told:
        popup._tell()
    assert told.args == [Preset(longest=300, instruction="Be short.", first_word=QUICK)]
    with qtbot.assertNotEmitted(popup.changed):
        popup._tell()


def test_every_value_is_shown_as_it_is(popup: PresetPopup) -> None:
    popup.show_preset(CONTRACTS)
    assert popup.preset() == Preset("", 0.3, 400, 6, "逐条列出。", THOROUGH), "no preset of that name is kept"
    popup.show_preset(DEFAULT)
    assert popup.preset() == DEFAULT
    assert popup.longest.text().startswith("automatic")


def test_what_is_saved_can_be_chosen_and_deleted(popup: PresetPopup, store: PresetStore, qtbot: QtBot) -> None:
    popup.show_preset(replace(CONTRACTS, name=""))
    popup.name.setText("合同")
    with qtbot.waitSignal(popup.changed) as told:
        QTest.keyClick(popup.name, Qt.Key.Key_Return)
    assert told.args == [CONTRACTS]
    assert store.all == [CONTRACTS]
    popup.show_preset(DEFAULT)
    with qtbot.waitSignal(popup.changed) as told:
        popup._choose(store.all[0])
    assert told.args == [CONTRACTS]
    popup.speeds[QUICK].click()
    assert popup.preset().name == "", "changed, it is another one"
    popup._forget("合同")
    assert store.all == []
    assert popup._kept.count() == 0


def test_the_speed_for_new_conversations(popup: PresetPopup, qtbot: QtBot) -> None:
    popup.speeds[THOROUGH].click()
    assert popup.usual.text() == "Begin new conversations with “Thorough”"
    with qtbot.waitSignal(popup.usual_chosen) as told:
        popup.usual.click()
    assert told.args == [THOROUGH]


def test_presets_survive_a_restart_in_order(tmp_path: Path) -> None:
    file = tmp_path / "presets.json"
    store = PresetStore(file)
    for preset in (CONTRACTS, Preset("a"), Preset("合同", first_word=QUICK)):
        assert store.put(preset) is None
    assert PresetStore(file).all == [Preset("a"), Preset("合同", first_word=QUICK)]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{}", b'[{"name": 3}]', b"[[["], ids=["empty", "bytes", "object", "type", "cut"]
)
def test_a_broken_file_is_no_end(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "presets.json"
    file.write_bytes(content)
    store = PresetStore(file)
    assert store.all == []
    assert "presets" in caplog.text
    assert store.put(CONTRACTS) is None
    assert PresetStore(file).all == [CONTRACTS]


def test_a_speed_of_a_newer_version_becomes_the_usual_one(tmp_path: Path) -> None:
    file = tmp_path / "presets.json"
    file.write_text('[{"name": "x", "first_word": "instant"}]', encoding="utf-8")
    assert PresetStore(file).all == [Preset("x")]


def test_presets_that_cannot_be_written_say_so(popup: PresetPopup, tmp_path: Path) -> None:
    (tmp_path / "presets.json").mkdir()
    popup.name.setText("x")
    popup._keep()
    assert popup._note.text()
    assert not popup._note.isHidden()


def test_the_box_names_what_is_in_force(day: QApplication, qtbot: QtBot) -> None:
    composer = Composer()
    qtbot.addWidget(composer)
    assert not composer.presets.isVisibleTo(composer), "quotes are there at once"
    composer.set_llm("/模型/小.gguf")
    assert composer.presets.isVisibleTo(composer)
    assert composer.presets.text() == "Balanced"
    composer.set_preset(CONTRACTS)
    assert (composer.preset, composer.presets.text()) == (CONTRACTS, "合同")
    popup = composer.presets.popup()
    assert popup.instruction.toPlainText() == "逐条列出。"
    with qtbot.waitSignal(composer.preset_changed) as told:
        popup.speeds[QUICK].click()
    assert told.args[0].first_word == QUICK
    assert composer.preset == told.args[0]
    window_language.use("zh_CN")
    composer.retranslate()
    assert composer.presets.text() == "快速"
    assert popup.speeds[THOROUGH].text() == "细致"
    assert popup._store._file == paths.home() / "presets.json"
    assert speed(CONTRACTS) == "合同"


def test_the_buttons_below_the_box_fit_into_a_narrow_window(day: QApplication, qtbot: QtBot) -> None:
    """They asked for 551 px; the column of the conversation is 360 wide at its narrowest."""
    composer = Composer()
    qtbot.addWidget(composer)
    composer.scope.set_sources(["/资料"])
    composer.set_llm("/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf")
    composer.resize(600, 100)
    composer.show()
    assert composer.presets.text() == "Balanced"
    assert composer._model.text() == "Qwen2.5-7B-Instruct-Q4_K_M"
    composer.resize(500, 100)
    assert composer.presets.text() == ""
    assert composer._model.text() == "Qwen2.5-7B-Instruct-Q4_K_M"
    assert composer.minimumSizeHint().width() < 340
    composer.resize(340, 100)
    assert "…" in composer._model.text()
    qtbot.waitUntil(lambda: composer._send.geometry().right() < 340)
    assert composer.presets.geometry().right() < composer._send.geometry().left()
    composer.resize(600, 100)
    assert composer.presets.text() == "Balanced"
