# SPDX-License-Identifier: Apache-2.0
"""Divides a file into parts and sentences for a summary.

Parts are the sections below the headings: of the highest level that gives at least four. More than twelve are put together with their neighbours, so
that none is left out. A file without headings is divided by its chapters, slides or length.

Not every text is a sentence: rows of tables, headings, lines of a table of contents, captions, page numbers, what is repeated on every page, a
sentence that a page break cuts in two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from desktop_app.analysis.folding import fold
from desktop_app.analysis.numerals import TO_HUNDREDS, TO_TEN
from desktop_app.analysis.script import count_cjk, is_cjk
from desktop_app.analysis.sentences import CHAPTER, is_list_item, is_row, sentences
from desktop_app.contract.ledger import StoredChunk

MOST_PARTS = 12
_DEEPEST = 4
_ENOUGH = 4  # sections: headings below theirs make no more of them
_PART_LENGTH = 2_500  # characters (a Chinese one counts twice) of a part of a file without headings
_NO_BODY = frozenset(("header", "footer", "footnote", "endnote", "comment", "struck", "chart", "field"))
_REPEATED = 3  # times, from which on a line is of every page
_SHORTEST, _LONGEST = 18, 700  # width of a sentence, a Chinese character is two wide
_SHORTEST_LINE = 10
_FEWEST_WORDS = 5
_LETTERS = 0.4  # least share of the characters that are letters
_LABELLED = re.compile(r"[^:：]{1,30}[:：]\s*\S.{0,30}")  # a line of a form
_ENDED = re.compile(r"[。！？；.!?…][\"'”’」』）)\]\d]*$")
_OPEN_END = re.compile(r"[,，、:：(（\-–—]$|\b(?:and|or|the|of|to|a|in|for|with)$", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:\.\s?){4,}|…{2,}|·{4,}|\s\d{1,4}$|^\s*(?:目\s*录|contents|table of contents|index)\s*$", re.IGNORECASE
)
_CAPTION = re.compile(
    r"\s*(?:(?:figure|fig\.|table|chart|exhibit|source|photo|abbildung|abb\.|tabelle|listing)\s*[\d.:IVX-]+|[图表]\s*[\d一二三四五六七八九十.-]+|(?:资料|数据)?来源[:：]|source:|注[:：])",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"all rights reserved|copyright|©|\(c\) \d{4}|版权所有|未经.{0,8}许可|strictly confidential|this page (?:is )?intentionally|see (?:also )?(?:page|section|figure|table) |https?://|www\.|@\w+\.\w|"
    r"^page \d+|^第\s*\d+\s*页|printed on|last (?:updated|modified)|isbn",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"^(?:[-*+•●○■◆▪–]\s+|#+\s+|>\s*)+")
_STARTS_LATE = re.compile(r"[a-zà-ÿ,，、。.;；:：)）\]】”’]")
_LEANING = re.compile(
    r"(?:this|that|these|those|it|they|he|she|such|however|therefore|thus|moreover|furthermore|also|but|and|or|so|then|hence|for example|for instance|e\.g\.|in addition|as a result|see|note)\b"
    r"|(?:它|他们?|她们?|这|那|此外|此|其中|因此|所以|但是?|然而|而且|并且|同时|例如|比如|另外|如下|以上|上述|见|详见)",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"(?:this|these) (?:policy|contract|agreement|document|report|manual|guide|handbook|plan|section|rules?|chapter|procedure|paper|regulations?)\b",
    re.IGNORECASE,
)
_POINTS_ON = re.compile(
    r"[见如]下|下[表图列述]|[上附]表|\b(?:as follows|below|following (?:table|list))\b|[:：]$", re.IGNORECASE
)
_COLUMNS = re.compile(r"\S[ \t]{3,}\S.*\S[ \t]{3,}\S")  # of a table set with blanks
_COMMAND = re.compile(r"(?:\S*(?:\\|=\S|^/|\s/[A-Z])\S*.*){2}")  # for a computer
_WORD = re.compile(r"[^\W\d_]{3,}")
_WORDY = 0.5  # least share of the words that are such, in Latin letters: the rest is formulas
_LETTER = re.compile(r"[^\W\d_]")


_LINE = re.compile(r"[^\n]+")
_FEWEST_HEADINGS = 3
_NUMBER = rf"[{TO_HUNDREDS}\d]{{1,6}}"
_HEADINGS = (
    re.compile(rf"\s*第{_NUMBER}[章编篇](?:\s+\S.{{0,30}})?\s*$"),
    re.compile(rf"\s*第{_NUMBER}[条节](?:[\s、：:]+[^，。；]{{1,24}})?\s*$"),
    re.compile(rf"\s*[{TO_TEN}]{{1,3}}、[^，。；：:]{{1,24}}\s*$"),
    re.compile(r"\s*(?:Article|Section|Chapter|Part)\s+[\dIVX]+[.:]?(?:\s+[^.;]{1,60})?\s*$"),
    re.compile(r"\s*\d{1,2}[.、)]?\s+[A-Z][^.;:]{2,60}\s*$|\s*\d{1,2}[.、]\s*[^\x00-\x7f，。；：]{2,24}\s*$"),
)

_Stretch = tuple[StoredChunk, int, int]
"""A half-open range of characters of a chunk."""
_Section = tuple[str, list[_Stretch]]
"""Its heading and where it stands."""


@dataclass(frozen=True, slots=True)
class PartSentence:
    """``chunk.text[start:end]``. ``weight`` 0..1: how well it stands alone."""

    chunk: StoredChunk
    start: int
    end: int
    weight: float

    @property
    def text(self) -> str:
        """The sentence as it is in its document."""
        return self.chunk.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """``title`` "" where it has no heading; ``joined``: how many sections were put together; ``rows``: of tables, where it has no sentences."""

    title: str
    chunks: tuple[StoredChunk, ...]
    sentences: tuple[PartSentence, ...]
    joined: int = 1
    rows: tuple[str, ...] = ()


def divide(chunks: Sequence[StoredChunk], *, hidden: bool) -> tuple[list[DocumentPart], int]:
    """The parts of a file, at most ``MOST_PARTS``, and how many sections it has. ``hidden``: its hidden text as well."""
    body = [one for one in chunks if one.locator.aside not in _NO_BODY and (hidden or not one.locator.hidden)]
    sections = _sections(body)
    sections = [one for one in sections if any(_LETTER.search(chunk.text, start, end) for chunk, start, end in one[1])]
    left_out = _Unfit(_repeated(body), _cut_in_two(body))
    parts = [_part(title, within, left_out, joined) for title, within, joined in _grouped(sections)]
    parts = [part for part in parts if part.sentences or part.rows]
    return parts, sum(part.joined for part in parts)


def _sections(chunks: Sequence[StoredChunk]) -> list[_Section]:
    """The sections in order. What follows a heading without one is its own."""
    if not any(chunk.trail for chunk in chunks):
        return _below_written_headings(chunks) or _without_headings(chunks)
    found = list[_Section]()
    for depth in range(1, _DEEPEST + 1):
        runs = groupby(chunks, key=lambda chunk: tuple(filter(None, chunk.trail))[:depth])
        made = [(trail[-1] if trail else "", list(map(_whole, run))) for trail, run in runs]
        if len(found) >= _ENOUGH or (len(found) > 2 and len(made) > MOST_PARTS):
            break
        found = made
    return found


def _whole(chunk: StoredChunk) -> _Stretch:
    return chunk, 0, len(chunk.text)


def _below_written_headings(chunks: Sequence[StoredChunk]) -> list[_Section]:
    """The sections of a plain text, whose headings are lines that begin with a number: "第三条 租金", "2. Scope"; of the kind that comes first among
    those that come often enough. [] where there are none."""
    lines = [(chunk, line.start(), line.end(), line[0]) for chunk in chunks for line in _LINE.finditer(chunk.text)]
    for pattern in _HEADINGS:
        heads = {place for place, (_, _, _, line) in enumerate(lines) if pattern.match(line)}
        if len(heads) < _FEWEST_HEADINGS or not any(place + 1 < len(lines) and place + 1 not in heads for place in heads):
            continue
        found: list[_Section] = [("", [])]
        for place, (chunk, start, end, line) in enumerate(lines):
            if place in heads:
                found.append((" ".join(line.split()), []))
            elif found[-1][1] and found[-1][1][-1][0].id == chunk.id:
                found[-1][1][-1] = (chunk, found[-1][1][-1][1], end)
            else:
                found[-1][1].append((chunk, start, end))
        return [one for one in found if one[1]]
    return []


def _without_headings(chunks: Sequence[StoredChunk]) -> list[_Section]:
    """Each slide, sheet or file inside; else stretches of about one length."""
    runs = groupby(chunks, key=lambda chunk: (chunk.locator.slide, chunk.locator.sheet, chunk.locator.part))
    places = [list(map(_whole, run)) for _, run in runs]
    if len(places) > 1:
        return [("", run) for run in places]
    found = list[_Section]()
    room = max(_PART_LENGTH, sum(_width(chunk.text) for chunk in chunks) // MOST_PARTS + 1)
    used = room
    for chunk in chunks:
        if used >= room:
            found.append(("", []))
            used = 0
        found[-1][1].append(_whole(chunk))
        used += _width(chunk.text)
    return found


def _grouped(sections: Sequence[_Section]) -> Iterator[tuple[str, list[_Stretch], int]]:
    """At most ``MOST_PARTS`` of them: neighbours together, of about one length."""
    if len(sections) <= MOST_PARTS:
        yield from ((title, within, 1) for title, within in sections)
        return
    lengths = [sum(end - start for _, start, end in within) for _, within in sections]
    total, reached, begin = sum(lengths), 0, 0
    for place, length in enumerate(lengths):
        before, reached = reached, reached + length
        if place + 1 < len(sections) and int(reached / total * MOST_PARTS) == int(before / total * MOST_PARTS):
            continue
        group = sections[begin : place + 1]
        titles = [title for title, _ in group if title]
        title = f"{titles[0]} – {titles[-1]}" if len(titles) > 1 else "".join(titles)
        yield title, [stretch for _, within in group for stretch in within], len(group)
        begin = place + 1


def _repeated(chunks: Sequence[StoredChunk]) -> set[str]:
    """Lines that stand on every page or so."""
    counts = Counter(key for chunk in chunks for key in {_key(chunk.text[start:end]) for start, end in sentences(chunk.text)})
    return {key for key, count in counts.items() if count >= _REPEATED}


def _cut_in_two(chunks: Sequence[StoredChunk]) -> set[tuple[int, int]]:
    """Chunk and start of the two halves of each sentence that goes on in the next chunk: behind a page break, mostly."""
    halves = set[tuple[int, int]]()
    for one, other in pairwise(chunks):
        before, after = sentences(one.text), sentences(other.text)
        if not before or not after:
            continue
        last, first = one.text[slice(*before[-1])], other.text[slice(*after[0])]
        if _ENDED.search(last) or _width(last) < _SHORTEST or is_row(last) or last in one.trail or first in other.trail:
            continue
        if first[0].islower() or (is_cjk(first[0]) and is_cjk(last[-1]) and one.locator.page != other.locator.page):
            halves |= {(one.id, before[-1][0]), (other.id, after[0][0])}
    return halves


def _key(text: str) -> str:
    return re.sub(r"[\W\d]+", "", fold(text))


@dataclass(frozen=True, slots=True)
class _Unfit:
    """What is no sentence of a summary for what stands around it: ``repeated`` keys, ``halves`` by chunk and start."""

    repeated: set[str]
    halves: set[tuple[int, int]]


def _part(title: str, within: Sequence[_Stretch], unfit: _Unfit, joined: int) -> DocumentPart:
    found = list[PartSentence]()
    for chunk, begin, stop in within:
        for start, end in sentences(chunk.text):
            text = chunk.text[start:end]
            if not begin <= start < stop or (chunk.id, start) in unfit.halves or _key(text) in unfit.repeated:
                continue
            if weight := _weight(text, chunk.trail):
                found.append(PartSentence(chunk, start, end, weight))
    chunks = tuple({chunk.id: chunk for chunk, _, _ in within}.values())
    found = found or list(_lines(within, unfit))
    lines = (line[0] for chunk, start, end in within for line in _LINE.finditer(chunk.text, start, end))
    return DocumentPart(title, chunks, tuple(found), joined, () if found else tuple(filter(is_row, lines)))


def _lines(within: Sequence[_Stretch], unfit: _Unfit) -> Iterator[PartSentence]:
    """What a part without a whole sentence says: its lines but headings and rows (a list, a form)."""
    for chunk, begin, stop in within:
        for start, end in sentences(chunk.text):
            text = chunk.text[start:end]
            if not begin <= start < stop or _width(text) < _SHORTEST_LINE:
                continue
            if not _is_no_text(text, chunk.trail) and (_key(text) not in unfit.repeated or _width(text) >= 2 * _SHORTEST):
                whole = (chunk.id, start) not in unfit.halves and not _STARTS_LATE.match(text)
                listed = is_list_item(text) or _LABELLED.fullmatch(text)
                yield PartSentence(chunk, start, end, (1.0 if listed else 0.5) if whole else 0.1)


def _is_no_text(text: str, trail: Sequence[str]) -> bool:
    """Whether a text is a heading, a row of a table, a line of a table of contents, a caption, a notice of rights or an address."""
    line = " ".join(text.split())
    said = _MARKUP.sub("", line)
    letters = len(_LETTER.findall(said))
    return (
        line in trail
        or said in trail
        or is_row(text)
        or letters < _LETTERS * len(said.replace(" ", ""))
        or any(pattern.search(said) for pattern in (CHAPTER, _CONTENTS, _BOILERPLATE))
        or _CAPTION.match(said) is not None
    )


def _weight(text: str, trail: Sequence[str]) -> float:
    """How well a text stands alone as a sentence of a summary, 0 for what is none."""
    said = _MARKUP.sub("", " ".join(text.split()))
    width, cjk = _width(said), count_cjk(said)
    if _is_no_text(text, trail) or _COLUMNS.search(text) or _COMMAND.search(text):
        return 0.0
    cut = said.split()
    if not cjk and (len(cut) < _FEWEST_WORDS or len(_WORD.findall(said)) < _WORDY * len(cut)):
        return 0.0
    if width < _SHORTEST or (_STARTS_LATE.match(said) and not cjk) or _OPEN_END.search(said):
        return 0.0
    weight = 1.0 if _ENDED.search(said) else 0.5 if is_list_item(text) or width > 2 * _SHORTEST else 0.25
    if said.rstrip("\"'”’」』）)").endswith(("?", "？")):
        weight *= 0.4
    if _LEANING.match(said) and not _SELF.match(said):
        weight *= 0.6
    if _POINTS_ON.search(said):
        weight *= 0.75
    if _LABELLED.fullmatch(said):
        weight *= 0.4
    return weight * (0.4 if width > _LONGEST else 1.0)


def _width(text: str) -> int:
    return len(text) + count_cjk(text)
