# SPDX-License-Identifier: Apache-2.0
"""Remarks of readers on a file, worded: formulas without a value, sheets.

Readers write them as a word with figures and places, so that scripts can read them and each language can say them. What is not known here, the
name of an encoding or a fault of a library, is shown as it stands.
"""

from __future__ import annotations

import re

from desktop_app.foundation.translation import tr, trn

_REMARK = re.compile(
    r"not_calculated (?P<formulas>\d{1,9}) (?P<cells>[^;]*)|sheets_unread (?P<unread>\d{1,9}) (?P<sheets>\d{1,9})"
    r"|cells_read (?P<read>\d{1,9}) (?P<place>[^;]*)"
)


def reading_detail(detail: str) -> str:
    """The remark of a ledger line in the language in force."""
    return _REMARK.sub(_worded, detail)


def _worded(remark: re.Match[str]) -> str:
    if remark["formulas"]:
        return trn(
            "{n} formula was never calculated: {cells}",
            "{n} formulas were never calculated: {cells}",
            int(remark["formulas"]),
            cells=remark["cells"],
        )
    if remark["unread"]:
        return trn(
            "{n} of {all} sheets could not be read",
            "{n} of {all} sheets could not be read",
            int(remark["unread"]),
            all=remark["sheets"],
        )
    return tr("only the first {count} cells were read, up to {place}", count=f"{int(remark['read']):,}", place=remark["place"])
