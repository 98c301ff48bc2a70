# SPDX-License-Identifier: Apache-2.0
"""The buttons above a source that make it larger, smaller and turn it.

Pages and pictures are fitted to the width and turned; text is only made larger and smaller, since it is always as wide as its panel.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip


class ZoomButtons(QWidget):
    """``stepped`` carries 1 for larger, -1 for smaller; ``fitted`` and ``turned`` come from buttons that only ``paper`` has."""

    stepped = Signal(int)
    fitted = Signal()
    turned = Signal()

    def __init__(self, parent: QWidget | None = None, *, paper: bool) -> None:
        super().__init__(parent)
        self.smaller = self._button("minus")
        self.smaller.clicked.connect(lambda: self.stepped.emit(-1))
        self.percent = plain_label("quiet", parent=self)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("000 %") + 4)
        self.larger = self._button("plus")
        self.larger.clicked.connect(lambda: self.stepped.emit(1))
        self.fit = self._button("fit-width")
        self.fit.clicked.connect(lambda: self.fitted.emit())  # noqa: PLW0108 - clicked carries a flag
        self.turn = self._button("rotate")
        self.turn.clicked.connect(lambda: self.turned.emit())  # noqa: PLW0108
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_XS)
        for widget in (self.smaller, self.percent, self.larger, self.fit, self.turn):
            row.addWidget(widget)
        for button in (self.fit, self.turn):
            button.setVisible(paper)
        self.show_zoom(1.0)
        self.retranslate()

    def show_zoom(self, zoom: float) -> None:
        """``zoom``: 1.0 for 100 %."""
        self.percent.setText(f"{zoom * 100:.0f} %")

    def retranslate(self) -> None:
        for button, words in (
            (self.smaller, tr("Smaller (−)")),
            (self.larger, tr("Larger (+)")),
            (self.fit, tr("Fit to width (0)")),
            (self.turn, tr("Turn clockwise (R)")),
        ):
            button.setAccessibleName(words)
            set_plain_tooltip(button, words)

    def _button(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "quiet"))
        return button
