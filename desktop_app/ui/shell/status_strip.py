# SPDX-License-Identifier: Apache-2.0
"""The status strip: what is happening, and which model is ready.

Of progress only the newest word counts. A problem (an engine that stopped, a model that cannot be loaded) takes the left side until
it is answered or put away; it never opens a dialog.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from desktop_app.contract import messages
from desktop_app.contract.index_run import IndexProgress
from desktop_app.contract.ledger import SEARCHABLE
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.announcer import announce
from desktop_app.ui.look.labels import ElidedLabel, IconLabel, button_text, set_plain_tooltip
from desktop_app.ui.widgets import pace_menu
from desktop_app.ui.widgets.pace_menu import PaceMenu
from desktop_app.wording import problem_texts
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.quantities import size, time_left
from desktop_app.wording.run_texts import by_meaning, findable, is_preparing, makes_vectors, passages, standstill

_HEIGHT_PX = 34


class StatusStrip(QFrame):
    """What is shown is the newest of what it was given; a problem goes before it."""

    pause_requested = Signal(bool)
    restart_requested = Signal()
    models_requested = Signal()
    gentle_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "starting"
        self._status = messages.Status()
        self._progress: IndexProgress | None = None
        self._renewed = 0  # percent of the word index
        self._paused = False
        self._problem: Problem | None = None
        self._needs_restart = False
        self._set_aside_shown = False
        self._summary = ""
        self._complete = False  # all there is can be searched
        self._chosen = ""
        self.setProperty("role", "panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_L, 2, theme.SPACE_M, 0)
        row.setSpacing(theme.SPACE_S)
        self._icon = IconLabel("check", "ok", 15, self)
        self._text = ElidedLabel("quiet", Qt.TextElideMode.ElideMiddle, self)
        self._text.setFont(theme.font(13))
        self._pause = self._tool("pause")
        self._pause.clicked.connect(lambda: self.pause_requested.emit(not self._paused))
        self._pace = QPushButton(self)
        self._pace.setProperty("role", "strip")
        self._menu = PaceMenu(self._pace)
        self._menu.chosen.connect(self.gentle_chosen)
        self._pace.setMenu(self._menu)
        self._restart = QPushButton(self)
        self._restart.setObjectName("restart")
        self._restart.setProperty("role", "strip-action")
        self._restart.clicked.connect(self.restart_requested)
        self._dismiss = self._tool("close")
        self._dismiss.clicked.connect(self.clear_problem)
        self._model = QPushButton(self)
        self._model.setObjectName("model")
        self._model.setProperty("role", "strip")
        self._model.setIcon(icons.icon("model", "quiet"))
        icons.set_size(self._model, icons.BESIDE_TEXT)
        self._model.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._model.clicked.connect(self.models_requested)
        row.addWidget(self._icon)
        row.addWidget(self._text)
        row.addWidget(self._pace)
        row.addWidget(self._pause)
        row.addWidget(self._restart)
        row.addWidget(self._dismiss)
        row.addStretch(1)
        row.addWidget(self._model)
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        theme.notifier.changed.connect(self.retranslate)

    # ---- what it is told ----

    def set_state(self, state: str) -> None:
        """State of the engine: "starting", "ready" or "stopped"."""
        self._state = state
        self._renewed = 0
        if state == "ready":
            self._needs_restart = False
            if self._problem is not None and self._problem.code in ("engine_stopped", "engine_version", "library_locked"):
                self._problem = None
        self._show()

    def set_status(self, status: messages.Status) -> None:
        """What the engine says of models and indexing."""
        self._status = status
        self._renewed = 0  # the first one comes when the library is open
        self._paused = status.indexing == "paused"
        if status.set_aside and not self._set_aside_shown:
            self._set_aside_shown = True
            self._problem = EnvironmentProblem("conversations_damaged", path=status.set_aside)
        self._show()

    def set_renewing(self, done: int, total: int) -> None:
        """The word index of an older library is made anew before it can be used: ``done`` of ``total`` passages."""
        self._renewed = max(1, 100 * done // total) if total else 0
        self._show()

    def set_progress(self, progress: IndexProgress | None) -> None:
        """Of the run under way; None when there is none."""
        self._progress = progress
        self._show()

    def set_paused(self, paused: bool) -> None:
        """Whether the run is paused."""
        self._paused = paused
        self._show()

    def set_gentle(self, choice: str) -> None:
        """The user's choice: "auto", "on" or "off"."""
        self._menu.set_choice(choice)

    def set_chosen_model(self, llm: str) -> None:
        """The GGUF file that is to write answers, loaded or not; "" for none."""
        self._chosen = llm
        self._show()

    def set_summary(self, overview: messages.OverviewResult) -> None:
        """What is shown when nothing is happening."""
        counts = overview.counts
        ready = sum(counts.get(state, 0) for state in SEARCHABLE)
        total = sum(counts.values())
        self._complete = 0 < total == ready
        if not total:
            self._summary = tr("No documents yet")
        else:
            self._summary = trn(
                "{ready} of {total} file searchable",
                "{ready} of {total} files searchable",
                total,
                ready=f"{ready:,}",
                total=f"{total:,}",
            )
        self._show()

    def show_problem(self, problem: Problem, *, needs_restart: bool = False) -> None:
        """Put a problem on the left; ``needs_restart``: only starting the engine again helps."""
        self._problem = problem
        self._needs_restart = needs_restart
        self._show()
        announce(self, self._problem_words(problem), urgent=True)

    def clear_problem(self) -> None:
        """Put the problem away."""
        self._problem = None
        self._show()

    # ---- showing ----

    @property
    def text(self) -> str:
        return self._text.text

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Status"))
        self.setFixedHeight(theme.scaled(_HEIGHT_PX))
        self._restart.setText(tr("Start again"))
        set_plain_tooltip(self._dismiss, tr("Put this message away"))
        self._dismiss.setAccessibleName(tr("Put this message away"))
        self._show()

    def _show(self) -> None:
        icon, icon_role, words, role = self._left()
        self._icon.set_icon(icon, icon_role)
        self._text.set_text(words, role)
        tip = words if self._problem is not None or self._progress is None else self._progress.path
        set_plain_tooltip(self._text, tip)
        problem = self._problem is not None
        self._restart.setVisible(self._needs_restart)
        self._dismiss.setVisible(problem and not self._needs_restart)
        self._pause.setVisible(self._progress is not None and not problem)
        reason = pace_menu.why(self._status.gentle)
        self._pace.setVisible(self._progress is not None and not problem and bool(reason) and not self._paused)
        self._pace.setText(reason)
        set_plain_tooltip(self._pace, tr("How hard reading may work"))
        pause_words = tr("Go on") if self._paused else tr("Pause")
        self._pause.setIcon(icons.icon("play" if self._paused else "pause", "quiet"))
        set_plain_tooltip(self._pause, pause_words)
        self._pause.setAccessibleName(pause_words)
        self._model.setText(button_text(self._right()))
        self._model.setVisible(bool(self._right()))  # that there is none stands at the question box
        waiting = tr("It is loaded when you begin to type.") if self._waits() else ""
        set_plain_tooltip(self._model, self._status.llm_path or self._chosen or tr("Models"), waiting)
        self.update()

    def _left(self) -> tuple[str, str, str, str]:
        """Icon, its role, words, their role."""
        if self._problem is not None:
            return "alert", "danger", self._problem_words(self._problem), "danger"
        if self._state == "starting":
            return "refresh", "quiet", tr("Starting…"), "quiet"
        if self._renewed:
            words = tr(
                "Making the word index anew for this version, {percent} % done; questions and searches wait for it",
                percent=self._renewed,
            )
            return "refresh", "quiet", words, "quiet"
        if self._progress is not None:
            if self._progress.stalled and not self._paused:
                return "alert", "warn", standstill(self._progress), "warn"
            return ("pause" if self._paused else "refresh"), "quiet", self._progress_words(self._progress), "quiet"
        status = self._status
        if status.embedding_rebuilt >= 0:
            words = tr(
                "Repairing the index of meanings, {percent} % done; searching for words works already",
                percent=status.embedding_rebuilt,
            )
            return "refresh", "quiet", words, "quiet"
        if status.embedding == "loading" and self._state == "ready":
            return "refresh", "quiet", tr("Preparing the search model; searching for words works already"), "quiet"
        if status.embedding_next and self._state == "ready":
            words = tr(
                "{model} is {percent} % prepared",
                model=short_name(status.embedding_next, 32),
                percent=status.embedding_next_percent,
            )
            return "pause", "quiet", f"{words} · {self._meanwhile()}", "quiet"
        icon, role = ("check", "ok") if self._complete else ("library", "quiet")
        return icon, role, self._summary or tr("Ready"), "quiet"

    def _problem_words(self, problem: Problem) -> str:
        if problem.code == "engine_stopped" and not self._needs_restart:
            return tr("The background service has stopped and is being started again; everything indexed so far is kept.")
        return str(problem_texts.sentence(problem))

    def _progress_words(self, progress: IndexProgress) -> str:
        name = short_name(file_name(progress.path), 44)
        if progress.stage == "scanning":
            return tr("Looking for files · {name}", name=name)
        if is_preparing(progress):
            words = [tr("Paused") if self._paused else tr("Preparing {name}", name=name)]
            words.append(passages(progress))
            if progress.seconds_left is not None and not self._paused:
                words.append(time_left(progress.seconds_left))
            return " · ".join([*words, self._meanwhile()])
        if makes_vectors(progress):
            words = [tr("Paused") if self._paused else tr("Findable by words")]
            words.append(tr("meaning: {passages}", passages=passages(progress)))
            if progress.meaning_left is not None and not self._paused:
                words.append(time_left(progress.meaning_left))
            return " · ".join(words)
        return " · ".join(self._reading_words(progress, name))

    def _reading_words(self, progress: IndexProgress, name: str) -> list[str]:
        if self._paused:
            words = [tr("Paused")]
        elif progress.done >= progress.total > 0:
            # The last file is read; what follows takes up to a minute, and "88 of 88" looks as if it hung.
            return [trn("{n} file read · finishing the index", "{n} files read · finishing the index", progress.total)]
        elif progress.parts > 1:
            words = [tr("Reading {name}, page {part} of {parts}", name=name, part=progress.part, parts=progress.parts)]
        else:
            words = [tr("Reading {name}", name=name)]
        if progress.words_left is not None:
            return [*words, findable(progress), *([] if self._paused else [by_meaning(progress)])]
        words.append(
            trn(
                "{done} of {total} file",
                "{done} of {total} files",
                progress.total,
                done=f"{progress.done:,}",
                total=f"{progress.total:,}",
            )
        )
        if progress.seconds_left is not None and not self._paused:
            words.append(time_left(progress.seconds_left))
        return words

    def _meanwhile(self) -> str:
        """Who answers until another embedding model is ready."""
        if self._status.embedding == "ready":
            return tr("{model} answers meanwhile", model=short_name(self._status.embedding_name, 32))
        return tr("searching for words works meanwhile")

    def _waits(self) -> bool:
        """Whether a model is chosen and not loaded: after a start it is not, until somebody types."""
        return bool(self._chosen) and self._status.llm == "none"

    def _right(self) -> str:
        status = self._status
        if self._waits():
            return short_name(file_name(self._chosen).removesuffix(".gguf"), 32)
        name = short_name(file_name(status.llm_path).removesuffix(".gguf"), 32)
        if status.llm == "ready":
            memory = f" · {size(status.llm_memory)}" if status.llm_memory else ""
            return tr("{model} ready", model=name) + memory
        if status.llm == "loading":
            return tr("{model} is loading…", model=name)
        if status.llm == "failed":
            return tr("{model} cannot be used", model=name)
        return ""

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(name, "quiet"))
        icons.set_size(button, QSize(16, 16))
        theme.size_with_text(button, width=24, height=24)
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), colours.colour("line"))
        progress = self._progress
        if progress is not None and progress.total:
            share = min(1.0, progress.done / progress.total)
            painter.fillRect(QRectF(0, 0, self.width() * share, 2), colours.colour("quiet" if self._paused else "accent"))
