# SPDX-License-Identifier: Apache-2.0
"""Exports the rows of a computed answer into a file, as they come.

A page is written in a thread of the pool, then the next one is asked for; so a million rows neither stop the window nor lie in its memory. The file
takes its name when it is whole.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.contract.answer import Answer
from desktop_app.contract.messages import FormRowsResult
from desktop_app.foundation.errors import Problem, as_problem
from desktop_app.ui.exporting.row_table import RowTable
from desktop_app.ui.exporting.saving import PartFile
from desktop_app.ui.exporting.to_csv import CsvRows
from desktop_app.ui.exporting.to_xlsx import XlsxRows
from desktop_app.ui.figures.row_pages import RowPages

KINDS = ("xlsx", "csv")


class RowExport(QObject):
    """``progressed`` carries how many rows are written and how many there are; then ``saved`` carries how many there were, or ``failed`` a Problem."""

    progressed = Signal(int, int)
    saved = Signal(int)
    failed = Signal(object)

    def __init__(self, client: EngineClient, answer: Answer, path: str, kind: str, parent: QObject) -> None:
        super().__init__(parent)
        assert answer.computed is not None
        self._total = self._written = 0
        self._next: tuple[int, int] | None = None
        self._writing = writing = _Writing(answer, path, kind)
        self._writing.done.connect(self._page_done, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(writing.give_up)
        self._pages = RowPages(client, answer.computed.form, answer.question, self)
        self._pages.came.connect(self._came)
        self._pages.failed.connect(self._fail)

    def start(self) -> None:
        """Ask for the first page."""
        self._pages.go_on()

    def _came(self, result: FormRowsResult) -> None:
        self._total, self._next = self._total or result.total, result.after
        self._written += len(result.rows)
        writing = self._writing
        QThreadPool.globalInstance().start(lambda: writing.run(result))

    def _page_done(self, problem: Problem | None) -> None:
        if problem is not None:
            self._fail(problem)
        elif self._next is not None:
            self.progressed.emit(self._written, self._total)
            self._pages.go_on(self._next)
        else:
            self.saved.emit(self._written)

    def _fail(self, problem: Problem) -> None:
        self._writing.give_up()
        self.failed.emit(problem)


class _Writing(QObject):
    """Kept apart, so that a page that is written after its window has somewhere to report to."""

    done = Signal(object)

    def __init__(self, answer: Answer, path: str, kind: str) -> None:
        super().__init__()
        self._answer, self._path, self._kind = answer, path, kind
        self._part: PartFile | None = None
        self._rows: CsvRows | XlsxRows | None = None

    def run(self, result: FormRowsResult) -> None:
        problem: Problem | None = None
        try:
            self._write(result)
        except OSError as error:
            problem = self._part.problem(error) if self._part is not None else as_problem(error)
        except Exception as error:  # noqa: BLE001 - whatever happens in the pool must be told
            problem = as_problem(error)
        self.done.emit(problem)

    def _write(self, result: FormRowsResult) -> None:
        if self._part is None or self._rows is None:
            assert self._answer.computed is not None
            self._part = PartFile(self._path)
            table = RowTable(self._answer.question, result.rule, result.columns, self._answer.computed)
            self._rows = CsvRows(self._part.part, table) if self._kind == "csv" else XlsxRows(self._part.part, table)
        self._rows.add(result.rows)
        if result.after is None:
            self._rows.finish()
            self._part.finish()
            self._part = None

    def give_up(self) -> None:
        """It will not be whole."""
        if self._rows is not None and self._part is not None:
            self._rows.close()
            self._part.drop()
            self._part = None
