# SPDX-License-Identifier: Apache-2.0
"""Made PDFs of office tables: cells, whole rows and their pages, kind by kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest

from desktop_app.contract.document import Document
from desktop_app.documents.process import registry
from desktop_app.documents.viewing.pdf_file import PdfFile
from documents.made_tables import EACH, KINDS, MadeTable, made
from documents.making import quiet


def squeezed(text: str) -> str:
    return "".join(text.split())


def cells_of(rows: Sequence[str]) -> Counter[str]:
    return Counter(squeezed(part.split(": ", 1)[-1]) for row in rows for part in row.split("; "))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[MadeTable, Document]]]:
    found = defaultdict(list)
    for table in made(tmp_path_factory.mktemp("tables")):
        found[table.kind].append((table, registry.read(table.path, quiet, ocr="off")))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_made_tables(kind: str, read: dict[str, list[tuple[MadeTable, Document]]]) -> None:
    hits = wanted = given = whole = places = once = 0
    for table, document in read[kind]:
        rows = [(squeezed(segment.text), segment.locator.page) for segment in document.segments if segment.kind == "row"]
        known = [(squeezed(text), page) for text, page in table.known]
        one, other = (
            cells_of([text for text, _ in table.known]),
            cells_of([s.text for s in document.segments if s.kind == "row"]),
        )
        hits, wanted, given = hits + (one & other).total(), wanted + one.total(), given + other.total()
        whole += (Counter(text for text, _ in known) & Counter(text for text, _ in rows)).total()
        places += (Counter(known) & Counter(rows)).total()
        texts = [squeezed(segment.text) for segment in document.segments]
        once += all(texts.count(squeezed(text)) == 1 for text in table.around)
    rows_known = sum(len(table.known) for table, _ in read[kind])
    f1 = 2 * hits / (wanted + given)
    print(f"\n{kind}: cell F1 {f1:.3f}, {whole} of {rows_known} rows whole, {places} with their page")
    assert len(read[kind]) == EACH
    assert f1 >= 0.95
    assert whole >= 0.95 * rows_known
    assert places >= 0.95 * rows_known
    assert once == EACH


@pytest.mark.parametrize("kind", ["unruled", "rotated"])
def test_the_boxes_of_a_row_lie_on_its_letters(kind: str, read: dict[str, list[tuple[MadeTable, Document]]]) -> None:
    """As they are shown, also on a page that is turned."""
    for table, document in read[kind][:4]:
        viewer = PdfFile(table.path, "")
        page = viewer.letters(0)
        width, height = viewer.size(0)
        for segment in document.segments:
            if segment.kind != "row":
                continue
            inside = ""
            for index, letter in enumerate(page.text):
                box = page.box(index)
                x, y = ((box[0] + box[2]) / 2 / width, (box[1] + box[3]) / 2 / height) if box else (-1.0, -1.0)
                if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in segment.locator.boxes):
                    inside += letter
            values = "".join(part.split(": ", 1)[-1] for part in segment.text.split("; "))
            assert sorted(squeezed(inside)) == sorted(squeezed(values))
        viewer.close()
