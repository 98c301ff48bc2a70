# SPDX-License-Identifier: Apache-2.0
"""The tags above a question: what it is narrowed to, each to be removed.

A tag is one folder, file, kind of file or period of the scope; Del, Backspace or a click on its cross takes it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import set_plain_tooltip
from desktop_app.ui.widgets.flow_layout import FlowLayout
from desktop_app.wording.place import file_name, names_apart

_WIDEST = 320
_ICON, _CROSS, _SIDE, _GAP = 14, 12, 8, 6  # px


class ScopeTag(QAbstractButton):
    """One tag; ``clicked`` when it is to go."""

    def __init__(self, words: str, icon: str, tip: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = shown_name(words)
        self._note = note
        self._icon = icon
        self.setFont(theme.font(theme.STRIP_PX))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Only {name}: remove", name=f"{self._words} {note}".strip()))
        set_plain_tooltip(self, tip, note)

    @property
    def words(self) -> str:
        return " · ".join(filter(None, (self._words, self._note)))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        wide = 2 * _SIDE + _ICON + _CROSS + 2 * _GAP + metrics.horizontalAdvance(self.words) + 3
        return QSize(min(wide, theme.scaled(_WIDEST)), metrics.height() + 8)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Only the cross takes it out."""
        if event.position().x() >= self.width() - _SIDE - _CROSS - _GAP:
            super().mouseReleaseEvent(event)
        else:
            self.setDown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.colour("focus" if self.hasFocus() else "line"), 1))
        painter.setBrush(colours.colour("hover" if self.underMouse() else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        middle = self.height() / 2
        icons.paint(painter, QRectF(_SIDE, middle - _ICON / 2, _ICON, _ICON), self._icon, "quiet")
        cross = QRectF(self.width() - _SIDE - _CROSS, middle - _CROSS / 2, _CROSS, _CROSS)
        icons.paint(painter, cross, "close", "ink" if self.underMouse() or self.hasFocus() else "quiet")
        left = _SIDE + _ICON + _GAP
        room = self.rect().adjusted(left, 0, -(_SIDE + _CROSS + _GAP), 0)
        metrics = QFontMetrics(self.font())
        painter.setFont(self.font())
        painter.setPen(colours.colour("ink"))
        note = f" · {self._note}" if self._note else ""
        behind = metrics.horizontalAdvance(note)
        name = metrics.elidedText(self._words, Qt.TextElideMode.ElideMiddle, room.width() - behind)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(colours.colour("warn"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)


class ScopeTags(QWidget):
    """``removed`` carries the ``Scope`` without the tag that was taken out."""

    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tags: list[ScopeTag] = []
        self._scope = Scope()
        self._notes: dict[str, str] = {}  # of paths
        self._flow = FlowLayout(self, theme.SPACE_XS)
        self.hide()

    def show_scope(self, scope: Scope) -> None:
        """A tag for each part of the scope."""
        self._scope = scope
        self.retranslate()

    def set_note(self, path: str, note: str) -> None:
        """A few words about a file: that it is not read yet; "" for none."""
        if self._notes.get(path, "") != note:
            self._notes[path] = note
            self.retranslate()

    def retranslate(self) -> None:
        for tag in self.tags:
            tag.hide()
            tag.deleteLater()
        while self._flow.takeAt(0) is not None:
            pass
        self.tags = [self._tag(*one) for one in self._parts(self._scope)] if self._scope != EVERYWHERE else []
        for tag in self.tags:
            self._flow.addWidget(tag)
            tag.show()
        self.setVisible(bool(self.tags))
        self.updateGeometry()

    def _tag(self, words: str, icon: str, tip: str, note: str, without: Scope) -> ScopeTag:
        tag = ScopeTag(words, icon, tip, note, self)
        tag.clicked.connect(lambda: self.removed.emit(without))
        return tag

    def _parts(self, scope: Scope) -> Iterable[tuple[str, str, str, str, Scope]]:
        """Words, icon, tip and note of each, and the scope without it."""
        from desktop_app.ui.conversation.mentions import KIND_ICONS  # with the first tag: 25 ms of names and rules
        from desktop_app.wording import scope_texts

        names = names_apart(scope.below)
        for path in scope.below:
            icon = "file" if "." in file_name(path)[1:] else "folder"
            rest = tuple(one for one in scope.below if one != path)
            yield names[path], icon, path, self._notes.get(path, ""), replace(scope, below=rest)
        for kind in scope.types:
            others = tuple(one for one in scope.types if one != kind)
            yield scope_texts.kind_name(kind), KIND_ICONS.get(kind, "file"), "", "", replace(scope, types=others)
        when = scope_texts.period(scope.since, scope.until)
        if when:
            yield when, "calendar", tr("Last change"), "", replace(scope, since=None, until=None)
        for code in scope.languages:
            spoken = tuple(one for one in scope.languages if one != code)
            yield scope_texts.language_name(code), "globe", "", "", replace(scope, languages=spoken)
        if scope.exact:
            yield tr("Exact words"), "search", "", "", replace(scope, exact=False)
        if scope.hidden:
            yield tr("Hidden text too"), "search", "", "", replace(scope, hidden=False)
