# SPDX-License-Identifier: Apache-2.0
"""The licences of Inkstone and of all packages it is made of."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app import __version__
from desktop_app.foundation import paths
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.pages.help_page import HelpPage
from desktop_app.ui.pages.licence_notices import PackageNotice, notices_in

log = logging.getLogger(__name__)

_LIST_PX = 200


class LicencesPage(HelpPage):
    """A list that is searched by name, licence and text; beside it the text of the one that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self.column.addWidget(self._about)
        self.field = QLineEdit(self)
        mark_as_search(self.field, clear=True)
        self.field.textChanged.connect(self._filter)
        self.column.addWidget(self.field)
        self.list = QListWidget(self)
        self.list.setFixedWidth(_LIST_PX)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentRowChanged.connect(self._show)
        self._licence = plain_label(wrap=True, parent=self)
        self._address = plain_label("small", wrap=True, parent=self)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("role", "field")
        self.text.setFont(theme.fixed_font(theme.SMALL_PX))
        self.text.setTabChangesFocus(True)
        right = QVBoxLayout()
        right.setSpacing(theme.SPACE_XS)
        right.addWidget(self._licence)
        right.addWidget(self._address)
        right.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_M)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.column.addLayout(row, 1)
        self._notices: list[PackageNotice] = []
        self._searched: list[str] = []
        self._reader = _NoticesReader()
        self._reader.done.connect(self._came, Qt.ConnectionType.QueuedConnection)
        reader = self._reader
        QThreadPool.globalInstance().start(reader.run)
        self.retranslate()

    def _came(self, notices: list[PackageNotice], searched: list[str]) -> None:
        self._notices, self._searched = notices, searched
        self.list.addItems([f"{one.name} {one.version}".strip() for one in notices])
        self.list.setCurrentRow(0)
        self._filter()
        self.retranslate()

    def retranslate(self) -> None:
        self.title.setText(tr("Licences"))
        packages = len(self._notices) - 1  # but Inkstone itself
        self._about.setText(
            trn(
                "Inkstone is free software under Apache-2.0. It is made of {n} other part, under its own licence.",
                "Inkstone is free software under Apache-2.0. It is made of {n} other parts, each under its own licence.",
                packages,
            )
            if packages > 0
            else tr("Reading the licences…")
            if packages < 0
            else tr("Inkstone is free software under Apache-2.0. The list of its other parts is missing; run the set-up again.")
        )
        self.field.setPlaceholderText(tr("Search names, licences and their texts"))
        self.field.setAccessibleName(tr("Search names, licences and their texts"))
        self.list.setAccessibleName(tr("Licences"))
        self.text.setAccessibleName(tr("Text of the licence"))

    def take_focus(self) -> None:
        self.field.setFocus()

    def _filter(self) -> None:
        words = self.field.text().casefold().split()
        if not self._notices:
            return
        first = -1
        for row, text in enumerate(self._searched):
            fits = all(word in text for word in words)
            self.list.item(row).setHidden(not fits)
            if fits and first < 0:
                first = row
        self.list.setCurrentRow(first)

    def _show(self, row: int) -> None:
        one = self._notices[row] if row >= 0 else None
        self._licence.setText(one.licence if one is not None else tr("No licence holds these words."))
        self._address.setText(one.address if one is not None else "")
        self._address.setVisible(bool(self._address.text()))
        self.text.setPlainText((one.text or tr("The package brings no text of its licence.")) if one is not None else "")


def _notices() -> Iterator[PackageNotice]:
    """Inkstone itself, then what it is made of."""
    yield PackageNotice("Inkstone", __version__, "Apache-2.0", "", _read("LICENSE"))
    try:
        yield from notices_in(paths.notices().read_text(encoding="utf-8"))
    except OSError as error:
        log.warning("the notices cannot be read: %s", error)


def _read(name: str) -> str:
    try:
        return paths.paper(name).read_text(encoding="utf-8")
    except OSError as error:
        log.warning("%s cannot be read: %s", name, error)
        return ""


class _NoticesReader(QObject):
    """Kept apart, so that a reading that outlives the page has somewhere to report to. The notices of 160 packages are 1.2 MB."""

    done = Signal(list, list)

    def run(self) -> None:
        notices = list(_notices())
        self.done.emit(notices, [f"{one.name} {one.licence} {one.text}".casefold() for one in notices])
