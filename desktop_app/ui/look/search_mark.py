# SPDX-License-Identifier: Apache-2.0
"""The magnifying glass in front of a field that searches."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, window_language


def mark_as_search(field: QLineEdit, *, clear: bool = False) -> QAction:
    """Put the glass into ``field``, with a name for screen readers: Qt makes a button of it. ``clear``: with a cross that empties it."""
    field.setClearButtonEnabled(clear)
    mark = _SearchMark(field)
    field.addAction(mark, QLineEdit.ActionPosition.LeadingPosition)
    return mark


class _SearchMark(QAction):
    def __init__(self, field: QLineEdit) -> None:
        super().__init__(icons.icon("search", "quiet"), "", field)
        self._retranslate()
        window_language.notifier.language_changed.connect(self._retranslate)

    def _retranslate(self) -> None:
        self.setText(tr("Search"))
        parent = self.parent()
        for cross in parent.findChildren(QAction, "_q_qlineeditclearaction") if parent is not None else ():
            cross.setText(tr("Empty the field"))
