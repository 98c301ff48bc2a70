# SPDX-License-Identifier: Apache-2.0
"""The chips of a computed answer, its rows copied, exported and shown; on a real catalogue."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionButton
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.answering import computed_answer
from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract import form as forms
from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import SourceFile
from desktop_app.contract.form import Condition, Form
from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.contract.typed_table import CODE, DATE, MONEY, PERCENT, TEXT, Column
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from desktop_app.tables.computing import form_rows
from desktop_app.tables.computing.calculation import FIRST_PAGE
from desktop_app.tables.computing.form_tables import FormTables
from desktop_app.ui.figures import form_changes, form_words
from desktop_app.ui.figures.figure_actions import FigureActions
from desktop_app.ui.figures.form_chips import FormChips
from desktop_app.ui.look import window_language
from desktop_app.ui.turn.turn_view import TurnView
from tests.tables.stored_tables import catalogue_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the plugin without a display, of popups

QUESTION = "What was paid on motor claims?"
HEAD = ("No.", "Type", "Paid (EUR)", "Day", "Note")
MOTOR = Condition("Type", forms.EQUAL, ("Motor",))
CLAIMS = [
    (f"C-{n:04d}", ("Motor", "Storm", "Fire")[n % 3], n - 5.5, date(2026, 1 + n % 3, 5), ("=1+1", "@x", "-a", "0012")[n % 4])
    for n in range(1, 1_201)
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("claims")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Claims"
    sheet.append(HEAD)
    for claim in CLAIMS:
        sheet.append(claim)
        sheet.cell(sheet.max_row, 5).data_type = "s"
    sheet.row_dimensions[4].hidden = True  # C-0003, motor
    book.save(folder / "claims.xlsx")
    made = catalogue_of([folder / "claims.xlsx"], folder / "library")
    yield made
    made.close()


class CatalogueClient(StubClient):
    """Answers about tables as the engine does."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._tables = catalogue.tables

    def run(self) -> None:
        """Answer what has been asked about tables."""
        while self.is_open(m.TableChoices) or self.is_open(m.FormRows):
            if self.is_open(m.TableChoices):
                asked = self.open(m.TableChoices).request
                columns, values, more = form_rows.choices(self._tables, asked.form, asked.column)
                self.answer(m.TableChoices, lambda id_: m.TableChoicesResult(id_, columns, values, more))  # noqa: B023
                continue
            rows = self.open(m.FormRows).request
            page = form_rows.page(self._tables, rows.form, rows.after)
            rule = computed_answer.rule(self._tables, rows.form, rows.question) if rows.after == FIRST_PAGE else ""
            self.answer(m.FormRows, lambda id_: m.FormRowsResult(id_, page.columns, page.rows, page.after, rule, page.total))  # noqa: B023


@pytest.fixture
def client(catalogue: Catalogue) -> CatalogueClient:
    return CatalogueClient(catalogue)


def answered(catalogue: Catalogue, form: Form, question: str = QUESTION) -> Answer:
    computed = FormTables(catalogue.tables, form).compute()
    return Answer(question, "**1**", found=True, mode="computed", computed=computed)


def paid(**more: object) -> Form:
    return Form((1,), forms.SUM, "Paid (EUR)", conditions=(MOTOR,), **more)


@pytest.fixture
def chips(day: QApplication, qtbot: QtBot, client: CatalogueClient, catalogue: Catalogue) -> FormChips:
    made = FormChips(client)
    qtbot.addWidget(made)
    made.resize(700, 200)
    made.show_answer(answered(catalogue, paid()))
    made.show()
    client.run()
    return made


def words(chips: FormChips) -> list[str]:
    return [chip.words.text() for chip in chips.chips]


def entries(chips: FormChips, name: str) -> dict[str, Form]:
    return dict(
        {
            "measure": chips.measures,
            "column": chips.columns,
            "group": chips.groups,
            "rank": chips.ranks,
            "hidden": chips.hidden,
        }[name]()
    )


