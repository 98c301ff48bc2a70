# SPDX-License-Identifier: Apache-2.0
"""The line above an answer beside another: its model and its time."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.contract.answer import Answer
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import ElidedLabel, plain_label, set_plain_tooltip
from desktop_app.wording.place import file_name


class Head(QWidget):
    """Hidden while an answer is alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, theme.SPACE_S)
        row.setSpacing(theme.SPACE_S)
        self.name = ElidedLabel(parent=self)
        self.name.setFont(theme.font(13, weight=QFont.Weight.DemiBold))
        self.seconds = plain_label("small", parent=self)
        row.addWidget(self.name, 1)
        row.addWidget(self.seconds)

    def show_model(self, model: str, answer: Answer | None) -> None:
        """Name the file of the model, and how long ``answer`` took."""
        self.name.set_text(file_name(model).removesuffix(".gguf") if model else tr("No language model: quotes"))
        set_plain_tooltip(self, model)
        total = answer.timings.get("total") if answer is not None else None
        self.seconds.setText(tr("{seconds} s", seconds=f"{total:.1f}") if total else "")
