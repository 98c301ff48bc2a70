# SPDX-License-Identifier: Apache-2.0
"""The line that says what is happening."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.contract.index_run import IndexProgress
from desktop_app.contract.messages import OverviewResult, Status
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ui.look import window_language
from desktop_app.ui.shell.status_strip import StatusStrip


@pytest.fixture
def strip(day: QApplication, qtbot: QtBot) -> StatusStrip:
    strip = StatusStrip()
    qtbot.addWidget(strip)
    strip.set_state("ready")
    strip.set_status(Status(embedding="ready"))
    return strip


def test_progress_says_what_how_many_how_long(strip: StatusStrip) -> None:
    strip.set_progress(IndexProgress("scanning", "/资料/办公室"))
    assert strip.text == "Looking for files · 办公室"
    strip.set_progress(IndexProgress("reading", "/资料/报销制度.docx", 1204, 1950, seconds_left=372.0))
    assert strip.text == "Reading 报销制度.docx · 1,204 of 1,950 files · about 6 min left"
    window_language.use("zh_CN")
    assert strip.text == "正在读取 报销制度.docx · 1,204 / 1,950 个文件 · 剩余约 6 分钟"


def test_a_change_of_model_says_who_answers_and_how_far_it_is(strip: StatusStrip) -> None:
    strip.set_status(
        Status(embedding="ready", embedding_name="all-MiniLM-L6-v2", embedding_next="bge-small-zh", indexing="running")
    )
    strip.set_progress(IndexProgress("embedding", "bge-small-zh", 1204, 19500, seconds_left=372.0))
    words = "Preparing bge-small-zh · 1,204 of 19,500 passages · about 6 min left · all-MiniLM-L6-v2 answers meanwhile"
    assert strip.text == words
    window_language.use("zh_CN")
    assert strip.text == "正在准备 bge-small-zh · 19,500 段中已完成 1,204 段 · 剩余约 6 分钟 · 期间由 all-MiniLM-L6-v2 回答"
    window_language.use("en")
    strip.set_progress(None)
    strip.set_status(Status(embedding="none", embedding_next="bge-small-zh", embedding_next_percent=6))
    assert strip.text == "bge-small-zh is 6 % prepared · searching for words works meanwhile"


def test_a_lost_index_says_how_far_its_repair_is(strip: StatusStrip) -> None:
    strip.set_status(Status(embedding="loading", embedding_rebuilt=40))
    assert strip.text == "Repairing the index of meanings, 40 % done; searching for words works already"


def test_an_older_word_index_says_how_far_it_is_made_anew(strip: StatusStrip) -> None:
    strip.set_renewing(3_000, 100_000)
    assert strip.text == "Making the word index anew for this version, 3 % done; questions and searches wait for it"
    window_language.use("zh_CN")
    assert strip.text == "正在为新版本重建词语索引，已完成 3%；提问和搜索将在完成后进行"
    window_language.use("en")
    strip.set_status(Status(embedding="ready"))
    assert strip.text == "Ready", "the first status comes when the library is open"


def test_damaged_conversations_are_told_once(strip: StatusStrip) -> None:
    strip.set_status(Status(embedding="ready", set_aside="conversations.damaged-1.sqlite"))
    assert "conversations.damaged-1.sqlite" in strip.text
    strip.clear_problem()
    strip.set_status(Status(embedding="none", set_aside="conversations.damaged-1.sqlite"))
    assert strip.text == "Ready"


def test_pausing_and_going_on(strip: StatusStrip, qtbot: QtBot) -> None:
    strip.set_progress(IndexProgress("reading", "/a.docx", 1, 9, seconds_left=372.0))
    with qtbot.waitSignal(strip.pause_requested) as asked:
        strip._pause.click()
    assert asked.args == [True]
    strip.set_status(Status(embedding="ready", indexing="paused"))
    assert strip.text == "Paused · 1 of 9 files"
    with qtbot.waitSignal(strip.pause_requested) as asked:
        strip._pause.click()
    assert asked.args == [False]


def test_words_first_and_then_meaning(strip: StatusStrip) -> None:
    strip.set_progress(
        IndexProgress("reading", "/a.docx", 1_280, 2_000, seconds_left=999.0, words_left=20.0, meaning_left=372.0)
    )
    assert strip.text == "Reading a.docx · findable by words: 1,280 of 2,000 · by meaning in about 6 min"
    strip.set_progress(IndexProgress("vectors", "", 3_200, 9_800, seconds_left=999.0, meaning_left=372.0))
    assert strip.text == "Findable by words · meaning: 3,200 of 9,800 passages · about 6 min left"
    strip.set_paused(True)
    assert strip.text == "Paused · meaning: 3,200 of 9,800 passages"
    strip.set_paused(False)
    window_language.use("zh_CN")
    strip.retranslate()
    assert strip.text == "已可按关键词查找 · 语义：9,800 段中已完成 3,200 段 · 剩余约 6 分钟"
    strip.set_progress(
        IndexProgress("reading", "/a.docx", 1_280, 2_000, seconds_left=999.0, words_left=20.0, meaning_left=372.0)
    )
    assert strip.text == "正在读取 a.docx · 可按关键词查找：1,280 / 2,000 · 语义检索还需约 6 分钟"


def test_what_is_found_by_words_counts_as_searchable(strip: StatusStrip) -> None:
    strip.set_summary(OverviewResult(1, "/资料", [], {"indexed": 1, "words": 5, "failed": 2}, 9, "bundled"))
    assert strip.text == "6 of 8 files searchable"


def test_what_is_there_when_nothing_happens(strip: StatusStrip) -> None:
    assert strip.text == "Ready"
    strip.set_summary(OverviewResult(1, "/资料", [], {"indexed": 1900, "partial": 12, "failed": 38}, 9, "bundled"))
    assert strip.text == "1,912 of 1,950 files searchable"
    assert strip._icon._name == "library", "38 could not be read: no tick"
    strip.set_summary(OverviewResult(1, "/资料", [], {}, 0, "bundled"))
    assert strip.text == "No documents yet"
    assert strip._icon._name == "library", "a tick for nothing"
    strip.set_summary(OverviewResult(1, "/资料", [], {"indexed": 12}, 9, "bundled"))
    assert strip._icon._name == "check"


def test_the_model_at_the_right(strip: StatusStrip) -> None:
    assert strip.findChild(QPushButton, "model").isHidden(), "told at the question box, once"
    path = "/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf"
    strip.set_status(Status(llm="loading", llm_path=path))
    assert strip.findChild(QPushButton, "model").text() == "Qwen2.5-7B-Instruct-Q4_K_M is loading…"
    strip.set_status(Status(llm="ready", llm_path=path, llm_memory=4_100_000_000))
    assert strip.findChild(QPushButton, "model").text() == "Qwen2.5-7B-Instruct-Q4_K_M ready · 4.1 GB"
    strip.set_status(Status(llm="failed", llm_path=path))
    assert strip.findChild(QPushButton, "model").text() == "Qwen2.5-7B-Instruct-Q4_K_M cannot be used"


def test_a_model_that_is_chosen_and_not_loaded_yet_is_named(strip: StatusStrip) -> None:
    strip.set_chosen_model("/模型/qwen-0.5b.gguf")
    button = strip.findChild(QPushButton, "model")
    assert button.text() == "qwen-0.5b"
    assert "loaded when you begin to type" in button.toolTip()
    strip.set_status(Status(llm="ready", llm_path="/模型/qwen-0.5b.gguf"))
    assert button.text() == "qwen-0.5b ready"
    strip.set_status(Status())
    strip.set_chosen_model("")
    assert button.isHidden()


def test_the_last_file_is_not_the_end(strip: StatusStrip) -> None:
    strip.set_progress(IndexProgress("reading", "/资料/a.docx", 88, 88, seconds_left=40.0))
    assert strip.text == "88 files read · finishing the index"


def test_an_engine_that_starts_again_by_itself_asks_for_nothing(strip: StatusStrip) -> None:
    strip.show_problem(EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert strip.text == "The background service has stopped and is being started again; everything indexed so far is kept."
    assert not strip._restart.isVisibleTo(strip)
    strip.set_state("ready")
    assert "stopped" not in strip.text


def test_a_stopped_engine_offers_to_start_again(strip: StatusStrip, qtbot: QtBot) -> None:
    strip.show_problem(EnvironmentProblem("engine_stopped", detail="signal 9"), needs_restart=True)
    assert strip.text == "The background service has stopped. Start it again; everything indexed so far is kept."
    window_language.use("zh_CN")
    assert strip.text == "后台服务已停止。请重新启动。已建立的索引不受影响。"
    window_language.use("en")
    with qtbot.waitSignal(strip.restart_requested):
        strip.findChild(QPushButton, "restart").click()
    strip.set_state("ready")
    assert strip.findChild(QPushButton, "restart").isHidden()
    assert "stopped" not in strip.text


def test_another_problem_stays_until_it_is_put_away(strip: StatusStrip) -> None:
    strip.show_problem(EnvironmentProblem("disk_full", path="/资料"))
    strip.set_state("ready")
    assert "/资料" in strip.text
    strip._dismiss.click()
    assert strip.text == "Ready"
