# SPDX-License-Identifier: Apache-2.0
"""The dialog of what is read and what is left out.

Patterns, hidden files, a size limit; and whether changes are noticed without asking.

The rules belong to the library and are saved together, after which the library is looked at anew. Watching belongs to the user
(setting "watch") and holds at once.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import hairline, plain_label
from desktop_app.wording.problem_texts import sentence

_USUAL_MEGABYTES = 200  # offered when a size limit is switched on
_MOST_MEGABYTES = 100_000


class RulesDialog(QDialog):
    """``saved``: other rules hold, the library should be looked at anew."""

    saved = Signal()

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._defaults: list[str] = []
        self._problem: Problem | None = None
        self.setModal(False)
        self.resize(560, 640)
        self._build()
        self.retranslate()

    # ---- for the window ----

    def open_fresh(self) -> None:
        """Show the rules as they are now."""
        self._say(None)
        self._body.setEnabled(False)
        asked = self._client.request(lambda id_: messages.Rules(id=id_))
        asked.succeeded.connect(self._came)
        asked.failed.connect(self._say)
        self._watch.setChecked(self._settings.flag("watch"))
        self.show()
        self.raise_()
        self.activateWindow()

    def save(self) -> None:
        """Hand the rules to the engine; the dialog closes when they hold."""
        patterns = [line.strip() for line in self._patterns.toPlainText().splitlines() if line.strip()]
        hidden = self._hidden.isChecked()
        size = self._megabytes.value() if self._limited.isChecked() else 0
        asked = self._client.request(
            lambda id_: messages.SetRules(id=id_, patterns=patterns, hidden=hidden, max_megabytes=size)
        )
        asked.succeeded.connect(self._saved)
        asked.failed.connect(self._say)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("What is read"))
        self._title.setText(tr("What is read"))
        self._about.setText(tr("Every document in your folders is read, except what stands here. Nothing is ever deleted."))
        self._patterns_section.setText(tr("LEFT OUT"))
        self._patterns.setAccessibleName(tr("Patterns of file and folder names, one on each line"))
        self._patterns.setPlaceholderText("*.log\ndrafts/")
        self._patterns_about.setText(
            tr(
                "One pattern on each line: *.log leaves out by name, drafts/ a whole folder, /old/ only directly in the folder you "
                "added; !important.log takes one back."
            )
        )
        self._hidden.setText(tr("Leave out hidden files and folders"))
        self._limited.setText(tr("Leave out files over"))
        self._megabytes.setSuffix(" MB")
        self._megabytes.setAccessibleName(tr("Largest file, in megabytes"))
        self._watch_section.setText(tr("CHANGES"))
        self._watch.setText(tr("Read new and changed files by itself"))
        self._watch_about.setText(
            tr("Folders on this PC are noticed after a few seconds, network folders within about ten minutes.")
        )
        self._restore.setText(tr("Restore the usual ones"))
        self._cancel.setText(tr("Cancel"))
        self._save.setText(tr("Save and look again"))
        self._say(self._problem)

    # ---- answers of the engine ----

    def _came(self, rules: messages.RulesResult) -> None:
        self._defaults = list(rules.defaults)
        self._patterns.setPlainText("\n".join(rules.patterns))
        self._hidden.setChecked(rules.hidden)
        self._limited.setChecked(rules.max_megabytes > 0)
        self._megabytes.setValue(rules.max_megabytes or _USUAL_MEGABYTES)
        self._body.setEnabled(True)
        self._patterns.setFocus(Qt.FocusReason.OtherFocusReason)

    def _saved(self, _: object) -> None:
        self.saved.emit()
        self.close()

    def _say(self, problem: Problem | None) -> None:
        self._problem = problem
        self._note.setText(str(sentence(problem)) if problem is not None else "")
        self._note.setVisible(problem is not None)

    def _restore_defaults(self) -> None:
        """The usual patterns, and those of the user behind them."""
        own = [line for line in self._patterns.toPlainText().splitlines() if line.strip() and line not in self._defaults]
        self._patterns.setPlainText("\n".join([*self._defaults, *own]))

    def _watch_clicked(self, on: bool) -> None:
        problem = self._settings.keep("watch", on)
        if problem is not None:
            self._say(problem)
        self._client.request(lambda id_: messages.Watch(id=id_, watched=on)).failed.connect(self._say)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        else:
            super().keyPressEvent(event)

    # ---- building ----

    def _build(self) -> None:
        self._title = self._label("title")
        self._about = self._label("quiet")
        self._patterns_section, self._watch_section = self._label("section"), self._label("section")
        self._patterns_about, self._watch_about = self._label("small"), self._label("small")
        self._note = self._label("danger")
        self._note.hide()
        self._build_rules()
        self._watch = QCheckBox(self)
        self._watch.clicked.connect(self._watch_clicked)
        foot = self._build_foot()
        self._lay_out_rules()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self._title)
        layout.addWidget(self._about)
        layout.addSpacing(theme.SPACE_S)
        layout.addWidget(self._body, 1)
        layout.addSpacing(theme.SPACE_S)
        layout.addWidget(hairline(self))
        layout.addSpacing(theme.SPACE_XS)
        layout.addWidget(self._watch_section)
        layout.addWidget(self._watch)
        layout.addWidget(self._watch_about)
        layout.addSpacing(theme.SPACE_S)
        layout.addWidget(self._note)
        layout.addLayout(foot)

    def _build_rules(self) -> None:
        """The fields of the library's own rules."""
        self._body = QWidget(self)
        self._patterns = QPlainTextEdit(self._body)
        self._patterns.setProperty("role", "field")
        self._patterns.setFont(theme.fixed_font())
        self._patterns.setTabChangesFocus(True)
        self._patterns.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._hidden, self._limited = QCheckBox(self._body), QCheckBox(self._body)
        self._megabytes = QSpinBox(self._body)
        self._megabytes.setRange(1, _MOST_MEGABYTES)
        self._megabytes.setValue(_USUAL_MEGABYTES)
        self._megabytes.setEnabled(False)
        self._megabytes.setFixedWidth(96)
        # No room for it is left by the style sheet, which takes the buttons' width away: without buttons Qt leaves a field of one pixel.
        self._megabytes.lineEdit().setTextMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        self._limited.toggled.connect(self._megabytes.setEnabled)

    def _build_foot(self) -> QHBoxLayout:
        self._restore, self._cancel, self._save = QPushButton(self), QPushButton(self), QPushButton(self)
        self._restore.setProperty("role", "plain")
        self._save.setProperty("role", "primary")
        for button, action in ((self._restore, self._restore_defaults), (self._cancel, self.close), (self._save, self.save)):
            button.setAutoDefault(False)
            button.clicked.connect(action)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE_S)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._save)
        return foot

    def _lay_out_rules(self) -> None:
        size = QHBoxLayout()
        size.setSpacing(theme.SPACE_S)
        size.addWidget(self._limited)
        size.addWidget(self._megabytes)
        size.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self._patterns_section)
        head.addStretch(1)
        head.addWidget(self._restore)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.SPACE_S)
        body.addLayout(head)
        body.addWidget(self._patterns, 1)
        body.addWidget(self._patterns_about)
        body.addSpacing(theme.SPACE_XS)
        body.addWidget(self._hidden)
        body.addLayout(size)

    def _label(self, role: str) -> QLabel:
        return plain_label(role, wrap=role not in ("title", "section"), parent=self)