def test_the_form_is_told_part_by_part(chips: FormChips) -> None:
    assert words(chips) == ["Sum", "Paid (EUR)", "Type = Motor", "Hidden rows count"]
    assert [chip.words.accessibleName() for chip in chips.chips][:3] == [
        "What is computed: Sum",
        "Computed of: Paid (EUR)",
        "Condition: Type = Motor",
    ]
    assert chips.chips[2].cross is not None
    assert chips.chips[2].cross.accessibleName() == "Remove Type = Motor"
    assert chips.more.accessibleName()


def test_a_choice_of_a_menu_is_a_form_of_its_own(chips: FormChips, qtbot: QtBot) -> None:
    assert list(entries(chips, "measure")) == ["Count", "Sum", "Average", "Largest", "Smallest", "List", "Share"]
    menu = chips.menu_of("measure", chips.measures(), chips)
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Sum"]
    with qtbot.waitSignal(chips.changed) as changed:
        menu.actions()[2].trigger()
    assert changed.args == [replace(chips._form, measure=forms.AVERAGE)]
    with qtbot.assertNotEmitted(chips.changed):
        menu.actions()[1].trigger()  # as it is


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, None])
def test_a_condition_is_taken_away_by_its_cross_or_a_key(chips: FormChips, qtbot: QtBot, key: Qt.Key | None) -> None:
    chip = chips.chip("condition 0")
    assert chip is not None
    assert chip.cross is not None
    with qtbot.waitSignal(chips.changed) as changed:
        if key is None:
            chip.cross.click()
        else:
            QTest.keyClick(chip.words, key)
    assert changed.args is not None
    assert changed.args[0].conditions == ()


def test_a_condition_is_changed_to_other_values_of_the_column(chips: FormChips, client: CatalogueClient, qtbot: QtBot) -> None:
    chips.edit_condition(0)
    client.run()
    popup = chips.popup
    assert popup is not None
    shown = {popup.list.item(row).text(): popup.list.item(row) for row in range(popup.list.count())}
    assert list(shown) == ["Motor", "Storm", "Fire"]
    assert shown["Motor"].checkState() == Qt.CheckState.Checked
    shown["Fire"].setCheckState(Qt.CheckState.Checked)
    with qtbot.waitSignal(chips.changed) as changed:
        QTest.keyClick(popup.list, Qt.Key.Key_Return)
    assert changed.args is not None
    assert changed.args[0].conditions == (Condition("Type", forms.ONE_OF, ("Motor", "Fire")),)
    assert chips.popup is None


def test_a_new_condition_on_a_figure_and_on_a_date(chips: FormChips, client: CatalogueClient, qtbot: QtBot) -> None:
    chips.edit_condition(1)
    popup = chips.popup
    assert popup is not None
    popup.choose_column("Paid (EUR)")
    popup.choose_test(forms.AT_LEAST)
    popup.first.setText("much")
    popup.apply()
    assert popup.note.text() == "Type a number."
    popup.first.setText("1,000.5")
    with qtbot.waitSignal(chips.changed) as changed:
        popup.apply()
    assert changed.args is not None
    assert changed.args[0].conditions == (MOTOR, Condition("Paid (EUR)", forms.AT_LEAST, (1000.5,)))
    chips.edit_condition(1)
    popup = chips.popup
    assert popup is not None
    popup.choose_column("Day")
    popup.choose_test(forms.BETWEEN)
    popup.first.setText("2026/1/1")
    popup.apply()
    assert popup.note.text() == "Type a date: year, month and day."
    popup.last.setText("2026年3月31日")
    with qtbot.waitSignal(chips.changed) as changed:
        popup.apply()
    assert changed.args[0].conditions[1] == Condition("Day", forms.BETWEEN, ("2026-01-01", "2026-03-31"))
    client.run()  # what came for a popup that is gone harms nothing


def test_groups_and_which_of_them(chips: FormChips, catalogue: Catalogue, client: CatalogueClient) -> None:
    grouped = entries(chips, "group")
    assert list(grouped) == ["by No.", "by Type", "by month of Day", "by quarter of Day", "by year of Day", "by Note"]
    chips.show_answer(answered(catalogue, grouped["by month of Day"]))
    client.run()
    assert words(chips)[3:5] == ["by month of Day", "all groups"]
    assert list(entries(chips, "measure")) == ["Count", "Sum", "Average"]
    largest = entries(chips, "rank")["the 3 largest"]
    assert (largest.pick, largest.limit) == (forms.MAX, 3)
    without = form_changes.with_group(largest, "")
    assert (without.group, without.part, without.pick, without.limit) == ("", "", "", 0)


