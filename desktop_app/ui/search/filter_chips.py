# SPDX-License-Identifier: Apache-2.0
"""The filters that are on, a chip for each, with a cross to take it off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import button_text, set_plain_tooltip
from desktop_app.ui.widgets.flow_layout import FlowLayout
from desktop_app.wording import scope_texts
from desktop_app.wording.place import names_apart, short_name

_NAME_LENGTH = 28  # characters


def parts_of(scope: Scope) -> Iterator[tuple[str, Scope]]:
    """Each filter of a scope in words, and the scope without it."""
    if scope.exact:
        yield tr("Only exact words"), replace(scope, exact=False)
    if scope.hidden:
        yield tr("Hidden text too"), replace(scope, hidden=False)
    names = names_apart(scope.below)
    for path in scope.below:
        yield short_name(names[path], _NAME_LENGTH), replace(scope, below=tuple(one for one in scope.below if one != path))
    for kind in scope.types:
        yield scope_texts.kind_name(kind), replace(scope, types=tuple(one for one in scope.types if one != kind))
    if scope.since is not None or scope.until is not None:
        yield scope_texts.period(scope.since, scope.until), replace(scope, since=None, until=None)
    for code in scope.languages:
        yield scope_texts.language_name(code), replace(scope, languages=tuple(one for one in scope.languages if one != code))


class FilterChips(QWidget):
    """``chosen`` carries the Scope that is left. Hidden while no filter is on."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scope = EVERYWHERE
        self._row = FlowLayout(self, theme.SPACE_XS)
        self.chips: list[QPushButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_scope(self, scope: Scope) -> None:
        """Show the filters of ``scope``."""
        self._scope = scope
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        parts = list(parts_of(scope))
        self.chips = [self._chip(words, without) for words, without in parts]
        if len(parts) > 1:
            self.chips.append(self._chip(tr("Remove all filters"), EVERYWHERE, icon=False))
        for chip in self.chips:
            self._row.addWidget(chip)
        self.setVisible(bool(parts))
        self.updateGeometry()

    def _chip(self, words: str, without: Scope, *, icon: bool = True) -> QPushButton:
        chip = QPushButton(button_text(short_name(words, _NAME_LENGTH)), self)
        chip.setProperty("role", "strip-action" if icon else "strip")
        if icon:
            chip.setIcon(icons.icon("close", "quiet"))
            icons.set_size(chip, QSize(17, 12))
            chip.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            chip.setAccessibleName(tr("Remove the filter {name}", name=words))
            set_plain_tooltip(chip, tr("Remove the filter {name}", name=words))
        chip.clicked.connect(lambda: self.chosen.emit(without))
        return chip
