# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a tooltip or a label, and whether Qt would fetch anything to show it."""

from __future__ import annotations

from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt, QUrl
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QMenu, QWidget

from desktop_app.ui.look.labels import ElidedLabel


class WatchedDocument(QTextDocument):
    """The engine behind Qt's tooltips and labels; ``asked`` are the addresses it would open."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        if (address := QUrl(name).toString()) not in self.asked:
            self.asked.append(address)
        return None

    def show(self, text: str, form: Qt.TextFormat = Qt.TextFormat.AutoText) -> str:
        """Lay ``text`` out as Qt does; returns what can be read."""
        if form == Qt.TextFormat.RichText or (form == Qt.TextFormat.AutoText and QtGui.Qt.mightBeRichText(text)):
            self.setHtml(text)
        else:
            self.setPlainText(text)
        self.adjustSize()
        return self.toPlainText().replace("\u200b", "").strip("\n")


def displayed(tip: str) -> str:
    """A tooltip as it can be read."""
    return WatchedDocument().show(tip)


class Seen:
    """All that a widget and what is in it show or would show on hovering, laid out as Qt does."""

    def __init__(self, root: QWidget) -> None:
        self.texts: list[str] = []
        self.asked: list[str] = []
        self.guessing: list[QLabel] = []
        for widget in [root, *root.findChildren(QWidget)]:
            self._tip(widget.toolTip())
            self._name(widget.windowTitle())
            if isinstance(widget, QLabel):
                if widget.textFormat() == Qt.TextFormat.AutoText:
                    self.guessing.append(widget)
                self._rendered(widget.text(), widget.textFormat())
            elif isinstance(widget, ElidedLabel):
                self._name(widget.text)
            elif isinstance(widget, QAbstractButton):
                self._name(widget.text().replace("&&", "&"))
            elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
                self._items(widget.model())
        self._menus(root)

    def _menus(self, root: QWidget) -> None:
        for action in root.findChildren(QAction):
            self._name(action.text().replace("&&", "&"))
        for menu in root.findChildren(QMenu):
            if menu.toolTipsVisible():
                for action in menu.actions():
                    self._tip(action.toolTip())

    def says(self, words: str) -> bool:
        return any(words in text for text in self.texts)

    def _items(self, model: QAbstractItemModel) -> None:
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
        for row in range(model.rowCount(QModelIndex())):
            for column in range(columns):
                index = model.index(row, column)
                self._name(str(index.data() or ""))
                self._tip(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))

    def _tip(self, text: str) -> None:
        self._rendered(text, Qt.TextFormat.AutoText)

    def _rendered(self, text: str, form: Qt.TextFormat) -> None:
        document = WatchedDocument()
        self.texts.append(document.show(text, form))
        self.asked += document.asked

    def _name(self, text: str) -> None:
        self.texts.append(text)
