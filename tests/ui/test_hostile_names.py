# SPDX-License-Identifier: Apache-2.0
"""Names written to harm: shown as they are by every part of the window, never as markup, never turned round, never too wide."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from stub_client import StubClient
from tooltips import Seen, WatchedDocument, displayed

from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.conversation import ConversationHead
from desktop_app.contract.document import Locator
from desktop_app.contract.index_run import WHOLE_LIBRARY
from desktop_app.contract.ledger import LedgerRow, Scope, Source
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.contract.reports.duplicate_report import DuplicateFile, DuplicateGroup, DuplicateReport
from desktop_app.contract.search_page import Facet, Facets, KeptSearch, NamedFile
from desktop_app.engine.engine import Engine
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.composer import Composer
from desktop_app.ui.conversation.conversation_list import ConversationList
from desktop_app.ui.conversation.scope_tags import ScopeTags
from desktop_app.ui.library.duplicates_dialog import DuplicatesDialog
from desktop_app.ui.library.ledger_dialog import LedgerDialog
from desktop_app.ui.library.ledger_model import REASON
from desktop_app.ui.library.library_panel import LibraryPanel
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.look.labels import plain_tip
from desktop_app.ui.models.models_dialog import ModelsDialog
from desktop_app.ui.search.search_view import SearchView
from desktop_app.ui.shell.status_strip import StatusStrip
from desktop_app.ui.shell.top_bar import TopBar
from desktop_app.ui.source.source_panel import SourcePanel
from desktop_app.ui.turn.turn_view import TurnView
from desktop_app.ui.widgets.citation_chip import CitationChip
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.ui.widgets.passage_card import PassageCard
from desktop_app.ui.widgets.scope_chip import ScopeChip
from desktop_app.wording.place import file_name

IMAGE = '<img src="file:///tmp/x.png">.docx'
NAMES = {
    "markup": "<img src=x.png> <b>R&D</b> &amp; <!-- .docx",
    "image": IMAGE,
    "style": "<style>@import url(file:x.css)</style><a href='file:x'>.docx",
    "direction": "invoice\u202efdp.exe",
    "isolates": "a\u2066b\u2069\u200e\u200f.docx",
    "lines": "two\nlines\r\u2028\u2029.docx",
    "terminal": "\x1b[2J\x00\x9b\x07.docx",
    "long": "x" * 4000 + ".docx",
}
HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
QUOTE = "The notice period is three months."


# Each makes a part of the window with a path, and a name, in all its places.


def ledger(settings: Settings, path: str, name: str) -> QWidget:
    client = StubClient()
    dialog = LedgerDialog(client, settings, RunController(client, client))  # type: ignore[arg-type]
    dialog.open_fresh(path)
    rows = [LedgerRow(path, "failed", "damaged", name), LedgerRow(path, "partial", "partly_read", f"{name} (password)")]
    client.answer(m.Files, lambda id_: m.FilesResult(id=id_, rows=rows, total=2))
    return dialog


def locator(name: str) -> Locator:
    return Locator(part=f"attachment {name} › {name}", sheet=name, cells=name)


def chip(settings: Settings, path: str, name: str) -> QWidget:
    citation = Citation(1, 5, path, locator(name), QUOTE, 0, 5)
    return CitationChip(citation, Answer(name, QUOTE, True, "extractive", citations=(citation,)))


def passage(path: str, name: str) -> Passage:
    """Its text is a document's, where marks of direction have their place; markup has none."""
    where = Locator(headings=(name, name))
    text, terms = f"{IMAGE} {QUOTE} {'x' * 300}", ("notice", IMAGE)
    return Passage(5, 1, path, text, where, 0.9, trail=(name,), terms=terms, before=IMAGE, after=IMAGE)


def card(settings: Settings, path: str, name: str) -> QWidget:
    return PassageCard(passage(path, name), name, named=True, more=True)


