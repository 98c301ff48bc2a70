# SPDX-License-Identifier: Apache-2.0
"""Line icons, drawn in a colour of the theme.

They come from ``resources/icons/*.svg``; a role names the colour.

An icon keeps its name and role, not its pixels: the colour is looked up while painting, so that an icon made once is right
after every change of theme and sharp at every scale. QtSvg is imported with the first icon that is painted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from desktop_app.foundation import paths
from desktop_app.ui.look import theme

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView

SIZE = 18  # px; the drawing grid has 24
BESIDE_TEXT = QSize(21, 16)  # the size of an icon in a button with words: five pixels of air between the two


def icon(name: str, role: str = "ink") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the colour of ``role`` (a field of ``Theme``), quiet while disabled."""
    return QIcon(_Engine(name, role))


def set_size(widget: QAbstractButton | QAbstractItemView, size: QSize) -> None:
    """How large the icons of ``widget`` are at the usual size of text; they grow with it."""
    theme.size_with_text(widget, icon_width=size.width(), icon_height=size.height())


def pixmap(name: str, role: str = "ink", size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """The icon as a pixmap of ``size`` device-independent pixels on a screen of ``ratio``; for labels, which take no icon."""
    result = _drawn(name, theme.current().colour(role).name(), round(size * ratio), round(size * ratio)).copy()
    result.setDevicePixelRatio(ratio)
    return result


def app_icon() -> QIcon:
    """The seal of the program, in its own colours. Drawn as the others: Qt's plug-in for SVG files drew nothing on Windows."""
    return icon("inkstone")


def paint(painter: QPainter, rect: QRectF, name: str, role: str) -> None:
    """Draw an icon inside a widget that paints itself."""
    _renderer(name, theme.current().colour(role).name()).render(painter, rect)


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def _colour(self, mode: QIcon.Mode) -> str:
        role = self._role
        if mode == QIcon.Mode.Disabled:
            role = "edge"
        return theme.current().colour(role).name()

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002 - Qt's signature
        # Square, at the left: a button gets air between icon and words by an icon size that is wider than high.
        side = min(rect.width(), rect.height())
        place = QRectF(rect.x(), rect.y() + (rect.height() - side) / 2, side, side)
        _renderer(self._name, self._colour(mode)).render(painter, place)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:  # noqa: ARG002 - Qt's signature
        if size.isEmpty():  # a button that its layout has no room for yet
            return QPixmap()
        return _drawn(self._name, self._colour(mode), size.width(), size.height())

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, width: int, height: int) -> QPixmap:
    result = QPixmap(width, height)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    side = min(width, height)
    place = QRectF(QPoint(0, (height - side) // 2), QSize(side, side))
    _renderer(name, colour).render(painter, place)
    painter.end()
    return result


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
