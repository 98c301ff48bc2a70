# SPDX-License-Identifier: Apache-2.0
"""Search without an answer: passages grouped by file, words marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import ElidedLabel, IconLabel, plain_label, set_plain_tooltip
from desktop_app.ui.widgets.centred import centred
from desktop_app.ui.widgets.passage_card import PassageCard
from desktop_app.ui.widgets.scope_chip import ScopeChip
from desktop_app.wording import passage_texts, problem_texts
from desktop_app.wording.place import file_name, folder_of, short_name, short_path

_WIDEST = 760  # px: cards are scanned, they may be wider than running text
_TOP = 30


def grouped(result: SearchResult) -> dict[str, list[Passage]]:
    """Passages by file, files in the order of their best passage."""
    groups: dict[str, list[Passage]] = {}
    for passage in sorted(result.passages, key=lambda passage: passage.rank):
        groups.setdefault(passage.path, []).append(passage)
    return groups


def file_icon(path: str) -> str:
    """The icon for a kind of file, by its name."""
    end = path.rsplit(".", 1)[-1].lower()
    if end == "pdf":
        return "file-pdf"
    return "file-table" if end in ("xlsx", "xls", "et", "csv", "ods") else "file-text"


class SearchView(QWidget):
    """``passage_requested`` carries a Passage that should be shown at its place."""

    passage_requested = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._operation: Operation | None = None
        self._result: SearchResult | None = None
        self._problem: Problem | None = None
        self._like = ""  # what passages like it are shown of; "" for an ordinary search
        self.cards: list[PassageCard] = []
        self.setProperty("role", "paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        theme.notifier.changed.connect(self._restyle)

    def search(self, question: str | None = None) -> None:
        """Search for ``question``, or for what stands in the field."""
        if question is not None:
            self.field.setText(question)
        wanted = self.field.text().strip()
        if wanted:
            self._like = ""
            scope = self.scope.scope
            self._ask(lambda id_: messages.Search(id=id_, question=wanted, top=_TOP, scope=scope))

    def set_sources(self, paths: Sequence[str]) -> None:
        """The folders and files a search can be narrowed to."""
        self.scope.set_sources(paths)

    def search_similar(self, text: str, chunk_id: int) -> None:
        """Passages like ``text``, which stands in chunk ``chunk_id``."""
        self.field.clear()
        self.scope.set_scope(EVERYWHERE)  # that is where it looks
        self._like = text
        self._ask(lambda id_: messages.Similar(id=id_, text=text, chunk_id=chunk_id, top=_TOP))

    def _ask(self, make: Callable[[int], messages.EngineRequest]) -> None:
        if self._operation is not None:
            self._operation.cancel()
        operation = self._client.request(make)
        self._operation = operation
        operation.succeeded.connect(lambda result: self._found(operation, result))
        operation.failed.connect(lambda problem: self._failed(operation, problem))
        self._show()

    @property
    def searching(self) -> bool:
        return self._operation is not None

    @property
    def summary(self) -> str:
        return self._summary.text()

    def set_current_passage(self, passage: object) -> None:
        """Mark the card of the passage that is open in the source panel; None marks none."""
        for card in self.cards:
            card.set_current(current=card.passage == passage)

    def step(self, step: int) -> bool:
        """To the next or previous card, round at the ends."""
        if not self.cards:
            return False
        current = next((number for number, card in enumerate(self.cards) if card.hasFocus()), -1 if step > 0 else 0)
        card = self.cards[(current + step) % len(self.cards)]
        card.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.ensureWidgetVisible(card, 0, 40)
        card.opened.emit(card.passage)
        return True

    # ---- answers ----

    def _found(self, operation: Operation, result: object) -> None:
        if operation is not self._operation or not isinstance(result, messages.SearchDone):
            return
        self._operation = None
        self._problem = None
        self._result = result.result
        self._fill()
        self._show()

    def _failed(self, operation: Operation, problem: Problem) -> None:
        if operation is self._operation:
            self._operation = None
            self._result, self._problem = None, problem
            self._fill()
            self._show()

    # ---- building ----

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE_XL, 0, 0)
        column.setSpacing(theme.SPACE_S)
        head = QWidget(self)
        head.setMaximumWidth(_WIDEST)
        head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout(head)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.SPACE_S)
        self.field = QLineEdit(head)
        self.field.setProperty("role", "search")
        self.field.setFont(theme.font(16))
        self.field.setClearButtonEnabled(False)
        self.field.setAcceptDrops(False)
        self.field.setMinimumHeight(44)
        self.field.addAction(icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.returnPressed.connect(self.search)
        self._summary = plain_label("small", wrap=True, parent=head)
        self.scope = ScopeChip(head)
        self.scope.changed.connect(lambda _scope: self.search())
        foot = QHBoxLayout()
        foot.addWidget(self._summary, 1)
        foot.addWidget(self.scope)
        self._unfinished = plain_label("small", wrap=True, parent=head)
        box.addWidget(self.field)
        box.addLayout(foot)
        box.addWidget(self._unfinished)
        column.addLayout(_inset(centred(head)))
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QWidget(self._scroll)
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, theme.SPACE_XL)
        self._list = QWidget(self._page)
        self._list.setMaximumWidth(_WIDEST)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.SPACE_S)
        self._hint = plain_label("quiet", wrap=True, parent=self._page)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page.addLayout(_inset(centred(self._list)))
        page.addWidget(self._hint)
        page.addStretch()
        self._scroll.setWidget(self._page)
        column.addWidget(self._scroll, 1)
        self.setFocusProxy(self.field)

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.cards.clear()
        if self._result is None:
            return
        for path, passages in grouped(self._result).items():
            self._rows.addWidget(self._group_head(path, len(passages)))
            for passage in passages:
                card = PassageCard(passage, self._result.question, named=False, more=True, parent=self._list)
                card.opened.connect(self.passage_requested)
                card.similar.connect(lambda found: self.search_similar(found.text, found.chunk_id))
                self._rows.addWidget(card)
                self.cards.append(card)
        self._scroll.verticalScrollBar().setValue(0)

    def _group_head(self, path: str, count: int) -> QWidget:
        head = QWidget(self._list)
        row = QHBoxLayout(head)
        row.setContentsMargins(2, theme.SPACE_M, 2, 0)
        row.setSpacing(theme.SPACE_S)
        row.addWidget(IconLabel(file_icon(path), "quiet", 18, head))
        name = ElidedLabel(parent=head)
        name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        name.set_text(file_name(path))
        folder = ElidedLabel("quiet", parent=head)
        folder.setFont(theme.font(13))
        folder.set_text(short_path(folder_of(path), 60))
        set_plain_tooltip(head, path)
        row.addWidget(name)
        row.addWidget(folder)
        row.addStretch(1)
        if count > 1:
            row.addWidget(_small(trn("{n} passage", "{n} passages", count), head))
        return head

    # ---- showing ----

    def retranslate(self) -> None:
        self.field.setPlaceholderText(tr("Search your documents…"))
        self.field.setAccessibleName(tr("Search"))
        self.scope.retranslate()
        self._fill()
        self._show()

    def _restyle(self) -> None:
        for card in self.cards:
            card.retranslate()

    def _show(self) -> None:
        result = self._result
        self._hint.setVisible(not self.cards)
        self._summary.setMinimumHeight(18)
        unfinished = passage_texts.unfinished(result.meaning) if result is not None and self._operation is None else ""
        self._unfinished.setText(unfinished)
        self._unfinished.setVisible(bool(unfinished))
        if self._operation is not None:
            self._summary.setText(tr("Searching…"))
            self._hint.setText("")
        elif self._problem is not None:
            self._summary.setText("")
            self._hint.setText(str(problem_texts.sentence(self._problem)))
        elif result is None:
            self._summary.setText("")
            self._hint.setText(tr("Words, names, numbers, or a whole question: Inkstone searches by words and by meaning."))
        elif not result.passages:
            self._summary.setText("")
            self._hint.setText(
                tr("No other passage is like this one.")
                if self._like
                else tr("Nothing found. Try fewer or other words, or look at what could not be read.")
            )
        else:
            files = len(grouped(result))
            self._summary.setText(
                " · ".join(
                    (
                        *((tr("Like “{text}”", text=short_name(" ".join(self._like.split()), 20)),) if self._like else ()),
                        trn("{n} passage", "{n} passages", len(result.passages)),
                        trn("in {n} file", "in {n} files", files),
                        trn(
                            "searched {searched} of {total} file",
                            "searched {searched} of {total} files",
                            result.total_files,
                            searched=f"{result.searched_files:,}",
                            total=f"{result.total_files:,}",
                        ),
                    )
                )
            )

    def sizeHint(self) -> QSize:
        return QSize(_WIDEST, 600)


def _inset(row: QHBoxLayout) -> QHBoxLayout:
    row.setContentsMargins(theme.SPACE_XL, 0, theme.SPACE_XL, 0)
    return row


def _small(text: str, parent: QWidget) -> QWidget:
    label = plain_label("small", parent=parent)
    label.setText(text)
    return label
