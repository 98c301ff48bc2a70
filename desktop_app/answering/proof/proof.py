# SPDX-License-Identifier: Apache-2.0
"""Proves a written answer: finds the source of each of its sentences.

    answer -> sentences -> clauses         the markers that the model wrote are a hint at most
    each sentence -> evidence              one source sentence, or a second one where that says the rest
    figures, dates, names, codes           must stand in the evidence
    negations and opposites                must agree with the clause of the source that they are said of
    the rest                               must share words with the evidence, or be near to it in meaning

A sentence is supported, partly (something more is said than stands there) or unsupported (something else is said, or nothing there says
it). Small models seldom cite (Qwen 0.5B: 1 of 22 answers) and often copy well: so the program cites, and what the model cited is corrected.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from desktop_app.analysis.sentences import sentences
from desktop_app.answering.proof.citing import cite
from desktop_app.answering.proof.evidence import Embed, Sources, SourceSentence
from desktop_app.answering.proof.judging import Verdict, judge
from desktop_app.answering.proof.statement import Statement, is_short
from desktop_app.contract.answer import PARTLY, SUPPORTED, UNSUPPORTED, AnswerPart, Checks, Citation
from desktop_app.contract.passage import Passage

log = logging.getLogger(__name__)

_LIKELY = 0.5  # from which on a checker's word counts as yes: what these models are trained to
_MARKER = re.compile(r"[ \t]*[\[【［]\s*(\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*)\s*[\]】］]")
# "1. " before an item of a list counts it and is no figure of it.
_ITEM = re.compile(r"^\s*(?:#{1,6}\s+|>\s*)?(?:[-*+•]\s+)?(?:\d{1,2}[.)、．](?!\d)\s*|[（(]\d{1,2}[）)]\s*)?")
_YES = re.compile(
    r"\s*(?P<word>yes|no|是的|不是|是|对|不对|可以|不可以|能|不能|有|没有|需要|不需要|允许|不允许)\s*(?:[,，。.!！;；:：]|$)\s*",
    re.IGNORECASE,
)
_DECORATION = re.compile(r"[*_`~]{1,3}")


@dataclass(frozen=True, slots=True)
class Proof:
    """``text`` with one citation form, [1][2] at the end of its sentences; ``parts`` and ``citations`` as in an ``Answer``."""

    text: str
    parts: tuple[AnswerPart, ...] = ()
    citations: tuple[Citation, ...] = ()
    checks: Checks = field(default_factory=Checks)

    @property
    def proven(self) -> bool:
        """Whether anything of it is supported, wholly or partly."""
        return any(part.verdict != UNSUPPORTED and part.citations for part in self.parts)


class Checker(Protocol):
    """As ``embedding.checking.checker.FolderChecker``."""

    def supported(self, claims: Sequence[tuple[str, str, str]], /) -> list[float]:
        """How likely each claim (question, evidence, sentence) is supported, 0..1."""
        ...


def prove(
    text: str, sent: Sequence[Passage], *, question: str = "", embed: Embed | None = None, checker: Checker | None = None
) -> Proof:
    """Hold ``text``, as a model wrote it, against the passages that it was sent. ``question``: a short answer ("18 months.") is judged
    with it, and repeating its words is neither support nor fault. ``embed``: vectors of length one, a row a text. ``checker``: asked where
    the program's own checks are not sure; never about a figure, a name or a negation."""
    asked = Statement(question)
    sources = Sources(sent, asked, embed)
    written = [said for said in _read(text, sources) if said.checkable]
    near = sources.nearness([_in_full(said, asked) for said in written]) or [[0.0] * len(sources.sentences)] * len(written)
    judged = [judge(said.claim, sources, row, yes=said.yes, named=said.named) for said, row in zip(written, near, strict=True)]
    if checker is not None:
        judged = _checked(written, judged, sources, checker)
    return _Writing(text, sources).proof(written, judged)


def _checked(written: Sequence[_Said], judged: Sequence[Verdict], sources: Sources, checker: Checker) -> list[Verdict]:
    """The verdicts with what a checker says of those that are not sure."""
    unsure = [
        (said, verdict)
        for said, verdict in zip(written, judged, strict=True)
        if not verdict.sure and verdict.nearest is not None
    ]
    claims = [
        (sources.question.text, sources.passages[verdict.nearest.number].whole, said.claim.text.strip())
        for said, verdict in unsure
        if verdict.nearest is not None
    ]
    try:
        likely = checker.supported(claims)
    except Exception:  # a model from the user's folder; the verdicts by words hold without its opinion
        log.exception("the checker failed")
        return list(judged)
    opinions = {id(verdict): share >= _LIKELY for (_, verdict), share in zip(unsure, likely, strict=True)}
    return [_with_opinion(verdict, opinions[id(verdict)]) if id(verdict) in opinions else verdict for verdict in judged]


