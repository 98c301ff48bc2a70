# SPDX-License-Identifier: Apache-2.0
"""The popup in which a condition is made: column, comparison, values.

Texts are chosen from those that stand in the column, or typed where it has more than can be listed; figures and dates are typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.contract.form import BETWEEN, DIFFERS, EQUAL, NOTHING, Condition
from desktop_app.contract.messages import TableChoicesResult
from desktop_app.contract.typed_table import CODE, DATE, PERCENT, TEXT, Column, Value
from desktop_app.foundation.translation import tr
from desktop_app.ui.figures import form_words
from desktop_app.ui.figures.form_changes import as_asked, condition_of, tests_of, typed
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import button_text, plain_label
from desktop_app.ui.widgets.popup_frame import PopupFrame

_WIDTH = 300
_ROWS = 7  # of the list of values
_ROW = 30  # px

WantsValues = Callable[[str], Operation]
"""Asks for the different texts of a column."""


class ConditionPopup(PopupFrame):
    """``made`` carries a Condition."""

    made = Signal(object)

    def __init__(self, columns: Sequence[Column], values: WantsValues, before: Condition | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = {column.name: column for column in columns}
        self._values = values
        self._more = False
        self._asked = 0  # the request for the values of this column
        before = as_asked(before) if before is not None and before.column in self._columns else None
        self._column = self._columns[before.column] if before is not None else columns[0]
        self._test = before.test if before is not None and before.test in tests_of(self._column.kind) else EQUAL
        self._build()
        self._show_choice()
        self._list_values(before.values if before is not None else ())

    # ---- what is chosen ----

    def choose_column(self, name: str) -> None:
        """Another column; what was chosen of the one before is of no use."""
        self._column = self._columns[name]
        if self._test not in tests_of(self._column.kind):
            self._test = EQUAL
        self._show_choice()
        self._list_values(())

    def choose_test(self, test: str) -> None:
        """Another comparison."""
        self._test = test
        self._show_choice()

    def apply(self) -> None:
        """Tell the condition and close; what is missing is said instead."""
        condition = condition_of(self._column, self._test, self._chosen())
        if condition is None:
            self.note.setText(self._missing())
            self.note.show()
            return
        self.made.emit(condition)
        self.close()

    def _chosen(self) -> list[Value]:
        if self._test == NOTHING:
            return []
        if not self._is_listed:
            fields = (self.first, self.last) if self._test == BETWEEN else (self.first,)
            return [typed(field.text(), self._column.kind) for field in fields]
        items = [self.list.item(row) for row in range(self.list.count())]
        chosen: list[Value] = [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]
        return chosen if chosen or not self._more else [typed(self.first.text(), TEXT)]

    def _missing(self) -> str:
        kind = self._column.kind
        if kind == DATE:
            return tr("Type a date: year, month and day.")
        return (
            tr("Choose a value.")
            if kind in (TEXT, CODE) and self._is_listed
            else tr("Type a value.")
            if kind in (TEXT, CODE)
            else tr("Type a number.")
        )

    @property
    def _is_listed(self) -> bool:
        return self._column.kind in (TEXT, CODE) and self._test in (EQUAL, DIFFERS)

    # ---- values of the column ----

    def _list_values(self, chosen: Sequence[Value]) -> None:
        self.list.clear()
        kind = self._column.kind
        is_text = kind in (TEXT, CODE)
        for field, value in zip((self.first, self.last), [*chosen, None, None][:2], strict=True):
            field.setText("" if value is None or (is_text and self._is_listed) else _as_typed(value, kind))
        if is_text:
            self._add_values([str(value) for value in chosen], checked=True)
            operation = self._values(self._column.name)
            self._asked = operation.id
            operation.succeeded.connect(self._values_came)

    def _values_came(self, result: TableChoicesResult) -> None:
        if result.id != self._asked:
            return
        here = {self.list.item(row).text() for row in range(self.list.count())}
        self._add_values([value for value in result.values if value not in here], checked=False)
        self._more = result.more
        self._show_choice()

    def _add_values(self, values: Sequence[str], *, checked: bool) -> None:
        for value in values:
            item = QListWidgetItem(value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        if self.list.count() and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def _checked(self, item: QListWidgetItem) -> None:
        """Of "is not" there is one value only."""
        self.note.hide()
        if self._test != DIFFERS or item.checkState() != Qt.CheckState.Checked:
            return
        for row in range(self.list.count()):
            if self.list.item(row) is not item:
                self.list.item(row).setCheckState(Qt.CheckState.Unchecked)

    def _filter(self, text: str) -> None:
        self.note.hide()
        if self._is_listed:
            for row in range(self.list.count()):
                item = self.list.item(row)
                item.setHidden(text.strip().casefold() not in item.text().casefold())

    # ---- building ----

    def _build(self) -> None:
        self.setAccessibleName(tr("Condition"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_M, theme.SPACE_M)
        column.setSpacing(theme.SPACE_S)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self.column = QPushButton(self)
        self.test = QPushButton(self)
        for button, opened in ((self.column, self._open_columns), (self.test, self._open_tests)):
            button.setProperty("role", "select")
            theme.size_with_text(button, width=_WIDTH)
            button.clicked.connect(opened)
            column.addWidget(button)
        self.first, self.last = QLineEdit(self), QLineEdit(self)
        fields = QHBoxLayout()
        fields.setSpacing(theme.SPACE_S)
        for field in (self.first, self.last):
            field.returnPressed.connect(self.apply)
            field.textChanged.connect(self._filter)
            fields.addWidget(field)
        column.addLayout(fields)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Values of the column"))
        self.list.itemChanged.connect(self._checked)
        column.addWidget(self.list)
        self.note = plain_label("danger", wrap=True, parent=self)
        self.note.hide()
        column.addWidget(self.note)
        self.done = QPushButton(tr("Apply"), self)
        self.done.setProperty("role", "primary")
        self.done.clicked.connect(self.apply)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.done)
        column.addLayout(foot)

    def _show_choice(self) -> None:
        kind = self._column.kind
        name = form_words.short(self._column.name)
        self.column.setText(button_text(name))
        self.column.setAccessibleName(tr("Column: {name}", name=name))
        test = form_words.test_name(self._test, kind)
        self.test.setText(button_text(test))
        self.test.setAccessibleName(tr("Comparison: {name}", name=test))
        self.list.setVisible(self._is_listed)
        theme.size_with_text(self.list, height=_ROW * min(_ROWS, max(2, self.list.count())) + 8)
        self.first.setVisible(self._test != NOTHING and (not self._is_listed or self._more or self.list.count() > _ROWS))
        self.last.setVisible(self._test == BETWEEN)
        hint = "2026-03-31" if kind == DATE else tr("in percent") if kind == PERCENT else self._column.unit
        listed = tr("Type to find a value")
        for field, words in ((self.first, tr("Value")), (self.last, tr("Upper value"))):
            field.setPlaceholderText(listed if self._is_listed else hint)
            field.setAccessibleName(listed if self._is_listed else words)
        self.note.hide()
        self._filter(self.first.text())

    def _open_columns(self) -> None:
        self._open(self.column, [(form_words.short(name), partial(self.choose_column, name)) for name in self._columns])

    def _open_tests(self) -> None:
        kind = self._column.kind
        self._open(self.test, [(form_words.test_name(one, kind), partial(self.choose_test, one)) for one in tests_of(kind)])

    def _open(self, button: QPushButton, entries: Sequence[tuple[str, Callable[[], None]]]) -> None:
        menu = QMenu(self)
        for words, chosen in entries:
            menu.addAction(button_text(words), chosen)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def open_at(self, place: QPoint) -> None:
        """With its upper left corner at ``place`` of the screen, or beside it where the screen ends."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        left = max(room.left(), min(place.x(), room.right() - self.width()))
        self.move(left, max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.show()
        (self.list if self._is_listed else self.first if self.first.isVisible() else self.test).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply()
            return
        super().keyPressEvent(event)


def _as_typed(value: Value, kind: str) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{100 * value:.12g}" if kind == PERCENT else f"{value:.15g}"
