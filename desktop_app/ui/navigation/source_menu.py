# SPDX-License-Identifier: Apache-2.0
"""The menu of what is less often done with the open file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons


class SourceMenu(QMenu):
    """One signal an entry."""

    copy_wanted = Signal()
    path_wanted = Signal()
    folder_wanted = Signal()
    print_wanted = Signal()
    summary_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = self.addAction(icons.icon("outline", "quiet"), "", self.summary_wanted.emit)
        self.addSeparator()
        self._copy = self.addAction(icons.icon("copy", "quiet"), "", self.copy_wanted.emit)
        self._path = self.addAction(icons.icon("copy", "quiet"), "", self.path_wanted.emit)
        self.addSeparator()
        self._print = self.addAction(icons.icon("printer", "quiet"), "", self.print_wanted.emit)
        self._folder = self.addAction(icons.icon("folder", "quiet"), "", self.folder_wanted.emit)
        self.retranslate()

    def set_state(self, *, quote: bool, exists: bool) -> None:
        """``quote``: there is a text to copy; ``exists``: the file is there."""
        policy = policy_in_force.in_force()
        self._copy.setEnabled(quote and policy.allows("copy"))
        self._path.setEnabled(policy.allows("copy"))
        self._print.setEnabled(policy.allows("print"))
        self._folder.setEnabled(exists and policy.allows("open_documents"))

    def retranslate(self) -> None:
        self._summary.setText(tr("Summarize"))
        self._copy.setText(tr("Copy without its place"))
        self._path.setText(tr("Copy the full path"))
        self._print.setText(tr("Print…"))
        self._folder.setText(tr("Show in its folder"))
