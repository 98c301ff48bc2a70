# SPDX-License-Identifier: Apache-2.0
"""The parts of an answer, from top to bottom, made when first needed.

Most turns of a long conversation need three or four of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import PlainLabel

Part = TypeVar("Part", bound=QWidget)
_ORDER = (
    "head",
    "thought",
    "nothing",
    "perhaps",
    "written",
    "progress",
    "notice",
    "sources",
    "chips",
    "form",
    "quotes",
    "figures",
    "doubtful",
    "doubted",
    "unread",
    "nearest",
    "foot",
    "unfinished",
)  # from top to bottom
_BESIDE_ICON = 16 + 6


class PartColumn(QWidget):
    """Parts below each other, each in its place however late it is made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def _part(self, name: str, made: Callable[[QWidget], Part], wire: Callable[[Part], object] | None = None) -> Part:
        """The part ``name``, made in its place, hidden, and wired when it is first needed."""
        known = self._parts.get(name)
        if known is None:
            part = made(self)
            part.hide()
            above = sum(_ORDER.index(other) < _ORDER.index(name) for other in self._parts)
            self._parts[name] = part
            self._column.insertWidget(above, part)
            if wire is not None:
                wire(part)
            return part
        return cast("Part", known)

    def _has(self, name: str) -> bool:
        return name in self._parts

    def _hide(self, *names: str) -> None:
        for name in names:
            if name in self._parts:
                self._parts[name].hide()


class NothingLabel(PlainLabel):
    """That nothing was found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setFont(theme.font(theme.READING_PX))
        self.setContentsMargins(0, 0, 0, theme.SPACE_S)


class PerhapsLabel(PlainLabel):
    """That the answer is not sure."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "quiet")
        self.setFont(theme.font(13))
        self.setContentsMargins(0, 0, 0, theme.SPACE_XS)


class UnfinishedLabel(PlainLabel):
    """That not all of the library can be searched by meaning yet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setProperty("role", "small")
        self.setContentsMargins(_BESIDE_ICON, 0, 0, 0)
