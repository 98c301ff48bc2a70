# SPDX-License-Identifier: Apache-2.0
"""The scrolled column of turns, and what stays in view as it grows.

follows    while an answer grows the page goes with it, until the reader scrolls up; scrolled down to the end it follows again
at top     a turn that was looked for stays at the top while turns come in below it
from end   what is read stays where it is while turns come in above it
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.foundation.translation import trn
from desktop_app.ui.look import icons, theme

COLUMN_PX = 38 * theme.READING_PX  # as wide as reads well
BESIDE_PX = 2 * COLUMN_PX + theme.SPACE_XL  # two answers side by side
_BETWEEN_TURNS = 40
_NEAR_END_PX = 40  # closer to the end than this counts as reading along


class TurnColumn(QScrollArea):
    """``earlier_wanted``: the reader has come to the top, or asks for the turns before."""

    earlier_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = True
        self._moving = False
        self._held: QWidget | None = None
        self._held_at = 0  # px below the upper edge
        self._before = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page = QWidget(self)
        outer = QHBoxLayout(self.page)
        outer.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        middle = QWidget(self.page)
        theme.size_with_text(middle, maximum_width=BESIDE_PX)  # of which most turns take half
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._turns = QVBoxLayout(middle)
        self._turns.setContentsMargins(0, 0, 0, 0)
        self._turns.setSpacing(_BETWEEN_TURNS)
        self._earlier = QPushButton(middle)
        self._earlier.setProperty("role", "plain")
        self._earlier.setIcon(icons.icon("chevron-up", "quiet"))
        icons.set_size(self._earlier, icons.BESIDE_TEXT)
        self._earlier.clicked.connect(self.earlier_wanted)
        self._earlier.hide()
        self._turns.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._turns.addStretch()
        outer.addStretch(1)
        outer.addWidget(middle, 1000)
        outer.addStretch(1)
        self.setWidget(self.page)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: self._settle())
        bar.valueChanged.connect(self._scrolled)

    # ---- its turns ----

    def insert(self, turn: QWidget, place: int) -> None:
        """Put a turn at ``place`` among the others."""
        self._turns.insertWidget(place + 1, turn)
        turn.show()

    def take_out(self, turn: QWidget) -> None:
        """Remove a turn from the column; it is not deleted."""
        if turn is self._held:
            self._held = None
        self._turns.removeWidget(turn)
        turn.hide()

    def set_before(self, count: int) -> None:
        """How many turns come before those that are here."""
        self._before = count
        self._earlier.setVisible(count > 0)
        self._earlier.setText(trn("{n} earlier question", "{n} earlier questions", count))

    def retranslate(self) -> None:
        self.set_before(self._before)

    # ---- what is in sight ----

    def follow(self) -> None:
        """Go to the end, and with it."""
        self._following, self._held = True, None
        self.settle()

    def show_at_top(self, turn: QWidget) -> None:
        """Scroll to a turn and keep it at the top while turns come in below."""
        self._hold(turn, theme.SPACE_L)
        self.settle()

    def keep_in_place(self, turn: QWidget) -> None:
        """Turns come in above this one."""
        self._hold(turn, self._top_of(turn) - self.verticalScrollBar().value())

    def _hold(self, turn: QWidget, at: int) -> None:
        self._following, self._held, self._held_at = False, turn, at

    def _top_of(self, turn: QWidget) -> int:
        return turn.mapTo(self.page, QPoint(0, 0)).y()

    def reveal(self, turn: QWidget, rect: QRect) -> None:
        """Bring a place of a turn into sight."""
        corner = turn.mapTo(self.page, rect.center())
        self.ensureVisible(corner.x(), corner.y(), 0, 80)

    def settle(self) -> None:
        """Once the layout has had its turn."""
        QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        bar = self.verticalScrollBar()
        if self._held is not None:
            self._move_to(self._top_of(self._held) - self._held_at)
        elif self._following:
            self._move_to(bar.maximum())

    def _move_to(self, value: int) -> None:
        self._moving = True
        self.verticalScrollBar().setValue(value)
        self._moving = False

    def _scrolled(self, value: int) -> None:
        if self._moving:
            return
        self._held = None
        self._following = value >= self.verticalScrollBar().maximum() - _NEAR_END_PX
        if self._before and value < _NEAR_END_PX:
            self.earlier_wanted.emit()
