# SPDX-License-Identifier: Apache-2.0
"""The dialog of copies and versions among the files.

Which files say the same, which is the newest, and how far the others differ.

Looked for each time it opens, over the whole library (about a second for ten thousand passages); closing it stops the search.
Nothing is ever deleted here: the user opens the file or its folder and decides.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.reports.duplicate_report import DuplicateReport
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.library.duplicates_list import DuplicateRow, DuplicatesDelegate, DuplicatesModel, RowRole, as_tsv
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.fitting import resize_to_fit
from desktop_app.ui.look.labels import hairline, plain_label
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.wording.problem_texts import sentence

_VIEWS = ("all", "exact", "near")


class DuplicatesDialog(SeenOrder, QDialog):
    """Not modal; closing it stops the search."""

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._operation: Operation | None = None
        self._report: DuplicateReport | None = None
        self._problem: Problem | None = None
        self._chosen = "all"
        self._done = self._total = 0
        self._model = DuplicatesModel(self)
        self.setModal(False)
        resize_to_fit(self, 860, 620)
        self._build()
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)

    def open_fresh(self) -> None:
        """Show the dialog and search anew."""
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh(self) -> None:
        """Search anew; a search under way is stopped."""
        self._stop()
        self._open_line.dismiss()
        self._report = self._problem = None
        self._done = self._total = 0
        self._model.show(())
        operation = self._client.request(lambda id_: messages.Duplicates(id=id_))
        self._operation = operation
        operation.progressed.connect(self._progressed)
        operation.succeeded.connect(lambda result: self._found(operation, result))
        operation.failed.connect(lambda problem: self._failed(operation, problem))
        self._show()

    @property
    def model(self) -> DuplicatesModel:
        return self._model

    @property
    def summary(self) -> str:
        return self._summary.text()

    def selected(self) -> list[DuplicateRow]:
        rows: list[DuplicateRow] = [index.data(RowRole) for index in self._list.selectionModel().selectedIndexes()]
        return rows

    def copy_list(self) -> None:
        """The groups that are shown, as tab-separated text into the clipboard."""
        QGuiApplication.clipboard().setText(as_tsv(self._model.rows))
        count = sum(row.file is not None for row in self._model.rows)
        self._summary.setText(
            trn("{n} line copied; paste it into a spreadsheet.", "{n} lines copied; paste them into a spreadsheet.", count)
        )

    # ---- answers of the engine ----

    def _progressed(self, message: messages.Progress) -> None:
        self._done, self._total = message.done, message.total or 0
        self._show()

    def _found(self, operation: Operation, result: messages.DuplicatesResult) -> None:
        if operation is self._operation:
            self._operation, self._report = None, result.report
            self._narrow(self._chosen)

    def _failed(self, operation: Operation, problem: Problem) -> None:
        if operation is self._operation:
            self._operation, self._problem = None, problem
            self._show()

    def _stop(self) -> None:
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.cancel()

    # ---- building ----

    def _build(self) -> None:
        self._title = plain_label("title", parent=self)
        self._summary = plain_label("quiet", wrap=True, parent=self)
        self._views = {name: self._button("", lambda name=name: self._narrow(name)) for name in _VIEWS}
        for button in self._views.values():
            button.setCheckable(True)
        self._again = self._button("refresh", self.refresh)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(3)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(DuplicatesDelegate(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setLayoutMode(QListView.LayoutMode.Batched)
        self._list.doubleClicked.connect(self._open_index)
        self._list.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        self._open = self._button("open-external", self._open_file)
        self._folder = self._button("folder", self._open_folder)
        self._copy = self._button("copy", self.copy_list)
        self._open_line = OpenLine(self._settings, self)
        asking = QHBoxLayout()
        asking.setContentsMargins(theme.SPACE_XL, theme.SPACE_S, theme.SPACE_XL, 0)
        asking.addWidget(self._open_line)
        views = QHBoxLayout()
        views.setSpacing(theme.SPACE_S)
        for button in self._views.values():
            views.addWidget(button)
        views.addStretch(1)
        views.addWidget(self._again)
        head = QVBoxLayout()
        head.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_M)
        head.setSpacing(theme.SPACE_S)
        head.addWidget(self._title)
        head.addWidget(self._summary)
        head.addLayout(views)
        middle = QHBoxLayout()
        middle.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_L, 0)
        middle.addWidget(self._list)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_L)
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self._open)
        foot.addWidget(self._folder)
        foot.addStretch(1)
        foot.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addLayout(middle, 1)
        layout.addWidget(hairline(self))
        layout.addLayout(asking)
        layout.addLayout(foot)
        theme.notifier.changed.connect(self._list.viewport().update)

    def _button(self, icon: str, action: object) -> QPushButton:
        button = QPushButton(self)
        if icon:
            button.setIcon(icons.icon(icon, "quiet"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: action())  # type: ignore[operator]
        return button

    # ---- showing ----

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Copies and versions"))
        self._title.setText(tr("Copies and versions"))
        self._list.setAccessibleName(tr("Copies and versions"))
        self._again.setText(tr("Look again"))
        self._open.setText(tr("Open"))
        self._folder.setText(tr("Open folder"))
        self._copy.setText(tr("Copy list"))
        self._list.viewport().update()
        self._show()

    def _narrow(self, view: str) -> None:
        self._chosen = view
        groups = self._report.groups if self._report is not None else ()
        self._model.show([group for group in groups if view in ("all", group.kind)])
        self._show()

    def _show(self) -> None:
        groups = self._report.groups if self._report is not None else ()
        counts = {view: sum(view in ("all", group.kind) for group in groups) for view in _VIEWS}
        words = {"all": tr("All"), "exact": tr("Same text"), "near": tr("Versions")}
        for view, button in self._views.items():
            button.setText(f"{words[view]}  {counts[view]:,}" if self._report is not None else words[view])
            button.setChecked(view == self._chosen)
        self._bar.setVisible(self._operation is not None)
        self._bar.setRange(0, self._total)
        self._bar.setValue(self._done)
        if self._operation is not None:
            said = (
                trn(
                    "Comparing: {done} of {total} file…",
                    "Comparing: {done} of {total} files…",
                    self._total,
                    done=f"{self._done:,}",
                    total=f"{self._total:,}",
                )
                if self._total
                else tr("Comparing…")
            )
        elif self._problem is not None:
            said = str(sentence(self._problem))
        elif self._report is None:
            said = ""
        elif not groups:
            said = trn("No file is a copy or a version of another. {n} was compared.", "No file is a copy or a version of another. {n} were compared.", self._report.compared)  # fmt: skip
        else:
            said = trn("{n} file was compared. Nothing is deleted here.", "{n} files were compared. Nothing is deleted here.", self._report.compared)  # fmt: skip
        self._summary.setText(said)
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = bool(self.selected())
        self._open.setEnabled(chosen)
        self._folder.setEnabled(chosen)
        self._copy.setEnabled(bool(self._model.rows))

    # ---- what a user does ----

    def _open_index(self, index: QModelIndex) -> None:
        row: DuplicateRow = index.data(RowRole)
        if row.file is not None:
            self._open_line.open(row.file.path)

    def _open_file(self) -> None:
        for row in self.selected():
            assert row.file is not None
            self._open_line.open(row.file.path)

    def _open_folder(self) -> None:
        for row in self.selected():
            assert row.file is not None
            opening.reveal(row.file.path)

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)
