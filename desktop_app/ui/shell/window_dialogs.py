# SPDX-License-Identifier: Apache-2.0
"""The window's dialogs and its palette: made when first wanted, kept, and re-texted when the language changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.ui.library.ledger_dialog import LedgerDialog
    from desktop_app.ui.library.rules_dialog import RulesDialog
    from desktop_app.ui.models.models_dialog import ModelsDialog
    from desktop_app.ui.shell.command_palette import CommandPalette
    from desktop_app.ui.shell.main_window import MainWindow


class WindowDialogs:
    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.palette: CommandPalette | None = None
        self.models: ModelsDialog | None = None
        self.ledger: LedgerDialog | None = None
        self.rules: RulesDialog | None = None

    def show_palette(self) -> None:
        from desktop_app.ui.shell.command_palette import CommandPalette
        from desktop_app.ui.shell.window_commands import commands

        if self.palette is None:
            self.palette = CommandPalette(self._window)
        self.palette.open(commands(self._window))

    def show_models(self) -> None:
        window = self._window
        if self.models is None:
            from desktop_app.ui.models.models_dialog import ModelsDialog

            self.models = ModelsDialog(window.client, window.settings, window)
            self.models.llm_chosen.connect(window.choose_llm)
            self.models.embedding_chosen.connect(lambda _: window.runs.start())
            self.models.problem.connect(window.show_problem)
        self.models.open_fresh()

    def show_ledger(self, below: str = "") -> None:
        window = self._window
        if self.ledger is None:
            from desktop_app.ui.library.ledger_dialog import LedgerDialog

            self.ledger = LedgerDialog(window.client, window.settings, window)
            self.ledger.retry_requested.connect(window.runs.start)
            self.ledger.password_given.connect(window.runs.unlock)
        self.ledger.open_fresh(below)

    def show_rules(self) -> None:
        window = self._window
        if self.rules is None:
            from desktop_app.ui.library.rules_dialog import RulesDialog

            self.rules = RulesDialog(window.client, window.settings, window)
            self.rules.saved.connect(window.runs.start)
        self.rules.open_fresh()

    def retranslate(self) -> None:
        for dialog in (self.models, self.ledger, self.rules):
            if dialog is not None:
                dialog.retranslate()
