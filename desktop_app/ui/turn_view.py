"""One question and its answer, from "searching" to the line that says what was checked.

    searching -> (loading the model) -> writing -> answered | what may answer | nothing found | failed | stopped

Everything a reader needs stands below the answer: the chips of its sources, what could be confirmed, how much of the library was
searched, and how the answer came about (quoted, or written by a model).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import INTERRUPTED, STOPPED, Turn
from desktop_app.contract.passage import PERHAPS, Passage
from desktop_app.engine import passage_words, sentences
from desktop_app.foundation.errors import Problem, problem_from
from desktop_app.foundation.translation import tr
from desktop_app.ui import icons, theme
from desktop_app.ui.answer_document import spaced
from desktop_app.ui.answer_view import AnswerView
from desktop_app.ui.citation_chip import CitationChip
from desktop_app.ui.clipboard import copied_whole
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.flow_text import FlowText
from desktop_app.ui.labels import IconLabel, plain_label, set_plain_tooltip
from desktop_app.ui.passage_card import PassageCard
from desktop_app.ui.place import file_name, place

_QUESTION_PX = 20
_ICON_GAP = 6
_BESIDE_ICON = 16 + _ICON_GAP


class TurnView(QWidget):
    """``citation_requested`` carries (Answer, number), ``passage_requested`` a Passage, ``retry_requested`` and ``edit_requested`` the question,
    ``search_edited`` what to search for in its place, ``beside_requested`` a GGUF file. ``turn_id``: the kept turn, 0 until it is kept."""

    citation_requested = Signal(object, int)
    passage_requested = Signal(object)
    retry_requested = Signal(str)
    edit_requested = Signal(str)
    regenerate_requested = Signal()
    go_on_requested = Signal()
    as_typed_requested = Signal()
    search_edited = Signal(str)
    beside_requested = Signal(str)
    stop_requested = Signal()
    ended = Signal()

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.turn_id = 0
        self.answer: Answer | None = None
        self.problem: Problem | None = None
        self._passages: tuple[Passage, ...] = ()
        self._loading: messages.ModelLoading | None = None
        self._writing = False
        self._was_stopped = False
        self._was_interrupted = False
        self._waits = False
        self._cards: list[PassageCard] = []
        self.chips: list[CitationChip] = []
        self._build()
        self.retranslate()
        self._show_state()

    # ---- what happens to it ----

    def take(self, message: object) -> None:
        """Something of the engine on the way to the answer."""
        if self.over:
            self._begin_anew()
        if isinstance(message, messages.Token) and not message.thought:
            if not self._writing:
                self._writing = True
                sent = self._passages
                self.view.begin({n: (p.path, place(p.locator), p.text) for n, p in enumerate(sent, 1)})
                self._show_state()
            self.view.append(message.text)
        elif isinstance(message, messages.PassagesFound):
            self._passages = tuple(message.passages)
            self._show_state()
        elif isinstance(message, messages.ModelLoading):
            self._loading = message
            self._show_state()

    def finish(self, answer: Answer) -> None:
        self.answer = answer
        self._was_stopped = answer.stopped
        self.view.finish(answer)
        self._make_chips()
        self._make_cards(answer.nearest if not answer.found else ())
        self._show_state()
        self.ended.emit()

    def fail(self, problem: Problem) -> None:
        self.problem = problem
        self._show_state()
        self.ended.emit()

    def stop(self) -> None:
        """The person stopped it before there was an answer."""
        self._was_stopped = True
        self._show_state()
        self.ended.emit()

    def show_turn(self, turn: Turn) -> None:
        """A turn as it is kept, or as it stands now: its answer, or why there is none."""
        self._begin_anew()
        self.turn_id = turn.id
        self.question = turn.question
        self._question.setPlainText(spaced(turn.question))
        if turn.answer is not None and turn.answer.problem:
            self.problem = problem_from(turn.answer.problem, turn.answer.problem_data)
        if turn.answer is not None and turn.answer.text:
            self.finish(turn.answer)
        elif turn.state in (STOPPED, INTERRUPTED):
            self._was_interrupted = turn.state == INTERRUPTED
            self.stop()
        self._show_state()

    def _begin_anew(self) -> None:
        """Forget what came before."""
        self.answer = self.problem = self._loading = None
        self._passages = ()
        self._writing = self._was_stopped = self._was_interrupted = False
        for widget in (*self.chips, *self._cards):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        self.chips.clear()
        self._cards.clear()
        self._show_state()

    def set_waiting(self, waits: bool) -> None:
        """Whether another question is answered first."""
        self._waits = waits
        self._show_state()

    # ---- citations ----

    @property
    def over(self) -> bool:
        return self.answer is not None or self.problem is not None or self._was_stopped

    def numbers(self) -> list[int]:
        """Citation numbers in reading order."""
        inline = self.view.numbers()
        known = [citation.number for citation in self.answer.citations] if self.answer else []
        return inline + [number for number in known if number not in inline]

    def set_current(self, number: int) -> None:
        self.view.set_current(number)
        for chip in self.chips:
            chip.set_current(current=chip.citation.number == number)

    def set_current_passage(self, passage: Passage | None) -> None:
        for card in self._cards:
            card.set_current(current=passage is not None and card.passage == passage)

    def seal_rect(self, number: int) -> QRect:
        """Where the seal stands, in this widget; the chip's place when the text has no seal of it."""
        rect = self.view.seal_rect(number)
        if not rect.isEmpty():
            return rect.translated(self.view.mapTo(self, rect.topLeft()) - rect.topLeft())
        chip = next((chip for chip in self.chips if chip.citation.number == number), None)
        return chip.geometry().translated(self._chip_row.pos()) if chip else QRect()

    # ---- words ----

    def copy(self) -> None:
        text = self.as_text()
        QGuiApplication.clipboard().setMimeData(copied_whole(self.view.document(), text, text.removeprefix(self.view.text)))

    def as_text(self) -> str:
        """The answer and, below it, what each number stands for."""
        if self.answer is None:
            return self.view.text
        lines = []
        for citation in self.answer.citations:
            where = place(citation.locator)
            lines.append(f"[{citation.number}] {file_name(citation.path)}" + (f", {where}" if where else ""))
        return self.answer.text + ("\n\n" + "\n".join(lines) if lines else "")

    def retranslate(self) -> None:
        self.view.retranslate()
        self._question.setAccessibleName(tr("Question"))
        for button, words in ((self._copy, tr("Copy the answer with its places")), (self._again, tr("Ask again"))):
            set_plain_tooltip(button, words)
            button.setAccessibleName(words)
        self._retry.setText(tr("Try again"))
        self._ask_again_button.setText(tr("Ask again"))
        self._stop.setText(tr("Stop"))
        self._nearest_title.setText(tr("Nearest passages"))
        for chip in self.chips:
            chip.retranslate()
        for card in self._cards:
            card.retranslate()
        self._show_state()

    def restyle(self) -> None:
        """The theme changed."""
        self.view.redraw()
        for card in self._cards:
            card.retranslate()

    # ---- building ----

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._question = FlowText(_QUESTION_PX, self)
        self._question.setFont(theme.font(_QUESTION_PX, weight=QFont.Weight.DemiBold))
        self._question.setPlainText(spaced(self.question))
        self._question.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column.addWidget(self._question)
        column.addSpacing(theme.SPACE_M)

        self._state_row = QWidget(self)
        row = QHBoxLayout(self._state_row)
        row.setContentsMargins(0, 0, 0, theme.SPACE_S)
        self._state_text = plain_label("quiet", parent=self._state_row)
        self._bar = QProgressBar(self._state_row)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        row.addWidget(self._state_text)
        row.addWidget(self._bar)
        self._stop = QPushButton(self._state_row)
        self._stop.clicked.connect(self.stop_requested)
        row.addWidget(self._stop)
        row.addStretch()
        column.addWidget(self._state_row)

        self._mode_row, self._mode_text = _iconed("quote", "quiet", "quiet", self)
        column.addWidget(self._mode_row)

        self.view = AnswerView(self)
        self.view.seal_clicked.connect(self._open)
        column.addWidget(self.view)

        self._problem_row = QWidget(self)
        problem = QHBoxLayout(self._problem_row)
        problem.setContentsMargins(0, theme.SPACE_XS, 0, theme.SPACE_S)
        problem.setSpacing(theme.SPACE_S)
        self._problem_icon = IconLabel("alert", "danger", parent=self._problem_row)
        problem.addWidget(self._problem_icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._problem_what = plain_label("danger", wrap=True, parent=self._problem_row)
        self._problem_todo = plain_label("quiet", wrap=True, parent=self._problem_row)
        self._retry = QPushButton(self._problem_row)
        self._retry.setIcon(icons.icon("refresh"))
        self._retry.setIconSize(icons.BESIDE_TEXT)
        self._retry.clicked.connect(self._ask_again)
        words.addWidget(self._problem_what)
        words.addWidget(self._problem_todo)
        words.addSpacing(theme.SPACE_S)
        words.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        problem.addLayout(words, 1)
        column.addWidget(self._problem_row)

        self._nothing = plain_label(wrap=True, parent=self)
        self._nothing.setFont(theme.font(theme.READING_PX))
        self._nearest_title = plain_label("section", parent=self)
        self._nearest = QWidget(self)
        cards = QVBoxLayout(self._nearest)
        cards.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_S)
        cards.setSpacing(theme.SPACE_S)
        self._ask_again_button = QPushButton(self)
        self._ask_again_button.setIcon(icons.icon("refresh"))
        self._ask_again_button.setIconSize(icons.BESIDE_TEXT)
        self._ask_again_button.clicked.connect(self._ask_again)
        column.addWidget(self._nothing)
        column.addWidget(self._ask_again_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(theme.SPACE_S)
        column.addWidget(self._nearest_title)
        column.addWidget(self._nearest)

        self._chip_row = QWidget(self)
        FlowLayout(self._chip_row).setContentsMargins(0, theme.SPACE_XS, 0, 0)
        column.addWidget(self._chip_row)

        self._foot = QWidget(self)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, theme.SPACE_S, 0, 0)
        foot.setSpacing(_ICON_GAP)
        self._check_icon = IconLabel("check", "ok", parent=self._foot)
        self._check_text = plain_label("small", wrap=True, parent=self._foot)
        self._copy = _tool("copy", self._foot)
        self._copy.clicked.connect(self.copy)
        self._again = _tool("refresh", self._foot)
        self._again.clicked.connect(self._ask_again)
        foot.addWidget(self._check_icon)
        foot.addWidget(self._check_text, 1)
        foot.addWidget(self._again)
        foot.addWidget(self._copy)
        column.addWidget(self._foot)
        self._unfinished = plain_label("small", wrap=True, parent=self)
        self._unfinished.setContentsMargins(_BESIDE_ICON, 0, 0, 0)
        column.addWidget(self._unfinished)

    def _make_chips(self) -> None:
        layout = self._chip_row.layout()
        assert layout is not None
        if self.answer is None:
            return
        for citation in self.answer.citations:
            chip = CitationChip(citation, self.answer, self._chip_row)
            chip.clicked.connect(lambda _=False, number=citation.number: self._open(number))
            layout.addWidget(chip)
            self.chips.append(chip)

    def _make_cards(self, passages: Sequence[Passage]) -> None:
        layout = self._nearest.layout()
        assert layout is not None
        for passage in passages:
            card = PassageCard(passage, self.question, named=True, parent=self._nearest)
            card.opened.connect(self.passage_requested)
            layout.addWidget(card)
            self._cards.append(card)

    # ---- showing ----

    def _show_state(self) -> None:
        answer = self.answer
        told = answer is not None and (answer.found or answer.certainty == PERHAPS)
        self._state_row.setVisible(not self.over and not self._writing)
        self._state_text.setText(self._state_words())
        loading = self._loading is not None and self._loading.fraction < 1
        self._bar.setVisible(loading)
        if self._loading is not None:
            self._bar.setRange(0, 100)
            self._bar.setValue(round(self._loading.fraction * 100))
        self._mode_row.setVisible(told and answer is not None and (answer.refused or answer.mode == "extractive"))
        self._mode_text.setText(self._mode_words())
        self.view.setVisible(told or (self._writing and answer is None))
        self._show_problem()
        nothing = answer is not None and not told
        unanswered = self._was_stopped and answer is None
        self._nothing.setVisible(nothing or unanswered)
        self._ask_again_button.setVisible(unanswered)
        self._stop.setVisible(self._waits)
        if nothing:
            self._nothing.setText(tr("Nothing in your documents answers this."))
        elif self._was_interrupted:
            self._nothing.setText(tr("The program ended before this was answered."))
        elif self._was_stopped:
            self._nothing.setText(tr("Stopped."))
        self._nearest_title.setVisible(bool(self._cards))
        self._nearest.setVisible(bool(self._cards))
        self._chip_row.setVisible(bool(self.chips))
        self._foot.setVisible(answer is not None)
        unfinished = passage_words.unfinished(answer.meaning) if answer is not None else ""
        self._unfinished.setText(unfinished)
        self._unfinished.setVisible(bool(unfinished))
        if answer is not None:
            self._show_checks(answer)

    def _mode_words(self) -> str:
        if self.answer is not None and self.answer.refused:
            return tr("The language model gave no answer; quoted from your documents")
        return tr("Quoted from your documents, no language model")

    def _state_words(self) -> str:
        if self._waits:
            return tr("Waits for the question before it")
        if self._loading is not None and self._loading.fraction < 1:
            name = file_name(self._loading.path)
            return tr("Loading {model} · {percent}%", model=name, percent=round(self._loading.fraction * 100))
        if self._passages:
            return tr("Reading {n} passage…|Reading {n} passages…", n=len(self._passages))
        return tr("Searching your documents…")

    def _show_problem(self) -> None:
        self._problem_row.setVisible(self.problem is not None)
        if self.problem is not None:
            words = sentences.sentence(self.problem)
            self._problem_what.setText(words.what)
            self._problem_todo.setText(words.todo)
            self._problem_todo.setVisible(bool(words.todo))

    def _show_checks(self, answer: Answer) -> None:
        checks = answer.checks
        searched = tr(
            "searched {searched} of {total} files", searched=f"{answer.searched_files:,}", total=f"{answer.total_files:,}"
        )
        words: list[str] = []
        icon, role = "info", "quiet"
        if answer.mode == "llm" and not answer.refused and (checks.supported or checks.unsupported):
            words.append(tr("{n} sentence supported|{n} sentences supported", n=checks.supported))
            icon, role = "check", "ok"
            if checks.unsupported:
                words.append(tr("{n} not supported|{n} not supported", n=checks.unsupported))
                icon, role = "alert", "warn"
        elif answer.found:
            icon, role = "check", "ok"
        words.append(searched)
        if answer.stopped:
            words.insert(0, tr("stopped by you"))
        total = answer.timings.get("total")
        set_plain_tooltip(self._check_text, tr("answered in {seconds} s", seconds=f"{total:.1f}") if total else "")
        self._check_icon.set_icon(icon, role)
        self._check_text.setText(" · ".join(words))

    def _open(self, number: int) -> None:
        if self.answer is not None:
            self.citation_requested.emit(self.answer, number)
        elif 0 < number <= len(self._passages):
            self.passage_requested.emit(self._passages[number - 1])

    def _ask_again(self) -> None:
        self.retry_requested.emit(self.question)


def _tool(name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icons.icon(name, "quiet"))
    button.setIconSize(QSize(16, 16))
    return button


def _iconed(name: str, icon_role: str, text_role: str, parent: QWidget) -> tuple[QWidget, QLabel]:
    """An icon and a line of words beside it."""
    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, theme.SPACE_S)
    layout.setSpacing(6)
    layout.addWidget(IconLabel(name, icon_role, parent=row))
    label = plain_label(text_role, parent=row)
    label.setFont(theme.font(13))
    layout.addWidget(label, 1)
    return row, label
