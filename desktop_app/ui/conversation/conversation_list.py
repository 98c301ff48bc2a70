# SPDX-License-Identifier: Apache-2.0
"""The list of conversations: open, find, rename, pin, delete.

Pinned ones come first, then the newest. They are found by their words and renamed in place; deleting is asked in the list itself.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.conversation import ConversationHead, ConversationHit
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.conversation.conversation_hits import ConversationHits
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.turn.export_menu import Exports
from desktop_app.wording.place import short_name

_ID = int(Qt.ItemDataRole.UserRole) + 1
_SEARCH_MS = 150  # after the last key


class ConversationList(QWidget):
    """``opened`` carries a conversation's id, 0 for a new one; ``hit_opened`` also the turn that was found; ``deleted`` the id of one that is
    gone."""

    opened = Signal(int)
    hit_opened = Signal(int, int)
    deleted = Signal(int)
    problem = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._exports = Exports(self)
        self._exports.failed.connect(self.problem)
        self._current = 0
        self._asked_about = 0
        self._looking: Operation | None = None
        self._look_again = False
        self._searching: Operation | None = None
        self._filling = False
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
        self._select()

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
        """Delete a conversation for good; nobody is asked here."""
        operation = self._client.request(lambda id_: messages.DeleteConversation(id=id_, conversation=conversation))
        operation.succeeded.connect(lambda _: self.deleted.emit(conversation))
        self._change(operation)

    def ask_to_delete(self, conversation: int) -> None:
        """The question stands in the list; nothing is blocked meanwhile."""
        self._asked_about = conversation
        title = next((head.title for head in self.heads if head.id == conversation), "")
        self._question.setText(tr("Delete “{title}”?", title=short_name(title, 24)))
        self._confirm.setVisible(True)
        self._no.setFocus()

    def commands(self) -> list[Command]:
        """One for each conversation, by its title."""
        return [
            Command(
                f"conversation.{head.id}",
                shown_name(head.title),
                partial(self.opened.emit, head.id),
                icon="chat",
                hint=tr("Conversation"),
            )
            for head in self.heads
        ]

    # ---- answers ----

    def _looked(self, result: object) -> None:
        if not isinstance(result, messages.ConversationsResult):
            return
        self.heads = result.conversations
        self._filling = True
        self._model.clear()
        for head in self.heads:
            self._model.appendRow(_item(head))
        self._filling = False
        self._select()
        self._search()

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
        named = [head for head in self.heads if result.text.casefold() in head.title.casefold()]
        inside = {hit.conversation for hit in result.hits}
        by_name = [ConversationHit(head.id, 0, head.title, "", updated=head.updated) for head in named if head.id not in inside]
        self.hits.show_hits([*by_name, *result.hits])
        self._show_parts()

    def _show_parts(self) -> None:
        """The list, what was found, or a word about why there is nothing."""
        text = self.field.text().strip()
        found = bool(self.hits.hits)
        self.field.setVisible(bool(self.heads))
        self.hits.setVisible(bool(text) and found)
        self._list.setVisible(bool(self.heads) and not text)
        self._nothing.setVisible(not self.heads or (bool(text) and not found))
        self._filler.setVisible(self._nothing.isVisibleTo(self))
        self._nothing.setText(
            tr("No conversation has “{text}” in it.", text=short_name(text, 24))
            if self.heads
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
        self._build_question()
        column.addWidget(self._confirm)

    def _build_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(theme.SPACE_S, 0, 0, 0)
        self._title = plain_label("section", parent=self)
        self._new = QToolButton(self)
        self._new.setIcon(icons.icon("plus", "quiet"))
        self._new.setIconSize(QSize(16, 16))
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
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(200)
        self.field.setVisible(False)
        self.field.addAction(icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(lambda _: self._wait.start())
        self.field.installEventFilter(self)

    def _build_list(self) -> None:
        self._model = QStandardItemModel(self)
        self._model.itemChanged.connect(self._renamed)
        self._list = QListView(self)
        self._list.setProperty("role", "flush")
        self._list.setModel(self._model)
        self._list.setVisible(False)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.setIconSize(QSize(14, 14))
        self._list.setItemDelegate(_Row(self._list))
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.clicked.connect(self._activate)
        self._list.activated.connect(self._activate)
        self._list.installEventFilter(self)

    def _build_question(self) -> None:
        """Whether to delete a conversation."""
        self._confirm = QFrame(self)
        self._confirm.setProperty("role", "card")
        box = QVBoxLayout(self._confirm)
        box.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        self._question = plain_label(wrap=True, parent=self._confirm)
        box.addWidget(self._question)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        self._yes = QPushButton(self._confirm)
        self._yes.clicked.connect(self._confirmed)
        self._no = QPushButton(self._confirm)
        self._no.clicked.connect(lambda: self._confirm.setVisible(False))
        row.addStretch()
        row.addWidget(self._no)
        row.addWidget(self._yes)
        box.addLayout(row)
        self._confirm.setVisible(False)

    def retranslate(self) -> None:
        self._title.setText(tr("CONVERSATIONS"))
        self._list.setAccessibleName(tr("Conversations"))
        set_plain_tooltip(self._new, tr("New conversation (Ctrl+N)"))
        self._new.setAccessibleName(tr("New conversation"))
        self.field.setPlaceholderText(tr("Search conversations"))
        self.field.setAccessibleName(tr("Search conversations"))
        self.hits.setAccessibleName(tr("Found in conversations"))
        self._show_parts()
        self._yes.setText(tr("Delete"))
        self._no.setText(tr("Keep"))

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
        menu.addAction(icons.icon("trash"), tr("Delete…"), lambda: self.ask_to_delete(conversation))
        return menu

    def edit(self, conversation: int) -> None:
        """Rename a conversation in its row."""
        for row in range(self._model.rowCount()):
            if self._model.item(row).data(_ID) == conversation:
                self._list.edit(self._model.index(row, 0))

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
            and self._list.currentIndex().isValid()
        ):
            self.ask_to_delete(int(self._list.currentIndex().data(_ID)))
            return True
        return super().eventFilter(watched, event)

    def _menu(self, point: QPoint) -> None:
        index = self._list.indexAt(point)
        if index.isValid():
            menu = self.menu_for(int(index.data(_ID)))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._list.viewport().mapToGlobal(point))

    def _activate(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self.opened.emit(int(index.data(_ID)))

    def _renamed(self, item: QStandardItem) -> None:
        if not self._filling and item.text().strip():
            self.rename(int(item.data(_ID)), item.text().strip())

    def _confirmed(self) -> None:
        self._confirm.setVisible(False)
        self.delete(self._asked_about)

    def _select(self) -> None:
        for row in range(self._model.rowCount()):
            if self._model.item(row).data(_ID) == self._current:
                self._list.setCurrentIndex(self._model.index(row, 0))
                return
        self._list.clearSelection()
        self._list.setCurrentIndex(QModelIndex())


def _item(head: ConversationHead) -> QStandardItem:
    item = QStandardItem(shown_name(head.title))
    item.setData(head.id, _ID)
    item.setSizeHint(QSize(10, 30))
    words = [tr("pinned")] if head.pinned else []
    if head.running:
        words.append(tr("being answered"))
        item.setIcon(icons.icon("more", "accent_text"))
    elif head.pinned:
        item.setIcon(icons.icon("pin", "quiet"))
    set_plain_tooltip(item, head.title, " · ".join(words))
    item.setData(" · ".join([shown_name(head.title), *words]), int(Qt.ItemDataRole.AccessibleTextRole))
    return item


class _Row(QStyledItemDelegate):
    """The editor of a title takes the whole row: in the place of the words alone its frame would leave 8 px for them."""

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> None:
        editor.setGeometry(option.rect)
