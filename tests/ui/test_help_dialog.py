# SPDX-License-Identifier: Apache-2.0
"""Help, news, licences, privacy and about: right by construction, in both languages, by keyboard."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app import __version__
from desktop_app.foundation import installed, paths, translation
from desktop_app.foundation.settings import Settings
from desktop_app.ui.look import window_language
from desktop_app.ui.pages.about_page import AboutPage
from desktop_app.ui.pages.help_dialog import HelpDialog
from desktop_app.ui.pages.keys_page import KeysPage, _split
from desktop_app.ui.pages.licence_notices import PackageNotice, notices_in
from desktop_app.ui.pages.licences_page import LicencesPage
from desktop_app.ui.pages.news_line import NewsLine
from desktop_app.ui.pages.news_page import NewsPage, changes
from desktop_app.ui.pages.privacy_page import PrivacyPage
from desktop_app.ui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]
MAKER = Path(__file__).resolve().parents[2] / "packaging" / "third_party_notices.py"

NOTICES = """# Third-party notices

| package | version | licence | from |
|-|-|-|-|
| attrs | 26.1.0 | MIT | https://www.attrs.org/ |
| torch | 2.9 | BSD-3-Clause |  |

Inside of them, or beside the program:

| what | licence | where |
|-|-|-|
| llama.cpp and ggml | MIT | llama-cpp-python |

## Texts

### attrs, torch

````
Permission is hereby granted
````

### torch

