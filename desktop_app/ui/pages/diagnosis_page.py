# SPDX-License-Identifier: Apache-2.0
"""The diagnosis: how this installation stands, to copy or save.

Made for sending to somebody, so that it names no document, folder, question or answer: of the engine's report only what
``doctor_texts.without_names`` keeps, of the settings which are not the default, of the logs where something went wrong and not what was
said of it. It comes without the engine, too, because a stopped engine is when it is wanted most.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSysInfo, Qt, QThreadPool, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from desktop_app import __version__
from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation import logged_problems
from desktop_app.foundation.errors import EnvironmentProblem, Problem, disk_problem
from desktop_app.foundation.settings import SETTINGS, Settings, Value
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.pages.help_page import HelpPage
from desktop_app.wording.doctor_texts import doctor_report, without_names
from desktop_app.wording.problem_texts import sentence


class DiagnosisPage(HelpPage):
    """Asked anew each time the page is opened."""

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._report: dict[str, dict[str, Any]] = {}
        self._problem: Problem | None = None
        self._waiting = False
        self._logged: list[str] | None = None
        self._reader = _LogReader()
        self._reader.done.connect(self._read, Qt.ConnectionType.QueuedConnection)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setProperty("role", "field")
        self.text.setFont(theme.fixed_font(theme.SMALL_PX))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self._note = plain_label("quiet", wrap=True, parent=self)
        self.copy = self._button("copy", self._copy)
        self.copy.setProperty("role", "primary")
        self.copy.setIcon(icons.icon("copy", "accent_ink"))
        self.save = self._button("download", self._choose_file)
        self.again = self._button("refresh", self.refresh)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        for button in (self.copy, self.save, self.again):
            buttons.addWidget(button)
        buttons.addWidget(self._note, 1)
        self.column.addWidget(self._about)
        self.column.addWidget(self.text, 1)
        self.column.addLayout(buttons)
        self.retranslate()

    def refresh(self) -> None:
        """Collect it anew; the engine takes some seconds."""
        self._problem, self._logged = None, None
        reader = self._reader
        QThreadPool.globalInstance().start(reader.run)
        self._waiting = self._client.state == "ready"
        if self._waiting:
            asked = self._client.request(lambda id_: messages.Doctor(id=id_))
            asked.succeeded.connect(self._came)
            asked.failed.connect(self._failed)
        self._note.setText("")
        self._show()

    def retranslate(self) -> None:
        self.title.setText(tr("Diagnosis"))
        self._about.setText(
            tr(
                "For whoever helps you. It names no document and no folder, and holds no text, question or answer; read it before you send it."
            )
        )
        self.text.setAccessibleName(tr("Diagnosis"))
        self.copy.setText(tr("Copy"))
        self.save.setText(tr("Save…"))
        self.again.setText(tr("Collect again"))
        self._show()

    def take_focus(self) -> None:
        self.copy.setFocus()

    def save_to(self, path: str) -> None:
        """Write the text to a file; the page says how that ended."""
        try:
            Path(path).write_text(self.text.toPlainText(), encoding="utf-8")
        except OSError as error:
            problem = disk_problem(error, path) or EnvironmentProblem("export_failed", path=path, detail=error)
            self._note.setText(str(sentence(problem)))
        else:
            self._note.setText(tr("Saved."))

    # ---- what comes ----

    def _came(self, result: messages.DoctorResult) -> None:
        self._waiting, self._report = False, result.report
        self._show()

    def _failed(self, problem: Problem) -> None:
        self._waiting, self._problem = False, problem
        self._show()

    def _read(self, problems: list[str]) -> None:
        self._logged = problems
        self._show()

    # ---- showing ----

    def _show(self) -> None:
        bar = self.text.verticalScrollBar()
        place = bar.value()
        self.text.setPlainText(self._written())
        bar.setValue(place)
        self.save.setEnabled(not self._waiting)
        self.copy.setEnabled(not self._waiting)

    def _written(self) -> str:
        parts = [f"Inkstone {__version__}", doctor_report(without_names({"window": self._window()}))]
        if self._waiting:
            parts.append(tr("Collecting; this takes some seconds…"))
        elif self._client.state != "ready" or self._problem is not None:
            code = self._problem.code if self._problem is not None else self._client.state
            parts.append(tr("The part that reads and searches gives no report: {state}", state=code))
        else:
            parts.append(doctor_report(without_names(self._report)))
        changed = [f"  {key} = {_value(key, value)}" for key, value in sorted(self._settings.changed().items())]
        parts.append("\n".join([tr("Settings that are not the default"), *(changed or [f"  {tr('none')}"])]))
        problems = [f"  {line}" for line in self._logged or ()]
        parts.append("\n".join([tr("Problems in the logs, the newest first"), *(problems or [f"  {tr('none')}"])]))
        return "\n\n".join(part for part in parts if part) + "\n"

    def _window(self) -> dict[str, Any]:
        screen = self.screen()
        size = screen.geometry()
        return {
            "qt": qVersion(),
            "platform": f"{QGuiApplication.platformName()}, {QSysInfo.prettyProductName()}, Python {platform.python_version()}",
            "screen": f"{size.width()} × {size.height()}, {screen.devicePixelRatio():g} ×",
            "language": self._settings.text("language"),
            "theme": theme.current().name,
        }

    # ---- buttons ----

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._note.setText(tr("Copied."))

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the diagnosis"), "inkstone-diagnosis.txt")
        if path:
            self.save_to(path)

    def _button(self, icon: str, action: object) -> QPushButton:
        button = QPushButton(icons.icon(icon, "quiet"), "", self)
        icons.set_size(button, icons.BESIDE_TEXT)
        button.setAutoDefault(False)
        button.clicked.connect(action)
        return button


def _value(key: str, value: Value) -> str:
    """A value as it may be sent: of a place or a text only that it was chosen."""
    setting = SETTINGS[key]
    return str(value) if setting.choices or isinstance(value, bool | int) else "…"


class _LogReader(QObject):
    """Kept apart, so that a reading that outlives the page has somewhere to report to."""

    done = Signal(list)

    def run(self) -> None:
        self.done.emit(logged_problems.recent_problems())
