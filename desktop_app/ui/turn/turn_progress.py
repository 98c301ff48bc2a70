# SPDX-License-Identifier: Apache-2.0
"""How far an answer is: loading the model, reading the passages, writing.

The first word of a model takes seconds (2 to 33 measured with 0.5B on 2 cores); a line that counts, with the passages that are read
below it, tells that it works and what it works on. Where nobody knows how long it takes, it counts the seconds that have passed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.contract import messages
from desktop_app.contract.passage import Passage
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import set_plain_tooltip
from desktop_app.ui.widgets.fold_line import FoldLine, QuietButton
from desktop_app.wording.place import file_name, names_apart, place

_BAR_PX = 120
_COUNTED_FROM = 3  # seconds; a shorter wait needs no clock


class AnswerProgress(QWidget):
    """``passage_requested`` carries a Passage; ``stop_requested`` while it waits. What it says follows from the last of the engine's
    messages."""

    passage_requested = Signal(object)
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._now = now
        self._since = now()
        self._clock = QTimer(self)
        self._clock.setInterval(1_000)
        self._clock.timeout.connect(self.retranslate)
        self._waiting = False
        self._quoted = False
        self._writing = False
        self._loading: messages.ModelLoading | None = None
        self._reading: messages.Reading | None = None
        self._summing: messages.SummingUp | None = None
        self.passages: tuple[Passage, ...] = ()
        self.line = FoldLine(self)
        self.line.toggled.connect(lambda _: self._show_names())
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_PX)
        self.bar.setRange(0, 100)
        self.stop = QPushButton(self)
        self.stop.setProperty("role", "strip")
        self.stop.clicked.connect(self.stop_requested)
        self._names: QWidget | None = None
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_M)
        row.addWidget(self.bar)  # first, or it would move with every word
        row.addWidget(self.line)
        row.addWidget(self.stop)
        row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.SPACE_S)
        self._column.setSpacing(theme.SPACE_XS)
        self._column.addLayout(row)
        self.retranslate()

    def set_waiting(self, waits: bool) -> None:
        """Whether another question goes first."""
        if self._waiting and not waits:
            self._since = self._now()
        self._waiting = waits
        self.retranslate()

    def begin(self) -> None:
        """Nothing has been heard yet."""
        self._since = self._now()
        self._waiting = False
        self._quoted = self._writing = False
        self._loading = self._reading = self._summing = None
        self.passages = ()
        self.line.setChecked(False)
        self._show_names()
        self.retranslate()

    def take(self, message: object) -> None:
        """Something of the engine on the way to the answer."""
        self._waiting = False
        if isinstance(message, messages.ModelLoading):
            self._loading = message
        elif isinstance(message, messages.PassagesFound):
            self.passages = tuple(message.passages)
            self._show_names()
        elif isinstance(message, messages.Reading):
            self._reading = message
        elif isinstance(message, messages.SummingUp):
            self._summing = message
        elif isinstance(message, messages.Quoted):
            self._quoted = True
        elif isinstance(message, messages.Token):
            self._writing = not message.thought
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def retranslate(self) -> None:
        words, share = self._said()
        passed = int(self._now() - self._since)
        if passed >= _COUNTED_FROM and not (self._waiting or self._writing or self._is_forecast()):
            words += " · " + tr("{seconds} s", seconds=passed)
        self.line.set_words(words)
        self.line.set_foldable(foldable=bool(self.passages))
        self.bar.setVisible(share is not None)
        self.stop.setVisible(self._waiting)
        self.stop.setText(tr("Stop"))
        if share is not None:
            self.bar.setValue(round(share * 100))
            self.bar.setAccessibleName(words)
        set_plain_tooltip(self.line, *_texts(self.passages))
        if self._names is not None:
            self._names.setAccessibleName(tr("Passages that the model reads"))

    def _said(self) -> tuple[str, float | None]:
        """The words, and the share that is done where one is known."""
        if self._waiting:
            return tr("Waits for the question before it"), None
        if self._writing:
            return tr("Writing…"), None
        if self._loading is not None and self._loading.fraction < 1:
            share = self._loading.fraction
            return tr("Loading {model} · {percent}%", model=file_name(self._loading.path), percent=round(share * 100)), share
        if self._summing is not None:
            return self._summing_words(self._summing)
        if self._reading is not None and self._reading.total > 0:
            return self._reading_words(self._reading)
        if self.passages:
            return trn("Reading {n} passage…", "Reading {n} passages…", len(self.passages)), None
        if self._quoted:
            return tr("Preparing the written answer…"), None
        return tr("Searching your documents…"), None

    def _is_forecast(self) -> bool:
        """Whether the words say how long it takes."""
        reading = self._reading
        loaded = self._loading is None or self._loading.fraction >= 1
        return loaded and reading is not None and reading.seconds >= 0 and reading.done < reading.total

    def _summing_words(self, summing: messages.SummingUp) -> tuple[str, float]:
        words = tr("Summing up part {n} of {total}", n=summing.done + 1, total=summing.total)
        if summing.seconds >= 0:
            words += " · " + tr("about {seconds} s left", seconds=max(1, math.ceil(summing.seconds)))
        return words, summing.done / max(1, summing.total)

    def _reading_words(self, reading: messages.Reading) -> tuple[str, float]:
        share = min(1.0, reading.done / reading.total)
        n, percent = len(self.passages), round(share * 100)
        words = (
            trn("Reading {n} passage · {percent}%", "Reading {n} passages · {percent}%", n, percent=percent)
            if n
            else tr("Reading · {percent}%", percent=percent)
        )
        if reading.seconds >= 0 and share < 1:
            words += " · " + tr("about {seconds} s left", seconds=max(1, math.ceil(reading.seconds)))
        return words, share

    def _show_names(self) -> None:
        """The passages by name, each opens in the source panel."""
        if self._names is not None:
            self._names.hide()
            self._names.deleteLater()
            self._names = None
        if not self.line.isChecked() or not self.passages:
            return
        self._names = _names(self.passages, self)
        for button, passage in zip(self._names.findChildren(QuietButton), self.passages, strict=True):
            button.clicked.connect(lambda _=False, passage=passage: self.passage_requested.emit(passage))
        self._column.addWidget(self._names)
        self._names.show()
        self.retranslate()


def _texts(passages: Sequence[Passage]) -> list[str]:
    """Name and place of each."""
    names = names_apart(passage.path for passage in passages)
    return [" · ".join(filter(None, (names[passage.path], place(passage.locator)))) for passage in passages]


def _names(passages: Sequence[Passage], parent: QWidget) -> QWidget:
    box = QWidget(parent)
    column = QVBoxLayout(box)
    column.setContentsMargins(theme.SPACE_M, 0, 0, theme.SPACE_XS)
    column.setSpacing(0)
    for passage, text in zip(passages, _texts(passages), strict=True):
        button = QuietButton(box)
        button.set_words(text)
        set_plain_tooltip(button, passage.path)
        column.addWidget(button)
    return box
