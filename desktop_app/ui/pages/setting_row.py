# SPDX-License-Identifier: Apache-2.0
"""A row of the settings page: title, help, control, reset.

A change is saved at once. What cannot be saved holds until Inkstone ends, and the row says why.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Setting, Settings, Value
from desktop_app.foundation.translation import tr, translate
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.pages.setting_controls import control_for, words_of
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.problem_texts import sentence

_NARROW_PX = 440
_LONGEST_NAME = 40  # characters of a file's or folder's name


class _Row(QFrame):
    """What both kinds of row share: words at the left, one thing to press at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = plain_label(wrap=True, parent=self)
        self.title.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        self.about = plain_label("quiet", wrap=True, parent=self)
        self.about.setFont(theme.font(13))
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(self.title)
        self._words.addWidget(self.about)
        self._right = QHBoxLayout()
        self._right.setSpacing(theme.SPACE_XS)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._across.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_XS, theme.SPACE_M)
        self._across.addLayout(self._words, 1)
        self._across.addLayout(self._right)
        self._fit()
        theme.notifier.changed.connect(self._fit)

    def _fit(self) -> None:
        """The control stands below the words where there is no room beside them."""
        narrow = theme.unscaled(self.width()) < _NARROW_PX
        self._across.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        # What puts the default back stands behind the control, not where the control should begin.
        self._right.setDirection(QBoxLayout.Direction.RightToLeft if narrow else QBoxLayout.Direction.LeftToRight)
        self._across.setSpacing(theme.SPACE_S if narrow else theme.SPACE_L)
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        self._across.setAlignment(self._right, Qt.AlignmentFlag.AlignTop | side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def matches(self, words: list[str]) -> bool:
        """Whether it holds every one of ``words``, which are in lower case."""
        text = self._searched().casefold()
        return all(word in text for word in words)

    def _searched(self) -> str:
        return f"{self.title.text()} {self.about.text()}"


class SettingRow(_Row):
    """One line of the table of settings. ``changed``: its key; ``page_requested``: the command that opens the page it is chosen on."""

    changed = Signal(str)
    page_requested = Signal(str)

    def __init__(self, setting: Setting, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._settings = settings
        self._problem: Problem | None = None
        self.effect = plain_label("small", wrap=True, parent=self)
        self.note = plain_label("danger", wrap=True, parent=self)
        self._words.addWidget(self.effect)
        self._words.addWidget(self.note)
        self.reset = QToolButton(self)
        self.reset.setIcon(icons.icon("undo", "quiet"))
        icons.set_size(self.reset, QSize(16, 16))
        theme.size_with_text(self.reset, width=28, height=28)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.reset.clicked.connect(self._reset)
        self._right.addWidget(self.reset)
        self.open = QPushButton(self)
        self.open.setAutoDefault(False)
        self.open.clicked.connect(lambda: self.page_requested.emit(setting.page))
        self.control = None if setting.page else control_for(setting, self)
        if self.control is not None:
            self.control.changed.connect(self._choose)
        self._right.addWidget(self.control or self.open)
        self.open.setVisible(self.control is None)
        self.refresh()

    def refresh(self) -> None:
        """Show what holds now, in the language in force."""
        setting, value = self.setting, self._settings.value(self.setting.key)
        self.title.setText(translate(setting.title))
        self.about.setText(translate(setting.help))
        fixed = self._settings.is_fixed(setting.key)
        self.effect.setText(tr("Set by your administrator.") if fixed else translate(setting.effect))
        self.effect.setVisible(fixed or bool(setting.effect))
        self.note.setText(
            tr("Not saved; it holds until Inkstone ends. {why}", why=sentence(self._problem)) if self._problem else ""
        )
        self.note.setVisible(self._problem is not None)
        default = self._settings.default(setting.key)
        self.reset.setVisible(value != default and self.control is not None and not fixed)
        back = tr("Back to the default: {value}", value=self._in_words(default))
        set_plain_tooltip(self.reset, back)
        self.reset.setAccessibleName(f"{self.title.text()}: {back}")
        if self.control is not None:
            self.control.retranslate()
            self.control.show_value(value)
            self.control.setEnabled(not fixed)
            part = self.control.focusProxy()
            assert part is not None
            part.setAccessibleDescription(f"{self.about.text()} {self.effect.text()}".strip() if fixed else self.about.text())
        else:
            name = short_name(file_name(str(value)), _LONGEST_NAME) if value else tr("Choose…")
            self.open.setText(name.replace("&", "&&"))
            self.open.setAccessibleName(f"{self.title.text()}: {name}")
            set_plain_tooltip(self.open, str(value))
        self.update()

    def _searched(self) -> str:
        setting = self.setting
        return " ".join((super()._searched(), *map(translate, setting.words), setting.key, setting.title, setting.help))

    def _in_words(self, value: Value) -> str:
        if isinstance(value, bool):
            return tr("on") if value else tr("off")
        return words_of(self.setting, value)

    def _reset(self) -> None:
        self._choose(self._settings.default(self.setting.key))
        if self.control is not None:
            self.control.setFocus()

    def _choose(self, value: Value) -> None:
        self._problem = self._settings.keep(self.setting.key, value)
        self.refresh()
        self.changed.emit(self.setting.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar at the left of what is not the default."""
        super().paintEvent(event)
        changed = self._settings.value(self.setting.key) != self._settings.default(self.setting.key)
        if changed and self.control is not None and not self._settings.is_fixed(self.setting.key):
            painter = QPainter(self)
            painter.fillRect(QRectF(0, theme.SPACE_M, 2, self.height() - 2 * theme.SPACE_M), theme.current().colour("accent"))


class LinkRow(_Row):
    """A page with choices of its own, opened from the settings."""

    def __init__(self, command: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.command = command.id
        self._also = command.also
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self._right.addWidget(self.button)
        self.show_command(command)

    def show_command(self, command: Command) -> None:
        """The command's title and what it is for, in the language in force."""
        title = command.title.rstrip("…")
        self.title.setText(title)
        self.about.setText(command.about)
        self.about.setVisible(bool(command.about))
        self.button.setText(tr("Open"))
        self.button.setAccessibleName(f"{title}: {self.button.text()}")

    def _searched(self) -> str:
        return f"{super()._searched()} {self._also}"
