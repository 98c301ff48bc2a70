# SPDX-License-Identifier: Apache-2.0
"""The reader process: the only one in which untrusted files are parsed.

A parser that crashes, hangs or eats the memory takes down this process only; ``pool.py`` notices and starts another. The address
space is limited where the system can do that, and ``pool.py`` watches the memory everywhere, so that a file that unpacks without end
becomes "too_big" and not a frozen PC. Standard input is watched by a
thread of its own: when it closes, because the engine ended or was killed, this process ends at once, even inside a file.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from desktop_app.contract.document import Document, MemberProblem, Segment, UnreadableDocument
from desktop_app.contract.reader_process import (
    MOST_MEMORY,
    Part,
    Read,
    ReadDone,
    Unreadable,
    request_decoder,
    unreadable,
)
from desktop_app.contract.typed_table import RowCells, TableHead
from desktop_app.documents.process import registry
from desktop_app.documents.process.memory_limit import limit_memory
from desktop_app.documents.reader import Progress as Advance
from desktop_app.foundation import windows_paths
from desktop_app.ipc import greeting, pipes
from desktop_app.ipc.message import Progress
from desktop_app.ipc.pipes import LineTooLongError, LineWriter, protect_stdout

ReadFile = Callable[[Path, Advance, Sequence[str], str, Sequence[Segment]], Document]
Answer = Part | ReadDone | Unreadable

_PART = 4 << 20  # characters of a part; a segment counts for its text and its place
_PLACE = 250  # characters that a place takes as JSON
_PROGRESS_SECONDS = 0.25  # no more than four signs of life a second


def main(read: ReadFile = registry.read) -> int:
    """Read one file after another until standard input ends. Tests hand in another ``read``."""
    writer = LineWriter(protect_stdout())
    if not greeting.answer(sys.stdin.buffer, writer):
        return 3
    limit_memory(MOST_MEMORY)
    logging.disable(logging.CRITICAL)  # libraries log pieces of the files they stumble over; those belong in no log
    requests: queue.SimpleQueue[Read] = queue.SimpleQueue()
    going_on = threading.Event()
    going_on.set()
    threading.Thread(target=_listen, args=(requests, going_on), name="requests", daemon=True).start()
    registry.import_common()  # before the first request: a pool starts its readers while the engine is still getting ready
    while True:
        request = requests.get()
        try:
            answer = _answer(read, request, writer, going_on)
            for message in _parts(answer):
                try:
                    writer.write(message)
                except UnicodeEncodeError:
                    writer.write(_mended(message))
        except BrokenPipeError:
            return 0  # the engine is gone
        except LineTooLongError:
            writer.write(unreadable(request.id, "too_big", f"a paragraph of more than {pipes.LONGEST >> 20} MB"))
        except MemoryError:
            writer.write(unreadable(request.id, "too_big", "more text than fits into memory"))


def _listen(requests: queue.SimpleQueue[Read], going_on: threading.Event) -> None:
    try:
        for line in pipes.lines(sys.stdin.buffer):
            request = request_decoder.decode(line)
            if isinstance(request, Read):
                requests.put(request)
            elif request.paused:
                going_on.clear()
            else:
                going_on.set()
    finally:
        os._exit(0)  # also when a native parser holds the main thread


def _answer(read: ReadFile, request: Read, writer: LineWriter, going_on: threading.Event) -> ReadDone | Unreadable:
    try:
        advance = _throttled(request.id, writer, going_on)
        path = Path(windows_paths.extended(request.path))
        return ReadDone(request.id, read(path, advance, request.passwords, request.ocr, request.recognised))
    except UnreadableDocument as error:
        return unreadable(request.id, error.reason, error.detail, error.problems)
    except MemoryError:
        return unreadable(request.id, "too_big", "needs more memory than a reader may use")
    except RecursionError:
        return unreadable(request.id, "damaged", "nested without end")


def _parts(answer: ReadDone | Unreadable) -> Iterator[Answer]:
    """A long document as several messages; its last segments go with ``ReadDone``."""
    if isinstance(answer, ReadDone):
        segments = answer.document.segments
        start = size = 0
        for index, segment in enumerate(segments):
            size += len(segment.text) + _PLACE
            if size > _PART:
                yield Part(answer.id, segments[start:index])
                start, size = index, len(segment.text) + _PLACE
        answer = ReadDone(answer.id, replace(answer.document, segments=segments[start:]))
    yield answer


def _mended(answer: Answer) -> Answer:
    """The answer without halves of surrogate pairs: spreadsheets can hold them (_xD83D_), JSON cannot."""
    if isinstance(answer, Part):
        return Part(answer.id, _mended_segments(answer.segments))
    if isinstance(answer, Unreadable):
        data = {name: _whole(text) for name, text in answer.data.items()}
        return Unreadable(answer.id, answer.code, data, _mended_problems(answer.problems))
    document = answer.document
    return ReadDone(
        answer.id,
        replace(
            document,
            segments=_mended_segments(document.segments),
            title=_whole(document.title),
            detail=_whole(document.detail),
            problems=_mended_problems(document.problems),
            tables=tuple(map(_mended_head, document.tables)),
        ),
    )


def _mended_problems(problems: Sequence[MemberProblem]) -> tuple[MemberProblem, ...]:
    return tuple(replace(problem, part=_whole(problem.part)) for problem in problems)


def _mended_segments(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    mended = []
    for segment in segments:
        place = segment.locator
        place = replace(place, sheet=place.sheet and _whole(place.sheet), headings=tuple(map(_whole, place.headings)))
        mended.append(
            replace(segment, text=_whole(segment.text), locator=place, cells=segment.cells and _mended_cells(segment.cells))
        )
    return tuple(mended)


def _mended_cells(cells: RowCells) -> RowCells:
    values = tuple(_whole(value) if isinstance(value, str) else value for value in cells.values)
    return replace(cells, values=values, shown=tuple(text and _whole(text) for text in cells.shown))


def _mended_head(head: TableHead) -> TableHead:
    columns = tuple(replace(column, name=_whole(column.name), unit=_whole(column.unit)) for column in head.columns)
    place = head.locator
    place = replace(place, sheet=place.sheet and _whole(place.sheet), headings=tuple(map(_whole, place.headings)))
    return replace(head, columns=columns, title=_whole(head.title), locator=place)


def _whole(text: str) -> str:
    """Pairs are joined; a half alone becomes one replacement character, so that no index moves where none was joined."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _throttled(request_id: int, writer: LineWriter, going_on: threading.Event) -> Advance:
    """Reports progress at most four times a second; waits in here while the user has paused."""
    last = 0.0

    def progress(done: int, total: int | None) -> None:
        nonlocal last
        going_on.wait()
        now = time.monotonic()
        if now - last >= _PROGRESS_SECONDS:
            last = now
            writer.write(Progress(request_id, done, total))

    return progress
