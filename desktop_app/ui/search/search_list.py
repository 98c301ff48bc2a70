# SPDX-License-Identifier: Apache-2.0
"""The hits of a search as a list to take along: answer, table, text."""

from __future__ import annotations

import csv
import io

from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import scope_texts
from desktop_app.wording.place import file_name, names_apart, place

# A program for tables would run a cell that begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def hits_of(result: SearchResult) -> list[Passage]:
    """The hits that are listed."""
    return [passage for passage in result.passages if passage.hit]


def as_answer(result: SearchResult) -> Answer:
    """The hits as an answer that is nothing but its sources, which every format of an export can write."""
    hits = hits_of(result)
    count = trn("{n} passage", "{n} passages", len(hits))
    citations = tuple(
        Citation(number, one.chunk_id, one.path, one.locator, one.text, 0, len(one.text))
        for number, one in enumerate(hits, start=1)
    )
    return Answer(
        result.question,
        f"{count} · {trn('in {n} file', 'in {n} files', len({one.path for one in hits}))}",
        found=True,
        mode="extractive",
        citations=citations,
        searched_files=result.searched_files,
        total_files=result.total_files,
    )


def as_csv(result: SearchResult) -> bytes:
    """A table in UTF-8 that programs for tables open; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((tr("No."), tr("File"), tr("Place"), tr("Text"), tr("Changed"), tr("Path")))
    for number, one in enumerate(hits_of(result), start=1):
        cells = (file_name(one.path), place(one.locator), one.text, scope_texts.day(one.modified), one.path)
        writer.writerow((number, *(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)))
    return out.getvalue().encode("utf-8-sig")


def as_text(result: SearchResult) -> str:
    """For the clipboard: each passage with its file and its place."""
    hits = hits_of(result)
    names = names_apart(one.path for one in hits)
    return "\n\n".join(
        f"{number}. {tr(', ').join(filter(None, (names[one.path], place(one.locator))))}\n{one.text}"
        for number, one in enumerate(hits, start=1)
    )
