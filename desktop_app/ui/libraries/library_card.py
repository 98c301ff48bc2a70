# SPDX-License-Identifier: Apache-2.0
"""One library in the list: name, place, size, and what can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.contract.maintenance_process import LibraryFacts
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.models.model_card import badge_of
from desktop_app.wording import day_texts
from desktop_app.wording.place import short_name, short_path
from desktop_app.wording.quantities import size

_NAME = 60


def shown_library(name: str) -> str:
    """What a library is called on the screen; that of somebody who never named one is "My library"."""
    return tr("My library") if name in ("", "default") else short_name(name, _NAME)


class LibraryCard(QFrame):
    """``wanted``: what to do with it ("open", "backup", "check", "move", "rename", "forget"); ``renamed``: its new name."""

    wanted = Signal(str)
    renamed = Signal(str)

    def __init__(self, facts: LibraryFacts, *, is_open: bool, used: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = facts
        self.setProperty("role", "card")
        self._name = plain_label(parent=self)
        self._name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        self._name.setText(shown_library(facts.name))
        self.edit = QLineEdit(self)
        self.edit.setMaxLength(_NAME)
        self.edit.returnPressed.connect(self._rename)
        self.edit.installEventFilter(self)
        self.edit.hide()
        self.about = plain_label("quiet", wrap=True, parent=self)
        self.about.setText(_about(facts, used, is_open=is_open))
        self._place = plain_label("small", wrap=True, parent=self)
        self._place.setText(short_path(facts.folder, 90))
        set_plain_tooltip(self._place, facts.folder)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE_S)
        head.addWidget(self._name)
        head.addWidget(self.edit, 1)
        if is_open:
            head.addWidget(badge_of(("check", "ok", tr("open in this window")), self))
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self.about)
        words.addWidget(self._place)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        row.setSpacing(theme.SPACE_S)
        row.addLayout(words, 1)
        self.open = QPushButton(tr("Open"), self)
        self.open.setAutoDefault(False)
        self.open.setAccessibleName(tr("Open {name}", name=shown_library(facts.name)))
        self.open.setVisible(not is_open and facts.problem in ("", "library_damaged"))
        self.open.clicked.connect(lambda: self.wanted.emit("open"))
        self.backup = QPushButton(tr("Back up…"), self)
        self.backup.setAutoDefault(False)
        self.backup.setVisible(is_open and facts.problem in ("", "library_locked"))
        self.backup.clicked.connect(lambda: self.wanted.emit("backup"))
        self.more = QToolButton(self)
        self.more.setIcon(icons.icon("more", "quiet"))
        icons.set_size(self.more, QSize(18, 18))
        theme.size_with_text(self.more, width=32, height=32)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName(tr("More for {name}", name=shown_library(facts.name)))
        self.more.setMenu(self._menu(is_open=is_open))
        row.addWidget(self.backup, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.open, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignVCenter)

    def _menu(self, *, is_open: bool) -> QMenu:
        menu = QMenu(self)
        there = self.facts.problem != "library_missing"
        sound = self.facts.problem in ("", "library_locked")
        entries: tuple[tuple[str, str, str, bool], ...] = (
            ("backup", "download", tr("Back up…"), there and sound),
            ("check", "shield-check", tr("Check and repair…"), there and (is_open or self.facts.problem != "library_locked")),
            ("move", "folder", tr("Move to another folder or disk…"), there and (is_open or self.facts.problem == "")),
            ("rename", "pencil", tr("Rename…"), there and (is_open or self.facts.problem == "")),
            ("forget", "close", tr("Remove from this list"), not is_open),
        )
        for verb, icon, words, enabled in entries:
            action = menu.addAction(icons.icon(icon, "quiet"), words)
            action.setEnabled(enabled)
            action.triggered.connect(self._wants(verb))
        return menu

    def _wants(self, verb: str) -> Callable[[], None]:
        return self.begin_rename if verb == "rename" else lambda: self.wanted.emit(verb)

    # ---- another name ----

    def begin_rename(self) -> None:
        """Put the name into a field, in its place."""
        self.edit.setText(self.facts.name)
        self.edit.setAccessibleName(tr("New name of the library"))
        self._name.hide()
        self.edit.show()
        self.edit.setFocus()
        self.edit.selectAll()

    def _rename(self) -> None:
        name = self.edit.text().strip()
        self._end_rename()
        if name and name != self.facts.name:
            self.renamed.emit(name)

    def _end_rename(self) -> None:
        self.edit.hide()
        self._name.show()
        self.more.setFocus()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self._end_rename()
            event.accept()  # else Esc would close the page
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]


def _about(facts: LibraryFacts, used: float, *, is_open: bool) -> str:
    problems = {
        "library_missing": tr("Not there: the folder is gone, or its disk is not connected."),
        "library_newer": tr("Made by a newer Inkstone; this one cannot open it."),
        "library_damaged": tr("Damaged: check and repair it."),
    }
    if facts.problem in problems:
        return problems[facts.problem]
    parts = [trn("{count} file", "{count} files", facts.files, count=f"{facts.files:,}"), size(facts.size)]
    if facts.problem == "library_locked" and not is_open:
        parts.append(tr("in use by another Inkstone"))
    elif used and not is_open:
        parts.append(tr("last used {day}", day=day_texts.day(dt.datetime.fromtimestamp(used).astimezone())))
    return " · ".join(parts)
