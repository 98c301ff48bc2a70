# SPDX-License-Identifier: Apache-2.0
"""A line that asks before a document is opened in another program.

It also tells why a file was not opened.

What is opened leaves the sealed processes of Inkstone: the other program may go online or run macros. The user is asked once;
the answer "do not ask again" is kept as the setting "open_unasked". Hidden while there is nothing to ask or to tell.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import window_language
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.in_place_question import InPlaceQuestion
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.problem_texts import sentence

_SETTING = "open_unasked"
_NAME_LENGTH = 60  # characters


class OpenLine(InPlaceQuestion):
    """``open`` is what every "Open" of the window does with a file."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._path = ""
        self._asking = False
        self._never = QCheckBox(self)
        self.column.insertWidget(1, self._never)
        self._show_it = QPushButton(self)
        self._show_it.clicked.connect(self._reveal)
        self._place((self._show_it,))
        self.agreed.connect(self._agreed)
        self.declined.connect(self.dismiss)
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)

    def open(self, path: str) -> None:
        """Open a document, after a question unless the user wants none; show any other file in its folder."""
        self._path = path
        if not opening.allowed():
            self._tell(str(sentence(UsageProblem("open_off"))))
        elif not opening.is_document(path):
            opening.reveal(path)
            self._tell(tr("“{name}” is not a document: it was not opened, its folder is shown instead.", name=self._name()))
        elif opening.is_refused(path):
            opening.reveal(path)
            self._tell(
                tr(
                    "“{name}” was not opened: other programs on Windows take no path of more than 259 characters and no name that is kept for devices, such as aux.txt. Give the file or a folder above it another name; the nearest folder is shown.",
                    name=self._name(),
                )
            )
        elif self._settings.flag(_SETTING):
            self._hand_over()
        else:
            self._never.setChecked(False)
            self._ask()
            self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Hide the line; nothing is opened."""
        self._path, self._asking = "", False
        self.hide()

    def retranslate(self) -> None:
        self._never.setText(tr("Do not ask again"))
        self.yes.setText(tr("Open"))
        self._show_it.setText(tr("Show in folder"))
        if self._asking:
            self._ask()
        else:
            self.dismiss()

    # ---- asking ----

    def _ask(self) -> None:
        self.words.setText(
            tr(
                "Open “{name}” in another program? Inkstone cannot keep that program offline or stop it from running macros in the file.",
                name=self._name(),
            )
        )
        self._set_asking(asking=True)

    def _agreed(self) -> None:
        problem = self._settings.keep(_SETTING, True) if self._never.isChecked() else None
        self._hand_over()
        if problem is not None:
            self._tell(str(sentence(problem)))

    def _hand_over(self) -> None:
        if opening.hand_over(self._path):
            self.dismiss()
        else:
            self._tell(tr("No program on this PC opens this file."))

    def _reveal(self) -> None:
        opening.reveal(self._path)
        self.dismiss()

    def _tell(self, words: str) -> None:
        self.words.setText(words)
        self._set_asking(asking=False)

    def _set_asking(self, *, asking: bool) -> None:
        self._asking = asking
        for widget in (self._never, self.yes, self._show_it):
            widget.setVisible(asking)
        self.no.setText(tr("Cancel") if asking else tr("Close"))
        self.show()

    def _name(self) -> str:
        return short_name(file_name(self._path), _NAME_LENGTH)
