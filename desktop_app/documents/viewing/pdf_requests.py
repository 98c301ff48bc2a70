# SPDX-License-Identifier: Apache-2.0
"""Answers what the window asks about a PDF."""

from __future__ import annotations

from desktop_app.contract.viewer_process import OpenPdf, PdfOpened, ViewRequest
from desktop_app.documents.viewing.pdf_file import PdfFile
from desktop_app.documents.viewing.viewing_task import ViewingTask
from desktop_app.ipc.message import Reply

_FIRST_SIZES = 100  # sizes of pages that come with the count; 20 to 50 microseconds each


def answer(request: ViewRequest, task: ViewingTask) -> Reply:
    """The end of one request. Raises ``UnreadableDocument``."""
    file = task.files.get(request.path, request.password, PdfFile)
    assert isinstance(request, OpenPdf)
    sizes = tuple(file.size(page) for page in range(min(file.page_count, _FIRST_SIZES)))
    return PdfOpened(request.id, file.page_count, sizes)
