# SPDX-License-Identifier: Apache-2.0
"""Entry point: the window, the command line, or a child role.

    inkstone                    the window (or, where there is no display, a word about the command line)
    inkstone --add PATH...      the same, and it asks whether to add these or to ask only about them; a path may stand alone, too
    inkstone index|search|...   the command line
    --role engine|model|reader|measure|viewer|maintenance
                                a child process of this very program; never typed by anybody

The offline seal comes first, before anything that could open a socket is imported; then what the process makes is closed to other users.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys

from desktop_app.foundation import offline, private


def main() -> int:
    """Run what the command line asks for; the exit status."""
    offline.seal()
    private.begin()
    # Its threads wait for work by spinning; what is multiplied with numpy here is small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = sys.argv[1:]
    if arguments[:1] == ["--role"] and len(arguments) > 1:
        return _child(arguments[1], arguments[2:])
    given = arguments[1:] if arguments[:1] == ["--add"] else arguments if _is_path(arguments) else []
    if given or not arguments:
        from desktop_app.cli import launch

        return launch.main(given)
    from desktop_app.cli import command_line

    return command_line.main(arguments)


def _is_path(arguments: list[str]) -> bool:
    """Whether it begins with a path, which “Open with” of the desktop gives whole; no command has a separator in its name."""
    return bool(arguments) and not arguments[0].startswith("-") and os.path.basename(arguments[0]) != arguments[0]


def _child(role: str, arguments: list[str]) -> int:
    # Ctrl+C in a terminal goes to every process of the command. Only its front door may decide what that means; it ends its
    # children by closing their standard input.
    import signal

    from desktop_app.ipc import pipes

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipes.protect_stdin()
    if role == "engine":
        from desktop_app.engine import server

        return server.main(arguments)
    if role == "model":
        from desktop_app.models.llama import model_worker

        return model_worker.main()
    if role == "reader":
        from desktop_app.documents.process import reader_worker

        return reader_worker.main()
    if role == "measure":
        from desktop_app.embedding.choosing import measuring_worker

        return measuring_worker.main()
    if role == "maintenance":
        from desktop_app.library.maintenance import maintenance_worker

        return maintenance_worker.main()
    if role == "viewer":
        from desktop_app.documents.viewing import viewer_worker

        return viewer_worker.main()
    print(f"inkstone: no role {role!r}", file=sys.stderr)  # noqa: T201 - a child without its role has no log yet
    return 2


def run() -> None:
    """Run, and end at once: everything is closed and written by now, and taking the interpreter apart takes half a second."""
    code = main()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(
            OSError, ValueError, AttributeError
        ):  # already reported, closed, or a window without a console
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
