# SPDX-License-Identifier: Apache-2.0
"""The folders of the library as a tree, to tick those to search in.

Folders below a folder are asked of the engine when it is unfolded: no disk is searched, and a library of 10,000 folders opens at once.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets.popup_frame import PopupFrame
from desktop_app.wording.place import file_name, short_path

_PATH, _FETCHED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_WIDTH, _HEIGHT = 380, 420


class FolderTree(PopupFrame):
    """A popup; ``chosen`` carries the ticked paths when it is closed with its button."""

    chosen = Signal(object)

    def __init__(self, client: EngineClient, below: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._client = client
        self._ticked = dict.fromkeys(below)  # in the order of ticking
        theme.size_with_text(self, width=_WIDTH, height=_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_M, theme.SPACE_M)
        title = plain_label("section", parent=self)
        title.setText(tr("Search only in"))
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(tr("Folders"))
        self.tree.itemExpanded.connect(self._fetch)
        self.tree.itemChanged.connect(self._ticked_one)
        take = QPushButton(tr("Search there"), self)
        take.setProperty("role", "primary")
        take.clicked.connect(self._take)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(take)
        column.addWidget(title)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        self._ask(None, "")
        self.tree.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def _ask(self, item: QTreeWidgetItem | None, folder: str) -> None:
        operation = self._client.request(lambda id_: messages.Subfolders(id=id_, folder=folder))
        operation.succeeded.connect(partial(self._fill, item))

    def _fill(self, parent: QTreeWidgetItem | None, result: object) -> None:
        if not isinstance(result, messages.SubfoldersResult):
            return
        above = parent or self.tree.invisibleRootItem()
        above.takeChildren()
        for folder in result.folders:
            item = QTreeWidgetItem(above)
            name = file_name(folder.path) if parent else short_path(folder.path, 44)
            item.setText(0, f"{name}   {folder.files:,}")
            item.setIcon(0, icons.icon("folder", "quiet"))
            item.setData(0, _PATH, folder.path)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{name}, {trn('{n} file', '{n} files', folder.files)}")
            item.setCheckState(0, Qt.CheckState.Checked if folder.path in self._ticked else Qt.CheckState.Unchecked)
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        if parent is not None and not result.folders:
            parent.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.DontShowIndicator)
        first = above.child(0)
        if parent is None and first is not None:
            self.tree.setCurrentItem(first)
            first.setExpanded(above.childCount() == 1)

    def _fetch(self, item: QTreeWidgetItem) -> None:
        if not item.data(0, _FETCHED):
            item.setData(0, _FETCHED, True)
            self._ask(item, str(item.data(0, _PATH)))

    def _ticked_one(self, item: QTreeWidgetItem) -> None:
        path = item.data(0, _PATH)
        if path and item.checkState(0) == Qt.CheckState.Checked:
            self._ticked[path] = None
        else:
            self._ticked.pop(path, None)

    def _take(self) -> None:
        self.chosen.emit(tuple(self._ticked))
        self.close()
