# SPDX-License-Identifier: Apache-2.0
"""Where sentences end, in Chinese and English, without a model.

``sentences`` gives ranges that leave out only white space, so that every character that can be read belongs to exactly one. A
sentence ends at 。！？； and their closing quotes, at . ! ? before white space or a Chinese character, and at a line break that is
not merely the width of the page: short lines without a full stop (a list of names, a log) stay apart, wrapped prose does not. It
does not end inside "3.5", "e.g.", "No. 5", "J. Smith" or a list number, and a row of a table ("Header: value; Header: value") is
one sentence, because half a row has lost its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from desktop_app.analysis.numerals import TO_HUNDREDS, TO_TEN
from desktop_app.analysis.script import count_cjk, is_cjk

_CLOSING = "\"'”’」』）)】》〉］\\]"
# One candidate: the marks, then everything that closes what they ended.
_END = re.compile(rf"(?P<wide>[。！？｡；]+|…+)[。！？!?…]*[{_CLOSING}]*|(?P<narrow>[.!?]+)[{_CLOSING}]*|(?P<line>\s*\n\s*)")
_MARK = re.compile("[。！？｡；….!?]")  # what a candidate in a text of one line starts with
# Abbreviations after which a dot ends nothing, whatever follows; lower case, without the dot.
_ABBREVIATIONS = frozenset(
    "e.g i.e cf vs viz al mr mrs ms dr prof st jr sr no nos nr fig figs eq eqs sec ch vol pp ed eds approx dept est incl excl inc ltd co corp"
    " art abs bzw ca z.b d.h u.a jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_WORD_BEFORE = re.compile(r"[^\W_](?:[\w.]*[^\W_])?$")
_LIST_ITEM = re.compile(
    rf"\s*(?:[-*+•·●○■◆▪–]\s|\(?\d{{1,3}}[.)、．]|[（(][\d{TO_TEN}]{{1,3}}[）)]|[{TO_TEN}]{{1,3}}、|第.{{1,5}}[条章节款])"
)
CHAPTER = re.compile(
    rf"[ \t\u3000]*第[{TO_HUNDREDS}\d]{{1,6}}(?P<unit>[卷编篇部章节])(?:[ \t\u3000：:]+\S[^\n。；]{{0,40}})?[ \t\u3000]*$"
)  # 第三章 休假: a line of its own
_LIST_NUMBER = re.compile(r"(?:^|\n)\s*\(?(?:\d{1,3}|[A-Za-z])$")
_SHORT_WORD = re.compile(r" [^\W\d_]\.")
_MONTH = re.compile(r"(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)\b", re.IGNORECASE)
_ROW_CELL = re.compile(r"[^:;\n]{1,80}: ")
_FEWEST_CELLS, _LONGEST_CELL = 3, 40  # of a row without headers; characters of a cell
_LETTER = re.compile(r"[^\W_]")  # or a digit
_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(rf"[。！？；]|[.!?][{_CLOSING}]*(?:\s|$)")
_LONGEST_SENTENCE = 1_500  # characters
_LABEL = re.compile(r"[^\s，。,.:：]{1,10}：|[^\W\d_][\w/-]*(?: [\w/-]+){0,2}: ")  # of a form's line: "电话：", "Room no: "
_PAGE_WIDTHS = range(40, 131)  # characters; shorter lines are a list, longer ones are not wrapped
# Shares of the width that a line and the next word fill at least; letters of a printed page differ in width.
_FULL = 0.85
_FULL_CHINESE = 0.9
_TERMINAL = re.compile(rf"[。！？；!?.:：…][{_CLOSING}]*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of the sentences of ``text`` in order; between them is white space only."""
    found: list[tuple[int, int]] = []
    rows = _row_spans(text)
    lines = _Lines(text)
    start = 0
    for match in _candidates(text):
        end = match.end()
        while rows and rows[0][1] < match.start():
            rows.pop(0)
        if rows and rows[0][0] <= match.start() and end <= rows[0][1]:
            continue  # inside a row of a table
        if match["line"] is not None:
            if lines.wraps(match.start(), end):
                continue
            end = match.start()
        elif not (_narrow_ends(text, match) if match["narrow"] is not None else _wide_ends(text, match)):
            continue
        _add(found, text, start, end)
        start = end
    _add(found, text, start, len(text))
    return found


def below_headings(text: str, trail: Sequence[str]) -> list[tuple[int, int]]:
    """The sentences of a text but its headings, which name a thing and say nothing of it; all where there is nothing else.

    ``trail``: the headings above the text. A PDF without bookmarks has none, so that chapters are known by their number.
    """
    spans = sentences(text)
    body = [(start, end) for start, end in spans if text[start:end] not in trail and not CHAPTER.match(text, start, end)]
    return body or spans


def _candidates(text: str) -> Iterator[re.Match[str]]:
    """What ``_END`` finds; in a text of one line (all of a PDF) by looking for the marks alone, which is three times faster."""
    if "\n" in text:
        yield from _END.finditer(text)
        return
    mark = _MARK.search(text)
    while mark is not None and (match := _END.match(text, mark.start())) is not None:
        yield match
        mark = _MARK.search(text, match.end())


def is_row(line: str) -> bool:
    """Whether a line reads "Header: value; Header: value", the form in which table rows are kept."""
    cells = line.split("; ")
    if len(cells) < 2:
        return False
    return sum(1 for cell in cells if _ROW_CELL.match(cell)) * 5 >= len(cells) * 3


