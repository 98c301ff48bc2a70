# SPDX-License-Identifier: Apache-2.0
"""Dialog to choose the language, embedding and reranking models.

A group a kind, each a list of choices with its truth beside it: what it costs in memory and whether that fits this PC. Going without a
language model is the first choice, because it works at once and is right by construction. A language model is chosen at once; an
embedding model only after a line that says what it costs (``embedding_choice``). A second page recommends models by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import Problem, problem_from
from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import hairline, plain_label, set_plain_tooltip
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.models.card_list import CardList, card_of
from desktop_app.ui.models.checker_note import CheckerNote
from desktop_app.ui.models.embedding_choice import EmbeddingChoice
from desktop_app.ui.models.model_card import ModelCard
from desktop_app.ui.models.recommended_page import RecommendedPage
from desktop_app.ui.models.reranker_choice import RerankerChoice
from desktop_app.wording.model_problem_texts import note
from desktop_app.wording.place import file_name, short_path
from desktop_app.wording.problem_texts import sentence

_RESTING_MS = 250
_FIT_ORDER = {"yes": 0, "tight": 1, "no": 2}


class ModelsDialog(SeenOrder, QDialog):
    """``llm_chosen``: a GGUF file, or "" for none. ``embedding_chosen``: "bundled", "light", "none" or a folder; an index run prepares it."""

    llm_chosen = Signal(str)
    embedding_chosen = Signal(str)
    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._entries: list[ModelEntry] = []
        self._rates: dict[str, float] = {}
        self._measuring = ""  # path of a language model
        self._timing: Operation | None = None
        self._folder_problem: Problem | None = None
        self._unsaved: Problem | None = None
        self._operation: Operation | None = None
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_RESTING_MS)
        self._resting.timeout.connect(lambda: self.llm_chosen.emit(self._settings.text("llm")))
        self.setModal(False)
        self.resize(760, 720)
        self._build()
        self.retranslate()

    # ---- for the window ----

    def open_fresh(self) -> None:
        """Show the dialog and look again at the folder and at the library."""
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more: a walk over a slow drive is not worth going on with."""
        if self._operation is not None:
            self._operation.cancel()
            self._operation = None
        super().hideEvent(event)

    def refresh(self) -> None:
        """Ask the engine what lies in the folder and the caches, and what the library uses."""
        if self._operation is not None:
            self._operation.cancel()
        folder = self._settings.text("model_folder")
        self._operation = self._client.request(lambda id_: messages.Models(id=id_, folder=folder))
        self._operation.succeeded.connect(self._listed)
        self._operation.failed.connect(self._not_listed)
        self._client.request(lambda id_: messages.Overview(id=id_)).succeeded.connect(self._looked)
        self._show_folder()

    def choose_model_folder(self) -> None:
        """Ask for a folder and use it."""
        path = QFileDialog.getExistingDirectory(self, tr("Folder with models"), self._settings.text("model_folder"))
        if path:
            self.use_folder(path)

    def use_folder(self, path: str) -> None:
        """Look for models in ``path`` from now on."""
        self._keep_setting("model_folder", path)
        self._entries, self._folder_problem = [], None
        self.refresh()

    def show_page(self, page: int, _checked: bool = True) -> None:
        """The models on this PC (0), or those that are recommended (1), where the policy of this PC has that page."""
        if not policy_in_force.in_force().allows("recommended_models"):
            page = 0
        self.tabs[page].setChecked(True)
        self.pages.setCurrentIndex(page)

    def measure(self, path: str) -> None:
        """Time a language model on this PC; a second call stops it."""
        if self._measuring:
            if self._timing is not None:
                self._timing.cancel()
            return
        self._measuring = path
        self._timing = self._client.request(lambda id_: messages.MeasureModel(id=id_, llm=path))
        self._timing.succeeded.connect(self._measured)
        self._timing.failed.connect(self._refused)
        self._timing.ended.connect(self._measuring_ended)
        self._show_lists()

    def _measured(self, found: messages.ModelMeasured) -> None:
        self._entries = [
            replace(entry, reads=found.reads, writes=found.writes) if entry.path == self._measuring else entry
            for entry in self._entries
        ]

    def _measuring_ended(self) -> None:
        self._measuring, self._timing = "", None
        self._show_lists()

    def _choose_other(self) -> None:
        folder = self._settings.text("model_folder")
        path, _ = QFileDialog.getOpenFileName(self, tr("File of an answer model"), folder, "GGUF (*.gguf)")
        if path:
            self.choose_llm(path)

    def choose_llm(self, path: str) -> None:
        """Use a GGUF file, "" for none; kept at once."""
        if path == self._settings.text("llm"):
            return
        self._keep_setting("llm", path)
        # Arrow keys walk over every model on the way; only the one they rest on is told, because loading it takes seconds.
        self._resting.start()
        checked = self.llms.group.checkedButton()
        if checked is None or checked.property("value") != path:
            self._show_lists()

    def _keep_setting(self, key: str, value: str) -> None:
        """The choice holds until the program ends, also where it cannot be written; then the dialog says so."""
        self._unsaved = self._settings.keep(key, value)
        if self._unsaved is not None:
            self.problem.emit(self._unsaved)
        self._show_folder()

    # ---- answers of the engine ----

    def _listed(self, result: messages.ModelsResult) -> None:
        self._operation = None
        self._folder_problem = problem_from(result.problem, result.data) if result.problem else None
        self._entries, self._rates = list(result.entries), result.rates
        self.recommended.show_models(result.recommended)
        self._show_folder()
        self._show_lists()
        if self._folder_button.hasFocus():  # where Qt puts it when a dialog opens
            self.llms.focus_chosen()
            QTimer.singleShot(0, self, self._scroll_to_chosen)  # the cards have their places then

    def _scroll_to_chosen(self) -> None:
        chosen = self.llms.group.checkedButton()
        if chosen is not None:
            self._scroll.ensureWidgetVisible(chosen)

    def _scroll_to_wish(self) -> None:
        if self.embedding.wish.isVisible():
            self._scroll.ensureWidgetVisible(self.embedding.wish)

    def _not_listed(self, problem: Problem) -> None:
        self._operation = None
        self._folder_problem = problem
        self._entries = []
        self._show_folder()
        self._show_lists()

    def _looked(self, overview: messages.OverviewResult) -> None:
        self.embedding.set_embedding(overview.embedding, overview.chunks, overview.embedding_next)

    def _refused(self, problem: Problem) -> None:
        self._folder_problem = problem
        self._show_folder()
        self.problem.emit(problem)

    # ---- building ----

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._build_head())
        layout.addWidget(hairline(self))
        self.pages = QStackedWidget(self)
        self._scroll = self._scrolling(self._build_body())
        self.recommended = RecommendedPage(self)
        self.pages.addWidget(self._scroll)
        self.pages.addWidget(self._scrolling(self.recommended))
        self.embedding.wished.connect(lambda: QTimer.singleShot(0, self, self._scroll_to_wish))
        layout.addWidget(self.pages, 1)
        theme.notifier.changed.connect(self._show_lists)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _build_head(self) -> QVBoxLayout:
        self._title = plain_label("title", parent=self)
        self._folder_label = plain_label("quiet", parent=self)
        self._folder_button = QPushButton(icons.icon("folder", "quiet"), "", self)
        self._folder_button.clicked.connect(self.choose_model_folder)
        self._again = QPushButton(icons.icon("refresh", "quiet"), "", self)
        self._again.setProperty("role", "plain")
        self._again.clicked.connect(self.refresh)
        folder = QHBoxLayout()
        folder.setSpacing(theme.SPACE_S)
        folder.addWidget(self._folder_label, 1)
        folder.addWidget(self._again)
        folder.addWidget(self._folder_button)
        self._folder_note = plain_label("quiet", wrap=True, parent=self)
        head = QVBoxLayout()
        head.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_M)
        head.setSpacing(theme.SPACE_S)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_S)
        top.addWidget(self._title, 1)
        self._group = QButtonGroup(self)
        self.tabs: list[QPushButton] = []
        for page in range(2):
            tab = QPushButton(self)
            tab.setProperty("role", "choice")
            tab.setCheckable(True)
            tab.clicked.connect(partial(self.show_page, page))
            self._group.addButton(tab)
            self.tabs.append(tab)
            top.addWidget(tab)
        self.tabs[0].setChecked(True)
        for tab in self.tabs:  # one page alone needs none
            tab.setVisible(policy_in_force.in_force().allows("recommended_models"))
        head.addLayout(top)
        head.addLayout(folder)
        head.addWidget(self._folder_note)
        return head

    def _build_body(self) -> QWidget:
        self._llm_section = plain_label("section", parent=self)
        self._llm_about = plain_label("quiet", wrap=True, parent=self)
        self.llms = CardList()
        self.llms.clicked.connect(self.choose_llm)
        self._other = QPushButton(icons.icon("file", "quiet"), "", self)
        self._other.setProperty("role", "plain")
        self._other.clicked.connect(self._choose_other)
        self.embedding = EmbeddingChoice(self._client, self._settings, self)
        self.embedding.chosen.connect(self.embedding_chosen)
        self.embedding.problem.connect(self._refused)
        self.reranker = RerankerChoice(self._client, self._settings, self)
        self.checker = CheckerNote(self)
        body = QWidget(self)
        inside = QVBoxLayout(body)
        inside.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_XL)
        inside.setSpacing(theme.SPACE_S)
        inside.addSpacing(theme.SPACE_S)
        inside.addWidget(self._llm_section)
        inside.addWidget(self._llm_about)
        inside.addLayout(self.llms)
        inside.addWidget(self._other, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addSpacing(2 * theme.SPACE_S)
        inside.addWidget(self.embedding)
        inside.addSpacing(theme.SPACE_S)
        inside.addWidget(self.reranker)
        inside.addWidget(self.checker)
        inside.addStretch(1)
        return body

    def _scrolling(self, page: QWidget) -> QScrollArea:
        scroll = QScrollArea(self)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keyboard and scrolls it
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        return scroll

    # ---- showing ----

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Models"))
        self._title.setText(tr("Models"))
        self._folder_button.setText(tr("Choose a folder…"))
        self._again.setText(tr("Look again"))
        for tab, words in zip(self.tabs, (tr("On this PC"), tr("Recommended")), strict=True):
            tab.setText(words)
        self._other.setText(tr("Another file…"))
        self._llm_section.setText(tr("ANSWER MODEL"))
        about = tr(
            "Writes the answers. Any instruction model in GGUF form works; “Recommended” names some that suit this PC. "
            "You can also drop a model file on the window."
        )
        self._llm_about.setText(f"{about} {note('without_avx2', 0)}" if hardware.without_avx2() else about)
        self.checker.retranslate()
        self.recommended.retranslate()
        self.embedding.retranslate()
        self.reranker.retranslate()
        self._show_folder()
        self._show_lists()

    def _show_folder(self) -> None:
        folder = self._settings.text("model_folder")
        self._folder_label.setText(short_path(folder, 64) if folder else tr("No model folder chosen yet."))
        set_plain_tooltip(self._folder_label, folder)
        self._again.setVisible(bool(folder))
        note = ""
        problem = self._unsaved or self._folder_problem
        if problem is not None:
            note = str(sentence(problem))
        elif self._operation is not None and folder:
            note = tr("Looking into the folder…")
        elif not folder:
            note = tr("Choose the folder your models lie in, from this program or another; nothing is copied.")
        elif not any(entry.path.startswith(folder) for entry in self._entries):
            note = str(sentence(problem_from("model_folder_empty", {"path": short_path(folder)})))
        self._folder_note.setText(note)
        self._folder_note.setVisible(bool(note))

    def _show_lists(self) -> None:
        self.llms.fill(self._llm_choices(), self._settings.text("llm"))
        self.embedding.show_entries(self._entries, self._rates)
        self.reranker.show_entries(self._entries)
        self.checker.show_entries(self._entries)

    def _llm_choices(self) -> Iterator[tuple[ModelCard, str]]:
        without = tr(
            "The very sentences of your documents that answer, each with its place. At once, on any PC, nothing made up."
        )
        yield ModelCard(tr("Without a model: quotes only"), without), ""
        entries = [entry for entry in self._entries if entry.kind == "llm"]
        chosen = self._settings.text("llm")
        if chosen and chosen not in {entry.path for entry in entries}:
            # Chosen earlier, from a folder that is not shown now: it stays in force, so it must be seen.
            yield ModelCard(file_name(chosen), short_path(chosen, 72)), chosen
        for entry in sorted(entries, key=lambda entry: (bool(entry.problem), _FIT_ORDER.get(entry.fits, 3), -entry.size)):
            measurable = not entry.problem and entry.fits != "no" and not (entry.reads and entry.writes)
            words = tr("Measuring…") if entry.path == self._measuring else tr("Measure its speed")
            card = card_of(entry, words if measurable else "")
            card.acted.connect(partial(self.measure, entry.path))
            yield card, entry.path
