# SPDX-License-Identifier: Apache-2.0
"""The bar in which words are looked for in the open source.

It is made when it is first wanted. What is typed is looked for when the keys have rested; Enter goes to the next place, Shift+Enter to the one
before, Esc puts the bar away. The same words stand there when it is opened again, selected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.widgets import escape_key

_REST_MS = 250  # after the last key


class Findable(Protocol):
    """A view in which words can be looked for. ``found`` carries what was looked for, the number of the place that is shown, from 1 (0: none),
    how many places there are, and whether there are more than are counted."""

    @property
    def found(self) -> SignalInstance: ...

    def look_for(self, words: str) -> None:
        """Look for ``words``, and go to the first place from the one on the screen on; "" for nothing any more."""

    def step_found(self, by: int) -> None:
        """To the next (1) or previous (-1) place; round at the ends."""


class FindBar(QWidget):
    """``closed``: put away by the person; the keyboard goes back to the view."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: Findable | None = None
        self._number, self._count, self._more = 0, -1, False  # -1: not known yet
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._look)
        self.field = QLineEdit(self)
        self.field.setMinimumWidth(80)
        self._icon = mark_as_search(self.field)
        self.field.textChanged.connect(self._typed)
        self._told = plain_label("quiet", parent=self)
        self._previous = self._button("chevron-up", lambda: self.step(-1))
        self._next = self._button("chevron-down", lambda: self.step(1))
        self._close = self._button("close", self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_M, theme.SPACE_XS, theme.SPACE_S, theme.SPACE_S)
        row.setSpacing(theme.SPACE_XS)
        row.addWidget(self.field, 1)
        row.addWidget(self._told)
        for button in (self._previous, self._next, self._close):
            row.addWidget(button)
        self.hide()
        self.retranslate()

    def open(self, words: str = "") -> None:
        """Show the bar with the keyboard in it. ``words``: what was selected in the source, to look for at once."""
        self.show()
        if words:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self._count < 0:
            self._look()

    def put_away(self) -> None:
        """Hide it; nothing is marked any more."""
        self._rest.stop()
        self.hide()
        if self._view is not None:
            self._view.look_for("")
        self._count = -1

    def dismiss(self) -> None:
        """The person puts it away: the keyboard goes back to the view."""
        self.put_away()
        self.closed.emit()

    def set_view(self, view: Findable | None) -> None:
        """Another view is on the screen (None: one in which nothing can be looked for), or another file in it."""
        if view is not self._view:
            if self._view is not None:
                self._view.found.disconnect(self._found)
                self._view.look_for("")
            self._view = view
            if view is not None:
                view.found.connect(self._found)
        self._count = -1
        if self.isVisible():
            self._look()

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) place; round at the ends."""
        if self._rest.isActive():
            self._look()
        elif self._view is not None and self._count > 0:
            self._view.step_found(by)

    def retranslate(self) -> None:
        self.field.setPlaceholderText(tr("Find in this file"))
        self.field.setAccessibleName(tr("Find in this file"))
        for button, words in (
            (self._previous, tr("Previous place (Shift+Enter)")),
            (self._next, tr("Next place (Enter)")),
            (self._close, tr("Close (Esc)")),
        ):
            button.setAccessibleName(words)
            set_plain_tooltip(button, words)
        self._tell()

    # ---- looking ----

    def _typed(self) -> None:
        self._count = -1
        self._tell()
        self._rest.start()

    def _look(self) -> None:
        self._rest.stop()
        self._count = -1
        words = self.field.text().strip()
        self._tell()
        if self._view is not None:
            self._view.look_for(words)

    def _found(self, words: str, number: int, count: int, more: bool) -> None:
        if words == self.field.text().strip() and self.isVisible():
            self._number, self._count, self._more = number, count, more
            self._tell()

    def _tell(self) -> None:
        count = f"{self._count:,}+" if self._more else f"{self._count:,}"
        if not self.field.text().strip():
            words = ""
        elif self._view is None:
            words = tr("not in pictures")
        elif self._count < 0:
            words = "…"
        elif self._count == 0:
            words = tr("not found")
        else:
            words = tr("{number} of {count}", number=f"{self._number:,}", count=count)
        self._told.setText(words)
        for button in (self._previous, self._next):
            button.setEnabled(self._count > 0)

    def _button(self, icon: str, action: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "quiet"))
        button.clicked.connect(action)
        return button

    # ---- Qt's side ----

    def event(self, event: QEvent) -> bool:
        return escape_key.kept(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