def _with_opinion(verdict: Verdict, supports: bool) -> Verdict:
    if supports and verdict.nearest is not None:
        return Verdict(SUPPORTED, verdict.evidence or (verdict.nearest,))
    return Verdict(UNSUPPORTED, verdict.evidence, "checker_doubts") if verdict.verdict == SUPPORTED else verdict


def _in_full(said: _Said, asked: Statement) -> str:
    """What is compared in meaning: a short answer together with what was asked."""
    return f"{asked.text} {said.claim.text}".strip() if is_short(said.claim) else said.claim.text


# ---- reading what was written -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Marker:
    """A citation as it was written, from ``start`` to ``end`` of the text. ``inside``: the sentence reads on from it ("According to [1], …")."""

    start: int
    end: int
    numbers: tuple[int, ...]
    inside: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of the answer with its markers."""

    start: int
    end: int
    claim: Statement
    markers: tuple[_Marker, ...]
    yes: str = ""  # "Yes" or "No" that it begins with
    heading: bool = False

    @property
    def named(self) -> set[int]:
        return {number for marker in self.markers for number in marker.numbers}

    @property
    def checkable(self) -> bool:
        claim = self.claim
        if self.heading or _EMPTY_TALK.match(claim.text) or (claim.text.rstrip().endswith((":", "：")) and not claim.facts):
            return False
        return bool(self.yes or claim.terms or claim.facts or claim.names)


_EMPTY_TALK = re.compile(
    r"\s*(?:(?:好的|当然|您好|你好|谢谢|以上|以下|综上|希望|如有|如需|请注意)(?:[^，。：:]{0,12})[。！!：:]?\s*$|(?:sure|of course|certainly|hello|hi|thanks|thank you|here (?:is|are)|i hope|let me know|"
    r"if you (?:have|need)|feel free|based on the (?:passages|documents|sources)[^.]{0,20}:)\b(?!.*\d))",
    re.IGNORECASE,
)
_READS_ON = re.compile(
    r"(?:\b(?:to|in|by|from|see|per|and|or|of|passage|source|document)|根据|据|按照?|依据|参?见|与|和|文件|资料|段落)\s*$",
    re.IGNORECASE,
)


_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def _read(text: str, sources: Sources) -> list[_Said]:
    markers = [
        _Marker(*match.span(), tuple(int(number) for number in re.findall(r"\d+", match[1])))
        for match in _MARKER.finditer(text)
        if not _in_source(text, match, sources)
    ]
    found: list[_Said] = []
    for start, end in _sentences(text, markers):
        mine = tuple(marker for marker in markers if start <= marker.start and marker.end <= end)
        mine = tuple(replace(marker, inside=_reads_on(text, start, end, marker)) for marker in mine)
        shown = _blank(text[start:end], [(m.start - start, m.end - start) for m in mine])
        item = _ITEM.match(shown)
        shown = _blank(shown, [item.span()] if item else [])
        shown = _DECORATION.sub(lambda match: " " * len(match[0]), shown)
        yes = _YES.match(shown)
        if yes:
            shown = _blank(shown, [yes.span()])
        found.append(_Said(start, end, Statement(shown), mine, yes["word"].casefold() if yes else "", text[start] == "#"))
    return found


def _blank(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with blanks in place of ``spans``: offsets hold."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _in_source(text: str, match: re.Match[str], sources: Sources) -> bool:
    """Whether "[3]" is a source's own text that was copied with the words before it."""
    before = text[max(0, match.start() - 6) : match.start()].rpartition("\n")[2]
    piece = (before + match[0]).strip()
    return len(before.strip()) > 1 and any(piece in passage.whole for passage in sources.passages)


def _reads_on(text: str, start: int, end: int, marker: _Marker) -> bool:
    if not text[marker.end : end].strip(" \t.。!！?？;；,，"):
        return False
    before = text[start : marker.start]
    return not _ITEM.sub("", before).strip(" \t*_") or _READS_ON.search(before) is not None


