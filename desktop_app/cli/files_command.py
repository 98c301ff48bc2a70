# SPDX-License-Identifier: Apache-2.0
"""``inkstone files``: the ledger, a line for every file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from desktop_app.cli.running import DONE, json_line, open_engine
from desktop_app.cli.text_output import nothing_indexed
from desktop_app.foundation.shown import shown_name
from desktop_app.wording.hidden_texts import hidden_counts
from desktop_app.wording.problem_texts import reason, state

if TYPE_CHECKING:
    from desktop_app.contract.ledger import LedgerRow

_SHOWN = ("path", "state", "reason", "detail", "chunks", "pages", "hidden")  # in JSON
_LONGEST_DETAIL = 600  # characters


def run(options: argparse.Namespace) -> int:
    """``inkstone files``: every file, its state and why."""
    with open_engine(options) as engine:
        rows, _ = engine.files()
    for row in rows:
        if options.json:
            json_line({name: getattr(row, name) for name in _SHOWN})
        else:
            print(ledger_line(row))
    if not rows and not options.json:
        print(nothing_indexed())
    return DONE


def ledger_line(row: LedgerRow) -> str:
    """State, path, reason and hidden passages, divided by tabs."""
    said = str(reason(row.reason))
    detail = f" ({shown_name(' '.join(row.detail.split()), _LONGEST_DETAIL)})" if row.detail else ""
    hidden = hidden_counts(row.hidden)
    return "\t".join(filter(None, (state(row.state), shown_name(row.path), f"{said}{detail}" if said else "", hidden)))
