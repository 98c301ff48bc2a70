# SPDX-License-Identifier: Apache-2.0
"""Divides the window among its three panes, side by side or as pages.

    wide      left | centre | source
    narrow    left | centre, or left | source          the source takes the place of the centre, with a way back
    narrower  centre, or source, or left               the left side too is a page, opened and closed by its button

Which it is follows from the width alone, so that a window that grows or shrinks, or is moved to a screen with another scale, is right at
once; it is counted in letters, because text of twice the size leaves room for half as many panes. The left side keeps its width, the
source its share of the window (371 px of 1,920 were left of it when it kept its own); in a very wide window it gets what the centre, which
is a column of text, cannot use.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme, window_language

LEFT_PX = 272
_LEFT_LEAST_PX = 200  # this and the others at the usual size of text
_CENTRE_LEAST_PX = 420  # beside another pane
_CENTRE_MOST_PX = 1600  # beside a source whose width nobody has chosen
_SOURCE_LEAST_PX = 380
_SOURCE_SHARE = 0.36  # of the window


class BackBar(QWidget):
    """Above a source that is a page: the way back."""

    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._button = QPushButton(self)
        self._button.setProperty("role", "plain")
        icons.set_size(self._button, icons.BESIDE_TEXT)
        self._button.clicked.connect(self.back)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_S, theme.SPACE_XS, theme.SPACE_S, 0)
        row.addWidget(self._button)
        row.addStretch()
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        theme.notifier.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        self._button.setIcon(icons.icon("chevron-left", "quiet"))
        self._button.setText(tr("Back"))


class PaneSplitter(QSplitter):
    """``left_toggled``: the left side is shown or hidden now, also because of the width. ``back``: what is behind the source is wanted."""

    left_toggled = Signal(bool)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._left_px = LEFT_PX
        self._left_wanted = True
        self._left_there = True
        self._left_page = False
        self._share = 0.0  # of the source; 0: nobody has moved its edge
        self._source_open = False
        self.splitterMoved.connect(self._moved)
        theme.notifier.changed.connect(self._resize_text)

    def set_panes(self, left: QWidget, centre: QWidget, source: QWidget) -> None:
        """Put the panes in, once. ``source`` has a vertical layout and is hidden."""
        self._left, self._centre, self._source = left, centre, source
        left.setMinimumWidth(theme.scaled(_LEFT_LEAST_PX))
        for pane in (left, centre, source):
            self.addWidget(pane)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._bar = BackBar(source)
        self._bar.back.connect(self.back)
        box = source.layout()
        assert box is not None
        box.setSpacing(0)
        box.addWidget(self._bar)
        self._bar.hide()

    # ---- how it is ----

    @property
    def source_is_page(self) -> bool:
        """Whether the source stands in the place of the centre."""
        return self._source_open and self._centre.isHidden()

    @property
    def left_is_page(self) -> bool:
        """Whether the left side has the window to itself."""
        return self._left_page and self._left_is_narrow()

    def state(self) -> str:
        """What ``restore`` takes."""
        return f"{self._left_px},{self._share:.4f},{int(self._left_wanted)}"

    def restore(self, state: str) -> None:
        """As it was when the window was closed; what is no such state changes nothing."""
        try:
            left, share, wanted = state.split(",")
            left_px, part, shown = int(left), float(share), bool(int(wanted))
        except ValueError:
            return
        if left_px >= _LEFT_LEAST_PX and 0 <= part < 1:
            self._left_px, self._share, self._left_wanted = left_px, part, shown
            self.arrange()

    # ---- hands ----

    def toggle_left(self) -> None:
        """Show or hide the left side."""
        if self._left_is_narrow():
            self._left_page = not self._left_page
        else:
            self._left_wanted = not self._left_wanted
        self.arrange()

    def close_left_page(self) -> None:
        """Show what the left side covers, where it covers anything."""
        if self._left_page:
            self._left_page = False
            self.arrange()

    def set_left_there(self, *, there: bool) -> None:
        """Whether the left side has anything to show; without it is not shown."""
        self._left_there = there
        self.arrange()

    def set_source_open(self, *, opened: bool) -> None:
        """Whether there is a source to be shown."""
        self._source_open = opened
        self.arrange()

    # ---- dividing ----

    def arrange(self) -> None:
        """Show the panes that fit, and divide the width among them."""
        whole = self.width()
        narrow = self._left_is_narrow()
        if not narrow:
            self._left_page = False
        alone = narrow and self._left_page and self._left_there
        left = self._left_width() if self._left_wanted and self._left_there and not narrow else 0
        paged = self._source_open and whole - left < theme.scaled(_CENTRE_LEAST_PX + _SOURCE_LEAST_PX)
        shown = self._left.isHidden()
        self._left.setVisible(alone or left > 0)
        self._centre.setVisible(not alone and not paged)
        self._source.setVisible(not alone and self._source_open)
        self._bar.setVisible(paged)
        source = self._source_width(whole, left) if self._source_open and not paged else 0
        if alone:
            sizes = [whole, 0, 0]
        elif paged:
            sizes = [left, 0, whole - left]
        else:
            sizes = [left, whole - left - source, source]
        self.setSizes(sizes)
        if shown != self._left.isHidden():
            self.left_toggled.emit(not self._left.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def _resize_text(self) -> None:
        if self.count():
            self._left.setMinimumWidth(theme.scaled(_LEFT_LEAST_PX))
            self.arrange()

    def _left_is_narrow(self) -> bool:
        return self.width() < theme.scaled(self._left_px + _CENTRE_LEAST_PX)

    def _left_width(self) -> int:
        return max(theme.scaled(_LEFT_LEAST_PX), min(theme.scaled(self._left_px), round(self.width() * 0.4)))

    def _source_width(self, whole: int, left: int) -> int:
        wanted = round(whole * (self._share or _SOURCE_SHARE))
        if not self._share:
            wanted = max(wanted, whole - left - theme.scaled(_CENTRE_MOST_PX))
        return max(theme.scaled(_SOURCE_LEAST_PX), min(wanted, whole - left - theme.scaled(_CENTRE_LEAST_PX)))

    def _moved(self, _: int, edge: int) -> None:
        """The user has moved an edge: 1 between left and centre, 2 between centre and source."""
        left, _centre, source = self.sizes()
        if edge == 1 and not self._left.isHidden():
            self._left_px = theme.unscaled(left)
        elif edge == 2 and self.width():
            self._share = source / self.width()
