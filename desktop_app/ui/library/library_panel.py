# SPDX-License-Identifier: Apache-2.0
"""The library in the side panel: its folders, what is being read, what needs the person; and the hand that adds and removes.

The panel owns the one indexing operation of the window:

    add(paths) -> AddSources -> Overview, Index       a folder dropped while Index runs is remembered, and Index runs once more
    start_index(retry), check_again(source) -> Index  the same rule; what is wanted meanwhile is gathered into one run
    forget(path) -> RemoveSource -> Overview          asked for in a line of the panel, never in a dialog that stops reading

While it runs the counts of the folders are asked for again about every two seconds, one request at a time. When the engine died
under it, the panel says so and offers to go on; the engine keeps what was finished.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.index_run import WHOLE_LIBRARY, IndexProgress, IndexRequest, Password
from desktop_app.contract.ledger import Source
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.library.run_card import RunCard
from desktop_app.ui.library.source_list import SourceDelegate, SourceModel, SourceRole
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.models.model_offer import ModelOffer
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.drops import DropFrame, dropped_paths
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.run_texts import is_preparing, makes_vectors

_RECOUNT_MS = 2000  # between two looks at the counts while indexing
NEEDING = ("failed", "partial")  # the states the person can do something about


class LibraryPanel(QWidget):
    """``ledger_requested`` carries the source the ledger should be narrowed to, "" for all."""

    paths_added = Signal(list)
    ledger_requested = Signal(str)
    rules_requested = Signal()
    progress_changed = Signal(object)  # IndexProgress or None
    index_finished = Signal(object)  # messages.IndexResult
    overview_changed = Signal(object)  # messages.OverviewResult
    problem = Signal(object)  # foundation.errors.Problem
    gentle_chosen = Signal(str)

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._overview: messages.OverviewResult | None = None
        self._progress: IndexProgress | None = None
        self._indexing: Operation | None = None
        self._request = WHOLE_LIBRARY  # of the last run
        self._again: IndexRequest | None = None  # what is wanted while a run is under way
        self._passwords: tuple[Password, ...] = ()  # of this session, for the files they were given for; never written down
        self._interrupted = False
        self._paused = False
        self._go_on_when_ready = False
        self._looking: Operation | None = None
        self._look_again = False
        self._doomed = ""
        self._adding = 0
        self._recount = QTimer(self)
        self._recount.setInterval(_RECOUNT_MS)
        self._recount.timeout.connect(self.refresh)
        self._client.state_changed.connect(self._engine_state)
        self._client.sources_changed.connect(self._sources_changed)
        self._client.status_changed.connect(self._engine_status)
        self.setAcceptDrops(True)
        self._build()
        self.retranslate()

    # ---- what is shown ----

    def set_overview(self, overview: messages.OverviewResult) -> None:
        self._overview = overview
        self.offer.set_overview(overview)
        self._model.set_sources(overview.sources)
        self._show()
        self.overview_changed.emit(overview)

    def set_progress(self, progress: IndexProgress | None) -> None:
        self._progress = progress
        self.card.set_progress(progress)
        self._show_running()
        self.progress_changed.emit(progress)

    @property
    def overview(self) -> messages.OverviewResult | None:
        return self._overview

    @property
    def indexing(self) -> bool:
        return self._indexing is not None

    @property
    def paused(self) -> bool:
        return self._paused

    def needing(self) -> int:
        """How many files failed or could be read only in part."""
        return sum(self._overview.counts.get(state, 0) for state in NEEDING) if self._overview else 0

    # ---- what it does ----

    def refresh(self) -> None:
        """Ask the engine what the library holds now."""
        if self._looking is not None:
            self._look_again = True
            return
        self._looking = self._client.request(lambda id_: messages.Overview(id=id_))
        self._looking.succeeded.connect(self._looked)
        self._looking.failed.connect(self._look_failed)

    def add(self, paths: Sequence[str]) -> None:
        """Add folders and files to the library and read them."""
        chosen = list(dict.fromkeys(os.path.abspath(path) for path in paths))
        if not chosen:
            return
        self._adding += 1
        operation = self._client.request(lambda id_: messages.AddSources(id=id_, paths=chosen))
        operation.succeeded.connect(lambda _: self._added(chosen))
        operation.failed.connect(self._add_failed)
        self._show()

    def start_index(self, retry: Sequence[str] = ()) -> None:
        """Bring the library up to date, and try the files ``retry`` again (["*"]: all that failed)."""
        self._start(IndexRequest(retry=tuple(retry)))

    def check_again(self, path: str) -> None:
        """Look at one source again."""
        self._start(IndexRequest((path,)))

    def _start(self, wanted: IndexRequest) -> None:
        """Begin a run; while one is under way, it comes after it. One that makes vectors gives way at once, because what is new is to be
        found by words soon; the next run makes the rest of the vectors."""
        if self._indexing is not None:
            self._again = wanted if self._again is None else self._again.also(wanted)
            if self._progress is not None and makes_vectors(self._progress) and not self._paused:
                if self._overview is not None and self._overview.counts.get("pending"):
                    self._again = self._request.also(self._again)  # its scans are still to be read
                self._indexing.cancel()
            return
        self._again = None
        self._interrupted = False
        self._request = wanted
        run = replace(wanted, passwords=self._passwords)
        self._indexing = self._client.request(lambda id_: messages.Index(id_, run))
        self._indexing.progressed.connect(self._progressed)
        self._indexing.succeeded.connect(self._indexed)
        self._indexing.failed.connect(self._index_failed)
        self._indexing.was_cancelled.connect(self._index_stopped)
        self._recount.start()
        self._show_running()

    def unlock(self, paths: Sequence[str], passwords: Sequence[Password]) -> None:
        """Try protected files again. What they are opened with is remembered until the window closes, for those files alone: when
        they change, nobody has to type it again. The newest is tried first."""
        self._passwords = tuple(dict.fromkeys([*passwords, *self._passwords]))
        self.start_index(paths)

    def pause(self, paused: bool) -> None:
        self._paused = paused
        self.card.set_paused(paused)
        self._client.request(lambda id_: messages.Pause(id=id_, paused=paused)).failed.connect(self.problem)
        self._show_running()

    def cancel(self) -> None:
        """Stop reading; what was finished stays."""
        self._again = None
        if self._indexing is not None:
            self._indexing.cancel()

    def give_up(self, path: str) -> None:
        """Do not wait for a file that is being read; the ledger says so."""
        self._client.request(lambda id_: messages.GiveUp(id=id_, path=path)).failed.connect(self.problem)

    def start_engine_again(self) -> None:
        """The engine hangs: a fresh one goes on where this one stands."""
        self._go_on_when_ready = True
        self._client.restart()

    def forget(self, path: str) -> None:
        """Remove a source from the library; the files themselves are never touched."""
        operation = self._client.request(lambda id_: messages.RemoveSource(id=id_, path=path))
        operation.succeeded.connect(self._forgotten)
        operation.failed.connect(self.problem)

    def choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Add a folder"))
        if path:
            self.add([path])

    def choose_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Add files"))
        self.add(paths)

    # ---- answers of the engine ----

    def _looked(self, overview: messages.OverviewResult) -> None:
        self._looking = None
        self.set_overview(overview)
        if self._look_again:
            self._look_again = False
            self.refresh()

    def _look_failed(self, problem: Problem) -> None:
        self._looking, self._look_again = None, False
        if problem.code != "engine_stopped":  # the client tells of that itself, and "ready" asks again
            self.problem.emit(problem)

    def _added(self, paths: list[str]) -> None:
        self._adding -= 1
        self.paths_added.emit(paths)
        self.refresh()
        self.start_index()

    def _add_failed(self, problem: Problem) -> None:
        self._adding -= 1
        self._show()
        self.problem.emit(problem)

    def _forgotten(self, _: object) -> None:
        self.refresh()
        if self._indexing is not None:
            # What runs may still be reading the source that left; one more run settles it.
            self.start_index()

    def _progressed(self, message: object) -> None:
        if isinstance(message, messages.Progress):
            self.set_progress(message.progress)
        elif isinstance(message, messages.Forecast):
            self.card.set_forecast(message.forecast)

    def _indexed(self, result: messages.IndexResult) -> None:
        self._ended()
        self.index_finished.emit(result)
        if self._again is not None:
            self._start(self._again)

    def _index_failed(self, problem: Problem) -> None:
        self._interrupted = not self._go_on_when_ready
        self._ended()
        self.problem.emit(problem)

    def _index_stopped(self) -> None:
        self._ended()
        if self._again is not None:
            self._start(self._again)

    def _ended(self) -> None:
        self._indexing = None
        self._recount.stop()
        self.set_progress(None)
        if self._client.state == "ready":
            self.refresh()
        self._show()

    def _sources_changed(self, paths: list[str]) -> None:
        """The engine has noticed changes in these sources. After an interruption the person says when to go on."""
        if not self._interrupted:
            self._start(IndexRequest(tuple(paths), reason="changed"))

    def _engine_state(self, state: str) -> None:
        if state == "ready":
            self.refresh()
            if self._go_on_when_ready:
                self._go_on_when_ready = False
                self.start_index()

    def _engine_status(self, status: messages.Status) -> None:
        """The engine remembers a pause from one start to the next."""
        if status.indexing != "idle":
            self._paused = status.indexing == "paused"
        else:
            self._paused = False
        self.card.set_paused(self._paused)

    # ---- building ----

    def _build(self) -> None:
        self._section = plain_label("section", parent=self)
        self._section.setContentsMargins(theme.SPACE_M, 0, 0, 0)
        self._rules = QToolButton(self)
        self._rules.setIcon(icons.icon("settings", "quiet"))
        self._rules.setIconSize(QSize(16, 16))
        self._rules.clicked.connect(lambda: self.rules_requested.emit())  # noqa: PLW0108 - clicked carries a flag

        self._model = SourceModel(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(SourceDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu_at)
        self._list.activated.connect(lambda index: self.ledger_requested.emit(index.data(SourceRole).path))
        self._list.installEventFilter(self)

        self._need = QPushButton(self)
        self._need.setProperty("role", "plain")
        self._need.setIcon(icons.icon("alert", "warn"))
        self._need.setIconSize(QSize(16, 16))
        self._need.setStyleSheet(f"text-align: left; padding-left: {theme.SPACE_S}px;")
        self._need.clicked.connect(lambda: self.ledger_requested.emit(""))

        self._line = DropFrame(self)  # one line that asks or offers: forget? go on?
        self._line_text = plain_label(wrap=True, parent=self._line)
        self._line_yes = QPushButton(self._line)
        self._line_no = QPushButton(self._line)
        self._line_no.setProperty("role", "plain")
        self._line_yes.clicked.connect(self._line_agreed)
        self._line_no.clicked.connect(self._line_declined)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addWidget(self._line_yes)
        buttons.addWidget(self._line_no)
        buttons.addStretch(1)
        line = QVBoxLayout(self._line)
        line.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        line.addWidget(self._line_text)
        line.addLayout(buttons)

        self._open_line = OpenLine(self._settings, self)
        self.offer = ModelOffer(self._client, self)
        self.offer.accepted.connect(self.start_index)

        self.card = RunCard(self)
        self.card.set_gentle(self._settings.text("indexing_throttle"))
        self.card.pause_requested.connect(self.pause)
        self.card.stop_requested.connect(self.cancel)
        self.card.give_up_requested.connect(self.give_up)
        self.card.restart_requested.connect(self.start_engine_again)
        self.card.gentle_chosen.connect(self.gentle_chosen)

        self._teach = plain_label("quiet", wrap=True, parent=self)
        self._teach.setContentsMargins(theme.SPACE_M, 0, theme.SPACE_M, theme.SPACE_XS)

        self._drop = DropFrame(self, dashed=True)
        self._add = QPushButton(self._drop)
        self._add.setProperty("role", "plain")
        self._add.setIcon(icons.icon("plus", "accent_text"))
        menu = QMenu(self._add)
        self._add_folder = QAction(icons.icon("folder-plus", "quiet"), "", self)
        self._add_folder.triggered.connect(self.choose_folder)
        self._add_files = QAction(icons.icon("files", "quiet"), "", self)
        self._add_files.triggered.connect(self.choose_files)
        menu.addActions([self._add_folder, self._add_files])
        self._add.setMenu(menu)
        self._hint = plain_label("small", parent=self._drop)
        drop = QHBoxLayout(self._drop)
        drop.setContentsMargins(theme.SPACE_XS, theme.SPACE_XS, theme.SPACE_S, theme.SPACE_XS)
        drop.setSpacing(theme.SPACE_XS)
        drop.addWidget(self._add)
        drop.addWidget(self._hint)
        drop.addStretch(1)
        under = QHBoxLayout()
        under.setContentsMargins(theme.SPACE_S, theme.SPACE_XS, theme.SPACE_S, 0)
        under.addWidget(self._drop)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_XS)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, theme.SPACE_S, 0)
        head.addWidget(self._section, 1)
        head.addWidget(self._rules)
        layout.addLayout(head)
        layout.addWidget(self._teach)
        layout.addWidget(self._list, 1)
        for widget in (self._need, self.card, self._line, self.offer, self._open_line):
            inset = QHBoxLayout()
            inset.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
            inset.addWidget(widget)
            layout.addLayout(inset)
        layout.addLayout(under)
        layout.addStretch(0)

    # ---- showing ----

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Library"))
        self._section.setText(tr("FOLDERS"))
        set_plain_tooltip(self._rules, tr("What is read, and what is left out"))
        self._rules.setAccessibleName(tr("What is read, and what is left out"))
        self._list.setAccessibleName(tr("Folders and files of this library"))
        self._teach.setText(
            tr("Add a folder: Inkstone reads its documents here, on this PC, and you can ask about them at once.")
        )
        self._add.setText(tr("Add"))
        self._add_folder.setText(tr("Folder…"))
        self._add_files.setText(tr("Files…"))
        self._hint.setText(tr("or drop here"))
        self.card.retranslate()
        self.offer.retranslate()
        self._show()

    def _show(self) -> None:
        empty = self._overview is not None and not self._overview.sources and not self._adding
        self._teach.setVisible(empty)
        self._list.setVisible(not empty)
        need = self.needing()
        self._need.setVisible(need > 0)
        self._need.setText(trn("{n} needs you", "{n} need you", need))
        set_plain_tooltip(self._need, tr("Files that could not be read, or only in part: see why, and what you can do."))
        self._show_line()
        self._show_running()

    def _show_running(self) -> None:
        progress = self._progress
        overall = progress.done / progress.total if progress is not None and progress.total else None
        # Files are done while vectors are made; the status strip tells of that.
        read = progress is not None and (is_preparing(progress) or makes_vectors(progress))
        self._model.set_running(
            running=(self._indexing is not None or progress is not None) and not read,
            overall=min(overall, 1.0) if overall is not None else None,
            path=progress.path if progress is not None else "",
        )

    def _show_line(self) -> None:
        if self._doomed:
            self._line_text.setText(
                tr(
                    "Remove “{name}” from the library? Your files stay where they are.",
                    name=short_name(file_name(self._doomed), 60),
                )
            )
            self._line_yes.setText(tr("Remove"))
            self._line_no.setText(tr("Keep"))
        elif self._interrupted:
            self._line_text.setText(tr("Reading was interrupted; what was finished is kept."))
            self._line_yes.setText(tr("Go on"))
            self._line_no.setText(tr("Later"))
        self._line.setVisible(bool(self._doomed) or self._interrupted)

    def _line_agreed(self) -> None:
        if self._doomed:
            path, self._doomed = self._doomed, ""
            self.forget(path)
        else:
            self._interrupted = False
            self.start_index()
        self._show_line()

    def _line_declined(self) -> None:
        if self._doomed:
            self._doomed = ""
        else:
            self._interrupted = False
        self._show_line()

    def ask_to_forget(self, path: str) -> None:
        """Show the line that asks whether to remove a source."""
        self._doomed = path
        self._show_line()
        self._line_no.setFocus()

    # ---- menu, keys, drops ----

    def _menu_at(self, point: QPoint) -> None:
        index = self._list.indexAt(point)
        if index.isValid():
            menu = self.menu_for(index.data(SourceRole))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._list.viewport().mapToGlobal(point))

    def menu_for(self, source: Source) -> QMenu:
        """The context menu of a source."""
        menu = QMenu(self)
        opened = menu.addAction(icons.icon("open-external", "quiet"), tr("Open"))
        opened.triggered.connect(lambda: self._open(source))
        opened.setEnabled(source.online)
        menu.addAction(icons.icon("files", "quiet"), tr("Show its files")).triggered.connect(
            lambda: self.ledger_requested.emit(source.path)
        )
        again = menu.addAction(icons.icon("refresh", "quiet"), tr("Check again"))
        again.triggered.connect(lambda: self.check_again(source.path))
        again.setEnabled(source.online)
        menu.addSeparator()
        menu.addAction(icons.icon("trash", "danger"), tr("Remove from the library…")).triggered.connect(
            lambda: self.ask_to_forget(source.path)
        )
        return menu

    def _open(self, source: Source) -> None:
        if source.kind == "folder":
            opening.open_folder(source.path)
        else:
            self._open_line.open(source.path)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._list and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            index = self._list.currentIndex()
            if index.isValid() and event.matches(QKeySequence.StandardKey.Delete):
                self.ask_to_forget(index.data(SourceRole).path)
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._drop.set_hot(hot=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.set_hot(hot=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.set_hot(hot=False)
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.add(paths)