def test_every_form_that_is_offered_can_be_computed(chips: FormChips, catalogue: Catalogue) -> None:
    todo, seen = [chips._form], set[Form]()
    while todo and len(seen) < 120:
        form = todo.pop(0)
        chips._form = form
        offered = [
            one
            for make in (chips.measures, chips.columns, chips.groups, chips.ranks, chips.hidden, chips.names)
            for _, one in make()
        ]
        for one in offered:
            if one not in seen:
                seen.add(one)
                if not one.group or one.measure in form_changes.OF_GROUPS:
                    FormTables(catalogue.tables, one).compute()
                    todo.append(one)
    assert len(seen) >= 40


def test_focus_comes_back_to_the_chip_that_was_changed(
    chips: FormChips, catalogue: Catalogue, client: CatalogueClient, qtbot: QtBot
) -> None:
    chips.activateWindow()
    menu = chips.menu_of("column", chips.columns(), chips)
    chips.menu_of("measure", chips.measures(), chips).actions()[2].trigger()
    menu.deleteLater()
    chips.show_answer(answered(catalogue, replace(paid(), measure=forms.AVERAGE)))
    client.run()
    chip = chips.chip("measure")
    assert chip is not None
    qtbot.waitUntil(chip.words.hasFocus)


def test_a_table_that_is_gone_leaves_the_chips_to_read(day: QApplication, qtbot: QtBot, catalogue: Catalogue) -> None:
    client = StubClient()
    chips = FormChips(client)
    qtbot.addWidget(chips)
    chips.show_answer(answered(catalogue, paid()))
    client.fail(m.TableChoices, UsageProblem("tables_gone"))
    assert words(chips)[:2] == ["Sum", "Paid (EUR)"]
    assert not any(chip.isEnabled() for chip in chips.chips)
    assert "read again" in chips.chips[0].words.toolTip()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12", MONEY, 12),
        ("1,234.5", MONEY, 1234.5),
        ("80", PERCENT, 0.8),
        ("83.4%", PERCENT, 0.834),
        ("nan", MONEY, None),
        ("1e999", MONEY, None),
        ("", MONEY, None),
        ("2026-02-30", DATE, None),
        ("2026.2.3", DATE, "2026-02-03"),
        (" 0012 ", CODE, "0012"),
        ("  ", TEXT, None),
    ],
)
def test_what_is_typed(text: str, kind: str, value: object) -> None:
    assert form_changes.typed(text, kind) == value


@pytest.mark.parametrize(
    ("condition", "kind", "told"),
    [
        (Condition("Day", forms.BETWEEN, ("2026-03-01", "9999-12-31")), DATE, "Day ≥ 2026-03-01"),
        (Condition("Day", forms.BETWEEN, ("2026-03-01", "2026-03-31")), DATE, "Day: 2026-03-01 to 2026-03-31"),
        (Condition("Rate", forms.MORE, (0.8,)), PERCENT, "Rate > 80%"),
        (Condition("A", forms.MORE, (), "B"), MONEY, "A > B"),
        (Condition("A", forms.ONE_OF, ("x", "y", "z")), TEXT, "A = x or y and 1 more"),
        (Condition("A", forms.NOTHING), TEXT, "A is empty or 0"),
    ],
)
def test_a_condition_on_its_chip(condition: Condition, kind: str, told: str) -> None:
    assert form_words.condition_words(condition, kind) == told


def test_the_chips_speak_chinese(chips: FormChips) -> None:
    window_language.use("zh_CN")
    chips.retranslate()
    assert words(chips) == ["求和", "Paid (EUR)", "Type = Motor", "隐藏行计入"]
    columns = [Column("Type", TEXT, 1), Column("Day", DATE, 3)]
    assert [one for one in form_changes.measures(chips._form, columns) if form_words.measure_name(one).isascii()] == []


# ---- rows ----


