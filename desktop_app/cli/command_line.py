# SPDX-License-Identifier: Apache-2.0
"""The command line: the window's Engine in this process, without Qt.

With ``--json`` standard output holds JSON lines only; everything for people goes to standard error. Exit codes: 0 done; 1 nothing
found or some files failed; 2 wrong usage; 3 the environment (model missing, disk full, library in use). The parser is in ``arguments``,
each command in a file of its own.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys

from desktop_app.cli import doctor_command, index_command
from desktop_app.cli.arguments import parse
from desktop_app.cli.running import DONE, INCOMPLETE, print_problem
from desktop_app.foundation import logs, translation
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.foundation.errors import Problem, as_problem
from desktop_app.foundation.policy import policy_in_force, policy_limits
from desktop_app.foundation.translation import tr

log = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code. No argument: the window."""
    with contextlib.suppress(AttributeError, ValueError):
        # A redirected stream on Windows has the system's code page, which has no place for every file name.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    for_administrators = arguments[:1] == ["doctor"] and any(one.startswith(("--policy", "--verify")) for one in arguments)
    try:
        settings = None if for_administrators else policy_in_force.settings()
        translation.use(settings.text("language") if settings else "auto")
    except Problem as problem:
        translation.use("auto")
        return print_problem(problem)
    options = parse(arguments)
    options.settings = settings
    if not for_administrators:
        logs.start("inkstone")
    try:
        if options.run is not doctor_command.run:
            policy_limits.check_command_line()
        code: int = options.run(options)
        if sys.stdout is not None:
            sys.stdout.flush()  # here a full disk or a reader that has gone is still noticed
    except Problem as problem:
        return print_problem(problem)
    except (Cancelled, KeyboardInterrupt):
        print(tr("Stopped. What was finished is kept."), file=sys.stderr)
        return INCOMPLETE
    except BrokenPipeError:
        # The reader of our output has gone (head, less): not an error. Nothing may be written to it again at exit. Indexing,
        # which writes as it goes, was stopped by it in the middle.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE if options.run is index_command.run else DONE
    except OSError as error:
        from desktop_app.foundation.errors import disk_problem

        # Named by its path: a full or read-only disk. Without one: from a stream of ours, such as a redirected output.
        return print_problem(disk_problem(error, error.filename or "stdout") or as_problem(error))
    except Exception as error:
        log.info("%s failed", arguments[:1], exc_info=True)
        return print_problem(as_problem(error))
    return code
