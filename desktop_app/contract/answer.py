"""An answer and its proof: plain, frozen, light to import."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.contract.document import Locator
from desktop_app.contract.passage import NONE, Passage


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote`` is verbatim text of chunk ``chunk_id``, from character ``start`` to ``end`` of the chunk's text; ``locator`` is the
    narrowest place known for it. ``number`` is what stands in the answer as [1]."""

    number: int
    chunk_id: int
    path: str
    locator: Locator
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One sentence of the answer: its character range in ``Answer.text``, the citation numbers it carries, and whether the
    passages support it. ``why`` (a stable code) is set when they do not: "no_citation", "not_in_passage", "number_differs"."""

    start: int
    end: int
    citations: tuple[int, ...] = ()
    supported: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """Counts of sentences, and of citation numbers that named no passage and were taken out."""

    supported: int = 0
    unsupported: int = 0
    dropped_citations: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """``mode``: "llm" or "extractive" (the documents' own sentences, no model). ``text`` is Markdown with [n] citations.

    ``certainty``: "answer"; "perhaps", then ``text`` quotes what may answer; "none", then ``nearest`` holds the nearest passages.
    ``found`` is True for "answer" only. ``refused``: the language model gave no answer, ``text`` quotes instead. ``meaning`` as in ``SearchResult``. ``timings`` in
    seconds: "search", "first_token", "total". ``sent`` are the passages the model saw, in the order of their numbers.
    """

    question: str
    text: str
    found: bool
    mode: str
    parts: tuple[AnswerPart, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Passage, ...] = ()
    sent: tuple[Passage, ...] = ()
    checks: Checks = Checks()
    timings: dict[str, float] = field(default_factory=dict)
    searched_files: int = 0
    total_files: int = 0
    stopped: bool = False
    certainty: str = NONE
    refused: bool = False
    meaning: float | None = None
