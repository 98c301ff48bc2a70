# SPDX-License-Identifier: Apache-2.0
"""The control of a setting, by its type: switch, menu, number or text.

``control_for`` makes the one that fits a line of the table. Each has ``changed`` with the new value, ``show_value`` and ``retranslate``.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QActionGroup, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QSizePolicy, QSpinBox, QWidget

from desktop_app.foundation.settings import Setting, Value
from desktop_app.foundation.translation import translate
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import button_text
from desktop_app.ui.pages.switch import Switch

_WIDTH = 232  # px
_LEAST, _MOST = -1_000_000_000, 1_000_000_000


class SettingControl(QWidget):
    """``changed``: the user chose another value; nothing is saved yet."""

    changed = Signal(object)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_value(self, value: Value) -> None:
        """Show ``value``; ``changed`` does not come."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """The texts in the language in force."""

    def _chosen(self, value: Value) -> None:
        self.changed.emit(value)

    def _place(self, part: QWidget) -> None:
        self._row.addWidget(part)
        self.setFocusProxy(part)


class OnOff(SettingControl):
    """A setting that is on or off."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.switch = Switch(self)
        self.switch.clicked.connect(self._chosen)
        self._place(self.switch)
        self.retranslate()

    def show_value(self, value: Value) -> None:
        self.switch.setChecked(bool(value))

    def retranslate(self) -> None:
        self.switch.setAccessibleName(translate(self.setting.title))


class OneOf(SettingControl):
    """A setting of a few values, each in words."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self._value: Value = setting.default
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        theme.size_with_text(self.button, minimum_width=_WIDTH)
        self.button.setProperty("role", "select")
        menu = QMenu(self.button)
        theme.size_with_text(menu, minimum_width=_WIDTH)
        group = QActionGroup(menu)
        self.actions_by_value = {choice: menu.addAction("") for choice in setting.choices}
        for choice, action in self.actions_by_value.items():
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, choice=choice: self.changed.emit(choice))
            group.addAction(action)
        self.button.setMenu(menu)
        self._place(self.button)
        self.retranslate()

    def show_value(self, value: Value) -> None:
        self._value = value
        self.retranslate()

    def retranslate(self) -> None:
        for choice, action in self.actions_by_value.items():
            action.setText(button_text(words_of(self.setting, choice)))
            action.setChecked(choice == self._value)
        words = words_of(self.setting, self._value)
        self.button.setText(button_text(words))
        self.button.setAccessibleName(f"{translate(self.setting.title)}: {words}")


class WholeNumber(SettingControl):
    """A setting that is a number; the wheel scrolls the page and changes nothing."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.field = QSpinBox(self)
        self.field.setRange(_LEAST if setting.least is None else setting.least, _MOST if setting.most is None else setting.most)
        self.field.setKeyboardTracking(False)
        theme.size_with_text(self.field, minimum_width=_WIDTH // 2)
        self.field.lineEdit().setTextMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        self.field.installEventFilter(self)
        self.field.valueChanged.connect(self._chosen)
        self._place(self.field)
        self.retranslate()

    def show_value(self, value: Value) -> None:
        self.field.blockSignals(True)
        self.field.setValue(value if isinstance(value, int) else 0)
        self.field.blockSignals(False)

    def retranslate(self) -> None:
        self.field.setAccessibleName(translate(self.setting.title))
        self.field.setSuffix(f" {translate(self.setting.unit)}" if self.setting.unit else "")

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QWheelEvent):
            event.ignore()
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]


class FreeText(SettingControl):
    """A setting that is a text, taken over when the field is left."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self._value: Value = ""
        self.field = QLineEdit(self)
        theme.size_with_text(self.field, minimum_width=_WIDTH)
        self.field.editingFinished.connect(self._edited)
        self._place(self.field)
        self.retranslate()

    def show_value(self, value: Value) -> None:
        self._value = value
        self.field.setText(str(value))

    def retranslate(self) -> None:
        self.field.setAccessibleName(translate(self.setting.title))

    def _edited(self) -> None:
        if self.field.text() != self._value:
            self.changed.emit(self.field.text())


def control_for(setting: Setting, parent: QWidget | None = None) -> SettingControl:
    """The control that fits the type and the choices of a setting."""
    kind = (
        OnOff
        if isinstance(setting.default, bool)
        else OneOf
        if setting.choices
        else WholeNumber
        if isinstance(setting.default, int)
        else FreeText
    )
    return kind(setting, parent)


def words_of(setting: Setting, value: Value) -> str:
    """A value of a setting in words, in the language in force."""
    if value in setting.choices and setting.words:
        return translate(setting.words[setting.choices.index(str(value))])
    return str(value)
