# SPDX-License-Identifier: Apache-2.0
"""Two files of one name: chips, copied answers and cards name their folders."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.ui.conversation.scope_tags import ScopeTags
from desktop_app.ui.search import filter_chips, search_list
from desktop_app.ui.source.shown_source import of_citation
from desktop_app.ui.turn.turn_nearest import Nearest
from desktop_app.ui.turn.turn_view import TurnView
from desktop_app.ui.widgets.chip_row import ChipRow
from desktop_app.ui.widgets.citation_chip import CitationChip
from desktop_app.ui.widgets.drag_out import DragOut

PATHS = ("/账/2024/invoice.pdf", "/账/2025/invoice.pdf", "/账/offer.pdf")
CITATIONS = tuple(Citation(n, n, path, Locator(page=1), "q", 0, 1) for n, path in enumerate(PATHS, start=1))
ANSWER = Answer("q", "a [1] b [2] c [3]", True, "extractive", citations=CITATIONS)


def test_chips(day: QApplication, qtbot: QtBot) -> None:
    row = ChipRow()
    qtbot.addWidget(row)
    row.show_answer(ANSWER)
    names = [chip.accessibleName() for chip in row.chips]
    assert [name.split()[2] for name in names] == ["2024/invoice.pdf", "2025/invoice.pdf", "offer.pdf"]


def test_copied_answer(day: QApplication, qtbot: QtBot) -> None:
    from desktop_app.ui.turn import turn_view

    class Pane:
        answer = ANSWER

    assert TurnView is not None
    assert turn_view._as_text(Pane()).splitlines()[-3:] == [  # type: ignore[arg-type]
        "[1] 2024/invoice.pdf, p. 1",
        "[2] 2025/invoice.pdf, p. 1",
        "[3] offer.pdf, p. 1",
    ]


def test_nearest_passages_and_a_copied_search(day: QApplication, qtbot: QtBot) -> None:
    passages = tuple(Passage(n, n, path, "text", Locator(page=1), 0.9, hit=True) for n, path in enumerate(PATHS, start=1))
    nearest = Nearest()
    qtbot.addWidget(nearest)
    nearest.show_passages(passages, "q")
    assert [card.accessibleName().split()[0] for card in nearest.cards] == ["2024/invoice.pdf", "2025/invoice.pdf", "offer.pdf"]
    copied = search_list.as_text(SearchResult("q", passages, 3, 3, hits=3))
    assert copied.startswith("1. 2024/invoice.pdf, p. 1")


def test_a_dragged_quote_and_an_open_source(day: QApplication, qtbot: QtBot) -> None:
    chip = CitationChip(CITATIONS[1], ANSWER)
    qtbot.addWidget(chip)
    (drag,) = chip.findChildren(DragOut)
    assert drag.quote().mime().text() == "“q” (2025/invoice.pdf, p. 1)"
    assert "2025/invoice.pdf, p. 1" in drag.quote().mime().html()
    beside = tuple(PATHS)
    assert [of_citation(one, None, beside).name for one in CITATIONS] == ["2024/invoice.pdf", "2025/invoice.pdf", "offer.pdf"]
    assert of_citation(CITATIONS[0], None).name == "invoice.pdf"


def test_folders_to_search_in(day: QApplication, qtbot: QtBot) -> None:
    scope = Scope(below=("/账/2024/合同", "/账/2025/合同"))
    assert [words for words, _ in filter_chips.parts_of(scope)] == ["2024/合同", "2025/合同"]
    tags = ScopeTags()
    qtbot.addWidget(tags)
    tags.show_scope(scope)
    assert [tag.words for tag in tags.tags] == ["2024/合同", "2025/合同"]
