# SPDX-License-Identifier: Apache-2.0
"""What the source panel says while it shows nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label


class EmptySource(QWidget):
    """An icon, and how a source gets here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = plain_label(parent=self)
        self._title = plain_label(parent=self)
        self._title.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        self._words = plain_label("quiet", wrap=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        column.setSpacing(theme.SPACE_S)
        column.addStretch(2)
        for label in (self._icon, self._title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)
        self._retheme()
        theme.notifier.changed.connect(self._retheme)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(tr("The source"))
        self._words.setText(
            tr("Click a numbered seal in an answer: the page it came from opens here, with the sentence marked.")
        )

    def _retheme(self) -> None:
        self._icon.setPixmap(icons.pixmap("quote", "quiet", 28, self.devicePixelRatioF()))
