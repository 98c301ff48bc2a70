# SPDX-License-Identifier: Apache-2.0
"""Opens the window, or says why it cannot.

Apart from the commands, so that the window does not wait for what only they need.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from desktop_app.contract import closing
from desktop_app.foundation import display, paths, single_window, translation, windows_paths
from desktop_app.foundation.errors import EnvironmentProblem, Problem, UsageProblem
from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.translation import tr

_WAIT_SECONDS = closing.WINDOW_SECONDS + 3.0  # for the window that is open to show itself, or to be closed for good


def main(given: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; returns the exit code. Where it is open already, bring it to the front. It asks about
    the folders and files that are ``given``. Without a display: the tour in the terminal."""
    asked = [windows_paths.absolute(os.path.expanduser(path)) for path in given]
    try:
        home = paths.home()
        settings = policy_in_force.settings()
        missing_path = next((path for path in asked if not os.path.lexists(windows_paths.extended(path))), None)
        if missing_path is not None:
            raise UsageProblem("path_missing", path=missing_path)
    except Problem as problem:
        translation.use("auto")
        return _tell(problem)
    if display.present():
        found = single_window.claim(home, _WAIT_SECONDS, asked)
        if found == single_window.SHOWN:
            return 0
        if found == single_window.SILENT:
            translation.use(settings.text("language"))
            return _tell(EnvironmentProblem("window_hangs"))
        display.load_brought_libraries()
        gc.disable()  # until the window is there (``app.main``): all that is made now stays, and looking it through costs 10 ms
        try:
            from desktop_app.ui.shell import app

            usable = app.display_usable()
        except ImportError:  # Qt's own libraries need system libraries; looked at below
            usable = False
        if usable:
            return app.main(settings, settings.text("library") or str(paths.default_library()), asked)
    translation.use(settings.text("language"))
    missing = display.missing_libraries()
    if missing:
        print(missing_libraries(missing), file=sys.stderr)
        return 3
    from desktop_app.cli import tour

    code = _print_problem(EnvironmentProblem("no_display", detail="DISPLAY"))
    return code if asked else tour.main()


def missing_libraries(packages: Sequence[str]) -> str:
    """Says which command installs the Debian ``packages`` that Qt needs."""
    line = "sudo apt-get install -y " + " ".join(packages)
    return tr("The window needs system libraries that are missing. Install them with:") + f"\n  {line}"


def _tell(problem: Problem) -> int:
    """Why the window does not open; also in a box, because who starts it by its icon sees no terminal."""
    code = _print_problem(problem)
    terminal = sys.stderr is not None and sys.stderr.isatty()
    if display.present() and not terminal:
        display.load_brought_libraries()
        try:
            from desktop_app.ui.attention import refusal
            from desktop_app.ui.shell import app
        except ImportError:  # Qt's own libraries need system libraries
            return code
        if app.display_usable():
            refusal.show(problem)
    return code


def _print_problem(problem: Problem) -> int:
    from desktop_app.cli.running import print_problem

    return print_problem(problem)
