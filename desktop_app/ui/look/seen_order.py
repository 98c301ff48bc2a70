# SPDX-License-Identifier: Apache-2.0
"""Tab goes through a window in the order in which it is seen.

Qt's own order is that in which widgets were made, which is another one wherever a part is made when it is first wanted. Here the order is
read off the layout at the moment a key is pressed: rows from the top, in each row from the left, and what is inside a part before what
comes after it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

_SAME_ROW = 0.5  # share of the lower one's height in which two parts overlap


def stops(page: QWidget) -> list[QWidget]:
    """What Tab stops at inside ``page``, in the order seen."""
    found: list[QWidget] = []
    for part in _as_seen([child for child in page.children() if isinstance(child, QWidget) and child.isVisible()]):
        if part.isWindow():
            continue
        if takes_tab(part):
            found.append(part)
        found += stops(part)
    return found


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab stops at a widget."""
    wanted = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and widget.focusProxy() is None
    return wanted and not widget.objectName().startswith("qt_")  # a part of one of Qt's own widgets


def _as_seen(parts: list[QWidget]) -> list[QWidget]:
    rows: list[list[QWidget]] = []
    for part in sorted(parts, key=lambda one: one.y()):
        if rows and any(_beside(part, other) for other in rows[-1]):
            rows[-1].append(part)
        else:
            rows.append([part])
    return [part for row in rows for part in sorted(row, key=lambda one: one.x())]


def _beside(one: QWidget, other: QWidget) -> bool:
    shared = min(one.geometry().bottom(), other.geometry().bottom()) - max(one.y(), other.y())
    return shared > _SAME_ROW * min(one.height(), other.height())


class SeenOrder:
    """Mixed into a window or dialog, before its Qt class. Not a QWidget: PySide cannot inherit from two."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        order = stops(self)  # type: ignore[arg-type]
        if not order:
            return False
        now = QApplication.focusWidget()
        at = order.index(now) if now in order else -1 if forward else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        order[(at + (1 if forward else -1)) % len(order)].setFocus(reason)
        return True
