# SPDX-License-Identifier: Apache-2.0
"""A model as a card with a radio button.

What it is, what it needs, and whether that fits this PC.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.wording.model_problem_texts import note, speed
from desktop_app.wording.quantities import parameters, size

Badge = tuple[str, str, str]  # icon, role of its colour, words
_LONGEST_NAME = 200  # characters


class _Radio(QRadioButton):
    """Fusion draws the circle in a colour that vanishes on a dark ground."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(1.5, (self.height() - 15) / 2, 15, 15)
        strong = self.isChecked() or self.hasFocus()
        painter.setPen(QPen(QColor(colours.accent if strong else colours.quiet if self.isEnabled() else colours.edge), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if self.hasFocus():
            painter.drawEllipse(circle.adjusted(-1, -1, 1, 1))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(circle.adjusted(4, 4, -4, -4))

    def sizeHint(self) -> QSize:
        return QSize(20, 20)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)


class ModelCard(QFrame):
    """A card with a radio button; a click anywhere on it chooses. An unusable one is grey and says why. ``action``: the words of a button
    below them, "" for none; it emits ``acted``."""

    acted = Signal()

    def __init__(
        self,
        name: str,
        about: str,
        *,
        badge: Badge | None = None,
        usable: bool = True,
        hint: str = "",
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.radio = _Radio(self)
        self.radio.toggled.connect(lambda _: self.update())
        self.radio.setEnabled(usable)
        self.radio.setAccessibleName(name)
        self.radio.setAccessibleDescription(f"{about} {badge[2]}" if badge else about)
        name = shown_name(name, _LONGEST_NAME)
        self._name = plain_label(parent=self)
        self._name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        self._full = name
        self._name.setText(name)
        # The name gives way before the badge does; the whole of it stays in the tooltip.
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self._about.setText(about)
        if not usable:
            self._name.setProperty("role", "quiet")
        set_plain_tooltip(self, *((name, hint) if hint else ()))

        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._about)
        if action:
            self.action = QPushButton(icons.icon("pace", "quiet"), action, self)
            self.action.setProperty("role", "plain")
            self.action.setAutoDefault(False)
            self.action.setCursor(Qt.CursorShape.ArrowCursor)
            self.action.setAccessibleName(f"{action}: {name}")
            self.action.clicked.connect(self.acted)
            words.addWidget(self.action, 0, Qt.AlignmentFlag.AlignLeft)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, 10, theme.SPACE_M, 10)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        if badge is not None:
            layout.addWidget(badge_of(badge, self), 0, Qt.AlignmentFlag.AlignVCenter)
        if usable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._elide()

    def _elide(self) -> None:
        self._layout.activate()
        room = self._name.width()
        self._name.setText(self._name.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, room))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.radio.isChecked()
        painter.setPen(QPen(QColor(colours.accent if chosen else colours.line), 1.5 if chosen else 1))
        painter.setBrush(QColor(colours.raised if self.radio.isEnabled() else colours.paper))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), theme.RADIUS, theme.RADIUS)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (
            event.button() == Qt.MouseButton.LeftButton
            and self.radio.isEnabled()
            and self.rect().contains(event.position().toPoint())
        ):
            self.radio.click()
        super().mouseReleaseEvent(event)


def badge_of(badge: Badge, parent: QWidget) -> QWidget:
    """An icon with its words."""
    icon, role, words = badge
    box = QWidget(parent)
    picture = plain_label(parent=box)
    picture.setPixmap(icons.pixmap(icon, role, 16, parent.devicePixelRatioF()))
    text = plain_label(role, parent=box)
    text.setText(words)
    layout = QHBoxLayout(box)
    layout.setContentsMargins(theme.SPACE_S, 0, 0, 0)
    layout.setSpacing(theme.SPACE_XS)
    layout.addWidget(picture)
    layout.addWidget(text)
    return box


def fit_words(fits: str) -> Badge:
    """The badge for "yes", "tight" or anything else: icon, role, words."""
    if fits == "yes":
        return "check", "ok", tr("fits")
    if fits == "tight":
        return "alert", "warn", tr("tight")
    return "close", "danger", tr("does not fit")


def facts(entry: ModelEntry) -> str:
    """The lines under a model's name: size, quantisation, context, memory, only what is known; and what to know about it."""
    parts = [size(entry.size)]
    if entry.parameters:
        parts.append(parameters(entry.parameters))
    if entry.quantisation:
        parts.append(shown_name(entry.quantisation, 24))
    if entry.context:
        parts.append(tr("context {count}", count=f"{entry.context:,}"))
    if entry.dimension and entry.kind == "embedding":
        parts.append(trn("{n} dimension", "{n} dimensions", entry.dimension))
    if entry.memory:
        parts.append(tr("needs {memory} of memory", memory=size(entry.memory)))
    if entry.reads and entry.writes:
        parts.append(speed(entry.reads, entry.writes))
        parts.append(tr("first word of 1,000 tokens after {seconds} s", seconds=f"{1000 / entry.reads:.0f}"))
    line = "\n".join([" · ".join(parts), *(note(code, entry.dimension) for code in entry.notes)])
    if entry.fits == "tight":
        return line + "\n" + tr("More than is free now: close other programs first.")
    if entry.fits == "no":
        return line + "\n" + tr("This PC has less memory than it needs.")
    return line
