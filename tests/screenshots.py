# SPDX-License-Identifier: Apache-2.0
"""Pictures of the real window, for looking at and for the README.

    python tests/screenshots.py OUT [--scenes answer,search] [--languages en,zh_CN] [--themes light,dark] [--sizes 1280x800]
                                [--scales 1,1.5] [--text-zoom 100,200]

The window is the program's own; the engine is ``tests/fake_engine.py``, except in the scene "office", where the real engine reads
the sample office and answers from it (about a minute; the picture of the README). Each picture is a process of its own, because Qt takes its
scale at start. Runs without a display (offscreen).
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCENES = (
    "welcome", "empty", "start", "answer", "plain", "extractive", "nothing", "perhaps", "refused", "search", "search-filters", "search-near", "search-saved", "search-hidden",
    "search-many", "meaning", "long", "indexing", "failing", "stopped", "palette",
    "drop", "loading", "models", "ledger", "rules", "duplicates", "similar", "opening", "office", "sampling", "gentle",
    "stalled", "preparing", "hanging", "paused", "tight", "words", "vectors", "quotes", "growing", "thought", "partly",
    "unproven", "follow", "halted", "cut", "beside", "preset", "preset-more", "rows", "rows-found", "sheet", "settings",
    "settings-search", "models-recommended", "models-wish", "model-drop", "still-reading", "empty-library", "help",
    "news", "privacy", "licences", "diagnosis", "about", "menu", "updated", "narrow", "left-page", "locked", "at", "at-chips",
    "source-find", "source-outline", "source-pages", "source-versions", "source-password", "libraries", "library-check",
    "conversations", "figures", "figures-more", "figures-chart",
)  # fmt: skip

LEAVE = {"en": "How do I ask for leave, and what may a hotel cost?", "zh_CN": "怎么请假？"}
INTERNS = {"en": "Who approves the leave of an intern?", "zh_CN": "实习生请假由谁审批？"}
FIGURES = {
    "figures": {
        "en": ["What was paid out on motor claims in total, in euros?"],
        "zh_CN": ["2026年2月来料检验不合格数一共是多少？"],
    },
    "figures-more": {
        "en": [
            "How many claims were registered in March 2026, leaving the withdrawn ones out?",
            "Number of claims by status, hidden rows included?",
        ],
        "zh_CN": ["按课程类别统计一下培训费用。", "云州分公司2025年上半年的利润是多少万元？"],
    },
    "figures-chart": {
        "en": ["Fuel cost for each vehicle", "How many claims were registered each month?"],
        "zh_CN": ["按月统计用电量", "各供应商的不合格数"],
    },
}
WORDS = {
    "quotes": ",reading",
    "growing": ",growing",
    "halted": ",reading",
    "thought": "thinking partly",
    "partly": "partly",
    "unproven": "unproven",
    "cut": "cut",
    "follow": ",follow",
    "beside": "partly",
    "still-reading": "early nothing",
    "empty-library": "nothing",
}  # how the scripted engine answers one question after the other
RUNNING = {
    "sampling": ["--guessing"],
    "gentle": ["--gentle", "typing"],
    "stalled": ["--stalled", "200"],
    "preparing": ["--preparing", "/模型/bge-m3"],
    "hanging": ["--stalled", "200", "--preparing", "/模型/bge-m3"],
    "paused": [],
    "words": ["--words-first", "reading"],
    "vectors": ["--words-first", "vectors"],
    "tight": ["--disk-free", "210000000"],
}


def take(scene: str, out: Path, size: tuple[int, int], language: str, theme_name: str, zoom: int) -> None:  # noqa: C901 - one branch a scene
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.environ["INKSTONE_HOME"] = tempfile.mkdtemp(prefix="砚-")
    import desktop_app.bridge  # noqa: F401, I001 - before Qt
    import fake_engine
    from PySide6.QtCore import QEventLoop, QMimeData, QPoint, Qt, QTimer, QUrl
    from PySide6.QtGui import QDragEnterEvent, QGuiApplication, QPainter
    from PySide6.QtWidgets import QApplication

    from desktop_app import __version__
    from desktop_app.bridge.client import EngineClient
    from desktop_app.contract import messages
    from desktop_app.contract.conversation import ConversationHead, Turn
    from desktop_app.contract.ledger import Scope
    from desktop_app.contract.preset import Preset
    from desktop_app.foundation import paths
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.look import window_language as ui_language
    from desktop_app.ui.look import theme
    from desktop_app.ui.shell.main_window import MainWindow

    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication([])
    ui_language.use(language)
    theme.set_text_zoom(app, zoom)
    theme.apply(app, theme_name)
    settings = Settings(paths.home() / "settings.toml")
    settings.put("welcomed", scene != "welcome")
    settings.put("model_folder", "/模型")
    settings.put("text_zoom", zoom)
    settings.put("seen_version", "0.0.9" if scene == "updated" else __version__)
    if scene not in ("welcome", "empty", "extractive", "perhaps"):
        settings.put("llm", "/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf")
    options = {"indexing": ["--index-holds", "--index-steps", "1"], "welcome": ["--bare"], "empty": ["--bare"]}.get(scene, [])
    if scene in RUNNING:
        options = ["--index-holds", "--index-steps", "1", *RUNNING[scene]]
    if scene in ("failing", "ledger"):
        options = ["--failing", "5000", "--index-steps", "1"]
    if scene == "locked":
        options = ["--locked", "/资料/Office"]
    if scene in WORDS:
        options = ["--words", WORDS[scene], *(["--bare"] if scene == "empty-library" else [])]
    if scene.startswith("figures"):
        from tests.tables import made_tables

        (paths.home() / "资料").mkdir()
        made_tables.make(paths.home() / "资料")
        command = [sys.executable, "-m", "desktop_app", "index", str(paths.home() / "资料"), "--embedding", "none"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    if scene == "office" or scene.startswith("figures"):
        settings.put("llm", "")
        client = EngineClient(str(paths.default_library()))
    else:
        client = EngineClient("/资料/Office", command=fake_engine.command(*options))
    window = MainWindow(settings, client)
    window.resize(*size)
    window.show()

    def until(condition, limit_ms: int = 15_000) -> None:  # type: ignore[no-untyped-def]
        loop = QEventLoop()
        tick, stop = QTimer(), QTimer()
        tick.timeout.connect(lambda: loop.quit() if condition() else None)
        stop.setSingleShot(True)
        stop.timeout.connect(loop.quit)
        tick.start(10)
        stop.start(limit_ms)
        loop.exec()
        if not condition():
            print(f"{scene}: waited in vain", file=sys.stderr)

    def settle(ms: int = 400) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    client.start()
    until(lambda: client.state == "stopped" if scene == "locked" else window.runs.overview is not None)
    chat = window.conversation

    def ask(question: str) -> None:
        chat.ask(question)
        until(lambda: chat.turns[-1].over)

    shown, popup = window, None
    if scene in ("answer", "plain", "extractive", "narrow", "left-page"):
        ask("怎么请假？" if language == "zh_CN" else "How do I ask for leave, and what may a hotel cost?")
        settle()
        if scene != "plain":
            window.source.show_citation(chat.turns[-1].answer, 1)
        if scene == "left-page":
            window.commands.run("library")
    elif scene == "office":
        window.runs.add([str(paths.sample_office())])
        until(
            lambda: client.status.embedding == "ready" and not window.runs.running and window.runs.overview.chunks > 0,
            300_000,
        )
        ask("年休假有多少天？" if language == "zh_CN" else "How much annual leave do I have, and how do I ask for it?")
        answer = chat.turns[-1].answer
        first_pdf = next((one.number for one in answer.citations if one.path.endswith(".pdf")), 1)
        window.source.show_citation(answer, first_pdf)
        settle(2500)
    elif scene.startswith("figures"):
        for question in FIGURES[scene][language]:
            ask(question)
        settle()
        turn = chat.turns[-1]
        turn.pane._parts["figures"].show_rows()
        settle(1500)
        if scene == "figures-more":
            chips = turn.pane._parts["form"]
            chips.edit_condition(0)
            settle()
            popup = chips.popup
        if scene == "figures-chart":
            chat._scroll.show_at_top(chat.turns[-1])
            chart = chat.turns[-1].pane.quotes.chart
            chart.view.set_mark(len(chart.data.points) // 2)
            settle()
    elif scene in ("perhaps", "refused"):
        ask("出差住宾馆一晚最多能报多少？" if language == "zh_CN" else "What may I spend on accommodation in Shanghai?")
        settle()
        window.source.show_citation(chat.turns[-1].answer, 1)
    elif scene == "meaning":
        window.centre.set_mode("search")
        window.centre.search_view().search(
            "出差住宾馆一晚最多能报多少" if language == "zh_CN" else "accommodation expenses in Shanghai"
        )
        until(lambda: not window.centre.search_view().searching)
        window.source.show_passage(window.centre.search_view().cards[0].passage)
    elif scene == "nothing":
        ask("nothing: 食堂周五几点开门？")
    elif scene == "long":
        ask("long: 请把差旅与休假的规定完整列出来，并说明每一条的出处与适用范围，包括实习生与外派人员")
        settle(800)
    elif scene == "search":
        window.centre.set_mode("search")
        window.centre.search_view().search("请假 hotel costs")
        until(lambda: not window.centre.search_view().searching)
        window.source.show_passage(window.centre.search_view().cards[0].passage)
    elif scene.startswith("search-"):
        window.centre.set_mode("search")
        view = window.centre.search_view()
        until(lambda: bool(view.kept.rows))
        words = {"search-filters": "员工手册", "search-near": "near 宠物", "search-many": "many 住宿"}.get(scene)
        if words:
            view.search(words)
            until(lambda: not view.searching)
        if scene == "search-filters":
            view.choose_scope(Scope((f"{fake_engine.FOLDER}/人事",), ("pdf", "word"), languages=("zh",), exact=True))
            until(lambda: not view.searching)
            settle()
            view.show_filters()
            popup = QApplication.activePopupWidget()
        elif scene == "search-near":
            view.results.near_line.click()
        elif scene == "search-hidden":
            view.choose_scope(Scope(hidden=True))
            view.search("押金")
            until(lambda: not view.searching)
            window.source.show_passage(view.cards[0].passage)
    elif scene == "indexing" or scene in RUNNING:
        until(
            lambda: (
                window.library.card.isVisible()
                and window.strip._progress is not None
                and window.strip._progress.done in (1204, 23_100)
            )
        )
        if scene == "paused":
            window.runs.pause(True)
    elif scene == "stopped":
        for _ in range(2):
            until(lambda: client.state == "ready")
            chat.ask("crash: 怎么请假？")
            until(lambda: not chat.running)
    elif scene == "loading":
        chat.ask("loading: 怎么请假？")
        settle(600)
    elif scene in ("quotes", "growing", "halted"):
        ask(LEAVE[language])
        chat.ask(INTERNS[language])
        turn = chat.turns[-1]
        until(lambda: "62" in turn.pane.progress.line.text() or len(turn.view.text) > 90)
        if scene == "quotes":
            turn.pane.progress.line.click()
        if scene == "halted":
            chat.stop()
            until(lambda: turn.over)
    elif scene in ("thought", "partly", "unproven", "cut", "still-reading", "empty-library"):
        ask(LEAVE[language])
        if scene == "unproven":
            chat.turns[-1].pane.doubtful.click()
        if scene == "partly":
            chat.turns[-1].pane.sources.click()
    elif scene == "follow":
        ask(LEAVE[language])
        ask("那实习生呢？" if language == "zh_CN" else "And for interns?")
    elif scene == "beside":
        ask(LEAVE[language])
        turn = chat.turns[-1]
        small = replace(fake_engine.answer(LEAVE[language], "/模型/Qwen2.5-1.5B-Instruct-Q8_0.gguf"), timings={"total": 3.2})
        turn.show_turn(Turn(1, turn.question, turn.answer, beside=(small,)))
        if size[0] < 1200:
            window.source.show_citation(turn.answer, 1)
    elif scene in ("preset", "preset-more"):
        ask(LEAVE[language])
        chat.composer.presets.click()
        popup = chat.composer.presets.popup()
        if scene == "preset-more":
            popup._store.put(Preset("Contracts" if language == "en" else "合同审查", instruction="…", first_word="thorough"))
            popup.show_preset(popup.preset())
            popup.line.click()
    elif scene == "rows":
        ask("供应商蓝海的账期是多少天？" if language == "zh_CN" else "What are the payment terms of the supplier 蓝海?")
    elif scene == "sheet":
        import workbooks

        from desktop_app.contract.document import Locator

        ask("供应商蓝海的账期是多少天？" if language == "zh_CN" else "What are the payment terms of the supplier 蓝海?")
        book = workbooks.ledger(Path(tempfile.mkdtemp()) / "采购合同台账 2026.xlsx")
        answer = chat.turns[-1].answer
        cells = Locator(sheet=workbooks.LEDGER, cells="A12:AN12")
        cited = replace(answer.citations[0], path=str(book), locator=cells)
        found = replace(answer.sent[0], terms=("HT-009", "金额"))
        window.source.show_citation(
            replace(answer, citations=(cited, *answer.citations[1:]), sent=(found, *answer.sent[1:])), 1
        )
        settle(2500)
    elif scene == "rows-found":
        window.centre.set_mode("search")
        window.centre.search_view().search("供应商 蓝海 账期")
        until(lambda: not window.centre.search_view().searching)
    elif scene == "conversations":
        ask(LEAVE[language])
        until(lambda: window.conversations._looking is None)
        titles = ("Contracts" if language == "en" else "合同审查", *(fake_engine.LEAVE[:7] for _ in range(2)), "Travel rules")
        times = (time.time() - age for age in (9e6, 600, 7e4, 1e5, 3e5, 4e5, 3e6, 3.1e6, 3e7))
        heads = [
            ConversationHead(20 - n, titles[n % 4] + ("" if n % 3 else "？"), when, 1, pinned=n == 0, running=n == 2)
            for n, when in enumerate(times)
        ]
        window.conversations._looked(messages.ConversationsResult(0, heads))
        window.conversations.set_current(19)
        window.conversations.note_answer(17)
        window.conversations.delete(14)
    elif scene in ("at", "at-chips"):
        ask(LEAVE[language])
        if scene == "at-chips":
            below = (f"{fake_engine.FOLDER}/人事/旧", fake_engine.UNREAD)
            since = datetime(2026, 1, 1).timestamp()  # noqa: DTZ001
            chat.composer.scope.choose(Scope(below, ("spreadsheet", "pdf"), since))
        chat.composer.edit.insertPlainText("哪些人要审批" if language == "zh_CN" else "Who signs ")
        if scene == "at":
            chat.composer.edit.insertPlainText("@")
            until(lambda: chat.mentions.popup is not None and len(chat.mentions.popup.shown) > 8)
    elif scene == "palette":
        window.dialogs.show_palette()
    elif scene == "drop":
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile("/资料/新")])
        QApplication.sendEvent(
            window,
            QDragEnterEvent(
                QPoint(500, 300),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            ),
        )
    elif scene in ("libraries", "library-check"):
        from tests.made_libraries import some_libraries

        client.library, sick = some_libraries(paths.home(), language)
        window.dialogs.show_libraries()
        shown = window.dialogs.libraries
        until(lambda: shown.cards)
        if scene == "library-check":
            shown._jobs.check(sick, "合同室" if language == "zh_CN" else "Contracts")
            until(lambda: shown._jobs.job.over)
        else:
            shown.ask_move(shown.cards[1].facts, "/media/usb")
    elif scene == "model-drop":
        ask(LEAVE[language])
        window.runs.add(["/下载/qwen2.5-1.5b-instruct-q4_k_m.gguf"])
        until(lambda: window.model_drop.bar is not None and window.model_drop.bar.isVisible())
    elif scene.startswith("models"):
        window.dialogs.show_models()
        shown = window.dialogs.models
        until(lambda: shown.recommended.cards)
        if scene == "models-recommended":
            shown.tabs[1].click()
        if scene == "models-wish":
            shown.embedding.wish_for("/模型/bge-small-zh-v1.5")
    elif scene == "rules":
        window.dialogs.show_rules()
        shown = window.dialogs.rules
    elif scene in ("settings", "settings-search"):
        settings.put("indexing_throttle", "on")
        window.dialogs.show_settings()
        shown = window.dialogs.settings
        if scene == "settings-search":
            shown.field.setText("ocr" if language == "en" else "文字")
    elif scene in ("help", "news", "privacy", "licences", "diagnosis", "about"):
        window.dialogs.show_help(scene)
        shown = window.dialogs.help
    elif scene == "menu":
        popup = window.top.menu_button.menu()
        popup.popup(window.top.menu_button.mapToGlobal(QPoint(-180, 34)))
    elif scene == "ledger":
        window.dialogs.show_ledger()
        shown = window.dialogs.ledger
    elif scene == "duplicates":
        window.dialogs.show_duplicates()
        shown = window.dialogs.duplicates
        until(lambda: shown.model.rows)
    elif scene == "opening":
        ask("怎么请假？" if language == "zh_CN" else "How do I ask for leave, and what may a hotel cost?")
        window.source.show_citation(chat.turns[-1].answer, 1)
        settle()
        window.source.panel()._open_line.open(
            fake_engine.FOLDER + "/人事/员工手册.pdf"
        )  # the engine of the pictures has no files
    elif scene == "similar":
        ask("怎么请假？")
        window.source.show_citation(chat.turns[-1].answer, 2)
        settle()
        window.source.panel().more_like_this()
        until(lambda: window.centre.search_view().cards)
    elif scene.startswith("source-"):
        ask(LEAVE[language])
        open_source(scene, window, settle)
    settle(1900 if scene in ("answer", "start") else 500)
    picture = shown.grab()
    if popup is not None:  # a window of its own
        painter = QPainter(picture)
        painter.drawPixmap(window.mapFromGlobal(popup.pos()), popup.grab())
        painter.end()
    picture.save(str(out))
    window.close()
    app.processEvents()
    sys.stdout.flush()
    os._exit(0)


def open_source(scene: str, window: Any, settle: Any) -> None:
    """The source panel with one of its parts in use; the pages are those of the sample office."""
    import fake_engine

    from desktop_app.contract.passage import Copy
    from desktop_app.foundation import paths

    source, panel = window.source, window.source.panel()
    if scene in ("source-pages", "source-password"):
        path = max(paths.sample_office().rglob("*.pdf"), key=lambda one: one.stat().st_size)
        if scene == "source-password":
            sys.path.insert(0, str(ROOT / "tests" / "ui"))
            from pdf_files import make_pdf

            path = Path(tempfile.mkdtemp()) / "工资表 2026.pdf"
            make_pdf(path, [["x"]], password="x")
        source.show_file(str(path))
        panel.outline.toggle()
        settle(2500)
    elif scene == "source-versions":
        found = fake_engine.PASSAGES[1]
        old = Copy(
            90, f"{fake_engine.FOLDER}/旧/附件二 实习生管理办法（2019）.docx", found.locator, 1_560_000_000.0, same=False
        )
        copy = Copy(91, "/资料/王芳/下载/附件二 (1).docx", found.locator, 1_700_000_000.0, same=True)
        source.show_passage(replace(found, also_in=(copy, old), modified=1_760_000_000.0))
        settle()
        panel._also.line.click()
    else:
        source.show_citation(window.conversation.turns[-1].answer, 2)
        settle()
        if scene == "source-find":
            panel.open_find()
            panel._find.field.setText("加班")
        else:
            panel.outline.toggle()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--scenes", default=",".join(SCENES))
    parser.add_argument("--languages", default="en")
    parser.add_argument("--themes", default="light")
    parser.add_argument("--sizes", default="1280x800")
    parser.add_argument("--scales", default="1")
    parser.add_argument("--text-zoom", default="100", help="per cent, as in the settings")
    parser.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        scene, size, language, theme_name, zoom = options.one
        width, height = (int(part) for part in size.split("x"))
        take(scene, options.out, (width, height), language, theme_name, int(zoom))
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    choices = (options.scenes, options.sizes, options.languages, options.themes, options.scales, options.text_zoom)
    for scene, size, language, theme_name, scale, zoom in itertools.product(*(value.split(",") for value in choices)):
        name = f"{scene}-{size}-{language}-{theme_name}" + (f"-{scale}" if scale != "1" else "")
        name += (f"-text{zoom}" if zoom != "100" else "") + ".png"
        environment = {**os.environ, "QT_SCALE_FACTOR": scale}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, __file__, str(options.out / name), "--one", scene, size, language, theme_name, zoom]
        done = subprocess.run(command, env=environment, check=False)
        print(name, "" if done.returncode == 0 else f"failed: {done.returncode}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
