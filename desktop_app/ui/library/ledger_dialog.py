# SPDX-License-Identifier: Apache-2.0
"""The ledger: every file, its state, why, and what can be done.

Not modal: it stays beside the conversation while files are read again. The table pages (``ledger_model``); what is narrowed by
state, by source or by words, and the order, are the engine's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.index_run import Password
from desktop_app.contract.ledger import SEARCHABLE, LedgerRow
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.library.ledger_model import LedgerModel, as_tsv
from desktop_app.ui.library.ledger_table import LedgerTable
from desktop_app.ui.library.password_line import PasswordLine
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import hairline, plain_label, set_plain_tooltip
from desktop_app.ui.widgets import ocr_choice, opening
from desktop_app.ui.widgets.ocr_choice import OcrChoice
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.wording.place import folder_of, short_path
from desktop_app.wording.problem_texts import sentence, state

# What the first field offers, in this order; "" of states means every file.
_VIEWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("need", ("failed", "partial")),
    ("all", ()),
    ("indexed", ("indexed",)),
    ("words", ("words",)),
    ("partial", ("partial",)),
    ("failed", ("failed",)),
    ("skipped", ("skipped",)),
    ("offline", ("offline",)),
    ("pending", ("pending",)),
)
_TYPING_MS = 150  # of silence before the words in the field are matched


class LedgerDialog(QDialog):
    """``retry_requested``: paths to try again, ["*"] for all that failed, [] for what has become due by itself; ``password_given``: paths, and what
    to try them with. The window hands both to the library panel."""

    retry_requested = Signal(list)
    password_given = Signal(list, list)  # of Password
    duplicates_requested = Signal()

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._counts: dict[str, int] = {}
        self._below = ""
        self._chosen = "need"
        self._model = LedgerModel(client, self)
        self._model.counted.connect(self._counted)
        self._model.problem.connect(self._failed)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: self._model.set_text(self._words.text()))
        self.setModal(False)
        self.resize(980, 620)
        self._build()
        self.retranslate()

    # ---- for the window ----

    def open_fresh(self, below: str = "", view: str = "") -> None:
        """Show the files below a source ("" for all); ``view``: "need", "all" or a state, "" picks what is most useful."""
        self._below = below
        self._open_line.dismiss()
        self._words.clear()
        self._model.set_text("")
        chosen = view or ("all" if below else "need")
        self._choose(chosen)
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh(self) -> None:
        """Ask again, for instance after indexing."""
        self._client.request(lambda id_: messages.Overview(id=id_)).succeeded.connect(self._looked)
        self._model.load(self._states(), self._below)
        self._show_scope()

    @property
    def model(self) -> LedgerModel:
        return self._model

    def selected(self) -> list[LedgerRow]:
        """The selected rows that are loaded."""
        return self._table.selected_rows()

    def copy_list(self) -> None:
        """The whole list as it is narrowed now, or the selected rows when there are several, as tab-separated text."""
        chosen = self.selected()
        if len(chosen) > 1:
            self._copied(chosen)
        else:
            self._model.whole(self._copied)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Files"))
        self._title.setText(tr("What can be searched, and what cannot"))
        self._words.setPlaceholderText(tr("Search names and reasons"))
        self._words.setAccessibleName(tr("Search names and reasons"))
        self._view.setAccessibleName(tr("State"))
        self._table.setAccessibleName(tr("Files"))
        self._retry.setText(tr("Try again"))
        self._retry_all.setText(tr("Try all failed again"))
        self._password.setText(tr("Enter password…"))
        self._password_line.retranslate()
        self._ocr.retranslate()
        self._folder.setText(tr("Open folder"))
        self._copy.setText(tr("Copy list"))
        self._duplicates.setText(tr("Copies and versions"))
        self._everywhere.setText(tr("Show all folders"))
        self._fill_views()
        self._model.retranslate()
        self._show_scope()
        self._show_summary()

    # ---- building ----

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._build_head())
        layout.addLayout(self._build_list(), 1)
        layout.addWidget(hairline(self))
        foot = self._build_foot()
        asking = QVBoxLayout()
        asking.setContentsMargins(theme.SPACE_XL, theme.SPACE_S, theme.SPACE_XL, 0)
        asking.addWidget(self._password_line)
        asking.addWidget(self._open_line)
        layout.addLayout(asking)
        layout.addLayout(foot)

    def _build_head(self) -> QVBoxLayout:
        """What is narrowed, and to what."""
        self._title = plain_label("title", parent=self)
        self._summary = plain_label("quiet", parent=self)
        self._view = QPushButton(self)
        self._view.setAutoDefault(False)
        self._view.setMenu(QMenu(self._view))
        self._words = QLineEdit(self)
        self._words.setClearButtonEnabled(True)
        self._words.addAction(icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self._words.textChanged.connect(lambda _: self._typing.start())
        self._scope = plain_label("quiet", parent=self)
        self._everywhere = QPushButton(self)
        self._everywhere.setProperty("role", "plain")
        self._everywhere.clicked.connect(self._leave_scope)
        filters = QHBoxLayout()
        filters.setSpacing(theme.SPACE_S)
        filters.addWidget(self._view)
        filters.addWidget(self._words, 1)
        scope = QHBoxLayout()
        scope.addWidget(self._scope)
        scope.addWidget(self._everywhere)
        scope.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_M)
        head.setSpacing(theme.SPACE_S)
        head.addWidget(self._title)
        head.addWidget(self._summary)
        head.addSpacing(theme.SPACE_XS)
        head.addLayout(filters)
        head.addLayout(scope)
        return head

    def _build_list(self) -> QHBoxLayout:
        """The table, or why there is nothing in it."""
        self._table = LedgerTable(self._model, self)
        self._table.selected.connect(self._show_buttons)
        self._table.opened.connect(lambda row: self._open_line.open(row.path))
        self._table.copied.connect(self._copy_selected)
        self._nothing = plain_label("quiet", wrap=True, parent=self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(80, 0, 80, 0)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._table)
        self._pages.addWidget(self._nothing)
        inset = QHBoxLayout()
        inset.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_L, 0)
        inset.addLayout(self._pages)
        return inset

    def _build_foot(self) -> QHBoxLayout:
        """A button for each remedy."""
        self._retry = self._button("refresh", self._retry_selected)
        self._retry_all = self._button("refresh", lambda: self._ask_retry(["*"]))
        self._password_line = PasswordLine(self)
        self._password_line.entered.connect(self._password_entered)
        self._password = self._button("lock", self._password_line.ask)
        self._ocr = OcrChoice(self._settings, self)
        self._ocr.wanted.connect(self._choose_ocr)
        self._open_line = OpenLine(self._settings, self)
        self._folder = self._button("folder", self._open_folder)
        self._copy = self._button("copy", self.copy_list)
        self._duplicates = self._button("files", self.duplicates_requested)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_L)
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self._retry)
        foot.addWidget(self._retry_all)
        foot.addWidget(self._password)
        foot.addStretch(1)
        foot.addWidget(self._ocr)
        foot.addWidget(self._duplicates)
        foot.addWidget(self._folder)
        foot.addWidget(self._copy)
        return foot

    def _button(self, icon: str, action: object) -> QPushButton:
        button = QPushButton(icons.icon(icon, "quiet"), "", self)
        button.setAutoDefault(False)
        button.clicked.connect(action)
        return button

    # ---- narrowing ----

    def _states(self) -> tuple[str, ...]:
        return dict(_VIEWS)[self._chosen]

    def _choose(self, view: str) -> None:
        self._chosen = view if view in dict(_VIEWS) else "need"
        self._fill_views()

    def _narrow(self, view: str) -> None:
        self._choose(view)
        self._model.load(self._states(), self._below)

    def _leave_scope(self) -> None:
        self._below = ""
        self.refresh()

    def _fill_views(self) -> None:
        total = sum(self._counts.values())
        menu = self._view.menu()
        menu.clear()
        for name, states in _VIEWS:
            count = sum(self._counts.get(one, 0) for one in states) if states else total
            if len(states) == 1 and not count and name != self._chosen:
                continue
            label = {"need": tr("Need you"), "all": tr("All files")}.get(name) or state(name)
            label = f"{label[:1].upper()}{label[1:]}  {count:,}"
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(name == self._chosen)
            action.triggered.connect(partial(self._narrow, name))
            if name == self._chosen:
                self._view.setText(label)

    def _looked(self, overview: messages.OverviewResult) -> None:
        source = next((one for one in overview.sources if one.path == self._below), None)
        self._counts = dict(source.counts if source is not None else overview.counts)
        self._fill_views()
        self._show_summary()

    # ---- showing ----

    def _show_scope(self) -> None:
        narrowed = bool(self._below)
        self._scope.setText(tr("Only below {folder}", folder=short_path(self._below, 70)))
        set_plain_tooltip(self._scope, self._below)
        self._scope.setVisible(narrowed)
        self._everywhere.setVisible(narrowed)

    def _show_summary(self) -> None:
        total = sum(self._counts.values())
        searchable = sum(self._counts.get(state, 0) for state in SEARCHABLE)
        self._summary.setText(
            trn(
                "{searchable} of {total} file can be searched.",
                "{searchable} of {total} files can be searched.",
                total,
                total=f"{total:,}",
                searchable=f"{searchable:,}",
            )
            if total
            else ""
        )
        self._retry_all.setEnabled(bool(self._counts.get("failed")))
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = self._table.selectionModel().selectedRows()
        self._retry.setEnabled(bool(chosen))
        self._folder.setEnabled(len(chosen) == 1)
        locked = any(row.needs_password for row in self.selected())
        self._password.setVisible(locked)
        if not locked:
            self._password_line.dismiss()
        self._copy.setEnabled(self._model.rowCount() > 0)

    def _counted(self, shown: int, total: int) -> None:
        self._show_buttons()
        if shown or (total and self._model.loading):
            self._pages.setCurrentWidget(self._table)
            return
        if self._words.text().strip():
            words = tr("No file here matches these words.")
        elif self._chosen == "need":
            words = tr("Nothing needs you: every file that can be read has been read.")
        else:
            words = tr("No file is in this state.")
        self._nothing.setText(words)
        self._pages.setCurrentWidget(self._nothing)

    def _failed(self, problem: Problem) -> None:
        self._nothing.setText(str(sentence(problem)))
        self._pages.setCurrentWidget(self._nothing)

    # ---- remedies ----

    def _retry_selected(self) -> None:
        paths = [row.path for row in self.selected()]
        if paths:
            self._ask_retry(paths)

    def _ask_retry(self, paths: Sequence[str]) -> None:
        self.retry_requested.emit(list(paths))
        self._summary.setText(tr("They are tried again now; the list is up to date when reading has ended."))

    def _password_entered(self, password: str, whole_folder: bool) -> None:
        locked = [row for row in self.selected() if row.needs_password]
        if not locked:
            return
        if whole_folder:
            folder = folder_of(locked[0].path)
            given = Password(password, folder)
            self._model.whole(lambda rows: self._give([row for row in rows if given.is_for(row.path)], [given]))
        else:
            self._give(locked, [Password(password, row.path) for row in locked])

    def _give(self, rows: Sequence[LedgerRow], passwords: Sequence[Password]) -> None:
        self.password_given.emit([row.path for row in rows if row.needs_password], list(passwords))
        self._summary.setText(tr("They are tried again now; the list is up to date when reading has ended."))

    def _choose_ocr(self, mode: str) -> None:
        problem = self._settings.keep("ocr", mode)
        if problem is not None:
            self._summary.setText(str(sentence(problem)))
        else:
            self._summary.setText(ocr_choice.explanation(mode))
            self.retry_requested.emit([])  # what the choice concerns is read again, nothing else
        self._ocr.retranslate()

    def _open_folder(self) -> None:
        rows = self.selected()
        if rows:
            opening.reveal(rows[0].path)

    def _copy_selected(self) -> None:
        rows = self.selected()
        if rows:
            self._copied(rows)

    def _copied(self, rows: Sequence[LedgerRow]) -> None:
        QGuiApplication.clipboard().setText(as_tsv(rows))
        self._summary.setText(
            trn("{n} line copied; paste it into a spreadsheet.", "{n} lines copied; paste them into a spreadsheet.", len(rows))
        )
