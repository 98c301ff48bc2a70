# SPDX-License-Identifier: Apache-2.0
"""A PDF in the source panel: its pages and a bar with page and zoom.

Imported by the source panel when the first PDF is shown.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.source.pdf_pages import PdfPages
from desktop_app.ui.source.zoomable_area import zoom_buttons


class PdfView(QWidget):
    """``page_changed`` carries the page on the screen, from 1; ``found`` as in ``Findable``."""

    page_changed = Signal(int)
    found = Signal(str, int, int, bool)

    def __init__(self, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages = PdfPages(viewer, self)
        self.pages.loaded.connect(self._show_count)
        self.pages.page_changed.connect(self._page_came)
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
        self.zoom = zoom_buttons(self.pages, self)

        bar = QHBoxLayout()
        bar.setContentsMargins(theme.SPACE_M, 0, theme.SPACE_S, theme.SPACE_XS)
        bar.setSpacing(theme.SPACE_XS)
        bar.addWidget(self._field)
        bar.addWidget(self._of)
        bar.addStretch(1)
        bar.addWidget(self.zoom)
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
        self._field.setAccessibleName(tr("Page"))
        set_plain_tooltip(self._field, tr("Page"))
        self.pages.setAccessibleName(tr("Pages of the document"))
        self.zoom.retranslate()

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

    def _go(self) -> None:
        if self._field.hasAcceptableInput():
            self.pages.go_to(int(self._field.text()) - 1)
            self.pages.setFocus()
