# SPDX-License-Identifier: Apache-2.0
"""A quiet line after an update that leads to what is new, shown once."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from desktop_app import __version__
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import IconLabel, plain_label, set_plain_tooltip

_SETTING = "seen_version"


def is_updated(settings: Settings) -> bool:
    """Whether another version was used before, or none that noted itself; true once a version. A first start is no update."""
    seen = settings.text(_SETTING)
    if seen == __version__:
        return False
    settings.keep(_SETTING, __version__)
    return bool(seen) or settings.flag("welcomed")


class NewsLine(QFrame):
    """``wanted``: show what is new."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        icon = IconLabel("news", "accent_text", 16, self)
        self._words = plain_label("quiet", parent=self)
        self.open = QPushButton(self)
        self.open.setProperty("role", "strip-action")
        self.open.clicked.connect(self.wanted)
        self.open.clicked.connect(self.hide)
        self.away = QToolButton(self)
        self.away.setIcon(icons.icon("close", "quiet"))
        icons.set_size(self.away, QSize(14, 14))
        theme.size_with_text(self.away, width=24, height=24)
        self.away.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_L, theme.SPACE_XS, theme.SPACE_M, theme.SPACE_XS)
        row.setSpacing(theme.SPACE_S)
        row.addWidget(icon)
        row.addWidget(self._words)
        row.addWidget(self.open)
        row.addStretch(1)
        row.addWidget(self.away)
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)

    def retranslate(self) -> None:
        self._words.setText(tr("This is Inkstone {version}.", version=__version__))
        self.open.setText(tr("What is new"))
        set_plain_tooltip(self.away, tr("Put this message away"))
        self.away.setAccessibleName(tr("Put this message away"))
