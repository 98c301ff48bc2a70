# SPDX-License-Identifier: Apache-2.0
"""The chip that says where a question is asked, and the menu that changes it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.ui.widgets.scope_chip import ScopeChip


@pytest.fixture
def chip(qtbot: QtBot) -> ScopeChip:
    made = ScopeChip()
    qtbot.addWidget(made)
    made.set_sources(["/资料/合同", "/资料/人事"])
    return made


def pick(chip: ScopeChip, words: str) -> None:
    menu = chip.menu_now()
    menus = [menu, *(action.menu() for action in menu.actions() if action.menu())]
    next(action for one in menus for action in one.actions() if words in action.text()).trigger()


def test_without_folders_there_is_nothing_to_choose(qtbot: QtBot) -> None:
    chip = ScopeChip()
    qtbot.addWidget(chip)
    assert chip.isHidden()


def test_all_documents_until_a_folder_is_chosen(chip: ScopeChip) -> None:
    assert chip.text() == "All documents"
    chosen: list[Scope] = []
    chip.changed.connect(chosen.append)
    pick(chip, "合同")
    assert chip.text() == "合同"
    pick(chip, "人事")
    assert chip.text() == "2 folders or files"
    pick(chip, "合同")
    assert chosen == [Scope(("/资料/合同",)), Scope(("/资料/合同", "/资料/人事")), Scope(("/资料/人事",))]
    pick(chip, "All documents")
    assert chip.scope == EVERYWHERE


def test_what_was_changed_lately(chip: ScopeChip) -> None:
    pick(chip, "合同")
    pick(chip, "12 months")
    assert chip.text().startswith("合同 · since 20")
    assert chip.scope.below == ("/资料/合同",)
    assert chip.scope.since is not None
    pick(chip, "Any time")
    assert chip.scope == Scope(("/资料/合同",))


def test_kinds_of_files(chip: ScopeChip) -> None:
    pick(chip, "Spreadsheets")
    pick(chip, "PDF")
    assert chip.scope == Scope(types=("spreadsheet", "pdf"))
    assert chip.text() == "Spreadsheets · PDF"
    pick(chip, "Spreadsheets")
    assert chip.scope == Scope(types=("pdf",))


def test_hidden_text_is_asked_about_only_where_it_is_chosen(chip: ScopeChip) -> None:
    pick(chip, "Hidden text too")
    assert (chip.scope, chip.text()) == (Scope(hidden=True), "Hidden text too")
    pick(chip, "Hidden text too")
    assert chip.scope == EVERYWHERE


def test_what_lies_below_a_folder_of_the_library_stays(chip: ScopeChip) -> None:
    chip.set_scope(Scope(("/资料/合同/2024/甲.docx", "/资料/合同书/乙.docx")))
    assert chip.scope == Scope(("/资料/合同/2024/甲.docx",))


def test_a_folder_that_is_gone_is_chosen_no_more(chip: ScopeChip) -> None:
    pick(chip, "合同")
    chip.set_sources(["/资料/人事"])
    assert chip.scope == EVERYWHERE
    assert [action.text() for action in chip.menu_now().actions() if "合同" in action.text()] == []
