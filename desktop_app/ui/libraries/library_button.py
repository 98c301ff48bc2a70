# SPDX-License-Identifier: Apache-2.0
"""The name of the library in the top bar; it opens a menu to switch.

The menu is made when it is opened: the libraries that were used, the last ones first, and the page of them all.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from desktop_app.foundation import known_libraries, paths
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import button_text, set_plain_tooltip
from desktop_app.wording.place import file_name, short_name

_MOST = 8  # libraries in the menu
_WIDEST = 220  # px
_AROUND = 24  # px beside name and arrow


class LibraryButton(QPushButton):
    """``chosen``: the folder of another library; ``page_requested``: all of them."""

    chosen = Signal(str)
    page_requested = Signal()

    def __init__(self, library: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._known = KnownLibraries(paths.home() / known_libraries.FILE)
        self.name = ""
        self.setProperty("role", "plain")
        self.setIcon(icons.icon("chevron-down", "quiet"))
        icons.set_size(self, QSize(14, 14))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the name
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.size_with_text(self, maximum_width=_WIDEST)
        self.clicked.connect(self._open)
        self.retranslate()

    def set_library(self, library: str) -> None:
        """The folder of the library that is open."""
        self._library = library
        self.retranslate()

    def retranslate(self) -> None:
        self.name = _called(self._known.name_of(self._library), self._library)
        set_plain_tooltip(self, self._library)
        self.setAccessibleName(tr("Library: {name}", name=self.name))
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wanted = self.fontMetrics().horizontalAdvance(self.name) + self.iconSize().width() + _AROUND
        return QSize(min(wanted, theme.scaled(_WIDEST)), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(self.width() - self.iconSize().width() - _AROUND + 4, 12)
        self.setText(button_text(self.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideRight, room)))

    def menu_of_libraries(self) -> QMenu:
        """The libraries that were used, and the page of them all."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        current = menu.addAction(button_text(self.name))
        current.setCheckable(True)
        current.setChecked(True)
        for one in [one for one in self._known.all() if one.folder != self._library][: _MOST - 1]:
            action = menu.addAction(button_text(_called(one.name, one.folder)))
            set_plain_tooltip(action, one.folder)
            action.triggered.connect(lambda _=False, folder=one.folder: self.chosen.emit(folder))
        menu.addSeparator()
        page = menu.addAction(icons.icon("library", "quiet"), tr("Libraries…"))
        page.triggered.connect(lambda: self.page_requested.emit())  # noqa: PLW0108 - triggered carries a flag
        return menu

    def _open(self) -> None:
        menu = self.menu_of_libraries()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def _called(name: str, folder: str) -> str:
    name = name or file_name(folder)
    return tr("My library") if name in ("", "default") else short_name(name, 60)
