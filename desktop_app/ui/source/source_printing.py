# SPDX-License-Identifier: Apache-2.0
"""Prints the open source: pages of a PDF, a picture, or its text.

The system's own dialog asks for printer and pages; at first it names the page on the screen. Pages are drawn by the viewer process, one after
another at 200 dots an inch, so that nothing waits and a file of a thousand pages takes no memory. A text is set in black on white whatever
the window's colours, a selection alone where there is one.

Qt's own ``QTextDocument.print_`` sets text anew for the printer, where our pixel sizes come out tiny; so it is laid out at 96 pixels an inch
and painted larger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QObject, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPainter,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextTableFormat,
)
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.contract.messages import ContextChunk
from desktop_app.foundation.errors import EnvironmentProblem, Problem, UsageProblem
from desktop_app.foundation.policy import policy_in_force
from desktop_app.ui.look import theme
from desktop_app.ui.source.page_images import image_of
from desktop_app.ui.source.running_text import TextBlock, blocks

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

DPI = 200
MOST_CHUNKS = 2_000
"""Of a text that is printed as a whole; some 500 sheets of paper."""
_SCREEN_DPI = 96
_MARGIN_MM = 18.0  # of a text; pages bring their own


class SourcePrinting(QObject):
    """One piece of printing; it deletes itself at its end. ``failed`` carries a Problem; what was printed by then has gone to the printer."""

    failed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._painter: QPainter | None = None

    def print_pages(self, path: str, count: int, page: int, ask: Callable[[int], Operation]) -> None:
        """Pages of a document, of which ``page`` (from 0) is on the screen; ``ask`` gives the picture of one."""

        def begin(printer: QPrinter, wanted: Sequence[int]) -> None:
            painter = self._painter = QPainter()
            if painter.begin(printer):
                self._page(printer, list(wanted), ask)
            else:
                self._end(EnvironmentProblem("print_failed", path=path))

        self._choose(path, count, page, begin)

    def print_text(self, path: str, chunks: Sequence[ContextChunk]) -> None:
        """The running text of a file."""
        self._print_document(path, document_of(blocks(chunks, 0)))

    def print_selection(self, path: str, text: str) -> None:
        """A text as it was selected."""
        self._print_document(path, document_of([TextBlock("text", line) for line in text.split("\n")]))

    # ---- inside ----

    def _choose(self, path: str, count: int, page: int, begin: Callable[[QPrinter, Sequence[int]], None]) -> None:
        """Ask for printer and pages."""
        if not policy_in_force.in_force().allows("print"):
            self._end(UsageProblem("print_off"))
            return
        from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(Path(path).name)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if count > 1:
            dialog.setMinMax(1, count)
            dialog.setFromTo(page + 1, page + 1)
            dialog.setPrintRange(QAbstractPrintDialog.PrintRange.PageRange)
            dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintCurrentPage)

        def accepted() -> None:
            wanted = range(count)
            if count > 1 and dialog.printRange() == QAbstractPrintDialog.PrintRange.PageRange:
                wanted = range(max(dialog.fromPage(), 1) - 1, min(dialog.toPage(), count))
            elif dialog.printRange() == QAbstractPrintDialog.PrintRange.CurrentPage:
                wanted = range(page, page + 1)
            begin(printer, wanted)

        dialog.accepted.connect(accepted)
        dialog.rejected.connect(self.deleteLater)
        QDialog.open(dialog)  # the print dialog's own one wants a slot of C++

    def _page(self, printer: QPrinter, wanted: list[int], ask: Callable[[int], Operation], first: bool = True) -> None:
        """Ask for the next page; it is painted when it comes."""
        if not wanted:
            self._end(None)
            return
        operation = ask(wanted[0])

        def came(result: object) -> None:
            if not first:
                printer.newPage()
            self._paint(printer, image_of(result.pixels))  # type: ignore[attr-defined]
            self._page(printer, wanted[1:], ask, first=False)

        operation.succeeded.connect(came)
        operation.failed.connect(self._end)
        operation.was_cancelled.connect(lambda: self._end(None))  # the viewer is closed: what is painted is what there is

    def _paint(self, printer: QPrinter, image: QImage) -> None:
        """A page in the middle of the paper, as large as fits, never larger than it is."""
        assert self._painter is not None
        room = QRectF(self._painter.viewport())
        size = QSizeF(image.size()) * (printer.resolution() / DPI)
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (room.width() - size.width()) / 2, (room.height() - size.height()) / 2
        self._painter.drawImage(QRectF(left, top, size.width(), size.height()), image)

    def _print_document(self, path: str, document: QTextDocument) -> None:
        def begin(printer: QPrinter, _wanted: Sequence[int]) -> None:
            printer.setPageMargins(QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter)
            painter = self._painter = QPainter()
            if not painter.begin(printer):
                self._end(EnvironmentProblem("print_failed", path=path))
                return
            scale = printer.resolution() / _SCREEN_DPI
            room = painter.viewport()
            page = QSizeF(room.width() / scale, room.height() / scale)
            document.setPageSize(page)
            painter.scale(scale, scale)
            context = QAbstractTextDocumentLayout.PaintContext()
            context.palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.black))
            for number in range(document.pageCount()):
                if number:
                    printer.newPage()
                view = QRectF(0, number * page.height(), page.width(), page.height())
                painter.save()
                painter.translate(0, -view.top())
                painter.setClipRect(view)
                context.clip = view
                document.documentLayout().draw(painter, context)
                painter.restore()
            self._end(None)

        self._choose(path, 1, 0, begin)

    def _end(self, problem: Problem | None) -> None:
        painter, self._painter = self._painter, None
        if painter is not None and painter.isActive():
            painter.end()
        if problem is not None:
            self.failed.emit(problem)
        self.deleteLater()


def document_of(text: Sequence[TextBlock]) -> QTextDocument:
    """Running text for paper."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(theme.font(theme.BASE_PX))
    document.setDocumentMargin(0)
    cursor = QTextCursor(document)
    for number, block in enumerate(text):
        shape, letters = QTextBlockFormat(), QTextCharFormat()
        shape.setBottomMargin(theme.SPACE_S)
        if block.kind == "heading":
            letters.setFont(theme.font(18 if block.level < 2 else 16, weight=QFont.Weight.DemiBold))
            shape.setTopMargin(theme.SPACE_M)
        elif block.kind == "note":
            letters.setFont(theme.font(theme.SMALL_PX))
        shape.setLeftMargin(theme.SPACE_L if block.beside else 0)
        if number:
            cursor.insertBlock(shape, letters)
        else:
            cursor.setBlockFormat(shape)
        if block.kind == "table":
            _insert_table(cursor, block)
        else:
            cursor.insertText(block.text, letters)
    return document


def _insert_table(cursor: QTextCursor, block: TextBlock) -> None:
    shape = QTextTableFormat()
    shape.setBorder(1)
    shape.setBorderCollapse(True)
    shape.setCellPadding(4)
    shape.setHeaderRowCount(1)
    table = cursor.insertTable(len(block.rows) + 1, max(1, len(block.columns)), shape)
    bold = QTextCharFormat()
    bold.setFont(theme.font(theme.SMALL_PX, weight=QFont.Weight.DemiBold))
    plain = QTextCharFormat()
    plain.setFont(theme.font(theme.SMALL_PX))
    for column, title in enumerate(block.columns):
        table.cellAt(0, column).firstCursorPosition().insertText(title, bold)
        for line, row in enumerate(block.rows, 1):
            cell = row.cells.get(title)
            if cell is not None:
                table.cellAt(line, column).firstCursorPosition().insertText(cell.text, plain)
    cursor.movePosition(QTextCursor.MoveOperation.End)
