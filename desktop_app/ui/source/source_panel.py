# SPDX-License-Identifier: Apache-2.0
"""The source panel: page or text of a citation, its sentence marked.

Life of one showing:

    show_citation / show_passage -> header at once -> Context request to the engine (is the file there, has it changed, the text)
        a PDF      -> the page, the quote marked on it
        a picture  -> the picture, the lines of the quote marked on it
        anything else, or what cannot be shown -> the running text, and one sentence why

Pages and pictures are opened by the viewer process (``bridge/viewer_client.py``), never here.

The engine is asked first even for a PDF: it looks at the disk, so that a sleeping network share holds up the engine's answer and
never the window. A newer showing drops the answer of an older one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import Locator
from desktop_app.contract.form import ProvingCells
from desktop_app.contract.passage import Copy, Passage
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import hairline, plain_label
from desktop_app.ui.navigation.also_in import AlsoIn
from desktop_app.ui.navigation.find_bar import FindBar
from desktop_app.ui.navigation.source_menu import SourceMenu
from desktop_app.ui.navigation.source_notes import Note, SourceNotes, one_after_another
from desktop_app.ui.source.shown_source import ShownSource, in_context, of_cells, of_citation, of_copy, of_file, of_passage
from desktop_app.ui.source.source_header import SourceHeader
from desktop_app.ui.source.source_outline import SourceOutline
from desktop_app.ui.source.source_views import SourceViews
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.open_line import OpenLine
from desktop_app.wording.hidden_texts import hidden_note
from desktop_app.wording.passage_texts import names_in, passage_of, quoted
from desktop_app.wording.place import names_apart, place
from desktop_app.wording.problem_texts import sentence

if TYPE_CHECKING:
    from desktop_app.ui.source.source_printing import SourcePrinting

_LONGEST_SOUGHT = 100  # characters of a selection that are looked for without typing
_BEFORE, _AFTER = 8, 8  # chunks around the passage that are shown at once; the others follow


class SourcePanel(QWidget):
    """``citation_changed`` carries the number of the citation the user went to with the arrows; ``similar_requested`` the text
    that others like it are wanted of, and the chunk it stands in; ``check_requested`` the path of a file to be looked at again, "" for the whole library; ``summary_requested``
    that of a file to be summed up."""

    citation_changed = Signal(int)
    similar_requested = Signal(str, int)
    closed = Signal()
    check_requested = Signal(str)
    summary_requested = Signal(str)

    def __init__(
        self, client: EngineClient, settings: Settings, parent: QWidget | None = None, *, viewer: ViewerClient | None = None
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._answer: Answer | None = None
        self._number = 0
        self._asked: ShownSource | None = None  # as it was asked for, and as the engine has found it
        self._shown: ShownSource | None = None
        self._checking = False
        self._context: messages.ContextResult | None = None
        self._operation: Operation | None = None
        self._viewer = viewer or ViewerClient(self)
        self._notes: list[Note] = []
        self._page_note: Note | None = None  # why the page cannot be shown
        self._locked = False  # a password would show it
        self._passwords: dict[str, str] = {}  # of files, until the window closes
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self.retranslate()
        self.clear()

    # ---- for the window ----

    def show_citation(self, answer: Answer, number: int) -> None:
        """Show citation ``number`` of an answer at its place; a number it lacks changes nothing."""
        citation = next((one for one in answer.citations if one.number == number), None)
        if citation is None:
            return
        self._answer, self._number = answer, number
        beside = tuple(names_in(answer))
        self._show(of_citation(citation, passage_of(answer, citation), beside))

    def show_passage(self, passage: Passage) -> None:
        """Show a passage at its place."""
        self._answer, self._number = None, 0
        self._show(of_passage(passage))

    def show_cells(self, cells: Sequence[ProvingCells]) -> None:
        """Show a spreadsheet with these cells marked, at the first of them."""
        self._answer, self._number = None, 0
        self._show(of_cells(cells))

    def show_file(self, path: str) -> None:
        """Show a file from its beginning."""
        self._answer, self._number = None, 0
        self._show(of_file(path))

    def clear(self) -> None:
        """Show nothing, and let go of the file."""
        self._drop_operation()
        self._answer, self._number, self._shown, self._context = None, 0, None, None
        self._asked, self._checking = None, False
        self._notes = []
        self._open_line.dismiss()
        self._find.put_away()
        self.views.show_nothing()
        self._header.setVisible(False)
        self._line.setVisible(False)
        self._note.show_notes(())
        self._also.show_places((), 0)
        self._found_by.setVisible(False)

    def go(self, step: int) -> None:
        """To the next (1) or previous (-1) citation of the answer; round at the ends."""
        numbers = self._numbers()
        if self._answer is None or len(numbers) < 2:
            return
        number = numbers[(numbers.index(self._number) + step) % len(numbers)]
        self.show_citation(self._answer, number)
        self.citation_changed.emit(number)

    def marked_text(self) -> str:
        """The text under the mark, as the page or the text has it; "" where nothing is marked."""
        return self.views.marked_text()

    def copy(self) -> None:
        """The selected text, else the quote (or passage), with its place, for a mail or a note."""
        if self._shown is None:
            return
        sheet = self.views.shown_sheet()
        if sheet is not None and sheet.selected_text():
            sheet.copy_with_place()
            return
        quote = self._chosen_text()
        if quote:
            where = self.views.selected_locator() or self._shown.locator
            QGuiApplication.clipboard().setText(quoted(quote, self._shown.name, where))

    def copy_plain(self) -> None:
        """The selected text, else the quote (or passage), without its place."""
        text = self._chosen_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def copy_path(self) -> None:
        """Where the file lies."""
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.path)

    def show_folder(self) -> None:
        """The file in its folder; nothing is opened."""
        if self._shown is not None and (self._context is None or self._context.exists):
            opening.reveal(self._shown.path)

    def print_source(self) -> None:
        """Pages, the picture or the text; of a text what is selected, where something is."""
        shown = self._shown
        if shown is None:
            return
        from desktop_app.ui.source.source_printing import DPI, MOST_CHUNKS

        pdf, selected = self.views.shown_pdf(), self.views.selected_text().strip()
        if pdf is not None:
            requests = pdf.pages.requests
            self._printing().print_pages(
                shown.path, pdf.pages.page_count, pdf.pages.page, lambda page: requests.picture(page, DPI)
            )
        elif self.views.currentWidget() is self.views.picture:
            self._printing().print_pages(shown.path, 1, 0, lambda _: self.views.image.picture())
        elif selected:
            self._printing().print_selection(shown.path, selected)
        else:
            operation = self._client.request(
                lambda id_: messages.FileChunks(id=id_, path=shown.path, first=0, count=MOST_CHUNKS)
            )
            operation.succeeded.connect(self._print_text)
            operation.failed.connect(self._tell_problem)

    def _printing(self) -> SourcePrinting:
        from desktop_app.ui.source.source_printing import SourcePrinting

        printing = SourcePrinting(self)
        printing.failed.connect(self._tell_problem)
        return printing

    def _print_text(self, result: messages.FileChunksResult) -> None:
        if len(result.chunks) < result.total:
            self._notes.append(lambda: tr("This file is too long to be printed here: select a part of it, or open it."))
            self._show_notes()
        elif result.chunks:
            self._printing().print_text(result.path, result.chunks)

    def _tell_problem(self, problem: Problem) -> None:
        self._notes.append(lambda: str(sentence(problem)))
        self._show_notes()

    def open_find(self) -> None:
        """Look for words in the source: those that are selected, or those that are typed."""
        if self._shown is not None:
            selected = self.views.selected_text().strip()
            self._find.open(selected if len(selected) <= _LONGEST_SOUGHT and "\n" not in selected else "")

    def find_step(self, by: int) -> None:
        """To the next (1) or previous (-1) place of what is looked for."""
        if self._find.isVisible():
            self._find.step(by)
        else:
            self.open_find()

    def more_like_this(self) -> None:
        """Ask for passages like the selected text or, where nothing is selected, like what is shown."""
        text = self._chosen_text()
        if self._shown is not None and text:
            self.similar_requested.emit(text, self._shown.chunk_id)

    def _chosen_text(self) -> str:
        return self.views.selected_text().strip() or (self._shown.text.strip() if self._shown is not None else "")

    def open_outside(self) -> None:
        """Open the file in its own program."""
        if self._shown is None:
            return
        if self._context is not None and not self._context.exists:
            return
        self._open_line.open(self._shown.path)

    def check_again(self) -> None:
        """Have the file read again; its new text is shown when that is done (``run_ended``). One that is gone may lie elsewhere in the
        library by now, which is known when all of it has been looked at."""
        if self._shown is not None:
            self._checking = True
            self._note.show_checking()
            self.check_requested.emit(self._shown.path if self._context is not None and self._context.exists else "")

    def run_ended(self) -> None:
        """No file is being read any more."""
        if self._checking and self._asked is not None:
            self._show(self._asked)

    def retranslate(self) -> None:
        self._header.retranslate()
        self._menu.retranslate()
        self._find.retranslate()
        self.outline.retranslate()
        self._also.retranslate()
        self.setAccessibleName(tr("The source"))
        self.views.retranslate()
        self._show_header()
        self._note.retranslate()

    # ---- building ----

    def _build(self) -> None:
        self._header = SourceHeader(self)
        self._also = AlsoIn(self)
        self._also.opened.connect(self._open_copy)
        self._header.stepped.connect(self.go)
        self._header.closed.connect(self.closed)
        self._header.open_requested.connect(self.open_outside)
        self._header.copy_requested.connect(self.copy)
        self._header.similar_requested.connect(self.more_like_this)
        self._menu = SourceMenu(self)
        self._menu.copy_wanted.connect(self.copy_plain)
        self._menu.path_wanted.connect(self.copy_path)
        self._menu.folder_wanted.connect(self.show_folder)
        self._menu.print_wanted.connect(self.print_source)
        self._menu.summary_wanted.connect(self._sum_up)
        self._header.more.setMenu(self._menu)
        self._line = hairline(self)
        self._note = SourceNotes(self)
        self._note.check_requested.connect(self.check_again)
        self._note.password_entered.connect(self._unlock)
        self._found_by = plain_label("small", wrap=True, parent=self)
        self._found_by.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_L, theme.SPACE_S)

        self._open_line = OpenLine(self._settings, self)
        asking = QHBoxLayout()
        asking.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, 0)
        asking.addWidget(self._open_line)

        self._find = FindBar(self)
        self._find.closed.connect(self._focus_view)
        self.views = SourceViews(self._client, self._viewer, self)
        self.views.failed.connect(self._page_failed)
        self.views.opened.connect(self._page_opened)
        self.views.marked.connect(self._page_marked)
        self._parts = QSplitter(self)
        self._parts.addWidget(self.views)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(1)
        self.outline = SourceOutline(self._client, self._parts, self.views.text)
        self.outline.toggled.connect(self._header.set_outline)
        self._header.outline_toggled.connect(self.outline.toggle)
        self._header.find_requested.connect(self.open_find)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._line)
        layout.addLayout(asking)
        layout.addWidget(self._find)
        layout.addWidget(self._note)
        layout.addWidget(self._also)
        layout.addWidget(self._parts, 1)
        layout.addWidget(self._found_by)

    def _view_changed(self) -> None:
        """Another view is on the screen, or another source in it."""
        self._find.set_view(self.views.findable())
        self.outline.set_view(text=self.views.shows_text, pdf=self.views.shown_pdf())

    def _focus_view(self) -> None:
        view = self.views.currentWidget()
        if view is not None:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- showing ----

    def _show(self, shown: ShownSource) -> None:
        self._drop_operation()
        self._open_line.dismiss()
        self._asked = self._shown = shown
        self._context, self._notes, self._checking = None, [], False
        self._page_note, self._locked = None, False
        self._header.setVisible(True)
        self._line.setVisible(True)
        self._show_header()
        self._also.show_places(shown.also_in, shown.chunk_id)
        self._operation = self._client.request(
            lambda id_: messages.Context(
                id=id_, chunk_id=shown.chunk_id, before=_BEFORE, after=_AFTER, path=shown.path, text=shown.text
            )
        )
        self._operation.succeeded.connect(self._show_context)
        self._operation.failed.connect(self._failed)

    def _open_copy(self, copy: Copy) -> None:
        if self._asked is not None:
            self._show(of_copy(copy, self._asked))

    def _failed(self, problem: Problem) -> None:
        """Without the engine the page itself can still be shown; only what it would have said about the file is missing."""
        self._operation = None
        if self._shown is None:
            return
        self._notes = []
        if not self._show_file():
            self.views.show_text(self._shown, None)
            self._notes.append(lambda: str(sentence(problem)))
        self._view_changed()
        self._show_notes()

    def _show_file(self) -> bool:
        """The file itself; False where its text must do."""
        return self._shown is not None and self.views.show_file(self._shown, self._passwords.get(self._shown.path, ""))

    def _sum_up(self) -> None:
        if self._shown is not None:
            self.summary_requested.emit(self._shown.path)

    def _show_context(self, result: messages.ContextResult) -> None:
        """Show what the engine says of the file and its text."""
        self._operation = None
        self._context, self._notes = result, []
        shown = self._shown
        if shown is None:
            return
        found = in_context(shown, result)
        lost = bool(shown.text) and not found.chunk_id
        if found != shown:
            self._shown = shown = found
            self._show_header()
        self._header.set_openable(result.exists)
        self._menu.set_state(quote=bool(shown.text), exists=result.exists)
        if lost and result.chunks:
            self._notes.append(lambda: tr("The file was read again since then, and this passage no longer stands in it."))
        elif lost:
            self._notes.append(lambda: tr("This file is no longer in the library."))
        if not result.exists and result.chunks:
            self._notes.append(lambda: tr("The file is no longer there; this is the text as it was read."))
        elif result.changed:
            self._notes.append(lambda: tr("The file has changed since it was read."))
        newer = self._also.newer()
        if newer is not None:
            name = names_apart((shown.path, newer.path))[newer.path]
            self._notes.append(lambda: tr("A newer version of this passage stands in “{name}”.", name=name))
        if not (result.exists and self._show_file()):
            self.views.show_text(shown, result)
            if not result.chunks and not shown.text:
                self._notes.append(lambda: tr("There is no text of this file in the library."))
        self._view_changed()
        self._show_notes()

    def _page_failed(self, problem: Problem) -> None:
        """A PDF or a picture cannot be shown: its text, and one sentence why."""
        if self._shown is None:
            return
        tried = self._passwords.pop(self._shown.path, None) is not None
        self._locked = problem.code == "view_password"
        self._page_note = lambda: (
            tr("This password does not open it.") if tried and self._locked else self._why_no_page(problem.code)
        )
        self.views.show_text(self._shown, self._context)
        self._view_changed()
        self._show_notes()

    def _why_no_page(self, code: str) -> str:
        has_text = self._context is None or bool(self._context.chunks)
        if code == "view_password":
            why = tr("The file is protected by a password.")
        elif code == "view_unreadable":
            why = tr("The file cannot be opened now.")
        elif code == "view_too_big":
            why = tr("The file is too large to be shown safely.")
        elif code == "view_component_missing":
            why = tr("The part of Inkstone that shows such files is missing or does not load; run the set-up again.")
        elif code == "view_stalled":
            why = tr("Drawing the file took too long and was given up.")
        else:
            why = tr("The file cannot be shown, it seems damaged.")
        return one_after_another([why, tr("This is its text as it was read.")]) if has_text else why

    def _page_opened(self) -> None:
        """The pages or cells are there, perhaps because a password was typed."""
        if self._page_note is not None:
            self._page_note, self._locked = None, False
            self.views.show_file_again()
            self._view_changed()
            self._show_notes()

    def _unlock(self, password: str) -> None:
        if self._shown is not None:
            self._passwords[self._shown.path] = password
            self._show_file()

    def _page_marked(self, found: bool) -> None:
        if not found and self._shown is not None and self._shown.places:
            self._notes.append(lambda: tr("The sentence could not be marked on this page."))
            self._show_notes()

    def _show_header(self) -> None:
        if self._shown is None:
            return
        shown, numbers = self._shown, self._numbers()
        number = numbers.index(self._number) + 1 if numbers else 0
        self._header.show_source(shown.path, shown.name, place(shown.locator), number, len(numbers))
        words = tr("Found by: {words}", words=tr(", ").join(shown.terms))
        self._found_by.setText(tr("Found by meaning: it shares no word with the question.") if shown.by_meaning else words)
        self._found_by.setVisible(shown.by_meaning or bool(shown.terms))

    def _numbers(self) -> list[int]:
        return [] if self._answer is None else [citation.number for citation in self._answer.citations]

    def _show_notes(self) -> None:
        notes = [*self._notes, *([self._page_note] if self._page_note is not None else [])]
        where = self._shown.locator if self._shown is not None else Locator()
        if where.hidden:
            notes.insert(0, lambda: hidden_note(where.hidden))
        context = self._context
        stale = context is not None and bool(context.chunks) and (context.changed or not context.exists)
        self._note.show_notes(notes, can_check=stale, locked=self._locked)

    # ---- Qt's side ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.outline.fit(self.width())

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._find.isVisible()
        ):
            event.accept()  # Esc puts the find bar away first
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._find.isVisible():
            self._find.dismiss()
        else:
            super().keyPressEvent(event)

    def _drop_operation(self) -> None:
        if self._operation is not None:
            self._operation.succeeded.disconnect(self._show_context)
            self._operation.failed.disconnect(self._failed)
            self._operation.cancel()
            self._operation = None
