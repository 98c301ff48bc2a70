# SPDX-License-Identifier: Apache-2.0
"""Search without an answer: hits grouped by file, with filters beside.

field -> Search(question, filters, order) -> files by name, hits, near misses; counts -> filters
empty field -> saved and recent searches
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import SearchResult
from desktop_app.contract.search_page import NO_FACETS, KeptSearch, SearchOrder
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import ElidedLabel, plain_label, set_plain_tooltip
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.search import search_texts
from desktop_app.ui.search.filter_chips import FilterChips
from desktop_app.ui.search.filter_panel import WIDTH, FilterPanel
from desktop_app.ui.search.folder_tree import FolderTree
from desktop_app.ui.search.kept_list import KeptList
from desktop_app.ui.search.search_results import SearchResults
from desktop_app.ui.search.taking_along import TakingAlong
from desktop_app.ui.widgets import escape_key
from desktop_app.ui.widgets.centred import centred
from desktop_app.ui.widgets.passage_card import PassageCard
from desktop_app.ui.widgets.popup_frame import PopupFrame
from desktop_app.wording import passage_texts

_WIDEST = 760  # px: cards are scanned, they may be wider than running text
_BESIDE = 940  # px of the view from which on the filters stand beside the results
_NO_LIMIT = 16_777_215  # Qt's own
_TOP = 30


class SearchView(QWidget):
    """``keeps_recent``: whether a search is kept among the recent ones. ``passage_requested`` carries a Passage that should be shown at its place, ``file_requested`` the path of a file, ``problem`` a
    Problem."""

    passage_requested = Signal(object)
    file_requested = Signal(str)
    problem = Signal(object)

    def __init__(
        self, client: EngineClient, parent: QWidget | None = None, keeps_recent: Callable[[], bool] = lambda: True
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._keeps_recent = keeps_recent
        self._operation: Operation | None = None
        self._result: SearchResult | None = None
        self._problem: Problem | None = None
        self._like = ""  # what passages like it are shown of; "" for an ordinary search
        self._searched = ""  # the words of the search that is shown
        self._top = _TOP
        self._scope = EVERYWHERE
        self._order: SearchOrder = "best"
        self._sources: tuple[str, ...] = ()
        self._unread = 0
        self.setProperty("role", "paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._taking = TakingAlong(client, self)
        self._taking.failed.connect(self.problem)
        self._build()
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        theme.notifier.changed.connect(self.results.restyle)
        theme.notifier.changed.connect(self._arrange)
        self._ask_kept(lambda id_: messages.KeptSearches(id=id_))

    # ---- searching ----

    @property
    def scope(self) -> Scope:
        """The filters that are on."""
        return self._scope

    @property
    def order(self) -> SearchOrder:
        """The order of the hits."""
        return self._order

    @property
    def cards(self) -> list[PassageCard]:
        """The cards that are shown, from top to bottom."""
        return self.results.cards

    @property
    def searching(self) -> bool:
        """Whether an answer of the engine is awaited."""
        return self._operation is not None

    @property
    def summary(self) -> str:
        """The line above the results."""
        return self._summary.text

    def search(self, question: str | None = None) -> None:
        """Search for ``question``, or for what stands in the field."""
        if question is not None:
            self.field.setText(question)
        wanted = self.field.text().strip()
        if not wanted:
            self._forget_result()
            return
        self._like, self._searched, self._top = "", wanted, _TOP
        self._request()
        scope, order = self._scope, self._order
        if self._keeps_recent():
            self._ask_kept(lambda id_: messages.KeepSearch(id=id_, query=wanted, scope=scope, order=order))

    def search_similar(self, text: str, chunk_id: int) -> None:
        """Passages like ``text``, which stands in chunk ``chunk_id``."""
        self.field.clear()
        self._set_scope(EVERYWHERE)  # that is where it looks
        self._like = text
        self._ask(lambda id_: messages.Similar(id=id_, text=text, chunk_id=chunk_id, top=_TOP))

    def set_sources(self, paths: Sequence[str], unread: int = 0) -> None:
        """The folders and files of the library, and how many files are still to be read."""
        self._sources, self._unread = tuple(paths), unread
        self._show()

    def choose_scope(self, scope: Scope) -> None:
        """Search with other filters."""
        self._set_scope(scope)
        self._again()

    def choose_order(self, order: SearchOrder) -> None:
        """Show the hits in another order."""
        self._order = order
        self._again()

    def toggle_exact(self) -> None:
        """Only exact words, or similar meaning as well."""
        self.choose_scope(replace(self._scope, exact=not self._scope.exact))

    def show_filters(self) -> None:
        """Go to the filters, in a popup where they do not stand beside."""
        if self._side.isHidden():
            self._popup_filters()
        else:
            self.filters.focus_first()

    def set_current_passage(self, passage: object) -> None:
        """Mark the card of the passage that is open in the source panel; None marks none."""
        for card in self.cards:
            card.set_current(current=card.passage == passage)

    def step(self, step: int) -> bool:
        """To the next or previous card, round at the ends, and open it."""
        if not self.cards:
            return False
        current = next((number for number, card in enumerate(self.cards) if card.hasFocus()), -1 if step > 0 else 0)
        card = self.cards[(current + step) % len(self.cards)]
        self._focus(card)
        card.opened.emit(card.passage)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the field the arrow key goes down into the results."""
        if event.key() == Qt.Key.Key_Down and self.results.walk():
            self._focus(self.results.walk()[0])
        else:
            super().keyPressEvent(event)

    def _walk(self, step: int) -> None:
        """To the next or previous file or card; from the first one up into the field."""
        walk = self.results.walk()
        place = next((number for number, one in enumerate(walk) if one.hasFocus()), 0) + step
        if place < 0:
            self.field.setFocus()
        elif place < len(walk):
            self._focus(walk[place])

    def _focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(widget, 0, 40)

    def _again(self) -> None:
        if self._searched and not self._like:
            self._top = _TOP
            self._request()
        else:
            self._show()

    def _more(self) -> None:
        self._top += _TOP
        self._request(keep_place=True)

    def _request(self, *, keep_place: bool = False) -> None:
        wanted, top, scope, order = self._searched, self._top, self._scope, self._order
        make = lambda id_: messages.Search(id=id_, question=wanted, top=top, scope=scope, order=order)  # noqa: E731
        self._ask(make, keep_place=keep_place)

    def _ask(self, make: Callable[[int], messages.EngineRequest], *, keep_place: bool = False) -> None:
        if self._operation is not None:
            self._operation.cancel()
        operation = self._client.request(make)
        self._operation = operation
        operation.succeeded.connect(lambda result: self._found(operation, result, keep_place=keep_place))
        operation.failed.connect(lambda problem: self._failed(operation, problem))
        self._show()

    def _found(self, operation: Operation, result: object, *, keep_place: bool) -> None:
        if operation is not self._operation or not isinstance(result, messages.SearchDone):
            return
        self._operation = None
        self._problem = None
        self._result = result.result
        self._fill(keep_place=keep_place)

    def _failed(self, operation: Operation, problem: Problem) -> None:
        if operation is self._operation:
            self._operation = None
            self._result, self._problem = None, problem
            self._fill()

    def _forget_result(self) -> None:
        if self._operation is not None:
            self._operation.cancel()
        self._operation = self._result = self._problem = None
        self._like = self._searched = ""
        self._fill()

    # ---- kept searches ----

    def _ask_kept(self, make: Callable[[int], messages.EngineRequest]) -> None:
        operation = self._client.request(make)
        operation.succeeded.connect(self._show_kept)
        operation.failed.connect(self.problem)

    def _show_kept(self, result: object) -> None:
        if isinstance(result, messages.KeptSearchesResult):
            self.kept.show_searches(result.searches)
            self._show()

    def _run_kept(self, search: KeptSearch) -> None:
        self._set_scope(search.scope)
        self._order = search.order
        self.search(search.query)
        self.field.setFocus()

    def forget_recent(self) -> None:
        """Delete all recent searches."""
        self._ask_kept(lambda id_: messages.ForgetSearch(id=id_, search=0))

    def keep_search(self) -> None:
        """Ask for a name to keep this search under, in place."""
        if self._searched and not self._like:
            self._name.setText(self._searched[:80])
            self._name.show()
            self._name.selectAll()
            self._name.setFocus()

    def _keep(self) -> None:
        name = self._name.text().strip()
        query, scope, order = self._searched, self._scope, self._order
        if name and query:
            self._ask_kept(lambda id_: messages.KeepSearch(id=id_, query=query, scope=scope, order=order, name=name))
        self._name.hide()
        self.field.setFocus()

    # ---- taking along ----

    def copy_list(self) -> None:
        """Copy the listed hits with their places."""
        if self._result is not None:
            QGuiApplication.clipboard().setText(self._taking.text(self._result))

    # ---- building ----

    def _build(self) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, theme.SPACE_XL, 0, 0)
        across.setSpacing(0)
        self._middle = QWidget(self)
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_S)
        across.addStretch(1)
        across.addWidget(self._middle, 1000)
        head = QWidget(self)
        theme.size_with_text(head, maximum_width=_WIDEST)
        head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout(head)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.SPACE_S)
        self.field = QLineEdit(head)
        self.field.setProperty("role", "search")
        self.field.setFont(theme.font(16))
        self.field.setAcceptDrops(False)
        theme.size_with_text(self.field, minimum_height=44)
        mark_as_search(self.field, clear=True)
        self.field.returnPressed.connect(self.search)
        self.field.textChanged.connect(lambda text: None if text.strip() else self._forget_result())
        self._summary = ElidedLabel("quiet", Qt.TextElideMode.ElideRight, head)
        self._summary.setFont(theme.font(theme.SMALL_PX))
        self.filters_button = self._plain_button(head, self._popup_filters)
        self.order_button = self._plain_button(head, self._popup_orders)
        self.more_button = self._plain_button(head, self._popup_more)
        self.filters_button.setIcon(icons.icon("filter", "quiet"))
        self.order_button.setIcon(icons.icon("sort", "quiet"))
        self.more_button.setIcon(icons.icon("more", "quiet"))
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE_XS)
        foot.addWidget(self._summary, 1)
        for button in (self.filters_button, self.order_button, self.more_button):
            foot.addWidget(button)
        self.chips = FilterChips(head)
        self.chips.chosen.connect(self.choose_scope)
        self._name = QLineEdit(head)
        self._name.setMaxLength(80)
        self._name.hide()
        self._name.returnPressed.connect(self._keep)
        self._name.installEventFilter(self)
        self._unfinished = plain_label("small", wrap=True, parent=head)
        for widget in (self.field, self.chips):
            box.addWidget(widget)
        box.addLayout(foot)
        box.addWidget(self._name)
        box.addWidget(self._unfinished)
        column.addLayout(_inset(centred(head)))
        column.addWidget(self._build_page(), 1)
        self.filters = FilterPanel()
        self.filters.chosen.connect(self.choose_scope)
        self.filters.folders_requested.connect(self._choose_folders)
        self._side = QWidget(self)
        theme.size_with_text(self._side, width=WIDTH + theme.SPACE_L)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, theme.SPACE_L, 0)
        side.addWidget(self.filters)
        self._side.hide()
        across.addWidget(self._side)
        across.addStretch(1)
        self.setFocusProxy(self.field)

    def _build_page(self) -> QWidget:
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(self._scroll)
        page = QVBoxLayout(inside)
        page.setContentsMargins(0, 0, 0, theme.SPACE_XL)
        self._hint = plain_label("quiet", wrap=True, parent=inside)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.results = SearchResults(inside)
        theme.size_with_text(self.results, maximum_width=_WIDEST)
        self.results.passage_requested.connect(self.passage_requested)
        self.results.file_requested.connect(self.file_requested)
        self.results.only_wanted.connect(lambda path: self.choose_scope(replace(self._scope, below=(path,))))
        self.results.similar.connect(lambda found: self.search_similar(found.text, found.chunk_id))
        self.results.more_requested.connect(self._more)
        self.results.walked.connect(self._walk)
        self.kept = KeptList(inside)
        theme.size_with_text(self.kept, maximum_width=_WIDEST)
        self.kept.chosen.connect(self._run_kept)
        self.kept.renamed.connect(
            lambda search, name: self._ask_kept(lambda id_: messages.RenameSearch(id=id_, search=search, name=name))
        )
        self.kept.forgotten.connect(lambda search: self._ask_kept(lambda id_: messages.ForgetSearch(id=id_, search=search)))
        page.addWidget(self._hint)
        page.addLayout(_inset(centred(self.results)))
        page.addLayout(_inset(centred(self.kept)))
        page.addStretch()
        self._scroll.setWidget(inside)
        return self._scroll

    def _plain_button(self, parent: QWidget, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(parent)
        button.setProperty("role", "plain")
        button.setFont(theme.font(13))
        icons.set_size(button, icons.BESIDE_TEXT)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        return button

    # ---- popups ----

    def _popup_filters(self) -> None:
        popup = PopupFrame(self)
        below = self.filters_button.mapTo(self.window(), QPoint(0, self.filters_button.height())).y()
        popup.setFixedSize(
            theme.scaled(WIDTH + 2 * theme.SPACE_M), max(240, min(620, self.window().height() - below - theme.SPACE_M))
        )
        column = QVBoxLayout(popup)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_M, theme.SPACE_M)
        column.addWidget(self.filters)
        self.filters.show()
        popup.hidden.connect(self._take_filters_back)
        popup.move(
            self.filters_button.mapToGlobal(QPoint(self.filters_button.width() - popup.width(), self.filters_button.height()))
        )
        popup.show()
        self.filters.focus_first()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc leaves the field for a name."""
        if watched is self._name and escape_key.kept(event):
            self._name.hide()
            self.field.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _take_filters_back(self) -> None:
        layout = self._side.layout()
        if layout is not None:
            layout.addWidget(self.filters)
        self.filters_button.setFocus()

    def _choose_folders(self) -> None:
        tree = FolderTree(self._client, self._scope.below, self)
        tree.chosen.connect(lambda below: self.choose_scope(replace(self._scope, below=below)))
        centre = self.mapToGlobal(self.rect().center())
        tree.move(centre.x() - tree.width() // 2, max(0, centre.y() - tree.height() // 2))
        tree.show()

    def orders_menu(self) -> QMenu:
        """The menu of orders as it would open."""
        menu = QMenu(self)
        for order in search_texts.ORDERS:
            action = menu.addAction(search_texts.order_name(order), partial(self.choose_order, order))
            action.setCheckable(True)
            action.setChecked(order == self._order)
        return menu

    def more_menu(self) -> QMenu:
        """What can be done with the list, as it would open."""
        menu = QMenu(self)
        menu.addAction(icons.icon("pin"), tr("Save this search…"), self.keep_search).setEnabled(bool(self._searched))
        menu.addAction(icons.icon("copy"), tr("Copy the list"), self.copy_list)
        if self._result is not None:
            menu.addMenu(self._taking.menu(self._result, self._all_hits))
        return menu

    def _all_hits(self, top: int) -> messages.Search:
        return messages.Search(id=0, question=self._searched, top=top, scope=self._scope, order=self._order)

    def _popup_orders(self) -> None:
        self._popup(self.orders_menu(), self.order_button)

    def _popup_more(self) -> None:
        self._popup(self.more_menu(), self.more_button)

    def _popup(self, menu: QMenu, button: QPushButton) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(button.width() - menu.sizeHint().width(), button.height())))

    # ---- showing ----

    def retranslate(self) -> None:
        self.field.setPlaceholderText(tr("Search your documents…"))
        self.field.setAccessibleName(tr("Search"))
        self._name.setPlaceholderText(tr("Name of this search; Enter saves it"))
        self._name.setAccessibleName(tr("Name of this search; Enter saves it"))
        self.filters_button.setText(tr("Filters"))
        self.more_button.setAccessibleName(tr("More about this search"))
        set_plain_tooltip(self.more_button, tr("Save, copy or export"))
        self.kept.retranslate()
        self._fill(keep_place=True)
        self.filters.fill()

    def _set_scope(self, scope: Scope) -> None:
        self._scope = scope
        self.chips.show_scope(scope)

    def _fill(self, *, keep_place: bool = False) -> None:
        bar = self._scroll.verticalScrollBar()
        place = bar.value() if keep_place else 0
        self.results.show_result(self._result, at_once=keep_place)
        self._show()
        bar.setValue(place)

    def _show(self) -> None:
        result, busy = self._result, self._operation is not None
        empty = result is None and self._problem is None and not busy
        self.chips.show_scope(self._scope)
        self.filters.show_scope(self._scope, result.facets if result is not None else NO_FACETS, self._sources)
        self.results.setVisible(result is not None)
        self.kept.setVisible(empty and bool(self.kept.searches) and bool(self._sources))
        self._summary.set_text(tr("Searching…") if busy else search_texts.summary(result, self._like) if result else "")
        self._hint.setText(
            ""
            if busy
            else search_texts.hint(result, self._problem, self._scope, has_sources=bool(self._sources), like=self._like)
        )
        self._hint.setVisible(bool(self._hint.text()))
        told = [] if result is None or busy else [passage_texts.unfinished(result.meaning), search_texts.inexact(result)]
        told.append(search_texts.unread(self._unread) if result is not None and not busy else "")
        self._unfinished.setText("\n".join(filter(None, told)))
        self._unfinished.setVisible(bool(self._unfinished.text()))
        listed = result is not None and bool(result.passages)
        self.order_button.setText(search_texts.order_name(self._order))
        set_plain_tooltip(self.order_button, tr("Order of the passages"))
        self.order_button.setVisible(listed and not self._like)
        self.more_button.setVisible(listed)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= theme.scaled(_BESIDE) and bool(self._sources) and not self._like
        wanted = wide and (self._result is not None or self._scope != EVERYWHERE)
        self._side.setVisible(wanted)
        # Results and filters stand side by side in the middle of a wide window.
        self._middle.setMaximumWidth(theme.scaled(_WIDEST + 2 * theme.SPACE_XL) if wanted else _NO_LIMIT)
        self.filters_button.setVisible(not wanted and bool(self._sources) and not self._like)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(_WIDEST, 600)


def _inset(row: QHBoxLayout) -> QHBoxLayout:
    row.setContentsMargins(theme.SPACE_XL, 0, theme.SPACE_XL, 0)
    return row
