# SPDX-License-Identifier: Apache-2.0
"""The reader plug-in: what a format declares, and what it is given.

A format is a module with a ``READER``, and a line in ``process/registry.py``, which does nothing but list and ask. The module is imported
whenever a folder is scanned, so it imports the library it reads with inside its functions.

A reader runs in a reader process (``process/reader_worker.py``) on untrusted input. It must not follow links, run macros or fetch anything,
and raises ``UnreadableDocument(reason, detail)`` for a file that gives no text. Any other exception counts as "damaged".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.documents import nesting
from desktop_app.documents.nesting import Budget, LimitReached

LARGEST = 500 << 20  # bytes of a file
LARGEST_TEXT = 100 << 20  # bytes of a text file, whose text is held in memory several times

Progress = Callable[[int, int | None], None]
"""Called at each natural unit with (done, total or None): pages, sheets, paragraphs. Proof of life for the time-out; while the run is
paused it does not return."""

Magic = Callable[[bytes, "Reader | None"], bool]
"""(the first 4,096 bytes, the reader that the suffix stands for) -> whether the file is of this format."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """One file to read. ``passwords`` are tried in turn where it is protected, ``ocr`` is one of ``ocr_mode.MODES``; ``recognised``: what text
    recognition gave for pages of this very file, and of files inside it, before: they need not be recognised again. ``repeated``: parts
    that two files inside share, so that what is known of them cannot be told apart.

    The file on disk has ``depth`` 0, a member of it 1. ``read`` is the registry's function, which members are read by; ``budget`` is what
    all of them together may still unpack. ``turns``: how often this very file may still turn out to be another one (``read_again``).
    """

    path: Path
    progress: Progress
    read: Callable[[ReadContext], Document]
    passwords: tuple[str, ...] = ()
    ocr: str = "auto"
    recognised: tuple[Segment, ...] = ()
    repeated: list[str] = field(default_factory=list)
    depth: int = 0
    turns: int = nesting.MOST_TURNS
    budget: Budget = field(default_factory=nesting.full_budget)

    def read_member(self, name: str, blocks: Iterable[bytes], recognised: Sequence[Segment] = ()) -> Document:
        """The document made of ``blocks``; ``name`` only for its suffix, ``recognised`` of the member.

        Raises ``UnreadableDocument`` for the member, or ``LimitReached`` when nothing more may be unpacked.
        """
        if self.depth >= nesting.DEEPEST:
            raise UnreadableDocument("too_big", f"more than {nesting.DEEPEST} archives inside each other")
        if self.budget.members <= 0:
            raise LimitReached(f"more than {nesting.MOST_MEMBERS} files inside")
        self.budget.members -= 1
        with nesting.copied(name, blocks, self.budget, self._alive) as path:
            return self.read(
                replace(self, path=path, recognised=tuple(recognised), depth=self.depth + 1, turns=nesting.MOST_TURNS)
            )

    def read_again(self, blocks: Iterable[bytes]) -> Document:
        """The document made of what this very file turned out to be, unlocked or put together; not one level deeper.

        Raises ``UnreadableDocument``.
        """
        if self.turns <= 0:
            raise UnreadableDocument("damaged", "nested without end")
        try:
            with nesting.copied("", blocks, self.budget, self._alive) as path:
                return self.read(replace(self, path=path, turns=self.turns - 1))
        except LimitReached as error:
            raise UnreadableDocument("too_big", str(error)) from error

    def unlocked(self, read_with: Callable[[str], Document]) -> Document:
        """What ``read_with`` gives without a password, or with the first that fits. They never reach a log or an error.

        Raises ``UnreadableDocument`` ("password", and whatever ``read_with`` raises).
        """
        for password in ("", *self.passwords):
            try:
                return read_with(password)
            except UnreadableDocument as error:
                if error.reason != "password":
                    raise
        raise UnreadableDocument("password", "none of the passwords fits" if self.passwords else "")

    def _alive(self) -> None:
        self.progress(0, None)


@dataclass(frozen=True, slots=True)
class Reader:
    """A format. ``read`` raises ``UnreadableDocument``.

    ``suffixes``: lower case, with the dot; each belongs to one reader. ``magic``: what the file starts with, or functions that decide by the
    first bytes; the name decides where no reader's magic does. ``is_text``: a text that has no magic, and is never taken for an exported
    page. ``limit`` in bytes of the file. ``needs``: packages that every file of the format needs. ``has_pictures``: pages or members may be recognised
    although others beside them have text.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[ReadContext], Document]
    magic: tuple[bytes | Magic, ...] = ()
    limit: int = LARGEST
    is_text: bool = False
    needs: tuple[str, ...] = ()
    has_pictures: bool = False

    def recognises(self, head: bytes, by_name: Reader | None) -> bool:
        """Whether the first bytes of a file are those of this format; ``by_name`` is the reader its suffix stands for."""
        return any(head.startswith(mark) if isinstance(mark, bytes) else mark(head, by_name) for mark in self.magic)
