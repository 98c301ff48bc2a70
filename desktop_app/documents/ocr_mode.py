# SPDX-License-Identifier: Apache-2.0
"""Whether pictures of text are recognised.

off      pages and pictures without text stay without
auto     pages that have no text of their own, or a garbled one, and pictures are recognised
always   every page of a PDF and every picture
later    a first, quick look: the file is given back ("ocr_later") as soon as one page would have to be recognised
"""

from __future__ import annotations

from desktop_app.contract.document import UnreadableDocument

MODES = ("off", "auto", "always", "later")
LATER = "ocr_later"  # not a ledger reason: the pipeline puts the file at the end of its queue


def wanted(mode: str) -> bool:
    """Whether what has no text is to be recognised now. Raises ``UnreadableDocument("ocr_later")`` in the quick look."""
    if mode == "later":
        raise UnreadableDocument(LATER)
    return mode != "off"
