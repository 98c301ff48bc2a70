# SPDX-License-Identifier: Apache-2.0
"""The question about folders and files that Inkstone was started with.

“Ask Inkstone” on a folder and “Open with” on documents start Inkstone with their paths. Nothing is added to the library without a yes:

in the library        ask only about them | cancel
not in the library    add and ask only about them | add | cancel
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.contract.ledger import Scope
from desktop_app.contract.messages import OverviewResult
from desktop_app.foundation.translation import tr
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.look import window_language
from desktop_app.ui.widgets.in_place_question import InPlaceQuestion
from desktop_app.wording.place import file_name, short_name

_NAME = 60  # characters of a folder's or file's name


class AskedPaths(InPlaceQuestion):
    """``only_wanted`` carries the ``Scope`` to ask in from now on, once all of it is in the library."""

    only_wanted = Signal(object)

    def __init__(self, runs: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self.paths: list[str] = []
        self._wanted: tuple[str, ...] = ()  # to be asked in when they are there
        self.add = QPushButton(self)
        self._place((self.add,))
        self.agreed.connect(self._agreed)
        self.add.clicked.connect(self._add)
        self.declined.connect(self.dismiss)
        runs.overview_changed.connect(self._overview_changed)
        runs.problem.connect(lambda _: self._set_wanted(()))
        window_language.notifier.language_changed.connect(self._show_question)

    def ask_about(self, paths: Sequence[str]) -> None:
        """Ask about these, beside those that are asked about already; once the library is open."""
        self.paths = list(dict.fromkeys([*self.paths, *paths]))
        self._show_question()

    def dismiss(self) -> None:
        """Leave everything as it is."""
        self.paths = []
        self.hide()

    # ---- answers ----

    def _agreed(self) -> None:
        wanted = tuple(self.paths)
        if self._are_here(wanted):
            self.only_wanted.emit(Scope(below=wanted))
        else:
            self._set_wanted(wanted)
            self._runs.add(wanted)
        self.dismiss()

    def _add(self) -> None:
        self._runs.add(self.paths)
        self.dismiss()

    def _set_wanted(self, paths: tuple[str, ...]) -> None:
        self._wanted = paths

    def _overview_changed(self, _: OverviewResult) -> None:
        if self._wanted and self._are_here(self._wanted):
            wanted, self._wanted = self._wanted, ()
            self.only_wanted.emit(Scope(below=wanted))
        if self.isHidden():
            self._show_question()

    # ---- showing ----

    def _show_question(self) -> None:
        if not self.paths or self._runs.overview is None:
            return
        here = self._are_here(self.paths)
        name, n = short_name(file_name(self.paths[0]), _NAME), len(self.paths)
        if n == 1:
            words = (
                tr("“{name}” is in the library.", name=name)
                if here
                else tr("“{name}” is not in the library. Add it, to ask about it?", name=name)
            )
        elif here:
            words = tr("“{name}” and others, {n} in all, are in the library.", name=name, n=n)
        else:
            words = tr("“{name}” and others, {n} in all, are not in the library. Add them, to ask about them?", name=name, n=n)
        self.add.setText(tr("Add only"))
        self.add.setVisible(not here)
        only = tr("Ask only here") if here else tr("Add and ask only here")
        self.ask(words, only, tr("Cancel"))
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _are_here(self, paths: Sequence[str]) -> bool:
        overview = self._runs.overview
        sources = [os.path.normcase(source.path) for source in overview.sources] if overview is not None else []
        return all(
            any(path == source or path.startswith(source.rstrip(os.sep) + os.sep) for source in sources)
            for path in map(os.path.normcase, paths)
        )
