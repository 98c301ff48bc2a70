# SPDX-License-Identifier: Apache-2.0
"""What helps a file that could not be read: a sentence and one action.

The sentences of ``wording/problem_texts`` speak to the command line, too; in the list of files the remedy is a button of the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop_app.contract.file_kinds import kind_of
from desktop_app.contract.ledger import SEARCHABLE, LedgerRow
from desktop_app.foundation.translation import tr
from desktop_app.wording.problem_texts import reason

Action = Literal["", "password", "ocr", "retry", "open", "folder", "rules", "show"]

_ACTIONS: dict[str, Action] = {
    "damaged": "open",
    "unknown_format": "folder",
    "too_big": "folder",
    "given_up": "retry",
    "timed_out": "retry",
    "crashed": "retry",
    "component_missing": "retry",
    "unreadable": "retry",
    "being_written": "retry",
    "partly_read": "show",
    "encoding_unsure": "show",
    "excluded": "rules",
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """``todo``: what helps, "" where nothing does; ``action``: the one that the row offers."""

    todo: str
    action: Action


def remedy(row: LedgerRow, ocr: str) -> Remedy:
    """What helps this file. ``ocr``: the setting; text recognition is only spoken of where it would read the file."""
    if row.needs_password:
        words = tr("Enter its password.") if row.reason == "password" else tr("Enter the password of the files in it.")
        return Remedy(words, "password")
    if row.reason == "no_text":
        if kind_of(row.path) not in ("pdf", "picture"):
            return Remedy(tr("If it should hold text, look at it in its own program."), "open")
        if ocr == "off":
            return Remedy(tr("Turn text recognition on, which is off now."), "ocr")
        return Remedy(tr("If it should hold text, scan it again more sharply."), "open")
    if row.state == "indexed" or (row.state in SEARCHABLE and not row.reason):
        return Remedy("", "show")
    return Remedy(reason(row.reason).todo, _ACTIONS.get(row.reason, ""))


def action_words(action: Action) -> str:
    """The words of a row's button, "" for none."""
    return {
        "password": tr("Enter password…"),
        "ocr": tr("Recognise text"),
        "retry": tr("Try again"),
        "open": tr("Open"),
        "folder": tr("Show in folder"),
        "rules": tr("What is read…"),
        "show": tr("Show"),
    }.get(action, "")
