# SPDX-License-Identifier: Apache-2.0
"""The page of libraries: which there are, and what is done with them.

Each library is a folder of its own with its own documents and conversations; a window shows one. Work that takes long is shown and stopped
at the foot (``job_bar``).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.contract.maintenance_process import BackupFacts, LibraryFacts
from desktop_app.foundation.errors import Problem, UsageProblem, problem_from
from desktop_app.foundation.known_libraries import KnownLibrary
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.libraries.job_bar import JobBar
from desktop_app.ui.libraries.library_card import LibraryCard, shown_library
from desktop_app.ui.libraries.library_jobs import LibraryJobs, new_folder
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import hairline, plain_label
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.wording import day_texts
from desktop_app.wording.place import file_name, short_path
from desktop_app.wording.problem_texts import sentence
from desktop_app.wording.quantities import size

_SUFFIX = ".inkstone"


class LibrariesDialog(SeenOrder, QDialog):
    """What is pressed here is done by ``LibraryJobs``."""

    listed = Signal()

    def __init__(self, jobs: LibraryJobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._facts: Sequence[LibraryFacts] = ()
        self.cards: list[LibraryCard] = []
        self.setModal(False)
        self.resize(760, 600)
        self._build()
        self.retranslate()
        jobs.described.connect(self._described)
        jobs.changed.connect(lambda: self.bar.show_job(jobs.job))
        jobs.problem.connect(self._show_problem)
        theme.notifier.changed.connect(self._show_cards)
        window_language.notifier.language_changed.connect(self.retranslate)

    def open_fresh(self) -> None:
        """Show the page and look again at every library."""
        self._jobs.describe()
        self._show_problem(None)
        self.show()
        self.raise_()
        self.activateWindow()

    # ---- building ----

    def _build(self) -> None:
        self._title = plain_label("title", parent=self)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self.new, self.add, self.restore = (
            QPushButton(icons.icon(icon, "quiet"), "", self) for icon in ("plus", "folder", "refresh")
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        for button, pressed in ((self.new, self._ask_name), (self.add, self._choose), (self.restore, self._choose_backup)):
            button.setAutoDefault(False)
            button.clicked.connect(pressed)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.name = QLineEdit(self)
        self.name.setMaxLength(60)
        self.name.textChanged.connect(self._show_place)
        self.name.returnPressed.connect(self._make)
        self._make_button = QPushButton(self)
        self._make_button.setProperty("role", "primary")
        self._make_button.setAutoDefault(False)
        self._make_button.clicked.connect(self._make)
        self._place = plain_label("small", wrap=True, parent=self)
        self._naming = QWidget(self)
        naming = QVBoxLayout(self._naming)
        naming.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE_S)
        line.addWidget(self.name, 1)
        line.addWidget(self._make_button)
        naming.addLayout(line)
        naming.addWidget(self._place)
        self._naming.hide()
        self._note = plain_label("danger", wrap=True, parent=self)
        head = QVBoxLayout()
        head.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_M)
        head.setSpacing(theme.SPACE_S)
        for part in (self._title, self._about, buttons, self._naming, self._note):
            head.addLayout(part) if isinstance(part, QHBoxLayout) else head.addWidget(part)
        self._list = QWidget(self)
        self._cards = QVBoxLayout(self._list)
        self._cards.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_M)
        self._cards.setSpacing(theme.SPACE_S)
        scroll = QScrollArea(self)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._list)
        self.bar = JobBar(self)
        self.bar.stop_requested.connect(self._jobs.stop)
        self.bar.dismissed.connect(self._jobs.dismiss)
        self.bar.repair_requested.connect(self._repair)
        self.bar.open_requested.connect(self._open_restored)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_L, theme.SPACE_L)
        foot.addWidget(self.bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(hairline(self))
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Libraries"))
        self._title.setText(tr("Libraries"))
        self._about.setText(
            tr(
                "Each library has its own folders and conversations, and lies in a folder of its own. Your documents are not in it: it "
                "holds what was read from them."
            )
        )
        self.new.setText(tr("New library…"))
        self.add.setText(tr("Open a folder…"))
        self.restore.setText(tr("Restore a backup…"))
        self.name.setPlaceholderText(tr("Name of the new library"))
        self.name.setAccessibleName(tr("Name of the new library"))
        self._make_button.setText(tr("Make and open"))
        self._show_cards()
        self.bar.show_job(self._jobs.job)

    # ---- the list ----

    def _described(self, facts: list[LibraryFacts]) -> None:
        self._facts = facts
        self._show_cards()
        self.listed.emit()

    def _show_cards(self) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        known = {one.folder: one for one in self._jobs.known.all()}
        self.cards = []
        for described in self._facts:
            facts = described
            of_list = known.get(facts.folder, KnownLibrary(facts.folder))
            if facts.problem == "library_missing" and of_list.name:
                facts = replace(facts, name=of_list.name)
            card = LibraryCard(facts, is_open=self._jobs.is_open(facts.folder), used=of_list.used, parent=self)
            card.wanted.connect(partial(self._wanted, facts))
            card.renamed.connect(partial(self._jobs.rename, facts.folder))
            self.cards.append(card)
            self._cards.addWidget(card)
        self._cards.addStretch(1)

    def _show_problem(self, problem: Problem | None) -> None:
        self._note.setText(str(sentence(problem)) if problem is not None else "")
        self._note.setVisible(problem is not None)

    def _wanted(self, facts: LibraryFacts, verb: str) -> None:
        self._show_problem(None)
        match verb:
            case "open":
                self._jobs.switch(facts.folder)
            case "check":
                self._jobs.check(facts.folder, facts.name)
            case "forget":
                self._jobs.forget(facts.folder)
            case "backup":
                self._choose_backup_file(facts)
            case "move":
                self._choose_move(facts)

    # ---- new, opened, restored ----

    def _ask_name(self) -> None:
        self._naming.setVisible(self._naming.isHidden())
        self.name.setFocus()
        self._show_place()

    def _show_place(self) -> None:
        name = self.name.text().strip()
        self._make_button.setEnabled(bool(name))
        self._place.setText(tr("It will lie in {folder}", folder=short_path(new_folder(name), 80)) if name else "")

    def _make(self) -> None:
        name = self.name.text().strip()
        if name:
            folder = new_folder(name)
            self._jobs.known.add(folder, name)
            self._jobs.switch(folder)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder of a library"), str(Path.home()))
        if folder:
            self._jobs.look_at(folder, self._looked_at)

    def _looked_at(self, facts: LibraryFacts) -> None:
        if facts.problem:
            self._show_problem(problem_from(facts.problem, {"path": facts.folder, "detail": "", "found": "?", "known": "?"}))
            return
        self._jobs.known.add(facts.folder, facts.name)
        self._jobs.switch(facts.folder)

    def _choose_backup(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, tr("Backup of a library"), _documents(), f"Inkstone (*{_SUFFIX})")
        if file:
            self._jobs.read_backup(file, self._ask_restore)

    def _ask_restore(self, backup: BackupFacts) -> None:
        folder = new_folder(backup.name)
        made = day_texts.whole(dt.datetime.fromtimestamp(backup.made).astimezone())
        self.bar.ask(
            tr("Restore “{name}” of {day}?", name=shown_library(backup.name), day=made),
            tr(
                "{files}, {conversations}, {size}. It will lie in {folder}; what is there now stays as it is.",
                files=trn("{count} file", "{count} files", backup.files, count=f"{backup.files:,}"),
                conversations=trn("{n} conversation", "{n} conversations", backup.conversations),
                size=size(backup.size),
                folder=short_path(folder, 60),
            ),
            tr("Restore"),
            lambda: self._jobs.restore(backup.file, backup.name, folder),
        )

    def _open_restored(self) -> None:
        job = self._jobs.job
        if job is not None:
            self._jobs.switch(job.folder)

    # ---- backed up, moved, repaired ----

    def _choose_backup_file(self, facts: LibraryFacts) -> None:
        day = day_texts.day(dt.datetime.now().astimezone())
        suggested = os.path.join(_documents(), f"{file_name(new_folder(shown_library(facts.name)))} {day}{_SUFFIX}")
        file, _ = QFileDialog.getSaveFileName(self, tr("Back up into"), suggested, f"Inkstone (*{_SUFFIX})")
        if file:
            self._jobs.back_up(facts.folder, facts.name, file if file.endswith(_SUFFIX) else file + _SUFFIX)

    def _choose_move(self, facts: LibraryFacts) -> None:
        parent = QFileDialog.getExistingDirectory(self, tr("Folder to move the library into"), str(Path.home()))
        if parent:
            self.ask_move(facts, parent)

    def ask_move(self, facts: LibraryFacts, parent: str) -> None:
        """Ask before a library is moved into a folder."""
        if Path(parent).is_relative_to(facts.folder):
            self._show_problem(UsageProblem("folder_inside", path=parent))
            return
        target = new_folder(shown_library(facts.name), Path(parent))
        self.bar.ask(
            tr("Move “{name}” to {folder}?", name=shown_library(facts.name), folder=short_path(target, 60)),
            tr(
                "{size}. Nothing is read or answered from it meanwhile; it is removed here only when its copy was compared.",
                size=size(facts.size),
            ),
            tr("Move"),
            lambda: self._jobs.move(facts.folder, facts.name, target),
        )

    def _repair(self) -> None:
        job = self._jobs.job
        if job is not None:
            self._jobs.repair(job.folder, job.name)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
