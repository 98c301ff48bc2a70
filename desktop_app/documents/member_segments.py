# SPDX-License-Identifier: Apache-2.0
"""The text of a container, collected from its members one by one.

Members of an archive, attachments of a mail: each is read by its own reader, in the same process, and its name is put in front of every
place ("message 3 › attachment 报价.xlsx"). One bad member makes the container partly read, never unread; what was read before a limit
on unpacking is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from desktop_app.contract.document import Document, MemberProblem, Segment, UnreadableDocument
from desktop_app.contract.typed_table import RowCells, TableHead
from desktop_app.documents import ocr_mode
from desktop_app.documents.nesting import LimitReached, blocks_of
from desktop_app.documents.reader import ReadContext

SEPARATOR = " › "
# Members that rightly give no text: they are named, but do not make the container "partly read".
_HARMLESS = frozenset({"unknown_format", "empty", "no_text"})
MOST_NAMED = 20
"""Members of one reason that the ledger names."""


class MemberSegments:
    """Segments of a container in reading order; a reader adds its own text to ``segments`` (its tables to ``tables``), and that of members by ``add``.

    ``stopped`` says which limit ended the unpacking, "" while none did.
    """

    def __init__(self, context: ReadContext) -> None:
        self.segments: list[Segment] = []
        self.tables: list[TableHead] = []
        self.stopped = ""
        self._context = context
        self._problems: list[MemberProblem] = []
        self._parts: set[str] = set()

    def add(self, part: str, name: str, blocks: Iterable[bytes]) -> None:
        """Read a member called ``name`` and put its text at ``part``. Raises ``LimitReached``."""
        recognised = within(self._context.recognised, part)
        if recognised and part in self._parts:
            self._context.repeated.append(part)
        self._parts.add(part)
        try:
            document = self._context.read_member(name, blocks, recognised)
        except LimitReached as error:
            self.stopped = str(error)
            raise
        except UnreadableDocument as error:
            if error.reason == ocr_mode.LATER:
                raise  # the whole container is read again, with OCR
            self._note(part, error.reason, error.problems)
            return
        self.segments.extend(placed(document.segments, part, len(self.tables)))
        self.tables.extend(document.tables)
        self._note(part, document.partial, document.problems)

    def attach(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Read files inside, as (name, bytes), until no more may be unpacked; returns how many were tried."""
        count = 0
        for name, data in files:
            count += 1
            try:
                self.add(f"attachment {name}", name, blocks_of(data))
            except LimitReached:
                break
        return count

    def failed(self, part: str, reason: str) -> None:
        """Note that the member at ``part`` gave no text."""
        self._problems.append(MemberProblem(part, reason))

    def _note(self, part: str, reason: str, inside: Sequence[MemberProblem]) -> None:
        """What is wrong with a member, "" for nothing; of a container rather what is wrong inside."""
        self._problems += [MemberProblem(f"{part}{SEPARATOR}{problem.part}", problem.reason) for problem in inside]
        if reason and (not inside or (reason not in _HARMLESS and all(problem.reason in _HARMLESS for problem in inside))):
            self.failed(part, reason)

    def document(self, *, title: str = "", pages: int | None = None) -> Document:
        """What was collected. Raises ``UnreadableDocument`` when no member gave text."""
        serious = [problem.reason for problem in self._problems if problem.reason not in _HARMLESS]
        if not self.segments:
            if self.stopped:
                raise UnreadableDocument("too_big", self.stopped, self._named())
            harmless = Counter(problem.reason for problem in self._problems).most_common(1)
            reason = "password" if "password" in serious else serious[0] if serious else harmless[0][0] if harmless else "empty"
            raise UnreadableDocument(reason, self._detail(), self._named())
        return Document(
            tuple(self.segments),
            pages=pages,
            title=title,
            partial="partly_read" if self.stopped or serious else "",
            detail=self._detail(),
            problems=self._named(),
            tables=tuple(self.tables),
        )

    def _named(self) -> tuple[MemberProblem, ...]:
        """The first members of each reason; thousands with the same one say no more."""
        count = Counter[str]()
        named = []
        for problem in self._problems:
            count[problem.reason] += 1
            if count[problem.reason] <= MOST_NAMED:
                named.append(problem)
        return tuple(named)

    def _detail(self) -> str:
        """For people: the first few members without text by name and reason."""
        if not self._problems:
            return self.stopped
        first = ", ".join(f"{problem.part} ({problem.reason})" for problem in self._problems[:3])
        more = f", +{len(self._problems) - 3}" if len(self._problems) > 3 else ""
        return "; ".join(text for text in (self.stopped, f"{first}{more}") if text)[:400]


def placed(segments: Iterable[Segment], part: str, tables: int = 0) -> Iterable[Segment]:
    """The segments with ``part`` in front of the part they name; ``tables``: how many come before theirs."""
    for segment in segments:
        place, cells = segment.locator, segment.cells
        whole = f"{part}{SEPARATOR}{place.part}" if place.part else part
        yield replace(segment, locator=replace(place, part=whole), cells=behind(cells, tables))


def behind(cells: RowCells | None, tables: int) -> RowCells | None:
    """Cells of a row of a document that is a part of another, where ``tables`` come before its own."""
    return replace(cells, table=cells.table + tables) if cells is not None and tables else cells


def within(segments: Iterable[Segment], part: str) -> list[Segment]:
    """Those at ``part`` or inside it, with the places that they have there; what ``placed`` does is undone."""
    inside = part + SEPARATOR
    found = []
    for segment in segments:
        place = segment.locator
        if place.part == part or (place.part and place.part.startswith(inside)):
            found.append(replace(segment, locator=replace(place, part=place.part[len(inside) :] or None)))
    return found