def _is_bare_row(line: str) -> bool:
    """Whether a line is a row without headers, "3; Ink stone; 12.50": short values, a figure among them. A sentence that ends in it, or a
    comma behind it, is of prose."""
    cells = line.split("; ")
    if len(cells) < _FEWEST_CELLS or any(len(cell) > _LONGEST_CELL for cell in cells) or not any(map(str.isdigit, line)):
        return False
    return not line.rstrip().endswith((",", "，")) and not any(_ends_in_row(line, match) for match in _candidates(line))


def _ends_in_row(line: str, match: re.Match[str]) -> bool:
    """Whether a sentence ends at ``match``; a full stop behind a row is none ("paid in full.")."""
    if match["narrow"] is None:
        return _wide_ends(line, match)
    return bool(line[match.end() :].strip()) and _narrow_ends(line, match)


def is_list_item(line: str) -> bool:
    """Whether a line begins as an item of a list does."""
    return _LIST_ITEM.match(line) is not None


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return
    if found and _LETTER.search(text, start, end) is None and text.find("\n", found[-1][1], start) < 0:
        found[-1] = (found[-1][0], end)  # a stray quote or dash belongs to the sentence before it
        return
    found.append((start, end))


def _row_spans(text: str) -> list[tuple[int, int]]:
    if "; " not in text:
        return []
    return [match.span() for match in _LINE.finditer(text) if is_row(match.group()) or _is_bare_row(match.group())]


def _narrow_ends(text: str, match: re.Match[str]) -> bool:
    """Whether . ! ? at ``match`` ends a sentence."""
    marks, end = match["narrow"], match.end()
    following = text[end : end + 1]
    if following and not following.isspace() and not is_cjk(following):
        return False  # inside a number, a file name, an address
    if marks != ".":
        return not (following and _goes_on(text, end))
    before = text[max(0, match.start() - 20) : match.start()]
    last = before[before.rfind(" ") + 1 :]
    if len(last) > 1 and last.isalpha():  # nearly every end
        return not (following and (last.lower() in _ABBREVIATIONS or _goes_on(text, end)))
    if end < len(text) and _LIST_NUMBER.search(text[max(0, match.start() - 8) : match.start()]):
        return False
    word = _WORD_BEFORE.search(before)
    if word is not None:
        letters = word.group()
        if letters.lower() in _ABBREVIATIONS and following:
            return False
        if len(letters) == 1 and letters.isalpha() and letters.isupper() and letters.isascii() and following == " ":
            return False  # an initial
        if len(letters) == 1 and letters.isalpha() and _SHORT_WORD.match(text, end):
            return False  # "z. B.", "d. h."
        if len(letters) <= 2 and letters.isdigit() and _MONTH.match(text[end : end + 14].lstrip()):
            return False  # "31. Dezember"
    return not (following and _goes_on(text, end))


def _wide_ends(text: str, match: re.Match[str]) -> bool:
    """An ellipsis ends nothing when the text goes on in lower case."""
    return not (match["wide"][0] == "…" and _goes_on(text, match.end()))


def _goes_on(text: str, end: int) -> bool:
    """Whether the text after ``end`` starts in lower case: then the sentence was not over."""
    rest = text[end : end + 40].lstrip(" \t\n")
    return rest[:1].islower()


class _Lines:
    """How the lines of a text are wrapped. A line was wrapped where the next word would not have fitted into the width of the
    page."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [line for line in text.split("\n") if line.strip()] if "\n" in text else []
        longest = max(map(_width, self._lines)) if len(self._lines) > 1 else 0
        self._width = longest if longest in _PAGE_WIDTHS else 0

    @cached_property
    def _is_prose(self) -> bool:
        """Whether lines that follow an unfinished one mostly go on in lower case; those of a list or a log begin anew."""
        following = [line.lstrip()[0] for before, line in pairwise(self._lines) if not _TERMINAL.search(before)]
        on, anew = sum(map(str.islower, following)), sum(first.isupper() or first.isdigit() for first in following)
        return on > 0 and on >= anew

    def wraps(self, start: int, end: int) -> bool:
        """Whether the line break at ``start``..``end`` only wraps a line that goes on."""
        text = self._text
        if text.count("\n", start, end) > 1 or not self._width:
            return False
        before = text[text.rfind("\n", 0, start) + 1 : start]
        stop = text.find("\n", end)
        after = text[end : stop if stop >= 0 else len(text)]
        if not after.strip() or _TERMINAL.search(before) or is_list_item(after):
            return False
        if is_row(before) or is_row(after) or _is_bare_row(before) or _is_bare_row(after):
            return False
        if after[:1].islower():
            return True
        if _LABEL.match(after):
            return False
        if self._is_prose and not is_cjk(after[0]):
            return self._filled(before, after) >= _FULL
        return self._is_full(before, after) and self._finishes(end)

    def _is_full(self, before: str, after: str) -> bool:
        return self._filled(before, after) >= (_FULL_CHINESE if is_cjk(after[0]) else 1)

    def _filled(self, before: str, after: str) -> float:
        """The share of the page's width that a line would have with the next word, or the next Chinese character and its mark."""
        word = 4 if is_cjk(after[0]) else 1 + _width(after.split(maxsplit=1)[0])
        return (_width(before) + word) / self._width

    def _finishes(self, start: int) -> bool:
        """Whether a sentence that may go on at ``start`` ends with a mark, before a line that is short: a list's lines do not."""
        lines = self._text[start : start + _LONGEST_SENTENCE].split("\n")
        for line, following in pairwise([*lines, ""]):
            if _SENTENCE_END.search(line):
                return True
            if not following.strip() or not self._is_full(line, following):
                return False
        return False


def _width(line: str) -> int:
    """A Chinese character is two wide."""
    stripped = line.strip()
    return len(stripped) + count_cjk(stripped)