def search(settings: Settings, path: str, name: str) -> QWidget:
    client = StubClient()
    view = SearchView(client)  # type: ignore[arg-type]
    view.set_sources([path])
    view.search("notice")
    found = (replace(passage(path, name), hit=True),)
    named = (NamedFile(path, "failed", 1.0),)
    facets = Facets(folders=(Facet(path, 1),), languages=(Facet(name, 1), Facet("zh", 1)))
    result = SearchResult(name, found, 1, 1, hits=1, hit_files=1, named=named, facets=facets)
    client.answer(m.Search, lambda id_: m.SearchDone(id=id_, result=result))
    view.choose_scope(Scope((path,), languages=(name,)))
    client.answer(m.Search, lambda id_: m.SearchDone(id=id_, result=result))
    view.kept.show_searches([KeptSearch(1, name, Scope((path,)), name=name), KeptSearch(2, name)])
    return view


def source(settings: Settings, path: str, name: str) -> QWidget:
    panel = SourcePanel(StubClient(), settings)  # type: ignore[arg-type]
    answer = Answer(
        "q", "a [1]", True, "llm", citations=(Citation(1, 5, path, locator(name), QUOTE, 0, 5),), sent=(passage(path, name),)
    )
    panel.show_citation(answer, 1)
    panel.open_outside()
    return panel


def models(settings: Settings, path: str, name: str) -> QWidget:
    client = StubClient()
    settings.put("model_folder", re.sub(r"[\x00-\x1f]", "?", path))
    dialog = ModelsDialog(client, settings)  # type: ignore[arg-type]
    dialog.open_fresh()
    entries = [
        ModelEntry(path, name, kind, 5, fits="no", quantisation=name, problem=problem, data={"path": path, "detail": name})
        for kind in ("llm", "embedding", "reranker")
        for problem in ("", "embedding_failed")
    ]
    client.answer(m.Models, lambda id_: m.ModelsResult(id=id_, folder=path, entries=entries))
    return dialog


def library(settings: Settings, path: str, name: str) -> QWidget:
    client = StubClient()
    panel = LibraryPanel(client, settings, RunController(client, client))  # type: ignore[arg-type]
    twice = [Source(path, "file", online=True, counts={"failed": 1}), Source(f"/other{path}", "file", online=False, counts={})]
    panel.show_overview(m.OverviewResult(id=0, library="", sources=twice, counts={"failed": 1}, chunks=1, embedding="none"))
    panel.ask_to_remove(path)
    return panel


def top_bar(settings: Settings, path: str, name: str) -> QWidget:
    return TopBar(path)


def conversations(settings: Settings, path: str, name: str) -> QWidget:
    client = StubClient()
    view = ConversationList(client)  # type: ignore[arg-type]
    view.refresh()
    client.answer(m.Conversations, lambda id_: m.ConversationsResult(id=id_, conversations=[ConversationHead(3, name, 0.0, 2)]))
    view.delete(3)
    view.undo_deleting()
    return view


def duplicates(settings: Settings, path: str, name: str) -> QWidget:
    client = StubClient()
    dialog = DuplicatesDialog(client, settings)  # type: ignore[arg-type]
    dialog.open_fresh()
    files = (DuplicateFile(path, 0.0, 1, 1.0, newest=True), DuplicateFile(path, 0.0, 1, 0.9, newest=False))
    client.answer(
        m.Duplicates, lambda id_: m.DuplicatesResult(id=id_, report=DuplicateReport((DuplicateGroup("near", files),), 2, 0.1))
    )
    return dialog


def problem(path: str, name: str) -> EnvironmentProblem:
    return EnvironmentProblem("disk_failing", path=path, detail=name)


def turn(settings: Settings, path: str, name: str) -> QWidget:
    view = TurnView("q")
    view.take(m.ModelLoading(id=1, path=path, fraction=0.5))
    view.fail(problem(path, name))
    return view


def strip(settings: Settings, path: str, name: str) -> QWidget:
    bar = StatusStrip()
    bar.set_status(m.Status(llm="ready", llm_path=path, embedding_next=name, embedding_name=name))
    bar.show_problem(problem(path, name))
    return bar


def composer(settings: Settings, path: str, name: str) -> QWidget:
    box = Composer()
    box.set_llm(path)
    return box


