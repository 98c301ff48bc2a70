# SPDX-License-Identifier: Apache-2.0
"""One answer, from "searching" to the line of what was checked.

    searching -> quotes -> (loading the model) -> reading -> writing -> answered | failed | stopped

The quotes come first. What the model writes grows above them; in the end they fold into its sources, unless someone reads in them.
Where the documents support nothing of what it wrote, the quotes are the answer and the model's text is folded below them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import conversation, messages
from desktop_app.contract.answer import UNSUPPORTED, Answer, AnswerPart
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.contract.passage import PERHAPS, Passage
from desktop_app.foundation.errors import Problem, problem_from
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.turn.turn_foot import Foot
from desktop_app.ui.turn.turn_head import Head
from desktop_app.ui.turn.turn_nearest import Nearest
from desktop_app.ui.turn.turn_notice import Notice, is_whole
from desktop_app.ui.turn.turn_parts import NothingLabel, PartColumn, PerhapsLabel, UnfinishedLabel
from desktop_app.ui.turn.turn_progress import AnswerProgress
from desktop_app.ui.turn.turn_quotes import Quotes
from desktop_app.ui.turn.turn_thought import Thought
from desktop_app.ui.turn.turn_unread import Unread, is_early
from desktop_app.ui.widgets.chip_row import ChipRow
from desktop_app.ui.widgets.fold_line import FoldLine
from desktop_app.wording import passage_texts
from desktop_app.wording.place import place


def is_quoted(answer: Answer) -> bool:
    """Whether the text of an answer is made of quotes, or there is none, whatever was asked to write."""
    silent = bool(answer.model) and not answer.said.strip()  # stopped before the first word
    return not answer.is_written or answer.refused or bool(answer.written) or silent or not _tells(answer)


class AnswerPane(PartColumn):
    """``citation_requested`` carries (Answer, number); ``chosen`` the file of another model to ask; ``form_changed`` a Form that is to be computed,
    ``cells_requested`` the ``ProvingCells`` of a file. Without a ``client`` a computed answer is shown as any other."""

    citation_requested = Signal(object, int)
    passage_requested = Signal(object)
    retry_requested = Signal()
    regenerate_requested = Signal()
    go_on_requested = Signal()
    stop_requested = Signal()
    models_wanted = Signal()
    chosen = Signal(str)
    copied = Signal()
    export_failed = Signal(object)
    when_read_wanted = Signal(bool)
    add_requested = Signal()
    form_changed = Signal(object)
    cells_requested = Signal(object)

    def __init__(
        self, question: str, parent: QWidget | None = None, *, beside: bool = False, client: EngineClient | None = None
    ) -> None:
        super().__init__(parent)
        self._client = client
        self.question = question
        self.answer: Answer | None = None
        self.problem: Problem | None = None
        self.state = conversation.RUNNING
        self.model = ""
        self._beside = beside
        self._answers: list[Answer] = []  # all that were given, the newest last
        self._number = 0  # of the one that is shown, from 1
        self._writing = False
        self._going_on = False
        self._head_wanted = beside
        self._reading = (-1, 0, False)  # files, those still to be read, whether this is then answered again
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.progress.show()

    # ---- its parts ----

    @property
    def progress(self) -> AnswerProgress:
        return self._part("progress", AnswerProgress, self._wire_progress)

    def _wire_progress(self, progress: AnswerProgress) -> None:
        progress.passage_requested.connect(self.passage_requested)
        progress.stop_requested.connect(self.stop_requested)

    @property
    def thought(self) -> Thought:
        return self._part("thought", Thought)

    @property
    def written(self) -> AnswerView:
        return self._part("written", AnswerView, lambda part: part.seal_clicked.connect(self._open_written))

    @property
    def written_chips(self) -> ChipRow:
        return self._part("chips", ChipRow, lambda part: part.opened.connect(self._open_written))

    @property
    def quotes(self) -> Quotes:
        return self._part("quotes", Quotes, self._wire_quotes)

    def _wire_quotes(self, quotes: Quotes) -> None:
        quotes.opened.connect(self._open_quote)
        quotes.failed.connect(self.export_failed)

    def _show_form(self, answer: Answer, client: EngineClient) -> None:
        """The form of a computed answer, and what can be done with its rows."""
        from desktop_app.ui.figures.figure_actions import FigureActions
        from desktop_app.ui.figures.form_chips import FormChips

        def wire_actions(part: FigureActions) -> None:
            part.cells_wanted.connect(self.cells_requested)
            part.citation_wanted.connect(self._open_quote)
            part.failed.connect(self.export_failed)

        form = self._part("form", partial(FormChips, client), lambda part: part.changed.connect(self.form_changed))
        actions = self._part("figures", partial(FigureActions, client), wire_actions)
        for part in (form, actions):
            part.show_answer(answer)
            part.show()

    @property
    def sources(self) -> FoldLine:
        """The line that the quotes fold into."""
        return self._part("sources", FoldLine, lambda part: part.toggled.connect(lambda _: self._show_quotes()))

    @property
    def doubtful(self) -> FoldLine:
        """The line below which stands what nothing supports."""
        return self._part("doubtful", FoldLine, lambda part: part.toggled.connect(lambda _: self._show_doubted()))

    @property
    def nearest(self) -> Nearest:
        return self._part("nearest", Nearest, lambda part: part.opened.connect(self.passage_requested))

    @property
    def unread(self) -> Unread:
        return self._part("unread", Unread, self._wire_unread)

    def _wire_unread(self, unread: Unread) -> None:
        unread.wanted.connect(self.when_read_wanted)
        unread.again.connect(self.regenerate_requested)
        unread.add_requested.connect(self.add_requested)

    @property
    def notice(self) -> Notice:
        return self._part("notice", Notice, self._wire_notice)

    def _wire_notice(self, notice: Notice) -> None:
        notice.again.connect(self.retry_requested)
        notice.go_on.connect(self.go_on_requested)

    @property
    def foot(self) -> Foot:
        return self._part("foot", Foot, self._wire_foot)

    def _wire_foot(self, foot: Foot) -> None:
        if self._beside:
            foot.only_copy()
        foot.stepped.connect(self._step)
        foot.copied.connect(self.copied)
        foot.regenerate.connect(self.regenerate_requested)
        foot.models_wanted.connect(self.models_wanted)
        foot.chosen.connect(self.chosen)
        foot.export_failed.connect(self.export_failed)

    # ---- what happens to it ----

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self.state != conversation.RUNNING

    @property
    def writing(self) -> bool:
        """Whether the model has written its first word."""
        return self._writing

    @property
    def view(self) -> AnswerView:
        """Where the text of the answer stands."""
        quoted = not self._writing and (self.answer is None or is_quoted(self.answer))
        return self.quotes.view if quoted and self._has("quotes") else self.written

    @property
    def quoted(self) -> Answer | None:
        """The quotes that are on the screen, or folded."""
        if self.answer is not None and not is_quoted(self.answer):
            return self.answer.quoted
        return self.quotes.answer if self._has("quotes") else None

    @property
    def chips(self) -> ChipRow:
        """The chips of the answer itself."""
        return self.written_chips if self.view is self._parts.get("written") else self.quotes.chips

    def begin(self, *, model: str = "", going_on: bool = False) -> None:
        """It is asked for, perhaps again; what was answered before is kept among the earlier ones. ``going_on``: it is to be continued."""
        self.state = conversation.RUNNING
        self.model = model or self.model
        self.problem = None
        self._writing = False
        self._going_on = going_on
        self.progress.begin()
        self._hide("notice", "foot", "unfinished", "unread")
        if not going_on:
            self.answer = None
            self._hide(
                "form",
                "figures",
                "nothing",
                "perhaps",
                "written",
                "sources",
                "chips",
                "quotes",
                "doubtful",
                "doubted",
                "nearest",
                "thought",
            )
        self.progress.show()
        self._show_head()

    def set_reading(self, files: int, unread: int, *, waits: bool) -> None:
        """How many files there are (-1: not known) and are still to be read; ``waits``: this is answered again when they are."""
        self._reading = (files, unread, waits)
        if self._has("unread"):
            self.unread.set_reading(files, unread, waits=waits)

    def set_waiting(self, waits: bool) -> None:
        """Whether another question goes first."""
        if waits and self.over:
            self.begin()
        self.progress.set_waiting(waits)

    def take(self, message: object) -> None:
        """Something of the engine on the way to the answer."""
        if isinstance(message, messages.Quoted) and not self._going_on:
            self._show_quoted(message.answer)
        elif isinstance(message, messages.Token) and message.thought:
            self.thought.append(message.text)
            self.thought.show()
        elif isinstance(message, messages.Token):
            if not self._writing:
                self._begin_writing()
            self.written.append(message.text)
        self.progress.take(message)

    def finish(self, answer: Answer) -> None:
        """The whole answer has come."""
        if self._going_on and self._answers:
            self._answers.pop()  # this one begins with it
        self._answers.append(answer)
        self._show(len(self._answers), _state(answer))

    def fail(self, problem: Problem) -> None:
        """It ends with a problem; an answer before it is shown again."""
        self._leave(conversation.FAILED, problem)

    def stop(self) -> None:
        """It was stopped, and nothing more comes; what is on the screen stays."""
        self._leave(conversation.STOPPED)

    def show_kept(self, answer: Answer | None, state: str, earlier: Sequence[Answer] = ()) -> None:
        """As it was kept. ``earlier``: answers that were given before, oldest first."""
        self._answers = [*earlier, *([answer] if answer is not None and state != conversation.RUNNING else [])]
        if state == conversation.RUNNING:
            self.begin()
            if answer is not None:
                self._show_quoted(answer)
        elif answer is not None:
            self._show(len(self._answers), state)
        else:
            self._leave(state)

    def _leave(self, state: str, problem: Problem | None = None) -> None:
        """It ends without an answer: the one before it is shown again, or what had come so far."""
        self.state = state
        self.problem = problem
        self._hide("progress")
        if self._answers:
            self._show(len(self._answers), state)
            return
        if self._has("thought"):
            self.thought.end()
        self._show_notice()

    def _show_quoted(self, answer: Answer) -> None:
        if not _tells(answer):
            return
        self.quotes.show_answer(answer)
        self.quotes.words.setText(self._quoted_words())
        self.quotes.heading.show()
        self.quotes.show()

    def _begin_writing(self) -> None:
        self._writing = True
        if self._has("thought"):
            self.thought.end()
        sent = self.progress.passages
        before = self.answer if self._going_on else None
        known = {n: (p.path, place(p.locator), p.text) for n, p in enumerate(sent, 1)}
        if before is not None:
            known |= {one.number: (one.path, place(one.locator), one.quote) for one in before.citations}
        self.written.begin(known)
        if before is not None and not is_quoted(before):
            self.written.append(before.text)
        self.written.show()

    # ---- showing an answer ----

    def _show(self, number: int, state: str) -> None:
        """Show answer ``number``, from 1, of those that were given."""
        reading = self._has("quotes") and self.quotes.in_use
        answer = self._answers[number - 1]
        self.answer, self.state, self._number = answer, state, number
        self._writing = self._going_on = False
        self.model = answer.model or self.model
        if answer.problem:
            self.problem = problem_from(answer.problem, answer.problem_data)
        self._hide("progress", "perhaps", "written", "sources", "chips", "quotes", "doubtful", "doubted", "nothing", "nearest")
        self._hide("unread", "form", "figures")
        if answer.thought or self._has("thought"):
            self.thought.end(answer.thought)
            self.thought.setVisible(bool(answer.thought))
        if is_quoted(answer):
            self._show_as_quotes(answer)
        else:
            self._show_as_written(answer, unfolded=reading)
        if answer.written:
            self.doubtful.setChecked(False)
            self.doubtful.show()
        if answer.nearest and not answer.found:
            self.nearest.show_passages(answer.nearest, self.question)
        if is_early(answer) and state == conversation.DONE and not self._beside and number == len(self._answers):
            self.unread.show_answer(answer)
            files, unread, waits = self._reading
            self.unread.set_reading(files, unread, waits=waits)
            self.unread.show()
        self._show_notice()
        self.foot.show()
        self.retranslate()

    def _show_as_quotes(self, answer: Answer) -> None:
        if not _tells(answer):
            if self.problem is None and self.state == conversation.DONE and answer.total_files:
                self._part("nothing", NothingLabel).show()
            return
        self.quotes.show_answer(answer)
        self.quotes.show()
        if self._client is not None and answer.computed is not None and answer.computed.form.tables:
            self._show_form(answer, self._client)

    def _show_as_written(self, answer: Answer, *, unfolded: bool) -> None:
        self.written.finish(answer)
        self.written.show()
        if answer.certainty == PERHAPS:
            self._part("perhaps", PerhapsLabel).show()
        self.written_chips.show_answer(answer)
        if answer.quoted is not None and answer.quoted.citations:
            self.sources.setChecked(unfolded)
            self.sources.show()
            self._show_quotes()

    def _show_quotes(self) -> None:
        """The quotes of a written answer, folded or not. Their chips would say the same again where the numbers are the same."""
        answer = self.answer
        if answer is None or answer.quoted is None or not self.sources.isChecked():
            self._hide("quotes")
            return
        self.quotes.show_answer(answer.quoted)
        known = {(citation.number, citation.chunk_id) for citation in answer.citations}
        self.quotes.chips.setVisible(any((one.number, one.chunk_id) not in known for one in answer.quoted.citations))
        self.quotes.heading.hide()
        self.quotes.show()

    def _show_doubted(self) -> None:
        answer, unfolded = self.answer, self.doubtful.isChecked()
        if answer is None or not unfolded:
            self._hide("doubted")
            return
        view = self._part("doubted", AnswerView)
        marked = AnswerPart(0, len(answer.written), (), UNSUPPORTED, "not_in_passage")
        view.finish(replace(answer, mode="llm", text=answer.written, parts=(marked,), citations=()))
        view.show()

    def _show_notice(self) -> None:
        if not self.over or is_whole(self.state, self.answer, self.problem):
            self._hide("notice")
        else:
            self.notice.show_state(self.state, self.answer, self.problem)

    def _show_head(self) -> None:
        if self._head_wanted:
            head = self._part("head", Head)
            head.show_model(self.model, self.answer)
            head.show()

    def name_model(self) -> None:
        """Name the model above the answer, because another one stands beside it."""
        self._head_wanted = True
        self._show_head()

    # ---- hands ----

    def _step(self, step: int) -> None:
        number = min(max(1, self._number + step), len(self._answers))
        self.problem = None
        self._show(number, _state(self._answers[number - 1]))

    def _open_written(self, number: int) -> None:
        passages = self.progress.passages
        if self.answer is not None and not self._writing:
            self.citation_requested.emit(self.answer, number)
        elif 0 < number <= len(passages):
            self.passage_requested.emit(passages[number - 1])

    def _open_quote(self, number: int) -> None:
        if self.answer is not None and is_quoted(self.answer):
            self.citation_requested.emit(self.answer, number)
        elif self.quoted is not None:
            self.citation_requested.emit(self.quoted, number)

    def offer(self, entries: Sequence[ModelEntry]) -> None:
        """The other models that could answer, for the menu below."""
        self.foot.offer(entries)

    # ---- citations ----

    def holds(self, answer: object) -> bool:
        """Whether ``answer`` is shown here, or is the quotes of what is."""
        return answer is not None and (answer is self.answer or answer is self.quoted)

    def numbers(self) -> list[int]:
        """Citation numbers in reading order."""
        inline = self.view.numbers()
        known = [citation.number for citation in self.answer.citations] if self.answer else []
        return inline + [number for number in known if number not in inline]

    def _in_quotes(self, answer: object) -> bool:
        """Whether the citations of ``answer`` stand in the quotes."""
        if not self._has("quotes"):
            return False
        return answer is self.quoted or (answer is self.answer and self.answer is not None and is_quoted(self.answer))

    def set_current(self, number: int, answer: object) -> None:
        """Mark citation ``number`` of ``answer`` as open, 0 for none."""
        in_quotes = self._in_quotes(answer)
        if self._has("written"):
            self.written.set_current(0 if in_quotes else number)
        if self._has("chips"):
            self.written_chips.set_current(0 if in_quotes else number)
        if self._has("quotes"):
            self.quotes.set_current(number if in_quotes else 0)

    def set_current_passage(self, passage: Passage | None) -> None:
        """Mark the card of the passage that is open; None marks none."""
        if self._has("nearest"):
            self.nearest.set_current(passage)

    def rect_of(self, number: int, answer: object) -> QRect:
        """Where the seal stands, in this widget; the chip's place when the text has no seal of it."""
        if self._in_quotes(answer):
            return self.quotes.rect_of(number).translated(self.quotes.pos()) if self.quotes.isVisibleTo(self) else QRect()
        rect = self.written.seal_rect(number)
        return self.written_chips.rect_of(number) if rect.isEmpty() else rect.translated(self.written.pos())

    # ---- words ----

    def retranslate(self) -> None:
        for part in self._parts.values():
            if isinstance(part, AnswerView | Quotes | ChipRow | Thought | AnswerProgress | Nearest | Unread):
                part.retranslate()
        self._show_head()
        self._show_notice()
        self._say_parts()
        if self.answer is not None:
            self._say_foot(self.answer)

    def _say_parts(self) -> None:
        answer = self.answer
        if self._has("perhaps"):
            self._part("perhaps", PerhapsLabel).setText(tr("This may answer it"))
        if self._has("nothing"):
            early = answer is not None and answer.unread_files > 0
            words = (
                tr("Nothing that has been read so far answers this.")
                if early
                else tr("Nothing in your documents answers this.")
            )
            self._part("nothing", NothingLabel).setText(words)
        if self._has("sources") and answer is not None and answer.quoted is not None:
            self.sources.set_words(trn("Sources · {n} quote", "Sources · {n} quotes", len(answer.quoted.citations)))
        if self._has("doubtful"):
            self.doubtful.set_words(tr("The model's text is not supported by your documents"))
        if self._has("quotes"):
            self.quotes.words.setText(self._quoted_words())
            self.quotes.heading.setVisible(answer is None or is_quoted(answer))

    def _say_foot(self, answer: Answer) -> None:
        self.foot.show_answer(answer, quoted=is_quoted(answer))
        self.foot.set_versions(self._number, len(self._answers))
        unfinished = passage_texts.unfinished(answer.meaning)
        if unfinished:
            self._part("unfinished", UnfinishedLabel).setText(unfinished)
        if self._has("unfinished"):
            self._parts["unfinished"].setVisible(bool(unfinished))

    def _quoted_words(self) -> str:
        answer = self.answer
        if answer is not None and answer.refused:
            return tr("The language model gave no answer; quoted from your documents")
        if answer is not None and answer.mode == "summary":
            return tr("Quoted from your documents, section by section")
        if answer is not None and answer.mode == "computed":
            return tr("Computed from your documents")
        return tr("Quoted from your documents")

    def restyle(self) -> None:
        """The theme changed."""
        for part in self._parts.values():
            if isinstance(part, AnswerView):
                part.redraw()
            elif isinstance(part, Quotes):
                part.view.redraw()
            elif isinstance(part, Thought):
                part.restyle()
            elif isinstance(part, Nearest):
                part.retranslate()


def _tells(answer: Answer) -> bool:
    """Whether there is anything to be read in it."""
    return answer.found or answer.certainty == PERHAPS


def _state(answer: Answer) -> str:
    return conversation.STOPPED if answer.stopped else conversation.DONE
