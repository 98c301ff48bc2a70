# SPDX-License-Identifier: Apache-2.0
"""Marks that survive Markdown: unsupported sentences and citations.

``AnswerPart`` counts characters of the Markdown source, and no parser tells where its words came from. So characters of Unicode's private
area are put in before parsing, and whoever reads the tokens takes them out again: ``BEGIN`` and ``END`` around a sentence, ``SEAL`` inside
the brackets of a citation. The text must still mean the same, so a mark may not stand before "- ", "# " or "| ", where the line would no
longer be a list item, a heading, a table row; nor between a full stop and the "**" behind it, which then would close nothing; nor inside
"__init__", which then would be no name any more.

A source has "[1]" and "[3]" of its own. Only a number that the sentence carries as its citation becomes a seal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from desktop_app.contract.answer import SUPPORTED, Answer, AnswerPart
from desktop_app.ui.answer.answer_parser import UNDERSCORED

BEGIN, END, SEAL = "\ue000", "\ue001", "\ue002"
_OURS = re.compile(f"[{BEGIN}{END}{SEAL}]")
_PREFIX = re.compile(r"(?:[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+|>[ \t]?|\|[ \t]*))*[ \t]*")
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_BEHIND = re.compile(r"(?:[ \t]*\[\d{1,3}\])+")  # numbers that stand behind the full stop of a sentence
_EMPHASIS = "*_~"
_STRONG = re.compile(r"\*\*(?![\s*])[^*\n]+(?<!\s)\*\*")


def bracketed(text: str, parts: Sequence[AnswerPart], numbers: Collection[int] = ()) -> tuple[str, list[AnswerPart]]:
    """``text`` with its marks, and the sentences between ``BEGIN`` and ``END`` in their order: those that are not supported.

    ``numbers``: the citations that exist. The characters of the marks, which PDFs with symbol fonts do contain, become spaces first, so that
    offsets hold.
    """
    clean = _OURS.sub(" ", text)
    puts = [*_seals(clean, parts, numbers), *_emphasis(clean)]
    marked: list[AnswerPart] = []
    named = {place for match in UNDERSCORED.finditer(clean) for place in range(*match.span())}
    at = 0
    for part in sorted((part for part in parts if part.verdict != SUPPORTED), key=lambda part: part.start):
        start, end = max(part.start, at), min(part.end, len(clean))
        if end <= start:
            continue
        if start == 0 or clean[start - 1] == "\n":
            match = _PREFIX.match(clean, start)
            start = match.end() if match else start
        # "**重要。**" between marks would be no emphasis any more.
        while start < end and clean[start] in _EMPHASIS and start not in named:
            start += 1
        while end > start and (clean[end - 1].isspace() or (clean[end - 1] in _EMPHASIS and end - 1 not in named)):
            end -= 1
        if end <= start:
            continue
        puts += [(start, 2, BEGIN), (end, 0, END)]
        marked.append(part)
        at = end
    return _with(clean, puts), marked


def streamed(text: str, numbers: Collection[int]) -> str:
    """``text`` on its way, of which no sentence is judged yet: every [n] that may be a citation is one."""
    clean = _OURS.sub(" ", text)
    return _with(clean, [*_seals(clean, (), numbers), *_emphasis(clean)])


def _seals(text: str, parts: Sequence[AnswerPart], numbers: Collection[int]) -> list[tuple[int, int, str]]:
    ranges = [(part.start, _end_behind(text, part.end), part.citations) for part in parts]
    puts: list[tuple[int, int, str]] = []
    for match in _NUMBER.finditer(text):
        number = int(match[1])
        if number not in numbers:
            continue
        if parts and not any(start <= match.start() < end and number in carried for start, end, carried in ranges):
            continue
        puts.append((match.start() + 1, 1, SEAL))
        if text[match.end() : match.end() + 1] == "(":
            puts.append((match.end(), 1, SEAL))  # "[1](p. 3)" would be a link
    return puts


def _emphasis(text: str) -> Iterator[tuple[int, int, str]]:
    """CommonMark sees no emphasis in "**注意：**请", because Chinese puts no space behind the mark: a letter of ours is put before it."""
    for match in _STRONG.finditer(text):
        yield match.start() + 2, 1, SEAL
        yield match.end() - 2, 1, SEAL


def _end_behind(text: str, end: int) -> int:
    match = _BEHIND.match(text, end)
    return match.end() if match else end


def _with(text: str, puts: list[tuple[int, int, str]]) -> str:
    pieces, at = list[str](), 0
    for position, _, mark in sorted(puts):
        pieces += [text[at:position], mark]
        at = position
    return "".join([*pieces, text[at:]])


# ---- quotes ----


def quotes_only(answer: Answer) -> bool:
    """Whether the text is nothing but quotes, which are no Markdown: "*" and "_" in them are the source's own letters.

    Told by the text itself: what a model wrote is plain text too where it is word for word what it cites.
    """
    if answer.mode in ("extractive", "summary"):
        return answer.mode == "extractive"
    quotes = {citation.number: citation.quote for citation in answer.citations}
    return bool(answer.parts) and all(_is_quote(answer.text, part, quotes) for part in answer.parts)


def _is_quote(text: str, part: AnswerPart, quotes: Mapping[int, str]) -> bool:
    said, number = quote_and_number(text, part)
    return len(part.citations) == 1 and number in quotes and "".join(said.split()) == "".join(quotes[number].split())


def quote_and_number(text: str, part: AnswerPart) -> tuple[str, int]:
    """A sentence that ends in its citation's number, without it: its words, and the number; 0 where it ends otherwise."""
    said = text[part.start : part.end]
    number = part.citations[-1] if part.citations else 0
    return (said.removesuffix(f"[{number}]").rstrip(" "), number) if said.endswith(f"[{number}]") else (said, 0)
