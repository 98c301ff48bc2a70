# SPDX-License-Identifier: Apache-2.0
"""The right side of the window: the source panel, or nothing.

Asking and searching each have a source of their own: beside an answer stands what the answer cites, beside hits one of the hits. The panel
is imported and made when something is first shown in it, so that the window is there sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from desktop_app.bridge.client import EngineClient
    from desktop_app.bridge.viewer_client import ViewerClient
    from desktop_app.contract.answer import Answer
    from desktop_app.contract.form import ProvingCells
    from desktop_app.contract.passage import Passage
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.commands.command_registry import Command
    from desktop_app.ui.source.source_panel import SourcePanel

_LEAST_PX = 300


class SourcePane(QWidget):
    """``citation_shown`` carries (Answer, number), ``passage_shown`` a Passage, ``file_shown`` a path; ``opened`` comes when it was closed before.
    ``similar_requested``: the text that others like it are wanted of, and the chunk it stands in.
    ``check_requested``: the path of a file to be looked at again, "" for the whole library. ``summary_requested``: that of one to be summed up."""

    opened = Signal()
    citation_shown = Signal(object, int)
    passage_shown = Signal(object)
    file_shown = Signal(str)
    closed = Signal()
    similar_requested = Signal(str, int)
    check_requested = Signal(str)
    summary_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client: EngineClient | None = None
        self._settings: Settings | None = None
        self._panel: SourcePanel | None = None
        self._viewer: ViewerClient | None = None
        self._answer: Answer | None = None
        self._mode = "ask"
        self._kept: dict[str, Callable[[], None]] = {}  # by mode: shows its source again
        self.setMinimumWidth(_LEAST_PX)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def fill(self, client: EngineClient, settings: Settings) -> None:
        """What the panel needs, before anything is shown in it."""
        self._client, self._settings = client, settings

    def get_ready(self) -> None:
        """Something may be opened soon: start the viewer process, which takes a third of a second, while the answer is read."""
        self.viewer().start()

    def viewer(self) -> ViewerClient:
        """What opens the files; made now if it is the first time."""
        if self._viewer is None:
            from desktop_app.bridge.viewer_client import ViewerClient

            self._viewer = ViewerClient(self)
        return self._viewer

    @property
    def is_open(self) -> bool:
        """Whether a source is shown."""
        return not self.isHidden()

    def show_citation(self, answer: Answer, number: int) -> None:
        """Open citation ``number`` of ``answer`` at its place."""
        self.panel().show_citation(answer, number)
        self._answer = answer
        self._kept[self._mode] = partial(self.show_citation, answer, number)
        self._open()
        self.citation_shown.emit(answer, number)

    def show_passage(self, passage: Passage) -> None:
        """Open a passage at its place."""
        self.panel().show_passage(passage)
        self._kept[self._mode] = partial(self.show_passage, passage)
        self._open()
        self.passage_shown.emit(passage)

    def show_cells(self, cells: Sequence[ProvingCells]) -> None:
        """Open a spreadsheet with these cells of it marked."""
        self.panel().show_cells(cells)
        self._kept[self._mode] = partial(self.show_cells, cells)
        self._open()

    def show_file(self, path: str) -> None:
        """Open a file at its beginning, nothing of it marked."""
        self.panel().show_file(path)
        self._kept[self._mode] = partial(self.show_file, path)
        self._open()
        self.file_shown.emit(path)

    def shut(self) -> None:
        """Nothing is shown any more; the window gets the room."""
        self._kept.pop(self._mode, None)
        self._close()

    def set_mode(self, mode: str) -> None:
        """Asking ("ask") or searching ("search") is what the window shows now: its own source comes back, or none is shown."""
        before, self._mode = self._kept.get(self._mode), mode
        kept = self._kept.get(mode)
        if kept is None:
            self._close()
        elif kept is not before:
            kept()

    def _close(self) -> None:
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
            self._panel = SourcePanel(self._client, self._settings, self, viewer=self.viewer())
            self._panel.citation_changed.connect(self._citation_changed)
            self._panel.closed.connect(self.shut)
            self._panel.similar_requested.connect(self._similar_requested)
            self._panel.check_requested.connect(self.check_requested)
            self._panel.summary_requested.connect(self.summary_requested)
            self._box.addWidget(self._panel)
        return self._panel

    def _citation_changed(self, number: int) -> None:
        assert self._answer is not None
        self._kept[self._mode] = partial(self.show_citation, self._answer, number)
        self.citation_shown.emit(self._answer, number)

    def _similar_requested(self, text: str, chunk_id: int) -> None:
        """The hits are searched for beside the source that they are to be like."""
        if self._mode in self._kept:
            self._kept["search"] = self._kept[self._mode]
        self.similar_requested.emit(text, chunk_id)

    def run_changed(self, running: bool) -> None:
        """Whether files are being read."""
        if self._panel is not None and not running:
            self._panel.run_ended()

    def retranslate(self) -> None:
        if self._panel is not None:
            self._panel.retranslate()

    def commands(self) -> list[Command]:
        """What can be done with the source that is open."""
        from desktop_app.ui.shell.source_commands import source_commands

        return source_commands(self.panel, self.shut, shown=self.is_open)

    def _open(self) -> None:
        if self.isHidden():
            self.show()
            self.opened.emit()
