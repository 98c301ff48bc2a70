# SPDX-License-Identifier: Apache-2.0
"""The settings of the program on one page, searched by any word.

It is made of the table in ``foundation/settings.py``: a new line there is a new row here, in its group, with the control of its type. Pages
with choices of their own (models, what is read) are rows that open them, where their command exists.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_app.foundation.settings import GROUPS, SETTINGS, Settings
from desktop_app.foundation.translation import tr, translate, trn
from desktop_app.ui.commands.command_registry import CommandRegistry
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.look.fitting import resize_to_fit
from desktop_app.ui.look.labels import hairline, plain_label
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.pages.page_list import PageList
from desktop_app.ui.pages.setting_row import LinkRow, SettingRow
from desktop_app.ui.widgets import escape_key

# Pages of their own, by the commands that open them, and the group each stands in.
_LINKS = (
    ("libraries", "general"),
    ("rules", "reading"),
    ("ledger", "reading"),
    ("models", "answers"),
    ("privacy", "privacy"),
    ("diagnosis", "advanced"),
)
_ICONS = {
    "general": "gear",
    "reading": "folder",
    "answers": "chat",
    "search": "search",
    "privacy": "shield",
    "advanced": "more",
}
_NARROW = 620  # px; below it there is no room for the list of groups
_WIDEST = 720


class SettingsDialog(SeenOrder, QDialog):
    """``changed``: the key of a setting that has another value now; the window puts it into effect."""

    changed = Signal(str)

    def __init__(self, settings: Settings, registry: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._registry = registry
        self._heads: dict[str, QLabel] = {}
        self.rows: list[SettingRow] = []
        self.links: list[LinkRow] = []
        self.setModal(False)
        resize_to_fit(self, 860, 660)
        self._build()
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        theme.notifier.changed.connect(self._fit)

    def open_fresh(self, words: str = "") -> None:
        """Show the page with all settings, or those that hold ``words``, with the keyboard in the search."""
        self.field.setText(words)
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()

    def refresh(self) -> None:
        """Show what holds now; it may have been chosen elsewhere."""
        listed = {command.id: command for command in self._registry.listed()}
        for row in self.rows:
            row.refresh()
            row.open.setEnabled(row.setting.page in listed and not self._settings.is_fixed(row.setting.key))
        for link in self.links:
            if link.command in listed:
                link.show_command(listed[link.command])
        self._filter()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Settings"))
        self._title.setText(tr("Settings"))
        self.field.setPlaceholderText(tr("Search settings"))
        self.field.setAccessibleName(tr("Search settings"))
        self.groups.setAccessibleName(tr("Groups of settings"))
        for group, head in self._heads.items():
            head.setText(translate(GROUPS[group]))
        self.refresh()

    # ---- building ----

    def _build(self) -> None:
        self._title = plain_label("title", parent=self)
        self.field = QLineEdit(self)
        self.field.setProperty("role", "search")
        mark_as_search(self.field, clear=True)
        self.field.textChanged.connect(self._filter)
        self._found = plain_label("quiet", parent=self)
        self.groups = PageList(self)
        self.groups.chosen.connect(self._scroll_to)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.field.setFocus)
        head = QVBoxLayout()
        head.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_XL, theme.SPACE_M)
        head.setSpacing(theme.SPACE_M)
        head.addWidget(self._title)
        search = QHBoxLayout()
        search.setSpacing(theme.SPACE_M)
        search.addWidget(self.field, 1)
        search.addWidget(self._found)
        head.addLayout(search)
        side = QVBoxLayout()
        side.setContentsMargins(theme.SPACE_M, theme.SPACE_M, 0, theme.SPACE_M)
        side.addWidget(self.groups)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(side)
        body.addWidget(self._build_rows(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(hairline(self))
        column.addLayout(body, 1)

    def _build_rows(self) -> QScrollArea:
        page = QWidget(self)
        theme.size_with_text(page, maximum_width=_WIDEST)
        self._page = page
        rows = QVBoxLayout(page)
        rows.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_XL)
        rows.setSpacing(0)
        commands = {command.id: command for command in self._registry.listed()}
        for group in GROUPS:
            members = list(self._members(group))
            links = [LinkRow(commands[name], page) for name, of in _LINKS if of == group and name in commands]
            if not members and not links:
                continue
            head = self._heads[group] = plain_label("heading", parent=page)
            head.setContentsMargins(theme.SPACE_M, theme.SPACE_M, 0, theme.SPACE_XS)
            rows.addWidget(head)
            for row in (*members, *links):
                rows.addWidget(row)
            for link in links:
                link.button.clicked.connect(lambda _=False, name=link.command: self._registry.run(name))
            self.rows += members
            self.links += links
        self._nothing = plain_label("quiet", wrap=True, parent=page)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(0, 2 * theme.SPACE_XL, 0, 0)
        rows.addWidget(self._nothing)
        rows.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        self._scroll.verticalScrollBar().valueChanged.connect(self._mark_group)
        return self._scroll

    def _members(self, group: str) -> Iterator[SettingRow]:
        for setting in SETTINGS.values():
            if setting.group == group and not setting.internal and not self._settings.is_hidden(setting.key):
                row = SettingRow(setting, self._settings, self)
                row.changed.connect(self.changed)
                row.page_requested.connect(self._open_page)
                yield row

    def _open_page(self, command: str) -> None:
        if any(one.id == command for one in self._registry.listed()):
            self._registry.run(command)

    # ---- searching ----

    def _filter(self) -> None:
        words = self.field.text().casefold().split()
        shown = 0
        groups = set[str]()
        everything: list[SettingRow | LinkRow] = [*self.rows, *self.links]
        for row in everything:
            fits = row.matches(words)
            row.setVisible(fits)
            if fits:
                shown += 1
                groups.add(self._group_of(row))
        for group, head in self._heads.items():
            head.setVisible(group in groups)
        self.groups.set_pages([(group, _ICONS[group], translate(GROUPS[group])) for group in self._heads if group in groups])
        self._found.setVisible(bool(words))
        self._found.setText(trn("{n} found", "{n} found", shown) if words else "")
        self._nothing.setText(tr("No setting holds these words."))
        self._nothing.setVisible(not shown)
        if words:
            self._scroll.verticalScrollBar().setValue(0)
        QTimer.singleShot(0, self, self._mark_group)

    def _group_of(self, row: SettingRow | LinkRow) -> str:
        return row.setting.group if isinstance(row, SettingRow) else dict(_LINKS)[row.command]

    def _scroll_to(self, group: str) -> None:
        self._scroll.verticalScrollBar().setValue(self._heads[group].y())
        self.groups.show_page(group)

    def _mark_group(self) -> None:
        """The group at the top of what is seen is marked in the list; at the very end it is the last one."""
        bar = self._scroll.verticalScrollBar()
        seen = [group for group, head in self._heads.items() if head.isVisibleTo(self)]
        above = [group for group in seen if self._heads[group].mapTo(self._page, QPoint(0, 0)).y() <= bar.value() + 8]
        if above:
            self.groups.show_page(above[-1])
        elif seen:
            self.groups.show_page(seen[0])

    # ---- Qt's side ----

    def event(self, event: QEvent) -> bool:
        return escape_key.kept(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
            self.field.setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # of a field: nothing is to be pressed by it
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.groups.setVisible(theme.unscaled(self.width()) >= _NARROW)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.refresh()
