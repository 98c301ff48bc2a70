# SPDX-License-Identifier: Apache-2.0
"""A real viewer process that crashes, hangs or eats memory over files whose names say so.

Each mischief leaves a file beside the one it was asked for, so that a test can tell a first try from a second.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop_app.contract.viewer_process import DrawPage, OpenPdf, ViewRequest
from desktop_app.documents.viewing import viewer_worker
from desktop_app.documents.viewing.viewing_task import ViewingTask
from desktop_app.ipc.message import Reply

honest = viewer_worker.HANDLERS[OpenPdf]
eaten: list[bytes] = []


def command(*arguments: str) -> list[str]:
    """The command line that starts it. "unlimited": without the limit that the system keeps;
    "without": a package is missing, the one that is named next; "drawing": only where a page is drawn; "mute": it ends before it greets, and notes that in the file that is named next."""
    return [sys.executable, "-X", "utf8", __file__, *arguments]


def answer(request: ViewRequest, task: ViewingTask) -> Reply:
    path = Path(request.path)
    tried = path.with_suffix(".tried")
    first = not tried.exists()
    with tried.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if "总是崩溃" in path.name or ("崩溃" in path.name and first):
        os.kill(os.getpid(), 9)
    if "记忆" in path.name and first:
        eaten.append(b"x" * (900 << 20))
    if "停住" in path.name or ("后来" in path.name and eaten):
        with open(path.parent / "门") as gate:  # a pipe that nobody writes to
            gate.read()
    if "内存" in path.name:
        eaten.append(b"x" * (900 << 20))
        if "unlimited" in sys.argv:
            with open(path.parent / "门") as gate:
                gate.read()
    return honest(request, task)


if __name__ == "__main__":
    if "mute" in sys.argv:
        with open(sys.argv[-1], "a") as starts:
            starts.write("started\n")
        sys.exit(1)
    if "without" in sys.argv:
        sys.modules[sys.argv[-1]] = None  # type: ignore[assignment]
        sys.exit(viewer_worker.main())
    for kind in [DrawPage] if "drawing" in sys.argv else list(viewer_worker.HANDLERS):
        viewer_worker.HANDLERS[kind] = answer
    if "unlimited" in sys.argv:
        viewer_worker.limit_memory = lambda most: None
    elif "little" in sys.argv:
        viewer_worker.MOST_MEMORY = 800 << 20
    sys.exit(viewer_worker.main())
