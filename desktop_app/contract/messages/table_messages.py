# SPDX-License-Identifier: Apache-2.0
"""Messages about tables: what a form may name, and its rows."""

from __future__ import annotations

from desktop_app.contract.form import Form, FormRow
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.typed_table import Column
from desktop_app.ipc.message import Reply


class TableChoices(EngineRequest, frozen=True):
    """What a form may name: the columns of its first table, and of one of them, ``column``, the different texts in it. -> TableChoicesResult"""

    lane = Lane.QUICK

    form: Form
    column: str = ""


class TableChoicesResult(Reply, frozen=True):
    """``columns`` that have a name, each once. ``values``: at most 200, the most frequent first; ``more``: there are more."""

    columns: list[Column]
    values: list[str]
    more: bool = False


class FormRows(EngineRequest, frozen=True):
    """The rows that prove what a form gives, a page of them: from behind the row ``after``, which is the place of its table in the form and its own
    in the table, both from 0. ``question``: in whose language the rule is told. -> FormRowsResult"""

    lane = Lane.QUICK

    form: Form
    after: tuple[int, int] = (0, -1)
    question: str = ""


class FormRowsResult(Reply, frozen=True):
    """``columns`` of the tables, and ``rows`` with a cell for each. ``after``: of the next page, None behind the last. ``rule``: what was computed, in words
    without Markdown; with the first page only, as is ``total``, how many rows there are."""

    columns: list[Column]
    rows: list[FormRow]
    after: tuple[int, int] | None = None
    rule: str = ""
    total: int = 0
