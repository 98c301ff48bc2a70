# SPDX-License-Identifier: Apache-2.0
"""The window's dialogs and its palette, made when first wanted and kept.

They only say what is wished; the window connects it. What the user may never open is not imported before it is.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.foundation import known_libraries, paths
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command, CommandRegistry

if TYPE_CHECKING:
    from desktop_app.bridge.client import EngineClient
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.commands.command_palette import CommandPalette
    from desktop_app.ui.libraries.libraries_dialog import LibrariesDialog
    from desktop_app.ui.libraries.library_jobs import LibraryJobs
    from desktop_app.ui.library.duplicates_dialog import DuplicatesDialog
    from desktop_app.ui.library.ledger_dialog import LedgerDialog
    from desktop_app.ui.library.rules_dialog import RulesDialog
    from desktop_app.ui.library.run_controller import RunController
    from desktop_app.ui.models.models_dialog import ModelsDialog
    from desktop_app.ui.pages.help_dialog import HelpDialog
    from desktop_app.ui.pages.settings_dialog import SettingsDialog


class Dialogs(QObject):
    """``llm_chosen`` carries a GGUF file or "", ``index_requested`` the paths to try again, ``unlock_requested`` the paths and the
    passwords to try them with, ``setting_changed`` the key of a setting, ``file_requested`` a path to be shown beside the conversation.
    ``releasing``: the engine is about to be ended for a piece of work on its library."""

    llm_chosen = Signal(str)
    index_requested = Signal(list)
    unlock_requested = Signal(list, list)  # of contract.index_run.Password
    setting_changed = Signal(str)
    file_requested = Signal(str)
    reopen_requested = Signal(str)  # the folder of another library
    libraries_changed = Signal()
    releasing = Signal()
    problem = Signal(object)

    def __init__(
        self, client: EngineClient, settings: Settings, registry: CommandRegistry, runs: RunController, window: QWidget
    ) -> None:
        super().__init__(window)
        self._client = client
        self._runs = runs
        self._settings = settings
        self._registry = registry
        self._window = window
        self.palette: CommandPalette | None = None
        self.models: ModelsDialog | None = None
        self.ledger: LedgerDialog | None = None
        self.rules: RulesDialog | None = None
        self.duplicates: DuplicatesDialog | None = None
        self.libraries: LibrariesDialog | None = None
        self._jobs: LibraryJobs | None = None
        self.settings: SettingsDialog | None = None
        self.help: HelpDialog | None = None

    def show_palette(self) -> None:
        """All commands, to be found by a few letters."""
        if self.palette is None:
            from desktop_app.ui.commands.command_palette import CommandPalette

            self.palette = CommandPalette(self._registry, self._window)
        self.palette.open()

    def use_model(self, kind: str, path: str) -> None:
        """Use a model that was dropped on the window: one that writes at once; of the others the dialog says what that costs."""
        models = self._models_dialog()
        if kind == "llm":
            models.choose_llm(path)
            return
        self.show_models()
        if kind == "embedding":
            models.embedding.wish_for(path)
        elif kind == "reranker":
            models.reranker.choose(path)

    def show_models(self) -> None:
        """The models there are, and which are used."""
        self._models_dialog().open_fresh()

    def _models_dialog(self) -> ModelsDialog:
        if self.models is None:
            from desktop_app.ui.models.models_dialog import ModelsDialog

            self.models = ModelsDialog(self._client, self._settings, self._window)
            self.models.llm_chosen.connect(self.llm_chosen)
            self.models.embedding_chosen.connect(lambda _: self.index_requested.emit([]))
            self.models.problem.connect(self.problem)
        return self.models

    def show_ledger(self, below: str = "") -> None:
        """Every file below the source ``below`` ("" for all) and its state."""
        if self.ledger is None:
            from desktop_app.ui.library.ledger_dialog import LedgerDialog

            self.ledger = LedgerDialog(self._client, self._settings, self._runs, self._window)
            self.ledger.retry_requested.connect(self.index_requested)
            self.ledger.password_given.connect(self.unlock_requested)
            self.ledger.duplicates_requested.connect(self.show_duplicates)
            self.ledger.rules_requested.connect(self.show_rules)
            self.ledger.file_requested.connect(self.file_requested)
        self.ledger.open_fresh(below)

    def show_rules(self) -> None:
        """What is read and what is left out."""
        if self.rules is None:
            from desktop_app.ui.library.rules_dialog import RulesDialog

            self.rules = RulesDialog(self._client, self._settings, self._window)
            self.rules.saved.connect(lambda: self.index_requested.emit([]))
        self.rules.open_fresh()

    def show_libraries(self) -> None:
        """The libraries there are, and what can be done with them."""
        if self.libraries is None:
            from desktop_app.ui.libraries.libraries_dialog import LibrariesDialog

            self.libraries = LibrariesDialog(self.library_jobs(), self._window)
        self.libraries.open_fresh()

    def check_library(self) -> None:
        """Look for damage in the library of this window, on the page of libraries."""
        self.show_libraries()
        self.library_jobs().check(self._client.library)

    def library_jobs(self) -> LibraryJobs:
        """What is done with libraries, made now if it is the first time."""
        if self._jobs is None:
            from desktop_app.ui.libraries.library_jobs import LibraryJobs

            known = KnownLibraries(paths.home() / known_libraries.FILE)
            self._jobs = LibraryJobs(self._client, self._settings, known, self)
            self._jobs.reopen_requested.connect(self.reopen_requested)
            self._jobs.releasing.connect(self.releasing)
            self._jobs.repaired.connect(lambda: self.index_requested.emit([]))
            self._jobs.described.connect(lambda _: self.libraries_changed.emit())
            self._jobs.problem.connect(self.problem)
        return self._jobs

    def close(self) -> None:
        """End what is done with libraries."""
        if self._jobs is not None:
            self._jobs.close()

    def show_duplicates(self) -> None:
        """Files that are copies or versions of others."""
        if self.duplicates is None:
            from desktop_app.ui.library.duplicates_dialog import DuplicatesDialog

            self.duplicates = DuplicatesDialog(self._client, self._settings, self._window)
        self.duplicates.open_fresh()

    def show_settings(self) -> None:
        """All settings, on one page."""
        if self.settings is None:
            from desktop_app.ui.pages.settings_dialog import SettingsDialog

            self.settings = SettingsDialog(self._settings, self._registry, self._window)
            self.settings.changed.connect(self.setting_changed)
        self.settings.open_fresh()

    def show_help(self, page: str = "help") -> None:
        """A page of the help: "help", "news", "privacy", "licences", "diagnosis" or "about"."""
        if self.help is None:
            from desktop_app.ui.pages.help_dialog import HelpDialog

            self.help = HelpDialog(self._client, self._settings, self._registry, self._window)
        self.help.open_page(page)

    def commands(self) -> list[Command]:
        return [
            Command("palette", "", self.show_palette, "Ctrl+K", help=tr("All commands")),
            *self._dialog_commands(),
            *self._help_commands(),
        ]

    def _help_commands(self) -> list[Command]:
        pages = (
            ("help", tr("Help and keys"), "F1", "keyboard", "help keys shortcuts"),
            ("news", tr("What is new"), "", "news", "news changelog release notes"),
            ("privacy", tr("Privacy, and how to check it"), "", "shield-check", "privacy offline network"),
            ("licences", tr("Licences"), "", "scroll", "licences licenses third party"),
            ("diagnosis", tr("Diagnosis"), "", "pulse", "diagnosis report doctor support logs"),
            ("about", tr("About Inkstone"), "", "info", "about version"),
        )
        about = {
            "privacy": tr("What is kept and where, and how to see that nothing leaves this PC."),
            "diagnosis": tr("How this installation stands, to copy or save; without any text or name of your documents."),
        }
        return [
            Command(name, title, partial(self.show_help, name), keys, icon=icon, also=also, about=about.get(name, ""))
            for name, title, keys, icon, also in pages
        ]

    def _dialog_commands(self) -> list[Command]:
        return [
            Command(
                "settings", tr("Settings…"), self.show_settings, "Ctrl+,", icon="gear", also="settings preferences options"
            ),
            Command(
                "ledger",
                tr("Every file and its state"),
                self.show_ledger,
                icon="library",
                also="ledger failed files",
                about=tr("What can be searched, what cannot, why, and what helps."),
            ),
            Command(
                "rules",
                tr("What is read, and what is left out"),
                self.show_rules,
                icon="settings",
                also="exclude patterns watch hidden",
                about=tr("Folders, kinds of files and sizes that are not read, for this library."),
            ),
            Command(
                "duplicates", tr("Copies and versions"), self.show_duplicates, icon="files", also="duplicates copies versions"
            ),
            Command(
                "libraries",
                tr("Libraries…"),
                self.show_libraries,
                icon="library",
                also="library switch move backup restore check repair rename new",
                about=tr("Several libraries: open, move, back up and restore, check and repair."),
            ),
            Command(
                "models",
                tr("Models…"),
                self.show_models,
                icon="model",
                also="models llm",
                about=tr("The language model, the embedding model and the reranker."),
            ),
        ]

    def retranslate(self) -> None:
        for dialog in (self.models, self.ledger, self.rules):
            if dialog is not None:
                dialog.retranslate()