def _sentences(text: str, markers: Sequence[_Marker]) -> list[tuple[int, int]]:
    """Sentences; markers that stand alone after a full stop belong to the sentence before them. Code is no sentence."""
    found: list[tuple[int, int]] = []
    code = [match.span() for match in _CODE.finditer(text)]
    for begin, end in sentences(text):
        if any(start < end and begin < stop for start, stop in code):
            continue
        start = begin
        for marker in markers:
            if begin < marker.end <= end and not text[start : max(start, marker.start)].strip():
                start = max(start, marker.end)
        said = _blank(
            text[begin:end], [(max(one.start - begin, 0), one.end - begin) for one in markers if begin < one.end <= end]
        )
        said = said.strip(" \t\n.。;；")
        # On a line of its own "[1] says …" begins a sentence, a lone "[1]" ends the one before.
        if found and start > begin and not (said and "\n" in text[found[-1][1] : begin]):
            found[-1] = (found[-1][0], start)
            start += len(text[start:end]) - len(text[start:end].lstrip())
        else:
            start = begin
        if said and start < end:
            found.append((start, end))
    return found


# ---- writing it again with its citations ------------------------------------------------------------------------------

_ENDS = re.compile(r"[ \t]*(?:[。．.!！?？；;…]+|\|)?[ \t]*$")


class _Writing:
    """The answer anew: its sentences as they stand, the citations that the program found at their ends."""

    def __init__(self, text: str, sources: Sources) -> None:
        self._text, self._sources = text, sources
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._citations: list[Citation] = []
        self._literal = {int(number) for number in re.findall(r"\[(\d{1,3})\]", text)}
        self._dropped = self._corrected = 0

    def proof(self, written: Sequence[_Said], judged: Sequence[Verdict]) -> Proof:
        pieces, parts, at, length = list[str](), list[AnswerPart](), 0, 0
        self._literal -= {number for said in written for number in said.named}
        for said, verdict in zip(written, judged, strict=True):
            between = self._text[at : said.start]
            numbers = self._cite(verdict.evidence)
            shown = self._sentence(said, numbers)
            self._count(said, verdict)
            start = length + len(between)
            pieces += [between, shown]
            length = start + len(shown)
            at = said.end
            parts.append(AnswerPart(start, length, numbers, verdict.verdict, verdict.why, verdict.missing))
        pieces.append(self._text[at:])
        verdicts = [part.verdict for part in parts]
        checks = Checks(
            verdicts.count(SUPPORTED), verdicts.count(UNSUPPORTED), self._dropped, verdicts.count(PARTLY), self._corrected
        )
        return Proof("".join(pieces), tuple(parts), tuple(self._citations), checks)

    def _cite(self, evidence: Sequence[SourceSentence]) -> tuple[int, ...]:
        """The number of each source sentence, the next one for a new one; neighbours are quoted together."""
        spans = list[tuple[int, int, int]]()
        for one in sorted(evidence, key=lambda source: (source.number, source.start)):
            if (
                spans
                and spans[-1][0] == one.number
                and not self._sources.passages[one.number].text[spans[-1][2] : one.start].strip()
            ):
                spans[-1] = (one.number, spans[-1][1], max(spans[-1][2], one.end))
            elif (one.number, one.start, one.end) not in spans:
                spans.append((one.number, one.start, one.end))
        first = evidence[0].number if evidence else -1
        spans.sort(key=lambda span: span[0] != first)
        return tuple(self._number(span) for span in spans)

    def _number(self, span: tuple[int, int, int]) -> int:
        if span not in self._numbers:
            number = max(self._numbers.values(), default=0) + 1
            while number in self._literal:
                number += 1
            self._numbers[span] = number
            self._citations.append(cite(number, self._sources.passages[span[0]], span[1], span[2]))
        return self._numbers[span]

    def _sentence(self, said: _Said, numbers: Sequence[int]) -> str:
        """The sentence without the markers as they were written, with those of the program at its end."""
        cited = "".join(f"[{number}]" for number in numbers)
        pieces, at, placed = list[str](), said.start, False
        for marker in said.markers:
            pieces.append(self._text[at : marker.start])
            if marker.inside and cited and not placed:
                blank = self._text[marker.start : marker.end]
                pieces.append(blank[: len(blank) - len(blank.lstrip())] + cited)
                placed = True
            at = marker.end
        shown = "".join([*pieces, self._text[at : said.end]])
        if placed or not cited:
            return shown.rstrip() if said.markers else shown
        end = _ENDS.search(shown)
        assert end is not None
        before = shown[: end.start()]
        blank = " " if before[-1:].isascii() and not before.endswith(("\n", " ")) else ""
        if not end[0].strip() or before.endswith(("。", "！", "？")):
            return f"{before}{blank}{cited}{end[0].rstrip() if end[0].strip() else ''}"
        return f"{before}{blank}{cited}{end[0].strip() if end[0].strip() != '|' else ' |'}"

    def _count(self, said: _Said, verdict: Verdict) -> None:
        known = {number for number in said.named if 1 <= number <= len(self._sources.passages)}
        self._dropped += len(said.named) - len(known)
        self._corrected += len(known - {one.number + 1 for one in verdict.evidence})
