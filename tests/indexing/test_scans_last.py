# SPDX-License-Identifier: Apache-2.0
"""Scans and pictures are read after everything else, and still read once, hashed once and told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.contract.index_run import WHOLE_LIBRARY
from desktop_app.documents import ocr_mode
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import sources
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.library.library import Library

SCAN = "扫描.pdf"


class Reader:
    """A reader to which ``SCAN`` and pictures are slow."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def read(self, path: str, _cancel: Cancellation, /, *, ocr: str, **_: object) -> Document:
        name = Path(path).name
        self.asked.append((name, ocr))
        if ocr == "later" and name == SCAN:
            raise UnreadableDocument(ocr_mode.LATER)
        return Document((Segment(f"{name} 的内容。", Locator(page=1)),), pages=1)


@pytest.mark.parametrize("mode", ["auto", "always", "off"])
@pytest.mark.parametrize("readers", [1, 3])
def test_text_first(tmp_path: Path, mode: str, readers: int) -> None:
    folder = tmp_path / "资料"
    folder.mkdir()
    for name in ("a 图.png", SCAN, "说明.txt", "合同.docx"):
        (folder / name).write_text(name, encoding="utf-8")
    library = Library(tmp_path / "库")
    try:
        sources.add(library.catalogue, [str(folder)])
        reader = Reader()
        pipeline = Pipeline(library, reader, None, readers, ocr=mode)
        report = pipeline.run(WHOLE_LIBRARY, ProgressMeter(), Cancellation())
        assert report.files["indexed"] == 4
        names = [name for name, _ in reader.asked]
        if mode == "auto":
            assert sorted(reader.asked) == sorted(
                [("a 图.png", "auto"), (SCAN, "later"), (SCAN, "auto"), ("说明.txt", "later"), ("合同.docx", "later")]
            )
        else:
            assert {ocr for _, ocr in reader.asked} == {mode}
            assert len(names) == 4
        if readers == 1:
            assert names.index("a 图.png") > max(names.index("说明.txt"), names.index("合同.docx"))
        again = Pipeline(library, reader, None, readers, ocr=mode).run(WHOLE_LIBRARY, ProgressMeter(), Cancellation())
        assert again.files["unchanged"] == 4
    finally:
        library.close()
