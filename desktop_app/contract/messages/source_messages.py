# SPDX-License-Identifier: Apache-2.0
"""Messages about the text of one file, for the source panel.

A file is shown from the catalogue, also when it is gone from the disk. A long one has 100,000 chunks, so that its text goes over the pipe
in stretches, and its headings and what is found in it as numbers of chunks.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.ipc.message import Reply


class Context(EngineRequest, frozen=True):
    """The text around a chunk. Where the chunk is gone (its file was read again), or is 0: around the first chunk of the file at ``path``
    that holds ``text``, or at the beginning of the file. -> ContextResult"""

    lane = Lane.QUICK

    chunk_id: int
    before: int = 3
    after: int = 3
    path: str = ""
    text: str = ""


class ContextChunk(msgspec.Struct, frozen=True):
    """One chunk; ``trail``: the headings above it; ``pieces``: where its parts are in the file."""

    chunk_id: int
    text: str
    locator: Locator
    trail: list[str]
    pieces: list[Piece]


class ContextResult(Reply, frozen=True):
    """Chunks of one file in order, ``chunk_id`` among them; ``first``: the number of the first of them in the file, of ``total``."""

    path: str
    chunk_id: int
    chunks: list[ContextChunk]
    exists: bool
    changed: bool
    first: int = 0
    total: int = 0


class FileChunks(EngineRequest, frozen=True):
    """``count`` chunks of the file at ``path`` from number ``first`` on. -> FileChunksResult"""

    lane = Lane.QUICK

    path: str
    first: int
    count: int


class FileChunksResult(Reply, frozen=True):
    """Fewer than were asked for where the file ends, none where it is not in the library."""

    path: str
    first: int
    chunks: list[ContextChunk]
    total: int


class FileHeadings(EngineRequest, frozen=True):
    """What a file consists of, from its text. -> FileHeadingsResult"""

    lane = Lane.LONG

    path: str


class FileHeading(msgspec.Struct, frozen=True):
    """A heading, sheet, slide, or part of a mail or an archive, at ``level`` from 0. It begins at character ``start`` of chunk ``chunk``, a
    number in the file from 0. ``number``: of a slide; its ``title`` may be ""."""

    title: str
    level: int
    kind: Literal["heading", "sheet", "slide", "part"]
    chunk: int
    start: int
    number: int = 0


class FileHeadingsResult(Reply, frozen=True):
    """In the order of the file; ``more``: there are more than can be listed."""

    path: str
    headings: list[FileHeading]
    more: bool = False


class FindInFile(EngineRequest, frozen=True):
    """Where ``words`` stand in the text of a file, letter for letter but for case, width and variants. -> FindInFileResult"""

    lane = Lane.LONG

    path: str
    words: str


class FoundInFile(msgspec.Struct, frozen=True):
    """A half-open range of the text of chunk ``chunk``, a number in the file from 0."""

    chunk: int
    start: int
    end: int


class FindInFileResult(Reply, frozen=True):
    """In the order of the file; ``more``: there are more than these."""

    path: str
    words: str
    found: list[FoundInFile]
    more: bool = False