@pytest.fixture
def actions(day: QApplication, qtbot: QtBot, client: CatalogueClient, catalogue: Catalogue) -> FigureActions:
    made = FigureActions(client)
    qtbot.addWidget(made)
    made.show_answer(answered(catalogue, paid()))
    made.show()
    return made


def test_all_rows_are_copied_as_a_table(actions: FigureActions, client: CatalogueClient) -> None:
    actions.copy_rows()
    client.run()
    data = QGuiApplication.clipboard().mimeData()
    lines = data.text().split("\n")
    assert lines[0] == "No.\tType\tPaid (EUR)"
    assert lines[1].split("\t")[:2] == ["C-0003", "Motor"]
    assert len(lines) == 1 + 400
    assert data.html().count("<tr") == 401
    assert actions.note.text() == "400 rows copied"
    assert actions.copy.isEnabled()


def test_groups_are_copied_as_they_stand_there(actions: FigureActions, catalogue: Catalogue, client: CatalogueClient) -> None:
    actions.show_answer(answered(catalogue, Form((1,), forms.COUNT, group="Type")))
    actions.copy_rows()
    assert QGuiApplication.clipboard().mimeData().text() == "Type\tRows\nStorm\t400\nFire\t400\nMotor\t400"
    assert not client.all(m.FormRows)


def test_too_many_rows_are_not_copied(actions: FigureActions, client: CatalogueClient) -> None:
    actions.copy_rows()
    client.answer(m.FormRows, lambda id_: m.FormRowsResult(id_, [], [], (0, 5), "", 30_000))
    assert "export them" in actions.note.text()
    assert actions.copy.isEnabled()
    assert not client.is_open(m.FormRows)


def export(actions: FigureActions, client: CatalogueClient, qtbot: QtBot, path: Path) -> None:
    actions.save(str(path), path.suffix[1:])

    def is_over() -> bool:
        client.run()
        return actions.export.isEnabled()

    qtbot.waitUntil(is_over, timeout=20_000)


def test_a_workbook_has_every_row_with_its_place_and_no_formula(
    actions: FigureActions, client: CatalogueClient, catalogue: Catalogue, qtbot: QtBot, tmp_path: Path
) -> None:
    actions.show_answer(answered(catalogue, Form((1,), forms.SUM, "Paid (EUR)")))
    export(actions, client, qtbot, tmp_path / "rows.xlsx")
    assert actions.note.text() == "1,200 rows exported"
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    assert book.sheetnames == ["Rows", "Computed"]
    head, *rows = book["Rows"].iter_rows()
    assert [cell.value for cell in head] == [*HEAD, "File", "Sheet", "Place"]
    assert [row[0].value for row in rows] == [claim[0] for claim in CLAIMS]
    assert [cell.value for cell in rows[3]][2:] == [-1.5, "2026-02-05", "=1+1", "claims.xlsx", "Claims", "A5:E5"]
    assert {cell.data_type for row in rows for cell in row} == {"s", "n"}
    assert sum(row[2].value for row in rows) == sum(claim[2] for claim in CLAIMS)
    about = [[cell.value for cell in row] for row in book["Computed"].iter_rows()]
    assert about[0] == ["Question", QUESTION]
    assert about[1][1] is not None
    assert str(about[1][1]).startswith("Sum of Paid (EUR). From claims.xlsx, sheet Claims: 1,200 rows")
    assert about[-1][0] == sum(claim[2] for claim in CLAIMS)
    assert list(tmp_path.glob("*.*")) == [tmp_path / "rows.xlsx"]


