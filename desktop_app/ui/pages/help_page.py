# SPDX-License-Identifier: Apache-2.0
"""What the pages of the help dialog share: title, margins, scrolling."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label

_WIDEST = 640  # px of running text


class HelpPage(QWidget):
    """``refresh`` is called each time the page is opened, ``retranslate`` when the language changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = plain_label("title", parent=self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_XL, theme.SPACE_L)
        self.column.setSpacing(theme.SPACE_M)
        self.column.addWidget(self.title)

    def refresh(self) -> None:
        """Show how things are now."""

    def retranslate(self) -> None:
        """The texts in the language in force."""

    def name_area(self) -> None:
        """Call what scrolls by the page's title, for screen readers."""

    def take_focus(self) -> None:
        """Put the keyboard where it is most useful."""
        self.setFocus()


class TextPage(HelpPage):
    """A page of headings and paragraphs, scrolled as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = QWidget(self)
        theme.size_with_text(page, maximum_width=_WIDEST)
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(0, 0, theme.SPACE_M, 0)
        self.body.setSpacing(theme.SPACE_S)
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(page)
        self.column.addWidget(self.area, 1)

    def heading(self) -> QLabel:
        """Another heading at the end of the page."""
        label = plain_label(wrap=True, parent=self)
        label.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        label.setContentsMargins(0, theme.SPACE_S, 0, 0)
        self.body.addWidget(label)
        return label

    def paragraph(self, role: str = "") -> QLabel:
        """Another paragraph at the end of the page; its words can be selected."""
        label = plain_label(role, wrap=True, parent=self)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.body.addWidget(label)
        return label

    def name_area(self) -> None:
        self.area.setAccessibleName(self.title.text())

    def take_focus(self) -> None:
        self.area.setFocus()
