# SPDX-License-Identifier: Apache-2.0
"""The choice of where a question is asked: a button with a menu.

All documents, or some of the folders, kinds of files, or what was changed lately. Any other folder or file is named by its name ("@").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.contract.file_kinds import FILE_KINDS
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import button_text, set_plain_tooltip
from desktop_app.wording.place import file_name, short_name, short_path

_NAME_LENGTH = 28  # characters on the button


class ScopeChip(QPushButton):
    """``changed`` carries the ``Scope`` that a user chose, ``shown`` each one that holds from now on. ``name_wanted``: a folder or file is to
    be named; without ``named`` the menu does not offer that. Hidden while there is nothing to choose from."""

    changed = Signal(object)
    shown = Signal(object)
    name_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, named: bool = False) -> None:
        super().__init__(parent)
        self._named = named
        self._sources: tuple[str, ...] = ()
        self._scope = EVERYWHERE
        self.setProperty("role", "plain")
        self.setIcon(icons.icon("library", "quiet"))
        icons.set_size(self, icons.BESIDE_TEXT)
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
        """What of it is no longer in the library is left out."""
        below = tuple(path for path in scope.below if self._is_here(path)) if self._sources else scope.below
        before, self._scope = self._scope, replace(scope, below=below)
        self.retranslate()
        if before != self._scope:
            self.shown.emit(self._scope)

    def choose(self, scope: Scope) -> None:
        """As if it had been chosen here."""
        self.set_scope(scope)
        self.changed.emit(self._scope)

    def _is_here(self, path: str) -> bool:
        return any(path == source or path.startswith((f"{source}/", f"{source}\\")) for source in self._sources)

    def retranslate(self) -> None:
        words, below = self._words(), self._scope.below
        self.setText(button_text(words or tr("All documents")))
        set_plain_tooltip(self, *(below or [tr("Where to look for the answer. Click to choose folders.")]))
        self.setAccessibleName(tr("Where to look: {name}", name=words or tr("All documents")))
        self.setVisible(bool(self._sources))

    def _words(self) -> str:
        """What the scope is, "" for everything."""
        scope = self._scope
        if scope == EVERYWHERE:
            return ""
        from desktop_app.wording import scope_texts  # with the first scope: 25 ms of names and rules

        below = scope.below
        parts = [short_name(file_name(below[0]), _NAME_LENGTH)] if len(below) == 1 else []
        if len(below) > 1:
            parts = [trn("{n} folder or file", "{n} folders or files", len(below))]
        parts += [scope_texts.kind_name(kind) for kind in scope.types]
        parts += [scope_texts.language_name(code) for code in scope.languages]
        parts += [tr("Exact words")] if scope.exact else []
        parts += [tr("Hidden text too")] if scope.hidden else []
        parts += filter(None, [scope_texts.period(scope.since, scope.until)])
        # The tags above the box name them.
        return tr("Some documents") if len(parts) > 1 and self._named else " · ".join(parts)

    def menu_now(self) -> QMenu:
        """The menu as it would open."""
        from desktop_app.wording import period_texts, scope_texts

        scope = self._scope
        menu = QMenu(self)
        self._entry(menu, tr("All documents"), lambda: self.choose(EVERYWHERE), chosen=scope == EVERYWHERE)
        menu.addSeparator()
        for path in self._sources:
            self._entry(menu, button_text(short_path(path, 60)), partial(self._toggle, path), chosen=path in scope.below)
        if self._named:
            other = menu.addAction(tr("Another folder or file…") + "\t@")
            other.triggered.connect(self.name_wanted)
        menu.addSeparator()
        kinds = menu.addMenu(tr("File type"))
        for kind in FILE_KINDS:
            self._entry(kinds, scope_texts.kind_name(kind), partial(self._toggle_kind, kind), chosen=kind in scope.types)
        changed = menu.addMenu(tr("Last change"))
        self._entry(changed, tr("Any time"), lambda: self._choose_period(None, None), chosen=scope.since is scope.until is None)
        for one in period_texts.usual(datetime.now().astimezone()):
            self._entry(
                changed,
                one.words,
                partial(self._choose_period, one.since, one.until),
                chosen=(one.since, one.until) == (scope.since, scope.until),
            )
        menu.addSeparator()
        hidden = replace(scope, hidden=not scope.hidden)
        self._entry(menu, tr("Hidden text too"), lambda: self.choose(hidden), chosen=scope.hidden)
        return menu

    def _entry(self, menu: QMenu, text: str, run: Callable[[], None], *, chosen: bool) -> None:
        entry = QAction(text, menu)
        entry.setCheckable(True)
        entry.setChecked(chosen)
        entry.triggered.connect(lambda _checked: run())
        menu.addAction(entry)

    def _open(self) -> None:
        menu = self.menu_now()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        height = menu.sizeHint().height()
        low = self.mapTo(self.window(), QPoint(0, self.height())).y() + height > self.window().height()
        menu.popup(self.mapToGlobal(QPoint(0, -height if low else self.height())))  # at the foot of the window it opens upwards

    def _toggle(self, path: str) -> None:
        others = tuple(one for one in self._scope.below if one != path)
        self.choose(replace(self._scope, below=others if path in self._scope.below else (*others, path)))

    def _toggle_kind(self, kind: str) -> None:
        others = tuple(one for one in self._scope.types if one != kind)
        self.choose(replace(self._scope, types=others if kind in self._scope.types else (*others, kind)))

    def _choose_period(self, since: float | None, until: float | None) -> None:
        self.choose(replace(self._scope, since=since, until=until))
