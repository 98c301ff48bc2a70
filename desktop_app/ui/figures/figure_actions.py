# SPDX-License-Identifier: Apache-2.0
"""What can be done with the rows of a computed answer.

They are shown in their sheet, copied as a table, and exported; all of them, not the first ten.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QSizePolicy, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract.answer import Answer
from desktop_app.contract.file_kinds import kind_of
from desktop_app.contract.form import Computed, FormRow, ProvingCells
from desktop_app.contract.messages import FormRowsResult
from desktop_app.contract.typed_table import Column
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.answer.clipboard import CopiedTable, mime_of
from desktop_app.ui.exporting.saving import may_export, suggested_name
from desktop_app.ui.figures.row_export import KINDS, RowExport
from desktop_app.ui.figures.row_pages import RowPages
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.announcer import announce
from desktop_app.ui.look.labels import button_text, plain_label, set_plain_tooltip
from desktop_app.ui.widgets.flow_layout import FlowLayout
from desktop_app.wording.place import names_apart
from desktop_app.wording.problem_texts import sentence

_MOST_COPIED = 20_000  # rows; a clipboard holds them twice, and spreadsheets take long over more


class FigureActions(QWidget):
    """``cells_wanted`` carries ``ProvingCells`` of one file, ``citation_wanted`` the number of a citation; ``failed`` a Problem."""

    cells_wanted = Signal(object)
    citation_wanted = Signal(int)
    failed = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._answer: Answer | None = None
        self._copied: list[FormRow] = []
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        row = FlowLayout(self, theme.SPACE_M)
        row.setContentsMargins(0, theme.SPACE_S, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.rows = self._button("file-table", self.show_rows)
        self.copy = self._button("copy", self.copy_rows)
        self.export = self._button("download", self._open_kinds)
        for button in (self.rows, self.copy, self.export):
            row.addWidget(button)
        self.note = plain_label("small", parent=self)
        self.note.setMinimumHeight(self.copy.sizeHint().height())
        self.note.hide()
        row.addWidget(self.note)

    def _button(self, icon: str, pressed: object) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("role", "strip")
        button.setProperty("flush", True)  # its picture stands below the text, not a padding to the right of it
        button.setIcon(icons.icon(icon, "quiet"))
        icons.set_size(button, icons.BESIDE_TEXT)
        button.clicked.connect(pressed)
        return button

    def show_answer(self, answer: Answer) -> None:
        """Offer what can be done with this answer."""
        if answer is not self._answer:
            self._answer = answer
            self._say("")
            self.retranslate()

    @property
    def _computed(self) -> Computed:
        assert self._answer is not None
        assert self._answer.computed is not None
        return self._answer.computed

    # ---- the rows in their file ----

    def show_rows(self) -> None:
        """Open the sheet with every cell marked; of several files the one that is chosen; of a page its first row."""
        files = self.files()
        if len(files) > 1:
            menu = self.menu_of_files()
            menu.popup(self.rows.mapToGlobal(QPoint(0, self.rows.height() + 2)))
        elif files:
            self.cells_wanted.emit(files[0])
        elif self._answer is not None and self._answer.citations:
            self.citation_wanted.emit(self._answer.citations[0].number)

    def files(self) -> list[tuple[ProvingCells, ...]]:
        """The cells by their files, those of spreadsheets."""
        by_path = dict[str, list[ProvingCells]]()
        for cells in self._computed.cells:
            if kind_of(cells.path) == "spreadsheet":
                by_path.setdefault(cells.path, []).append(cells)
        return [tuple(cells) for cells in by_path.values()]

    def menu_of_files(self) -> QMenu:
        """The files that the rows stand in."""
        menu = QMenu(self)
        files = self.files()
        names = names_apart([cells[0].path for cells in files])
        for cells in files:
            menu.addAction(button_text(names[cells[0].path]), partial(self.cells_wanted.emit, cells))
        return menu

    # ---- copying ----

    def copy_rows(self) -> None:
        """Put the groups or all rows into the clipboard, as a table."""
        computed = self._computed
        if computed.groups:
            self._put(_groups(computed))
        elif computed.matched <= len(computed.rows):
            self._put([list(computed.columns), *(list(row.shown) for row in computed.rows)])
        else:
            self._copied = []
            self.copy.setEnabled(False)
            pages = RowPages(self._client, computed.form, "", self)
            pages.came.connect(partial(self._copied_page, pages))
            pages.failed.connect(partial(self._not_copied, pages))
            pages.go_on()

    def _copied_page(self, pages: RowPages, result: FormRowsResult) -> None:
        if max(result.total, len(self._copied)) > _MOST_COPIED:
            self._end_copy(pages)
            self._say(tr("Too many rows to copy at once: export them."))
            return
        self._copied += result.rows
        if result.after is not None:
            pages.go_on(result.after)
            return
        self._put(_cells_of(self._computed.columns, result.columns, self._copied))
        self._end_copy(pages)

    def _not_copied(self, pages: RowPages, problem: Problem) -> None:
        self._end_copy(pages)
        self._say(str(sentence(problem)))

    def _end_copy(self, pages: RowPages) -> None:
        self._copied = []
        self.copy.setEnabled(True)
        pages.deleteLater()

    def _put(self, rows: list[list[str]]) -> None:
        QGuiApplication.clipboard().setMimeData(mime_of([CopiedTable(rows, 1)]))
        self._say(trn("{n} row copied", "{n} rows copied", len(rows) - 1, n=f"{len(rows) - 1:,}"))

    # ---- exporting ----

    def menu_of_kinds(self) -> QMenu:
        """The formats."""
        menu = QMenu(self)
        words = {"xlsx": tr("Excel workbook"), "csv": tr("CSV table")}
        for kind in KINDS:
            menu.addAction(f"{words[kind]} (.{kind})", partial(self._ask_where, kind, words[kind]))
        return menu

    def _open_kinds(self) -> None:
        self.menu_of_kinds().popup(self.export.mapToGlobal(QPoint(0, self.export.height() + 2)))

    def _ask_where(self, kind: str, words: str) -> None:
        assert self._answer is not None
        dialog = QFileDialog(self, tr("Export all rows"), self._folder, f"{words} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)  # which asks before it overwrites
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{suggested_name(self._answer.question)}.{kind}")
        dialog.fileSelected.connect(lambda path: self.save(path, kind))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: str, kind: str) -> None:
        """Write all rows with their places into a file."""
        assert self._answer is not None
        self._folder = os.path.dirname(path)
        export = RowExport(self._client, self._answer, path, kind, self)
        export.progressed.connect(self._progressed)
        export.saved.connect(lambda rows: self._saved(export, rows))
        export.failed.connect(lambda problem: self._not_saved(export, problem))
        self.export.setEnabled(False)
        export.start()

    def _progressed(self, written: int, total: int) -> None:
        self._say(tr("{done} of {total} rows written", done=f"{written:,}", total=f"{total:,}"), aloud=False)

    def _saved(self, export: RowExport, rows: int) -> None:
        self._end_export(export)
        self._say(trn("{n} row exported", "{n} rows exported", rows, n=f"{rows:,}"))

    def _not_saved(self, export: RowExport, problem: Problem) -> None:
        self._end_export(export)
        self._say("")
        self.failed.emit(problem)

    def _end_export(self, export: RowExport) -> None:
        self.export.setEnabled(may_export())
        export.deleteLater()

    # ---- words ----

    def _say(self, words: str, *, aloud: bool = True) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self.updateGeometry()
        if aloud:
            announce(self, words)

    def retranslate(self) -> None:
        if self._answer is None:
            return
        computed = self._computed
        rows = tr("Show all rows") if self.files() else tr("Show the rows")
        for button, words in ((self.rows, rows), (self.copy, tr("Copy as table")), (self.export, tr("Export all rows…"))):
            button.setText(button_text(words))
            button.setAccessibleName(words)
        self.rows.setVisible(bool(self.files() or self._answer.citations))
        self.copy.setVisible(bool(computed.groups or computed.rows))
        self.export.setVisible(computed.matched > 0)
        self.export.setEnabled(may_export())
        set_plain_tooltip(
            self.rows,
            tr("Opens the sheet with every cell marked that counted")
            if self.files()
            else tr("Opens the page of the first row"),
        )
        set_plain_tooltip(
            self.export,
            tr("With the place of each row and what was computed")
            if may_export()
            else str(sentence(UsageProblem("export_off"))),
        )


def _groups(computed: Computed) -> list[list[str]]:
    """Each group with its figure."""
    form = computed.form
    head = [form.group or form.named, form.column or tr("Rows")]
    return [head, *([str(name), _figure(value)] for name, value in computed.groups)]


def _figure(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:.15g}"


def _cells_of(names: Sequence[str], columns: Sequence[Column], rows: Sequence[FormRow]) -> list[list[str]]:
    """What is shown of the columns that an answer shows."""
    known = [column.name for column in columns]
    places = [known.index(name) for name in names if name in known]
    return [[known[place] for place in places], *([row.shown[place] for place in places] for row in rows)]
