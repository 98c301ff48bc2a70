# SPDX-License-Identifier: Apache-2.0
"""Which lines of a PDF's pages are marked: quotes, and boxes of scans.

The viewer process finds the quotes. A locator with boxes (a scan has no characters to select) is marked by them alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.viewer_process import Box, FindQuotes, QuotePlace, QuotesFound, QuoteTarget
from desktop_app.foundation.errors import Problem


class PdfMarks(QObject):
    """``found``: the marks asked for last are there, or are not to be had; once for each ``ask`` that no other one followed."""

    found = Signal()

    def __init__(self, viewer: ViewerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._operation: Operation | None = None
        self.clear()

    def clear(self) -> None:
        """No marks."""
        if self._operation is not None:
            self._operation.cancel()
        self._operation = None
        self.page: int | None = None  # of the first place that was asked for
        self.boxes: dict[int, list[Box]] = {}  # by page, in points
        self.places: tuple[QuotePlace, ...] = ()
        self.printed: tuple[float, float] | None = None  # left and right end of the print on ``page``
        self._recognised = ""

    def ask(
        self, path: str, password: str, places: Sequence[tuple[Locator, str]], sizes: Sequence[tuple[float, float]]
    ) -> None:
        """Mark each text on or next to its page, which a locator counts from 1; ``sizes`` are those of the pages."""
        self.clear()
        targets = []
        for locator, text in places:
            if locator.page is None or not 1 <= locator.page <= len(sizes):
                continue
            page = locator.page - 1
            self.page = page if self.page is None else self.page
            if locator.boxes:
                width, height = sizes[page]
                self.boxes.setdefault(page, []).extend(
                    (left * width, top * height, right * width, bottom * height) for left, top, right, bottom in locator.boxes
                )
                self._recognised += text
            else:
                targets.append(QuoteTarget(page, text, locator.chars))
        operation = self._viewer.request(
            lambda id_: FindQuotes(id_, path, password, page=self.page or 0, targets=tuple(targets))
        )
        self._operation = operation
        operation.succeeded.connect(partial(self._came, operation))
        operation.failed.connect(partial(self._failed, operation))

    @property
    def text(self) -> str:
        """What stands under the marks, as the pages have it, or as it was recognised there."""
        return self._recognised + "".join(place.text for place in sorted(self.places, key=lambda one: (one.page, one.start)))

    def _came(self, operation: Operation, result: QuotesFound) -> None:
        if operation is self._operation:
            self._operation = None
            self.places, self.printed = result.places, result.printed
            for place in result.places:
                self.boxes.setdefault(place.page, []).extend(place.boxes)
            self.found.emit()

    def _failed(self, operation: Operation, _problem: Problem) -> None:
        if operation is self._operation:
            self._operation = None
            self.found.emit()
