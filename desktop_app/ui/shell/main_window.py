# SPDX-License-Identifier: Apache-2.0
"""The window: a top bar, three parts side by side, a status strip.

    conversations + library | conversation or search | source

    MainWindow(settings, library=...)  the frame: top bar, grounds, size and place; ``first_shown`` comes with its first picture
    .fill(client)                      the parts, in the next turn of the event loop; only then the engine is started
    MainWindow(settings, client)       both at once, for tests

The parts know the engine's client, not each other: what one says is connected to the others here; what each can do is in ``commands``,
of which the palette and the shortcuts are made. Half of the time to the first picture went into importing what is not in it (280 ms
of CPU against 130): ``fill`` imports the parts; source panel, dialogs, palette and search are imported when first wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.enter_presses import EnterPresses
from desktop_app.ui.look import window_language
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.shell import pane_focus
from desktop_app.ui.shell.centre_pane import CentrePane
from desktop_app.ui.shell.pane_splitter import PaneSplitter
from desktop_app.ui.shell.source_pane import SourcePane
from desktop_app.ui.shell.top_bar import TopBar
from desktop_app.ui.shell.window_shape import WindowShape

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from desktop_app.bridge.client import EngineClient
    from desktop_app.bridge.connection_watch import ConnectionWatch
    from desktop_app.contract.messages import OverviewResult, Status
    from desktop_app.foundation.errors import Problem
    from desktop_app.ui.attention.attention import Attention
    from desktop_app.ui.commands.command_registry import Command, CommandRegistry
    from desktop_app.ui.conversation.conversation_list import ConversationList
    from desktop_app.ui.conversation.conversation_panel import ConversationPanel
    from desktop_app.ui.library.library_panel import LibraryPanel
    from desktop_app.ui.library.run_controller import RunController
    from desktop_app.ui.models.model_drop import ModelDrop
    from desktop_app.ui.shell.appearance import Appearance
    from desktop_app.ui.shell.closed_page import ClosedPage
    from desktop_app.ui.shell.dialogs import Dialogs
    from desktop_app.ui.shell.drop_overlay import DropOverlay
    from desktop_app.ui.shell.indexing_throttle import IndexingThrottle
    from desktop_app.ui.shell.model_warm_up import ModelWarmUp
    from desktop_app.ui.shell.setting_effects import SettingEffects
    from desktop_app.ui.shell.status_strip import StatusStrip
    from desktop_app.ui.shell.text_size import TextSize

_SMALLEST = QSize(640, 400)  # half of an office screen, or all of a small one at 200 %
_COUNT_AFTER_MS = 1_500  # connections, once the engine is ready and has settled


class MainWindow(SeenOrder, EnterPresses, QMainWindow):
    """``first_shown`` comes once, after the first picture is on the screen; ``reopen_requested``: the folder of the library that a window
    is to be opened on in place of this one."""

    first_shown = Signal()
    reopen_requested = Signal(str)

    client: EngineClient
    commands: CommandRegistry
    runs: RunController
    conversations: ConversationList
    library: LibraryPanel
    conversation: ConversationPanel
    strip: StatusStrip
    dialogs: Dialogs
    appearance: Appearance
    text_size: TextSize
    attention: Attention
    throttle: IndexingThrottle
    effects: SettingEffects
    warm_up: ModelWarmUp
    connections: ConnectionWatch
    drops: DropOverlay
    model_drop: ModelDrop

    def __init__(self, settings: Settings, client: EngineClient | None = None, *, library: str = "") -> None:
        super().__init__()
        self.settings = settings
        self._filled = False
        self._painted = False
        self._up_to_date = False
        self._closed: ClosedPage | None = None
        self._ends = False
        self.setWindowTitle("Inkstone")
        self.setMinimumSize(_SMALLEST)
        self._build_frame(client.library if client is not None else library)
        self._shape = WindowShape(self, self._parts, self._left, settings)
        self._shape.restore()
        if client is not None:
            self.fill(client)

    # ---- building ----

    def _build_frame(self, library: str) -> None:
        middle = QWidget(self)
        self._column = QVBoxLayout(middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.top = TopBar(library, middle)
        self._left = QSplitter(Qt.Orientation.Vertical, middle)
        self._left.setProperty("role", "panel")
        self._left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.centre = CentrePane(middle)
        self.source = SourcePane(middle)
        self._left.setHandleWidth(1)
        self._left.setChildrenCollapsible(False)
        self._parts = PaneSplitter(middle)
        self._parts.set_panes(self._left, self.centre, self.source)
        self._column.addWidget(self.top)
        self._column.addWidget(self._parts, 1)
        self.setCentralWidget(middle)

    def fill(self, client: EngineClient) -> None:
        """Put the parts into the frame, once."""
        from desktop_app.bridge.connection_watch import ConnectionWatch
        from desktop_app.ui.attention.attention import Attention
        from desktop_app.ui.commands.command_registry import CommandRegistry
        from desktop_app.ui.conversation.conversation_list import ConversationList
        from desktop_app.ui.library.library_panel import LibraryPanel
        from desktop_app.ui.library.run_controller import RunController
        from desktop_app.ui.models.model_drop import ModelDrop
        from desktop_app.ui.shell.appearance import Appearance
        from desktop_app.ui.shell.dialogs import Dialogs
        from desktop_app.ui.shell.drop_overlay import DropOverlay
        from desktop_app.ui.shell.indexing_throttle import IndexingThrottle
        from desktop_app.ui.shell.model_warm_up import ModelWarmUp
        from desktop_app.ui.shell.setting_effects import SettingEffects
        from desktop_app.ui.shell.status_strip import StatusStrip
        from desktop_app.ui.shell.text_size import TextSize
        from desktop_app.ui.widgets.composition_guard import CompositionGuard

        self.client = client
        self.commands = CommandRegistry(self)
        self.top.fill(self.commands)
        self.runs = RunController(client, self)
        self.conversations = ConversationList(client, self._left)
        self.library = LibraryPanel(client, self.settings, self.runs, self._left)
        self.centre.fill(client, self.settings)
        self.conversation = self.centre.conversation
        self.strip = StatusStrip(self)
        self.strip.set_gentle(self.settings.text("indexing_throttle"))
        self.strip.set_chosen_model(self.settings.text("llm"))
        self.source.fill(client, self.settings)
        self.dialogs = Dialogs(client, self.settings, self.commands, self.runs, self)
        self.appearance = Appearance(self.settings, self)
        self.text_size = TextSize(self.settings, self)
        self.throttle = IndexingThrottle(client, self.settings, self.runs, self)
        self.attention = Attention(self.settings, self)
        self.effects = SettingEffects(client, self.settings, self.appearance, self.text_size, self.throttle, self.runs, self)
        self.effects.on(("tray_icon", "close_to_tray", "hot_key"), self.attention.apply)
        self.effects.on(("recent_searches",), self.centre.apply_recent_searches)
        self.warm_up = ModelWarmUp(client, self.settings, self)
        self.connections = ConnectionWatch(self)
        self.drops = DropOverlay(self)
        self.model_drop = ModelDrop(client, self.settings, self._column, self)
        CompositionGuard(self)
        self._left.addWidget(self.conversations)
        self._left.addWidget(self.library)
        for place in range(2):
            self._left.setStretchFactor(place, 1)
        self._column.addWidget(self.strip)
        self._filled = True
        self._shape.restore_left()
        self._connect_engine()
        self._connect_parts()
        self._register_commands()
        self._tell_news()
        if self.settings.flag("welcomed"):
            self.conversation.composer.edit.setFocus()
        else:
            self._welcome_page()

    def _connect_engine(self) -> None:
        client, runs, strip = self.client, self.runs, self.strip
        client.state_changed.connect(self._state_changed)
        client.status_changed.connect(self._status_changed)
        client.stopped.connect(self._stopped)
        client.renewing.connect(strip.set_renewing)
        runs.progress_changed.connect(strip.set_progress)
        runs.progress_changed.connect(self.attention.run_progressed)
        runs.overview_changed.connect(self._overview_changed)
        runs.changed.connect(lambda: strip.set_paused(runs.paused))
        runs.changed.connect(lambda: self.source.run_changed(runs.running))
        self.source.check_requested.connect(lambda path: runs.check_again(path) if path else runs.start())
        runs.paths_added.connect(lambda _: self.centre.leave_welcome())
        strip.pause_requested.connect(runs.pause)
        strip.restart_requested.connect(client.restart)
        self.drops.dropped.connect(runs.add)
        runs.models_met.connect(self.model_drop.offer)
        self.model_drop.documents_wanted.connect(lambda folder: runs.add([folder], as_documents=True))
        self.model_drop.chosen.connect(self.dialogs.use_model)
        self.dialogs.index_requested.connect(runs.start)
        self.dialogs.unlock_requested.connect(runs.unlock)
        self.dialogs.llm_chosen.connect(self.warm_up.load)
        self.dialogs.llm_chosen.connect(strip.set_chosen_model)
        self.attention.called.connect(self._called)
        self.attention.quit_requested.connect(self.quit)
        self.connections.counted.connect(self.top.pill.set_connections)
        self.library.gentle_chosen.connect(self.throttle.choose)
        strip.gentle_chosen.connect(self.throttle.choose)
        for shown in (strip, self.library.card):
            self.throttle.changed.connect(shown.set_gentle)
        for part in (
            client, runs, self.library, self.centre, self.conversation, self.conversations, self.dialogs, self.appearance,
            self.text_size, self.throttle, self.effects, self.attention, self.warm_up,
        ):  # fmt: skip
            part.problem.connect(self.show_problem)

    def _connect_parts(self) -> None:
        conversation, conversations, dialogs = self.conversation, self.conversations, self.dialogs
        centre, source, top = self.centre, self.source, self.top
        conversation.citation_requested.connect(source.show_citation)
        conversation.passage_requested.connect(source.show_passage)
        conversation.cells_requested.connect(source.show_cells)
        conversation.conversation_changed.connect(self._conversation_changed)
        conversation.question_kept.connect(conversations.refresh)
        for then in (conversations.refresh, self.attention.answered, source.get_ready):
            conversation.finished.connect(then)
        conversation.add_requested.connect(self.library.choose_folder)
        conversation.samples_wanted.connect(self.library.want_samples)
        for typed in (self.throttle.typed, self.warm_up.typed):
            conversation.composer.edit.textChanged.connect(typed)
        for opened in (conversations.opened, conversations.hit_opened):
            opened.connect(centre.open_conversation)
        conversations.removed.connect(conversation.leave)
        conversations.deleted.connect(conversation.forget)
        conversation.answered_elsewhere.connect(conversations.note_answer)
        source.opened.connect(self._source_opened)
        source.closed.connect(self._source_closed)
        self._parts.back.connect(source.shut)
        for asked_for in (centre.mode_changed, conversations.opened, conversations.hit_opened):
            asked_for.connect(self._uncover_centre)
        source.citation_shown.connect(conversation.show_current)
        source.passage_shown.connect(centre.mark_passage)
        source.closed.connect(centre.mark_passage)
        source.similar_requested.connect(centre.search_similar)
        source.summary_requested.connect(centre.sum_up)
        self.library.summary_requested.connect(centre.sum_up)
        centre.passage_requested.connect(source.show_passage)
        centre.file_requested.connect(source.show_file)
        centre.typed.connect(self.throttle.typed)
        centre.mode_changed.connect(top.mode.set_mode)
        centre.mode_changed.connect(source.set_mode)
        dialogs.llm_chosen.connect(conversation.set_llm)
        self.library.ledger_requested.connect(dialogs.show_ledger)
        self.library.rules_requested.connect(dialogs.show_rules)
        for part in (conversation, top, self.strip):
            part.models_requested.connect(dialogs.show_models)
        top.mode_changed.connect(centre.set_mode)
        top.palette_requested.connect(dialogs.show_palette)
        top.libraries_requested.connect(dialogs.show_libraries)
        top.library_chosen.connect(lambda folder: dialogs.library_jobs().switch(folder))
        dialogs.releasing.connect(conversations.finish_deleting)
        dialogs.reopen_requested.connect(self.reopen_requested)
        dialogs.libraries_changed.connect(top.library.retranslate)
        dialogs.setting_changed.connect(self.effects.apply)
        dialogs.file_requested.connect(source.show_file)
        top.library_panel_toggled.connect(self.toggle_library)
        window_language.notifier.language_changed.connect(self.retranslate)

    def _register_commands(self) -> None:
        """In the order in which the palette lists them."""
        for commands in (
            self._engine_commands,
            self.centre.commands,
            self.source.commands,
            self.library.commands,
            self.dialogs.commands,
            self._pane_commands,
            self.appearance.commands,
            self.text_size.commands,
            self.library.ocr_commands,
            self.throttle.commands,
            self.attention.commands,
            self.conversations.commands,
        ):
            self.commands.register(commands)

    def _engine_commands(self) -> list[Command]:
        from desktop_app.ui.commands.command_registry import Command

        stopped = self.client.state == "stopped"
        return [Command("restart", tr("Start again"), self.client.restart, enabled=stopped, icon="refresh", also="restart")]

    def _pane_commands(self) -> list[Command]:
        from desktop_app.ui.commands.command_registry import Command

        return [
            Command("library", tr("Show or hide the library"), self.toggle_library, icon="panel-left", also="panel sidebar"),
            Command("escape", "", self._escape, "Esc", help=tr("Stop the answer, or close the source")),
            *pane_focus.commands(self._panes),
        ]

    # ---- engine ----

    def _state_changed(self, state: str) -> None:
        self.strip.set_state(state)
        if state == "ready":
            self.conversations.refresh()
            self.attention.apply()
            QTimer.singleShot(_COUNT_AFTER_MS, self, self._count_connections)

    def _status_changed(self, status: Status) -> None:
        self.strip.set_status(status)
        self.connections.extra = tuple(status.children)

    def _stopped(self, problem: Problem) -> None:
        self.strip.set_status(self.client.status)
        if problem.code.startswith("library_") and self.runs.overview is None:
            self._show_closed(problem)
        else:
            self.strip.show_problem(problem, needs_restart=not self.client.restarting)

    def _show_closed(self, problem: Problem) -> None:
        """The library could not be opened at all: empty lists would look as if it held nothing."""
        if self._closed is None:
            from desktop_app.ui.shell.closed_page import ClosedPage

            self._closed = ClosedPage(self.centre)
            self._closed.again.connect(self.client.restart)
            self._closed.repair_requested.connect(self.dialogs.check_library)
            self.centre.addWidget(self._closed)
        self._closed.show_problem(problem)
        self.centre.setCurrentWidget(self._closed)
        self._show_lists(False)
        pane_focus.focus_into(self._closed)

    def _show_opened(self) -> None:
        """The library was opened after all."""
        if self._closed is None:
            return
        if self.centre.currentWidget() is self._closed:
            self.centre.set_mode("ask")
        self.centre.removeWidget(self._closed)
        self._closed.deleteLater()
        self._closed = None
        self._show_lists(True)

    def _show_lists(self, shown: bool) -> None:
        self._parts.set_left_there(there=shown)
        self.strip.setVisible(shown)

    def _overview_changed(self, overview: OverviewResult) -> None:
        self._show_opened()
        self.strip.set_summary(overview)
        sources = [source.path for source in overview.sources]
        self.centre.set_sources(sources, overview.counts.get("pending", 0))
        self.conversation.set_library(
            sum(overview.counts.values()) if sources else 0,
            has_samples=str(paths.sample_office()) in sources,
            unread=overview.counts.get("pending", 0),
        )
        if sources and not self._up_to_date:
            # Once per start: what changed while the program was closed. Later changes come by the user's hand.
            self._up_to_date = True
            self.runs.start()

    def _count_connections(self) -> None:
        if self.isVisible():
            self.connections.count_now()
            self.connections.watch(True)

    def show_problem(self, problem: Problem) -> None:
        """A problem that belongs to no part of the window gets a line of the status strip."""
        if problem.code == "engine_stopped" and self.client.state != "ready":
            return  # told by ``stopped`` already, with a way out
        self.strip.show_problem(problem)

    # ---- panes ----

    def _conversation_changed(self, conversation: int) -> None:
        self.conversations.set_current(conversation)
        if self.source.is_open:
            self.source.shut()

    def toggle_library(self) -> None:
        """Show or hide the left side."""
        self._parts.toggle_left()

    def _panes(self) -> list[QWidget]:
        left: list[QWidget] = [] if self._left.isHidden() else [self.conversations, self.library]
        return [*left, self.centre, *([self.source] if self.source.is_open else [])]

    def _escape(self) -> None:
        if self.conversation.cancel_editing():
            return
        if self._parts.left_is_page:
            self._parts.close_left_page()
            return
        if self.conversation.running:
            self.conversation.stop()
        elif self.source.is_open:
            self.source.shut()

    def _source_opened(self) -> None:
        self._parts.close_left_page()
        self._parts.set_source_open(opened=True)
        if self._parts.source_is_page:
            pane_focus.focus_into(self.source)

    def _source_closed(self) -> None:
        was_page = self._parts.source_is_page
        self._parts.set_source_open(opened=False)
        if was_page:
            pane_focus.focus_into(self.centre)

    def _uncover_centre(self) -> None:
        """The conversation or the search is wanted; in a narrow window a page may stand before it."""
        self._parts.close_left_page()
        if self._parts.source_is_page:
            self.source.shut()

    # ---- first start ----

    def _welcome_page(self) -> None:
        from desktop_app.ui.shell.welcome_page import WelcomePage

        page = WelcomePage(self.centre)
        page.add_folder_requested.connect(self.library.choose_folder)
        page.sample_requested.connect(self.library.add_samples)
        page.models_requested.connect(self.dialogs.show_models)
        page.paths_dropped.connect(self.runs.add)
        page.skipped.connect(self.centre.leave_welcome)
        self.centre.show_welcome(page)

    def _tell_news(self) -> None:
        """Once after an update, a line below the top bar."""
        from desktop_app.ui.pages.news_line import NewsLine, is_updated

        if is_updated(self.settings):
            line = NewsLine(self)
            line.wanted.connect(lambda: self.dialogs.show_help("news"))
            self._column.insertWidget(1, line)

    # ---- its life ----

    def retranslate(self) -> None:
        """Parts that listen by themselves re-text by themselves; the rest is told."""
        for part in (self.library, self.source, self.dialogs, self.model_drop):
            part.retranslate()
        overview = self.runs.overview
        if overview is not None:
            self.strip.set_summary(overview)

    def come_forward(self) -> None:
        """In front of other windows, with the keyboard; also when it was minimised or hidden."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def put_on_top(self, part: QWidget) -> None:
        """Right below the top bar."""
        self._column.insertWidget(1, part)

    def _called(self) -> None:
        self.come_forward()
        self.commands.run("field")

    def _stays(self) -> bool:
        """Whether closing hides the window only. When the user logs out, the desktop closes it for good."""
        app = QApplication.instance()
        ends = self._ends or not self._filled or (isinstance(app, QApplication) and app.isSavingSession())
        return not ends and self.attention.stays_when_closed

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.first_shown.emit)

    def changeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().changeEvent(event)
        if self._filled and event.type() == event.Type.WindowStateChange:
            self.connections.watch(not self.isMinimized() and self.client.state == "ready")

    def keep_shape(self) -> None:
        """Remember size, place and panes for the next window."""
        self._shape.keep()

    def quit(self) -> None:
        """End the program, also where closing the window would leave it in the tray."""
        self.close_for_good()
        QApplication.quit()

    def close_for_good(self) -> None:
        """Close the window, also where it would stay in the tray."""
        self._ends = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._stays():
            event.ignore()
            self.conversation.keep_typed()
            self.hide()
            self.attention.went_to_tray()
            return
        event.accept()
        if not self._filled:
            return
        self.keep_shape()
        self.dialogs.close()
        self.attention.close()
        self.connections.watch(False)
        self.conversation.keep_typed()
        self.conversations.finish_deleting()
        self.hide()  # gone for the user at once; the engine may need a moment to finish its file
        self.client.close()
