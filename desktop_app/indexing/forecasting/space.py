# SPDX-License-Identifier: Apache-2.0
"""Disk and memory that a library of so many chunks takes.

Measured with SQLite's ``dbstat`` and file sizes, bytes a chunk (model names of 64 letters, as fingerprints are):

    dimensions                                     384      512      768    1,024
    vectors in the catalogue, with their index   1,130    1,470    2,160    4,210
    Chroma, 6,000 chunks                         1,900    2,670    3,520    4,460
    memory                                       2,500                      7,500 - 8,700

    catalogue without vectors, 5,000 chunks: English of 877 bytes 2,010, Chinese of 1,109 bytes 2,918, of 490 bytes 1,470

A page of SQLite has 4,096 bytes and holds whole rows: four vectors of 384 dimensions, one of 1,024. Chroma keeps vectors as float32, in its
graph and, the last thousand, in a queue that is a SQLite table and whose file keeps its largest size.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.contract.document import Chunk

_ASCII, _WIDE = 1.75, 2.3  # bytes on the disk for a byte of text, its full-text index included
_CHUNK, _PLACE = 240, 95  # a chunk's hash and rows; each place of it and of its pieces, as JSON
_PAGE, _PAGE_ROOM = 4_096, 4_088
_IN_PAGE, _LEAST_IN_PAGE, _ON_OVERFLOW_PAGE = 4_061, 489, 4_092  # SQLite's rules for a row of a table
_CELL = 7  # bytes of a row beside its values: its length, its number, its pointer
_VECTOR_VALUES, _VECTOR_INDEX = 86, 105  # the hash and the model beside a vector, and their entry in the index
_GRAPH_NODE, _GRAPH_ROW = 140, 126  # Chroma: a node's links in the graph, its row in the database
_QUEUE, _FIRST_NODES = 1_000, 100  # vectors in Chroma's queue; nodes for which a new graph has room
_READER, _OCR_READER = 160 << 20, 700 << 20  # resident memory of a reader process after some files
_USUAL_CHUNK = 2_400.0


@dataclass(frozen=True, slots=True)
class Space:
    """``dimension`` 0: no vectors. ``chunk``: bytes that a chunk takes in the catalogue (``chunk_on_disk``), as far as known."""

    dimension: int
    chunk: float = _USUAL_CHUNK

    def disk(self, chunks: float) -> float:
        """Bytes of a library of so many chunks."""
        return self.words(chunks) + self.vectors(chunks)

    def words(self, chunks: float) -> float:
        """Of those bytes the ones that make chunks findable by words."""
        return chunks * self.chunk

    def vectors(self, chunks: float) -> float:
        """And the ones of their vectors."""
        if not self.dimension or not chunks:
            return 0.0
        stored = _row(2 * self.dimension + _VECTOR_VALUES) + _VECTOR_INDEX
        queued = min(chunks, _QUEUE) * _row(4 * self.dimension)
        nodes = max(_FIRST_NODES, chunks - _QUEUE / 2)  # the graph is written every thousand vectors
        return chunks * (stored + _GRAPH_ROW) + queued + nodes * (4 * self.dimension + _GRAPH_NODE)

    def memory(self, chunks: float, readers: int, *, ocr: bool) -> float:
        """Bytes of memory at the most: Chroma's index holds every vector, each reader process what it has open."""
        return chunks * 7 * self.dimension + readers * (_OCR_READER if ocr else _READER)


def chunk_on_disk(chunk: Chunk) -> float:
    """Bytes that a chunk takes in the catalogue: its text with its full-text index, its places and its rows."""
    size = len(chunk.text.encode("utf-8", "replace"))
    wide = min(size, 1.5 * (size - len(chunk.text)))  # of three bytes a character, two are more than one
    return _ASCII * (size - wide) + _WIDE * wide + _CHUNK + _PLACE * (1 + len(chunk.pieces))


def _row(size: int) -> float:
    """Bytes that a row of a SQLite table takes whose values have ``size`` bytes, unused room of its pages included."""
    if size <= _IN_PAGE:
        return _PAGE / (_PAGE_ROOM // (size + _CELL))
    kept = _LEAST_IN_PAGE + (size - _LEAST_IN_PAGE) % _ON_OVERFLOW_PAGE
    kept = kept if kept <= _IN_PAGE else _LEAST_IN_PAGE
    return _PAGE * -(-(size - kept) // _ON_OVERFLOW_PAGE) + _PAGE / (_PAGE_ROOM // (kept + _CELL))
