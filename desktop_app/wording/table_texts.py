# SPDX-License-Identifier: Apache-2.0
"""What is understood of a table, in words: kinds of columns, doubts."""

from __future__ import annotations

from desktop_app.contract.typed_table import Column, StoredTable
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, tr_noop, translate, trn

# By the words of ``contract.typed_table.COLUMN_KINDS``.
_KINDS = {
    "number": tr_noop("number"),
    "money": tr_noop("amount of money"),
    "percent": tr_noop("percentage"),
    "date": tr_noop("date"),
    "duration": tr_noop("duration"),
    "code": tr_noop("code"),
    "text": tr_noop("text"),
}
# By the words of ``contract.typed_table.DOUBTS``.
_DOUBTS = {
    "first_rows": tr_noop("only its first rows are read"),
    "first_columns": tr_noop("only its first columns are read"),
    "mixed_units": tr_noop("a column has more than one currency or unit"),
    "not_calculated": tr_noop("it has formulas without a value"),
    "no_header": tr_noop("no row names its columns"),
    "date_order": tr_noop("nothing tells day from month in its dates"),
}


def column(one: Column) -> str:
    """A column by its name, with its kind and unit: "Amount (amount of money, GBP)"."""
    said = ", ".join(
        filter(None, (translate(_KINDS.get(one.kind, "")) or one.kind, shown_name(one.unit) if one.unit != "%" else ""))
    )
    return tr("{name} ({kind})", name=shown_name(one.name) or tr("no name"), kind=said)


def counts(table: StoredTable) -> str:
    """How many rows a table has, how many of them are hidden, and how many are totals, which do not count."""
    said = [trn("{n} row", "{n} rows", table.rows)]
    if table.hidden_rows:
        said.append(trn("{n} of them hidden", "{n} of them hidden", table.hidden_rows))
    if table.marked:
        said.append(trn("{n} total left out", "{n} totals left out", table.marked))
    return tr(", ").join(said)


def doubts(table: StoredTable) -> str:
    """What keeps the table from being understood wholly, "" for nothing."""
    said = tr("; ").join(translate(_DOUBTS[doubt]) if doubt in _DOUBTS else doubt for doubt in table.head.doubts)
    return tr("To be taken with care: {why}.", why=said) if said else ""
