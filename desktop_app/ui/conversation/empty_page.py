# SPDX-License-Identifier: Apache-2.0
"""The page before the first question: what can be done next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.foundation import paths, translation
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets.centred import centred


class EmptyPage(QWidget):
    """``asked`` carries one of the sample office's questions; ``samples_wanted`` whether it is wanted, or no more."""

    asked = Signal(str)
    add_requested = Signal()
    samples_wanted = Signal(bool)
    models_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setSpacing(theme.SPACE_S)
        self.title = plain_label("title", parent=self)
        self.text = plain_label("quiet", wrap=True, parent=self)
        self.text.setMaximumWidth(440)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.add = QPushButton(self)
        self.add.setProperty("role", "primary")
        self.add.clicked.connect(self.add_requested)
        self.try_samples = QPushButton(icons.icon("library"), "", self)
        icons.set_size(self.try_samples, icons.BESIDE_TEXT)
        self.try_samples.clicked.connect(lambda: self.samples_wanted.emit(True))
        self.remove_samples = QPushButton(self)
        self.remove_samples.setProperty("role", "plain")
        self.remove_samples.clicked.connect(lambda: self.samples_wanted.emit(False))
        self._model = QPushButton(self)
        self._model.setIcon(icons.icon("model"))
        icons.set_size(self._model, icons.BESIDE_TEXT)
        self._model.clicked.connect(self.models_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addStretch()
        buttons.addWidget(self.add)
        buttons.addWidget(self.try_samples)
        buttons.addWidget(self._model)
        buttons.addStretch()
        column.addStretch(2)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addLayout(centred(label))
        column.addSpacing(theme.SPACE_S)
        column.addLayout(buttons)
        self._samples = QVBoxLayout()
        self._samples.setSpacing(theme.SPACE_S)
        column.addSpacing(theme.SPACE_S)
        column.addLayout(self._samples)
        column.addLayout(centred(self.remove_samples))
        column.addStretch(3)

    def show_state(self, *, bare: bool, has_model: bool, has_samples: bool) -> None:
        """``bare``: nothing can be searched yet. ``has_samples``: the sample office is among what can be."""
        self._show_sample_questions(has_samples=has_samples)
        self.add.setText(tr("Add a folder"))
        self._model.setText(tr("Choose a model"))
        self.try_samples.setText(tr("Try the sample documents"))
        self.try_samples.setVisible(bare)
        self.remove_samples.setText(tr("Remove the sample documents"))
        self.remove_samples.setVisible(has_samples)
        self.add.setVisible(bare)
        self._model.setVisible(not has_model and not bare)
        if bare:
            self.title.setText(tr("Start with a folder"))
            self.text.setText(tr("Drop a folder or files anywhere on this window; you can ask while they are being read."))
            return
        self.title.setText(tr("What do you want to know?"))
        self.text.setText(tr("Every answer shows where it stands: click a numbered seal to see the page."))

    def _show_sample_questions(self, *, has_samples: bool) -> None:
        """Questions that the sample office answers; a click asks one."""
        while (item := self._samples.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        if not has_samples:
            return
        for question in paths.sample_questions(translation.current()):
            button = QPushButton(question, self)
            button.setIcon(icons.icon("chat"))
            icons.set_size(button, icons.BESIDE_TEXT)
            button.clicked.connect(lambda _=False, asked=question: self.asked.emit(asked))
            self._samples.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
