# SPDX-License-Identifier: Apache-2.0
"""Saves a chart as a picture, PNG or SVG, where the person says.

Both are made in a tenth of a second, so that the window makes them itself.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.charts.chart_panel import ChartPanel
from desktop_app.ui.exporting.saving import suggested_name, write


class ChartSaving(QObject):
    """Belongs to the chart that it saves. ``failed`` carries a Problem."""

    failed = Signal(object)

    def __init__(self, panel: ChartPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        panel.save_wanted.connect(self._ask_where)

    def _ask_where(self) -> None:
        names = {f"{tr('PNG picture')} (*.png)": "png", f"{tr('SVG picture')} (*.svg)": "svg"}
        dialog = QFileDialog(self._panel, tr("Save the chart"), self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)  # which asks before it overwrites
        dialog.setNameFilters(list(names))
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(names[name]))
        title = self._panel.data.title if self._panel.data is not None else ""
        dialog.selectFile(f"{suggested_name(title)}.png")
        dialog.fileSelected.connect(self.save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: str) -> None:
        """Make the file and put it at ``path``, an SVG where that is its ending; ``failed`` tells a problem."""
        self._folder = os.path.dirname(path)
        try:
            write(path, self._panel.file_bytes("svg" if path.lower().endswith(".svg") else "png"))
        except Problem as problem:
            self.failed.emit(problem)
