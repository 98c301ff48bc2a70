# SPDX-License-Identifier: Apache-2.0
"""A catalogue with the tables of real files, read by the program's own readers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from desktop_app.contract.document import SourceFile
from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.library.catalogue import Catalogue
from desktop_app.tables.choosing import TableChooser


def catalogue_of(files: Iterable[Path], folder: Path) -> Catalogue:
    """A catalogue in ``folder`` that holds ``files``; without vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(folder / "catalogue.sqlite")
    for path in files:
        document = registry.read(path, lambda _done, _total: None, (), "off", ())
        chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
        status = path.stat()
        file = SourceFile(str(path), status.st_size, status.st_mtime_ns, f"hash of {path}")
        catalogue.files.store(file, chunks, state="indexed", document=document, recipe="test")
    return catalogue


def chooser_of(catalogue: Catalogue) -> TableChooser:
    """Answers over all its tables."""
    return TableChooser(catalogue.database.connection, catalogue.tables.all_in(EVERYWHERE))
