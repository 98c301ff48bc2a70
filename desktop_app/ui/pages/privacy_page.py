# SPDX-License-Identifier: Apache-2.0
"""What Inkstone keeps and where, and how to check that nothing leaves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.connection_watch import ConnectionWatch
from desktop_app.foundation import paths
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import IconLabel, plain_label
from desktop_app.ui.pages.help_page import TextPage
from desktop_app.ui.widgets import opening


class PrivacyPage(TextPage):
    """Its number of connections is counted when the page is opened."""

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._connections = -1
        self._watch = ConnectionWatch(self)
        self._watch.counted.connect(self._counted)
        self._icon = IconLabel("shield", "quiet", 20, self)
        self._count = plain_label(wrap=True, parent=self)
        self._again = QPushButton(self)
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self.refresh)
        now = QHBoxLayout()
        now.setSpacing(theme.SPACE_S)
        now.addWidget(self._icon)
        now.addWidget(self._count, 1)
        now.addWidget(self._again)
        self.body.addLayout(now)
        self._parts = [(self.heading(), self.paragraph("quiet")) for _ in range(4)]
        self._folder = QPushButton(icons.icon("folder", "quiet"), "", self)
        icons.set_size(self._folder, icons.BESIDE_TEXT)
        self._folder.setAutoDefault(False)
        self._folder.clicked.connect(lambda: opening.open_folder(str(paths.home())))
        self.body.addWidget(self._folder, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def refresh(self) -> None:
        self._watch.extra = tuple(self._client.status.children)
        self._watch.count_now()

    def retranslate(self) -> None:
        self.title.setText(tr("Privacy"))
        self._again.setText(tr("Count again"))
        self._folder.setText(tr("Open Inkstone's folder"))
        texts = (
            (
                tr("Nothing leaves this PC"),
                tr(
                    "No account, no server, no telemetry, no update check. Every part of Inkstone switches off the network habits of the libraries it uses, and refuses internet connections, before it does anything else."
                ),
            ),
            (
                tr("Check it yourself"),
                tr(
                    "The number above comes from the system's own table of connections, for all processes of Inkstone. Pull the cable or switch the network off: everything goes on working. On Linux, “strace -f -e trace=network inkstone” shows that no internet socket is opened at all."
                ),
            ),
            (
                tr("What is kept, and where"),
                tr(
                    "The text of your documents as an index, and your questions and answers, in the library folder; settings and logs in Inkstone's own folder. Other users of this PC cannot read them. Logs hold names of files, never their text, no questions and no answers. Passwords are kept only until Inkstone is closed."
                ),
            ),
            (
                tr("What Inkstone cannot promise"),
                tr(
                    "A document that you open in another program is in that program's hands. Nothing is encrypted: use the encryption of your system for a PC that may be lost."
                ),
            ),
        )
        for (head, words), (title, text) in zip(self._parts, texts, strict=True):
            head.setText(title)
            words.setText(text)
        self._show_count()

    def _counted(self, number: int) -> None:
        self._connections = number
        self._show_count()

    def _show_count(self) -> None:
        number = self._connections
        if number < 0:
            self._count.setText(tr("Counting the internet connections of Inkstone…"))
            return
        self._icon.set_icon("shield-alert" if number else "shield-check", "danger" if number else "ok")
        self._count.setText(
            trn(
                "{n} internet connection of Inkstone and everything it started, now",
                "{n} internet connections of Inkstone and everything it started, now",
                number,
            )
        )
