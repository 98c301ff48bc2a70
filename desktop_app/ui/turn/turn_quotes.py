# SPDX-License-Identifier: Apache-2.0
"""Shows the quotes of an answer, with their chips.

They are the answer itself without a model, and stand below a written one.

They come first (0.1 s measured), long before a model writes its first word, and stay in their place when it has written.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.contract.answer import Answer
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.answer.answer_blocks import ALL_COLUMNS, hidden_columns
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.charts.chart_data import chart_of
from desktop_app.ui.charts.chart_panel import ChartPanel
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import IconLabel, plain_label
from desktop_app.ui.turn.chart_saving import ChartSaving
from desktop_app.ui.widgets.chip_row import ChipRow
from desktop_app.ui.widgets.fold_line import FoldLine


class Quotes(QWidget):
    """``opened`` carries the number of a seal or chip; ``failed`` a Problem of saving the chart."""

    opened = Signal(int)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer: Answer | None = None
        self.heading = QWidget(self)
        row = QHBoxLayout(self.heading)
        row.setContentsMargins(0, 0, 0, theme.SPACE_S)
        row.setSpacing(6)
        row.addWidget(IconLabel("quote", "quiet", parent=self.heading))
        self.words = plain_label("quiet", wrap=True, parent=self.heading)
        self.words.setFont(theme.font(13))
        row.addWidget(self.words, 1)
        self.view = AnswerView(self)
        self.view.seal_clicked.connect(self.opened)
        self.columns = FoldLine(self)
        self.columns.toggled.connect(lambda _: self._show_columns())
        self.columns.hide()
        self.chips = ChipRow(self)
        self.chips.opened.connect(self.opened)
        self.chart: ChartPanel | None = None  # made for the first answer that has one
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_XS)
        self._column.setSpacing(0)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.view)
        self._column.addWidget(self.columns)
        self._column.addWidget(self.chips)

    def show_answer(self, answer: Answer) -> None:
        """Show the quotes of ``answer`` and their chips."""
        if answer is self.answer:
            return
        # The same words are not written anew: what a reader has marked in them stays marked.
        if self.answer is None or (answer.text, answer.citations) != (self.answer.text, self.answer.citations):
            self.answer = answer
            self.columns.setChecked(False)
            self._show_columns()
            rows = answer.computed is not None and len(answer.citations) > 1  # which have their seals in the table
            self.chips.show_answer(None if rows else answer)
            self._show_chart(answer)
        self.answer = answer

    def _show_chart(self, answer: Answer) -> None:
        """The groups of a computed answer, drawn above its table."""
        if chart_of(answer) is None:
            if self.chart is not None:
                self.chart.hide()
            return
        if self.chart is None:
            self.chart = ChartPanel(self)
            ChartSaving(self.chart).failed.connect(self.failed)
            self._column.insertWidget(self._column.indexOf(self.view), self.chart)
        self.chart.show_answer(answer)
        self.chart.show()

    def _show_columns(self) -> None:
        """The rows with the columns that matter, or with all of them; and the line that says how many are left out."""
        if self.answer is None:
            return
        whole = self.columns.isChecked()
        self.view.finish(self.answer, *([ALL_COLUMNS] if whole else []))
        hidden = hidden_columns(self.answer)
        self.columns.setVisible(hidden > 0)
        more = trn("{count} more column in the table", "{count} more columns in the table", hidden, count=hidden)
        self.columns.set_words(tr("Fewer columns") if whole else more)

    @property
    def in_use(self) -> bool:
        """Someone reads here: a citation is open, or words are selected."""
        return bool(self.view.current) or self.view.textCursor().hasSelection()

    def set_current(self, number: int) -> None:
        """Mark citation ``number`` as open, 0 for none."""
        self.view.set_current(number)
        self.chips.set_current(number)

    def rect_of(self, number: int) -> QRect:
        """Where the seal or the chip stands, in this widget."""
        rect = self.view.seal_rect(number)
        return rect.translated(self.view.pos()) if not rect.isEmpty() else self.chips.rect_of(number)

    def retranslate(self) -> None:
        self.view.retranslate()
        if self.chart is not None:
            self.chart.retranslate()
        if self.answer is not None and not self.columns.isHidden():
            self._show_columns()
        self.chips.retranslate()
