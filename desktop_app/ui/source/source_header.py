# SPDX-License-Identifier: Apache-2.0
"""The head of the source panel: file, place, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands import citation_keys
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import ElidedLabel, plain_label, set_plain_tooltip

_ICON = QSize(16, 16)
_NARROWEST_NAME_PX = 60
_NARROWEST_BUTTON_PX = 34  # its icon


class SourceHeader(QWidget):
    """``stepped``: to the next (1) or previous (-1) citation."""

    stepped = Signal(int)
    closed = Signal()
    open_requested = Signal()
    copy_requested = Signal()
    similar_requested = Signal()
    outline_toggled = Signal()
    find_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._words: dict[QPushButton, str] = {}
        self._name = plain_label(parent=self)
        self._name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        # Else a name in Arabic or Hebrew stands at the other side of the head.
        self._name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        self._place = ElidedLabel("quiet", parent=self)
        self._place.setFont(theme.font(theme.SMALL_PX))
        self._count = plain_label("small", parent=self)
        self._previous = self._tool("chevron-left")
        self._previous.clicked.connect(lambda: self.stepped.emit(-1))
        self._next = self._tool("chevron-right")
        self._next.clicked.connect(lambda: self.stepped.emit(1))
        self._close = self._tool("close")
        self._close.clicked.connect(lambda: self.closed.emit())  # noqa: PLW0108 - clicked carries a flag
        self._open = self._plain("open-external")
        self._open.clicked.connect(lambda: self.open_requested.emit())  # noqa: PLW0108
        self._copy = self._plain("copy")
        self._copy.clicked.connect(lambda: self.copy_requested.emit())  # noqa: PLW0108
        self._similar = self._plain("similar")
        self._similar.clicked.connect(lambda: self.similar_requested.emit())  # noqa: PLW0108
        self._outline = self._tool("outline")
        self._outline.setCheckable(True)
        self._outline.clicked.connect(lambda: self.outline_toggled.emit())  # noqa: PLW0108
        self._find = self._tool("search")
        self._find.clicked.connect(lambda: self.find_requested.emit())  # noqa: PLW0108
        self.more = self._tool("more")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._place)
        first = QHBoxLayout()
        first.setSpacing(theme.SPACE_XS)
        first.setContentsMargins(theme.SPACE_S, 0, 0, 0)
        first.addLayout(names, 1)
        for widget in (self._previous, self._count, self._next, self._close):
            first.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        second = self._second = QHBoxLayout()
        second.setSpacing(theme.SPACE_XS)
        for button in (self._open, self._copy, self._similar):
            second.addWidget(button)
        second.addStretch(1)
        for tool in (self._outline, self._find, self.more):
            second.addWidget(tool)
        column = self._column = QVBoxLayout(self)
        # The plain buttons' words stand in line with the file name, not their padding.
        column.setContentsMargins(theme.SPACE_S, theme.SPACE_M, theme.SPACE_S, theme.SPACE_XS)
        column.setSpacing(theme.SPACE_XS)
        column.addLayout(first)
        column.addLayout(second)

    def show_source(self, path: str, name: str, where: str, number: int, count: int) -> None:
        """``name``: of the file, apart from the others; ``where``: the place in it; ``number`` of ``count`` citations, from 1."""
        self._source = name
        set_plain_tooltip(self._name, path)
        self._name.setAccessibleName(shown_name(path))
        self._elide()
        self._place.set_text(where)
        set_plain_tooltip(self._place, where)
        self._place.setVisible(bool(where))
        for widget in (self._previous, self._next, self._count):
            widget.setVisible(count > 1)
        self._count.setText(f"{number}/{count}")

    def set_outline(self, unfolded: bool) -> None:
        """Whether the outline is unfolded."""
        self._outline.setChecked(unfolded)

    def set_openable(self, openable: bool) -> None:
        """Whether the file is there to be opened."""
        self._open.setEnabled(openable)

    def retranslate(self) -> None:
        for button, words in (
            (self._previous, tr("Previous citation ({keys})", keys=citation_keys.named(citation_keys.PREVIOUS))),
            (self._next, tr("Next citation ({keys})", keys=citation_keys.named(citation_keys.NEXT))),
            (self._open, tr("Open in its own program")),
            (self._copy, tr("Copy with its place")),
            (self._similar, tr("Find passages like this one, or like the selected text")),
            (self._outline, tr("Outline and pages (F9)")),
            (self._find, tr("Find in this file ({keys})", keys=citation_keys.named("Ctrl+F"))),
            (self.more, tr("More to do with this file")),
            (self._close, tr("Close (Esc)")),
        ):
            set_plain_tooltip(button, words)
            button.setAccessibleName(words)
        self._words = {self._open: tr("Open"), self._copy: tr("Copy with place"), self._similar: tr("More like this")}
        self._fit_words()

    def _tool(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "quiet"))
        icons.set_size(button, _ICON)
        return button

    def _plain(self, icon: str) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("role", "plain")
        button.setMinimumWidth(_NARROWEST_BUTTON_PX)
        button.setIcon(icons.icon(icon, "quiet"))
        icons.set_size(button, icons.BESIDE_TEXT)
        return button

    def _fit_words(self) -> None:
        """Where the panel is narrow, buttons show their icon alone: first the last one."""
        for button, words in self._words.items():
            button.setText(words)
        self._second.invalidate()  # Qt does so later for a row inside another layout, and the width of before would count
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        for button in reversed(self._words):
            if self._second.sizeHint().width() <= room:
                break
            button.setText("")
            self._second.invalidate()

    def _elide(self) -> None:
        room = max(self._name.width(), _NARROWEST_NAME_PX)
        self._name.setText(self._name.fontMetrics().elidedText(self._source, Qt.TextElideMode.ElideMiddle, room))

    # ---- Qt's side ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()
        self._fit_words()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._elide()
        return super().event(event)
