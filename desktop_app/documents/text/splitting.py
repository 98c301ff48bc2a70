# SPDX-License-Identifier: Apache-2.0
"""Splits segments into chunks as large as the embedding model reads.

    segments --divide--> units, none over the limit --pack--> chunks of one page (sheet, slide) and one heading trail

1. ``divide``: a segment that is too long is cut at sentence ends, those that are still too long at clauses, then at words, then
   anywhere; each round measures all its pieces in one call. Where the segment is verbatim its pieces get their own ``chars`` and
   ``lines``.
2. ``pack``: neighbours are joined up to the limit, breaking between paragraphs rather than inside one, and the last chunk is
   evened out with the one before it rather than left as a scrap. A heading without text of its own joins what stands below it.
3. The text of every chunk is measured as a whole, because tokens of a joined text are not exactly the sum of its parts; one that
   turned out too long is halved.

No overlap: a passage found is shown with its neighbours, so that repeating text would only cost space and make two hits of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import msgspec
from msgspec.structs import replace

from desktop_app.analysis.script import CJK, glue
from desktop_app.analysis.sentences import sentences
from desktop_app.contract.document import Chunk, Document, Locator, Piece, Segment
from desktop_app.documents.text.locators import line_ends_of, merged, narrowed

CountTokens = Callable[[Sequence[str]], list[int]]

_LOWEST_FILL = 0.6  # of the limit: a chunk may end earlier than it must to end between paragraphs, but not before this
_CLAUSE = re.compile(r"[，,、;；:：]\s*|\s[–—-]\s|——")
_ESTIMATE = re.compile(rf"[{CJK}]|[^\W{CJK}]{{1,4}}|[^\w\s]")
_PROBES = ("", "word", "word\nword")


class _Unit(msgspec.Struct, frozen=True):
    """Text that is not divided further. ``segment`` numbers the segment it came from; ``tokens`` without the model's overhead."""

    text: str
    locator: Locator
    kind: str
    segment: int
    continues: bool
    tokens: int


