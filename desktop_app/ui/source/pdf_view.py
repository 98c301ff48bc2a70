# SPDX-License-Identifier: Apache-2.0
"""A PDF in the source panel: its pages and a bar with page and zoom.

Imported by the source panel when the first PDF is shown.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.source.pdf_pages import PdfPages
from desktop_app.ui.source.zoomable_area import STEP


class PdfView(QWidget):
    """``page_changed`` carries the page on the screen, from 1; ``found`` as in ``Findable``."""

    page_changed = Signal(int)
    found = Signal(str, int, int, bool)

    def __init__(self, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages = PdfPages(viewer, self)
        self.pages.loaded.connect(self._show_count)
        self.pages.page_changed.connect(self._page_came)
        self.pages.zoom_changed.connect(self._zoom_came)
        self.pages.finding.changed.connect(self._tell_found)
        self._words = ""
        theme.notifier.changed.connect(self.pages.viewport().update)

        self._field = QLineEdit(self)
        self._field.setObjectName("pageField")
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._field.setFixedWidth(self.fontMetrics().horizontalAdvance("00000") + 12)
        self._field.setStyleSheet("padding: 1px 4px;")
        self._field.returnPressed.connect(self._go)
        self._field.editingFinished.connect(self._show_page)
        self._of = plain_label("quiet", parent=self)
        self._smaller = self._button("minus", lambda: self.pages.set_zoom(self.pages.zoom / STEP))
        self._percent = plain_label("quiet", parent=self)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("000 %") + 4)
        self._larger = self._button("plus", lambda: self.pages.set_zoom(self.pages.zoom * STEP))
        self._fit = self._button("fit-width", self.pages.fit_width)
        self._turn = self._button("rotate", lambda: self.pages.rotate(90))

        bar = QHBoxLayout()
        bar.setContentsMargins(theme.SPACE_M, 0, theme.SPACE_S, theme.SPACE_XS)
        bar.setSpacing(theme.SPACE_XS)
        bar.addWidget(self._field)
        bar.addWidget(self._of)
        bar.addStretch(1)
        for widget in (self._smaller, self._percent, self._larger, self._fit, self._turn):
            bar.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.pages, 1)
        self.setFocusProxy(self.pages)
        self.retranslate()

    def look_for(self, words: str) -> None:
        """Look for ``words`` from the page on the screen on; "" for nothing any more."""
        self._words = words
        self.pages.find_text(words)

    def step_found(self, by: int) -> None:
        """To the next (1) or previous (-1) place; round at the ends."""
        self.pages.finding.step(by)

    def _tell_found(self) -> None:
        finding = self.pages.finding
        if finding.hits or not finding.searching:
            self.found.emit(self._words, finding.number, len(finding.hits), finding.searching)

    def retranslate(self) -> None:
        for widget, words in (
            (self._field, tr("Page")),
            (self._smaller, tr("Smaller (−)")),
            (self._larger, tr("Larger (+)")),
            (self._fit, tr("Fit to width (0)")),
            (self._turn, tr("Turn the pages clockwise")),
            (self.pages, tr("Pages of the document")),
        ):
            widget.setAccessibleName(words)
            if widget is not self.pages:
                set_plain_tooltip(widget, words)

    def _button(self, icon: str, action: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "quiet"))
        button.clicked.connect(action)
        return button

    def _show_count(self) -> None:
        count = self.pages.page_count
        self._field.setValidator(QIntValidator(1, count, self._field))
        self._of.setText(f"/ {count:,}")
        self._show_page()

    def _page_came(self, page: int) -> None:
        self._show_page()
        self.page_changed.emit(page + 1)

    def _show_page(self) -> None:
        self._field.setText(str(self.pages.page + 1))

    def _zoom_came(self, zoom: float) -> None:
        self._percent.setText(f"{zoom * 100:.0f} %")

    def _go(self) -> None:
        if self._field.hasAcceptableInput():
            self.pages.go_to(int(self._field.text()) - 1)
            self.pages.setFocus()
