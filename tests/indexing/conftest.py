# SPDX-License-Identifier: Apache-2.0
"""A library, runs over it, and a small office to run over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fixtures_embedding import Counting

from desktop_app.library.library import Library
from indexing.office import Desk, Reader, fill


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as opened:
        yield opened


@pytest.fixture
def desk(library: Library) -> Desk:
    """Without an embedding model."""
    return Desk(library, Reader())


@pytest.fixture
def dense(library: Library, counting: Counting) -> Desk:
    """With the bundled embedding model, and every text it is given noted."""
    return Desk(library, Reader(), counting)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "办公室 Office")
