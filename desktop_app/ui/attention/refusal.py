# SPDX-License-Identifier: Apache-2.0
"""A box that says why the window does not open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.wording.problem_texts import sentence

_WIDTH = 420  # px


def show(problem: Problem) -> None:
    """Until it is closed."""
    application = theme.application(["inkstone"])
    application.setWindowIcon(icons.app_icon())
    theme.apply(application, "auto")
    box = QDialog()
    box.setWindowTitle("Inkstone")
    column = QVBoxLayout(box)
    column.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
    column.setSpacing(theme.SPACE_M)
    said = sentence(problem)
    for words in (said.what, said.todo):
        label = plain_label(wrap=True, parent=box)
        label.setText(words)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.size_with_text(label, minimum_width=_WIDTH)
        column.addWidget(label)
    close = QPushButton(tr("Close"), box)
    close.clicked.connect(box.accept)
    close.setDefault(True)
    close.setFocus()
    column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    box.exec()
