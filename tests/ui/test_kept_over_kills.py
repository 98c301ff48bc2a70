# SPDX-License-Identifier: Apache-2.0
"""The window on a real engine that is killed in the middle of an answer: nothing typed is lost, and each question can be asked again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages as m
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.conversation_panel import ConversationPanel

pytestmark = [pytest.mark.slow, pytest.mark.needs("llama_cpp")]

LIMIT = 120_000  # ms
QUESTION, SECOND = "合同编号是什么？", "年休假有多少天？"


@pytest.fixture
def panel(
    day: QApplication, qtbot: QtBot, tmp_path: Path, settings: Settings, endless_gguf: Path
) -> Iterator[ConversationPanel]:
    office = tmp_path / "文件柜"
    office.mkdir()
    (office / "采购合同.txt").write_text("合同编号是 HT-2024-018。付款期限为三十日。", encoding="utf-8")
    (office / "手册.txt").write_text("员工年休假为十五天。", encoding="utf-8")
    library = tmp_path / "资料库"
    library.mkdir()
    (library / "library.toml").write_text('format = 1\nembedding = "none"\n', encoding="utf-8")
    settings.put("llm", str(endless_gguf))
    client = EngineClient(str(library))
    made = ConversationPanel(client, settings)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    client.start()
    for make in (lambda id_: m.AddSources(id_, [str(office)]), m.Index):
        operation = client.request(make)
        qtbot.waitUntil(lambda operation=operation: operation.over, timeout=LIMIT)
    yield made
    made.close()
    client.close()


def test_a_kill_in_mid_answer_loses_no_question(panel: ConversationPanel, qtbot: QtBot, settings: Settings) -> None:
    client = panel._client
    panel.ask(QUESTION)
    panel.ask(SECOND)
    qtbot.waitUntil(lambda: all(view.turn_id for view in panel.turns), timeout=LIMIT)
    qtbot.waitUntil(lambda: len(panel.turns[0].view.text) > 30, timeout=LIMIT)
    conversation, ids = panel.conversation, [view.turn_id for view in panel.turns]
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: not panel.running, timeout=LIMIT)
    assert [view.problem.code for view in panel.turns if view.problem] == ["engine_stopped"] * 2
    qtbot.waitUntil(lambda: client.state == "ready", timeout=LIMIT)

    panel.new_conversation()
    panel.open(conversation)
    qtbot.waitUntil(lambda: panel.conversation == conversation, timeout=LIMIT)
    assert [(view.question, view.turn_id) for view in panel.turns] == [(QUESTION, ids[0]), (SECOND, ids[1])]
    assert [(view.over, view.answer) for view in panel.turns] == [(True, None)] * 2
    settings.put("llm", "")
    for view in panel.turns:
        view.retry_requested.emit(view.question)
    qtbot.waitUntil(lambda: not panel.running, timeout=LIMIT)
    assert ["HT-2024-018" in panel.turns[0].answer.text, "十五天" in panel.turns[1].answer.text] == [True, True]  # type: ignore[union-attr]
    assert [view.turn_id for view in panel.turns] == ids
