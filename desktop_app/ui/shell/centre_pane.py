# SPDX-License-Identifier: Apache-2.0
"""The middle of the window: conversation or search; at first the welcome.

The search is imported and made when it is first wanted, so that the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.shell import pane_focus
from desktop_app.wording.place import file_name

if TYPE_CHECKING:
    from desktop_app.bridge.client import EngineClient
    from desktop_app.contract.ledger import Scope
    from desktop_app.contract.passage import Passage
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.commands.command_registry import Command
    from desktop_app.ui.conversation.conversation_panel import ConversationPanel
    from desktop_app.ui.search.search_view import SearchView

_LEAST_PX = 360
_LONGEST_ASKED = 80  # characters of a name in a question


class CentrePane(QStackedWidget):
    """``mode_changed`` carries "ask" or "search", ``passage_requested`` a Passage, ``file_requested`` a path; ``typed`` comes with keys in
    the search field."""

    mode_changed = Signal(str)
    passage_requested = Signal(object)
    file_requested = Signal(str)
    typed = Signal()
    problem = Signal(object)

    client: EngineClient
    settings: Settings
    conversation: ConversationPanel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search: SearchView | None = None
        self.welcome: QWidget | None = None
        self._sources: list[str] = []
        self._unread = 0
        self.setMinimumWidth(_LEAST_PX)

    def fill(self, client: EngineClient, settings: Settings) -> None:
        """Put the conversation in, before anything else is asked of this part."""
        from desktop_app.ui.conversation.conversation_panel import ConversationPanel

        self.client, self.settings = client, settings
        self.conversation = ConversationPanel(client, settings, self)
        self.addWidget(self.conversation)

    # ---- modes ----

    def set_mode(self, mode: str) -> None:
        """Show "ask", the conversation, or "search", with the keyboard in its field."""
        self.leave_welcome()
        self.mode_changed.emit(mode)
        if mode == "search":
            view = self.search_view()
            self.setCurrentWidget(view)
            view.field.setFocus()
            view.field.selectAll()
        else:
            self.setCurrentWidget(self.conversation)
            self.conversation.composer.edit.setFocus()

    def search_view(self) -> SearchView:
        """The search, made now if it is the first time."""
        if self.search is None:
            from desktop_app.ui.search.search_view import SearchView

            self.search = SearchView(self.client, self, lambda: self.settings.flag("recent_searches"))
            self.search.passage_requested.connect(self.passage_requested)
            self.search.file_requested.connect(self.file_requested)
            self.search.problem.connect(self.problem)
            self.search.field.textEdited.connect(self.typed)
            self.search.set_sources(self._sources, self._unread)
            self.addWidget(self.search)
        return self.search

    def apply_recent_searches(self) -> None:
        """Delete the recent searches where they are no longer to be kept."""
        if not self.settings.flag("recent_searches"):
            self.search_view().forget_recent()

    def search_similar(self, text: str, chunk_id: int) -> None:
        """Look for passages like ``text``, which stands in chunk ``chunk_id``."""
        self.set_mode("search")
        self.search_view().search_similar(text, chunk_id)

    def open_conversation(self, conversation: int = 0, turn: int = 0) -> None:
        """Show a conversation, 0 for a new one, at ``turn`` or at its end."""
        self.set_mode("ask")
        if conversation:
            self.conversation.open(conversation, turn)
        else:
            self.conversation.new_conversation()

    def ask_only_in(self, scope: Scope) -> None:
        """A new conversation that asks only in ``scope``."""
        self.open_conversation()
        self.conversation.composer.scope.choose(scope)

    def sum_up(self, path: str) -> None:
        """Ask for a summary of a file or folder, in a new conversation."""
        from desktop_app.contract.ledger import Scope  # with msgspec, which the first picture does not need

        name = file_name(path)
        self.ask_only_in(Scope(below=(path,)))
        self.conversation.ask(tr("Summarize “{name}”", name=name) if len(name) <= _LONGEST_ASKED else tr("Summarize this"))

    def set_sources(self, paths: Sequence[str], unread: int = 0) -> None:
        """The folders and files that a question or a search can be narrowed to, and how many files are still to be read."""
        self._sources, self._unread = list(paths), unread
        self.conversation.set_sources(paths)
        if self.search is not None:
            self.search.set_sources(paths, unread)

    def mark_passage(self, passage: Passage | None = None) -> None:
        """``passage`` is shown at its place; None: nothing of an answer or a search is."""
        self.conversation.show_current(None, 0)
        self.conversation.show_current_passage(passage)
        if self.search is not None:
            self.search.set_current_passage(passage)

    # ---- first start ----

    def show_welcome(self, page: QWidget) -> None:
        """Show ``page`` until something else is wanted."""
        self.welcome = page
        self.addWidget(page)
        self.setCurrentWidget(page)
        QTimer.singleShot(0, page, lambda: pane_focus.focus_into(page))

    def leave_welcome(self) -> None:
        """Not to be shown again, at the next start neither."""
        if self.welcome is None:
            return
        page, self.welcome = self.welcome, None
        problem = self.settings.keep("welcomed", True)
        if problem is not None:
            self.problem.emit(problem)
        self.setCurrentWidget(self.conversation)
        self.removeWidget(page)
        page.deleteLater()
        self.conversation.composer.edit.setFocus()

    # ---- commands ----

    def commands(self) -> list[Command]:
        from desktop_app.ui.commands import citation_keys
        from desktop_app.ui.commands.command_registry import Command

        return [
            Command("new", tr("New conversation"), self.open_conversation, "Ctrl+N", icon="plus", also="new conversation"),
            Command(
                "narrow",
                tr("Ask only in a folder, file, file type or date"),
                self._narrow,
                icon="library",
                hint="@",
                also="scope",
            ),
            Command("ask", tr("Ask a question"), lambda: self.set_mode("ask"), "Ctrl+1", icon="chat", also="ask"),
            Command(
                "search", tr("Search the documents"), lambda: self.set_mode("search"), "Ctrl+2", icon="search", also="search"
            ),
            Command(
                "field",
                "",
                lambda: self.set_mode("search" if self._searches() else "ask"),
                "Ctrl+L",
                help=tr("To the question or search field"),
            ),
            Command(
                "citation.previous",
                tr("Previous citation"),
                lambda: self._step(-1),
                citation_keys.PREVIOUS,
                icon="chevron-left",
                also="quote previous",
            ),
            Command(
                "citation.next",
                tr("Next citation"),
                lambda: self._step(1),
                citation_keys.NEXT,
                icon="chevron-right",
                also="quote next",
            ),
            *self._search_commands(),
        ]

    def _search_commands(self) -> list[Command]:
        """Only while the search is shown."""
        from desktop_app.ui.commands.command_registry import Command

        on = self._searches()
        found = on and self.search is not None and bool(self.search.cards)

        def command(
            name: str, title: str, act: Callable[[SearchView], object], *, enabled: bool = on, keys: str = ""
        ) -> Command:
            return Command(
                f"search.{name}", title, lambda: act(self.search_view()), keys, enabled, "search", also="search filter"
            )

        return [
            command("filters", tr("Search: filters"), lambda view: view.show_filters(), keys="Ctrl+Shift+F"),
            command("exact", tr("Search: only exact words, or similar meaning too"), lambda view: view.toggle_exact()),
            command("unfiltered", tr("Search: remove all filters"), _remove_filters),
            command("best", tr("Search: best first"), lambda view: view.choose_order("best"), enabled=found),
            command("newest", tr("Search: newest first"), lambda view: view.choose_order("newest"), enabled=found),
            command("name", tr("Search: by file name"), lambda view: view.choose_order("name"), enabled=found),
            command("folder", tr("Search: by folder"), lambda view: view.choose_order("folder"), enabled=found),
            command("keep", tr("Search: save under a name"), lambda view: view.keep_search(), enabled=found, keys="Ctrl+D"),
            command("copy", tr("Search: copy the list"), lambda view: view.copy_list(), enabled=found),
        ]

    def _narrow(self) -> None:
        self.set_mode("ask")
        self.conversation.mentions.open()

    def _searches(self) -> bool:
        return self.search is not None and self.currentWidget() is self.search

    def _step(self, step: int) -> None:
        """To the next (1) or previous (-1) card or citation."""
        if self.search is not None and self._searches():
            self.search.step(step)
        else:
            self.conversation.step_citation(step)


def _remove_filters(view: SearchView) -> None:
    from desktop_app.contract.ledger import EVERYWHERE  # with msgspec, which the first picture does not need

    view.choose_scope(EVERYWHERE)
