# SPDX-License-Identifier: Apache-2.0
"""The viewer process: opens the files that the source panel shows.

The window parses no foreign file: a page, picture or sheet that crashes a parser, hangs it or eats the memory takes down this process
only; ``bridge/viewer_client.py`` notices and starts another. Requests are answered one after another in the main thread, because PDFium
may be used by one thread only. A thread of its own listens: it takes back requests that were cancelled, and ends the process at once
when standard input closes, because the window ended or was killed.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from desktop_app.contract import viewer_process
from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import (
    MOST_MEMORY,
    DrawPage,
    DrawPicture,
    FindInSheet,
    FindQuotes,
    FindText,
    GetOutline,
    GetPageSizes,
    GetPageText,
    ListSheets,
    OpenPdf,
    OpenPicture,
    OpenSheet,
    ReadRows,
    ViewRequest,
    request_decoder,
)
from desktop_app.documents.process.memory_limit import limit_memory
from desktop_app.documents.viewing.kept_file import KeptFile
from desktop_app.documents.viewing.viewing_task import Handler, ViewingTask
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.ipc import greeting, pipes
from desktop_app.ipc.message import CANCELLED, Cancel, ErrorReply, Reply, Request
from desktop_app.ipc.pipes import LineTooLongError, LineWriter, protect_stdout


@contextmanager
def _parser() -> Iterator[None]:
    """While a parser is imported; whatever it raises then: numpy raises RuntimeError on a CPU that is too old."""
    try:
        yield
    except Exception as error:
        raise UnreadableDocument("component_missing", str(error)) from error


def _pdf(request: ViewRequest, task: ViewingTask) -> Reply:
    with _parser():
        from desktop_app.documents.viewing import pdf_requests

    return pdf_requests.answer(request, task)


def _sheet(request: ViewRequest, task: ViewingTask) -> Reply:
    with _parser():
        from desktop_app.documents.viewing import sheet_requests

    return sheet_requests.answer(request, task)


def _picture(request: ViewRequest, task: ViewingTask) -> Reply:
    with _parser():
        from desktop_app.documents.viewing import picture_requests

    return picture_requests.answer(request, task)


# The parser of a kind is imported when it is first wanted: tables, pictures and pages have little in common.
HANDLERS: dict[type[Request], Handler] = {
    OpenPdf: _pdf,
    GetPageSizes: _pdf,
    DrawPage: _pdf,
    GetPageText: _pdf,
    GetOutline: _pdf,
    FindText: _pdf,
    FindQuotes: _pdf,
    ListSheets: _sheet,
    OpenSheet: _sheet,
    ReadRows: _sheet,
    FindInSheet: _sheet,
    OpenPicture: _picture,
    DrawPicture: _picture,
}


def main() -> int:
    """Answer requests until standard input ends."""
    writer = LineWriter(protect_stdout())
    if not greeting.answer(sys.stdin.buffer, writer):
        return 3
    limit_memory(MOST_MEMORY)
    logging.disable(logging.CRITICAL)  # libraries log pieces of the files they stumble over; those belong in no log
    requests: queue.SimpleQueue[ViewRequest] = queue.SimpleQueue()
    cancelled: set[int] = set()
    threading.Thread(target=_listen, args=(requests, cancelled), name="requests", daemon=True).start()
    files = KeptFile()
    if requests.empty():  # started before it is needed
        with suppress(UnreadableDocument), _parser():  # told with the first file that needs it
            from desktop_app.documents.viewing import pdf_requests  # noqa: F401 - most sources are PDFs
    try:
        while True:
            request = requests.get()
            _answer(request, files, writer, cancelled)
            cancelled.discard(request.id)
    except BrokenPipeError:
        return 0  # the window is gone


def _listen(requests: queue.SimpleQueue[ViewRequest], cancelled: set[int]) -> None:
    try:
        for line in pipes.lines(sys.stdin.buffer):
            message = request_decoder.decode(line)
            if isinstance(message, Cancel):
                cancelled.add(message.target)
            else:
                requests.put(message)
    finally:
        os._exit(0)  # also when a native parser holds the main thread


def _answer(request: ViewRequest, files: KeptFile, writer: LineWriter, cancelled: set[int]) -> None:
    def wanted_no_more() -> bool:
        return request.id in cancelled

    if wanted_no_more():
        writer.write(ErrorReply(request.id, CANCELLED))
        return
    try:
        writer.write(HANDLERS[type(request)](request, ViewingTask(files, writer.write, wanted_no_more)))
    except Cancelled:
        writer.write(ErrorReply(request.id, CANCELLED))
    except UnreadableDocument as error:
        writer.write(_refusal(request, error.reason))
    except ImportError:  # of a parser that is imported when its format is met
        writer.write(_refusal(request, "component_missing"))
    except (MemoryError, LineTooLongError):
        files.close()
        writer.write(_refusal(request, "too_big"))
    except RecursionError:
        writer.write(_refusal(request, "damaged"))


def _refusal(request: ViewRequest, reason: str) -> ErrorReply:
    code = f"view_{reason}"
    return ErrorReply(request.id, code if code in viewer_process.CODES else "view_damaged", {"path": request.path})
