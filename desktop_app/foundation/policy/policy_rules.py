# SPDX-License-Identifier: Apache-2.0
"""The rules of a policy file, declared in one table, and its result.

A policy file has three parts: ``[fixed]`` and ``[defaults]``, whose keys are those of ``foundation/settings.py``, and the rules below, which
stand before them. The reference in docs/install/administrators.md is held against this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from desktop_app.foundation.settings import Value
from desktop_app.foundation.translation import tr_noop

Kind = Literal["switch", "days", "folders", "endings", "settings"]


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """``kind``: "switch" true or false, "days" a whole number, the others lists of texts. ``default`` holds where a policy does not name it."""

    key: str
    kind: Kind
    default: Value
    help: str


RULES: Mapping[str, PolicyRule] = MappingProxyType(
    {
        rule.key: rule
        for rule in (
            PolicyRule("hidden", "settings", [], tr_noop("Settings that the settings page does not show.")),
            PolicyRule("library_places", "folders", [], tr_noop("Libraries may only lie in or below these folders.")),
            PolicyRule("document_places", "folders", [], tr_noop("Only documents in or below these folders are read.")),
            PolicyRule(
                "model_places",
                "folders",
                [],
                tr_noop("Only models in or below these folders are used, and those that come with Inkstone."),
            ),
            PolicyRule(
                "formats", "endings", [], tr_noop("Only files with these endings are read, also inside archives and mails.")
            ),
            PolicyRule(
                "conversation_days",
                "days",
                0,
                tr_noop("Conversations in which nothing was asked for so many days are deleted, pinned ones too; 0: never."),
            ),
            PolicyRule("log_days", "days", 0, tr_noop("Lines of logs older than so many days are deleted; 0: never.")),
            PolicyRule("copy", "switch", True, tr_noop("Copying to the clipboard, and dragging text out of the window.")),
            PolicyRule("print", "switch", True, tr_noop("Printing.")),
            PolicyRule(
                "export", "switch", True, tr_noop("Saving answers and conversations as files, and backups of libraries.")
            ),
            PolicyRule(
                "open_documents",
                "switch",
                True,
                tr_noop("Opening documents in other programs, and showing them in their folder."),
            ),
            PolicyRule("recommended_models", "switch", True, tr_noop("The page that names models to get elsewhere.")),
            PolicyRule(
                "command_line",
                "switch",
                True,
                tr_noop("The commands in a terminal, which print texts of documents; “doctor” always works."),
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """``file``: where it was read, "" for none. ``rules``: those that the file names; a rule it does not name has its default."""

    file: str = ""
    fixed: Mapping[str, Value] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    rules: Mapping[str, Value] = field(default_factory=dict)

    def allows(self, key: str) -> bool:
        """The value of a switch."""
        return bool(self.rules.get(key, RULES[key].default))

    def days(self, key: str) -> int:
        """The value of a number of days; 0 for no limit."""
        value = self.rules.get(key, RULES[key].default)
        assert isinstance(value, int)
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """The value of a list; empty for no limit."""
        value = self.rules.get(key, RULES[key].default)
        assert isinstance(value, list)
        return tuple(value)
