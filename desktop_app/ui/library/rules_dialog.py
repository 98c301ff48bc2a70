# SPDX-License-Identifier: Apache-2.0
"""The dialog of what is read and what is left out.

What most people want is a check box in words: hidden files, system folders, programs' own folders, temporary files, big files. Patterns of
one's own are folded away below. The rules belong to the library and are saved together, after which the library is looked at anew. Watching
belongs to the user (setting "watch") and holds at once.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.exclude_rules import PROGRAM_FOLDERS, SYSTEM_FOLDERS, TEMPORARY_FILES
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.fitting import resize_to_fit
from desktop_app.ui.look.labels import hairline, plain_label
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.widgets.fold_line import FoldLine
from desktop_app.wording.problem_texts import sentence

_USUAL_MEGABYTES = 200  # offered when a size limit is switched on
_MOST_MEGABYTES = 100_000
_GROUPS = {"system": SYSTEM_FOLDERS, "programs": PROGRAM_FOLDERS, "temporary": TEMPORARY_FILES}
_PATTERNS_PX = 96
_EXAMPLES = ("*.log", "drafts/", "/old/", "!important.log")


class RulesDialog(SeenOrder, QDialog):
    """``saved``: other rules hold, the library should be looked at anew."""

    saved = Signal()

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._problem: Problem | None = None
        self.setModal(False)
        resize_to_fit(self, 580, 600)
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
        patterns = [pattern for name, box in self.groups.items() if box.isChecked() for pattern in _GROUPS[name]]
        patterns += self._own()
        hidden = self._hidden.isChecked()
        size = self._megabytes.value() if self._limited.isChecked() else 0
        asked = self._client.request(
            lambda id_: messages.SetRules(id=id_, patterns=patterns, hidden=hidden, max_megabytes=size)
        )
        asked.succeeded.connect(self._saved)
        asked.failed.connect(self._refused)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("What is read"))
        self._title.setText(tr("What is read"))
        self._about.setText(tr("Every document in your folders is read, except what stands here. Nothing is ever deleted."))
        self._left_out.setText(tr("LEFT OUT"))
        for box, words, about in (
            (self._hidden, tr("Hidden files and folders"), ""),
            (self.groups["system"], tr("Folders of the system"), tr("the recycle bin and the like")),
            (self.groups["programs"], tr("Folders that programs fill for themselves"), tr("caches, packages, version control")),
            (self.groups["temporary"], tr("Temporary files, backups and logs"), "*.tmp, *.bak, *.log"),
        ):
            box.setText(words)
            self._hints[box].setText(about)
            box.setAccessibleDescription(about)
        self._limited.setText(tr("Files over"))
        self._megabytes.setSuffix(" MB")
        self._megabytes.setAccessibleName(tr("Largest file, in megabytes"))
        self._patterns.setAccessibleName(tr("Patterns of file and folder names, one on each line"))
        for example, words in zip(
            self._meanings,
            (
                tr("every file whose name ends so"),
                tr("every folder of this name"),
                tr("a folder of this name directly in one that you added"),
                tr("is read all the same, although a line above leaves it out"),
            ),
            strict=True,
        ):
            example.setText(words)
        self._patterns_about.setText(tr("One pattern on each line:"))
        self._watch_section.setText(tr("CHANGES"))
        self._watch.setText(tr("Read new and changed files by itself"))
        self._watch_about.setText(
            tr("Folders on this PC are noticed after a few seconds, network folders within about ten minutes.")
        )
        self._cancel.setText(tr("Cancel"))
        self._save.setText(tr("Save and look again"))
        self._show_fold()
        self._say(self._problem)

    # ---- answers of the engine ----

    def _came(self, rules: messages.RulesResult) -> None:
        own = list(rules.patterns)
        for name, box in self.groups.items():
            whole = set(_GROUPS[name]) <= set(own)
            box.setChecked(whole)
            if whole:
                own = [pattern for pattern in own if pattern not in _GROUPS[name]]
        self._patterns.setPlainText("\n".join(own))
        self._hidden.setChecked(rules.hidden)
        self._limited.setChecked(rules.max_megabytes > 0)
        self._megabytes.setValue(rules.max_megabytes or _USUAL_MEGABYTES)
        self._body.setEnabled(True)
        self._hidden.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, problem: Problem) -> None:
        self._say(problem)
        if problem.code == "pattern_invalid":
            self._fold.setChecked(True)
            self._patterns.setFocus(Qt.FocusReason.OtherFocusReason)

    def _own(self) -> list[str]:
        return [line.strip() for line in self._patterns.toPlainText().splitlines() if line.strip()]

    def _show_fold(self) -> None:
        self._fold.set_words(tr("Advanced: patterns of your own ({n})", n=len(self._own())))
        self._advanced.setVisible(self._fold.isChecked())

    def _saved(self, _: object) -> None:
        self.saved.emit()
        self.close()

    def _say(self, problem: Problem | None) -> None:
        self._problem = problem
        self._note.setText(str(sentence(problem)) if problem is not None else "")
        self._note.setVisible(problem is not None)

    def _watch_clicked(self, on: bool) -> None:
        problem = self._settings.keep("watch", on)
        if problem is not None:
            self._say(problem)
        watched = self._settings.flag("watch")
        self._watch.setChecked(watched)
        self._client.request(lambda id_: messages.Watch(id=id_, watched=watched)).failed.connect(self._say)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        else:
            super().keyPressEvent(event)

    # ---- building ----

    def _build(self) -> None:
        self._title, self._about = self._label("title"), self._label("quiet")
        self._note = self._label("danger")
        self._note.hide()
        self._build_rules()
        self._watch_section, self._watch_about = self._label("section"), self._label("small")
        self._watch = QCheckBox(self)
        self._watch.clicked.connect(self._watch_clicked)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        column.setSpacing(theme.SPACE_S)
        for part in (self._title, self._about, self._body, hairline(self), self._watch_section, self._watch, self._watch_about):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(hairline(self))
        layout.addLayout(self._build_foot())

    def _build_rules(self) -> None:
        """The rules of the library: check boxes, then patterns."""
        self._body = QWidget(self)
        self._left_out = self._label("section")
        self._hidden, self._limited = QCheckBox(self._body), QCheckBox(self._body)
        self.groups = {name: QCheckBox(self._body) for name in _GROUPS}
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_S)
        body.setSpacing(theme.SPACE_S)
        body.addWidget(self._left_out)
        self._hints: dict[QCheckBox, QLabel] = {}
        for box in (self._hidden, *self.groups.values()):
            hint = self._hints[box] = plain_label("small", parent=self._body)
            line = QHBoxLayout()
            line.setSpacing(theme.SPACE_S)
            line.addWidget(box)
            line.addWidget(hint)
            line.addStretch(1)
            body.addLayout(line)
        body.addLayout(self._build_size())
        self._fold = FoldLine(self._body)
        self._fold.toggled.connect(lambda _: self._show_fold())
        body.addWidget(self._fold)
        body.addWidget(self._build_patterns())

    def _build_size(self) -> QHBoxLayout:
        self._megabytes = QSpinBox(self._body)
        self._megabytes.setRange(1, _MOST_MEGABYTES)
        self._megabytes.setValue(_USUAL_MEGABYTES)
        self._megabytes.setEnabled(False)
        theme.size_with_text(self._megabytes, width=96)
        # No room for it is left by the style sheet, which takes the buttons' width away: without buttons Qt leaves a field of one pixel.
        self._megabytes.lineEdit().setTextMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        self._limited.toggled.connect(self._megabytes.setEnabled)
        size = QHBoxLayout()
        size.setSpacing(theme.SPACE_S)
        size.addWidget(self._limited)
        size.addWidget(self._megabytes)
        size.addStretch(1)
        return size

    def _build_patterns(self) -> QWidget:
        """What is folded away: the patterns, and what they mean."""
        self._advanced = QWidget(self._body)
        self._patterns = QPlainTextEdit(self._advanced)
        self._patterns.setProperty("role", "field")
        self._patterns.setFont(theme.fixed_font())
        self._patterns.setTabChangesFocus(True)
        self._patterns.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        theme.size_with_text(self._patterns, height=_PATTERNS_PX)
        self._patterns.textChanged.connect(self._show_fold)
        self._patterns_about = plain_label("small", wrap=True, parent=self._advanced)
        examples = QGridLayout()
        examples.setHorizontalSpacing(theme.SPACE_M)
        examples.setVerticalSpacing(2)
        examples.setColumnStretch(1, 1)
        self._meanings: list[QLabel] = []
        for row, pattern in enumerate(_EXAMPLES):
            example, meaning = (
                plain_label("small", parent=self._advanced),
                plain_label("small", wrap=True, parent=self._advanced),
            )
            example.setText(pattern)
            example.setFont(theme.fixed_font(theme.SMALL_PX))
            examples.addWidget(example, row, 0, Qt.AlignmentFlag.AlignTop)
            examples.addWidget(meaning, row, 1)
            self._meanings.append(meaning)
        column = QVBoxLayout(self._advanced)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_S)
        column.addWidget(self._patterns)
        column.addWidget(self._patterns_about)
        column.addLayout(examples)
        return self._advanced

    def _build_foot(self) -> QVBoxLayout:
        self._save, self._cancel = QPushButton(self), QPushButton(self)
        self._save.setProperty("role", "primary")
        for button, action in ((self._save, self.save), (self._cancel, self.close)):
            button.setAutoDefault(False)
            button.clicked.connect(action)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addWidget(self._save)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_L)
        foot.addWidget(self._note)
        foot.addLayout(buttons)
        return foot

    def _label(self, role: str) -> QLabel:
        return plain_label(role, wrap=role not in ("title", "section"), parent=self)
