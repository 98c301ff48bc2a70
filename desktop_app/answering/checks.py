"""Checks on what a language model wrote: every citation names a passage that was sent, every sentence is held against it.

A sentence counts as supported when most of its words stand in the passages it cites and every figure in it does. It is a check on
words, not on meaning: it catches invented citations, foreign sentences and changed figures, and says so sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.analysis import numerals, words
from desktop_app.analysis.matching import IndexTerms, TermMatcher
from desktop_app.analysis.sentences import sentences
from desktop_app.answering.citing import cite
from desktop_app.contract.answer import SUPPORTED, UNSUPPORTED, AnswerPart, Checks, Citation
from desktop_app.contract.passage import Passage

_CITATION = re.compile(r"[ \t]*[\[【［]\s*(\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*)\s*[\]】］]")
# "1. " before an item of a list counts it and is no figure of it.
_LIST_NUMBER = re.compile(r"^\s*(?:[-*+]\s+)?(?:\d{1,2}[.)、．]|[（(]\d{1,2}[）)])\s*")
# Share of a sentence's terms that must stand in what it cites; a paraphrase keeps its nouns and figures, about half of the words.
_SUPPORT = 0.5
_SHORTEST = 4


def clean_citations(text: str, sent: int) -> tuple[str, int]:
    """Citations in one form, "[1][2]", and how many numbers named no passage of the ``sent`` ones and were taken out."""
    dropped = 0

    def rewrite(match: re.Match[str]) -> str:
        nonlocal dropped
        numbers = [int(number) for number in re.findall(r"\d+", match[1])]
        good = [number for number in dict.fromkeys(numbers) if 1 <= number <= sent]
        dropped += len(set(numbers)) - len(good)
        before = re.match(r"[ \t]*", match[0])
        return (before[0] if before and good else "") + "".join(f"[{number}]" for number in good)

    return _CITATION.sub(rewrite, text), dropped


def check(text: str, sent: Sequence[Passage], dropped: int = 0) -> tuple[tuple[AnswerPart, ...], tuple[Citation, ...], Checks]:
    """Judge every sentence of a cleaned answer and give each cited passage its citation, quoting its best matching sentence."""
    parts, cited = list[AnswerPart](), dict[int, list[str]]()
    sources = dict[int, _Source]()
    for start, end in _sentences_with_citations(text):
        named = tuple(dict.fromkeys(int(n) for n in re.findall(r"\[(\d{1,3})\]", text[start:end])))
        said = _CITATION.sub(" ", text[start:end])
        for number in named:
            cited.setdefault(number, []).append(said)
        for number in named:
            if number not in sources:
                sources[number] = _Source(sent[number - 1])
        why = _why_unsupported(said, [sources[number] for number in named])
        parts.append(AnswerPart(start, end, named, UNSUPPORTED if why else SUPPORTED, why))
    citations = tuple(_best_quote(number, sent[number - 1], " ".join(cited[number])) for number in sorted(cited))
    supported = sum(part.verdict == SUPPORTED for part in parts)
    return tuple(parts), citations, Checks(supported, len(parts) - supported, dropped)


def _sentences_with_citations(text: str) -> list[tuple[int, int]]:
    """Sentences; citations that stand alone after a full stop belong to the sentence before them."""
    found: list[tuple[int, int]] = []
    for begin, end in sentences(text):
        start = begin
        rest = _CITATION.sub("", text[start:end]).strip(" \t\n.。;；")
        leading = re.match(r"(?:\s*\[\d+\])+", text[start:end])
        # On a line of its own "[1] says …" begins a sentence, a lone "[1]" ends the one before.
        if found and leading and not (rest and "\n" in text[found[-1][1] : start]):
            found[-1] = (found[-1][0], start + leading.end())
            start += leading.end()
            while start < end and text[start].isspace():
                start += 1
        if rest and start < end:
            found.append((start, end))
    return found


class _Source:
    """What a passage says, with what the model saw around it: read once for all sentences that cite it."""

    def __init__(self, passage: Passage) -> None:
        text = " ".join((passage.whole, *passage.trail))
        self.terms = IndexTerms(text)
        self.numbers = numerals.known(text)


def _why_unsupported(said: str, sources: Sequence[_Source]) -> str:
    terms = words.question_terms(said)
    if len(said.strip()) < _SHORTEST or not terms:
        return ""
    if not sources:
        return "no_citation"
    matcher = TermMatcher(terms)
    held = set().union(*(matcher.held(source.terms) for source in sources))
    if len(held) < _SUPPORT * len(terms):
        return "not_in_passage"
    if numerals.stated(_LIST_NUMBER.sub("", said)).difference(*(source.numbers for source in sources)):
        return "number_differs"
    return ""


def _best_quote(number: int, passage: Passage, said: str) -> Citation:
    """The sentence of the passage that shares most terms with what was said about it."""
    spans = sentences(passage.text)
    if not spans:
        return cite(number, passage, 0, len(passage.text))
    matcher = TermMatcher(words.question_terms(said))
    # Of equals the shorter one: it says the same in fewer words.
    best = max(spans, key=lambda span: (len(matcher.held(passage.text[slice(*span)])), span[0] - span[1]))
    return cite(number, passage, *best)
