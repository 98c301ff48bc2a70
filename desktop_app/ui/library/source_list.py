# SPDX-License-Identifier: Apache-2.0
"""The list of the folders and files a library is made of.

One line each, with count, tick, progress or "not connected". A tick means that every file that is to be read can be searched; a folder with
files that could not be read has a warning and says how many can, an empty one says that it is empty.

A model and a delegate instead of a widget a line, so that 500 sources cost no more than the lines on the screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.contract.ledger import SEARCHABLE, Source
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_tip
from desktop_app.wording.place import file_name, folder_of

SourceRole = int(Qt.ItemDataRole.UserRole) + 1
ShareRole = int(Qt.ItemDataRole.UserRole) + 2  # 0..1 while being read, None otherwise
NoteRole = int(Qt.ItemDataRole.UserRole) + 3  # what tells two sources of the same name apart

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_HEIGHT = 32  # px
_NEARLY = 0.99  # what is still being read is not done


class SourceModel(QAbstractListModel):
    """One row a folder or file of the library."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources: list[Source] = []
        self._notes: list[str] = []
        self._running = False
        self._overall: float | None = None
        self._reading = ""

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Takes a new overview; lines stay in place (and selected) when the same sources come again."""
        if [source.path for source in sources] == [source.path for source in self._sources]:
            self._sources = list(sources)
            self._all_changed()
            return
        self.beginResetModel()
        self._sources = list(sources)
        self._notes = _notes(self._sources)
        self.endResetModel()

    def set_running(self, *, running: bool, overall: float | None = None, path: str = "") -> None:
        """Whether indexing runs; ``overall`` is its share done, ``path`` the file at hand."""
        if (running, overall, path) != (self._running, self._overall, self._reading):
            self._running, self._overall, self._reading = running, overall, path
            self._all_changed()

    def source(self, row: int) -> Source:
        """The source of a row."""
        return self._sources[row]

    def share(self, source: Source) -> float | None:
        """How much of a source is done, 0..1, or None when it is not being read now."""
        if not self._running or not source.online:
            return None
        if len(self._sources) == 1:
            return min(self._overall, _NEARLY) if self._overall is not None else 0.0
        total, pending = sum(source.counts.values()), source.counts.get("pending", 0)
        if total == 0:
            return 0.0
        if pending == 0 and not _is_below(self._reading, source):
            return None
        return min((total - pending) / total, _NEARLY)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._sources)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        source = self._sources[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return file_name(source.path)
        if role == SourceRole:
            return source
        if role == ShareRole:
            return self.share(source)
        if role == NoteRole:
            return self._notes[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(source.path, self._said(source))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{file_name(source.path)}: {self._said(source)}"
        return None

    def _said(self, source: Source) -> str:
        if not source.online:
            return tr("disk not connected; its files stay")
        words = trn("{n} file", "{n} files", sum(source.counts.values()))
        share = self.share(source)
        if share is not None:
            return tr("{files}, {percent} read", files=words, percent=_percent(share))
        return tr(", ").join([words, *_parts(source)])

    def _all_changed(self) -> None:
        if self._sources:
            self.dataChanged.emit(self.index(0), self.index(len(self._sources) - 1))


class SourceDelegate(QStyledItemDelegate):
    """Icon, name, a quiet note, and at the right what is true now: percent, count with a tick, or "not connected"."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002 - Qt's signature
        return QSize(120, theme.scaled(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = theme.current()
        source: Source = index.data(SourceRole)
        share: float | None = index.data(ShareRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        place = QRectF(option.rect).adjusted(4, 1, -4, -1)
        ground = None
        if state & QStyle.StateFlag.State_Selected:
            ground = colours.selection
        elif state & QStyle.StateFlag.State_MouseOver:
            ground = colours.hover
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QColor(colours.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)

        middle = place.center().y()
        quiet = not source.online
        icons.paint(painter, QRectF(place.left() + 8, middle - 8, 16, 16), _icon(source), "quiet")
        right = self._right(painter, place, source, share)
        left = place.left() + 8 + 16 + 8
        room = right - 8 - left
        painter.setFont(theme.font(theme.BASE_PX))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, int(room))
        painter.setPen(QColor(colours.quiet if quiet else colours.ink))
        line = QRectF(left, place.top(), room, place.height())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), name)
        note = shown_name(str(index.data(NoteRole)))
        used = metrics.horizontalAdvance(name) + 8
        if note and room - used > 40:
            painter.setFont(theme.font(theme.SMALL_PX))
            painter.setPen(QColor(colours.quiet))
            note = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideMiddle, int(room - used))
            painter.drawText(
                line.adjusted(used, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), note
            )
        if share is not None:
            self._bar(painter, QRectF(left, place.bottom() - 4, place.right() - 8 - left, 2), share)
        painter.restore()

    def _right(self, painter: QPainter, place: QRectF, source: Source, share: float | None) -> float:
        """Draw what stands at the right end; returns where it begins."""
        colours = theme.current()
        right = place.right() - 8
        middle = place.center().y()
        painter.setFont(theme.font(theme.SMALL_PX))
        if not source.online:
            icons.paint(painter, QRectF(right - 14, middle - 7, 14, 14), "disconnected", "quiet")
            right -= 20
            words, colour = tr("not connected"), colours.quiet
        elif share is not None:
            words, colour = _percent(share), colours.accent_text
        else:
            icon, role, words = standing(source)
            colour = colours.quiet
            if icon:
                icons.paint(painter, QRectF(right - 14, middle - 7, 14, 14), icon, role)
            right -= 20
        painter.setPen(QColor(colour))
        width = painter.fontMetrics().horizontalAdvance(words)
        line = QRectF(right - width - 2, place.top(), width + 2, place.height())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), words)
        return right - width - 2

    def _bar(self, painter: QPainter, place: QRectF, share: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour("edge"))
        painter.drawRoundedRect(place, 1, 1)
        if share > 0:
            painter.setBrush(theme.current().colour("accent"))
            done = QRectF(place)
            done.setWidth(max(place.width() * min(share, 1.0), 2.0))
            painter.drawRoundedRect(done, 1, 1)


