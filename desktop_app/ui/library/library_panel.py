# SPDX-License-Identifier: Apache-2.0
"""The library panel: sources, the run, and what needs attention.

It shows what ``RunController`` knows and hands it what is wished. Removing a source is asked for in a line of the panel, never in a
dialog that stops reading; so is going on after an interruption.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QBoxLayout,
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
from desktop_app.contract import messages
from desktop_app.contract.index_run import IndexProgress
from desktop_app.contract.ledger import Source
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.library.run_card import RunCard
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.library.source_list import SourceDelegate, SourceModel, SourceRole
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.models.model_offer import ModelOffer
from desktop_app.ui.widgets import ocr_choice, opening
from desktop_app.ui.widgets.drops import DropFrame, dropped_paths
from desktop_app.ui.widgets.in_place_question import InPlaceQuestion
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.run_texts import is_preparing, makes_vectors


class LibraryPanel(QWidget):
    """``ledger_requested`` carries the source the ledger should be narrowed to, "" for all; ``summary_requested`` the one to sum up."""

    ledger_requested = Signal(str)
    summary_requested = Signal(str)
    rules_requested = Signal()
    gentle_chosen = Signal(str)
    problem = Signal(object)  # foundation.errors.Problem

    def __init__(self, client: EngineClient, settings: Settings, runs: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._runs = runs
        self._overview = runs.overview
        self._to_remove = ""  # the source that the line asks about
        self.setAcceptDrops(True)
        self._build(client)
        self.retranslate()
        runs.changed.connect(self._show)
        runs.overview_changed.connect(self.show_overview)
        runs.progress_changed.connect(self.show_progress)
        runs.forecast_changed.connect(self.card.set_forecast)

    # ---- what is shown ----

    def show_overview(self, overview: messages.OverviewResult) -> None:
        """What the library holds now."""
        self._overview = overview
        self.offer.set_overview(overview)
        self._model.set_sources(overview.sources)
        self._show()

    def show_progress(self, progress: IndexProgress | None) -> None:
        """How far the run is; None when there is none."""
        self.card.set_progress(progress)
        self._show_running(progress)

    # ---- adding ----

    def choose_folder(self) -> None:
        """Ask for a folder and add it."""
        path = QFileDialog.getExistingDirectory(self, tr("Add a folder"))
        if path:
            self._runs.add([path])

    def choose_files(self) -> None:
        """Ask for files and add them."""
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Add files"))
        self._runs.add(paths)

    def add_samples(self) -> None:
        """Add the sample documents that come with the program."""
        self._runs.add([str(paths.sample_office())])

    def want_samples(self, wanted: bool) -> None:
        """Add the sample documents, or ask whether to remove them."""
        if wanted:
            self.add_samples()
        else:
            self.ask_to_remove(str(paths.sample_office()))

    # ---- commands ----

    def commands(self) -> list[Command]:
        runs = self._runs
        sources = self._overview.sources if self._overview is not None else []
        has_samples = str(paths.sample_office()) in [source.path for source in sources]
        return [
            Command(
                "run.pause",
                tr("Pause reading"),
                partial(runs.pause, True),
                enabled=runs.running and not runs.paused,
                icon="pause",
                also="pause",
            ),
            Command(
                "run.resume",
                tr("Go on reading"),
                partial(runs.pause, False),
                enabled=runs.running and runs.paused,
                icon="play",
                also="pause",
            ),
            Command("add.folder", tr("Add a folder…"), self.choose_folder, icon="folder-plus", also="add folder"),
            Command("add.files", tr("Add files…"), self.choose_files, icon="files", also="add files"),
            Command(
                "samples.add",
                tr("Try the sample documents"),
                self.add_samples,
                enabled=not has_samples,
                icon="library",
                also="sample documents office demo",
            ),
            Command(
                "samples.remove",
                tr("Remove the sample documents"),
                partial(self.want_samples, False),
                enabled=has_samples,
                icon="trash",
                also="sample documents office demo",
            ),
            Command("run.start", tr("Look for new and changed files"), runs.start, icon="refresh", also="index update"),
        ]

    def ocr_commands(self) -> list[Command]:
        return [
            Command(
                f"ocr.{mode}",
                ocr_choice.title(mode),
                partial(self._choose_ocr, mode),
                icon="file-text",
                also="ocr scans recognition",
                checked=mode == self._settings.text("ocr"),
            )
            for mode in ocr_choice.MODES
        ]

    def _choose_ocr(self, mode: str) -> None:
        problem = self._settings.keep("ocr", mode)
        if problem is not None:
            self.problem.emit(problem)
        else:
            self._runs.start()

    # ---- building ----

    def _build(self, client: EngineClient) -> None:
        self._build_head()
        self._build_list()
        self._build_need()
        self._build_line()
        self._open_line = OpenLine(self._settings, self)
        self.offer = ModelOffer(client, self)
        self.offer.accepted.connect(self._runs.start)
        self._build_card()
        self._build_drop()
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
            layout.addLayout(_inset(widget))
        layout.addLayout(_inset(self._drop, theme.SPACE_XS))
        layout.addStretch(0)

    def _build_head(self) -> None:
        self._section = plain_label("section", parent=self)
        self._section.setContentsMargins(theme.SPACE_M, 0, 0, 0)
        self._rules = QToolButton(self)
        self._rules.setIcon(icons.icon("settings", "quiet"))
        icons.set_size(self._rules, QSize(16, 16))
        self._rules.clicked.connect(lambda: self.rules_requested.emit())  # noqa: PLW0108 - clicked carries a flag
        self._teach = plain_label("quiet", wrap=True, parent=self)
        self._teach.setContentsMargins(theme.SPACE_M, 0, theme.SPACE_M, theme.SPACE_XS)

    def _build_list(self) -> None:
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
        theme.notifier.changed.connect(self._list.doItemsLayout)  # its lines are as high as the text asks for

    def _build_need(self) -> None:
        self._need = QPushButton(self)
        self._need.setProperty("role", "plain")
        self._need.setIcon(icons.icon("alert", "warn"))
        icons.set_size(self._need, QSize(16, 16))
        self._need.setStyleSheet(f"text-align: left; padding-left: {theme.SPACE_S}px;")
        self._need.clicked.connect(lambda: self.ledger_requested.emit(""))

    def _build_line(self) -> None:
        self._line = InPlaceQuestion(self)  # remove? go on?
        self._line.agreed.connect(self._line_agreed)
        self._line.declined.connect(self._line_declined)

    def _build_card(self) -> None:
        runs = self._runs
        self.card = RunCard(self)
        self.card.set_gentle(self._settings.text("indexing_throttle"))
        self.card.set_paused(runs.paused)
        self.card.pause_requested.connect(runs.pause)
        self.card.stop_requested.connect(runs.cancel)
        self.card.give_up_requested.connect(runs.give_up)
        self.card.restart_requested.connect(runs.restart_engine)
        self.card.gentle_chosen.connect(self.gentle_chosen)

    def _build_drop(self) -> None:
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
        empty = self._overview is not None and not self._overview.sources and not self._runs.adding
        self._teach.setVisible(empty)
        self._list.setVisible(not empty)
        need = self._overview.needing if self._overview is not None else 0
        self._need.setVisible(need > 0)
        self._need.setText(trn("{n} file not fully read", "{n} files not fully read", need, n=f"{need:,}"))
        set_plain_tooltip(self._need, tr("Files that could not be read, or only in part: see why, and what you can do."))
        self._show_line()
        self.card.set_paused(self._runs.paused)
        self._show_running(self._runs.progress)

    def _show_running(self, progress: IndexProgress | None) -> None:
        overall = progress.done / progress.total if progress is not None and progress.total else None
        # Files are done while vectors are made; the status strip tells of that.
        read = progress is not None and (is_preparing(progress) or makes_vectors(progress))
        self._model.set_running(
            running=(self._runs.running or progress is not None) and not read,
            overall=min(overall, 1.0) if overall is not None else None,
            path=progress.path if progress is not None else "",
        )

    def _show_line(self) -> None:
        if self._to_remove:
            name = short_name(file_name(self._to_remove), 60)
            words = tr("Remove “{name}” from the library? Your files stay where they are.", name=name)
            self._line.ask(words, tr("Remove"), tr("Keep"))
        elif self._runs.interrupted:
            self._line.ask(tr("Reading was interrupted; what was finished is kept."), tr("Go on"), tr("Later"))
        else:
            self._line.hide()

    def _line_agreed(self) -> None:
        if self._to_remove:
            path, self._to_remove = self._to_remove, ""
            self._runs.remove(path)
            self._show_line()
        else:
            self._runs.start()

    def _line_declined(self) -> None:
        if self._to_remove:
            self._to_remove = ""
            self._show_line()
        else:
            self._runs.dismiss_interruption()

    def ask_to_remove(self, path: str) -> None:
        """Show the line that asks whether to remove a source."""
        self._to_remove = path
        self._show_line()
        self._line.no.setFocus()

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
        opened.setEnabled(source.online and opening.allowed())
        menu.addAction(icons.icon("files", "quiet"), tr("Show its files")).triggered.connect(
            lambda: self.ledger_requested.emit(source.path)
        )
        menu.addAction(icons.icon("outline", "quiet"), tr("Summarize")).triggered.connect(
            lambda: self.summary_requested.emit(source.path)
        )
        again = menu.addAction(icons.icon("refresh", "quiet"), tr("Check again"))
        again.triggered.connect(lambda: self._runs.check_again(source.path))
        again.setEnabled(source.online)
        menu.addSeparator()
        menu.addAction(icons.icon("trash", "danger"), tr("Remove from the library…")).triggered.connect(
            lambda: self.ask_to_remove(source.path)
        )
        return menu

    def _open(self, source: Source) -> None:
        if source.kind == "folder" and opening.allowed():
            opening.open_folder(source.path)
        else:
            self._open_line.open(source.path)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._list and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            index = self._list.currentIndex()
            if index.isValid() and event.matches(QKeySequence.StandardKey.Delete):
                self.ask_to_remove(index.data(SourceRole).path)
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
            self._runs.add(paths)


def _inset(widget: QWidget, above: int = 0) -> QBoxLayout:
    """A layout that keeps ``widget`` away from the panel's edges; ``above`` in px."""
    box = QHBoxLayout()
    box.setContentsMargins(theme.SPACE_S, above, theme.SPACE_S, 0)
    box.addWidget(widget)
    return box
