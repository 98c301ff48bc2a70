# SPDX-License-Identifier: Apache-2.0
"""The bar that asks before work on a library and shows how far it is.

In place, at the foot of the page: no box that stops everything else.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.libraries.library_card import shown_library
from desktop_app.ui.libraries.library_jobs import BACKUP, CHECK, MOVE, REPAIR, RESTORE, LibraryJob
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import IconLabel, plain_label
from desktop_app.wording import library_texts
from desktop_app.wording.place import short_path
from desktop_app.wording.problem_texts import sentence
from desktop_app.wording.quantities import size

_MOST_LINES = 8  # findings told at once


class JobBar(QFrame):
    """``stop_requested``, ``dismissed``, ``repair_requested``, ``open_requested`` (of what was restored): what is pressed."""

    stop_requested = Signal()
    dismissed = Signal()
    repair_requested = Signal()
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._yes: Callable[[], None] | None = None
        self._shown: LibraryJob | None = None
        self._icon = IconLabel("library", "accent_text", parent=self)
        self.words = plain_label(wrap=True, parent=self)
        self.about = plain_label("quiet", wrap=True, parent=self)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self.first, self.second = QPushButton(self), QPushButton(self)
        self.first.setProperty("role", "primary")
        for button, pressed in ((self.first, self._first), (self.second, self._second)):
            button.setAutoDefault(False)
            button.clicked.connect(pressed)
        texts = QVBoxLayout()
        texts.setSpacing(theme.SPACE_XS)
        for widget in (self.words, self.about, self._progress):
            texts.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.second, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.first, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def ask(self, words: str, about: str, yes: str, then: Callable[[], None]) -> None:
        """Ask before something is done."""
        self._yes, self._shown = then, None
        self._put("library", words, about, yes, tr("Cancel"))
        self.first.setFocus()

    def show_job(self, job: LibraryJob | None) -> None:
        """How far it is, or what it came to; None: nothing is under way."""
        self._shown = job
        if job is None:
            if self._yes is None:
                self.hide()
            return
        self._yes = None
        name = shown_library(job.name)
        if not job.over:
            words = {
                BACKUP: tr("Backing up “{name}”…", name=name),
                RESTORE: tr("Restoring “{name}”…", name=name),
                MOVE: tr("Moving “{name}”…", name=name),
                CHECK: tr("Checking “{name}”…", name=name),
                REPAIR: tr("Repairing “{name}”…", name=name),
            }[job.kind]
            copied = job.kind in (BACKUP, RESTORE, MOVE) and job.total
            about = tr("{done} of {total}", done=size(job.done), total=size(job.total)) if copied else ""
            self._put("library", words, about, "", tr("Stop"))
            self._progress.setRange(0, 1000 if job.total else 0)
            self._progress.setValue(1000 * job.done // job.total if job.total else 0)
            self._progress.show()
        elif job.problem is not None:
            self._put("alert", str(sentence(job.problem)), "", "", tr("Close"))
        elif job.stopped:
            self._put("info", tr("Stopped; nothing was changed."), "", "", tr("Close"))
        else:
            self._show_result(job, name)

    def _show_result(self, job: LibraryJob, name: str) -> None:
        place = short_path(job.target, 80)
        if job.kind == BACKUP:
            kept = tr("It holds the texts of your documents and your conversations: keep it where only you can read it.")
            self._put("check", tr("“{name}” is backed up.", name=name), f"{place}\n{kept}", "", tr("Close"))
        elif job.kind == RESTORE:
            self._put("check", tr("“{name}” is restored.", name=name), place, tr("Open"), tr("Close"))
        elif job.kind == MOVE:
            self._put("check", tr("“{name}” is moved.", name=name), place, "", tr("Close"))
        elif not job.findings:
            self._put("check", tr("“{name}” is sound.", name=name), "", "", tr("Close"))
        else:
            lines = [library_texts.finding(one) for one in job.findings]
            told = "\n".join(lines[:_MOST_LINES])
            if job.kind == CHECK:
                self._put(
                    "alert",
                    tr("“{name}” needs repair. Your documents are not affected.", name=name),
                    told,
                    tr("Repair"),
                    tr("Later"),
                )
            else:
                self._put("check", tr("“{name}” is repaired.", name=name), told, "", tr("Close"))

    def _put(self, icon: str, words: str, about: str, first: str, second: str) -> None:
        self._icon.set_icon(icon, {"alert": "warn", "check": "ok"}.get(icon, "accent_text"))
        self.words.setText(words)
        self.about.setText(about)
        self.about.setVisible(bool(about))
        self._progress.hide()
        for button, label in ((self.first, first), (self.second, second)):
            button.setText(label)
            button.setVisible(bool(label))
        self.setAccessibleName(words)
        self.show()

    def _first(self) -> None:
        if self._yes is not None:
            yes, self._yes = self._yes, None
            yes()
        elif self._shown is not None and self._shown.kind == RESTORE:
            self.open_requested.emit()
        else:
            self.repair_requested.emit()

    def _second(self) -> None:
        if self._yes is not None:
            self._yes = None
            self.hide()
        elif self._shown is not None and not self._shown.over:
            self.stop_requested.emit()
        else:
            self.dismissed.emit()
