# SPDX-License-Identifier: Apache-2.0
"""Copies and exports the hits of a search, all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.conversation import Turn
from desktop_app.contract.passage import SearchResult
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.exporting.saving import may_export, suggested_name, write
from desktop_app.ui.look import icons
from desktop_app.ui.search import search_list
from desktop_app.ui.turn.export_menu import KINDS, Exports, kind_words

_MOST = 500  # passages of an exported list


class TakingAlong(QObject):
    """Belongs to the widget that offers it; ``failed`` carries a Problem."""

    failed = Signal(object)

    def __init__(self, client: EngineClient, widget: QWidget) -> None:
        super().__init__(widget)
        self._client = client
        self._widget = widget
        self._exports = Exports(widget)
        self._exports.failed.connect(self.failed)

    def text(self, result: SearchResult) -> str:
        """The listed hits as text."""
        return search_list.as_text(result)

    def menu(self, result: SearchResult, again: Callable[[int], messages.Search]) -> QMenu:
        """The menu of formats. ``again`` makes the search for more hits than are listed."""
        menu = QMenu(tr("Export the list"), self._widget)
        menu.setIcon(icons.icon("download"))
        for kind in (*KINDS, "csv"):
            words = tr("Table") if kind == "csv" else kind_words(kind)
            menu.addAction(f"{words} (.{kind})", partial(self._start, kind, words, result, again))
        menu.menuAction().setEnabled(may_export())
        return menu

    def _start(self, kind: str, words: str, result: SearchResult, again: Callable[[int], messages.Search]) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._widget, tr("Export the list"), folder, f"{words} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)  # which asks before it overwrites
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{suggested_name(result.question)}.{kind}")
        dialog.fileSelected.connect(lambda path: self.save(path, kind, result, again))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: str, kind: str, result: SearchResult, again: Callable[[int], messages.Search]) -> None:
        """Write the hits to ``path``; those that are not listed are asked for first, up to 500."""
        if result.hits <= len(search_list.hits_of(result)):
            self._write(path, kind, result)
            return
        operation = self._client.request(lambda id_: msgspec.structs.replace(again(min(result.hits, _MOST)), id=id_))
        operation.succeeded.connect(lambda done: self._write(path, kind, done.result))
        operation.failed.connect(self.failed)

    def _write(self, path: str, kind: str, result: SearchResult) -> None:
        if kind != "csv":
            turn = Turn(0, result.question, search_list.as_answer(result))
            self._exports.save(path, kind, result.question, [turn])
            return
        try:
            write(path, search_list.as_csv(result))
        except Problem as problem:
            self.failed.emit(problem)
