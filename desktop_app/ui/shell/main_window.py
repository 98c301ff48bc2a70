# SPDX-License-Identifier: Apache-2.0
"""The window: a top bar, three parts side by side, a status strip; and who hears whom.

    conversations + library | conversation or search | source

    MainWindow(settings, library=...)  the frame: top bar, grounds, size and place; ``first_shown`` comes with its first picture
    .fill(client)                      the parts, in the next turn of the event loop; only then the engine is started
    MainWindow(settings, client)       both at once, for tests

The parts know the engine's client, not each other; what one says reaches the others here. Half of the time to the first picture
went into importing what is not in it (measured: 280 ms of CPU against 130), so that the parts are imported by ``fill``, and what
the person may never open (source panel, dialogs, palette, search) when it is first wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings, Value
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.shell.top_bar import TopBar
from desktop_app.ui.shell.window_dialogs import WindowDialogs

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent, QResizeEvent

    from desktop_app.bridge.client import EngineClient
    from desktop_app.bridge.connection_watch import ConnectionWatch
    from desktop_app.contract.answer import Answer
    from desktop_app.contract.messages import OverviewResult, Status
    from desktop_app.contract.passage import Passage
    from desktop_app.foundation.errors import Problem
    from desktop_app.ui.conversation.conversation_list import ConversationList
    from desktop_app.ui.conversation.conversation_panel import ConversationPanel
    from desktop_app.ui.library.library_panel import LibraryPanel
    from desktop_app.ui.library.run_controller import RunController
    from desktop_app.ui.search.search_view import SearchView
    from desktop_app.ui.shell.drop_overlay import DropOverlay
    from desktop_app.ui.shell.indexing_throttle import IndexingThrottle
    from desktop_app.ui.shell.status_strip import StatusStrip
    from desktop_app.ui.shell.welcome_page import WelcomePage
    from desktop_app.ui.source.source_panel import SourcePanel

_SIZE = QSize(1280, 800)
_SMALLEST = QSize(760, 520)
_LEFT_PX = 272
_SOURCE_SHARE = 0.36  # of the window, when the source panel opens
_SOURCE_LEAST_PX = 380


class MainWindow(QMainWindow):
    """``first_shown`` comes once, after the first picture is on the screen."""

    first_shown = Signal()

    client: EngineClient
    conversations: ConversationList
    runs: RunController
    library: LibraryPanel
    conversation: ConversationPanel
    strip: StatusStrip
    throttle: IndexingThrottle
    connections: ConnectionWatch

    def __init__(self, settings: Settings, client: EngineClient | None = None, *, library: str = "") -> None:
        super().__init__()
        self.settings = settings
        self._filled = False
        self._painted = False
        self._up_to_date = False
        self._warmed = ""
        self._source: SourcePanel | None = None
        self._search: SearchView | None = None
        self._sources: list[str] = []  # folders and files of the library
        self.dialogs = WindowDialogs(self)
        self._overlay: DropOverlay | None = None
        self._welcome: WelcomePage | None = None
        self._shown_answer: Answer | None = None
        self.setWindowTitle("Inkstone")
        self.setMinimumSize(_SMALLEST)
        self._build_frame(client.library if client is not None else library)
        self._restore()
        if client is not None:
            self.fill(client)

    # ---- building ----

    def _build_frame(self, library: str) -> None:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.top = TopBar(library, middle)
        self._left = QSplitter(Qt.Orientation.Vertical, middle)
        self._left.setProperty("role", "panel")
        self._left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._left.setMinimumWidth(200)
        self._centre = QStackedWidget(middle)
        self._centre.setMinimumWidth(360)
        self._right = QWidget(middle)
        self._right.setMinimumWidth(300)
        self._right_box = QVBoxLayout(self._right)
        self._right_box.setContentsMargins(0, 0, 0, 0)
        self._right.hide()
        self._parts = QSplitter(Qt.Orientation.Horizontal, middle)
        for part in (self._left, self._centre, self._right):
            self._parts.addWidget(part)
        self._parts.setStretchFactor(1, 1)
        for splitter in (self._parts, self._left):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self._column = column
        column.addWidget(self.top)
        column.addWidget(self._parts, 1)
        self.setCentralWidget(middle)

    def fill(self, client: EngineClient) -> None:
        """Put the parts into the frame, once."""
        from desktop_app.bridge.connection_watch import ConnectionWatch
        from desktop_app.ui.conversation.conversation_list import ConversationList
        from desktop_app.ui.conversation.conversation_panel import ConversationPanel
        from desktop_app.ui.library.library_panel import LibraryPanel
        from desktop_app.ui.library.run_controller import RunController
        from desktop_app.ui.shell.indexing_throttle import IndexingThrottle
        from desktop_app.ui.shell.status_strip import StatusStrip

        self.client = client
        self.conversations = ConversationList(client, self._left)
        self.runs = RunController(client, self)
        self.library = LibraryPanel(client, self.settings, self.runs, self._left)
        self.conversation = ConversationPanel(client, self.settings, self._centre)
        self.strip = StatusStrip(self)
        self.throttle = IndexingThrottle(client, self.settings, self._put, self.runs, self.library, self.strip, self)
        self.connections = ConnectionWatch(self)
        self._left.addWidget(self.conversations)
        self._left.addWidget(self.library)
        self._left.setStretchFactor(1, 1)
        self._centre.addWidget(self.conversation)
        self._column.addWidget(self.strip)
        self._filled = True
        self._restore_left()
        self._connect()
        self._shortcuts()
        if self.settings.flag("welcomed"):
            self.conversation.composer.edit.setFocus()
        else:
            self._show_welcome()

    def _connect(self) -> None:
        client, runs, library, conversation = self.client, self.runs, self.library, self.conversation
        client.state_changed.connect(self._state_changed)
        client.status_changed.connect(self._status_changed)
        client.stopped.connect(self._stopped)
        client.problem.connect(self.show_problem)
        runs.problem.connect(self.show_problem)
        runs.progress_changed.connect(self.strip.set_progress)
        runs.overview_changed.connect(self._overview_changed)
        runs.changed.connect(lambda: self.strip.set_paused(runs.paused))
        runs.paths_added.connect(self._leave_welcome)
        library.ledger_requested.connect(self.show_ledger)
        library.rules_requested.connect(self.show_rules)
        self.throttle.problem.connect(self.show_problem)
        conversation.citation_requested.connect(self.show_citation)
        conversation.passage_requested.connect(self.show_passage)
        conversation.conversation_changed.connect(self._conversation_changed)
        conversation.begun.connect(self.conversations.refresh)
        conversation.finished.connect(self.conversations.refresh)
        conversation.models_requested.connect(self.show_models)
        conversation.add_requested.connect(library.choose_folder)
        conversation.composer.edit.textChanged.connect(self._typing)
        self.conversations.opened.connect(self.open_conversation)
        self.conversations.hit_opened.connect(self.open_conversation)
        self.conversations.deleted.connect(conversation.forget)
        self.conversations.problem.connect(self.show_problem)
        conversation.problem.connect(self.show_problem)
        self.top.mode_changed.connect(self.set_mode)
        self.top.palette_requested.connect(self.show_palette)
        self.top.language_chosen.connect(self.choose_language)
        self.top.theme_chosen.connect(self.choose_theme)
        self.top.models_requested.connect(self.show_models)
        self.top.library_panel_toggled.connect(self.toggle_library)
        self.strip.pause_requested.connect(runs.pause)
        self.strip.restart_requested.connect(client.restart)
        self.strip.models_requested.connect(self.show_models)
        self.connections.counted.connect(self.top.pill.set_connections)
        window_language.notifier.language_changed.connect(self.retranslate)

    def _shortcuts(self) -> None:
        for keys, run in (
            ("Ctrl+K", self.show_palette),
            ("Ctrl+L", self.focus_question),
            ("Ctrl+N", self._new_conversation),
            ("Ctrl+1", lambda: self.set_mode("ask")),
            ("Ctrl+2", lambda: self.set_mode("search")),
            ("[", lambda: self.step_citation(-1)),
            ("]", lambda: self.step_citation(1)),
            ("F6", lambda: self.cycle_panes(1)),
            ("Shift+F6", lambda: self.cycle_panes(-1)),
            ("Esc", self._escape),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(run)

    # ---- engine ----

    def _state_changed(self, state: str) -> None:
        self.strip.set_state(state)
        if state == "ready":
            self.conversations.refresh()
            QTimer.singleShot(1500, self, self._count_connections)

    def _status_changed(self, status: Status) -> None:
        self.strip.set_status(status)
        self.connections.extra = tuple(status.children)

    def _stopped(self, problem: Problem) -> None:
        self._warmed = ""
        self.strip.set_status(self.client.status)
        self.strip.show_problem(problem, needs_restart=not self.client.restarting)

    def _overview_changed(self, overview: OverviewResult) -> None:
        self.strip.set_summary(overview)
        self._sources = [source.path for source in overview.sources]
        self.conversation.set_sources(self._sources)
        if self._search is not None:
            self._search.set_sources(self._sources)
        self.conversation.set_library(
            sum(overview.counts.values()) if overview.sources else 0,
            has_samples=any(source.path == str(paths.sample_office()) for source in overview.sources),
        )
        if overview.sources and not self._up_to_date:
            # Once per start: what changed while the program was closed. Later changes come by the person's hand.
            self._up_to_date = True
            self.runs.start()

    def _typing(self) -> None:
        """The model is loaded while the question is being written, and reading gives way."""
        self.throttle.typed()
        llm = self.settings.text("llm")
        if llm and llm != self._warmed and self.client.state == "ready" and self.client.status.llm == "none":
            self._warm_up(llm)

    def _warm_up(self, llm: str) -> None:
        from desktop_app.contract import messages

        self._warmed = llm
        self.client.request(lambda id_: messages.WarmUp(id=id_, llm=llm)).failed.connect(self.show_problem)

    def _count_connections(self) -> None:
        if self.isVisible():
            self.connections.count_now()
            self.connections.watch(True)

    def show_problem(self, problem: Problem) -> None:
        """A problem that belongs to no part of the window gets a line of the status strip."""
        if problem.code == "engine_stopped" and self.client.state != "ready":
            return  # told by ``stopped`` already, with a way out
        self.strip.show_problem(problem)

    # ---- sources ----

    def show_citation(self, answer: Answer, number: int) -> None:
        self._source_panel().show_citation(answer, number)
        self._open_source()
        self.conversation.show_current(answer, number)
        self._shown_answer = answer

    def show_passage(self, passage: Passage) -> None:
        self._source_panel().show_passage(passage)
        self._open_source()
        self.conversation.show_current(None, 0)
        self.conversation.show_current_passage(passage)
        if self._search is not None:
            self._search.set_current_passage(passage)

    def close_source(self) -> None:
        self._right.hide()
        if self._source is not None:
            self._source.clear()
        self.conversation.show_current(None, 0)
        self.conversation.show_current_passage(None)
        if self._search is not None:
            self._search.set_current_passage(None)

    def step_citation(self, step: int) -> None:
        if self._search is not None and self._centre.currentWidget() is self._search:
            self._search.step(step)
        else:
            self.conversation.step_citation(step)

    @property
    def source_open(self) -> bool:
        return not self._right.isHidden()

    def _source_panel(self) -> SourcePanel:
        if self._source is None:
            from desktop_app.ui.source.source_panel import SourcePanel

            self._source = SourcePanel(self.client, self.settings, self._right)
            self._source.citation_changed.connect(self._citation_changed)
            self._source.closed.connect(self.close_source)
            self._source.similar_requested.connect(self.search_similar)
            self._right_box.addWidget(self._source)
        return self._source

    def _citation_changed(self, number: int) -> None:
        self.conversation.show_current(self._shown_answer, number)

    def _open_source(self) -> None:
        if not self._right.isHidden():
            return
        self._right.show()
        left, centre, right = self._parts.sizes()
        whole = left + centre + right
        right = max(_SOURCE_LEAST_PX, round(self.width() * _SOURCE_SHARE))
        self._parts.setSizes([left, whole - left - right, right])

    # ---- modes, panes, dialogs ----

    def set_mode(self, mode: str) -> None:
        self._leave_welcome()
        self.top.mode.set_mode(mode)
        if mode == "search":
            view = self._search_view()
            self._centre.setCurrentWidget(view)
            view.field.setFocus()
            view.field.selectAll()
        else:
            self._centre.setCurrentWidget(self.conversation)
            self.conversation.composer.edit.setFocus()

    def _search_view(self) -> SearchView:
        if self._search is None:
            from desktop_app.ui.search.search_view import SearchView

            self._search = SearchView(self.client, self._centre)
            self._search.passage_requested.connect(self.show_passage)
            self._search.field.textEdited.connect(self.throttle.typed)
            self._search.set_sources(self._sources)
            self._centre.addWidget(self._search)
        return self._search

    def search_similar(self, text: str, chunk_id: int) -> None:
        self.set_mode("search")
        self._search_view().search_similar(text, chunk_id)

    def focus_question(self) -> None:
        self.set_mode("search" if self._search is not None and self._centre.currentWidget() is self._search else "ask")

    def _new_conversation(self) -> None:
        self.open_conversation(0)

    def open_conversation(self, conversation: int, turn: int = 0) -> None:
        self.set_mode("ask")
        if conversation:
            self.conversation.open(conversation, turn)
        else:
            self.conversation.new_conversation()

    def _conversation_changed(self, conversation: int) -> None:
        self.conversations.set_current(conversation)
        if self.source_open:
            self.close_source()

    def toggle_library(self) -> None:
        self._left.setVisible(self._left.isHidden())

    def cycle_panes(self, step: int) -> None:
        """Focus to the next part: conversations, library, conversation or search, source."""
        panes: list[QWidget] = [self.conversations, self.library, self._centre]
        if self._left.isHidden():
            panes = [self._centre]
        if self.source_open:
            panes.append(self._right)
        focus = QApplication.focusWidget()
        here = next(
            (n for n, pane in enumerate(panes) if focus is not None and pane.isAncestorOf(focus)), -1 if step > 0 else 0
        )
        for distance in range(1, len(panes) + 1):
            if _focus_into(panes[(here + step * distance) % len(panes)]):
                return

    def show_palette(self) -> None:
        self.dialogs.show_palette()

    def show_models(self) -> None:
        self.dialogs.show_models()

    def show_ledger(self, below: str = "") -> None:
        self.dialogs.show_ledger(below)

    def show_rules(self) -> None:
        self.dialogs.show_rules()

    def choose_llm(self, llm: str) -> None:
        self._put("llm", llm)
        self.conversation.set_llm(llm)
        self._warm_up(llm)

    def _escape(self) -> None:
        if self.conversation.cancel_editing():
            return
        if self.conversation.running:
            self.conversation.stop()
        elif self.source_open:
            self.close_source()

    # ---- first start ----

    def _show_welcome(self) -> None:
        from desktop_app.ui.shell.welcome_page import WelcomePage

        page = WelcomePage(self._centre)
        page.add_folder_requested.connect(self.library.choose_folder)
        page.sample_requested.connect(lambda: self.runs.add([str(paths.sample_office())]))
        page.models_requested.connect(self.show_models)
        page.paths_dropped.connect(self.runs.add)
        page.skipped.connect(self._leave_welcome)
        self._welcome = page
        self._centre.addWidget(page)
        self._centre.setCurrentWidget(page)
        QTimer.singleShot(0, page, lambda: _focus_into(page))

    def _leave_welcome(self, _: object = None) -> None:
        if self._welcome is None:
            return
        page, self._welcome = self._welcome, None
        self._put("welcomed", True)
        self._centre.setCurrentWidget(self.conversation)
        self._centre.removeWidget(page)
        page.deleteLater()
        self.conversation.composer.edit.setFocus()

    # ---- looks and words ----

    def choose_language(self, code: str) -> None:
        self._put("language", code)
        window_language.use(code)

    def choose_theme(self, choice: str) -> None:
        self._put("theme", choice)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, choice)

    def retranslate(self) -> None:
        """Parts that listen by themselves re-text by themselves; the rest is told."""
        for part in (self.library, self._source, self.dialogs, self._welcome):
            if part is not None:
                part.retranslate()
        overview = self.runs.overview
        if overview is not None:
            self.strip.set_summary(overview)

    def _put(self, key: str, value: Value) -> None:
        problem = self.settings.keep(key, value)
        if problem is not None:
            self.strip.show_problem(problem)

    # ---- dropping ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from desktop_app.ui.widgets.drops import dropped_paths

        if self._filled and dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            if self._overlay is None:
                from desktop_app.ui.shell.drop_overlay import DropOverlay

                self._overlay = DropOverlay(self)
            self._overlay.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self._overlay is not None:
            self._overlay.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        from desktop_app.ui.widgets.drops import dropped_paths

        if self._overlay is not None:
            self._overlay.hide()
        found = dropped_paths(event.mimeData())
        if found:
            event.acceptProposedAction()
            self.runs.add(found)

    # ---- its life ----

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.first_shown.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.dialogs.palette is not None:
            self.dialogs.palette.hide()

    def changeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().changeEvent(event)
        if self._filled and event.type() == event.Type.WindowStateChange:
            self.connections.watch(not self.isMinimized() and self.client.state == "ready")

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        if not self._filled:
            return
        self._put("window_geometry", _text(self.saveGeometry()))
        self._put("window_state", f"{_text(self._parts.saveState())}|{_text(self._left.saveState())}")
        self.connections.watch(False)
        self.conversation.keep_typed()
        self.hide()  # gone for the person at once; the engine may need a moment to finish its file
        self.client.close()

    def _restore(self) -> None:
        self.resize(_SIZE)
        self._parts.setSizes([_LEFT_PX, _SIZE.width() - _LEFT_PX, 0])
        geometry = self.settings.text("window_geometry")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        parts = self.settings.text("window_state").partition("|")[0]
        if parts:
            self._parts.restoreState(QByteArray.fromBase64(parts.encode()))
            self._parts.setHandleWidth(1)
            self._parts.setChildrenCollapsible(False)

    def _restore_left(self) -> None:
        self._left.setSizes([240, 440])
        left = self.settings.text("window_state").partition("|")[2]
        if left:
            self._left.restoreState(QByteArray.fromBase64(left.encode()))
            self._left.setHandleWidth(1)
            self._left.setChildrenCollapsible(False)


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _focus_into(pane: QWidget) -> bool:
    """Focus to the first thing in ``pane`` that takes it; the question box and the search field before all else."""
    shown = pane.currentWidget() if isinstance(pane, QStackedWidget) else None
    proxy = shown.focusProxy() if shown is not None else None
    candidates = [*([proxy] if proxy is not None else []), *pane.findChildren(QWidget)]
    for child in candidates:
        takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and child.isVisible() and child.isEnabled() and child.focusProxy() is None:
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
