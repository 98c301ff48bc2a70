# SPDX-License-Identifier: Apache-2.0
"""The first page: add a folder, try the samples, choose models.

Each door with one sentence, and the truth that no model is needed to begin.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.foundation import installed, paths
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets.drops import dropped_paths
from desktop_app.wording import installed_texts

_NARROW = 720  # px; below it the doors stand one below the other
_WIDEST = 860
_TITLE_PX = 22  # of a door, at the usual size of text


class Door(QAbstractButton):
    """A card that is a button: icon, what it does, one sentence. ``dashed`` where things can be dropped."""

    def __init__(self, icon: str, *, first: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._first = first
        self._about = ""
        self._hot = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_words(self, title: str, about: str) -> None:
        """The title and the sentence below it."""
        self.setText(title)
        self._about = about
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        self.updateGeometry()
        self.update()

    def set_hot(self, *, hot: bool) -> None:
        """Whether files hang over it."""
        self._hot = hot
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inner = max(width - 2 * theme.SPACE_L, 80)
        metrics = QFontMetrics(theme.font(theme.BASE_PX))
        flags = int(Qt.TextFlag.TextWordWrap)
        about = metrics.boundingRect(0, 0, inner, 1000, flags, self._about).height()
        return theme.SPACE_L + 28 + theme.SPACE_M + theme.scaled(_TITLE_PX) + theme.SPACE_XS + about + theme.SPACE_L + 4

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(250), self.heightForWidth(theme.scaled(250)))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 120)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.underMouse() or self._hot or self.isDown()
        edge = colours.accent if self._hot else colours.focus if self.hasFocus() else colours.edge if over else colours.line
        pen = QPen(QColor(edge), 1.5 if self._hot or self.hasFocus() else 1)
        if self._first and not self.hasFocus():
            pen.setColor(QColor(colours.accent if over else colours.edge))
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(QColor(colours.hover if self.isDown() else colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 8, 8)
        left, top = theme.SPACE_L, theme.SPACE_L
        role = "accent_text" if over or self._first else "ink"
        icons.paint(painter, QRectF(left - 2, top, 28, 28), self._icon, role)
        inner = self.width() - 2 * left
        painter.setPen(QColor(colours.ink))
        painter.setFont(theme.font(theme.BASE_PX + 1, weight=QFont.Weight.DemiBold))
        top += 28 + theme.SPACE_M
        painter.drawText(
            QRectF(left, top, inner, theme.scaled(_TITLE_PX)),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            self.text(),
        )
        painter.setPen(QColor(colours.quiet))
        painter.setFont(theme.font(theme.BASE_PX))
        top += theme.scaled(_TITLE_PX) + theme.SPACE_XS
        painter.drawText(
            QRectF(left, top, inner, self.height() - top),
            int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop),
            self._about,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class WelcomePage(QWidget):
    """Three doors, or dropped paths, or straight on."""

    add_folder_requested = Signal()
    sample_requested = Signal()
    models_requested = Signal()
    skipped = Signal()
    paths_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setProperty("role", "paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._seal = plain_label(parent=self)
        self._seal.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = plain_label(parent=self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setFont(theme.font(28, weight=QFont.Weight.DemiBold))
        self._title.setStyleSheet("font-size: 28px;")
        self._about = plain_label("quiet", wrap=True, parent=self)
        self._about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._folder = Door("folder-plus", first=True, parent=self)
        self._sample = Door("library", parent=self)
        self._models = Door("model", parent=self)
        self._folder.clicked.connect(self.add_folder_requested)
        self._sample.clicked.connect(self.sample_requested)
        self._models.clicked.connect(self.models_requested)
        self._truth = plain_label("quiet", wrap=True, parent=self)
        self._truth.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._skip = QPushButton(self)
        self._skip.setProperty("role", "plain")
        self._skip.clicked.connect(self.skipped)
        self._lay_out()
        self.retranslate()
        self._retheme()
        theme.notifier.changed.connect(self._retheme)
        window_language.notifier.language_changed.connect(self.retranslate)

    def _lay_out(self) -> None:
        self._doors = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._doors.setSpacing(theme.SPACE_L)
        for door in (self._folder, self._sample, self._models):
            self._doors.addWidget(door, 1)
        self._column = QWidget(self)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        column.setSpacing(theme.SPACE_S)
        column.addStretch(2)
        column.addWidget(self._seal)
        column.addSpacing(theme.SPACE_S)
        column.addWidget(self._title)
        column.addWidget(self._about)
        column.addSpacing(theme.SPACE_XL)
        column.addLayout(self._doors)
        column.addSpacing(theme.SPACE_XL)
        column.addWidget(self._truth)
        column.addWidget(self._skip, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.size_with_text(self._column, maximum_width=_WIDEST + 2 * theme.SPACE_XL)
        middle = QWidget(self)
        across = QHBoxLayout(middle)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(self._column, 100)
        across.addStretch(1)
        # At 200 % on a small screen the three doors are higher than the window.
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(middle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Welcome"))
        self._title.setText(tr("Ask your own documents"))
        self._about.setText(tr("Every answer quotes them and opens at its page. Nothing leaves this PC."))
        self._folder.set_words(
            tr("Add a folder"), tr("Choose a folder, or drop folders and files anywhere here; they are read where they lie.")
        )
        self._sample.set_words(
            tr("Try the sample documents"),
            tr("A dozen Chinese and English documents of a small firm, and questions to ask them."),
        )
        self._models.set_words(tr("Choose models"), tr("Let a language model on this PC write the answers; it can wait."))
        truth = tr("No model is needed to begin: without one, answers are the very sentences of your documents.")
        here = installed.installation()
        if here is not None and here.portable_home is not None:
            truth += "\n" + installed_texts.data_in(here, paths.home())
        self._truth.setText(truth)
        self._skip.setText(tr("Straight to the window"))

    def _retheme(self) -> None:
        self._arrange()
        self._seal.setPixmap(icons.app_icon().pixmap(QSize(56, 56), self.devicePixelRatioF()))

    def _arrange(self) -> None:
        narrow = theme.unscaled(self.width()) < _NARROW
        self._doors.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._folder.set_hot(hot=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._folder.set_hot(hot=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._folder.set_hot(hot=False)
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.paths_dropped.emit(paths)
