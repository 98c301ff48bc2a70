# SPDX-License-Identifier: Apache-2.0
"""Moves the keyboard focus from one pane of the window to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop_app.foundation.translation import tr

if TYPE_CHECKING:
    from desktop_app.ui.commands.command_registry import Command


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


def commands(panes: Callable[[], Sequence[QWidget]]) -> list[Command]:
    """F6 and Shift+F6, through the parts that ``panes`` gives at that moment."""
    from desktop_app.ui.commands.command_registry import Command

    return [
        Command("pane.next", "", lambda: focus_next(panes(), 1), "F6", help=tr("To the next part of the window")),
        Command("pane.previous", "", lambda: focus_next(panes(), -1), "Shift+F6", help=tr("To the part before")),
    ]
