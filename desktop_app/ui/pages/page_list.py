# SPDX-License-Identifier: Apache-2.0
"""The list at the left of a dialog that leads to its pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from desktop_app.ui.look import icons, theme

_WIDTH = 176  # px
_ROW = 34


class PageList(QListWidget):
    """``chosen`` carries the name of a page."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._fit()
        theme.notifier.changed.connect(self._fit)
        icons.set_size(self, icons.BESIDE_TEXT)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._changed)

    def set_pages(self, pages: Sequence[tuple[str, str, str]]) -> None:
        """(name, icon, title) of each page; the one that was chosen stays so."""
        now = self.page
        self.blockSignals(True)
        self.clear()
        for name, icon, title in pages:
            item = QListWidgetItem(icons.icon(icon, "quiet"), title) if icon else QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.addItem(item)
        self._fit()
        self.blockSignals(False)
        self.show_page(now)

    @property
    def page(self) -> str:
        """The name of the page that is chosen, "" for none."""
        item = self.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def show_page(self, name: str) -> None:
        """Mark a page as chosen; ``chosen`` does not come."""
        self.blockSignals(True)
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def _fit(self) -> None:
        """As large as the text asks for."""
        self.setFixedWidth(theme.scaled(_WIDTH))
        for row in range(self.count()):
            self.item(row).setSizeHint(QSize(theme.scaled(_WIDTH) - 8, theme.scaled(_ROW)))

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))
