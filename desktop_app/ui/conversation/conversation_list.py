# SPDX-License-Identifier: Apache-2.0
"""The list of conversations: open, find, rename, pin, delete.

Pinned ones come first, then the newest, grouped by day. They are found by their words and renamed in place. One that is deleted leaves the
list at once and the library ten seconds later; until then it can be had back, which nobody has to be asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.conversation import ConversationHead, ConversationHit
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.conversation.conversation_hits import ConversationHits
from desktop_app.ui.conversation.conversation_rows import ConversationRows, ConversationView
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.turn.export_menu import Exports
from desktop_app.wording import day_texts
from desktop_app.wording.place import short_name

_SEARCH_MS = 150  # after the last key
_UNDO_MS = 10_000
_MOST_COMMANDS = 1_000  # conversations in the palette, the newest; the field above the list finds all


def _here() -> datetime:
    return datetime.now().astimezone()


class ConversationList(QWidget):
    """``opened`` carries a conversation's id, 0 for a new one; ``hit_opened`` also the turn that was found; ``removed`` the id of one that is
    to be deleted, ``deleted`` of one that is gone."""

    opened = Signal(int)
    hit_opened = Signal(int, int)
    removed = Signal(int)
    deleted = Signal(int)
    problem = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None, now: Callable[[], datetime] = _here) -> None:
        super().__init__(parent)
        self._client = client
        self._now = now
        self._exports = Exports(self)
        self._exports.failed.connect(self.problem)
        self._current = 0
        self._removed = 0  # is deleted in a moment
        self._was_shown = False
        self._looking: Operation | None = None
        self._look_again = False
        self._searching: Operation | None = None
        self._late = False  # the list has changed while a title was edited
        self.heads: list[ConversationHead] = []
        self._build()
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)

    def refresh(self) -> None:
        """Ask the engine for the list."""
        if self._looking is not None:
            self._look_again = True  # what is on its way may be older than the change
            return
        self._looking = self._client.request(lambda id_: messages.Conversations(id=id_))
        self._looking.succeeded.connect(self._looked)
        self._looking.ended.connect(self._look_over)

    def set_current(self, conversation: int) -> None:
        """Mark the conversation that is shown, 0 for a new one."""
        self._current = conversation
        self.rows.set_unseen(conversation, unseen=False)
        self._select()

    def note_answer(self, conversation: int) -> None:
        """An answer of this conversation has ended; one that is not shown is marked until it is."""
        if conversation and conversation != self._current:
            self.rows.set_unseen(conversation, unseen=True)

    def rename(self, conversation: int, title: str) -> None:
        """Keep another title for a conversation."""
        self._change(
            self._client.request(lambda id_: messages.RenameConversation(id=id_, conversation=conversation, title=title))
        )

    def pin(self, conversation: int, *, pinned: bool) -> None:
        """Keep a conversation at the top, or let it go."""
        self._change(
            self._client.request(lambda id_: messages.PinConversation(id=id_, conversation=conversation, pinned=pinned))
        )

    def delete(self, conversation: int) -> None:
        """Take a conversation out of the list, and out of the library in a moment; one that was taken out before is deleted now."""
        self.finish_deleting()
        head = next((head for head in self.heads if head.id == conversation), None)
        if head is None:
            return
        self._removed, self._was_shown = conversation, conversation == self._current
        self._undo_words.setText(tr("Deleted “{title}”", title=short_name(head.title, 24)))
        self._undo_line.show()
        self._undo_time.start()
        self._show_heads()
        self.removed.emit(conversation)

    def undo_deleting(self) -> None:
        """Put the conversation that was taken out last back, and show it again where it was shown."""
        conversation, self._removed = self._removed, 0
        self._put_line_away()
        self._show_heads()
        if conversation and self._was_shown:
            self.opened.emit(conversation)

    def finish_deleting(self) -> None:
        """Delete for good what was taken out of the list; before the engine ends, too, which does it before it leaves."""
        conversation, self._removed = self._removed, 0
        self._put_line_away()
        if not conversation:
            return
        operation = self._client.request(lambda id_: messages.DeleteConversation(id=id_, conversation=conversation))
        operation.succeeded.connect(lambda _: self.deleted.emit(conversation))
        operation.was_cancelled.connect(lambda: self.deleted.emit(conversation))  # the engine is being ended
        self.heads = [head for head in self.heads if head.id != conversation]
        self._change(operation)

    def _put_line_away(self) -> None:
        self._undo_time.stop()
        self._undo_line.hide()

    def commands(self) -> list[Command]:
        """What can be undone, and one for each conversation, by its title."""
        hint = tr("Conversation")
        undo = Command(
            "conversation.undo",
            tr("Undo deleting the conversation"),
            self.undo_deleting,
            enabled=bool(self._removed),
            icon="refresh",
        )
        return [
            undo,
            *(
                Command(
                    f"conversation.{head.id}",
                    shown_name(head.title),
                    partial(self.opened.emit, head.id),
                    icon="chat",
                    hint=hint,
                )
                for head in self._listed()[:_MOST_COMMANDS]
            ),
        ]

    # ---- answers ----

    def _looked(self, result: object) -> None:
        if not isinstance(result, messages.ConversationsResult):
            return
        if result.conversations != self.heads or not self.rows.rows:
            self.heads = result.conversations
            self._show_heads()
        self._search()

    def _listed(self) -> list[ConversationHead]:
        """All but the one that is deleted in a moment."""
        return [head for head in self.heads if head.id != self._removed] if self._removed else self.heads

    def _show_heads(self) -> None:
        if self._list.editing:
            self._late = True  # or what is typed into a title would be lost
            return
        self._late = False
        bar = self._list.verticalScrollBar()
        place = bar.value()
        now = self._now()
        self.rows.show_heads(self._listed(), now)
        self._select()
        bar.setValue(place)
        self._show_parts()
        self._new_day.start(max(1, round((day_texts.midnight(now) - now).total_seconds() * 1000)))

    def _edited(self) -> None:
        if self._late:
            QTimer.singleShot(0, self, self._show_heads)  # once the editor is gone

    def _look_over(self) -> None:
        self._looking = None
        if self._look_again:
            self._look_again = False
            self.refresh()

    # ---- search ----

    def _search(self) -> None:
        """Look for what stands in the field; with nothing in it the list is shown."""
        self._wait.stop()
        text = self.field.text().strip()
        self._searching = None
        if not text:
            self._show_parts()
            return
        operation = self._client.request(lambda id_: messages.SearchConversations(id=id_, text=text))
        self._searching = operation
        operation.succeeded.connect(lambda result: self._found(operation, result))
        operation.failed.connect(self._failed)

    def _found(self, operation: Operation, result: object) -> None:
        if self._searching is not operation or not isinstance(result, messages.ConversationsFound):
            return  # more was typed meanwhile
        named = [head for head in self._listed() if result.text.casefold() in head.title.casefold()]
        hits = [hit for hit in result.hits if hit.conversation != self._removed]
        inside = {hit.conversation for hit in hits}
        by_name = [ConversationHit(head.id, 0, head.title, "", updated=head.updated) for head in named if head.id not in inside]
        self.hits.show_hits([*by_name, *hits])
        self._show_parts()

    def _show_parts(self) -> None:
        """The list, what was found, or a word about why there is nothing."""
        text = self.field.text().strip()
        found = bool(self.hits.hits)
        some = bool(self.rows.rows)
        self.field.setVisible(some)
        self.hits.setVisible(bool(text) and found)
        self._list.setVisible(some and not text)
        self._nothing.setVisible(not some or (bool(text) and not found))
        self._filler.setVisible(self._nothing.isVisibleTo(self))
        self._nothing.setText(
            tr("No conversation has “{text}” in it.", text=short_name(text, 24))
            if some
            else tr("Your questions and answers are kept here.")
        )

    def _hit_chosen(self, hit: object) -> None:
        if isinstance(hit, ConversationHit):
            self.hit_opened.emit(hit.conversation, hit.turn)

    def _change(self, operation: Operation) -> None:
        operation.failed.connect(self._failed)
        operation.ended.connect(self.refresh)

    def _failed(self, problem: Problem) -> None:
        self.problem.emit(problem)

    # ---- building ----

    def _build(self) -> None:
        column = QVBoxLayout(self)
        # The words of the rows stand below the words of the title; a row has 8 px of its own.
        column.setContentsMargins(theme.SPACE_XS, theme.SPACE_M, theme.SPACE_S, theme.SPACE_XS)
        column.setSpacing(theme.SPACE_XS)
        column.addLayout(self._build_head())
        self._build_field()
        column.addWidget(self.field)
        self._nothing = plain_label("small", wrap=True, parent=self)
        self._nothing.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        column.addWidget(self._nothing)
        self._build_list()
        column.addWidget(self._list, 1)
        self.hits = ConversationHits(self)
        self.hits.setVisible(False)
        self.hits.chosen.connect(self._hit_chosen)
        self.field.returnPressed.connect(self.hits.choose_first)
        column.addWidget(self.hits, 1)
        self._filler = QWidget(self)
        column.addWidget(self._filler, 1)
        self._build_undo()
        column.addWidget(self._undo_line)

    def _build_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(theme.SPACE_S, 0, 0, 0)
        self._title = plain_label("section", parent=self)
        self._new = QToolButton(self)
        self._new.setIcon(icons.icon("plus", "quiet"))
        icons.set_size(self._new, QSize(16, 16))
        self._new.clicked.connect(lambda: self.opened.emit(0))
        head.addWidget(self._title, 1)
        head.addWidget(self._new)
        return head

    def _build_field(self) -> None:
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SEARCH_MS)
        self._wait.timeout.connect(self._search)
        self.field = QLineEdit(self)
        self.field.setMaxLength(200)
        self.field.setVisible(False)
        mark_as_search(self.field, clear=True)
        self.field.textChanged.connect(lambda _: self._wait.start())
        self.field.installEventFilter(self)

    def _build_list(self) -> None:
        self.rows = ConversationRows(self)
        self.rows.renamed.connect(self.rename)
        self._list = ConversationView(self.rows, self)
        self._list.setVisible(False)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.clicked.connect(self._activate)
        self._list.activated.connect(self._activate)
        self._list.itemDelegate().closeEditor.connect(self._edited)
        self._list.installEventFilter(self)
        self._new_day = QTimer(self)
        self._new_day.setSingleShot(True)
        self._new_day.timeout.connect(self._show_heads)

    def _build_undo(self) -> None:
        """That a conversation was deleted, and the way back."""
        self._undo_line = QFrame(self)
        self._undo_line.setProperty("role", "card")
        row = QHBoxLayout(self._undo_line)
        row.setContentsMargins(theme.SPACE_M, theme.SPACE_XS, theme.SPACE_XS, theme.SPACE_XS)
        row.setSpacing(theme.SPACE_S)
        self._undo_words = plain_label("small", wrap=True, parent=self._undo_line)
        self._undo = QPushButton(self._undo_line)
        self._undo.setProperty("role", "plain")
        self._undo.clicked.connect(self.undo_deleting)
        row.addWidget(self._undo_words, 1)
        row.addWidget(self._undo)
        self._undo_line.hide()
        self._undo_time = QTimer(self)
        self._undo_time.setSingleShot(True)
        self._undo_time.setInterval(_UNDO_MS)
        self._undo_time.timeout.connect(self.finish_deleting)

    def retranslate(self) -> None:
        self._title.setText(tr("CONVERSATIONS"))
        self._list.setAccessibleName(tr("Conversations"))
        set_plain_tooltip(self._new, tr("New conversation (Ctrl+N)"))
        self._new.setAccessibleName(tr("New conversation"))
        self.field.setPlaceholderText(tr("Search conversations"))
        self.field.setAccessibleName(tr("Search conversations"))
        self.hits.setAccessibleName(tr("Found in conversations"))
        self._undo.setText(tr("Undo"))
        self._show_heads()

    # ---- hands ----

    def menu_for(self, conversation: int) -> QMenu:
        """The context menu of a conversation."""
        menu = QMenu(self)
        menu.addAction(icons.icon("pencil"), tr("Rename"), lambda: self.edit(conversation))
        pinned = any(head.pinned for head in self.heads if head.id == conversation)
        menu.addAction(
            icons.icon("pin"), tr("Unpin") if pinned else tr("Pin"), lambda: self.pin(conversation, pinned=not pinned)
        )
        menu.addMenu(self._exports.menu_of_conversation(self._client, conversation, menu))
        menu.addAction(icons.icon("trash"), tr("Delete"), lambda: self.delete(conversation))
        return menu

    def edit(self, conversation: int) -> None:
        """Rename a conversation in its row."""
        index = self.rows.of(conversation)
        if index.isValid():
            self._list.scrollTo(index)
            self._list.edit(index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.hits.enter()
                return True
            return super().eventFilter(watched, event)
        if (
            watched is self._list
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Delete)
            and (head := self.rows.head(self._list.currentIndex())) is not None
        ):
            self.delete(head.id)
            return True
        return super().eventFilter(watched, event)

    def _menu(self, point: QPoint) -> None:
        head = self.rows.head(self._list.indexAt(point))
        if head is not None:
            menu = self.menu_for(head.id)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._list.viewport().mapToGlobal(point))

    def _activate(self, index: QModelIndex | QPersistentModelIndex) -> None:
        head = self.rows.head(index)
        if head is not None:
            self.opened.emit(head.id)

    def _select(self) -> None:
        index = self.rows.of(self._current)
        if not index.isValid():
            self._list.clearSelection()
        self._list.setCurrentIndex(index)
