"""The conversations of the library, newest first: open, rename in place, delete after a question in the list itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
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
from desktop_app.contract.conversation import ConversationHead
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui import icons, language, theme
from desktop_app.ui.labels import plain_label, set_plain_tooltip
from desktop_app.ui.place import short_name

_ID = int(Qt.ItemDataRole.UserRole) + 1


class ConversationList(QWidget):
    """``opened`` carries a conversation's id, 0 for a new one; ``deleted`` the id of one that is gone."""

    opened = Signal(int)
    deleted = Signal(int)
    problem = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._current = 0
        self._asked_about = 0
        self._looking: Operation | None = None
        self._filling = False
        self.heads: list[ConversationHead] = []
        self._build()
        self.retranslate()
        language.notifier.language_changed.connect(self.retranslate)

    def refresh(self) -> None:
        """Ask the engine for the list."""
        if self._looking is not None:
            return
        self._looking = self._client.request(lambda id_: messages.Conversations(id=id_))
        self._looking.succeeded.connect(self._looked)
        self._looking.ended.connect(self._look_over)

    def set_current(self, conversation: int) -> None:
        self._current = conversation
        self._select()

    def rename(self, conversation: int, title: str) -> None:
        self._change(
            self._client.request(lambda id_: messages.RenameConversation(id=id_, conversation=conversation, title=title))
        )

    def delete(self, conversation: int) -> None:
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

    # ---- answers ----

    def _looked(self, result: object) -> None:
        if not isinstance(result, messages.ConversationsResult):
            return
        self.heads = result.conversations
        self._filling = True
        self._model.clear()
        for head in self.heads:
            item = QStandardItem(shown_name(head.title))
            item.setData(head.id, _ID)
            set_plain_tooltip(item, head.title)
            item.setSizeHint(QSize(10, 30))
            self._model.appendRow(item)
        self._filling = False
        self._nothing.setVisible(not self.heads)
        self._list.setVisible(bool(self.heads))
        self._filler.setVisible(not self.heads)
        self._select()

    def _look_over(self) -> None:
        self._looking = None

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
        head = QHBoxLayout()
        head.setContentsMargins(theme.SPACE_S, 0, 0, 0)
        self._title = plain_label("section", parent=self)
        self._new = QToolButton(self)
        self._new.setIcon(icons.icon("plus", "quiet"))
        self._new.setIconSize(QSize(16, 16))
        self._new.clicked.connect(lambda: self.opened.emit(0))
        head.addWidget(self._title, 1)
        head.addWidget(self._new)
        column.addLayout(head)
        self._nothing = plain_label("small", wrap=True, parent=self)
        self._nothing.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        column.addWidget(self._nothing)
        self._model = QStandardItemModel(self)
        self._model.itemChanged.connect(self._renamed)
        self._list = QListView(self)
        self._list.setProperty("role", "flush")
        self._list.setModel(self._model)
        self._list.setVisible(False)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.clicked.connect(self._activate)
        self._list.activated.connect(self._activate)
        self._list.installEventFilter(self)
        column.addWidget(self._list, 1)
        self._filler = QWidget(self)
        column.addWidget(self._filler, 1)
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
        column.addWidget(self._confirm)

    def retranslate(self) -> None:
        self._title.setText(tr("CONVERSATIONS"))
        self._list.setAccessibleName(tr("Conversations"))
        set_plain_tooltip(self._new, tr("New conversation (Ctrl+N)"))
        self._new.setAccessibleName(tr("New conversation"))
        self._nothing.setText(tr("Your questions and answers are kept here."))
        self._yes.setText(tr("Delete"))
        self._no.setText(tr("Keep"))

    # ---- hands ----

    def menu_for(self, conversation: int) -> QMenu:
        menu = QMenu(self)
        menu.addAction(icons.icon("pencil"), tr("Rename"), lambda: self.edit(conversation))
        menu.addAction(icons.icon("trash"), tr("Delete…"), lambda: self.ask_to_delete(conversation))
        return menu

    def edit(self, conversation: int) -> None:
        for row in range(self._model.rowCount()):
            if self._model.item(row).data(_ID) == conversation:
                self._list.edit(self._model.index(row, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
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
