# SPDX-License-Identifier: Apache-2.0
"""Moves the keyboard focus from one pane of the window to another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget


def focus_next(panes: Sequence[QWidget], step: int) -> None:
    """Focus to the pane after (1) or before (-1) the one that has it, round at the ends; one that takes none is left out."""
    focus = QApplication.focusWidget()
    here = next((n for n, pane in enumerate(panes) if focus is not None and pane.isAncestorOf(focus)), -1 if step > 0 else 0)
    for distance in range(1, len(panes) + 1):
        if focus_into(panes[(here + step * distance) % len(panes)]):
            return


def focus_into(pane: QWidget) -> bool:
    """Focus to the first thing in ``pane`` that takes it; the question box and the search field before all else."""
    shown = pane.currentWidget() if isinstance(pane, QStackedWidget) else None
    proxy = shown.focusProxy() if shown is not None else None
    candidates = [*([proxy] if proxy is not None else []), *pane.findChildren(QWidget)]
    for child in candidates:
        takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and child.isVisible() and child.isEnabled() and child.focusProxy() is None:
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
