# SPDX-License-Identifier: Apache-2.0
"""The list of groups of copies and versions.

A heading a group, below it its files, the newest first.

Flat rows painted by a delegate, because a library may have thousands of groups and widgets for them would stop the window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.contract.reports.duplicate_report import DuplicateFile, DuplicateGroup
from desktop_app.foundation.shown import table_cell
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_tip
from desktop_app.wording import day_texts
from desktop_app.wording.place import file_name, folder_of, short_path

RowRole = Qt.ItemDataRole.UserRole + 1
_HEAD_PX, _FILE_PX = 44, 48
_SAID_PX = 200  # at the right: how similar, and the date
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """``file`` is None in a group's heading."""

    group: DuplicateGroup
    file: DuplicateFile | None = None


class DuplicatesModel(QAbstractListModel):
    """One row a heading and one a file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[DuplicateRow] = []

    def show(self, groups: Sequence[DuplicateGroup]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = [
            row for group in groups for row in (DuplicateRow(group), *(DuplicateRow(group, file) for file in group.files))
        ]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return heading(row.group) if row.file is None else f"{file_name(row.file.path)}, {said(row)}, {day(row.file)}"
        if role == Qt.ItemDataRole.ToolTipRole and row.file is not None:
            return plain_tip(row.file.path)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.rows[index.row()].file is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def heading(group: DuplicateGroup) -> str:
    """What a group is: same text or versions, and how many."""
    if group.kind == "exact":
        return trn("{n} file with the same text", "{n} files with the same text", len(group.files))
    return trn("{n} version", "{n} versions of one document", len(group.files))


def said(row: DuplicateRow) -> str:
    """What is said of a file beside its name."""
    assert row.file is not None
    if row.file.newest:
        return tr("newest")
    if row.group.kind == "exact":
        return tr("copy")
    if row.file.similarity == 1:
        return tr("the same as the newest")
    return tr("{share} the same", share=f"{row.file.similarity:.1%}")


def day(file: DuplicateFile) -> str:
    """When the file was last changed, in local time."""
    return day_texts.whole(dt.datetime.fromtimestamp(file.modified).astimezone())


def as_tsv(rows: Sequence[DuplicateRow]) -> str:
    """For a spreadsheet: a line a file; the first column numbers the groups."""
    lines, number = [f"{tr('Group')}\t{tr('File')}\t{tr('Folder')}\t{tr('Changed')}\t{tr('State')}"], 0
    for row in rows:
        if row.file is None:
            number += 1
            continue
        fields = (str(number), file_name(row.file.path), folder_of(row.file.path), day(row.file), said(row))
        lines.append("\t".join(map(table_cell, fields)))
    return "\n".join(lines)


class DuplicatesDelegate(QStyledItemDelegate):
    """Paints headings and files."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002 - Qt's signature
        row: DuplicateRow = index.data(RowRole)
        return QSize(200, _HEAD_PX if row.file is None else _FILE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: DuplicateRow = index.data(RowRole)
        painter.save()
        if row.file is None:
            self._paint_heading(painter, QRectF(option.rect), row.group)
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_file(painter, QRectF(option.rect), row, selected=selected)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, group: DuplicateGroup) -> None:
        colours = theme.current()
        inner = rect.adjusted(theme.SPACE_S, theme.SPACE_M, -theme.SPACE_S, -theme.SPACE_XS)
        role = "warn" if group.kind == "exact" else "accent_text"
        icons.paint(painter, QRectF(inner.left(), inner.center().y() - 8, 16, 16), _ICON[group.kind], role)
        painter.setPen(colours.colour("ink"))
        painter.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        painter.drawText(inner.adjusted(24, 0, 0, 0), _LEFT, heading(group))
        painter.setPen(colours.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _paint_file(self, painter: QPainter, rect: QRectF, row: DuplicateRow, *, selected: bool) -> None:
        assert row.file is not None
        colours = theme.current()
        if selected:
            painter.fillRect(rect, colours.colour("selection"))
        inner = rect.adjusted(theme.SPACE_S + 24, 4, -theme.SPACE_S, -4)
        half = inner.height() / 2
        names = inner.adjusted(0, 0, -_SAID_PX - theme.SPACE_M, 0)
        beside = QRectF(inner.right() - _SAID_PX, inner.top(), _SAID_PX, inner.height())
        painter.setPen(colours.colour("ink"))
        painter.setFont(theme.font(theme.BASE_PX))
        painter.drawText(names.adjusted(0, 0, 0, -half), _LEFT, _cut(painter, file_name(row.file.path), names.width()))
        painter.setPen(colours.colour("ok" if row.file.newest and not selected else "ink" if selected else "quiet"))
        painter.setFont(theme.font(theme.SMALL_PX + 1))
        painter.drawText(beside.adjusted(0, 0, 0, -half), _RIGHT, said(row))
        painter.setPen(colours.colour("ink" if selected else "quiet"))
        painter.setFont(theme.font(theme.SMALL_PX))
        folder = short_path(folder_of(row.file.path), 90)
        painter.drawText(names.adjusted(0, half, 0, 0), _LEFT, _cut(painter, folder, names.width()))
        painter.drawText(beside.adjusted(0, half, 0, 0), _RIGHT, day(row.file))


_ICON = {"exact": "copy", "near": "files"}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _cut(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(width))
