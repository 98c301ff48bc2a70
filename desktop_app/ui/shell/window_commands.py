# SPDX-License-Identifier: Apache-2.0
"""What the window can do, as named commands for the palette. Made anew each time it opens, in the language of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.foundation import translation
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.library.duplicates_dialog import show_duplicates
from desktop_app.ui.shell.command_palette import Command
from desktop_app.ui.widgets import ocr_choice, pace_menu

if TYPE_CHECKING:
    from desktop_app.ui.shell.main_window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """English words are searched in every language, and the name of the other language in both."""
    paused = window.runs.paused
    result = [
        Command(tr("New conversation"), window.conversation.new_conversation, "plus", "Ctrl+N", "new conversation"),
        Command(tr("Ask a question"), lambda: window.set_mode("ask"), "chat", "Ctrl+1", "ask"),
        Command(tr("Search the documents"), lambda: window.set_mode("search"), "search", "Ctrl+2", "search"),
        Command(tr("Add a folder…"), window.library.choose_folder, "folder-plus", "", "add folder"),
        Command(tr("Add files…"), window.library.choose_files, "files", "", "add files"),
        Command(tr("Look for new and changed files"), window.runs.start, "refresh", "", "index update"),
        Command(tr("Every file and its state"), window.show_ledger, "library", "", "ledger failed files"),
        Command(tr("What is read, and what is left out"), window.show_rules, "settings", "", "exclude patterns watch hidden"),
        Command(
            tr("Copies and versions"),
            lambda: show_duplicates(window.client, window.settings, window),
            "files",
            "",
            "duplicates copies versions",
        ),
        Command(tr("Models…"), window.show_models, "model", "", "models llm"),
        Command(tr("Show or hide the library"), window.toggle_library, "panel-left", "", "panel sidebar"),
        Command(tr("Close the source"), window.close_source, "panel-right", "Esc", "panel"),
        Command(tr("Light"), lambda: window.choose_theme("light"), "sun", tr("Light or dark"), "light theme"),
        Command(tr("Dark"), lambda: window.choose_theme("dark"), "moon", tr("Light or dark"), "dark theme"),
        Command(tr("Like the system"), lambda: window.choose_theme("auto"), "theme-auto", tr("Light or dark"), "auto theme"),
    ]
    result += [
        Command(name, lambda code=code: window.choose_language(code), "globe", tr("Language"), "language")  # type: ignore[misc]
        for code, name in translation.LANGUAGES.items()
    ]
    result += [
        Command(ocr_choice.title(mode), lambda mode=mode: _choose_ocr(window, mode), "file-text", "", "ocr scans recognition")  # type: ignore[misc]
        for mode in ocr_choice.MODES
    ]
    if window.runs.running:
        words = tr("Go on reading") if paused else tr("Pause reading")
        result.insert(3, Command(words, lambda: window.runs.pause(not paused), "play" if paused else "pause", "", "pause"))
    result += [
        Command(
            pace_menu.name(choice),
            lambda choice=choice: window.throttle.choose(choice),  # type: ignore[misc]
            "pace",
            tr("How hard reading may work"),
            "gentle speed",
        )
        for choice in pace_menu.CHOICES
    ]
    if window.client.state == "stopped":
        result.insert(0, Command(tr("Start again"), window.client.restart, "refresh", "", "restart"))
    result += [
        Command(shown_name(head.title), lambda id_=head.id: window.open_conversation(id_), "chat", tr("Conversation"))  # type: ignore[misc]
        for head in window.conversations.heads
    ]
    return result


def _choose_ocr(window: MainWindow, mode: str) -> None:
    try:
        ocr_choice.choose(window.settings, mode)
    except Problem as problem:
        window.show_problem(problem)
    else:
        window.runs.start()
