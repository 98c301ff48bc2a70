# SPDX-License-Identifier: Apache-2.0
"""A chart with what it counts above it, and what can be done with it.

Made with the first answer that has groups; hidden for all others.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from desktop_app.contract.answer import Answer
from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.translation import tr
from desktop_app.ui.charts import chart_painting
from desktop_app.ui.charts.chart_data import ChartData, chart_of
from desktop_app.ui.charts.chart_view import ChartView
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.announcer import announce
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip


class ChartPanel(QWidget):
    """``save_wanted``: the chart is to be saved as a file; ``file_bytes`` gives what it holds."""

    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data: ChartData | None = None
        self._answer: Answer | None = None
        self._line = False
        self.counted = plain_label("small", wrap=True, parent=self)
        self.switch = _tool("chart-bars", self)
        self.switch.clicked.connect(self._turn)
        self.copy = _tool("copy", self)
        self.copy.clicked.connect(self.copy_picture)
        self.save = _tool("download", self)
        self.save.clicked.connect(self.save_wanted)
        self.view = ChartView(self)
        self.view.copy_wanted.connect(self.copy_picture)
        self.view.menu_wanted.connect(self._open_menu)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_XS)
        row.addWidget(self.counted, 1)
        for button in (self.switch, self.copy, self.save):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.SPACE_M)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view)

    def show_answer(self, answer: Answer) -> None:
        """The chart of ``answer``, which has groups."""
        self._answer, self.data = answer, chart_of(answer)
        self._line = self.data is not None and self.data.timed and len(self.data.points) > 1
        self.retranslate()

    @property
    def line(self) -> bool:
        """Whether its points are a line."""
        return self._line

    def file_bytes(self, kind: str) -> bytes:
        """The picture as a file of ``kind``, "png" or "svg"."""
        assert self.data is not None
        return (chart_painting.svg if kind == "svg" else chart_painting.png)(self.data, line=self._line)

    def copy_picture(self) -> None:
        """Put the picture into the clipboard, if the policy of this PC lets anything be copied."""
        if self.data is None or not policy_in_force.in_force().allows("copy"):
            return
        QGuiApplication.clipboard().setImage(chart_painting.picture(self.data, line=self._line))
        announce(self, tr("The chart was copied as a picture"))

    def menu_now(self) -> QMenu:
        """The menu as it would open."""
        menu = QMenu(self)
        for button in (self.switch, self.copy, self.save):
            if not button.isHidden():
                action = menu.addAction(button.icon(), button.accessibleName(), button.click)
                action.setEnabled(button.isEnabled())
        return menu

    def retranslate(self) -> None:
        if self._answer is not None:
            self.data = chart_of(self._answer)
        if self.data is None:
            return
        self.counted.setText(self.data.counted)
        self.view.show_data(self.data, line=self._line)
        self.switch.setVisible(self.data.timed and len(self.data.points) > 1)
        self.switch.setIcon(icons.icon("chart-bars" if self._line else "chart-line", "quiet"))
        policy = policy_in_force.in_force()
        self.copy.setEnabled(policy.allows("copy"))
        self.save.setEnabled(policy.allows("export"))
        for button, words in (
            (self.switch, tr("Show as bars") if self._line else tr("Show as a line")),
            (self.copy, tr("Copy the chart as a picture")),
            (self.save, tr("Save the chart…")),
        ):
            set_plain_tooltip(button, words)
            button.setAccessibleName(words)

    def _turn(self) -> None:
        self._line = not self._line
        self.retranslate()

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu_now()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


def _tool(name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icons.icon(name, "quiet"))
    icons.set_size(button, QSize(16, 16))
    return button
