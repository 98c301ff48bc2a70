# SPDX-License-Identifier: Apache-2.0
"""The choice of where a question is asked: a button with a menu.

All documents, or some of the folders, or only what was changed lately.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import button_text, set_plain_tooltip
from desktop_app.wording.place import file_name, short_name, short_path

_YEAR_SECONDS = 365 * 86_400
_NAME_LENGTH = 28  # characters on the button


class ScopeChip(QPushButton):
    """``changed`` carries the ``Scope`` that a user chose. Hidden while there is nothing to choose from."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[str, ...] = ()
        self._scope = EVERYWHERE
        self.setProperty("role", "plain")
        self.setIcon(icons.icon("library", "quiet"))
        self.setIconSize(icons.BESIDE_TEXT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)
        self.retranslate()

    @property
    def scope(self) -> Scope:
        """Where is asked now."""
        return self._scope

    def set_sources(self, paths: Sequence[str]) -> None:
        """The folders and files of the library; one that was chosen and is gone is chosen no more."""
        self._sources = tuple(paths)
        self.set_scope(self._scope)

    def set_scope(self, scope: Scope) -> None:
        """A folder of it that is no longer in the library is left out."""
        below = tuple(path for path in scope.below if path in self._sources) if self._sources else scope.below
        self._scope = replace(scope, below=below)
        self.retranslate()

    def retranslate(self) -> None:
        below = self._scope.below
        if not below:
            words = tr("All documents") if self._scope.since is None else tr("Changed in the last 12 months")
        elif len(below) == 1:
            words = short_name(file_name(below[0]), _NAME_LENGTH)
        else:
            words = trn("{n} folder", "{n} folders", len(below))
        if below and self._scope.since is not None:
            words = f"{words} · {tr('last 12 months')}"
        self.setText(button_text(words))
        set_plain_tooltip(self, *(below or [tr("Where to look for the answer. Click to choose folders.")]))
        self.setAccessibleName(tr("Where to look: {name}", name=words))
        self.setVisible(bool(self._sources))

    def menu_now(self) -> QMenu:
        """The menu as it would open."""
        menu = QMenu(self)
        everything = self._entry(menu, tr("All documents"), chosen=not self._scope.below)
        everything.triggered.connect(lambda: self._choose(Scope(since=self._scope.since)))
        menu.addSeparator()
        for path in self._sources:
            entry = self._entry(menu, button_text(short_path(path, 60)), chosen=path in self._scope.below)
            entry.triggered.connect(lambda _checked=False, path=path: self._toggle(path))
        menu.addSeparator()
        lately = self._entry(menu, tr("Changed in the last 12 months"), chosen=self._scope.since is not None)
        lately.triggered.connect(self._toggle_lately)
        return menu

    def _entry(self, menu: QMenu, text: str, *, chosen: bool) -> QAction:
        entry = QAction(text, menu)
        entry.setCheckable(True)
        entry.setChecked(chosen)
        menu.addAction(entry)
        return entry

    def _open(self) -> None:
        menu = self.menu_now()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        height = menu.sizeHint().height()
        low = self.mapTo(self.window(), QPoint(0, self.height())).y() + height > self.window().height()
        menu.popup(self.mapToGlobal(QPoint(0, -height if low else self.height())))  # at the foot of the window it opens upwards

    def _toggle(self, path: str) -> None:
        chosen = [one for one in self._sources if (one in self._scope.below) != (one == path)]
        self._choose(Scope(tuple(chosen), since=self._scope.since))

    def _toggle_lately(self) -> None:
        since = time.time() - _YEAR_SECONDS if self._scope.since is None else None
        self._choose(Scope(self._scope.below, since=since))

    def _choose(self, scope: Scope) -> None:
        self.set_scope(scope)
        self.changed.emit(scope)
