# SPDX-License-Identifier: Apache-2.0
"""Answers "which files mention …?" over the whole library, counted.

A search gives its best eight passages, which is no answer to "which" and "how many": here all passages that hold the words are looked up, and each
file is named once, with the sentence that proves it. In both languages where the question says so, or where its own words are nowhere. Files that say
it in other words, as far as the search finds them by meaning, come apart as perhaps.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis import words
from desktop_app.analysis.folding import fold, placed
from desktop_app.analysis.sentences import below_headings
from desktop_app.answering.texts import form_texts
from desktop_app.answering.texts.fixed_texts import language_of
from desktop_app.contract import form as forms
from desktop_app.contract.answer import Answer, AnswerPart, Checks, Citation
from desktop_app.contract.form import Computed, Condition, Form
from desktop_app.contract.ledger import Scope, StoredChunk
from desktop_app.contract.passage import ANSWER, NONE, Passage, SearchResult
from desktop_app.documents.text.locators import locate
from desktop_app.foundation.shown import shown_name
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores import fulltext
from desktop_app.tables import office_terms

_MOST_LISTED = 50
_LONGEST_QUOTE = 160
_FILES = r"(?:文件|文档|资料|文章|材料)"
_SAYS = r"(?:都?(?:提到|提及|出现|涉及|包含|含有|写到|写了|说到|讲到|谈到|谈及|包括|关于|有关|有提|用到)(?:了|过)?)"
_VERB = r"(?:mention(?:s|ed)?|contain(?:s|ed)?|refer(?:s|red)? to|say(?:s)? (?:something|anything) about|talk(?:s)? about|speak(?:s)? of|deal(?:s)? with|name[sd]?|cover(?:s|ed)?|include(?:s|d)?|are about|discuss(?:es)?)"
_ASKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:哪些|哪几[个份]|有哪些|有?(?P<count>多少[个份]?|几[个份])|列出所有|列出全部|列出|所有)(?:的)?{_FILES}?(?:里面?|中)?{_SAYS}(?:有|到)?(?P<what>.+?)(?:的{_FILES})?(?:[,，。？?].*)?$",
        rf"(?P<what>.+?)(?:这个(?:名字|词|字样|名称|编号|型号))?(?:都|一共|共)?(?:在|出现在)(?:了)?(?:哪些|哪几[个份]|(?P<count>多少[个份]?|几[个份])){_FILES}(?:里面?|中)?(?:出现)?",
        rf"\b(?:which|what|list (?:all|the|every)|name all|(?P<count>how many)|in (?:which|how many)) (?:of the )?(?:files?|documents?)(?: (?:that|which))? {_VERB} (?P<what>.+?)[?.]*$",
        r"\bin (?:which|what|(?P<count>how many)) (?:files?|documents?) (?:is|are|does|do) (?P<what>.+?) (?:appear|occur|come up|mentioned|named|found)\b",
        r"\bwhere (?:is|are) (?P<what>.+?) mentioned\b",
    )
)
_OTHER = re.compile(r"\s*[（(]([^（()）]+)[)）]\s*")
_QUOTES = "“”\"'「」『』《》‘’ "
_BOTH = re.compile(r"中英文|中文和英文|both languages|either language")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """``others``: stems of words of the other language, or its words."""

    terms: tuple[str, ...]
    others: tuple[str, ...]
    counted: bool


def list_files(
    catalogue: Catalogue, about: Answer, question: str, scope: Scope, search: Callable[[str], SearchResult]
) -> Answer | None:
    """``about`` with every file of ``scope`` that holds what the question names; None where it asks for no files, or none holds it. ``search`` gives the
    passages for a few words, those found by meaning with their best sentence."""
    wanted = _wanted(question)
    if wanted is None:
        return None
    found = dict[str, tuple[StoredChunk, int, int]]()
    for chunk, start, end in _holding(catalogue, wanted, scope):
        found.setdefault(chunk.path, (chunk, start, end))
    if not found:
        return None
    return _worded(about, wanted, found, _by_meaning(wanted, found, search))


def _by_meaning(
    wanted: _Wanted, found: Mapping[str, object], search: Callable[[str], SearchResult]
) -> list[tuple[Passage, int, int]]:
    """Passages of other files that may say what is meant, each with its sentence. A code or a name with figures has no other words."""
    term, near = wanted.terms[0], dict[str, tuple[Passage, int, int]]()
    if any(character.isdigit() for character in term):
        return []
    for passage in search(term).passages:
        if passage.by_meaning and passage.best and passage.certainty != NONE and passage.path not in found:
            near.setdefault(passage.path, (passage, *passage.best))
    return list(near.values())


def _wanted(question: str) -> _Wanted | None:
    folded = fold(question).strip()
    for pattern in _ASKS:
        match = pattern.search(folded)
        if match is None:
            continue
        what = match["what"]
        others = tuple(other.strip(_QUOTES) for other in _OTHER.findall(what))
        term = re.sub(r"^(?:the|an?|word|term|name) ", "", _OTHER.sub("", what).strip(_QUOTES)).strip(_QUOTES)
        if not term or len(words.cut(term)) > 12:
            return None
        foreign = office_terms.others(term) if _BOTH.search(folded) or others else ()
        return _Wanted(tuple(dict.fromkeys(filter(None, (term, *others)))), foreign, bool(match.groupdict().get("count")))
    return None


def _holding(catalogue: Catalogue, wanted: _Wanted, scope: Scope) -> Iterator[tuple[StoredChunk, int, int]]:
    """Every passage that holds one of the terms, by file and place, with the range of its text."""
    ids = set[int]()
    for term in (*wanted.terms, *wanted.others):
        if query := fulltext.all_phrases([term]):
            ids.update(catalogue.lookup.holding(query, scope).tolist())
    chunks = catalogue.chunks.by_ids(sorted(ids))
    patterns = [*map(_pattern, wanted.terms), *map(_stem_pattern, wanted.others)]
    for chunk in sorted(chunks, key=lambda one: (one.path, one.id)):
        folded, places = placed(chunk.text)
        match = next((match for pattern in patterns if (match := pattern.search(folded))), None)
        if match is not None:
            yield chunk, places[match.start()][0], places[match.end() - 1][1]


def _pattern(term: str, ending: str = "(?:e?s)?") -> re.Pattern[str]:
    """A folded term within a folded text, as words; the last may have an ``ending``."""
    spaced = r"\s*".join(map(re.escape, term.split()))
    before = r"(?<![a-z\d])" if term[0].isascii() and term[0].isalnum() else ""
    after = rf"{ending}(?![a-z\d])" if term[-1].isascii() and term[-1].isalnum() else ""
    return re.compile(f"{before}{spaced}{after}")


def _stem_pattern(stem: str) -> re.Pattern[str]:
    """A stem with any ending; the "i" at the end of one is the "y" of the word: penalti, penalty."""
    return _pattern(stem.removesuffix("i"), ending="[iy][a-z]*") if stem.endswith("i") else _pattern(stem, ending="[a-z]*")


def _worded(
    about: Answer,
    wanted: _Wanted,
    found: Mapping[str, tuple[StoredChunk, int, int]],
    perhaps: Sequence[tuple[Passage, int, int]],
) -> Answer:
    zh = language_of(about.question) == "zh"
    term = form_texts.plain(wanted.terms[0])
    count = len(found)
    listing = _Listing(zh)
    listing.say(
        f"**{count:,}个文件**提到“{term}”："
        if zh
        else f"**{count:,} {'file mentions' if count == 1 else 'files mention'}** “{term}”:"
    )
    for path in sorted(found)[:_MOST_LISTED]:
        chunk, start, end = found[path]
        passage = Passage(chunk.id, 1, path, chunk.text, chunk.locator, 1.0, chunk.trail, chunk.pieces, certainty=ANSWER)
        listing.add(passage, *_sentence(chunk, start, end))
    if count > _MOST_LISTED:
        listing.text += f"\n- 另有{count - _MOST_LISTED:,}个文件" if zh else f"\n- and {count - _MOST_LISTED:,} more files"
    if perhaps:
        listing.text += "\n\n"
        listing.say("可能也提到，用了别的说法：" if zh else "Perhaps also, in other words:")
        for passage, start, end in perhaps:
            listing.add(passage, start, end)
    form = Form((), forms.FILES, conditions=(Condition("", forms.HOLDS, wanted.terms),))
    paths, near = tuple(sorted(found)), tuple(passage.path for passage, _, _ in perhaps)
    return replace(
        about,
        text=listing.text,
        found=True,
        certainty=ANSWER,
        mode="computed",
        parts=tuple(listing.parts),
        citations=tuple(listing.citations),
        sent=tuple(listing.passages),
        checks=Checks(supported=1),
        computed=Computed(form, count if wanted.counted else None, paths, matched=count, perhaps=near),
    )


class _Listing:
    """The text of an answer as it grows: a line for each file, with the number and the sentence that proves it."""

    def __init__(self, chinese: bool) -> None:
        self._chinese = chinese
        self.text = ""
        self.parts = list[AnswerPart]()
        self.citations = list[Citation]()
        self.passages = list[Passage]()

    def say(self, words: str) -> None:
        self.parts.append(AnswerPart(len(self.text), len(self.text) + len(words)))
        self.text += words

    def add(self, passage: Passage, start: int, end: int) -> None:
        number, quote, path = len(self.citations) + 1, passage.text[start:end], passage.path
        place = locate(passage.text, passage.pieces, start, end) or passage.locator
        self.citations.append(Citation(number, passage.chunk_id, path, place, quote, start, end))
        self.passages.append(replace(passage, rank=number))
        said = " ".join(quote.split())
        said = said if len(said) <= _LONGEST_QUOTE else f"{said[: _LONGEST_QUOTE - 1]}…"
        name = form_texts.plain(shown_name(os.path.basename(path), 60))
        begins = len(self.text) + 3
        self.text += f"\n- {name} [{number}]{'：' if self._chinese else ': '}{form_texts.escaped(said)}"
        self.parts.append(AnswerPart(begins, len(self.text), (number,)))


def _sentence(chunk: StoredChunk, start: int, end: int) -> tuple[int, int]:
    """The sentence of a passage around a range."""
    spans = below_headings(chunk.text, chunk.trail)
    return next(((first, last) for first, last in spans if first <= start and end <= last), (start, end))
