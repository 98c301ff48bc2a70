# SPDX-License-Identifier: Apache-2.0
"""Lists the headings of the open source, and pictures of its pages.

A place in a source is a pair of numbers, in the order of the source: (chunk, character) of a text, (page, points from its top) of a PDF. The
entry that is read is followed while one scrolls.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QTreeView, QVBoxLayout, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.navigation.page_thumbnails import ImageOf, PageThumbnails

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A heading at ``level`` from 0; ``place`` is None where it leads nowhere."""

    title: str
    level: int
    place: Place | None


class OutlineSide(QWidget):
    """``gone_to`` carries a ``Place``, ``page_chosen`` a page from 0."""

    gone_to = Signal(object)
    page_chosen = Signal(int)

    def __init__(self, image_of: ImageOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[OutlineLine] | None = ()
        self._more = False
        self._items: list[tuple[Place, QStandardItem]] = []
        self._place: Place | None = None
        self._headings = self._segment()
        self._pages = self._segment()
        group = QButtonGroup(self)
        for button in (self._headings, self._pages):
            group.addButton(button)
            button.clicked.connect(self._turn)
        self._model = QStandardItemModel(self)
        self.tree = QTreeView(self)
        self.tree.setModel(self._model)
        self.tree.setHeaderHidden(True)
        self.tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(theme.SPACE_M)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.clicked.connect(self._chosen)
        self.tree.activated.connect(self._chosen)
        self.thumbnails = PageThumbnails(image_of, self)
        self.thumbnails.chosen.connect(self.page_chosen)
        self._told = plain_label("quiet", wrap=True, parent=self)
        self._told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._told.setContentsMargins(theme.SPACE_S, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        self._stack = QStackedWidget(self)
        self._stack.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        for widget in (self.tree, self.thumbnails, self._told):
            self._stack.addWidget(widget)
        self._choice = QWidget(self)
        row = QHBoxLayout(self._choice)
        row.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, theme.SPACE_XS)
        row.setSpacing(0)
        row.addWidget(self._headings)
        row.addWidget(self._pages)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE_XS, 0, theme.SPACE_XS)
        column.setSpacing(0)
        column.addWidget(self._choice)
        column.addWidget(self._stack, 1)
        self._choice.hide()
        self.setMinimumSize(120, 90)
        self.retranslate()

    # ---- what it lists ----

    def show_loading(self) -> None:
        """Another source is shown, its headings are on their way."""
        self._lines, self._items, self._place = None, [], None
        self._model.clear()
        self._turn()

    def show_lines(self, lines: Sequence[OutlineLine], *, more: bool = False) -> None:
        """The headings of the source. Where a document with pages has none, its pages are shown."""
        self._lines, self._more = lines, more
        self._fill()
        if not lines and not self._choice.isHidden():
            self._pages.setChecked(True)
        self._turn()
        if self._place is not None:
            self.follow(self._place)

    def show_pages(self, count: int, ask: Callable[[int, int], Operation] | None) -> None:
        """The pages of the source (0: it has none); ``ask`` gives the picture of a page, so many px wide."""
        self.thumbnails.show_pages(count, ask)
        self._choice.setVisible(count > 0)
        self._headings.setChecked(True)
        self._turn()

    def follow(self, place: Place) -> None:
        """The place on the screen; the heading that it stands under is the current one."""
        self._place = place
        at = bisect_right(self._items, place, key=lambda one: one[0]) - 1
        while at > 0 and self._items[at - 1][0] == self._items[at][0]:  # bookmarks that name the page alone: the first of it
            at -= 1
        self.tree.setCurrentIndex(self._items[at][1].index() if at >= 0 else QModelIndex())
        self.thumbnails.follow(int(place[0]))

    def focus_list(self) -> None:
        """The keyboard goes into what is listed."""
        current = self._stack.currentWidget()
        if current is not None and current is not self._told:
            current.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self._headings.setText(tr("Outline"))
        self._pages.setText(tr("Pages"))
        self.tree.setAccessibleName(tr("Outline"))
        self.thumbnails.setAccessibleName(tr("Pages"))
        self._turn()

    # ---- inside ----

    def _fill(self) -> None:
        self._model.clear()
        self._items = []
        above: list[tuple[int, QStandardItem]] = []
        for line in self._lines or ():
            while above and above[-1][0] >= line.level:
                above.pop()
            title = shown_name(" ".join(line.title.split()))
            item = QStandardItem(title)
            set_plain_tooltip(item, title)
            (above[-1][1] if above else self._model.invisibleRootItem()).appendRow(item)
            above.append((line.level, item))
            if line.place is None:
                item.setEnabled(False)
            else:
                item.setData(line.place, Qt.ItemDataRole.UserRole)
                self._items.append((line.place, item))
        self._items.sort(key=lambda one: one[0])
        self.tree.expandToDepth(0 if len(self._items) > 60 else 9)

    def _turn(self) -> None:
        """Show the list that was chosen, or say why there is none."""
        if self._pages.isChecked() and not self._choice.isHidden():
            self._stack.setCurrentWidget(self.thumbnails)
        elif self._lines:
            self._stack.setCurrentWidget(self.tree)
        else:
            self._told.setText(tr("Loading…") if self._lines is None else tr("This file has no headings."))
            self._stack.setCurrentWidget(self._told)

    def _chosen(self, index: QModelIndex) -> None:
        place = index.data(Qt.ItemDataRole.UserRole)
        if place is not None:
            self.gone_to.emit(tuple(place))

    def _segment(self) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        return button

    def sizeHint(self) -> QSize:
        return QSize(190, 200)
