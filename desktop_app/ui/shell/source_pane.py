# SPDX-License-Identifier: Apache-2.0
"""The right side of the window: the source panel, or nothing.

The panel is imported and made when something is first shown in it, so that the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command

if TYPE_CHECKING:
    from desktop_app.bridge.client import EngineClient
    from desktop_app.contract.answer import Answer
    from desktop_app.contract.passage import Passage
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.source.source_panel import SourcePanel

_LEAST_PX = 300


class SourcePane(QWidget):
    """``citation_shown`` carries (Answer, number), ``passage_shown`` a Passage, ``file_shown`` a path; ``opened`` comes when it was closed before.
    ``similar_requested``: the text that others like it are wanted of, and the chunk it stands in."""

    opened = Signal()
    citation_shown = Signal(object, int)
    passage_shown = Signal(object)
    file_shown = Signal(str)
    closed = Signal()
    similar_requested = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client: EngineClient | None = None
        self._settings: Settings | None = None
        self._panel: SourcePanel | None = None
        self._answer: Answer | None = None
        self.setMinimumWidth(_LEAST_PX)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def fill(self, client: EngineClient, settings: Settings) -> None:
        """What the panel needs, before anything is shown in it."""
        self._client, self._settings = client, settings

    @property
    def is_open(self) -> bool:
        """Whether a source is shown."""
        return not self.isHidden()

    def show_citation(self, answer: Answer, number: int) -> None:
        """Open citation ``number`` of ``answer`` at its place."""
        self.panel().show_citation(answer, number)
        self._answer = answer
        self._open()
        self.citation_shown.emit(answer, number)

    def show_passage(self, passage: Passage) -> None:
        """Open a passage at its place."""
        self.panel().show_passage(passage)
        self._open()
        self.passage_shown.emit(passage)

    def show_file(self, path: str) -> None:
        """Open a file at its beginning, nothing of it marked."""
        self.panel().show_file(path)
        self._open()
        self.file_shown.emit(path)

    def shut(self) -> None:
        """Nothing is shown any more; the window gets the room."""
        self.hide()
        if self._panel is not None:
            self._panel.clear()
        self.closed.emit()

    def panel(self) -> SourcePanel:
        """The panel, made now if it is the first time."""
        if self._panel is None:
            from desktop_app.ui.source.source_panel import SourcePanel

            assert self._client is not None
            assert self._settings is not None
            self._panel = SourcePanel(self._client, self._settings, self)
            self._panel.citation_changed.connect(lambda number: self.citation_shown.emit(self._answer, number))
            self._panel.closed.connect(self.shut)
            self._panel.similar_requested.connect(self.similar_requested)
            self._box.addWidget(self._panel)
        return self._panel

    def retranslate(self) -> None:
        if self._panel is not None:
            self._panel.retranslate()

    def commands(self) -> list[Command]:
        """What can be done with the source that is open."""
        shown = self.is_open

        def command(
            name: str, title: str, run: Callable[[SourcePanel], object], keys: str = "", icon: str = "file", also: str = ""
        ) -> Command:
            return Command(f"source.{name}", title, lambda: run(self.panel()), keys, shown, icon, keys, also)

        return [
            command("find", tr("Find in the source"), lambda panel: panel.open_find(), "Ctrl+F", "search", "find in file page"),
            command("find_next", "", lambda panel: panel.find_step(1), "F3"),
            command("find_previous", "", lambda panel: panel.find_step(-1), "Shift+F3"),
            command(
                "copy", tr("Copy the quote with its place"), lambda panel: panel.copy(), "Ctrl+Shift+C", "copy", "copy citation"
            ),
            command(
                "similar", tr("Find passages like the source"), lambda panel: panel.more_like_this(), "", "similar", "similar"
            ),
            command(
                "open",
                tr("Open the source in its own program"),
                lambda panel: panel.open_outside(),
                "",
                "open-external",
                "open",
            ),
            Command("source.close", tr("Close the source"), self.shut, "", shown, "panel-right", "Esc", "panel"),
        ]

    def _open(self) -> None:
        if self.isHidden():
            self.show()
            self.opened.emit()
