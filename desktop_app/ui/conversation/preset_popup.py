# SPDX-License-Identifier: Apache-2.0
"""The popup that sets how a conversation is answered.

Quick, balanced or thorough, and below "More" what else a model can be told.

Most people choose one of the three and are done; temperature, lengths and instructions are for those who know the words.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.contract.preset import BALANCED, DEFAULT, FIRST_WORD, QUICK, THOROUGH, Preset
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.conversation.preset_store import PresetStore
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.widgets.fold_line import FoldLine, QuietButton
from desktop_app.wording import problem_texts

_WIDTH = 348
_HOTTEST = 1.5  # above it models write nonsense
_LONGEST = 4_000  # tokens
_MOST_PASSAGES = 20
_INSTRUCTION = 1_000  # characters
_INSTRUCTION_PX = 64


class PresetPopup(QFrame):
    """``changed`` carries the Preset, at once for a speed, else when the popup closes. ``usual_chosen``: the speed for new conversations."""

    changed = Signal(object)
    usual_chosen = Signal(str)

    def __init__(self, store: PresetStore, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._store = store
        self._preset = DEFAULT
        self._foot = QPoint()  # where its lower left corner stands
        self.setProperty("role", "palette")
        self._build()
        self.speeds[DEFAULT.first_word].setChecked(True)
        self.retranslate()

    # ---- the values ----

    def preset(self) -> Preset:
        """As it is chosen and typed now; it has a name while it is the same as the one kept under it."""
        now = Preset(
            name="",
            temperature=round(self.temperature.value(), 1),
            longest=self.longest.value(),
            passages=self.passages.value(),
            instruction=self.instruction.toPlainText().strip()[:_INSTRUCTION],
            first_word=next(word for word, button in self.speeds.items() if button.isChecked()),
        )
        name = next((one.name for one in self._store.all if replace(one, name="") == now), "")
        return replace(now, name=name)

    def show_preset(self, preset: Preset) -> None:
        """Set every field to ``preset``."""
        self._preset = preset
        self.speeds[preset.first_word if preset.first_word in FIRST_WORD else BALANCED].setChecked(True)
        self.temperature.setValue(preset.temperature)
        self.longest.setValue(preset.longest)
        self.passages.setValue(preset.passages)
        self.instruction.setPlainText(preset.instruction)
        self._say_speed()
        self._list_kept()

    def _tell(self) -> None:
        preset = self.preset()
        if preset != self._preset:
            self._preset = preset
            self.changed.emit(preset)
        self._say_speed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tell()

    # ---- kept ones ----

    def _keep(self) -> None:
        name = self.name.text().strip()
        if name:
            self._say(self._store.put(replace(self.preset(), name=name)))
            self.name.clear()
            self._list_kept()
            self._tell()

    def _choose(self, preset: Preset) -> None:
        self.show_preset(preset)
        self.changed.emit(preset)

    def _forget(self, name: str) -> None:
        self._say(self._store.remove(name))
        self._list_kept()
        self._tell()

    def _list_kept(self) -> None:
        while (item := self._kept.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        for preset in self._store.all:
            row = QWidget(self._more)
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            choose = QuietButton(row)
            choose.set_words(preset.name)
            choose.clicked.connect(lambda _=False, preset=preset: self._choose(preset))
            delete = QToolButton(row)
            delete.setIcon(icons.icon("trash", "quiet"))
            delete.setAccessibleName(tr("Delete “{name}”", name=preset.name))
            set_plain_tooltip(delete, tr("Delete “{name}”", name=preset.name))
            delete.clicked.connect(lambda _=False, name=preset.name: self._forget(name))
            line.addWidget(choose)
            line.addStretch(1)
            line.addWidget(delete)
            self._kept.addWidget(row)
        self._kept_title.setVisible(bool(self._store.all))

    # ---- building ----

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        column.setSpacing(theme.SPACE_S)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)  # as high as what is unfolded
        self._title = plain_label("section", parent=self)
        theme.size_with_text(self._title, width=_WIDTH)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_XS)
        self._group = QButtonGroup(self)
        self.speeds: dict[str, QPushButton] = {}
        for word in (QUICK, BALANCED, THOROUGH):
            button = self.speeds[word] = QPushButton(self)
            button.setProperty("role", "choice")
            button.setCheckable(True)
            self._group.addButton(button)
            row.addWidget(button, 1)
        self._group.buttonClicked.connect(lambda _: self._tell())
        column.addLayout(row)
        self._about = plain_label("quiet", wrap=True, parent=self)
        column.addWidget(self._about)
        self.line = FoldLine(self)
        column.addWidget(self.line)
        self._more = self._build_more()
        self._more.hide()
        self.line.toggled.connect(self._more.setVisible)
        column.addWidget(self._more)

    def _build_more(self) -> QWidget:
        box = QWidget(self)
        self.temperature = QDoubleSpinBox(box)
        self.temperature.setRange(0, _HOTTEST)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(1)
        self.longest = QSpinBox(box)
        self.longest.setRange(0, _LONGEST)
        self.longest.setSingleStep(100)
        self.passages = QSpinBox(box)
        self.passages.setRange(0, _MOST_PASSAGES)
        self.instruction = QPlainTextEdit(box)
        self.instruction.setProperty("role", "field")
        self.instruction.setTabChangesFocus(True)
        theme.size_with_text(self.instruction, height=_INSTRUCTION_PX)
        self._labels = [plain_label(parent=box) for _ in range(4)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE_M)
        grid.setVerticalSpacing(theme.SPACE_S)
        grid.setColumnStretch(0, 1)
        for place, field in enumerate((self.temperature, self.longest, self.passages)):
            field.setFixedWidth(120)
            field.lineEdit().setTextMargins(7, 0, 7, 0)  # which the style sheet does not reach
            grid.addWidget(self._labels[place], place, 0)
            grid.addWidget(field, place, 1)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_S)
        column.addLayout(grid)
        column.addWidget(self._labels[3])
        column.addWidget(self.instruction)
        self._kept_title = plain_label("section", parent=box)
        column.addWidget(self._kept_title)
        self._kept = QVBoxLayout()
        self._kept.setSpacing(0)
        column.addLayout(self._kept)
        self.name = QLineEdit(box)
        self.name.setMaxLength(60)
        self.name.returnPressed.connect(self._keep)
        self._save = QPushButton(box)
        self._save.clicked.connect(self._keep)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self.name, 1)
        row.addWidget(self._save)
        column.addLayout(row)
        self._note = plain_label("danger", wrap=True, parent=box)
        self._note.hide()
        column.addWidget(self._note)
        self.usual = QuietButton(box)
        self.usual.clicked.connect(lambda: self.usual_chosen.emit(self.preset().first_word))
        column.addWidget(self.usual)
        return box

    # ---- showing ----

    def open_above(self, place: QPoint) -> None:
        """Show it with its lower left corner at ``place`` of the screen, or beside it where the screen ends."""
        self._foot = place
        self.show()
        self._place()
        self.speeds[self.preset().first_word].setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """It grows upwards, because it stands above the question box."""
        room = self.screen().availableGeometry()
        left = max(room.left(), min(self._foot.x(), room.right() - self.width()))
        self.move(left, max(room.top(), self._foot.y() - self.height()))

    def _say_speed(self) -> None:
        word = self.preset().first_word
        self._about.setText(_ABOUT[word]())
        self.usual.set_words(tr("Begin new conversations with “{speed}”", speed=_SPEEDS[word]()))

    def _say(self, problem: Problem | None) -> None:
        self._note.setText(str(problem_texts.sentence(problem)) if problem is not None else "")
        self._note.setVisible(problem is not None)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("How this conversation is answered"))
        self._title.setText(tr("HOW THIS CONVERSATION IS ANSWERED"))
        for word, button in self.speeds.items():
            button.setText(_SPEEDS[word]())
        self.line.set_words(tr("More"))
        fields = (self.temperature, self.longest, self.passages, self.instruction)
        names = (tr("Temperature"), tr("Longest answer"), tr("Passages at most"), tr("Instruction for the model"))
        for label, field, name in zip(self._labels, fields, names, strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        set_plain_tooltip(self.temperature, tr("At 0 the same question gets the same answer; above, answers vary."))
        for number in (self.longest, self.passages):
            number.setSpecialValueText(tr("automatic"))
        self.longest.setSuffix(" " + tr("tokens"))
        self.instruction.setPlaceholderText(tr("For example: answer in short sentences."))
        self._kept_title.setText(tr("SAVED"))
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name to save these under"))
        self._save.setText(tr("Save"))
        self._say_speed()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # or the window would take it, and stop an answer
            if event.type() == QEvent.Type.KeyPress:
                self.close()
            return True
        return super().event(event)


def speed(preset: Preset) -> str:
    """The name of a preset, or its speed."""
    return preset.name or _SPEEDS.get(preset.first_word, _SPEEDS[BALANCED])()


_SPEEDS = {
    QUICK: lambda: tr("Quick"),
    BALANCED: lambda: tr("Balanced"),
    THOROUGH: lambda: tr("Thorough"),
}
_ABOUT = {
    QUICK: lambda: tr("The written answer begins after about {n} s; the model reads few passages.", n=_seconds(QUICK)),
    BALANCED: lambda: tr("The written answer begins after about {n} s.", n=_seconds(BALANCED)),
    THOROUGH: lambda: tr("The written answer begins after about {n} s; the model reads more passages.", n=_seconds(THOROUGH)),
}


def _seconds(word: str) -> str:
    return f"{FIRST_WORD[word]:.0f}"
