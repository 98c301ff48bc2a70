# SPDX-License-Identifier: Apache-2.0
"""The button that says how the conversation is answered.

It stands beside the question box and opens the popup to change it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.contract.preset import DEFAULT, Preset
from desktop_app.foundation import paths
from desktop_app.foundation.translation import tr
from desktop_app.ui.conversation.preset_popup import PresetPopup, speed
from desktop_app.ui.conversation.preset_store import PresetStore
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import button_text, set_plain_tooltip
from desktop_app.wording.place import short_name

_NAME_LENGTH = 20  # characters


class PresetButton(QPushButton):
    """``changed`` carries the Preset that a user chose, ``usual_chosen`` the speed for new conversations."""

    changed = Signal(object)
    usual_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._box = parent  # above which there is room
        self._preset = DEFAULT
        self._popup: PresetPopup | None = None
        self._short = False
        self.setProperty("role", "plain")
        self.setIcon(icons.icon("pace", "quiet"))
        icons.set_size(self, icons.BESIDE_TEXT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)
        self.retranslate()

    @property
    def preset(self) -> Preset:
        return self._preset

    def set_preset(self, preset: Preset) -> None:
        self._preset = preset
        if self._popup is not None:
            self._popup.show_preset(preset)
        self.retranslate()

    def set_short(self, *, short: bool) -> None:
        """Without words, where there is no room for them."""
        self._short = short
        self._say()

    def popup(self) -> PresetPopup:
        """The popup with the values in force; made when it is first opened."""
        if self._popup is None:
            self._popup = PresetPopup(PresetStore(paths.home() / "presets.json"), self)
            self._popup.changed.connect(self._chosen)
            self._popup.usual_chosen.connect(self.usual_chosen)
            self._popup.show_preset(self._preset)
        return self._popup

    def _open(self) -> None:
        self.popup().open_above(self._box.mapToGlobal(QPoint(self.x(), -theme.SPACE_XS)))

    def _chosen(self, preset: Preset) -> None:
        self._preset = preset
        self.retranslate()
        self.changed.emit(preset)

    def _say(self) -> None:
        self.setText("" if self._short else button_text(short_name(speed(self._preset), _NAME_LENGTH)))

    def retranslate(self) -> None:
        words = speed(self._preset)
        self._say()
        self.setAccessibleName(tr("How answers are written: {name}", name=words))
        set_plain_tooltip(self, tr("How soon the model begins to write, and how. Click to change it for this conversation."))
        if self._popup is not None:
            self._popup.retranslate()
