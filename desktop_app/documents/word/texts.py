# SPDX-License-Identifier: Apache-2.0
"""Texts of a Word document of either kind, before they are segments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from desktop_app.contract.document import Locator, Segment
from desktop_app.contract.typed_table import RowCells


class Text(NamedTuple):
    """A segment to be: its place but for the range of characters."""

    text: str
    kind: str = "text"
    headings: tuple[str, ...] = ()
    aside: str = ""
    author: str = ""
    hidden: str = ""
    cells: RowCells | None = None


def placed(texts: Iterable[Text]) -> list[Segment]:
    """The texts as segments, each with its range in all of them joined by line ends."""
    segments, length = [], 0
    for text in texts:
        place = Locator(
            chars=(length, length + len(text.text)),
            headings=text.headings,
            aside=text.aside,
            author=text.author,
            hidden=text.hidden,
        )
        segments.append(Segment(text.text, place, text.kind, cells=text.cells))
        length += len(text.text) + 1
    return segments


class Spans:
    """The text of one paragraph in stretches that are seen, struck or hidden in one way (``TextLook.seen_as``).

    Of a field its result counts, and of a form field that has none its value. ``only_page_number``: nothing but the number of the page
    is in it, as in many footers.
    """

    def __init__(self) -> None:
        self._said: list[tuple[str, str]] = []
        self.only_page_number = False
        self._fields: list[_Field] = []
        self._words = False

    def say(self, words: str, how: str) -> None:
        """Add words that are seen in the way of ``how``; what instructs the program that shows a field is none."""
        if not words:
            return
        counts_pages = False
        if self._fields:
            if any(field.instructs for field in self._fields):
                return
            counts_pages = any(field.counts_pages for field in self._fields)
            self._fields[-1].form = ""  # its result stands in the text
        if counts_pages:
            self.only_page_number = not self._words
        elif not self._words and any(map(str.isalnum, words)):
            self._words, self.only_page_number = True, False
        self._said.append((words, how))

    def begin_field(self, form: str = "", code: str = "", *, instructs: bool = True) -> None:
        """A field begins. ``form``: what is shown of a form field without a result; ``code``: its instruction, where that is known now."""
        self._fields.append(_Field(code, form, instructs))

    def instruct(self, code: str) -> None:
        """Add to the instruction of the innermost field."""
        if self._fields and self._fields[-1].instructs:
            self._fields[-1].code += code

    def fill_form(self, value: str) -> None:
        """The value of the innermost field, a form field that begins."""
        if self._fields and self._fields[-1].instructs:
            self._fields[-1].form = value

    def separate_field(self) -> None:
        """The result of the innermost field begins."""
        if self._fields:
            self._fields[-1].instructs = False

    def end_field(self, how: str = "") -> None:
        """The innermost field ends."""
        if self._fields:
            form = self._fields.pop().form
            self.say(form, how)

    def end_paragraph(self) -> None:
        """A field without an end must not swallow what follows."""
        for field in self._fields:
            field.instructs = False

    def text(self, seen_as: str = "") -> str:
        """All text that is seen in one way. Where something between was left out, one of the spaces beside it goes as well."""
        parts: list[str] = []
        gap = False
        for words, how in self._said:
            if how != seen_as:
                gap = True
                continue
            doubled = gap and parts and words[:1] == " " and parts[-1][-1:].isspace()
            parts.append(words[1:] if doubled else words)
            gap = False
        return "".join(parts).strip()

    def others(self) -> list[tuple[str, str]]:
        """(text, how it is seen) of every stretch that is struck or hidden."""
        found = []
        for how, said in groupby(self._said, lambda one: one[1]) if any(how for _, how in self._said) else ():
            words = "".join([words for words, _ in said]).strip() if how else ""
            if words:
                found.append((words, how))
        return found


class _Field:
    """A field that is open: between its begin and its result it instructs Word, and says nothing to people."""

    def __init__(self, code: str, form: str, instructs: bool) -> None:
        self.code = code
        self.form = form
        self.instructs = instructs

    @property
    def counts_pages(self) -> bool:
        return self.code.split(None, 1)[:1] in (["PAGE"], ["NUMPAGES"], ["SECTIONPAGES"])
