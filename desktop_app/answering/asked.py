# SPDX-License-Identifier: Apache-2.0
"""A question with all that bears on its answer: plain, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.contract.answer import Answer
from desktop_app.contract.form import Form
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.preset import DEFAULT, Preset


@dataclass(frozen=True, slots=True)
class Asked:
    """``earlier``: the answers of the conversation so far, oldest first. ``searched_as``: search for this in place of the question, "" for
    what the program makes of it; ``as_typed``: search for the question itself, even where it leans on the conversation. ``go_on``: an
    answer that ran out and is to be continued. ``form``: compute this, whatever the question says."""

    question: str
    scope: Scope = EVERYWHERE
    earlier: tuple[Answer, ...] = ()
    searched_as: str = ""
    as_typed: bool = False
    preset: Preset = DEFAULT
    go_on: Answer | None = None
    form: Form | None = None
