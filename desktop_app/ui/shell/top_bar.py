# SPDX-License-Identifier: Apache-2.0
"""The top bar: library, Ask or Search, menus, the offline proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QPushButton, QToolButton, QWidget

from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.libraries.library_button import LibraryButton
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import IconLabel, plain_label, set_plain_tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from desktop_app.ui.commands.command_registry import CommandRegistry

_HEIGHT_PX = 52
_PILL_PX = 28
MODES = ("ask", "search")


class OfflinePill(QFrame):
    """ "offline · 0 connections", counted from the system's own table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = 0
        self._counted = False
        self._compact = False
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 12, 0)
        row.setSpacing(6)
        self._icon = IconLabel("shield-check", "ok", parent=self)
        self._label = plain_label("quiet", parent=self)
        self._label.setFont(theme.font(13))
        row.addWidget(self._icon)
        row.addWidget(self._label)

    @property
    def text(self) -> str:
        return self._label.text()

    def set_connections(self, number: int) -> None:
        """How many internet connections were counted."""
        self._connections = number
        self._counted = True
        self.retranslate()

    def set_compact(self, compact: bool) -> None:
        """Whether there is room for the number only."""
        self._compact = compact
        self.retranslate()

    def retranslate(self) -> None:
        fine = self._connections == 0
        self._icon.set_icon("shield-check" if fine else "shield-alert", "ok" if fine else "danger")
        count = trn("{n} connection", "{n} connections", self._connections)
        if not self._counted:
            words = tr("offline")
        else:
            words = count if self._compact or not fine else tr("offline, {count}", count=count)
        self._label.setText(words)
        role = "quiet" if fine else "danger"
        if role != self._label.property("role"):
            self._label.setProperty("role", role)
            self._label.style().polish(self._label)
        set_plain_tooltip(
            self,
            tr(
                "Nothing leaves this PC. Counted every few seconds: internet connections of Inkstone and everything it started."
            ),
        )
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.colour("line"), 1))
        painter.setBrush(colours.colour("paper"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self.height() / 2, self.height() / 2)


class ModeSwitch(QFrame):
    """Ask | Search: two halves of one control."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for mode, icon in zip(MODES, ("chat", "search"), strict=True):
            button = QPushButton(self)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setIcon(icons.icon(icon, "quiet"))
            icons.set_size(button, icons.BESIDE_TEXT)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, mode=mode: self.changed.emit(mode))
            self._group.addButton(button)
            self.buttons[mode] = button
            row.addWidget(button)
        self.buttons["ask"].setChecked(True)

    def set_mode(self, mode: str) -> None:
        """Check "ask" or "search"; ``changed`` does not come."""
        self.buttons[mode].setChecked(True)

    def retranslate(self) -> None:
        self.buttons["ask"].setText(tr("Ask"))
        self.buttons["search"].setText(tr("Search"))
        set_plain_tooltip(self.buttons["ask"], tr("Ask a question (Ctrl+1)"))
        set_plain_tooltip(self.buttons["search"], tr("Search the documents (Ctrl+2)"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.colour("line"), 1))
        painter.setBrush(colours.colour("hover"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class TopBar(QFrame):
    """Its buttons only say what is wished."""

    mode_changed = Signal(str)
    palette_requested = Signal()
    models_requested = Signal()
    library_panel_toggled = Signal()
    library_chosen = Signal(str)
    libraries_requested = Signal()

    def __init__(self, library: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_M, 0)
        grid.setHorizontalSpacing(theme.SPACE_M)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        left = QHBoxLayout()
        left.setSpacing(theme.SPACE_S)
        self._seal = plain_label(parent=self)
        self._name = plain_label(parent=self)
        self._name.setText("Inkstone")
        self._name.setFont(theme.font(16, weight=QFont.Weight.DemiBold))
        self.library = LibraryButton(library, self)
        self.library.chosen.connect(self.library_chosen)
        self.library.page_requested.connect(self.libraries_requested)
        self._panel = self._tool("panel-left")
        self._panel.clicked.connect(self.library_panel_toggled)
        left.addWidget(self._seal)
        left.addWidget(self._name)
        left.addSpacing(theme.SPACE_XS)
        left.addWidget(self.library)
        left.addStretch(1)
        self.mode = ModeSwitch(self)
        self.mode.changed.connect(self.mode_changed)
        right = QHBoxLayout()
        right.setSpacing(2)
        self._palette = QPushButton(self)
        self._palette.setProperty("role", "plain")
        self._palette.setIcon(icons.icon("command", "quiet"))
        icons.set_size(self._palette, icons.BESIDE_TEXT)
        self._palette.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._palette.clicked.connect(self.palette_requested)
        self._models = self._tool("model")
        self._models.clicked.connect(self.models_requested)
        self.menu_button = self._tool("gear")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pill = OfflinePill(self)
        right.addStretch()
        right.addWidget(self._palette)
        right.addWidget(self._panel)
        right.addWidget(self._models)
        right.addWidget(self.menu_button)
        right.addSpacing(theme.SPACE_S)
        right.addWidget(self.pill)
        grid.addLayout(left, 0, 0)
        grid.addWidget(self.mode, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(right, 0, 2)
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        theme.notifier.changed.connect(self._show_theme)

    def fill(self, registry: CommandRegistry) -> None:
        """Give the button of the menu its menu, once."""
        from desktop_app.ui.commands.command_menu import SEPARATOR, Choices, CommandMenu

        entries = (
            "settings",
            Choices("language.", lambda: tr("Language"), "globe"),
            Choices("theme.", lambda: tr("Theme"), "theme-auto"),
            SEPARATOR,
            *("models", "libraries", "ledger", "rules", "duplicates"),
            SEPARATOR,
            *("help", "news", "diagnosis", "about"),
        )
        self.menu_button.setMenu(CommandMenu(registry, entries, self.menu_button))

    def set_library(self, library: str) -> None:
        """The folder of the library that is open."""
        self.library.set_library(library)

    def retranslate(self) -> None:
        self.library.retranslate()
        shortcut = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        self._palette.setText(shortcut)
        for button, words in (
            (self._palette, tr("All commands")),
            (self._panel, tr("Show or hide the library")),
            (self._models, tr("Models")),
            (self.menu_button, tr("Settings and help")),
        ):
            set_plain_tooltip(button, words)
            button.setAccessibleName(words)
        self.mode.retranslate()
        self.pill.retranslate()
        self._show_theme()

    def _show_theme(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT_PX))
        self.pill.setFixedHeight(theme.scaled(_PILL_PX))
        self._fit()
        self._seal.setPixmap(icons.app_icon().pixmap(QSize(26, 26), self.devicePixelRatioF()))

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(name, "quiet"))
        icons.set_size(button, QSize(18, 18))
        theme.size_with_text(button, width=32, height=32)
        return button

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._show_theme()
        return super().event(event)

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window, or with large text, only what is used most."""
        width = theme.unscaled(self.width())
        self.pill.set_compact(width < 1000)
        self._palette.setVisible(width >= 900)
        self.library.setVisible(width >= 760)
        self._models.setVisible(width >= 640)  # also in the menu

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.current().colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
