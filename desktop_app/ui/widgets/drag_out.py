# SPDX-License-Identifier: Apache-2.0
"""Lets a quote be dragged out of the window, with the place it comes from.

As plain text for a mail and as a block quotation for a word processor. Not as a file: what is dragged is what was quoted.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from desktop_app.contract.document import Locator
from desktop_app.wording.passage_texts import quoted, source_name


@dataclass(frozen=True, slots=True)
class DraggedQuote:
    """A quote and where it stands; ``name``: of its file, apart from the others beside it."""

    text: str
    name: str
    locator: Locator

    def mime(self) -> QMimeData:
        """What the other program gets."""
        data = QMimeData()
        data.setText(quoted(self.text, self.name, self.locator))
        lines = "<br>".join(html.escape(line) for line in self.text.strip().splitlines())
        data.setHtml(f"<blockquote>{lines}</blockquote><p>— {html.escape(source_name(self.name, self.locator))}</p>")
        return data


class DragOut(QObject):
    """Makes ``widget`` draggable; ``quote`` says what, when it is dragged. A click stays a click."""

    def __init__(self, widget: QWidget, quote: Callable[[], DraggedQuote]) -> None:
        super().__init__(widget)
        self._widget = widget
        self.quote = quote
        self._pressed: QPoint | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._pressed = event.position().toPoint()
            elif event.type() == QEvent.Type.MouseButtonRelease:
                self._pressed = None
            elif event.type() == QEvent.Type.MouseMove and self._is_drag(event):
                self._drag()
                return True
        return super().eventFilter(watched, event)

    def _is_drag(self, event: QMouseEvent) -> bool:
        far = QApplication.startDragDistance()
        return self._pressed is not None and (event.position().toPoint() - self._pressed).manhattanLength() >= far

    def _drag(self) -> None:
        self._pressed = None
        drag = QDrag(self._widget)
        drag.setMimeData(self.quote().mime())
        if isinstance(self._widget, QAbstractButton):
            self._widget.setDown(False)  # its release goes to the other program
        drag.exec(Qt.DropAction.CopyAction)
