# SPDX-License-Identifier: Apache-2.0
"""A question of figures as a form that can be checked and computed.

Not free SQL: what is measured, over which rows, grouped by what. It is filled by rules, shown as a sentence, edited by hand, and computed the
same way each time. Columns are named by their path ("Quarter 2 › Actual"), so that one form holds for several tables of the same columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.contract.document import Locator
from desktop_app.contract.typed_table import Value

COUNT, SUM, AVERAGE, MIN, MAX, VALUE = "count", "sum", "average", "min", "max", "value"
LIST, DIFFERENCE, SHARE, FILES = "list", "difference", "share", "files"
MEASURES = (COUNT, SUM, AVERAGE, MIN, MAX, VALUE, LIST, DIFFERENCE, SHARE, FILES)
"""What is computed. "files": which files of the library hold some words; it has no table."""

EQUAL, DIFFERS, LESS, AT_MOST, MORE, AT_LEAST = "=", "!=", "<", "<=", ">", ">="
BETWEEN, BEGINS, ONE_OF, NOTHING, HOLDS = "between", "begins", "one_of", "nothing", "holds"
HIDDEN_TOO, SHOWN_ONLY = "all", "none"
"""``Form.hidden``: what is hidden counts, sheets among it; or nothing hidden does."""

TESTS = (EQUAL, DIFFERS, LESS, AT_MOST, MORE, AT_LEAST, BETWEEN, BEGINS, ONE_OF, NOTHING, HOLDS)


@dataclass(frozen=True, slots=True)
class Condition:
    """A row counts when the cell of ``column`` stands the ``test`` against ``values``, or against the cell of the column ``other``. Of two dates the
    days from ``other`` to ``column`` stand it against the one value, 0 where there is none.

    "between" has two values, both included; "nothing" is an empty cell or 0; a date between "2026-03-01" and "2026-03-31" may have a time.
    """

    column: str
    test: str
    values: tuple[Value, ...] = ()
    other: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two figures of a difference: of a table, of rows, of a column of its own. Several rows are summed."""

    table: int
    conditions: tuple[Condition, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """``column`` is what is summed, averaged, compared or listed; with ``times`` it is multiplied by that column, row by row.

    ``group``: once for each value of it, of dates for each ``part`` ("month", "quarter", "year"); ``pick`` "max" or "min": only the group whose measure
    is that, which then is the answer. ``named``: of the row with the largest or smallest value this column is the answer. ``limit``: of both, so many
    of the first. A count with a ``column`` counts its different values. ``sides``: of a difference, second minus first.
    ``hidden``: "" as a spreadsheet's own sum, hidden rows count and hidden sheets do not; "all": both do; "none": neither.
    ``places``: path and sheet ("" for none) of each table, by which it is known again once its file was read again; of an answer's form.
    """

    tables: tuple[int, ...]
    measure: str
    column: str = ""
    times: str = ""
    plus: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    group: str = ""
    pick: str = ""
    part: str = ""
    named: str = ""
    sides: tuple[Side, ...] = ()
    limit: int = 0
    hidden: str = ""
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProvingRow:
    """A row that counted: its table and file, its number as the file counts, what is shown of the columns of the form, and where it stands."""

    table: int
    path: str
    number: int
    shown: tuple[str, ...]
    locator: Locator
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A whole row that counted: its cells as values and as they are shown, one for each column of its table. ``locator`` as in ``ProvingRow``; ``hidden``
    as in ``Locator``."""

    path: str
    number: int
    values: tuple[Value, ...]
    shown: tuple[str, ...]
    locator: Locator
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class ProvingCells:
    """Cells that prove a figure, of one table: ranges as "E4:E9"; ``sheet`` "" where the file has none."""

    path: str
    sheet: str
    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """What a form gives: a ``value``, or ``listed`` ones (equal ones once), or ``groups``, each with its figure; all empty where no row counts.

    ``unit`` as the column has it; ``kind`` of its cells. ``matched``: rows that counted; ``empty``: rows of them whose cell has no figure, which were
    left out; ``hidden``: of those that counted, how many nobody sees; ``left_out``: how many did not count because they are hidden. ``rows`` are the first ten, with the cells of ``columns``; ``cells`` are all
    that prove it, a table each.

    Of files ``listed`` are their paths, ``columns`` the facts (``library/stated_fact.py``), ``rows`` a file each; ``perhaps``: paths of files that may
    belong to them.
    """

    form: Form
    value: Value = None
    listed: tuple[Value, ...] = ()
    groups: tuple[tuple[Value, float], ...] = ()
    unit: str = ""
    kind: str = ""
    matched: int = 0
    empty: int = 0
    hidden: int = 0
    left_out: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[ProvingRow, ...] = ()
    cells: tuple[ProvingCells, ...] = ()
    perhaps: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """No row counted, or none of them has what is asked for."""
        return self.value in (None, 0) and not self.listed and not self.groups
