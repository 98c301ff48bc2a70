# SPDX-License-Identifier: Apache-2.0
"""Real libraries of a few files for pictures and tests of the page of libraries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
from desktop_app.foundation import known_libraries
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.library.library import Library


def made(folder: Path, name: str, files: int = 3) -> str:
    """A closed library; returns its folder."""
    library = Library(folder)
    library.rename(name)
    for number in range(files):
        text = f"第 {number} 份合同的质保期为十八个月。"
        place = Locator(lines=(1, 1), chars=(0, len(text)))
        chunk = Chunk(text, place, (), (Piece(0, len(text), place),))
        library.catalogue.files.store(SourceFile(f"/甲/合同 {number}.txt", 100, 1, str(number)), [chunk], state="indexed")
    library.close()
    return str(folder)


def damaged(folder: str) -> None:
    """Take the index terms of a passage and the text of another out."""
    with closing(sqlite3.connect(Path(folder) / "catalogue.sqlite")) as connection:
        connection.execute("DELETE FROM terms_docsize WHERE id = 1")
        connection.execute("DELETE FROM chunks WHERE id = 2")
        connection.commit()


def some_libraries(home: Path, language: str) -> tuple[str, str]:
    """Three libraries that were used, one of them gone; returns the open one and a damaged one."""
    chinese = language == "zh_CN"
    known = KnownLibraries(home / known_libraries.FILE)
    contracts = made(home / "libraries" / "contracts", "合同室" if chinese else "Contracts", 12)
    office = made(home / "libraries" / "office", "Office", 40)
    known.opened("/media/usb/2019")
    known.add("/media/usb/2019", "2019 年归档" if chinese else "Archive 2019")
    for folder, name in ((contracts, "合同室" if chinese else "Contracts"), (office, "Office")):
        known.opened(folder)
        known.add(folder, name)
    damaged(contracts)
    return office, contracts
