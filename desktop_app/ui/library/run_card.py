# SPDX-License-Identifier: Apache-2.0
"""The card of a long run: forecast, pause, throttle, stop.

It comes when reading takes longer than a moment and goes with the run. While nothing is known of this folder it says that it looks
at a few files first; then it names time and disk, as a range that gets narrower, and when all is found by words. While vectors are made,
or another embedding model is prepared, the card tells of the passages instead. A run that stands still says at what, and offers to leave
that file out.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.contract.index_run import Forecast, IndexProgress
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.widgets.pace_menu import PaceMenu, about, name
from desktop_app.wording import forecast_texts
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.quantities import time_left
from desktop_app.wording.run_texts import is_preparing, makes_vectors, passages, standstill

# A run that is over in a moment needs no card; the status strip tells of it.
_MOMENT_SECONDS = 15.0
_FEW = 12


class RunCard(QFrame):
    """``pause_requested`` carries whether to pause; ``give_up_requested`` the file that should not be waited for."""

    pause_requested = Signal(bool)
    stop_requested = Signal()
    gentle_chosen = Signal(str)
    give_up_requested = Signal(str)
    restart_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forecast: Forecast | None = None
        self._progress: IndexProgress | None = None
        self._prepares_long = False
        self._paused = False
        self._gentle = "auto"
        self.setProperty("role", "card")
        self._title = plain_label(wrap=True, parent=self)
        self._title.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        self._words = plain_label("small", wrap=True, parent=self)
        self._warning = plain_label("warn", wrap=True, parent=self)
        self._warning.setFont(theme.font(theme.SMALL_PX))
        self._pause = self._tool("pause")
        self._pause.clicked.connect(lambda: self.pause_requested.emit(not self._paused))
        self._stop = self._tool("stop")
        self._stop.clicked.connect(self.stop_requested)
        self._pace = QPushButton(self)
        self._pace.setProperty("role", "strip")
        self._pace.setStyleSheet("padding-left: 0; text-align: left;")  # its icon stands under the words above
        self._pace.setIcon(icons.icon("pace", "quiet"))
        icons.set_size(self._pace, icons.BESIDE_TEXT)
        self._menu = PaceMenu(self._pace)
        self._menu.chosen.connect(self.gentle_chosen)
        self._pace.setMenu(self._menu)
        self._first = self._action(self._first_clicked)
        self._second = self._action(self._second_clicked)

        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title, 1)
        head.addWidget(self._pause, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignTop)
        offers = QHBoxLayout()
        offers.setSpacing(theme.SPACE_S)
        offers.addWidget(self._first)
        offers.addWidget(self._second)
        offers.addStretch(1)
        pace = QHBoxLayout()
        pace.addWidget(self._pace)
        pace.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_XS, theme.SPACE_S)
        column.setSpacing(theme.SPACE_XS)
        column.addLayout(head)
        column.addWidget(self._words)
        column.addWidget(self._warning)
        column.addLayout(offers)
        column.addLayout(pace)
        column.setAlignment(pace, Qt.AlignmentFlag.AlignLeft)
        self.hide()
        self.retranslate()

    # ---- what it is told --------------------------------------------------------------------------------------------

    def set_forecast(self, forecast: Forecast) -> None:
        """What the run takes, as the engine expects it now."""
        self._forecast = forecast
        self._show()

    def set_progress(self, progress: IndexProgress | None) -> None:
        """None: the run is over. Its forecast is that of reading and goes with it."""
        before, self._progress = self._progress, progress
        if progress is None or is_preparing(progress):
            self._forecast = None
        if progress is None or _counts_passages(progress):
            self._prepares_long = progress is not None and self._is_long(progress)
            self._show()
        elif before is None or _counts_passages(before) or (before.stalled > 0) != (progress.stalled > 0) or progress.stalled:
            self._show()

    def _is_long(self, preparing: IndexProgress) -> bool:
        """Once it is, it stays so: the card does not come and go. Every stage but one says nothing of its time."""
        expected = preparing.seconds + (preparing.seconds_left or 0.0)
        return self._prepares_long or not self.isHidden() or expected >= _MOMENT_SECONDS

    def set_paused(self, paused: bool) -> None:
        """Whether the run is paused."""
        if paused != self._paused:
            self._paused = paused
            self._show()

    def set_gentle(self, gentle: str) -> None:
        """How hard reading may work: "auto", "on" or "off"."""
        self._gentle = gentle
        self._menu.set_choice(gentle)
        self._show()

    # ---- showing ----------------------------------------------------------------------------------------------------

    @property
    def worth_showing(self) -> bool:
        """Whether the run takes longer than a moment, stands still or is paused."""
        made = self._forecast
        if self._progress is None:
            return False
        if self._stalled or self._paused:
            return True
        if _counts_passages(self._progress):
            return self._prepares_long
        if made is None:
            return False
        if made.basis == "guessed":
            return made.files > _FEW
        return made.seconds >= _MOMENT_SECONDS or bool(forecast_texts.tight(made))

    @property
    def words(self) -> str:
        return self._words.text()

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def _stalled(self) -> bool:
        return self._progress is not None and self._progress.stalled > 0 and not self._paused

    @property
    def _preparing(self) -> IndexProgress | None:
        """A run that reads no file now, but makes vectors."""
        return self._progress if self._progress is not None and _counts_passages(self._progress) else None

    def retranslate(self) -> None:
        self._menu.set_choice(self._gentle)
        self._show()

    def _show(self) -> None:
        self.setVisible(self.worth_showing)
        if self.isHidden():
            return
        made = self._forecast
        pause = tr("Go on") if self._paused else tr("Pause")
        self._pause.setIcon(icons.icon("play" if self._paused else "pause", "quiet"))
        set_plain_tooltip(self._pause, pause)
        self._pause.setAccessibleName(pause)
        self._pace.setText(name(self._gentle))
        set_plain_tooltip(self._pace, about(self._gentle))
        stop = tr("Stop; what is prepared is kept") if self._preparing else tr("Stop reading; what was read is kept")
        set_plain_tooltip(self._stop, stop)
        self._stop.setAccessibleName(stop)
        self.setAccessibleName(tr("Preparing now") if self._preparing else tr("Reading now"))
        self._title.setText(self._head(made))
        self._words.setText(self._summary(made))
        set_plain_tooltip(self._words, *self._detail(made))
        warning = self._warned(made)
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))
        self._offer()

    def _head(self, made: Forecast | None) -> str:
        if self._preparing is not None and makes_vectors(self._preparing):
            return tr("Findable by words")
        if self._preparing is not None:
            return tr("Preparing {name}", name=short_name(file_name(self._preparing.path), 32))
        return forecast_texts.files(made) if made is not None else tr("Reading")

    def _summary(self, made: Forecast | None) -> str:
        if (preparing := self._preparing) is not None:
            done, left = passages(preparing), preparing.seconds_left
            if makes_vectors(preparing):
                done, left = tr("meaning: {passages}", passages=done), preparing.meaning_left
            if self._paused:
                return " · ".join((tr("Paused"), done))
            return done if left is None or self._stalled else f"{done}\n{time_left(left)}"  # a line each: they grow
        if self._paused:
            return tr("Paused. What was read can be asked about.")
        if made is None:
            return ""
        if made.basis == "guessed":
            return tr("Looking at a few of them first, to tell how long it takes…")
        text = f"{forecast_texts.span(made)} · {forecast_texts.disk(made)}"
        if words := forecast_texts.by_words(made):
            text += "\n" + words
        if made.scans:
            text += "\n" + trn("{n} scan, read last", "{n} scans, read last", made.scans)
        return text

    def _detail(self, made: Forecast | None) -> list[str]:
        if made is None or made.basis == "guessed":
            return []
        number = round(made.chunks, -2 if made.chunks > 2000 else -1)
        text = trn("about {n} passage", "about {n} passages", number, n=f"{number:,}")
        return [text, forecast_texts.memory(made)]

    def _warned(self, made: Forecast | None) -> str:
        if self._stalled and self._progress is not None:
            return standstill(self._progress)
        return forecast_texts.tight(made) if made is not None and made.basis != "guessed" else ""

    def _offer(self) -> None:
        first = second = ""
        if self._stalled and self._progress is not None:
            # A file can be left out; a model or a database that hangs needs a fresh engine.
            first = tr("Leave it out") if self._progress.doing == "reading" else tr("Start again")
            second = tr("Stop")
        for button, words in ((self._first, first), (self._second, second)):
            button.setText(words)
            button.setVisible(bool(words))

    def _first_clicked(self) -> None:
        progress = self._progress
        if self._stalled and progress is not None:
            if progress.doing == "reading":
                self.give_up_requested.emit(progress.path)
            else:
                self.restart_requested.emit()

    def _second_clicked(self) -> None:
        self.stop_requested.emit()

    def _action(self, clicked: object) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("role", "strip-action")
        button.clicked.connect(clicked)
        return button

    def _tool(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "quiet"))
        icons.set_size(button, QSize(16, 16))
        theme.size_with_text(button, width=24, height=24)
        return button


def _counts_passages(progress: IndexProgress) -> bool:
    """Whether no file is read now, and ``done`` of ``total`` are passages."""
    return is_preparing(progress) or makes_vectors(progress)
