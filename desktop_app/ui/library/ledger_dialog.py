# SPDX-License-Identifier: Apache-2.0
"""The ledger: every file, its state, why, and what can be done.

Not modal: it stays beside the conversation while files are read again, and follows the library: rows come anew with each overview, and what
became of a retry or a password is said on the very row. The table pages (``ledger_model``); what is narrowed by state, by source or by
words, and the order, are the engine's work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
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
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.fitting import resize_to_fit
from desktop_app.ui.look.labels import hairline, plain_label, set_plain_tooltip
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.widgets import ocr_choice, opening
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.wording.place import folder_of, short_path
from desktop_app.wording.problem_texts import sentence, state
from desktop_app.wording.run_texts import makes_vectors

_UNREAD = ("failed", "partial")
# What the first field offers, in this order: states, () for every file, and whether only those that were put aside, or were not. "hidden":
# only files with hidden text.
_VIEWS: dict[str, tuple[tuple[str, ...], bool | None]] = {
    "need": (_UNREAD, False),
    "all": ((), None),
    "hidden": ((), None),
    "indexed": (("indexed",), None),
    "words": (("words",), None),
    "partial": (("partial",), None),
    "failed": (("failed",), None),
    "skipped": (("skipped",), None),
    "offline": (("offline",), None),
    "pending": (("pending",), None),
    "aside": (_UNREAD, True),
}
_TYPING_MS = 150  # of silence before the words in the field are matched


class LedgerDialog(SeenOrder, QDialog):
    """``retry_requested``: paths to try again, ["*"] for all that failed, [] for what has become due by itself; ``password_given``: paths, and what
    to try them with. ``file_requested``: a path to be shown beside the conversation."""

    retry_requested = Signal(list)
    password_given = Signal(list, list)  # of Password
    duplicates_requested = Signal()
    rules_requested = Signal()
    file_requested = Signal(str)

    def __init__(self, client: EngineClient, settings: Settings, runs: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._runs = runs
        self._counts: dict[str, int] = {}
        self._needing = self._with_hidden = 0
        self._settling = False  # reading has ended; what it came to is said when the rows are here
        self._below = ""
        self._chosen = "need"
        self._model = LedgerModel(client, self)
        self._model.counted.connect(self._counted)
        self._model.problem.connect(self._failed)
        runs.overview_changed.connect(self._library_changed)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: self._model.set_text(self._words.text()))
        self.setModal(False)
        resize_to_fit(self, 980, 620)
        self._build()
        self.retranslate()

    # ---- for the window ----

    def open_fresh(self, below: str = "", view: str = "") -> None:
        """Show the files below a source ("" for all); ``view``: "need", "all" or a state, "" picks what is most useful."""
        self._below = below
        self._open_line.dismiss()
        if not self._password_line.trying:
            self._password_line.dismiss()
            self._model.tries.forget()
        self._words.clear()
        self._model.set_text("")
        chosen = view or ("all" if below else "need")
        self._choose(chosen)
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh(self) -> None:
        """Ask for everything anew."""
        self._client.request(lambda id_: messages.Overview(id=id_)).succeeded.connect(self._looked)
        self._load()
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
        self._aside.setText(tr("Put aside"))
        set_plain_tooltip(self._aside, tr("It stays in this list, but is no longer counted as not read."))
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
        mark_as_search(self._words, clear=True)
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
        self._table.acted.connect(self._act)
        self._table.put_aside.connect(self._put_selected_aside)
        self._table.menu_wanted.connect(self._show_menu)
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
        self._retry_all = self._button("refresh", self._retry_failed)
        self._password_line = PasswordLine(self)
        self._password_line.entered.connect(self._password_entered)
        self._password = self._button("lock", self._ask_password)
        self._aside = self._button("minus", self._put_selected_aside)
        self._open_line = OpenLine(self._settings, self)
        self._copy = self._button("copy", self.copy_list)
        self._duplicates = self._button("files", self.duplicates_requested)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_L)
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self._retry)
        foot.addWidget(self._retry_all)
        foot.addWidget(self._password)
        foot.addWidget(self._aside)
        foot.addStretch(1)
        foot.addWidget(self._duplicates)
        foot.addWidget(self._copy)
        return foot

    def _button(self, icon: str, action: object) -> QPushButton:
        button = QPushButton(icons.icon(icon, "quiet"), "", self)
        icons.set_size(button, icons.BESIDE_TEXT)
        button.setAutoDefault(False)
        button.clicked.connect(action)
        return button

    # ---- narrowing ----

    def _load(self) -> None:
        states, dismissed = _VIEWS[self._chosen]
        self._model.ocr = self._settings.text("ocr")
        self._model.load(states, self._below, dismissed=dismissed, hidden=self._chosen == "hidden")

    def _choose(self, view: str) -> None:
        self._chosen = view if view in _VIEWS else "need"
        self._fill_views()

    def _narrow(self, view: str) -> None:
        self._choose(view)
        self._load()

    def _leave_scope(self) -> None:
        self._below = ""
        self.refresh()

    def _fill_views(self) -> None:
        total = sum(self._counts.values())
        menu = self._view.menu()
        menu.clear()
        unread = sum(self._counts.get(one, 0) for one in _UNREAD)
        special = {"need": self._needing, "all": total, "hidden": self._with_hidden, "aside": unread - self._needing}
        for name in _VIEWS:
            count = special[name] if name in special else self._counts.get(name, 0)
            if name not in ("need", "all") and not count and name != self._chosen:
                continue
            own = {
                "need": tr("Not fully read"),
                "all": tr("All files"),
                "hidden": tr("With hidden text"),
                "aside": tr("Put aside"),
            }
            label = own.get(name) or state(name)
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
        of = source if source is not None else overview
        self._needing, self._with_hidden = of.needing, of.with_hidden
        self._fill_views()
        self._show_summary()

    def _library_changed(self, overview: messages.OverviewResult) -> None:
        """While files are read, every two seconds, and when that ends."""
        tries = self._model.tries
        progress = self._runs.progress
        reading = self._runs.running and not (progress is not None and makes_vectors(progress))
        if tries.running and not reading:
            tries.end()
            self._settling = True
        if self.isVisible():
            self._looked(overview)
            self._model.ocr = self._settings.text("ocr")
            self._model.refresh()

    def _settle(self) -> None:
        """The rows after a try are here: a password that was wrong keeps its line open."""
        if self._settling and not self._model.loading:
            self._settling = False
            self._model.reword()
            tried = {row.path for row in self._password_line.rows}
            rows = [self._model.row(place) for place in self._model.places_of(tried)]
            self._password_line.set_outcome([row for row in rows if row is not None and row.needs_password])

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
        rows = self.selected()
        self._retry.setEnabled(self._table.selectionModel().hasSelection())
        self._password.setVisible(any(row.needs_password for row in rows))
        unread = [row for row in rows if row.state in _UNREAD]
        self._aside.setEnabled(bool(unread))
        back = bool(unread) and all(row.dismissed for row in unread)
        self._aside.setText(tr("Count again") if back else tr("Put aside"))
        self._copy.setEnabled(self._model.rowCount() > 0)

    def _counted(self, shown: int, total: int) -> None:
        self._show_buttons()
        self._settle()
        if shown or (total and self._model.loading):
            self._pages.setCurrentWidget(self._table)
            return
        if self._words.text().strip():
            words = tr("No file here matches these words.")
        elif self._chosen == "need":
            words = tr("Nothing to do: every file that can be read has been read.")
        else:
            words = tr("No file is in this state.")
        self._nothing.setText(words)
        self._pages.setCurrentWidget(self._nothing)

    def _failed(self, problem: Problem) -> None:
        self._nothing.setText(str(sentence(problem)))
        self._pages.setCurrentWidget(self._nothing)

    # ---- remedies ----

    def _act(self, row: LedgerRow) -> None:
        """The button of a row."""
        match self._model.remedy(row).action:
            case "password":
                self._password_line.ask([row])
            case "ocr":
                self._turn_ocr_on()
            case "retry":
                self._try_again([row])
            case "open":
                self._open_line.open(row.path)
            case "folder":
                if not opening.reveal(row.path):
                    self._open_line.open(row.path)  # which says why
            case "rules":
                self.rules_requested.emit()
            case "show":
                self.file_requested.emit(row.path)

    def menu_for(self, rows: Sequence[LedgerRow]) -> QMenu:
        """The context menu of the selected rows."""
        menu = QMenu(self)

        def add(icon: str, words: str, action: Callable[[], object], *, enabled: bool = True) -> None:
            entry = menu.addAction(icons.icon(icon, "quiet"), words)
            entry.triggered.connect(lambda _=False: action())
            entry.setEnabled(enabled)

        first = rows[0]
        one = len(rows) == 1
        if one:
            can_show = first.state in SEARCHABLE
            add(
                "panel-right",
                tr("Show beside the conversation"),
                lambda: self.file_requested.emit(first.path),
                enabled=can_show,
            )
            add("open-external", tr("Open"), lambda: self._open_line.open(first.path), enabled=opening.allowed())
            add("folder", tr("Show in folder"), lambda: opening.reveal(first.path), enabled=opening.allowed())
            menu.addSeparator()
        locked = [row for row in rows if row.needs_password]
        if locked:
            add("lock", tr("Enter password…"), lambda: self._password_line.ask(locked))
        add("refresh", tr("Try again"), lambda: self._try_again(rows))
        unread = [row for row in rows if row.state in _UNREAD]
        if unread:
            back = all(row.dismissed for row in unread)
            add("minus", tr("Count again") if back else tr("Put aside"), self._put_selected_aside)
        menu.addSeparator()
        add("copy", tr("Copy path") if one else tr("Copy paths"), lambda: _copy_paths(rows))
        return menu

    def _show_menu(self, place: QPoint) -> None:
        rows = self.selected()
        if rows:
            menu = self.menu_for(rows)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(place)

    def _retry_selected(self) -> None:
        rows = self.selected()
        if rows:
            self._try_again(rows)

    def _retry_failed(self) -> None:
        """All of them, also those that are not loaded; what is said on rows is said of those that are."""
        loaded = (self._model.row(place) for place in range(self._model.rowCount()) if self._model.is_loaded(place))
        self._model.tries.begin(row for row in loaded if row is not None and row.state == "failed")
        self._ask_retry(["*"])

    def _try_again(self, rows: Sequence[LedgerRow]) -> None:
        self._model.tries.begin(rows)
        self._ask_retry([row.path for row in rows])

    def _ask_retry(self, paths: Sequence[str]) -> None:
        self._model.reword()
        self.retry_requested.emit(list(paths))

    def _ask_password(self) -> None:
        self._password_line.ask([row for row in self.selected() if row.needs_password])

    def _password_entered(self, password: str, whole_folder: bool) -> None:
        locked = self._password_line.rows
        if whole_folder:
            folder = folder_of(locked[0].path)
            given = Password(password, folder)
            self._model.whole(lambda rows: self._give([row for row in rows if given.is_for(row.path)], [given]))
        else:
            self._give(locked, [Password(password, row.path) for row in locked])

    def _give(self, rows: Sequence[LedgerRow], passwords: Sequence[Password]) -> None:
        locked = [row for row in rows if row.needs_password]
        self._model.tries.begin(locked, with_password=True)
        self._password_line.rows = locked
        self._model.reword()
        self.password_given.emit([row.path for row in locked], list(passwords))

    def _put_selected_aside(self) -> None:
        """Put aside what is counted; where all are put aside already, count them again."""
        unread = [row for row in self.selected() if row.state in _UNREAD]
        if not unread:
            return
        dismissed = not all(row.dismissed for row in unread)
        paths = [row.path for row in unread]
        asked = self._client.request(lambda id_: messages.Dismiss(id=id_, paths=paths, dismissed=dismissed))
        asked.succeeded.connect(lambda _: self._runs.refresh())
        asked.failed.connect(self._failed)

    def _turn_ocr_on(self) -> None:
        problem = self._settings.keep("ocr", "auto")
        if problem is not None:
            self._summary.setText(str(sentence(problem)))
            return
        self._model.ocr = "auto"
        self._summary.setText(ocr_choice.explanation("auto"))
        self._ask_retry([])  # what the choice concerns is read again, nothing else

    def _copy_selected(self) -> None:
        rows = self.selected()
        if rows:
            self._copied(rows)

    def _copied(self, rows: Sequence[LedgerRow]) -> None:
        QGuiApplication.clipboard().setText(as_tsv(rows))
        self._summary.setText(
            trn("{n} line copied; paste it into a spreadsheet.", "{n} lines copied; paste them into a spreadsheet.", len(rows))
        )


def _copy_paths(rows: Sequence[LedgerRow]) -> None:
    QGuiApplication.clipboard().setText("\n".join(row.path for row in rows))
