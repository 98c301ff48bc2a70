# SPDX-License-Identifier: Apache-2.0
"""The ledger with a hundred thousand rows, its filters, its remedies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.document import REASONS, MemberProblem
from desktop_app.contract.index_run import Password
from desktop_app.contract.ledger import LedgerQuery, LedgerRow, Source
from desktop_app.foundation import paths, translation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.ledger_dialog import LedgerDialog
from desktop_app.ui.library.ledger_model import ACTION, FILE, KEPT, PAGE, REASON, STATE, TODO, LedgerModel, as_tsv
from desktop_app.ui.library.ledger_remedies import action_words, remedy
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.look import theme
from desktop_app.ui.shell.main_window import MainWindow
from desktop_app.wording.problem_texts import reason

TOTAL = 100_000
Open = Callable[..., MainWindow]


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


def test_hidden_passages_are_told_beside_the_reason(qtbot: QtBot, client: StubClient) -> None:
    rows = [
        LedgerRow("/资料/租赁.xlsx", "indexed", chunks=64, hidden={"row": 9, "sheet": 3}),
        LedgerRow("/资料/标书.pdf", "partial", "partly_read", "page 3", chunks=9, hidden={"invisible": 1}),
        LedgerRow("/资料/手册.docx", "indexed", chunks=5),
    ]
    model = LedgerModel(client)
    model.load()
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=rows, total=3))
    told = [model.index(number, REASON).data() for number in range(3)]
    assert told[0] == "12 hidden passages: hidden rows, hidden sheets"
    assert told[1].endswith(" · 1 hidden passage: without a visible colour")
    assert told[2] == ""
    tip = model.index(1, REASON).data(Qt.ItemDataRole.ToolTipRole)
    assert "(page 3)" in tip
    assert "1 hidden passage" in tip


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
    assert model.index(0, TODO).data() == "Enter its password."
    assert model.index(0, STATE).data()
    english = model.headerData(REASON, Qt.Orientation.Horizontal)
    try:
        translation.use("zh_CN")
        assert model.headerData(REASON, Qt.Orientation.Horizontal) == "原因与处理办法" != english
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
    dialog = LedgerDialog(client, settings, RunController(client, client))
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    counts = {"failed": 3, "partial": 2, "indexed": 95}
    source = Source("/资料/人事", "folder", True, {"failed": 1, "indexed": 9}, 1)
    client.answer(
        messages.Overview,
        lambda id_: messages.OverviewResult(
            id=id_, library="", sources=[source], counts=counts, chunks=1, embedding="none", needing=5
        ),
    )
    return dialog


def test_it_opens_with_what_needs_the_person(dialog: LedgerDialog, client: StubClient) -> None:
    assert not dialog.isModal()
    asked = page(client, 5)
    assert (asked.states, asked.dismissed) == (("failed", "partial"), False)
    assert dialog.model.rowCount() == 5
    assert dialog._view.text() == "Not fully read  5"
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


def test_files_with_hidden_text_have_a_view_of_their_own(dialog: LedgerDialog, client: StubClient) -> None:
    page(client, 5)
    assert "hidden" not in " ".join(action.text() for action in dialog._view.menu().actions())
    dialog.open_fresh()
    client.answer(
        messages.Overview,
        lambda id_: messages.OverviewResult(
            id=id_, library="", sources=[], counts={"indexed": 57}, chunks=1, embedding="none", with_hidden=4
        ),
    )
    page(client, 0)
    action = next(action for action in dialog._view.menu().actions() if "hidden" in action.text())
    assert action.text() == "With hidden text  4"
    action.trigger()
    asked = page(client, 4)
    assert (asked.states, asked.hidden) == ((), True)
    next(action for action in dialog._view.menu().actions() if "All files" in action.text()).trigger()
    assert not page(client, 57).hidden


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
    assert "Nothing to do" in dialog._nothing.text()
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
    dialog = LedgerDialog(client, Settings(paths.home() / "settings.toml"), RunController(client, client))  # type: ignore[arg-type]
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
    assert line.isVisible(), "until it is known whether it opens the file"
    assert line.words.text() == "Trying the password for “工资.xlsx”…"


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


# ---- remedies of single rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reason_", "ocr", "action", "words"),
    [
        ("/甲.pdf", "no_text", "auto", "open", "scan it again"),
        ("/甲.pdf", "no_text", "off", "ocr", "which is off"),
        ("/甲.JPG", "no_text", "off", "ocr", "which is off"),
        ("/甲.xls", "no_text", "off", "open", "in its own program"),
        ("/甲.odp", "no_text", "auto", "open", "in its own program"),
        ("/甲.docx", "password", "auto", "password", "Enter its password."),
        ("/甲.docx", "timed_out", "auto", "retry", "Try again"),
        ("/甲.docx", "damaged", "auto", "open", "its own program"),
        ("/甲.log", "excluded", "auto", "rules", "What is read"),
    ],
)
def test_each_reason_has_its_remedy(path: str, reason_: str, ocr: str, action: str, words: str) -> None:
    """The list once sent people to the list for a password, and to text recognition for spreadsheets."""
    found = remedy(LedgerRow(path, "failed", reason_), ocr)
    assert (found.action, words in found.todo) == (action, True), found
    assert "--password-file" not in found.todo


def test_every_reason_that_can_be_helped_has_a_button() -> None:
    for code in REASONS:
        found = remedy(LedgerRow("/甲.pdf", "failed", code), "auto")
        assert action_words(found.action) or code in ("empty", "hidden", "temporary", "offline", "not_allowed"), code


def test_a_click_on_the_button_of_a_row_does_it(qtbot: QtBot, client: StubClient) -> None:
    dialog = _dialog(qtbot, client, [LedgerRow("/资料/慢.pdf", "failed", "timed_out")])
    index = dialog.model.index(0, ACTION)
    assert index.data() == "Try again"
    with qtbot.waitSignal(dialog.retry_requested) as asked:
        qtbot.mouseClick(dialog._table.viewport(), Qt.MouseButton.LeftButton, pos=dialog._table.visualRect(index).center())
    assert asked.args == [["/资料/慢.pdf"]]
    assert dialog.model.index(0, TODO).data() == "Being read again…"


def test_enter_does_it_too(qtbot: QtBot, client: StubClient) -> None:
    dialog = _dialog(qtbot, client, LOCKED)
    dialog._table.selectRow(3)
    qtbot.keyClick(dialog._table, Qt.Key.Key_Return)
    assert [row.path for row in dialog._password_line.rows] == ["/资料/财务/账.xlsx"]
    assert dialog.isVisible()


def test_files_are_put_aside_and_counted_again(qtbot: QtBot, client: StubClient) -> None:
    rows = [LedgerRow("/资料/甲.pdf", "failed", "damaged"), LedgerRow("/资料/乙.pdf", "failed", "damaged")]
    dialog = _dialog(qtbot, client, rows)
    dialog._table.selectRow(0)
    qtbot.keyClick(dialog._table, Qt.Key.Key_Delete)
    (asked,) = client.all(messages.Dismiss)
    assert (asked.paths, asked.dismissed) == (["/资料/甲.pdf"], True)
    dialog._view.menu().actions()
    dialog._narrow("aside")
    query = client.open(messages.Files).request.query  # type: ignore[attr-defined]
    assert (query.states, query.dismissed) == (("failed", "partial"), True)
    aside = replace(rows[0], dismissed=True)
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=[aside], total=1))
    dialog._table.selectRow(0)
    assert dialog._aside.text() == "Count again"
    dialog._aside.click()
    assert client.all(messages.Dismiss)[-1].dismissed is False


def test_text_recognition_is_turned_on_where_its_lack_is_seen(qtbot: QtBot, client: StubClient, settings: Settings) -> None:
    settings.put("ocr", "off")
    dialog = _dialog(qtbot, client, [LedgerRow("/资料/扫描.pdf", "failed", "no_text")])
    assert dialog.model.index(0, ACTION).data() == "Recognise text"
    with qtbot.waitSignal(dialog.retry_requested) as asked:
        dialog._act(dialog.model.row(0))  # type: ignore[arg-type]
    assert asked.args == [[]]
    assert Settings(paths.home() / "settings.toml").text("ocr") == "auto"


def test_the_menu_of_a_row(qtbot: QtBot, client: StubClient) -> None:
    dialog = _dialog(qtbot, client, [LedgerRow("/资料/表.xlsx", "indexed"), *LOCKED])
    dialog._table.selectRow(0)
    entries = {action.text(): action for action in dialog.menu_for(dialog.selected()).actions() if action.text()}
    assert list(entries) == ["Show beside the conversation", "Open", "Show in folder", "Try again", "Copy path"]
    with qtbot.waitSignal(dialog.file_requested) as wanted:
        entries["Show beside the conversation"].trigger()
    assert wanted.args == ["/资料/表.xlsx"]
    entries["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == "/资料/表.xlsx"
    dialog._table.selectRow(1)
    assert "Enter password…" in [action.text() for action in dialog.menu_for(dialog.selected()).actions()]
    assert not dialog.menu_for(dialog.selected()).actions()[0].isEnabled(), "nothing of it is readable"


def test_a_selection_belongs_to_files_not_to_places(qtbot: QtBot, client: StubClient) -> None:
    rows = [LedgerRow(f"/资料/{name}.pdf", "failed", "damaged") for name in "甲乙丙丁"]
    dialog = _dialog(qtbot, client, rows)
    dialog._table.selectRow(2)
    dialog.model.refresh()
    assert dialog.model.rowCount() == 4, "nothing vanishes meanwhile"
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=rows[1:], total=3))
    assert [row.path for row in dialog.selected()] == ["/资料/丙.pdf"]


def test_five_thousand_selected_rows_are_found_again_quickly(qtbot: QtBot, client: StubClient) -> None:
    rows = [LedgerRow(f"/资料/{number:05d}.pdf", "failed", "damaged") for number in range(500)]
    dialog = _dialog(qtbot, client, rows)
    dialog._table.selectAll()
    dialog.model.refresh()
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=rows[100:], total=400))
    assert len(dialog.selected()) == 400


# ---- the real window --------------------------------------------------------------------------------------------------


def the_list(open_window: Open, qtbot: QtBot, *options: str) -> tuple[MainWindow, LedgerDialog]:
    window = open_window("--failing", "8", *options)
    qtbot.waitUntil(lambda: not window.runs.running, timeout=20_000)
    window.commands.run("ledger")
    dialog = window.dialogs.ledger
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 22 and dialog.model.row(0) is not None, timeout=20_000)
    return window, dialog


def test_a_wrong_password_says_so_on_its_row_and_keeps_what_was_typed(open_window: Open, qtbot: QtBot) -> None:
    _, dialog = the_list(open_window, qtbot)
    row = dialog.model.row(0)
    assert row is not None
    assert row.needs_password
    dialog._act(row)
    line = dialog._password_line
    qtbot.keyClicks(line._password, "wrong")
    qtbot.keyClick(line._password, Qt.Key.Key_Return)
    assert dialog.model.index(0, TODO).data() == "Trying the password…"
    qtbot.waitUntil(lambda: dialog.model.index(0, TODO).data() == "Wrong password. Try another one.", timeout=20_000)
    qtbot.waitUntil(lambda: line.words.text().startswith("This password does not open “"), timeout=20_000)
    assert line.isVisible()
    assert line._password.text() == "wrong"
    line._password.clear()
    qtbot.keyClicks(line._password, "secret")
    qtbot.keyClick(line._password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 21, timeout=20_000)
    assert not line.isVisible()
    assert line._password.text() == ""


def test_the_list_follows_when_reading_ends(open_window: Open, qtbot: QtBot) -> None:
    """It once said that it would, for ever."""
    _, dialog = the_list(open_window, qtbot)
    row = dialog.model.row(1)
    assert row is not None
    dialog._try_again([row])
    assert dialog.model.index(1, TODO).data() == "Being read again…"
    qtbot.waitUntil(lambda: dialog.model.index(1, TODO).data() == "Read again just now, with the same result.", timeout=20_000)


def test_what_is_put_aside_is_not_counted_in_the_window(open_window: Open, qtbot: QtBot) -> None:
    window, dialog = the_list(open_window, qtbot)
    assert window.library._need.text() == "17 files not fully read"
    dialog._table.selectRow(0)
    dialog._aside.click()
    qtbot.waitUntil(lambda: window.library._need.text() == "16 files not fully read", timeout=20_000)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 21, timeout=20_000)


def test_a_file_of_the_list_is_shown_beside_the_conversation(open_window: Open, qtbot: QtBot) -> None:
    window, dialog = the_list(open_window, qtbot)
    dialog.file_requested.emit("/资料/办公室/合同/合同 1.docx")
    assert window.source.is_open


def test_rows_are_as_high_as_the_text_asks_for(qtbot: QtBot, client: StubClient, day: QApplication) -> None:
    dialog = _dialog(qtbot, client, LOCKED)
    usual = dialog._table.rowHeight(0)
    try:
        theme.set_text_zoom(day, 150)
        assert dialog._table.rowHeight(0) == round(usual * 1.5)
        assert dialog._table.columnWidth(ACTION) == round(142 * 1.5)
    finally:
        theme.set_text_zoom(day, 100)
    assert dialog._table.rowHeight(0) == usual
