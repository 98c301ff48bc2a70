# SPDX-License-Identifier: Apache-2.0
"""Files inside files: members of an archive, attachments of a mail, read by the same readers in the same reader process.

A container's reader hands each member to ``Gathering.add``, which copies it into a scratch folder, has it read by whichever reader
fits and puts the member's name in front of every place ("message 3 › attachment 报价.xlsx"). One bad member makes the container
partly read, never unread.

Limits are shared by everything inside one file on disk, however deep, so that a bomb of a million small members, or of members
that unpack to members, ends early. What was reached by then is kept.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.reader import Progress

DEEPEST = 3  # a mail in a zip in a zip is met in offices; deeper nests are test files and traps
MOST_MEMBERS = 2_000  # the largest mailbox of a person's export that is still one file worth citing
MOST_UNPACKED = 500 << 20  # bytes of all members together, as much as the largest single file that is read
HIGHEST_RATIO = 200  # unpacked : packed; Office files reach 30, text 10, plain zeros 1,000
RATIO_FROM = 10 << 20  # bytes: below this a high ratio harms nobody
SEPARATOR = " › "
_BLOCK = 1 << 20
_MOST_TURNS = 2  # a protected file that holds a flat package; more is a trap
_SCRATCH = "inkstone-reader-"
_UNSAFE = re.compile(r"[^\w.-]+")
# Members that rightly give no text: they are named, but do not make the container "partly read".
_HARMLESS = frozenset({"unknown_format", "empty", "no_text"})

ReadNested = Callable[[Path, "Nesting"], Document]


class LimitReached(Exception):
    """No more may be unpacked; ``str()`` says which limit, for the ledger."""


@dataclass(slots=True)
class _Budget:
    members: int = MOST_MEMBERS
    size: int = MOST_UNPACKED


class Nesting:
    """Where in the nest a file lies, and what may still be unpacked. The file on disk has ``depth`` 0."""

    def __init__(self, read: ReadNested, progress: Progress, passwords: Sequence[str] = ()) -> None:
        self.progress = progress
        self.passwords = tuple(passwords)
        self.depth = 0
        self._read = read
        self._budget = _Budget(MOST_MEMBERS, MOST_UNPACKED)
        self._turns = _MOST_TURNS

    def read_member(self, name: str, blocks: Iterable[bytes]) -> Document:
        """The document made of ``blocks``; ``name`` only for its suffix.

        Raises ``UnreadableDocument`` for the member, or ``LimitReached`` when nothing more may be unpacked.
        """
        if self.depth >= DEEPEST:
            raise UnreadableDocument("too_big", f"more than {DEEPEST} archives inside each other")
        if self._budget.members <= 0:
            raise LimitReached(f"more than {MOST_MEMBERS} files inside")
        self._budget.members -= 1
        return self._read_copy(name, blocks, self.depth + 1)

    def read_again(self, blocks: Iterable[bytes]) -> Document:
        """The document made of what this very file turned out to be, unlocked or put together; not one nest deeper.

        Raises ``UnreadableDocument``.
        """
        if self._turns <= 0:
            raise UnreadableDocument("damaged", "nested without end")
        try:
            return self._read_copy("", blocks, self.depth, self._turns - 1)
        except LimitReached as error:
            raise UnreadableDocument("too_big", str(error)) from error

    def _read_copy(self, name: str, blocks: Iterable[bytes], depth: int, turns: int = _MOST_TURNS) -> Document:
        folder = scratch()
        try:
            path = folder / f"member{_suffix(name)}"
            with path.open("wb") as file:
                for block in blocks:
                    self._budget.size -= len(block)
                    if self._budget.size < 0:
                        raise LimitReached(f"unpacks to more than {MOST_UNPACKED >> 20} MB")
                    file.write(block)
                    self.progress(0, None)
            inner = Nesting(self._read, self.progress, self.passwords)
            inner.depth, inner._budget, inner._turns = depth, self._budget, turns
            return self._read(path, inner)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class Gathering:
    """The text of a container while its members are read one after the other."""

    def __init__(self, nesting: Nesting) -> None:
        self.segments: list[Segment] = []
        self.stopped = ""
        self._nesting = nesting
        self._problems: list[tuple[str, str]] = []
        self._count = 0

    def add(self, part: str, name: str, blocks: Iterable[bytes]) -> None:
        """Read a member called ``name`` and put its text at ``part``. Raises ``LimitReached``."""
        self._count += 1
        try:
            document = self._nesting.read_member(name, blocks)
        except LimitReached as error:
            self.stopped = str(error)
            raise
        except UnreadableDocument as error:
            if error.reason == ocr_mode.LATER:
                raise  # the whole container is read again, with OCR
            self.failed(part, error.reason)
            return
        self.segments.extend(placed(document.segments, part))
        if document.partial:
            self._problems.append((part, document.partial))

    def failed(self, part: str, reason: str) -> None:
        self._problems.append((part, reason))

    def document(self, *, title: str = "", pages: int | None = None) -> Document:
        """What was gathered. Raises ``UnreadableDocument`` when no member gave text."""
        reasons = Counter(reason for _, reason in self._problems)
        if not self.segments:
            if self.stopped:
                raise UnreadableDocument("too_big", self.stopped)
            serious = [reason for _, reason in self._problems if reason not in _HARMLESS]
            if serious:
                reason = "password" if "password" in serious else serious[0]
                raise UnreadableDocument(reason, self._detail())
            raise UnreadableDocument("empty" if not reasons else reasons.most_common(1)[0][0], self._detail())
        serious_too = bool(self.stopped) or any(reason not in _HARMLESS for reason in reasons)
        return Document(
            tuple(self.segments), pages=pages, title=title, partial="partly_read" if serious_too else "", detail=self._detail()
        )

    def _detail(self) -> str:
        """For the ledger: the first few members without text by name and reason."""
        if not self._problems:
            return self.stopped
        first = ", ".join(f"{part} ({reason})" for part, reason in self._problems[:3])
        more = f", +{len(self._problems) - 3}" if len(self._problems) > 3 else ""
        return "; ".join(text for text in (self.stopped, f"{first}{more}") if text)[:400]


def placed(segments: Iterable[Segment], part: str) -> Iterable[Segment]:
    """The segments with ``part`` in front of the part they name."""
    for segment in segments:
        place = segment.locator
        whole = f"{part}{SEPARATOR}{place.part}" if place.part else part
        yield replace(segment, locator=replace(place, part=whole))


def scratch() -> Path:
    """A new folder for unpacked members, readable by this user only."""
    return Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-"))


def sweep(pid: int) -> None:
    """Remove what a reader process left behind when it was killed inside a container."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}{pid}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def blocks_of(data: bytes) -> Iterable[bytes]:
    return (data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK))


def _suffix(name: str) -> str:
    suffix = _UNSAFE.sub("", os.path.splitext(name.replace("\\", "/").rsplit("/", 1)[-1])[1])
    return suffix.lower() if len(suffix) <= 12 else ""
