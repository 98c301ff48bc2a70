# SPDX-License-Identifier: Apache-2.0
"""A menu made of commands, with their keys and the choice in force.

Filled each time it is opened, so that titles, choices and what can be done are those of the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.ui.commands.command_registry import Command, CommandRegistry
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import button_text


@dataclass(frozen=True, slots=True)
class Choices:
    """A menu within the menu: the commands whose ids begin with ``prefix``. ``title`` gives its words in the language in force."""

    prefix: str
    title: Callable[[], str]
    icon: str


SEPARATOR = ""


class CommandMenu(QMenu):
    """``entries``: ids of commands, ``Choices``, or ``SEPARATOR``. What is not registered or cannot be done now is left out."""

    def __init__(self, registry: CommandRegistry, entries: Sequence[str | Choices], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._registry = registry
        self._entries = entries
        self.setSeparatorsCollapsible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Make the entries anew."""
        for below in self.findChildren(QMenu):
            below.deleteLater()
        self.clear()
        commands = {command.id: command for command in self._registry.listed()}
        for entry in self._entries:
            if isinstance(entry, Choices):
                chosen = [command for name, command in commands.items() if name.startswith(entry.prefix)]
                if chosen:
                    below = QMenu(entry.title(), self)
                    below.setIcon(icons.icon(entry.icon, "quiet"))
                    group = QActionGroup(below)
                    for command in chosen:
                        group.addAction(self._add(below, command, with_icon=False))
                    self.addMenu(below)
            elif entry == SEPARATOR:
                self.addSeparator()
            elif entry in commands:
                self._add(self, commands[entry])

    def _add(self, menu: QMenu, command: Command, *, with_icon: bool = True) -> QAction:
        action = menu.addAction(button_text(command.title))
        if with_icon:
            # A check mark would be drawn in its place.
            action.setIcon(icons.icon(command.icon, "quiet"))
        if command.keys:
            # Shown only: the key itself is the window's (``CommandRegistry.register``).
            keys = QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(f"{action.text()}\t{keys}")
        if command.checked is not None:
            action.setCheckable(True)
            action.setChecked(command.checked)
        action.triggered.connect(lambda _=False: self._registry.run(command.id))
        return action
