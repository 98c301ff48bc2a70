# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a layout as it stands: parts over one another, outside of what holds them, or with a text that is cut."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QPushButton, QSplitterHandle, QWidget

from desktop_app.ui.look.labels import ElidedLabel

_LEAST_LETTERS = 8  # of a name that does not fit: "采…x" says nothing


def faults(window: QWidget) -> list[str]:
    """All of them, in words; [] when all is well."""
    return [*overlaps(window), *outside(window), *cut(window)]


def overlaps(window: QWidget) -> Iterator[str]:
    """Parts of one parent that lie over one another."""
    for parent in _shown(window):
        children = [child for child in parent.children() if isinstance(child, QWidget) and _counts(child)]
        for index, one in enumerate(children):
            for other in children[index + 1 :]:
                shared = one.geometry() & other.geometry()
                if shared.width() > 1 and shared.height() > 1:
                    yield f"{_name(one)} lies over {_name(other)} by {shared.width()} x {shared.height()}"


def outside(window: QWidget) -> Iterator[str]:
    """Parts that reach beyond what holds them, where that does not scroll."""
    for widget in _shown(window):
        parent = widget.parentWidget()
        if widget is window or parent is None or not _counts(widget) or _scrolls(widget):
            continue
        if not QRect(-1, -1, parent.width() + 2, parent.height() + 2).contains(widget.geometry()):
            yield f"{_name(widget)} {widget.geometry().getRect()} reaches beyond {_name(parent)} {parent.width()} x {parent.height()}"


def cut(window: QWidget) -> Iterator[str]:
    """Texts of which something is missing."""
    for widget in _shown(window):
        if isinstance(widget, ElidedLabel) and "/" not in widget.text:  # of a folder's path any end will do
            metrics = QFontMetrics(widget.font())
            wanted = min(metrics.horizontalAdvance(widget.text), metrics.horizontalAdvance(widget.text[:_LEAST_LETTERS]))
            if widget.width() < wanted:
                yield f"{widget.text!r} has {widget.width()} px of the {wanted} it needs at least"
        elif isinstance(widget, QLabel) and widget.text() and widget.wordWrap():
            if widget.heightForWidth(widget.width()) > widget.height() + 1:
                yield f"{_name(widget)} needs {widget.heightForWidth(widget.width())} px of height, has {widget.height()}"
        elif (isinstance(widget, QLabel) and widget.text()) or (isinstance(widget, QPushButton) and widget.text()):
            # Of a button the look of its menu's arrow and the like may give way, its words may not.
            metrics, slack = QFontMetrics(widget.font()), 0 if isinstance(widget, QLabel) else 8
            least = max(metrics.horizontalAdvance(line) for line in widget.text().split("\n")) + slack
            if widget.width() < least:
                yield f"{_name(widget)} needs {least} px, has {widget.width()}"


def _shown(window: QWidget) -> Iterator[QWidget]:
    return (widget for widget in [window, *window.findChildren(QWidget)] if widget.isVisible() and widget.window() is window)


def _counts(widget: QWidget) -> bool:
    """Handles and the parts of Qt's own fields lie where Qt wants them."""
    inside = widget.parentWidget()
    ours = inside is None or not inside.metaObject().className().startswith(("QLineEdit", "QComboBox", "QSpinBox", "QHeader"))
    return (
        widget.isVisible() and not widget.isWindow() and not isinstance(widget, QSplitterHandle) and ours and not _veil(widget)
    )


def _veil(widget: QWidget) -> bool:
    return type(widget).__name__ in ("DropOverlay", "CommandPalette")


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and isinstance(parent.parentWidget(), QAbstractScrollArea)


def _name(widget: QWidget) -> str:
    words = getattr(widget, "text", "")
    words = words() if callable(words) else words
    name = widget.objectName() or widget.accessibleName()
    kind = type(widget).__name__
    return f"{kind} {words or name!r}" if isinstance(widget, QAbstractButton | QLabel | ElidedLabel) or name else kind
