# SPDX-License-Identifier: Apache-2.0
"""First steps, and every key of the window from the table of commands.

The keys are those that are registered, so that the page cannot name one that does something else.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import CommandRegistry
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.pages.help_page import TextPage

_HEIGHT = 24


class KeyCaps(QWidget):
    """A key or several pressed together, each drawn as a key."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        self._keys = _split(native)
        self.setFont(theme.font(theme.SMALL_PX))
        self.setAccessibleName(native)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(key) + 4 for key in self._keys), theme.scaled(_HEIGHT))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFixedSize(self.sizeHint())

    def _width(self, key: str) -> int:
        return max(theme.scaled(_HEIGHT), QFontMetrics(self.font()).horizontalAdvance(key) + 14)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        for key in self._keys:
            place = QRectF(left, 0, self._width(key), self.height()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(colours.colour("edge"), 1))
            painter.setBrush(colours.colour("raised"))
            painter.drawRoundedRect(place, 4, 4)
            painter.setPen(colours.colour("ink"))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), key)
            left += self._width(key) + 4


def _split(native: str) -> list[str]:
    """ "Ctrl++" is two keys, of which the second is the plus."""
    parts = native.split("+")
    keys = [part for part in parts if part]
    return [*keys, "+"] if native.endswith("+") else keys


class KeysPage(TextPage):
    """A line for each key, found by a few letters of what it does."""

    def __init__(self, registry: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._registry = registry
        self._steps = [(self.heading(), self.paragraph("quiet")) for _ in range(4)]
        self._keys_head = self.heading()
        self.field = QLineEdit(self)
        mark_as_search(self.field, clear=True)
        self.field.textChanged.connect(self._filter)
        self.body.addWidget(self.field)
        self._table = QWidget(self)
        self.body.addWidget(self._table)
        self.lines: list[tuple[QLabel, KeyCaps]] = []
        self.retranslate()

    def refresh(self) -> None:
        self.retranslate()

    def retranslate(self) -> None:
        self.title.setText(tr("First steps and keys"))
        texts = (
            (
                tr("Add a folder"),
                tr("Drop it anywhere on the window. Its files are read where they lie; you can ask meanwhile."),
            ),
            (
                tr("Ask, or search"),
                tr("“Ask” answers with sentences of your documents, each with its source. “Search” lists every passage."),
            ),
            (
                tr("Check it at its page"),
                tr("A click on a numbered source opens the page beside the answer, with the very sentence marked."),
            ),
            (
                tr("Do anything by its name"),
                tr("The list of all commands finds whatever the window can do by a few letters, Chinese or English."),
            ),
        )
        for (head, words), (title, text) in zip(self._steps, texts, strict=True):
            head.setText(title)
            words.setText(text)
        self._keys_head.setText(tr("Keys"))
        self.field.setPlaceholderText(tr("Search keys"))
        self.field.setAccessibleName(tr("Search keys"))
        self._fill()

    def take_focus(self) -> None:
        self.field.setFocus()
        self.area.verticalScrollBar().setValue(0)

    def _fill(self) -> None:
        old, self._table = self._table, QWidget(self)
        self.body.replaceWidget(old, self._table)
        old.hide()
        old.deleteLater()
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE_L)
        grid.setVerticalSpacing(theme.SPACE_S)
        grid.setColumnStretch(0, 1)
        self.lines = []
        for row, command in enumerate(self._registry.with_keys()):
            words = plain_label(wrap=True, parent=self._table)
            words.setText((command.title or command.help).rstrip("…"))
            caps = KeyCaps(command.keys, self._table)
            grid.addWidget(words, row, 0)
            grid.addWidget(caps, row, 1, Qt.AlignmentFlag.AlignRight)
            self.lines.append((words, caps))
        self._filter()

    def _filter(self) -> None:
        typed = self.field.text().casefold().split()
        for words, caps in self.lines:
            text = f"{words.text()} {caps.accessibleName()}".casefold()
            fits = all(word in text for word in typed)
            words.setVisible(fits)
            caps.setVisible(fits)