def standing(source: Source) -> tuple[str, str, str]:
    """How a source stands while it is not being read: icon, its role, and a word or number. No icon where nothing is to be claimed."""
    counts = source.counts
    searchable = sum(counts.get(state, 0) for state in SEARCHABLE)
    total = sum(counts.values())
    if not total:
        return "", "quiet", tr("empty")
    if source.needing:
        return "alert", "warn", tr("{ready} of {total}", ready=f"{searchable:,}", total=f"{total - counts.get('skipped', 0):,}")
    if counts.get("pending"):
        return "", "quiet", tr("{ready} of {total}", ready=f"{searchable:,}", total=f"{total - counts.get('skipped', 0):,}")
    if not searchable:
        return "", "quiet", tr("nothing read")
    return ("" if counts.get("words") else "check"), "ok", f"{searchable:,}"


def _parts(source: Source) -> list[str]:
    """What the files of a source are, as far as it is not all the same and well."""
    counts = source.counts
    unread = counts.get("failed", 0) + counts.get("partial", 0)
    searchable = sum(counts.get(state, 0) for state in SEARCHABLE)
    parts = [
        (searchable, tr("{n} searchable", n=f"{searchable:,}")),
        (source.needing, tr("{n} not fully read", n=f"{source.needing:,}")),
        (unread - source.needing, tr("{n} put aside", n=f"{unread - source.needing:,}")),
        (counts.get("words", 0), tr("{n} of them by their words only", n=f"{counts.get('words', 0):,}")),
        (counts.get("skipped", 0), tr("{n} excluded", n=f"{counts.get('skipped', 0):,}")),
        (counts.get("pending", 0), tr("{n} waiting", n=f"{counts.get('pending', 0):,}")),
    ]
    return [words for number, words in parts if number > 0]


def _percent(share: float) -> str:
    """Rounded down: 99.6 % is not all."""
    return f"{int(share * 100)}%"


def _icon(source: Source) -> str:
    if source.kind == "folder":
        return "folder"
    suffix = source.path.lower().rsplit(".", 1)[-1]
    return {"pdf": "file-pdf", "xlsx": "file-table", "xls": "file-table", "csv": "file-table"}.get(suffix, "file-text")


def _is_below(path: str, source: Source) -> bool:
    if not path or path == source.path:
        return bool(path)
    return path.startswith(source.path.rstrip("/\\")) and path[len(source.path.rstrip("/\\"))] in "/\\"


def _notes(sources: Sequence[Source]) -> list[str]:
    """For sources whose name stands twice in the list, the folder they lie in."""
    names = Counter(file_name(source.path) for source in sources)
    return [folder_of(source.path) if names[file_name(source.path)] > 1 else "" for source in sources]