def estimate_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens without a tokenizer: a Chinese character each, a mark each, else one for every four letters of a word, rounded up.

    Measured against MiniLM's tokenizer: about 1.4 times the truth for English, 1.0 for Chinese, 0.9 for German.
    """
    return [len(_ESTIMATE.findall(text)) for text in texts]


def split(document: Document, *, count_tokens: CountTokens, max_tokens: int) -> list[Chunk]:
    """Chunks in reading order, each at most ``max_tokens`` as ``count_tokens`` measures them (what the model adds included).

    A single character that is more than that by itself is kept whole. Raises ``ValueError`` when the limit leaves no room at all.
    """
    segments = [segment for segment in document.segments if segment.text.strip()]
    if not segments:
        return []
    counted = count_tokens([*_PROBES, *(segment.text for segment in segments)])
    overhead, word, pair = counted[0], counted[1] - counted[0], counted[2] - counted[0]
    budget = max_tokens - overhead
    if budget < 1:
        raise ValueError(f"no room for text: the limit is {max_tokens} tokens, the model itself adds {overhead}")
    units = [
        _Unit(segment.text, segment.locator, segment.kind, number, segment.continues, max(0, tokens - overhead))
        for number, (segment, tokens) in enumerate(zip(segments, counted[len(_PROBES) :], strict=True))
    ]
    units = _divide(units, segments, lambda texts: [max(0, n - overhead) for n in count_tokens(texts)], budget)
    packer = _Packer(budget, separator=max(0, pair - 2 * word))
    packs = [pack for group in _groups(units) for pack in packer.pack(group)]
    return _measured(packs, count_tokens, max_tokens, overhead + packer.separator)


# ---- 1. divide ------------------------------------------------------------------------------------------------------------


def _divide(units: list[_Unit], segments: list[Segment], count: CountTokens, budget: int) -> list[_Unit]:
    """The units with every one that is over ``budget`` cut into smaller ones."""
    spans: list[list[tuple[int, int, int]]] = [[(0, len(unit.text), unit.tokens)] for unit in units]
    touched: set[int] = set()
    level = 0
    while True:
        cuts: list[tuple[int, int, list[tuple[int, int]]]] = []
        for number, parts in enumerate(spans):
            for position, (start, end, tokens) in enumerate(parts):
                if tokens > budget and end - start > 1:
                    cuts.append((number, position, _cut(units[number].text, start, end, tokens, budget, level)))
        if not cuts:
            break
        counts = iter(count([units[number].text[start:end] for number, _, atoms in cuts for start, end in atoms]))
        # From the last, so that positions before it stay true.
        measured = [
            (number, position, [(start, end, next(counts)) for start, end in atoms]) for number, position, atoms in cuts
        ]
        for number, position, atoms in reversed(measured):
            spans[number][position : position + 1] = _joined(atoms, budget)
            touched.add(number)
        level += 1
    result: list[_Unit] = []
    for number, unit in enumerate(units):
        if number not in touched:
            result.append(unit)
            continue
        segment = segments[unit.segment]
        line_ends = line_ends_of(segment.text)
        for position, (start, end, tokens) in enumerate(spans[number]):
            place = narrowed(segment, start, end, line_ends)
            goes_on = unit.continues or position > 0
            result.append(replace(unit, text=unit.text[start:end], locator=place, continues=goes_on, tokens=tokens))
    return result


def _cut(text: str, start: int, end: int, tokens: int, budget: int, level: int) -> list[tuple[int, int]]:
    """Ranges of ``text`` below ``start``..``end``, white space at their ends left out; at least two."""
    if level == 0:
        parts = [(start + first, start + last) for first, last in sentences(text[start:end])]
        if len(parts) > 1:
            return parts
    if level <= 1:
        parts = _trimmed(text, start, [match.end() for match in _CLAUSE.finditer(text, start, end)], end)
        if len(parts) > 1:
            return parts
    pieces = -(-tokens // budget) + (level > 2)
    step = max(1, (end - start) // max(2, pieces))
    edges, position = [], start
    while end - position > step:
        edge = position + step
        space = max(text.rfind(" ", position + step // 2, edge), text.rfind("\n", position + step // 2, edge))
        position = space + 1 if space > position and level <= 4 else edge
        edges.append(position)
    return _trimmed(text, start, edges, end)


def _trimmed(text: str, start: int, edges: Iterable[int], end: int) -> list[tuple[int, int]]:
    parts = []
    for edge in (*edges, end):
        first, last = start, edge
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            parts.append((first, last))
        start = edge
    return parts


def _joined(atoms: list[tuple[int, int, int]], budget: int) -> list[tuple[int, int, int]]:
    """Neighbouring atoms joined while their sum stays in the budget, in runs of about equal length."""
    total = sum(tokens for _, _, tokens in atoms)
    runs = max(1, -(-total // budget))
    target = min(budget, -(-total // runs) + budget // 10)
    result: list[tuple[int, int, int]] = []
    for start, end, tokens in atoms:
        if result and result[-1][2] + tokens <= target:
            result[-1] = (result[-1][0], end, result[-1][2] + tokens)
        else:
            result.append((start, end, tokens))
    return result


# ---- 2. pack --------------------------------------------------------------------------------------------------------------


def _groups(units: list[_Unit]) -> list[list[_Unit]]:
    """Units that may share a chunk: same page, sheet, slide or part, same heading trail, of the same body or aside, seen or hidden alike."""

    def key(unit: _Unit) -> tuple[object, ...]:
        place = unit.locator
        return place.page, place.sheet, place.slide, place.part, place.headings, place.aside, place.author, place.hidden

    groups: list[list[_Unit]] = []
    for _, members in groupby(units, key):
        group = list(members)
        if groups and _is_bare_heading(groups[-1], group):
            groups[-1].extend(group)
        else:
            groups.append(group)
    return groups


def _is_bare_heading(above: list[_Unit], below: list[_Unit]) -> bool:
    """Whether ``above`` is only headings, on the same page, of which ``below`` is a part."""
    first, last = below[0].locator, above[-1].locator
    return (
        all(unit.kind == "heading" for unit in above)
        and not (last.aside or last.hidden or first.aside or first.hidden)
        and (last.page, last.sheet, last.slide, last.part) == (first.page, first.sheet, first.slide, first.part)
        and first.headings[: len(last.headings)] == last.headings
    )


class _Packer:
    """Cuts a group of units into runs that fit. ``separator`` is what joining two units costs, in tokens."""

    def __init__(self, budget: int, *, separator: int) -> None:
        self._budget = budget
        self.separator = separator

    def pack(self, units: list[_Unit]) -> list[list[_Unit]]:
        packs: list[list[_Unit]] = []
        start = 0
        while start < len(units):
            end = self._fill(units, start)
            if end < len(units):
                end = self._better_break(units, start, end)
            packs.append(units[start:end])
            start = end
        if len(packs) > 1:
            packs[-2:] = self._evened(packs[-2], packs[-1])
        return packs

    def _size(self, units: Sequence[_Unit]) -> int:
        return sum(unit.tokens for unit in units) + self.separator * (len(units) - 1)

    def _fill(self, units: list[_Unit], start: int) -> int:
        """The end of the longest run from ``start`` that fits; at least one unit."""
        size, end = units[start].tokens, start + 1
        while end < len(units) and size + self.separator + units[end].tokens <= self._budget:
            size += self.separator + units[end].tokens
            end += 1
        return end

    def _better_break(self, units: list[_Unit], start: int, end: int) -> int:
        """The last place between ``start`` and ``end`` before a new paragraph that leaves the chunk full enough."""
        size = self._size(units[start:end])
        place = end
        while place > start + 1 and size >= _LOWEST_FILL * self._budget:
            if not units[place].continues:
                return place
            place -= 1
            size -= self.separator + units[place].tokens
        return end

    def _evened(self, before: list[_Unit], last: list[_Unit]) -> list[list[_Unit]]:
        """The last two chunks, cut again near the middle when the last one is a scrap."""
        if self._size(last) >= 0.3 * self._budget:
            return [before, last]
        units = before + last
        whole = self._size(units)
        if whole <= self._budget:
            return [units]
        best, place, size = float("inf"), len(before), 0
        for index in range(1, len(units)):
            size += units[index - 1].tokens + (self.separator if index > 1 else 0)
            rest = whole - size - self.separator
            if max(size, rest) <= self._budget:
                # A paragraph's end is worth an imbalance of a tenth of the chunk.
                cost = abs(size - rest) + (0.2 * self._budget if units[index].continues else 0)
                if cost < best:
                    best, place = cost, index
        return [units[:place], units[place:]]


# ---- 3. measure -----------------------------------------------------------------------------------------------------------


def _measured(packs: list[list[_Unit]], count_tokens: CountTokens, max_tokens: int, around: int) -> list[Chunk]:
    """Chunks of the packs, after halving those whose whole text is over the limit, until none is. ``around``: what the model adds."""
    done: dict[tuple[int, ...], Chunk] = {}
    waiting: list[tuple[tuple[int, ...], list[_Unit]]] = [((number,), pack) for number, pack in enumerate(packs)]
    while waiting:
        chunks = [_chunk(pack) for _, pack in waiting]
        # Where every joint could cost two tokens more than it was reckoned with, nothing need be counted again.
        reckoned = [around + sum(unit.tokens + around + 2 for unit in pack) for _, pack in waiting]
        unsure = iter(count_tokens([chunk.text for chunk, most in zip(chunks, reckoned, strict=True) if most > max_tokens]))
        counts = [next(unsure) if most > max_tokens else most for most in reckoned]
        again: list[tuple[tuple[int, ...], list[_Unit]]] = []
        for (order, pack), chunk, tokens in zip(waiting, chunks, counts, strict=True):
            halves = _halves(pack) if tokens > max_tokens else []
            if halves:
                again.extend(((*order, side), half) for side, half in enumerate(halves))
            else:
                done[order] = chunk
        waiting = again
    return [done[order] for order in sorted(done)]


def _halves(pack: list[_Unit]) -> list[list[_Unit]]:
    if len(pack) > 1:
        middle = len(pack) // 2
        return [pack[:middle], pack[middle:]]
    unit = pack[0]
    parts = _cut(unit.text, 0, len(unit.text), 2, 1, 2) if len(unit.text) > 1 else []
    segment = Segment(unit.text, unit.locator, unit.kind)
    return [
        [replace(unit, text=unit.text[start:end], locator=narrowed(segment, start, end), continues=bool(start))]
        for start, end in parts
    ]


def _chunk(units: list[_Unit]) -> Chunk:
    parts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for number, unit in enumerate(units):
        if number:
            between = glue(units[number - 1].text, unit.text) if unit.continues else "\n"
            parts.append(between)
            length += len(between)
        parts.append(unit.text)
        pieces.append(Piece(length, length + len(unit.text), unit.locator))
        length += len(unit.text)
    trail = max((unit.locator.headings for unit in units), key=len)
    return Chunk("".join(parts), merged([unit.locator for unit in units]), trail, tuple(pieces))
