# SPDX-License-Identifier: Apache-2.0
"""The commands for the source that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command

if TYPE_CHECKING:
    from desktop_app.ui.source.source_panel import SourcePanel

# Rules of a policy, and what is not there where they say no.
_RULES = {
    "copy": ("source.copy", "source.copy_plain", "source.copy_path"),
    "print": ("source.print",),
    "open_documents": ("source.open", "source.folder"),
}


def source_commands(panel: Callable[[], SourcePanel], shut: Callable[[], object], *, shown: bool) -> list[Command]:
    """What can be done with it, by ``panel`` and ``shut``; nothing of it while none is ``shown``."""

    def command(
        name: str,
        title: str,
        run: Callable[[SourcePanel], object],
        *,
        keys: str = "",
        icon: str = "file",
        also: str = "",
        help: str = "",  # noqa: A002 - as the command has it
    ) -> Command:
        return Command(f"source.{name}", title, lambda: run(panel()), keys, shown, icon, hint=keys, also=also, help=help)

    policy = policy_in_force.in_force()
    ruled_out = {name for rule, names in _RULES.items() if not policy.allows(rule) for name in names}
    commands = [
        command("find", tr("Find in the source"), lambda panel: panel.open_find(), keys="Ctrl+F", icon="search", also="find in file page"),
        command("find_next", "", lambda panel: panel.find_step(1), keys="F3", help=tr("Next place of what is looked for in the source")),
        command("find_previous", "", lambda panel: panel.find_step(-1), keys="Shift+F3", help=tr("Previous place of what is looked for in the source")),
        command("outline", tr("Show or hide the outline and the pages"), lambda panel: panel.outline.toggle(), keys="F9", icon="outline", also="outline headings thumbnails"),
        command("turn", tr("Turn the page or picture clockwise"), lambda panel: panel.views.turn(), icon="rotate", also="rotate"),
        command("copy", tr("Copy the quote with its place"), lambda panel: panel.copy(), keys="Ctrl+Shift+C", icon="copy", also="copy citation"),
        command("copy_plain", tr("Copy the quote alone"), lambda panel: panel.copy_plain(), icon="copy", also="copy quote plain"),
        command("copy_path", tr("Copy the full path of the source"), lambda panel: panel.copy_path(), icon="copy", also="copy path"),
        command("similar", tr("Find passages like the source"), lambda panel: panel.more_like_this(), icon="similar", also="similar"),
        command("print", tr("Print the source…"), lambda panel: panel.print_source(), keys="Ctrl+P", icon="printer", also="print paper"),
        command("open", tr("Open the source in its own program"), lambda panel: panel.open_outside(), icon="open-external", also="open"),
        command("folder", tr("Show the source in its folder"), lambda panel: panel.show_folder(), icon="folder", also="folder reveal"),
        Command("source.close", tr("Close the source"), shut, "", shown, "panel-right", "Esc", "panel"),
    ]  # fmt: skip
    return [one for one in commands if one.id not in ruled_out]
