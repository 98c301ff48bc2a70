# SPDX-License-Identifier: Apache-2.0
"""Whether pictures of text are recognised, for the reader process as a whole.

A context variable rather than an argument, because a picture may lie in a mail inside an archive, and no reader on the way to it
cares. The worker sets it for each request; left alone it is "auto".

    off      pages and pictures without text stay without
    auto     pages that have no text of their own, or a garbled one, and pictures are recognised
    always   every page of a PDF and every picture
    later    a first, quick look: the file is given back ("ocr_later") as soon as one page would have to be recognised
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from desktop_app.contract.document import UnreadableDocument

MODES = ("off", "auto", "always", "later")
LATER = "ocr_later"  # not a ledger reason: the pipeline puts the file at the end of its queue

_current: ContextVar[str] = ContextVar("ocr_mode", default="auto")


def current() -> str:
    return _current.get()


def wanted() -> bool:
    """Whether what has no text is to be recognised now. Raises ``UnreadableDocument("ocr_later")`` in the quick look."""
    mode = _current.get()
    if mode == "later":
        raise UnreadableDocument(LATER)
    return mode != "off"


@contextmanager
def use(mode: str) -> Iterator[None]:
    token = _current.set(mode if mode in MODES else "auto")
    try:
        yield
    finally:
        _current.reset(token)
