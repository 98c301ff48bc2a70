# SPDX-License-Identifier: Apache-2.0
"""LZX, the compression inside Windows help files (.chm): one stretch of it, from one reset of the decoder to the next.

From Microsoft's published description of the format ([MS-PATCH], and the notes on CHM by Matthew Russotto). Bits come from 16-bit
little-endian words, highest first. A stretch is a series of blocks: verbatim (two Huffman trees for literals, matches and their
lengths), aligned (a third for the low bits of far matches), or uncompressed. Every 32 KB of output the input starts at a whole word
again. Nothing here believes a number of the file: what leads out of the input or the output is ``Broken``.
"""

from __future__ import annotations

from collections.abc import Sequence

FRAME = 0x8000  # bytes of output between two alignments of the input
_SLOTS = {15: 30, 16: 32, 17: 34, 18: 36, 19: 38, 20: 42, 21: 50}  # places of matches, by the window's size in bits
_LENGTHS = 249
_VERBATIM, _ALIGNED, _UNCOMPRESSED = 1, 2, 3
_EXTRA = tuple(0 if slot < 4 else min(slot // 2 - 1, 17) for slot in range(50))
_BASE = tuple(sum(1 << extra for extra in _EXTRA[:slot]) for slot in range(50))


class Broken(ValueError):
    """The data is no LZX."""


class _Bits:
    """The input; ``_held`` has the ``_count`` bits that were taken out of whole words and not used yet."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0
        self._held = 0
        self._count = 0

    def peek(self, count: int) -> int:
        """The next ``count`` bits (at most 17), zeros behind the end: a last code may be shorter than what is looked at."""
        while self._count < count:
            pair = self._data[self.position : self.position + 2]
            self.position += 2
            if self.position > len(self._data) + 8:
                raise Broken("the data ends too early")
            self._held = (self._held << 16) | int.from_bytes(pair, "little")
            self._count += 16
        return self._held >> (self._count - count)

    def drop(self, count: int) -> None:
        self._count -= count
        self._held &= (1 << self._count) - 1

    def take(self, count: int) -> int:
        if not count:
            return 0
        value = self.peek(count)
        self.drop(count)
        return value

    def align(self) -> None:
        self.drop(self._count % 16)

    def raw(self, count: int) -> bytes:
        """Whole bytes; the bits must have been given up."""
        found = self._data[self.position : self.position + count]
        if len(found) < count:
            raise Broken("the data ends too early")
        self.position += count
        return found

    def give_up(self) -> None:
        """To the next whole word, at least one bit on; words that were taken and not touched go back."""
        self.position += 2 if not self._count else -((self._count - 1) // 16 * 2)
        self._held = self._count = 0


class _Tree:
    """A Huffman code as a table: the next ``width`` bits say the symbol and how many of them are its own."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.width = max(lengths, default=0)
        if sum(1 << (self.width - length) for length in lengths if length) > 1 << self.width:
            raise Broken("no Huffman code")
        table: list[tuple[int, int]] = []
        by_length: list[list[int]] = [[] for _ in range(self.width + 1)]
        for symbol, length in enumerate(lengths):
            by_length[length].append(symbol)
        for length in range(1, self.width + 1):
            for symbol in by_length[length]:
                table += [(symbol, length)] * (1 << (self.width - length))
        if self.width and len(table) != 1 << self.width and len(table) != 1 << (self.width - 1):
            raise Broken("no Huffman code")
        self._table = table

    def next(self, bits: _Bits) -> int:
        try:
            symbol, length = self._table[bits.peek(self.width)]
        except IndexError:
            raise Broken("a code that is not in use") from None
        bits.drop(length)
        return symbol


class _Blocks:
    """The blocks of one stretch; what one says of its trees is told as a difference to those of the one before."""

    def __init__(self, data: bytes, window: int) -> None:
        self.bits = _Bits(data)
        self.out = bytearray()
        self._main = [0] * (256 + 8 * _SLOTS[window])
        self._length = [0] * _LENGTHS
        self._recent = [1, 1, 1]
        self._frame = FRAME

    def block(self, size: int) -> None:
        """Decode one block, of which at most ``size`` bytes are wanted."""
        bits = self.bits
        kind, length = bits.take(3), bits.take(16) << 8 | bits.take(8)
        if not length or length > size:
            raise Broken("a block of another length")
        if kind == _UNCOMPRESSED:
            bits.give_up()
            self._recent = [int.from_bytes(bits.raw(4), "little") for _ in range(3)]
            self.out += bits.raw(length)
            bits.position += length % 2
            self._frame = (len(self.out) // FRAME + 1) * FRAME
            return
        if kind not in (_VERBATIM, _ALIGNED):
            raise Broken("a block of unknown kind")
        aligned = _Tree([bits.take(3) for _ in range(8)]) if kind == _ALIGNED else None
        self._read_lengths(self._main, 0, 256)
        self._read_lengths(self._main, 256, len(self._main))
        self._read_lengths(self._length, 0, _LENGTHS)
        self._symbols(length, _Tree(self._main), _Tree(self._length), aligned)

    def _symbols(self, length: int, main: _Tree, lengths: _Tree, aligned: _Tree | None) -> None:
        bits, out = self.bits, self.out
        end = len(out) + length
        while len(out) < end:
            if len(out) >= self._frame:
                bits.align()
                self._frame += FRAME
            symbol = main.next(bits)
            if symbol < 256:
                out.append(symbol)
                continue
            slot, count = symbol - 256 >> 3, symbol & 7
            if count == 7:
                count += lengths.next(bits)
            count += 2
            offset = self._offset(slot, aligned)
            if not 0 < offset <= len(out) or len(out) + count > end:
                raise Broken("a match that leads outside")
            start = len(out) - offset
            if offset >= count:
                out += out[start : start + count]
            else:
                out += (out[start:] * (count // offset + 1))[:count]
        if len(out) >= self._frame:
            bits.align()
            self._frame += FRAME

    def _offset(self, slot: int, aligned: _Tree | None) -> int:
        recent = self._recent
        if slot < 3:
            offset = recent[slot]
            recent[slot], recent[0] = recent[0], offset
            return offset
        extra = _EXTRA[slot]
        if aligned is not None and extra >= 3:
            more = self.bits.take(extra - 3) << 3
            more += aligned.next(self.bits)
        else:
            more = self.bits.take(extra)
        offset = _BASE[slot] - 2 + more
        self._recent = [offset, recent[0], recent[1]]
        return offset

    def _read_lengths(self, lengths: list[int], first: int, last: int) -> None:
        bits = self.bits
        tree = _Tree([bits.take(4) for _ in range(20)])
        at = first
        while at < last:
            symbol = tree.next(bits)
            if symbol < 17:
                run, value = 1, (lengths[at] - symbol) % 17
            elif symbol == 17:
                run, value = 4 + bits.take(4), 0
            elif symbol == 18:
                run, value = 20 + bits.take(5), 0
            else:
                run = 4 + bits.take(1)
                symbol = tree.next(bits)
                if symbol > 16:
                    raise Broken("a run of a run")
                value = (lengths[at] - symbol) % 17
            if at + run > last:
                raise Broken("a run that leads outside")
            lengths[at : at + run] = [value] * run
            at += run


def expanded(data: bytes, size: int, window: int) -> bytes:
    """``size`` bytes from one stretch of compressed data. ``window``: its size in bits, 15 to 21. Raises ``Broken``."""
    if window not in _SLOTS:
        raise Broken("a window of unknown size")
    blocks = _Blocks(data, window)
    jumps = blocks.bits.take(16) << 16 | blocks.bits.take(16) if blocks.bits.take(1) else 0
    # The last block of a file goes on to the end of its frame.
    whole = -(-size // FRAME) * FRAME
    while len(blocks.out) < size:
        blocks.block(whole - len(blocks.out))
    if jumps:
        _undo_jumps(blocks.out, jumps)
    return bytes(blocks.out[:size])


def _undo_jumps(out: bytearray, size: int) -> None:
    """The targets of E8 calls were made absolute, for programs compress better so; text with that byte has to be put right too."""
    for frame in range(0, len(out), FRAME):
        end = min(frame + FRAME, len(out)) - 10
        at = out.find(0xE8, frame, max(end, frame))
        while at >= 0:
            target = int.from_bytes(out[at + 1 : at + 5], "little", signed=True)
            if -at <= target < size:
                target += -at if target >= 0 else size
                out[at + 1 : at + 5] = target.to_bytes(4, "little", signed=True)
            at = out.find(0xE8, at + 5, max(end, at + 5))
