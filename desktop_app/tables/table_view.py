# SPDX-License-Identifier: Apache-2.0
"""A table as a question meets it: names, values, the time it is about.

Made once for each table and kept: the distinct texts of 1,000 rows take 3 ms, and a question is held against a dozen tables.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from functools import cached_property

from desktop_app.analysis import words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.script import HAN
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, TEXT, StoredTable
from desktop_app.library.stores.table_store import BAND
from desktop_app.tables import office_terms
from desktop_app.tables.named_places import JOINT, AskedText, ColumnValues
from desktop_app.tables.periods import TimeSpan, periods

_MOST_VALUES = 20_000  # distinct texts of a column that are held
_PERSON = re.compile(
    r"负责人|经办人|责任人|联系人|申请人|报销人|盘点人|参训人|姓名|员工|人员|学生|业务员|客户经理|检验员|抄表人|司机|employee|staff|person|representative|manager|owner|responsible|driver|handler|buyer|student|by$"
)
_AS_OF = re.compile(
    r"(?:截至|截止|编制|制表|打印|更新|生效|as of|printed|updated|valid from|effective)\W{0,3}(?:于|日期|时间|on)?\W{0,2}[\d年月日号./ -]+(?:[a-z]+ \d{4})?"
)
_YES = ("是", "有", "yes", "y", "true", "✓", "√", "已")
_NO = ("否", "无", "no", "n", "false", "✗", "×", "未", "没有")


class TableView:
    """Reads what it needs of the rows once."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], table: StoredTable) -> None:
        self.table = table
        self.head = table.head
        self._connect = connect

    @cached_property
    def values(self) -> ColumnValues:
        """The texts of the columns of names and codes."""
        return ColumnValues(
            {number: self._distinct(number) for number, column in enumerate(self.head.columns) if column.kind in (TEXT, CODE)}
        )

    @cached_property
    def named(self) -> str:
        """What names the table, folded: the stem of its file, sheet, headings, title."""
        place = self.head.locator
        stem = os.path.splitext(os.path.basename(self.table.path))[0]
        return fold(" ".join(filter(None, (re.sub(r"[_-]", " ", stem), place.sheet, *place.headings, self.head.title))))

    @cached_property
    def time(self) -> TimeSpan | None:
        """The stretch of time that the table is about; the narrowest that its names tell, with the year of another where it has none. Where its
        dates lie outside, the name says when it was written."""
        place = self.head.locator
        name = os.path.splitext(os.path.basename(self.table.path))[0]
        stems = (re.sub(r"[_-]", " ", name), name.replace("_", " "))  # "2026-03" is a month, "a-2026" a year
        texts = (_AS_OF.sub("", fold(text)) for text in (place.sheet, self.head.title, *place.headings, *stems) if text)
        found = [period for text in texts for period in periods(text)]
        if not found:
            return None
        narrow = min(found, key=_length)
        years = [period.first[0] for period in found if not period.open_year]
        time = narrow.in_year(years[0]) if years else narrow
        return time if time.open_year or self._dates_lie_in(time) else None

    def _dates_lie_in(self, time: TimeSpan) -> bool:
        first, last = time.iso()
        for number in self.dates[:1]:
            column, band = number % BAND, number // BAND
            row = (
                self._connect()
                .execute(
                    f"SELECT min(substr(c{column}, 1, 10)), max(substr(c{column}, 1, 10)) FROM table_rows WHERE tbl = ? AND band = ? AND mark = '' "
                    f"AND c{column} GLOB '[12][0-9][0-9][0-9]-*'",
                    (self.table.id, band),
                )
                .fetchone()
            )
            return row[0] is None or (first <= row[0] and row[1] <= last)
        return True

    @cached_property
    def key(self) -> int:
        """The column that names the rows: the first whose texts are all different, else the first of names; -1 for none."""
        named = [number for number, column in enumerate(self.head.columns) if column.kind in (TEXT, CODE)]
        rows = self.table.rows
        for number in named:
            if rows and len(self.values.texts[number]) >= rows and len(set(self.values.texts[number])) >= rows:
                return number
        return named[0] if named else -1

    @cached_property
    def person(self) -> int:
        """The column that names people, -1 for none; of several the one that differs most."""
        found = [
            number
            for number, column in enumerate(self.head.columns)
            if column.kind == TEXT and _PERSON.search(fold(column.name.split(JOINT)[-1]))
        ]
        return max(found, key=lambda number: len(self.values.texts[number]), default=-1)

    def is_unique(self, column: int) -> bool:
        """Whether each row has a text of its own in a column."""
        return len(self.values.texts.get(column, ())) >= self.table.rows > 0

    @property
    def sheet(self) -> str:
        """The name of its sheet, folded."""
        return fold(self.head.locator.sheet or "").strip()

    def nearness(self, asked: AskedText) -> float:
        """How many words of the question are among the names of the table and its columns; a first guess, quickly made."""
        stems = sum(word.stem in self._terms for word in asked.words)
        return stems + 0.5 * sum(asked.folded[at : at + 2] in self._terms for at in range(len(asked.folded) - 1))

    @cached_property
    def _terms(self) -> frozenset[str]:
        terms = set[str]()
        for name in (self.named, *(fold(column.name) for column in self.head.columns)):
            for text in (name, *office_terms.others(name)):
                terms.update(words.stem(word) for word in re.findall(r"[a-z\d]{2,}", text))
                terms.update(run[at : at + 2] for run in re.findall(f"[{HAN}]{{2,}}", text) for at in range(len(run) - 1))
        return frozenset(terms)

    @cached_property
    def other_words(self) -> tuple[str, ...]:
        """Words that mean the same as a word of its names or columns, in the other language too."""
        texts = (self.named, *(fold(column.name) for column in self.head.columns))
        return office_terms.other_words(" ".join(texts))

    @cached_property
    def of_periods(self) -> frozenset[int]:
        """The columns of texts that all are stretches of time: "1月", "Q2"."""
        return frozenset(
            number
            for number, texts in self.values.texts.items()
            if 0 < len(texts) <= 40
            and all(text[:1].isdigit() or text[:1] in "Qq第上下" for text in texts)
            and all(map(periods, map(fold, texts)))
        )

    @cached_property
    def dates(self) -> list[int]:
        """The columns of dates."""
        return [number for number, column in enumerate(self.head.columns) if column.kind == DATE]

    @cached_property
    def figures(self) -> list[int]:
        """The columns of figures."""
        return [number for number, column in enumerate(self.head.columns) if column.kind in FIGURES]

    def largest(self, column: int) -> float:
        """The largest figure of a column without its sign, 0 for none."""
        name = f"c{column % BAND}"
        row = (
            self._connect()
            .execute(
                f"SELECT max(abs({name})) FROM table_rows WHERE tbl = ? AND band = ? AND mark = '' AND typeof({name}) <> 'text'",
                (self.table.id, column // BAND),
            )
            .fetchone()
        )
        return float(row[0] or 0)

    def yes_or_no(self, column: int) -> tuple[str, str] | None:
        """The values of a column for yes and no, where it has no others."""
        texts = self.values.texts.get(column, ())
        if not 0 < len(texts) <= 2:
            return None
        yes = [text for text in texts if fold(text).strip() in _YES]
        no = [text for text in texts if fold(text).strip() in _NO]
        return (yes[0], no[0]) if len(yes) == 1 == len(no) else None

    def is_repeated(self, column: int) -> bool:
        """Whether texts of a column stand in several rows."""
        return len(self.values.texts.get(column, ())) < self.table.rows

    @cached_property
    def name_stems(self) -> frozenset[str]:
        """Stems of the Latin words of ``named``."""
        return frozenset(words.stem(word) for word in re.findall(r"[a-z]{2,}", self.named))

    def _distinct(self, number: int) -> list[str]:
        found = self._connect().execute(
            f"SELECT c{number % BAND}, count(*) FROM table_rows WHERE tbl = ? AND band = ? AND mark = '' AND typeof(c{number % BAND}) = 'text' "
            f"GROUP BY 1 ORDER BY min(row) LIMIT {_MOST_VALUES}",
            (self.table.id, number // BAND),
        )
        return [value for value, _ in found]


def _length(period: TimeSpan) -> int:
    first, last = period.in_year(2024).first, period.in_year(2024).last
    return (last[0] - first[0]) * 372 + (last[1] - first[1]) * 31 + last[2] - first[2]
