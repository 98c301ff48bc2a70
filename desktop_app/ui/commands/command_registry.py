# SPDX-License-Identifier: Apache-2.0
"""The table of what the window can do, for its palette and shortcuts.

Each part registers a function that lists its own commands. It is called anew each time they are wanted, so that titles are in the
language of the moment and what cannot be done now is left out; the table knows no part, and no part knows another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """``title`` "": a shortcut that the palette does not list. ``keys``: a shortcut of the whole window, in English ("Ctrl+K").
    ``hint`` is shown at the right of the title, ``also`` is searched but not shown. ``about``: what it is for, in a sentence. ``checked``:
    whether it is the one in force of several choices, None where it is no choice. ``help``: what the list of keys calls a shortcut without a
    title."""

    id: str
    title: str
    run: Callable[[], object]
    keys: str = ""
    enabled: bool = True
    icon: str = "chevron-right"
    hint: str = ""
    also: str = ""
    about: str = ""
    checked: bool | None = None
    help: str = ""


class CommandRegistry:
    """The commands of one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._lists: list[Callable[[], Iterable[Command]]] = []
        self._taken: set[str] = set()

    def register(self, commands: Callable[[], Iterable[Command]]) -> None:
        """Add a part's commands, and make the shortcuts of those it lists now. Raises ValueError for an id or keys that are taken."""
        for command in commands():
            for name in filter(None, (command.id, command.keys)):
                if name in self._taken:
                    raise ValueError(f"two commands are called or typed {name}")
                self._taken.add(name)
            if command.keys:
                QShortcut(QKeySequence(command.keys), self._window).activated.connect(partial(self.run, command.id))
        self._lists.append(commands)

    def listed(self) -> list[Command]:
        """What can be done now and has a title, in the order of registration."""
        return [command for command in self._all() if command.title and command.enabled]

    def with_keys(self) -> list[Command]:
        """Everything that a key of the window does, also what cannot be done now, in the order of registration. A second key for the
        same has no words and is left out."""
        return [command for command in self._all() if command.keys and (command.title or command.help)]

    def run(self, id_: str) -> None:
        """Do it, if it can be done now. Raises KeyError where nobody registered it."""
        command = next((command for command in self._all() if command.id == id_), None)
        if command is None:
            raise KeyError(id_)
        if command.enabled:
            command.run()

    def _all(self) -> Iterator[Command]:
        for commands in self._lists:
            yield from commands()
