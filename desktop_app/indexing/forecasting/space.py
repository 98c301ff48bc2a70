# SPDX-License-Identifier: Apache-2.0
"""What a library takes: bytes on the disk and in memory for so many chunks.

Measured, bytes a chunk (1,000 passages of the shared retrieval sets without vectors; 6,000 synthetic chunks with vectors):

    catalogue, English, 777 bytes of text      1,720     that is 500 and 1.6 times the text (with its full-text index)
    catalogue, Chinese, 1,376 bytes of text    4,358     that is 500 and 2.8 times the text: its terms are pairs of characters
    vectors in the catalogue                     900 (384 dimensions)     4,100 (1,024)
    Chroma                                     2,097 (384 dimensions)     4,784 (1,024)
    memory                                     2,500 (384 dimensions)     7,500 - 8,700 (1,024)

SQLite puts a vector of more than 1,002 bytes onto pages of its own, 4,096 bytes each.
"""

from __future__ import annotations

from dataclasses import dataclass

_ASCII, _WIDE = 1.6, 2.8  # bytes on the disk for a byte of text
_CHUNK = 500  # a chunk's place, hash and rows
_PAGE, _IN_ROW, _KEPT_IN_ROW = 4_096, 1_002, 489  # SQLite's own rules for an index with 4 KiB pages
_CHROMA = 540
_WAL = 8 << 20  # SQLite's log beside the catalogue, and Chroma's
_READER, _OCR_READER = 160 << 20, 700 << 20  # resident memory of a reader process after some files
_TEXT_A_CHUNK = 2_000.0


@dataclass(frozen=True, slots=True)
class Space:
    """``dimension`` 0: no vectors. ``text``: bytes that a chunk's text takes on the disk (``text_on_disk``), as far as known."""

    dimension: int
    text: float = _TEXT_A_CHUNK

    def disk(self, chunks: float) -> float:
        """Bytes that ``chunks`` more chunks take in the library's folder."""
        return self.words(chunks) + self.vectors(chunks)

    def words(self, chunks: float) -> float:
        """Of those bytes the ones that make chunks findable by words."""
        return chunks * (self.text + _CHUNK)

    def vectors(self, chunks: float) -> float:
        """And the ones of their vectors."""
        return chunks * (self._vector() + 4.2 * self.dimension + _CHROMA) if self.dimension else 0.0

    def _vector(self) -> float:
        size = 2 * self.dimension
        if size <= _IN_ROW - 40:
            return 1.2 * size
        return float(_PAGE * -(-(size - _KEPT_IN_ROW) // _PAGE))

    def memory(self, chunks: float, readers: int, *, ocr: bool) -> float:
        """Bytes of memory at the most: Chroma's index holds every vector, each reader process what it has open."""
        return chunks * 7 * self.dimension + readers * (_OCR_READER if ocr else _READER)

    @property
    def log(self) -> int:
        """Bytes that the databases need besides while they write."""
        return _WAL


def text_on_disk(text: str) -> float:
    """Bytes that a text takes in the catalogue, its full-text index included."""
    size = len(text.encode("utf-8", "replace"))
    wide = min(size, 1.5 * (size - len(text)))  # of three bytes a character, two are more than one
    return _ASCII * (size - wide) + _WIDE * wide
