# SPDX-License-Identifier: Apache-2.0
"""The ledger with a hundred thousand rows, its filters, its remedies."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.document import MemberProblem
from desktop_app.contract.index_run import Password
from desktop_app.contract.ledger import LedgerQuery, LedgerRow, Source
from desktop_app.foundation import paths, translation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.ledger_dialog import LedgerDialog
from desktop_app.ui.library.ledger_model import FILE, KEPT, PAGE, REASON, STATE, TODO, LedgerModel, as_tsv
from desktop_app.wording.problem_texts import reason

TOTAL = 100_000


def row(number: int) -> LedgerRow:
    state, why = (("failed", "password"), ("indexed", ""), ("partial", "partly_read"))[number % 3]
    return LedgerRow(f"/资料/人事/{number:06d} 报销制度.pdf", state, why, chunks=number % 7)


def page(client: StubClient, total: int = TOTAL) -> LedgerQuery:
    """Answer the Files request in flight from ``row`` and give back what it asked for."""
    request = client.open(messages.Files).request
    assert isinstance(request, messages.Files)
    query = request.query
    rows = [row(number) for number in range(query.offset, min(query.offset + query.limit, total))]
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=rows, total=total))
    return query


@pytest.fixture
def client() -> StubClient:
    return StubClient()


def test_a_hundred_thousand_rows_cost_one_page(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load()
    page(client)
    assert model.rowCount() == TOTAL
    assert model.index(499, FILE).data() == "000499 报销制度.pdf"
    assert not client.is_open(messages.Files)

    assert model.index(TOTAL - 1, FILE).data() == "…"  # asks for its page
    assert page(client).offset == TOTAL - PAGE
    assert model.index(TOTAL - 1, FILE).data() == "099999 报销制度.pdf"
    assert len(client.all(messages.Files)) == 2


def test_while_scrolling_the_page_wanted_last_comes_first_and_one_at_a_time(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load()
    page(client)
    for number in range(1, 60):
        model.index(number * PAGE, FILE).data()
    assert len(client.all(messages.Files)) == 2  # the first page, and one in flight
    page(client)
    assert page(client).offset == 59 * PAGE


def test_words_and_order_are_asked_of_the_engine_with_what_the_reasons_say(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load()
    page(client)
    model.set_text("PASSWORD  0000")
    request = page(client, 3)
    assert request.words == (("password", ("password",)), ("0000", ()))
    assert model.rowCount() == 3
    model.sort(STATE, Qt.SortOrder.DescendingOrder)
    request = page(client, 3)
    assert (request.order, request.descending, len(request.words)) == ("state", True, 2)
    model.sort(STATE, Qt.SortOrder.DescendingOrder)
    assert not client.is_open(messages.Files)
    try:
        translation.use("zh_CN")
        model.set_text("密码")
        assert page(client, 1).words == (("密码", ("password",)),)
    finally:
        translation.use("en")
    model.set_text("")
    assert page(client).words == ()
    assert model.rowCount() == TOTAL


def test_pages_that_nobody_looks_at_are_let_go(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load()
    page(client)
    for number in range(1, 60):
        model.index(number * PAGE, FILE).data()
        page(client)
    assert len(model._pages) == KEPT
    assert model.index(59 * PAGE, FILE).data() != "…"
    assert model.index(0, FILE).data() == "…"
    page(client)
    assert model.index(0, FILE).data() == "000000 报销制度.pdf"


def test_state_and_source_are_asked_of_the_engine(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load(("failed",), "/资料/人事")
    request = page(client, 3)
    assert (request.states, request.below, request.offset, request.limit) == (("failed",), "/资料/人事", 0, PAGE)


def test_an_answer_to_an_older_question_is_dropped(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load()
    old = client.open(messages.Files)
    model.load(("failed",))
    assert client.cancelled == [old.id]
    old.take(messages.FilesResult(id=old.id, rows=[row(1)], total=1))
    assert model.rowCount() == 0
    page(client, 2)
    assert model.rowCount() == 2


def test_cells_speak_the_language_in_force(qtbot: QtBot, client: StubClient) -> None:
    model = LedgerModel(client)
    model.load()
    page(client, 1)
    assert model.index(0, REASON).data() == reason("password").what
    assert model.index(0, TODO).data() == reason("password").todo
    assert model.index(0, STATE).data()
    english = model.headerData(REASON, Qt.Orientation.Horizontal)
    try:
        translation.use("zh_CN")
        assert model.headerData(REASON, Qt.Orientation.Horizontal) == "原因" != english
    finally:
        translation.use("en")


def test_tsv_has_a_line_a_file_and_no_stray_tab() -> None:
    odd = LedgerRow("/资料/两\t段\n名.pdf", "failed", "damaged", "=bad\tbytes")
    lines = as_tsv([odd, row(1)]).splitlines()
    assert len(lines) == 3
    assert {line.count("\t") for line in lines} == {5}
    assert lines[1].startswith(r"两\t段\n名.pdf" + "\t/资料\t")
    assert lines[1].endswith("\t'=bad bytes")  # no formula


@pytest.fixture
def dialog(qtbot: QtBot, client: StubClient, settings: Settings) -> LedgerDialog:
    dialog = LedgerDialog(client, settings)
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    counts = {"failed": 3, "partial": 2, "indexed": 95}
    source = Source("/资料/人事", "folder", True, {"failed": 1, "indexed": 9})
    client.answer(
        messages.Overview,
        lambda id_: messages.OverviewResult(id=id_, library="", sources=[source], counts=counts, chunks=1, embedding="none"),
    )
    return dialog


def test_it_opens_with_what_needs_the_person(dialog: LedgerDialog, client: StubClient) -> None:
    assert not dialog.isModal()
    assert page(client, 5).states == ("failed", "partial")
    assert dialog.model.rowCount() == 5
    assert "97 of 100" in dialog._summary.text()


def test_files_that_lack_vectors_have_a_view_of_their_own(dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 5)
    assert "by words" not in " ".join(action.text() for action in dialog._view.menu().actions())
    dialog.open_fresh()
    counts = {"failed": 3, "words": 40, "indexed": 57}
    client.answer(
        messages.Overview,
        lambda id_: messages.OverviewResult(id=id_, library="", sources=[], counts=counts, chunks=1, embedding="none"),
    )
    page(client, 3)
    assert "97 of 100" in dialog._summary.text()
    action = next(action for action in dialog._view.menu().actions() if "by words" in action.text())
    assert action.text() == "Findable by words  40"
    action.trigger()
    assert page(client, 40).states == ("words",)


def test_the_remedies(qtbot: QtBot, dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 5)
    assert not dialog._retry.isEnabled()
    dialog._table.selectRow(1)
    with qtbot.waitSignal(dialog.retry_requested) as asked:
        dialog._retry.click()
    assert asked.args == [["/资料/人事/000001 报销制度.pdf"]]
    with qtbot.waitSignal(dialog.retry_requested) as asked:
        dialog._retry_all.click()
    assert asked.args == [["*"]]


def test_copying_the_list_fetches_every_page_first(dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 1_200)
    dialog._copy.click()
    while client.is_open(messages.Files):
        page(client, 1_200)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1_201


def test_copying_several_selected_rows_takes_only_them(dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 5)
    for number in (0, 2):
        dialog._table.selectionModel().select(
            dialog.model.index(number, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        )
    dialog._copy.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3


def test_nothing_to_do_and_a_dead_engine_are_said(dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 0)
    assert dialog._pages.currentWidget() is dialog._nothing
    assert "Nothing needs you" in dialog._nothing.text()
    dialog.refresh()
    client.fail(messages.Files, EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert "background service" in dialog._nothing.text()


def test_narrowed_to_a_source_it_shows_all_of_it_and_leads_back(dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 1)
    dialog.open_fresh("/资料/人事")
    assert page(client, 4).below == "/资料/人事"
    assert dialog._everywhere.isVisible()
    dialog._everywhere.click()
    assert page(client, 4).below == ""
    assert not dialog._everywhere.isVisible()


def test_a_big_ledger_paints_only_what_is_seen(qtbot: QtBot, dialog: LedgerDialog, client: StubClient) -> None:
    page(client)
    dialog._table.scrollToBottom()
    dialog.grab()
    qtbot.waitUntil(lambda: client.is_open(messages.Files))
    while client.is_open(messages.Files):
        page(client)
    assert len(client.all(messages.Files)) <= 3


def _dialog(qtbot: QtBot, client: StubClient, rows: list[LedgerRow]) -> LedgerDialog:
    dialog = LedgerDialog(client, Settings(paths.home() / "settings.toml"))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=rows, total=len(rows)))
    return dialog


LOCKED = [
    LedgerRow("/资料/人事/工资.xlsx", "failed", "password"),
    LedgerRow("/资料/人事/归档.zip", "partial", "partly_read", problems=(MemberProblem("密.docx", "password"),)),
    LedgerRow(
        "/资料/人事/计划.zip",
        "partial",
        "partly_read",
        "plan (password).docx (damaged)",
        problems=(MemberProblem("plan (password).docx", "damaged"),),
    ),
    LedgerRow("/资料/财务/账.xlsx", "failed", "password"),
]


def test_a_password_is_asked_only_for_protected_files(qtbot: QtBot, client: StubClient) -> None:
    dialog = _dialog(qtbot, client, LOCKED)
    dialog._table.selectRow(2)
    assert not dialog._password.isVisible()
    dialog._table.selectRow(0)
    assert dialog._password.isVisible()
    dialog._password.click()
    line = dialog._password_line
    assert line.isVisible()
    assert line._password.echoMode() == line._password.EchoMode.Password
    with qtbot.waitSignal(dialog.password_given) as given:
        qtbot.keyClicks(line._password, "secret")
        qtbot.keyClick(line._password, Qt.Key.Key_Return)
    assert given.args == [["/资料/人事/工资.xlsx"], [Password("secret", "/资料/人事/工资.xlsx")]]
    assert not line.isVisible()
    assert line._password.text() == ""


def test_a_password_for_the_whole_folder(qtbot: QtBot, client: StubClient) -> None:
    dialog = _dialog(qtbot, client, LOCKED)
    dialog._table.selectRow(0)
    dialog._password.click()
    line = dialog._password_line
    line._folder_action.trigger()
    qtbot.keyClicks(line._password, "secret")
    with qtbot.waitSignal(dialog.password_given) as given:
        qtbot.keyClick(line._password, Qt.Key.Key_Return)
    assert given.args == [["/资料/人事/工资.xlsx", "/资料/人事/归档.zip"], [Password("secret", "/资料/人事")]]


def test_an_escaped_password_leaves_nothing(qtbot: QtBot, client: StubClient) -> None:
    dialog = _dialog(qtbot, client, LOCKED)
    dialog._table.selectRow(0)
    dialog._password.click()
    qtbot.keyClicks(dialog._password_line._password, "half")
    qtbot.keyClick(dialog._password_line._password, Qt.Key.Key_Escape)
    assert not dialog._password_line.isVisible()
    assert dialog.isVisible()
    assert dialog._password_line._password.text() == ""


def test_text_recognition_is_chosen_where_its_lack_is_seen(qtbot: QtBot, client: StubClient, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml")
    dialog = LedgerDialog(client, settings)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog._ocr.text() == "Text recognition: automatic"
    actions = dialog._ocr.menu().actions()
    assert [action.isChecked() for action in actions] == [True, False, False]
    with qtbot.waitSignal(dialog.retry_requested) as asked:
        actions[2].trigger()
    assert asked.args == [[]]
    assert Settings(tmp_path / "settings.toml").text("ocr") == "off"
    assert dialog._ocr.text() == "Text recognition: off"
    assert "stays searchable" in dialog._summary.text()


def test_a_choice_that_cannot_be_saved_is_told(qtbot: QtBot, client: StubClient, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    dialog = LedgerDialog(client, Settings(tmp_path / "file" / "settings.toml"))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    with qtbot.assertNotEmitted(dialog.retry_requested):
        dialog._ocr.menu().actions()[1].trigger()
    assert "stays searchable" not in dialog._summary.text()