def scope(settings: Settings, path: str, name: str) -> QWidget:
    chip = ScopeChip()
    chip.set_sources([path, f"{path}2"])
    chip.choose(chip.scope)
    chip._toggle(path)
    chip.menu_now()
    return chip


def tags(settings: Settings, path: str, name: str) -> QWidget:
    row = ScopeTags()
    row.show_scope(Scope((path,), (name,)))
    row.set_note(path, name)
    return row


def asking(settings: Settings, path: str, name: str) -> QWidget:
    line = OpenLine(settings)
    line.open(path)
    return line


Part = Callable[[Settings, str, str], QWidget]
PARTS: list[Part] = [
    ledger, chip, card, search, source, models, library, top_bar, conversations, duplicates, turn, strip, composer, scope, tags, asking,
]  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("part", PARTS)
def test_a_hostile_name_is_only_shown(
    part: Part, kind: str, qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.ui.widgets.opening.reveal", lambda _: True)
    name = NAMES[kind]
    path = f"/资料/{name}"
    widget = part(settings, path, name)
    qtbot.addWidget(widget)
    seen = Seen(widget)
    assert not seen.asked, "it would be fetched"
    assert not seen.guessing, "Qt would guess whether that is markup"
    assert not [text for text in seen.texts if HARMFUL.search(text)]
    if kind == "long":
        assert seen.says("xxxxxxxxxx")
        assert max(map(len, (displayed(one.toolTip()) for one in [widget, *widget.findChildren(QWidget)]))) < 1500
        usual = part(settings, "/资料/报价.docx", "报价.docx")
        qtbot.addWidget(usual)
        assert widget.minimumSizeHint().width() < usual.minimumSizeHint().width() + 500
    else:
        assert seen.says(file_name(path)), seen.texts
        assert not seen.says("&lt;" if kind != "markup" else "&amp;amp;")
    widget.grab()


def test_the_quote_of_a_seal_is_literal(qtbot: QtBot) -> None:
    from desktop_app.ui.answer.answer_view import AnswerView

    view = AnswerView()
    qtbot.addWidget(view)
    view.begin({1: (f"/资料/{IMAGE}", "p. 1", f"{IMAGE}\nsecond line")})
    document = WatchedDocument()
    shown = document.show(view._seal_tip(1))
    assert not document.asked
    assert IMAGE in shown
    assert shown.endswith("second line")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_watched_document_would_tell(name: str) -> None:
    """What the helpers keep away: without them Qt asks for the picture."""
    document = WatchedDocument()
    document.show(name)
    assert document.asked == (["file:///tmp/x.png"] if name == IMAGE else ["x.png"] if "src=x.png" in name else [])
    assert displayed(plain_tip(name))


def test_a_member_of_an_archive_that_cannot_be_read_is_hovered(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    """From the archive through the real readers into the ledger, and with the mouse over it."""
    folder = tmp_path / "收到"
    folder.mkdir()
    with zipfile.ZipFile(folder / "附件.zip", "w") as archive:
        archive.writestr("说明.txt", "The notice period is three months.")
        archive.writestr(IMAGE, b"PK\x03\x04 no document")
    engine = Engine(tmp_path / "资料库", embedding="none")
    try:
        engine.add_sources([str(folder)])
        engine.index(WHOLE_LIBRARY, Cancellation())
        rows, total = engine.files()
    finally:
        engine.close()
    assert [row.state for row in rows] == ["partial"]
    assert IMAGE in rows[0].detail
    client = StubClient()
    dialog = LedgerDialog(client, settings, RunController(client, client))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    client.answer(m.Files, lambda id_: m.FilesResult(id=id_, rows=rows, total=total))
    table = dialog._table
    middle = table.visualRect(dialog.model.index(0, REASON)).center()
    QApplication.sendEvent(table.viewport(), QHelpEvent(QEvent.Type.ToolTip, middle, table.viewport().mapToGlobal(middle)))
    qtbot.waitUntil(QToolTip.isVisible)
    document = WatchedDocument()
    shown = document.show(QToolTip.text())
    QToolTip.hideText()
    assert not document.asked
    assert IMAGE in shown
