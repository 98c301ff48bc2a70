# SPDX-License-Identifier: Apache-2.0
"""The sources of an answer as chips in rows."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.contract.answer import Answer
from desktop_app.ui.look import theme
from desktop_app.ui.widgets.citation_chip import CitationChip
from desktop_app.ui.widgets.flow_layout import FlowLayout


class ChipRow(QWidget):
    """``opened`` carries the number of the chip that was pressed."""

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[CitationChip] = []
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(0, theme.SPACE_S, 0, 0)

    def show_answer(self, answer: Answer | None) -> None:
        """A chip for each citation; None shows none."""
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        while self._flow.takeAt(0) is not None:
            pass
        self.chips = [CitationChip(citation, answer, self) for citation in answer.citations] if answer is not None else []
        for chip in self.chips:
            chip.clicked.connect(lambda _=False, number=chip.citation.number: self.opened.emit(number))
            self._flow.addWidget(chip)
            chip.show()
        self.setVisible(bool(self.chips))

    def set_current(self, number: int) -> None:
        """Mark citation ``number`` as open, 0 for none."""
        for chip in self.chips:
            chip.set_current(current=chip.citation.number == number)

    def rect_of(self, number: int) -> QRect:
        """Where the chip of ``number`` stands, in the parent's coordinates; empty when there is none."""
        chip = next((chip for chip in self.chips if chip.citation.number == number), None)
        return chip.geometry().translated(self.pos()) if chip is not None and self.isVisible() else QRect()

    def retranslate(self) -> None:
        for chip in self.chips:
            chip.retranslate()
