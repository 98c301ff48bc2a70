# SPDX-License-Identifier: Apache-2.0
"""About: version, licence, where it is installed, and where to read more."""

from __future__ import annotations

import platform

from PySide6.QtCore import QSize, Qt, Signal, qVersion
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app import __version__
from desktop_app.foundation import installed, paths
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.pages.help_page import TextPage
from desktop_app.wording import installed_texts

_LEADS = ("news", "privacy", "licences", "diagnosis")


class AboutPage(TextPage):
    """``page_requested`` carries the name of another page of the dialog."""

    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seal = plain_label(parent=self)
        self._name = plain_label(parent=self)
        self._name.setFont(theme.font(26, weight=QFont.Weight.DemiBold))
        self._version = plain_label("quiet", parent=self)
        self._version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton(icons.icon("copy", "quiet"), "", self)
        icons.set_size(self._copy, icons.BESIDE_TEXT)
        self._copy.setProperty("role", "plain")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._copy_version)
        self.body.addSpacing(theme.SPACE_M)
        self.body.addWidget(self._seal)
        self.body.addWidget(self._name)
        line = QHBoxLayout()
        line.addWidget(self._version)
        line.addWidget(self._copy)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addSpacing(theme.SPACE_S)
        self._words = self.paragraph()
        self._licence = self.paragraph("quiet")
        self._place = self.paragraph("quiet")
        self.body.addSpacing(theme.SPACE_M)
        self._leads: dict[str, QPushButton] = {}
        leads = QHBoxLayout()
        leads.setSpacing(theme.SPACE_S)
        for name in _LEADS:
            button = self._leads[name] = QPushButton(self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, name=name: self.page_requested.emit(name))
            leads.addWidget(button)
        leads.addStretch(1)
        self.body.addLayout(leads)
        self.retranslate()
        self._retheme()
        theme.notifier.changed.connect(self._retheme)

    def retranslate(self) -> None:
        self.title.setText(tr("About Inkstone"))
        self._name.setText("Inkstone")
        self._version.setText(_versions())
        self._copy.setText(tr("Copy"))
        self._words.setText(
            tr("Answers questions from your own documents, on your own PC, and shows every quote at its place. Offline.")
        )
        self._licence.setText(tr("Free software under the Apache License 2.0. It comes without any warranty."))
        here = installed.installation()
        self._place.setText(
            installed_texts.installed_in(here, paths.program()) + "\n" + installed_texts.data_in(here, paths.home())
        )
        words = {
            "news": tr("What is new"),
            "privacy": tr("Privacy"),
            "licences": tr("Licences"),
            "diagnosis": tr("Diagnosis"),
        }
        for name, button in self._leads.items():
            button.setText(words[name])

    def _retheme(self) -> None:
        self._seal.setPixmap(icons.app_icon().pixmap(QSize(64, 64), self.devicePixelRatioF()))

    def _copy_version(self) -> None:
        QGuiApplication.clipboard().setText(f"Inkstone {_versions()}")


def _versions() -> str:
    return f"{__version__} · Python {platform.python_version()} · Qt {qVersion()}"
