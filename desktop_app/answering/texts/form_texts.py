# SPDX-License-Identifier: Apache-2.0
"""Forms and figures in words, in the language of the question.

"Sum of 金额（元） where 类别 is 租赁 and 状态 is not 作废": who reads the answer must see what was computed, to trust it or to ask again. The words
are part of the answer, so they follow the question's language and not that of the window.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from desktop_app.contract import form as forms
from desktop_app.contract.form import Computed, Condition, Form, Side
from desktop_app.contract.typed_table import DATE, FIGURES, MONEY, NUMBER, PERCENT, TEXT, StoredTable, Value
from desktop_app.foundation.shown import shown_name

_LONGEST_CELL = 80  # characters
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~$])")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#~$])")
_MEASURES = {
    forms.COUNT: {"zh": "行数", "en": "number of rows"},
    forms.SUM: {"zh": "{column}的合计", "en": "sum of {column}"},
    forms.AVERAGE: {"zh": "{column}的平均值", "en": "average of {column}"},
    forms.MIN: {"zh": "{column}的最小值", "en": "smallest {column}"},
    forms.MAX: {"zh": "{column}的最大值", "en": "largest {column}"},
    forms.VALUE: {"zh": "{column}", "en": "{column}"},
    forms.LIST: {"zh": "{column}的清单", "en": "list of {column}"},
    forms.DIFFERENCE: {"zh": "{column}之差", "en": "difference of {column}"},
    forms.SHARE: {"zh": "占比", "en": "share"},
}
_DIFFERENT = {"zh": "不同的{column}的个数", "en": "number of different values of {column}"}
_PARTS = {
    "month": {"zh": "的月份", "en": "month"},
    "quarter": {"zh": "的季度", "en": "quarter"},
    "year": {"zh": "的年份", "en": "year"},
    "day": {"zh": "的日期", "en": "day"},
}
_TESTS = {
    forms.EQUAL: {"zh": "为", "en": "is"},
    forms.DIFFERS: {"zh": "不为", "en": "is not"},
    forms.LESS: {"zh": "小于", "en": "is below"},
    forms.AT_MOST: {"zh": "不超过", "en": "is at most"},
    forms.MORE: {"zh": "大于", "en": "is above"},
    forms.AT_LEAST: {"zh": "不小于", "en": "is at least"},
    forms.BETWEEN: {"zh": "在", "en": "is from"},
    forms.BEGINS: {"zh": "开头为", "en": "begins with"},
    forms.ONE_OF: {"zh": "为", "en": "is"},
    forms.NOTHING: {"zh": "为空或为0", "en": "is empty or 0"},
}
_LEFT_OUT = {
    True: {"zh": "另有{n}行已隐藏，未计入", "en": "{n} hidden more, not counted"},
    False: {"zh": "另有{n}行在隐藏的工作表中，未计入", "en": "{n} more on hidden sheets, not counted"},
}
_PICKED = {
    forms.MAX: {"zh": "，取最大的", "en": ", the largest of them"},
    forms.MIN: {"zh": "，取最小的", "en": ", the smallest of them"},
}


def what(form: Form, language: str) -> str:
    """What is measured: "sum of Amount for each Category"; Markdown."""
    zh, column = language == "zh", plain(form.column)
    if form.times:
        column = f"{column} × {plain(form.times)}"
    if form.plus:
        column = (" + ").join([column, *map(plain, form.plus)])
    if form.measure == forms.DIFFERENCE and not form.column and not any(side.column for side in form.sides):
        column = _MEASURES[forms.COUNT][language]
    measure = _DIFFERENT if form.measure == forms.COUNT and form.column else _MEASURES[form.measure]
    text = measure[language].format(column=f"“{column}”" if zh else column)
    if form.group:
        part = _PARTS[form.part][language] if form.part else ""
        text += (
            f"，按“{plain(form.group)}”{part}分组" if zh else f" for each {f'{part} of ' if part else ''}{plain(form.group)}"
        )
    text += _PICKED[form.pick][language] if form.pick else ""
    if form.named:
        text = f"{text}所在的“{plain(form.named)}”" if zh else f"{plain(form.named)} with the {text}"
    return text[:1].upper() + text[1:]


def form_sentence(computed: Computed, tables: Mapping[int, StoredTable], language: str) -> str:
    """What was computed and over which rows; Markdown. ``language``: "zh" or "en"."""
    form, zh = computed.form, language == "zh"
    text = what(form, language)
    kinds = {column.name: column.kind for table in form.tables for column in tables[table].head.columns}
    conditions = [_condition(one, language, kinds) for one in form.conditions]
    sides = [_side(side, tables, language, kinds) for side in reversed(form.sides)]
    conditions += [("减去" if zh else " minus ").join(side for side in sides if side)] if any(sides) else []
    if conditions:
        text += ("，条件：" + "；".join(conditions)) if zh else (" where " + " and ".join(conditions))
    where = _where(form, tables, language)
    return f"{text}。{where}{_counted(computed, language)}" if zh else f"{text}. {where}{_counted(computed, language)}"


def _side(side: Side, tables: Mapping[int, StoredTable], language: str, kinds: Mapping[str, str]) -> str:
    """One of the two figures of a difference."""
    said = [_condition(one, language, kinds) for one in side.conditions]
    if side.column:
        said.append(f"“{plain(side.column)}”" if language == "zh" else plain(side.column))
    if not said and (sheet := tables[side.table].head.locator.sheet):
        said.append(f"工作表“{plain(sheet)}”" if language == "zh" else f"sheet {plain(sheet)}")
    return ("且" if language == "zh" else " and ").join(said)


def _condition(condition: Condition, language: str, kinds: Mapping[str, str]) -> str:
    zh, name = language == "zh", plain(condition.column)
    test = _TESTS[condition.test][language]
    if condition.other:
        other = plain(condition.other)
        if kinds.get(condition.column) == DATE:
            days = plain(worded(condition.values[0] if condition.values else 0, NUMBER))
            return f"从“{other}”到“{name}”的天数{test}{days}" if zh else f"number of days from {other} to {name} {test} {days}"
        return f"“{name}”{test}“{other}”" if zh else f"{name} {test} {other}"
    kind = kinds.get(condition.column, TEXT)
    values = [plain(worded(value, kind)) for value in condition.values]
    if condition.test == forms.BETWEEN and values[1].startswith("9999-"):
        return f"“{name}”不早于{values[0]}" if zh else f"{name} is {values[0]} or later"
    if condition.test == forms.BETWEEN and values[0].startswith("0001-"):
        return f"“{name}”不晚于{values[1]}" if zh else f"{name} is {values[1]} or earlier"
    if condition.test == forms.BETWEEN:
        return f"“{name}”{test}{values[0]}至{values[1]}" if zh else f"{name} {test} {values[0]} to {values[1]}"
    joined = ("或" if zh else " or ").join(values)
    return f"“{name}”{test}{joined}" if zh else f"{name} {test} {joined}"


def _where(form: Form, tables: Mapping[int, StoredTable], language: str) -> str:
    files = dict[str, list[str]]()
    for table in dict.fromkeys(form.tables):
        files.setdefault(tables[table].path, []).append(tables[table].head.locator.sheet or "")
    names = []
    for path, sheets in files.items():
        name = plain(shown_name(os.path.basename(path), 60))
        named = [plain(sheet) for sheet in sheets if sheet]
        if language == "zh":
            names.append(f"《{name}》" + (f"工作表{'、'.join(f'“{sheet}”' for sheet in named)}" if named else ""))
        else:
            names.append(name + (f", sheet {' and '.join(named)}" if named else ""))
    return ("来源：" + "；".join(names) + "，") if language == "zh" else ("From " + "; ".join(names) + ": ")


def _counted(computed: Computed, language: str) -> str:
    zh, matched = language == "zh", computed.matched
    text = f"{matched:,}行" if zh else f"{matched:,} {'row' if matched == 1 else 'rows'}"
    notes = []
    if computed.hidden:
        notes.append(f"其中{computed.hidden:,}行已隐藏" if zh else f"{computed.hidden:,} of them hidden")
    if computed.left_out:
        notes.append(_LEFT_OUT[computed.form.hidden == forms.SHOWN_ONLY][language].format(n=f"{computed.left_out:,}"))
    if computed.empty:
        notes.append(f"{computed.empty:,}行没有数值，未计入" if zh else f"{computed.empty:,} without a figure, left out")
    return (
        text
        + (("（" + "；".join(notes) + "）" if zh else " (" + "; ".join(notes) + ")") if notes else "")
        + ("。" if zh else ".")
    )


def worded(value: Value, kind: str, unit: str = "", language: str = "") -> str:
    """A value as people write it: 2,332.28 GBP, 83.4%, 545,600 元; not escaped."""
    if value is None:
        return ""
    if not isinstance(value, (int, float)):
        return str(value)
    if kind == PERCENT:
        return f"{_stripped(_decimals(100 * value, 2))}%"
    text = _decimals(value, 2 if kind == MONEY and not unit.startswith(("万", "亿")) else 4)
    if not unit or kind not in FIGURES:
        return text
    return f"{text}{unit}" if unit[0] > "\u2fff" and language == "zh" else f"{text} {unit}"


def _decimals(value: float, most: int) -> str:
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    text = f"{value:,.{most}f}"
    return _stripped(text) if most > 2 else text


def _stripped(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def nothing(language: str) -> str:
    """In place of a figure, where no row counts."""
    return "没有符合条件的行" if language == "zh" else "No row fits"


def unmarked(text: str) -> str:
    """A sentence made here without the signs of Markdown."""
    return _ESCAPED.sub(r"\1", text)


def plain(text: str) -> str:
    """A cell or a name within Markdown: on one line, no sign of it with a meaning."""
    text = " ".join(text.split())
    return escaped(text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…")


def escaped(text: str) -> str:
    """Text within Markdown, as it is."""
    return _MARKDOWN.sub(r"\\\1", text)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """A table in Markdown; cells are escaped already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(" ---: " if one else " --- " for one in right) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