def test_a_csv_file_has_a_mark_no_formula_and_the_rule_below(
    actions: FigureActions, client: CatalogueClient, qtbot: QtBot, tmp_path: Path
) -> None:
    export(actions, client, qtbot, tmp_path / "rows.csv")
    data = (tmp_path / "rows.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert rows[0] == [*HEAD, "File", "Sheet", "Place"]
    assert rows[1] == ["C-0003", "Motor", "-2.5", "2026-01-05", "0012", "claims.xlsx", "Claims", "A4:E4"]
    notes = {row[4] for row in rows[1:401]}
    assert notes == {"'=1+1", "'@x", "'-a", "0012"}
    assert rows[401:403] == [[], ["Question", QUESTION]]
    assert rows[403][1].startswith(
        "Sum of Paid (EUR) where Type is Motor. From claims.xlsx, sheet Claims: 400 rows (1 of them hidden)"
    )


def test_what_fails_half_way_leaves_no_file(
    actions: FigureActions, client: CatalogueClient, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("before", encoding="utf-8")
    actions.save(str(path), "csv")
    asked = client.open(m.FormRows).request
    page = form_rows.page(client._tables, asked.form, asked.after)
    client.answer(m.FormRows, lambda id_: m.FormRowsResult(id_, page.columns, page.rows[:5], (0, 9), "rule", 400))
    qtbot.waitUntil(lambda: client.is_open(m.FormRows), timeout=20_000)
    with qtbot.waitSignal(actions.failed) as failed:
        client.fail(m.FormRows, UsageProblem("tables_gone"))
    assert failed.args is not None
    assert failed.args[0].code == "tables_gone"
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.glob("*.*")) == [path]


def test_all_cells_are_shown_in_their_file(actions: FigureActions, catalogue: Catalogue, qtbot: QtBot) -> None:
    with qtbot.waitSignal(actions.cells_wanted) as wanted:
        actions.rows.click()
    assert wanted.args is not None
    (cells,) = wanted.args[0]
    assert (Path(cells.path).name, cells.sheet) == ("claims.xlsx", "Claims")
    assert len(cells.ranges) == 800  # type and amount of 400 rows


def test_a_turn_shows_chips_and_actions_for_what_is_computed(
    day: QApplication, qtbot: QtBot, client: CatalogueClient, catalogue: Catalogue
) -> None:
    turn = TurnView(QUESTION, None, client)
    qtbot.addWidget(turn)
    turn.show()
    answer = answered(catalogue, paid())
    turn.take(m.Began(1, 1, 1))
    turn.finish(answer)
    client.run()
    form = turn.pane._parts["form"]
    assert form.isVisible()
    assert isinstance(form, FormChips)
    assert turn.pane._parts["figures"].isVisible()
    with qtbot.waitSignal(turn.form_changed) as changed:
        form.menu_of("measure", form.measures(), form).actions()[0].trigger()
    assert changed.args is not None
    assert changed.args[0].measure == forms.COUNT
    turn.pane.begin()
    assert not form.isVisible()
    turn.finish(replace(answer, mode="extractive", computed=None))
    assert not form.isVisible()


def test_actions_stand_below_the_text(day: QApplication, actions: FigureActions) -> None:
    option = QStyleOptionButton()
    actions.rows.initStyleOption(option)
    inside = actions.rows.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, actions.rows)
    assert inside.left() <= 2, "the picture stands right of the text"


def test_what_the_files_state_has_no_chips_and_no_rows_of_a_table(
    day: QApplication, qtbot: QtBot, client: CatalogueClient, tmp_path: Path
) -> None:
    lease = tmp_path / "lease.txt"
    lease.write_text(
        "Lease agreement\n\nTenant: Moor AG\n\nThe lease ends on 30 June 2026.\n\nThe total rent is CHF 48,000.", "utf-8"
    )
    cleaning = tmp_path / "cleaning.txt"
    cleaning.write_text("Cleaning contract\n\nThe contract ends on 1 May 2026.\n\nThe total price is EUR 12,500.", "utf-8")
    with closing(Library(tmp_path / "library")) as library:
        for path in (lease, cleaning):
            document = registry.read(path, lambda _done, _total: None, (), "off", ())
            chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
            file = SourceFile(str(path), 1, 1, path.name)
            library.catalogue.files.store(file, chunks, state="indexed", document=document, recipe="test")
        answerer = Answerer(library, Retriever(library, lambda: None))
        question = "What is the total amount of the contracts that expire in 2026?"
        answer = answerer.answer(Asked(question, EVERYWHERE), listener=Listener(), cancel=Cancellation())
    assert answer.computed is not None
    assert answer.computed.groups
    turn = TurnView(question, None, client)
    qtbot.addWidget(turn)
    turn.show()
    turn.take(m.Began(1, 1, 1))
    turn.finish(answer)
    assert turn.pane.quotes.isVisible()
    assert turn.pane.quotes.chart is None
    assert not {"form", "figures"} & set(turn.pane._parts)
