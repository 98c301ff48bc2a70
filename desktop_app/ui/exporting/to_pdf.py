# SPDX-License-Identifier: Apache-2.0
"""Writes an export as PDF, on white A4 pages with numbers.

The blocks are the same as in the window.

Qt's own ``QTextDocument.print_`` lays text out again for the printer, where our pixel sizes come out tiny; so the pages are laid out at 96
pixels an inch and painted larger. The letters stay letters: they can be selected, searched and copied.
"""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
    QTextLine,
)

from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_blocks import HEADING, TEXT, AnswerBlock, TextRun
from desktop_app.ui.answer.answer_document import Renderer
from desktop_app.ui.exporting.contents import Contents, ExportedAnswer, ExportedQuestion, ExportedSource
from desktop_app.ui.exporting.pdf_letters import Glyphs, with_letters
from desktop_app.ui.look import theme

_DPI = 96
_DOTS = 600  # of the paper, an inch
_MARGIN_MM = 20.0
_FOOT_PX = 28


def to_pdf(contents: Contents) -> bytes:
    """The bytes of a .pdf file."""
    document = QTextDocument()
    document.setDefaultFont(theme.font(theme.READING_PX))
    document.setDocumentMargin(0)
    document.setUndoRedoEnabled(False)
    _Writer(document).contents(contents)
    return _painted(document, contents.title)


class _Writer:
    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._renderer = Renderer(document, printed=True)

    def contents(self, contents: Contents) -> None:
        self._heading(contents.title, 1)
        self._quiet(contents.about)
        for question in contents.questions:
            self._question(question)
        if contents.files:
            self._heading(tr("Files"), 2)
            for name, path in contents.files:
                self._quiet(f"{name}: {path}")

    def _question(self, question: ExportedQuestion) -> None:
        if question.text:
            self._heading(question.text, 2)
        if question.searched_as:
            self._quiet(tr("Searched for: {words}", words=question.searched_as))
        if question.instead:
            self._renderer.write([AnswerBlock(TEXT, (TextRun(question.instead),))])
        for answer in question.answers:
            self._answer(answer)

    def _answer(self, answer: ExportedAnswer) -> None:
        self._quiet(answer.by)
        self._renderer.write(answer.blocks)
        if answer.unproven:
            self._renderer.write(
                [AnswerBlock(TEXT, (TextRun(tr("What the model wrote, not found in the sources:"), note=True),))]
            )
            self._renderer.write(answer.unproven)
        if answer.remarks:
            self._quiet(" ".join(answer.remarks))
        if answer.sources:
            self._heading(tr("Sources"), 3)
            for source in answer.sources:
                self._source(source)

    def _source(self, source: ExportedSource) -> None:
        where = ", ".join(filter(None, (source.name, source.where)))
        name = AnswerBlock(TEXT, (TextRun(f"[{source.number}]", seal=source.number), TextRun(f" {where}")), close=True)
        self._renderer.write([name, source.table or AnswerBlock(TEXT, (TextRun(source.quote),), quoted=1)])

    def _heading(self, text: str, level: int) -> None:
        self._renderer.write([AnswerBlock(HEADING, (TextRun(text),), level=level)])

    def _quiet(self, text: str) -> None:
        self._renderer.write([AnswerBlock(TEXT, (TextRun(text),))])
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        small = QTextCharFormat()
        small.setForeground(theme.LIGHT.colour("quiet"))
        small.setProperty(QTextCharFormat.Property.FontPixelSize, theme.SMALL_PX)
        cursor.mergeCharFormat(small)


def _painted(document: QTextDocument, title: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS)
    writer.setTitle(title)
    writer.setCreator("Inkstone")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    scale = _DOTS / _DPI
    page = QSizeF(writer.width() / scale, writer.height() / scale - _FOOT_PX)
    document.setPageSize(page)
    painter = QPainter(writer)
    try:
        glyphs = _pages(painter, writer, document, page, scale)
    finally:
        painter.end()  # before the writer goes, which else ends the process
    return with_letters(bytes(buffer.data().data()), glyphs)


def _pages(painter: QPainter, writer: QPdfWriter, document: QTextDocument, page: QSizeF, scale: float) -> Glyphs:
    painter.scale(scale, scale)
    glyphs, lines = Glyphs(), _lines_by_page(document, page.height())
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        view = QRectF(QPointF(0, number * page.height()), page)
        _page(painter, document, view)
        for line, text in lines[number]:
            glyphs.paint(line, text)
        _foot(painter, view, f"{number + 1} / {count}", glyphs)
    return glyphs


def _lines_by_page(document: QTextDocument, height: float) -> dict[int, list[tuple[QTextLine, str]]]:
    """For each page the lines that are painted on it, in order, each with the text of its paragraph."""
    result: dict[int, list[tuple[QTextLine, str]]] = defaultdict(list)
    block = document.begin()
    while block.isValid():
        layout = block.layout()
        corner = document.documentLayout().blockBoundingRect(block).topLeft() - layout.boundingRect().topLeft()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            rect = line.rect().translated(corner)
            for page in range(int(rect.top() // height), int(rect.bottom() // height) + 1):
                result[page].append((line, block.text()))
        block = block.next()
    return result


def _page(painter: QPainter, document: QTextDocument, view: QRectF) -> None:
    painter.save()
    painter.translate(0, -view.top())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(theme.LIGHT.ink))
    context.palette = palette
    painter.setClipRect(view)
    document.documentLayout().draw(painter, context)
    painter.restore()


def _foot(painter: QPainter, view: QRectF, text: str, glyphs: Glyphs) -> None:
    layout = QTextLayout(text, theme.font(theme.SMALL_PX))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    painter.setPen(theme.LIGHT.colour("quiet"))
    layout.draw(painter, QPointF(view.width() - line.naturalTextWidth(), view.height() + _FOOT_PX - line.height()))
    glyphs.paint(line, text)