````
Redistribution and use
````
"""


def opened(window: MainWindow, page: str) -> HelpDialog:
    window.commands.run(page)
    dialog = window.dialogs.help
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.list.page == page
    return dialog


def test_f1_shows_every_key_of_the_window(open_window: Open) -> None:
    window = open_window()
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert window.dialogs.help is not None
    page = window.dialogs.help.pages["help"]
    assert isinstance(page, KeysPage)
    told = {(words.text(), caps.accessibleName()) for words, caps in page.lines}
    assert ("Settings", "Ctrl+,") in told
    assert ("Stop the answer, or close the source", "Esc") in told
    assert len(told) == len(window.commands.with_keys())


def test_every_key_has_words(open_window: Open) -> None:
    """But for another spelling of one that has them ("text.larger.unshifted")."""
    every = {command.id: command for command in open_window().commands._all()}
    for name, command in every.items():
        if command.keys and not (command.title or command.help):
            assert name.rpartition(".")[0] in every, name


def test_keys_are_found_by_what_they_do(open_window: Open) -> None:
    dialog = opened(open_window(), "help")
    page = dialog.pages["help"]
    assert isinstance(page, KeysPage)
    page.field.setText("conversation")
    assert [words.text() for words, caps in page.lines if caps.isVisibleTo(dialog)] == ["New conversation"]


def test_a_plus_among_the_keys_is_a_key() -> None:
    assert _split("Ctrl++") == ["Ctrl", "+"]
    assert _split("Shift+F6") == ["Shift", "F6"]


def test_news_are_those_of_the_changelog(open_window: Open, qtbot: QtBot) -> None:
    dialog = opened(open_window(), "news")
    page = dialog.pages["news"]
    assert isinstance(page, NewsPage)
    qtbot.waitUntil(lambda: "Security" in page.view.toPlainText())
    shown = page.view.toPlainText()
    assert shown.startswith("0.1.0\nAdded\n")
    assert "**" not in shown
    assert "Keep a Changelog" not in shown


def test_each_language_has_the_same_versions() -> None:
    def versions(language: str) -> list[str]:
        return [line for line in changes(language).splitlines() if line.startswith("## ")]

    assert versions("en")
    for language in translation.LANGUAGES:
        assert versions(language) == versions("en"), language
    assert "### 新增" in changes("zh_CN")


def test_after_an_update_a_line_tells_of_it_once(open_window: Open, settings: Settings) -> None:
    settings.put("seen_version", "0.0.9")
    window = open_window()
    line = window.findChild(NewsLine)
    assert line is not None
    assert line.isVisible()
    assert settings.text("seen_version") == __version__
    line.open.click()
    assert window.dialogs.help is not None
    assert window.dialogs.help.list.page == "news"
    assert not line.isVisible()
    assert open_window().findChild(NewsLine) is None


def test_a_first_start_is_no_update(open_window: Open, settings: Settings) -> None:
    settings.put("seen_version", "")
    settings.put("welcomed", False)
    assert open_window().findChild(NewsLine) is None
    assert settings.text("seen_version") == __version__


def test_the_notices_become_a_list_again() -> None:
    attrs, torch, inside = notices_in(NOTICES)
    assert attrs == PackageNotice("attrs", "26.1.0", "MIT", "https://www.attrs.org/", "Permission is hereby granted")
    assert torch.text == "Permission is hereby granted\n\nRedistribution and use"
    assert (inside.name, inside.licence, inside.address) == ("llama.cpp and ggml", "MIT", "llama-cpp-python")


def test_what_the_set_up_writes_is_what_the_page_reads() -> None:
    spec = importlib.util.spec_from_file_location("third_party_notices", MAKER)
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    found = notices_in(maker.page(maker.packages()))
    assert {one.name for one in found} >= {"pyside6-essentials", "msgspec", "llama.cpp and ggml"}
    assert next(one for one in found if one.name == "msgspec").text


def test_licences_are_searched_by_name_licence_and_text(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "THIRD_PARTY_NOTICES.md").write_text(NOTICES, encoding="utf-8")
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path))
    page = opened(open_window(), "licences").pages["licences"]
    assert isinstance(page, LicencesPage)
    qtbot.waitUntil(lambda: page.list.count() > 0)
    assert page.text.toPlainText().strip().startswith("Apache License")

    def shown() -> list[str]:
        items = (page.list.item(row) for row in range(page.list.count()))
        return [item.text() for item in items if not item.isHidden()]

    assert shown() == ["Inkstone 0.1.0", "attrs 26.1.0", "torch 2.9", "llama.cpp and ggml"]
    page.field.setText("redistribution use bsd")
    assert shown() == ["torch 2.9"]
    assert "Redistribution" in page.text.toPlainText()
    page.field.setText("kangaroo")
    assert shown() == []
    assert page._licence.text() == "No licence holds these words."
    assert page.text.toPlainText() == ""


def test_without_notices_it_says_so(open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot) -> None:
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "nothing"))
    page = opened(open_window(), "licences").pages["licences"]
    assert isinstance(page, LicencesPage)
    qtbot.waitUntil(lambda: page.list.count() > 0)
    assert "run the set-up again" in page._about.text()
    assert page.list.count() == 1


def test_privacy_counts_the_connections(open_window: Open, qtbot: QtBot) -> None:
    page = opened(open_window(), "privacy").pages["privacy"]
    assert isinstance(page, PrivacyPage)
    qtbot.waitUntil(lambda: page._count.text().startswith("0 internet connections"), timeout=20_000)


def test_about_names_the_version_and_leads_on(open_window: Open) -> None:
    dialog = opened(open_window(), "about")
    page = dialog.pages["about"]
    assert isinstance(page, AboutPage)
    page._copy.click()
    assert QGuiApplication.clipboard().text().startswith(f"Inkstone {__version__} · Python ")
    page._leads["licences"].click()
    assert dialog.list.page == "licences"


def test_about_says_where_inkstone_and_its_data_lie(open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(tmp_path, "portable", "1", light=True))
    page = opened(open_window(), "about").pages["about"]
    assert isinstance(page, AboutPage)
    words = page._place.text()
    assert f"Portable: the whole program lies in {tmp_path}" in words
    assert str(paths.home()) in words


def test_every_page_speaks_the_language_in_force(open_window: Open) -> None:
    window = open_window()
    dialog = opened(window, "help")
    for name in HelpDialog.PAGES:
        dialog.open_page(name)
    english = {name: page.title.text() for name, page in dialog.pages.items()}
    window_language.use("zh_CN")
    for name, page in dialog.pages.items():
        assert page.title.text() != english[name]
    assert dialog.windowTitle() == "帮助"


def test_the_papers_are_there() -> None:
    assert paths.paper("LICENSE").is_file()
    assert paths.paper("CHANGELOG.md").is_file()
